"""Where an open tube of film floats once it is full: a zero-pressure balloon, for a mass and a gas.

It vents what it cannot hold, so it floats where the air that it displaces weighs as much as film, payload and gas:
density(h) V (1 - M_gas / M_air) = film + payload. A tube of lay-flat width w has the diameter 2 w / pi. Its gathered
ends hold little: four fifths of a diameter of the length are lost to them.
"""

import math

from ground.prediction.atmosphere import altitude_of_density

_AIR = 28.9644  # g/mol, US Standard Atmosphere 1976, table 3
# gas, g/mol (IUPAC standard atomic weights)
GASES = (("hydrogen", 2.016), ("helium", 4.0026))
_LOST_DIAMETERS = 0.8


def relative_density(gas: str) -> float:
    """The density of a gas as a part of that of air at the same pressure and temperature."""
    return dict(GASES)[gas] / _AIR


def tube_diameter_m(lay_flat_m: float) -> float:
    """Of the full tube."""
    return 2.0 * lay_flat_m / math.pi


def tube_volume_m3(length_m: float, lay_flat_m: float) -> float:
    """What the full tube holds; 0 for one that is all ends."""
    diameter_m = tube_diameter_m(lay_flat_m)
    return max(0.0, math.pi / 4.0 * diameter_m**2 * (length_m - _LOST_DIAMETERS * diameter_m))


def float_height_m(volume_m3: float, solid_kg: float, gas: str) -> float:
    """Metres above sea level at which `solid_kg`, film and all below it, floats; -1000 where it never lifts."""
    if volume_m3 <= 0.0:
        return -1000.0
    return altitude_of_density(solid_kg / (volume_m3 * (1.0 - relative_density(gas))))
