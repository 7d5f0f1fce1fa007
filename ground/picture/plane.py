"""Places on a plane that touches the Earth at one point: distances and directions from there are true.

Azimuthal equidistant projection on a sphere: Snyder, Map Projections - A Working Manual, USGS PP 1395 (1987), ch. 25.
"""

import math

EARTH_RADIUS_M = 6_371_008.8


class Plane:
    """Metres east and north of a centre."""

    def __init__(self, latitude: float, longitude: float) -> None:
        self._sin = math.sin(math.radians(latitude))
        self._cos = math.cos(math.radians(latitude))
        self._longitude = longitude

    def metres(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Degrees to (east, north). True from the centre, over the date line and the poles too."""
        phi, turn = math.radians(latitude), math.radians(longitude - self._longitude)
        sin, cos = math.sin(phi), math.cos(phi)
        east = cos * math.sin(turn)
        north = self._cos * sin - self._sin * cos * math.cos(turn)
        across = math.hypot(east, north)
        angle = math.atan2(across, self._sin * sin + self._cos * cos * math.cos(turn))
        scale = EARTH_RADIUS_M * (angle / across if across > 1e-12 else 1.0)
        return east * scale, north * scale
