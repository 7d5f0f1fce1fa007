"""Where what is let go may land, seen from where it is let go: the middle of it, and how far from that at the most.

Wind error: a forecast is off by 2 to 2.5 m/s a component (one sigma) in its first day; twice that over the whole fall,
as if it were off in the same way at every height, is reckoned with. Without a wind: the widest drift in any direction.
"""

import math
from typing import NamedTuple

from ground.prediction.fall import AirColumn, Drift
from ground.prediction.wind import Wind

_ERROR_M_S = 5.0
_HEIGHT_STEP_M = 500.0
_PLACE_M = 200.0  # how old and how wrong the place of the balloon itself may be
_MAP = 0.02  # what metres and degrees are off by, of the way
_ROUND_M = 10.0


class Footprint(NamedTuple):
    """Metres from the balloon to the middle of where it may land, and from there to the farthest; seconds of fall."""

    east_m: float
    north_m: float
    radius_m: float
    longest_s: float


class Fall(NamedTuple):
    """What is not known of a fall: from lowest_m to highest_m, down to one of two grounds, slow or fast."""

    lowest_m: float
    highest_m: float
    low_ground_m: float
    high_ground_m: float
    slowest_m_s: float
    fastest_m_s: float


def footprint(fall: Fall, wind: Wind | None, widest_m_s: float) -> Footprint:
    """With a wind: moved by its drift and widened by its spread; without: widened by widest_m_s for all of the fall."""
    still = AirColumn(fall.low_ground_m, fall.highest_m)
    longest_s = still.fall(fall.highest_m, fall.slowest_m_s).seconds
    if wind is None:
        return Footprint(0.0, 0.0, _round_up(longest_s * widest_m_s * (1.0 + _MAP) + _PLACE_M), longest_s)
    drifts = _drifts(fall, wind)
    east_m = _middle([drift.east_m for drift in drifts])
    north_m = _middle([drift.north_m for drift in drifts])
    radius_m = max(
        math.hypot(drift.east_m - east_m, drift.north_m - north_m) + drift.seconds * _ERROR_M_S for drift in drifts
    )
    # Above the last row of the wind nothing is known.
    known_s = still.fall(min(wind.top_m, fall.highest_m), fall.slowest_m_s).seconds
    radius_m += (longest_s - known_s) * widest_m_s
    radius_m += _MAP * (math.hypot(east_m, north_m) + radius_m) + _PLACE_M
    return Footprint(east_m, north_m, _round_up(radius_m), longest_s)


def _drifts(fall: Fall, wind: Wind) -> list[Drift]:
    """Of every height, ground and speed: what lies between two of them in time and place lies between their ends."""
    heights = [fall.lowest_m]
    while heights[-1] < fall.highest_m:
        heights.append(min(heights[-1] + _HEIGHT_STEP_M, fall.highest_m))
    found = []
    for ground_m in (fall.low_ground_m, fall.high_ground_m):
        column = AirColumn(ground_m, fall.highest_m, wind)
        for height_m in heights:
            for speed_m_s in (fall.slowest_m_s, fall.fastest_m_s):
                found.append(column.fall(height_m, speed_m_s))
    return found


def _middle(values: list[float]) -> float:
    return (min(values) + max(values)) / 2.0


def _round_up(metres: float) -> float:
    return math.ceil(metres / _ROUND_M) * _ROUND_M
