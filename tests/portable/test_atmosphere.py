"""The integer pressure altitude against the formulas it was tabulated from."""

import math

from firmware.atmosphere import altitude_m

_LAYERS = ((0, 288.15, -0.0065), (11000, 216.65, 0.0), (20000, 216.65, 0.001), (32000, 228.65, 0.0028))
_G_OVER_R = 9.80665 / 287.05287


def _pressure_pa(height_m):
    pressure = 101325.0
    for place in range(len(_LAYERS)):
        base, temperature, lapse = _LAYERS[place]
        top = _LAYERS[place + 1][0] if place + 1 < len(_LAYERS) else 100000
        end = height_m if height_m < top else top
        if lapse == 0.0:
            pressure *= math.exp(-_G_OVER_R * (end - base) / temperature)
        else:
            pressure *= math.pow((temperature + lapse * (end - base)) / temperature, -_G_OVER_R / lapse)
        if height_m <= top:
            return pressure


def test_pressure_altitude_follows_the_standard_atmosphere_within_what_one_pascal_is_worth():
    for height_m in range(-900, 41900, 137):
        pressure = int(_pressure_pa(height_m) + 0.5)
        one_pascal_m = 8500 // pressure + 1
        error = altitude_m(pressure) - height_m
        assert -2 - one_pascal_m <= error <= 2 + one_pascal_m, (height_m, pressure, error)


def test_published_rows_of_the_standard_atmosphere():
    for pressure, height_m in ((101325, 0), (54020, 5000), (26436, 10000), (5475, 20000), (1172, 30000)):
        assert abs(altitude_m(pressure) - height_m) <= 8, (pressure, altitude_m(pressure))


def test_pressures_beyond_the_table_are_clamped():
    assert altitude_m(120000) == -1000
    assert altitude_m(0) == 42000


def test_altitude_never_rises_with_pressure():
    before = altitude_m(1)
    for pressure in range(200, 113000, 97):
        now = altitude_m(pressure)
        assert now <= before
        before = now
