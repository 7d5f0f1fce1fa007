"""Where something is seen from: distance and bearing on the sphere, elevation over the curved Earth."""

from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

_EARTH_M = 6_371_000.0


class Sight(NamedTuple):
    """bearing_deg: clockwise from north, the way to go; elevation_deg: above the horizon, None without a height."""

    distance_m: float
    bearing_deg: float
    elevation_deg: float | None


def sight(here: tuple[float, float], there: tuple[float, float], climb_m: float | None) -> Sight:
    """From here to there, places in degrees; climb_m: how much higher it is there."""
    north, east = radians(here[0]), radians(here[1])
    north_there, east_there = radians(there[0]), radians(there[1])
    half = sin((north_there - north) / 2) ** 2
    half += cos(north) * cos(north_there) * sin((east_there - east) / 2) ** 2
    angle = 2 * asin(min(1.0, sqrt(half)))
    bearing = atan2(
        sin(east_there - east) * cos(north_there),
        cos(north) * sin(north_there) - sin(north) * cos(north_there) * cos(east_there - east),
    )
    elevation = None
    if climb_m is not None:
        # From the centre of the Earth: the far end stands at an angle, and so much higher.
        far = _EARTH_M + climb_m
        elevation = degrees(atan2(far * cos(angle) - _EARTH_M, far * sin(angle))) if far * angle else 90.0
    return Sight(_EARTH_M * angle, degrees(bearing) % 360, elevation)
