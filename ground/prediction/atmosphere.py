"""The air by geometric altitude: US Standard Atmosphere 1976.

Source: "U.S. Standard Atmosphere, 1976", NOAA-S/T 76-1562, equations 18 (geopotential altitude), 23, 33a, 33b;
table 4.
"""

import math

_RADIUS_M = 6356766.0
_GAS = 287.05287  # J/(kg K), dry air
_G = 9.80665
# base m (geopotential), base K, lapse K/m
_LAYERS = (
    (0.0, 288.15, -0.0065),
    (11000.0, 216.65, 0.0),
    (20000.0, 216.65, 0.001),
    (32000.0, 228.65, 0.0028),
    (47000.0, 270.65, 0.0),
    (51000.0, 270.65, -0.0028),
    (71000.0, 214.65, -0.002),
)
SEA_LEVEL_PA = 101325.0
SEA_LEVEL_DENSITY = 1.225
LOWEST_M, HIGHEST_M = -1000.0, 80000.0


def _through(layer: int, base_pa: float, height_m: float) -> tuple[float, float]:
    base_m, base_k, lapse = _LAYERS[layer]
    if lapse == 0.0:
        return base_pa * math.exp(-_G * (height_m - base_m) / (_GAS * base_k)), base_k
    temperature_k = base_k + lapse * (height_m - base_m)
    return base_pa * math.pow(temperature_k / base_k, -_G / (_GAS * lapse)), temperature_k


def _bases() -> tuple[float, ...]:
    pressures = [SEA_LEVEL_PA]
    for layer in range(len(_LAYERS) - 1):
        pressures.append(_through(layer, pressures[-1], _LAYERS[layer + 1][0])[0])
    return tuple(pressures)


_BASES_PA = _bases()


def geometric_m(geopotential_m: float) -> float:
    """Metres above mean sea level of a geopotential altitude, as soundings give it."""
    return _RADIUS_M * geopotential_m / (_RADIUS_M - geopotential_m)


def pressure_temperature(altitude_m: float) -> tuple[float, float]:
    """(Pa, K) from -1 to 80 km; altitudes beyond are taken as the nearest of these."""
    altitude_m = min(max(altitude_m, LOWEST_M), HIGHEST_M)
    height_m = _RADIUS_M * altitude_m / (_RADIUS_M + altitude_m)
    layer = 0
    while layer + 1 < len(_LAYERS) and height_m >= _LAYERS[layer + 1][0]:
        layer += 1
    return _through(layer, _BASES_PA[layer], height_m)


def density(altitude_m: float) -> float:
    """kg/m3."""
    pressure_pa, temperature_k = pressure_temperature(altitude_m)
    return pressure_pa / (_GAS * temperature_k)


def altitude_of_density(kg_m3: float) -> float:
    """The altitude, within 1 m, at which the air has this density; density falls with altitude everywhere."""
    low_m, high_m = LOWEST_M, HIGHEST_M
    while high_m - low_m > 0.5:
        middle_m = (low_m + high_m) / 2.0
        if density(middle_m) > kg_m3:
            low_m = middle_m
        else:
            high_m = middle_m
    return low_m
