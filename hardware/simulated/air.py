"""The air of the US Standard Atmosphere 1976: pressure, temperature, density by geometric altitude.

Source: "U.S. Standard Atmosphere, 1976", NOAA-S/T 76-1562. Formulas, not the firmware's table: each checks the other.
"""

import math

_RADIUS_M = 6356766.0
_G_OVER_R = 9.80665 / 287.05287
# base m (geopotential), base K, lapse K/m
_LAYERS = (
    (0.0, 288.15, -0.0065),
    (11000.0, 216.65, 0.0),
    (20000.0, 216.65, 0.001),
    (32000.0, 228.65, 0.0028),
    (47000.0, 270.65, 0.0),
)
SEA_LEVEL_PA = 101325.0
SEA_LEVEL_DENSITY = 1.225

_LOWEST_M = -500
_STEP_M = 100
_ROWS = 460


def _base_pressures():
    pressures = [SEA_LEVEL_PA]
    for place in range(1, len(_LAYERS)):
        pressures.append(_up(pressures[-1], place - 1, _LAYERS[place][0]))
    return pressures


def _up(base_pa, layer, height_m):
    base_m, base_k, lapse = _LAYERS[layer]
    if lapse == 0.0:
        return base_pa * math.exp(-_G_OVER_R * (height_m - base_m) / base_k)
    return base_pa * math.pow((base_k + lapse * (height_m - base_m)) / base_k, -_G_OVER_R / lapse)


_BASES_PA = _base_pressures()


def exactly(altitude_m):
    """(pressure Pa, temperature K) by the formulas."""
    height_m = _RADIUS_M * altitude_m / (_RADIUS_M + altitude_m)
    layer = 0
    while layer + 1 < len(_LAYERS) and height_m >= _LAYERS[layer + 1][0]:
        layer += 1
    base_m, base_k, lapse = _LAYERS[layer]
    return _up(_BASES_PA[layer], layer, height_m), base_k + lapse * (height_m - base_m)


class Air:
    """The same from rows every 100 m, made once: a flight asks ten thousand times. -500 m to 45,400 m."""

    def __init__(self):
        self._pressures = []
        self._temperatures = []
        for row in range(_ROWS):
            pressure_pa, temperature_k = exactly(float(_LOWEST_M + row * _STEP_M))
            self._pressures.append(pressure_pa)
            self._temperatures.append(temperature_k)
        self.pressure_pa = 0.0
        self.temperature_k = 0.0
        self.density = 0.0

    def look(self, altitude_m):
        """Set pressure_pa, temperature_k and density (kg/m3) for a height. Within 0.4 Pa."""
        at = (altitude_m - _LOWEST_M) / _STEP_M
        row = int(at)
        if row < 0:
            row = 0
        elif row > _ROWS - 2:
            row = _ROWS - 2
        part = at - row
        below = self._pressures[row]
        span = below - self._pressures[row + 1]
        pressure_pa = below - span * part
        pressure_pa -= span * span / below * part * (1.0 - part) * 0.5
        temperature_k = self._temperatures[row]
        temperature_k += (self._temperatures[row + 1] - temperature_k) * part
        self.pressure_pa = pressure_pa
        self.temperature_k = temperature_k
        self.density = pressure_pa / (287.05287 * temperature_k)
