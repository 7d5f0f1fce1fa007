"""Pressure altitude by the US Standard Atmosphere 1976, in integers only.

Source: NOAA/NASA/USAF, "U.S. Standard Atmosphere, 1976", NOAA-S/T 76-1562, equations 33a and 33b; geopotential metres.
The table is exact to 0.05 Pa; between its rows the altitude is interpolated with the second-order term of the
logarithm: within 2 m, plus what one pascal is worth, from -1 km to 42 km (tests/portable/test_atmosphere.py).
"""

from micropython import const

LOWEST_M = -1000
_STEP_M = const(500)

# Pressure in 0.1 Pa at every 500 m from -1,000 m up.
PRESSURE_DPA = (
    1139291,
    1074775,
    1013250,
    954608,
    898746,
    845560,
    794952,
    746825,
    701085,
    657641,
    616402,
    577283,
    540199,
    505068,
    471810,
    440348,
    410607,
    382514,
    355998,
    330990,
    307424,
    285236,
    264362,
    244743,
    226320,
    209162,
    193304,
    178648,
    165104,
    152586,
    141018,
    130326,
    120446,
    111314,
    102874,
    95075,
    87867,
    81205,
    75048,
    69358,
    64100,
    59240,
    54749,
    50603,
    46779,
    43252,
    39998,
    36995,
    34224,
    31666,
    29305,
    27124,
    25110,
    23250,
    21531,
    19943,
    18475,
    17117,
    15863,
    14703,
    13630,
    12637,
    11719,
    10869,
    10082,
    9354,
    8680,
    8057,
    7482,
    6951,
    6461,
    6008,
    5589,
    5202,
    4843,
    4511,
    4204,
    3919,
    3655,
    3410,
    3182,
    2971,
    2775,
    2593,
    2424,
    2267,
    2120,
)
_LAST = len(PRESSURE_DPA) - 1


def altitude_m(pressure_pa):
    """Geopotential altitude in m of a pressure in Pa; clamped to the table's ends (-1,000 m and 42,000 m)."""
    pressure_dpa = pressure_pa * 10
    low = 0
    high = _LAST
    if pressure_dpa >= PRESSURE_DPA[0]:
        return LOWEST_M
    if pressure_dpa <= PRESSURE_DPA[high]:
        return LOWEST_M + _LAST * _STEP_M
    while high - low > 1:
        middle = (low + high) >> 1
        if PRESSURE_DPA[middle] > pressure_dpa:
            low = middle
        else:
            high = middle
    below = PRESSURE_DPA[low]
    span = below - PRESSURE_DPA[high]
    # 1/1000 of the way down the pressures of this row; drop of the logarithm over the row in 1/1000.
    part = (below - pressure_dpa) * 1000 // span
    ratio = span * 1000 // below
    log_drop = ratio + ratio * ratio // 2000
    bend = log_drop * part // 1000 * (1000 - part) // 2000
    return LOWEST_M + low * _STEP_M + (part - bend) * _STEP_M // 1000
