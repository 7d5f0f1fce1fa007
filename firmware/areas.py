"""Whether a place lies in a polygon: integers only and exact, of any shape, across the antimeridian.

An edge is straight in latitude and longitude and goes the short way round the Earth. What an outline goes round twice
is outside (even-odd rule). The poles are left out: an outline round one, or wider than 107 degrees, is not judged, and
every place is on its edge, which is the cautious answer for keep-in and keep-out alike.
"""

import struct
from array import array

from micropython import const

OUTSIDE = 0
INSIDE = 1
ON_EDGE = 2

_CORNER_BYTES = const(8)
_HALF_TURN = 1800000000  # 1e-7 degree, like every number here
_TURN = 3600000000
# On a board a difference of long integers stays long, and slow, however small it is; what an array gives back does not.
_short = array("i", [0, 0])
_WIDEST = const(1073741823)  # from 2**30 on, a board's integers take from the heap


def contains(points, latitude_e7, longitude_e7):
    """INSIDE, OUTSIDE or ON_EDGE for a polygon packed as in mission_plan.Area."""
    return Shape(points).look(latitude_e7, longitude_e7)


class Shape:
    """A polygon made ready for many looks. It keeps its own corners: `points` may be let go of."""

    def __init__(self, points):
        count = len(points) // _CORNER_BYTES
        first_latitude, first_longitude = struct.unpack_from("<ii", points, 0)
        south = north = first_latitude
        x = west = east = 0  # eastward from the first corner
        before = first_longitude
        for place in range(1, count + 1):
            latitude, longitude = struct.unpack_from("<ii", points, place % count * _CORNER_BYTES)
            x += _shortest(longitude - before)
            before = longitude
            if place < count:
                south = min(south, latitude)
                north = max(north, latitude)
                west = min(west, x)
                east = max(east, x)
        # The outline ends where it began, unless it went round a pole.
        self._judged = x == 0 and east - west <= _WIDEST
        self._south = south
        self._north = north
        self._west = _on_earth(first_longitude + west)
        self._east = _on_earth(first_longitude + east)
        # Corners north and east of the box's south-western one.
        self._ys = array("i", [0] * count)
        self._xs = array("i", [0] * count)
        if self._judged:
            x = -west  # and `before` is the first corner again
            for place in range(count):
                latitude, longitude = struct.unpack_from("<ii", points, place * _CORNER_BYTES)
                x += _shortest(longitude - before)
                before = longitude
                self._ys[place] = latitude - south
                self._xs[place] = x

    def look(self, latitude_e7, longitude_e7):
        """INSIDE, OUTSIDE or ON_EDGE. Outside its box this takes nothing from the heap, anywhere on Earth."""
        if not self._judged:
            return ON_EDGE
        if latitude_e7 < self._south or latitude_e7 > self._north:
            return OUTSIDE
        if longitude_e7 >= _HALF_TURN:
            longitude_e7 = -_HALF_TURN
        if self._west <= self._east:
            if longitude_e7 < self._west or longitude_e7 > self._east:
                return OUTSIDE
        elif self._east < longitude_e7 < self._west:
            return OUTSIDE
        x = longitude_e7 - self._west
        if x < 0:
            x += _TURN
        _short[0] = x
        _short[1] = latitude_e7 - self._south
        return self._among(_short[0], _short[1])

    def _among(self, x, y):
        """Count the edges that a ray to the east meets; each has its southern end, but not its northern one."""
        xs = self._xs
        ys = self._ys
        last = len(xs) - 1
        ax = xs[last]
        ay = ys[last]
        inside = False
        for place in range(last + 1):
            bx = xs[place]
            by = ys[place]
            if by == y and (bx == x or (ay == y and (ax > x) != (bx > x))):
                return ON_EDGE
            if (ay > y) != (by > y):
                if ax > x and bx > x:
                    inside = not inside
                elif ax >= x or bx >= x:
                    side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
                    if side == 0:
                        return ON_EDGE
                    if (side > 0) == (by > ay):
                        inside = not inside
            ax = bx
            ay = by
        return INSIDE if inside else OUTSIDE


def _shortest(difference):
    """The same turn, at most half a one: -180 degrees or more, less than 180."""
    return (difference + _HALF_TURN) % _TURN - _HALF_TURN


def _on_earth(longitude):
    """A longitude from -180 degrees on, less than 180."""
    return (longitude + _HALF_TURN) % _TURN - _HALF_TURN
