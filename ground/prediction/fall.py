"""How things fall: terminal speeds, how long a fall lasts, and how far the wind carries what falls.

Terminal speed at height: v = v0 sqrt(rho0 / rho), as for anything of constant drag coefficient (Hoerner, "Fluid-Dynamic
Drag", 1965, chapter 3). The fall is summed up by layers of air, so that it is a look-up for any speed and height.
"""

import math
from bisect import bisect_right
from typing import NamedTuple

from ground.prediction.atmosphere import SEA_LEVEL_DENSITY, density
from ground.prediction.wind import Wind

G = 9.80665
_LAYER_M = 100.0


def terminal_m_s(mass_kg: float, area_m2: float, drag_coefficient: float) -> float:
    """Terminal speed at sea level."""
    return math.sqrt(2.0 * mass_kg * G / (SEA_LEVEL_DENSITY * drag_coefficient * area_m2))


def speed_at(sea_level_m_s: float, altitude_m: float) -> float:
    """Terminal speed at an altitude of what falls with `sea_level_m_s` at sea level."""
    return sea_level_m_s * math.sqrt(SEA_LEVEL_DENSITY / density(altitude_m))


def impact_j(mass_kg: float, speed_m_s: float) -> float:
    """Energy of motion."""
    return mass_kg * speed_m_s**2 / 2.0


class Drift(NamedTuple):
    """seconds of a fall, and how far towards the east and the north it leads."""

    seconds: float
    east_m: float
    north_m: float


class AirColumn:
    """The air from `ground_m` to `top_m` and its wind. `fall` answers for any height in it, and any speed."""

    def __init__(self, ground_m: float, top_m: float, wind: Wind | None = None) -> None:
        self._heights = [ground_m]
        # At 1 m/s of terminal speed at sea level; a faster fall takes, and drifts, less in proportion.
        self._sums = [Drift(0.0, 0.0, 0.0)]
        while self._heights[-1] < top_m:
            base_m = self._heights[-1]
            step_m = min(_LAYER_M, top_m - base_m)
            middle_m = base_m + step_m / 2.0
            seconds = step_m / speed_at(1.0, middle_m)
            east_m_s, north_m_s = wind.at(middle_m) if wind else (0.0, 0.0)
            below = self._sums[-1]
            self._sums.append(
                Drift(below.seconds + seconds, below.east_m + seconds * east_m_s, below.north_m + seconds * north_m_s)
            )
            self._heights.append(base_m + step_m)

    def fall(self, from_m: float, sea_level_m_s: float) -> Drift:
        """The fall from an altitude to the ground of the column. Altitudes beyond its ends count as these."""
        row = min(bisect_right(self._heights, from_m), len(self._heights) - 1)
        if row == 0:
            return self._sums[0]
        low_m, high_m = self._heights[row - 1], self._heights[row]
        part = min(max((from_m - low_m) / (high_m - low_m), 0.0), 1.0)
        low, high = self._sums[row - 1], self._sums[row]
        return Drift(
            *((before + (after - before) * part) / sea_level_m_s for before, after in zip(low, high, strict=True))
        )
