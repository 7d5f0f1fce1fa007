"""Outlines on the Earth, as the board sees them: corners in 1e-7 degree, edges straight in latitude and longitude.

What is made here errs to the large side: it is for places where nothing may land.
"""

import math
from collections.abc import Sequence

Corner = tuple[int, int]  # latitude, longitude, 1e-7 degree
Point = tuple[float, float]  # longitude, latitude, degrees; x and y

_E7 = 1e7
_TURN_E7 = 3_600_000_000
# A degree of latitude is 110,574 m at the equator and 111,694 m at the poles: the least makes the most of metres.
_M_PER_DEGREE = 110_574.0
_SIDES = 8
_MOST_CORNERS = 16  # of what is made; a board looks at every one of them
WIDEST_DEGREES = 107.0  # what a board still judges, see firmware/areas.py
FARTHEST_LATITUDE = 85.0


def unwrapped(corners: Sequence[Corner]) -> list[Corner]:
    """The same with longitudes that go on over the antimeridian, from the first corner on."""
    found: list[Corner] = []
    for latitude, longitude in corners:
        if found:
            longitude = found[-1][1] + (longitude - found[-1][1] + _TURN_E7 // 2) % _TURN_E7 - _TURN_E7 // 2  # noqa: PLW2901
        found.append((latitude, longitude))
    return found


def fault(corners: Sequence[Corner]) -> str | None:
    """Why an outline cannot be an area, or None."""
    around = unwrapped([*corners, corners[0]]) if corners else []
    if len(around) < 4:
        return None  # the mission's rules count the corners
    longitudes = [longitude for _, longitude in around]
    if longitudes[0] != longitudes[-1]:
        return "goes round a pole: a board cannot judge that"
    if max(longitudes) - min(longitudes) > WIDEST_DEGREES * _E7:
        return f"is wider than {WIDEST_DEGREES:g} degrees: a board cannot judge that"
    if max(abs(latitude) for latitude, _ in around) > FARTHEST_LATITUDE * _E7:
        return f"reaches beyond {FARTHEST_LATITUDE:g} degrees of latitude: too near a pole"
    if _doubled_area(around[:-1]) == 0:
        return "encloses nothing: are its corners in order?"
    return None


def crosses_itself(corners: Sequence[Corner]) -> bool:
    """Whether two edges that do not follow each other meet."""
    around = unwrapped(corners)
    count = len(around)
    for one in range(count):
        for other in range(one + 2, count):
            if one == 0 and other == count - 1:
                continue
            if _meet(around[one], around[one + 1], around[other], around[(other + 1) % count]):
                return True
    return False


def fullness(corners: Sequence[Corner]) -> float:
    """The area of the outline as a part of that of its convex hull: 1 for a convex one."""
    around = unwrapped(corners)
    hull = _hull([(float(longitude), float(latitude)) for latitude, longitude in around])
    whole = abs(_doubled_area([(round(y), round(x)) for x, y in hull]))
    return abs(_doubled_area(around)) / whole if whole else 1.0


def contains(corners: Sequence[Corner], place: Corner) -> bool:
    """Whether a place lies inside, by the even-odd rule."""
    around = unwrapped(corners)
    latitude = place[0]
    longitude = unwrapped([around[0], place])[1][1]
    inside = False
    for (a_latitude, a_longitude), (b_latitude, b_longitude) in zip(around, around[1:] + around[:1], strict=True):
        if (a_latitude > latitude) != (b_latitude > latitude):
            at = a_longitude + (latitude - a_latitude) * (b_longitude - a_longitude) / (b_latitude - a_latitude)
            inside ^= at > longitude
    return inside


def moved(place: Corner, east_m: float, north_m: float) -> Corner:
    """A place so many metres to the east and the north; good to 2 % of the way."""
    x, y = _moved((place[1] / _E7, place[0] / _E7), east_m, north_m)
    return _rounded((x, y))


def widened(corners: Sequence[Corner], east_m: float, north_m: float, radius_m: float) -> list[Corner]:
    """A convex outline of at most 16 corners around all that is within `radius_m` of the outline moved east and north.

    ValueError says why there is none that a board could judge.
    """
    points: list[Point] = []
    for latitude, longitude in unwrapped(corners):
        x, y = _moved((longitude / _E7, latitude / _E7), east_m, north_m)
        points += _around((x, y), radius_m)
    hull = _fewer(_hull(points))
    longitudes, latitudes = [x for x, _ in hull], [y for _, y in hull]
    if max(abs(y) for y in latitudes) > FARTHEST_LATITUDE:
        raise ValueError("reaches a pole")
    if max(longitudes) - min(longitudes) > WIDEST_DEGREES:
        raise ValueError(f"is wider than {WIDEST_DEGREES:g} degrees")
    return [_rounded(point) for point in hull]


def common(outlines: Sequence[Sequence[Corner]]) -> list[Corner]:
    """One convex outline around several that lie near each other, of at most 16 corners."""
    first = outlines[0][0]
    points: list[Point] = []
    for outline in outlines:
        around = unwrapped([first, *outline])[1:]
        points += [(longitude / _E7, latitude / _E7) for latitude, longitude in around]
    return [_rounded(point) for point in _fewer(_hull(points))]


def _moved(point: Point, east_m: float, north_m: float) -> Point:
    x, y = point
    return x + east_m / (_M_PER_DEGREE * _cosine(y)), y + north_m / _M_PER_DEGREE


def _around(centre: Point, radius_m: float) -> list[Point]:
    """The corners of an octagon around a circle."""
    x, y = centre
    reach = radius_m / math.cos(math.pi / _SIDES)
    # Metres of longitude are fewest at the end that is nearer to a pole.
    cosine = _cosine(abs(y) + reach / _M_PER_DEGREE)
    found = []
    for side in range(_SIDES):
        angle = (side + 0.5) * 2.0 * math.pi / _SIDES
        found.append(
            (
                x + reach * math.cos(angle) / (_M_PER_DEGREE * cosine),
                y + reach * math.sin(angle) / _M_PER_DEGREE,
            )
        )
    return found


def _cosine(latitude: float) -> float:
    return math.cos(math.radians(min(abs(latitude), 89.0)))


def _rounded(point: Point) -> Corner:
    x, y = point
    longitude = round(x * _E7)
    return round(y * _E7), (longitude + _TURN_E7 // 2) % _TURN_E7 - _TURN_E7 // 2


def _hull(points: Sequence[Point]) -> list[Point]:
    """Convex hull, counter-clockwise (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    halves = []
    for run in (ordered, ordered[::-1]):
        half: list[Point] = []
        for point in run:
            while len(half) >= 2 and _turn(half[-2], half[-1], point) <= 0.0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return halves[0] + halves[1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _fewer(hull: list[Point]) -> list[Point]:
    """The hull with edges left out until few corners are left: their neighbours are drawn out until they meet."""
    hull = list(hull)
    while len(hull) > _MOST_CORNERS:
        best: tuple[float, int, Point] | None = None
        for place in range(len(hull)):
            a, b, c, d = (hull[(place + step) % len(hull)] for step in range(4))
            corner = _where_they_meet(a, b, c, d)
            if corner is not None:
                added = _turn(b, corner, c)
                if best is None or abs(added) < best[0]:
                    best = (abs(added), place, corner)
        assert best is not None  # of more than four convex corners, some edges always close outside
        _, place, corner = best
        first, second = (place + 1) % len(hull), (place + 2) % len(hull)
        hull[first] = corner
        del hull[second]
    return hull


def _where_they_meet(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where the edge a-b, drawn on beyond b, meets d-c, drawn on beyond c; None where they open."""
    ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], c[0] - d[0], c[1] - d[1]
    cross = ux * vy - uy * vx
    if cross >= 0.0:
        return None
    t = ((d[0] - a[0]) * vy - (d[1] - a[1]) * vx) / cross
    return a[0] + t * ux, a[1] + t * uy


def _doubled_area(around: Sequence[Corner]) -> int:
    return sum(ax * by - bx * ay for (ay, ax), (by, bx) in zip(around, [*around[1:], around[0]], strict=True))


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    def side(p: Corner, q: Corner, r: Corner) -> int:
        cross = (q[1] - p[1]) * (r[0] - p[0]) - (q[0] - p[0]) * (r[1] - p[1])
        return (cross > 0) - (cross < 0)

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
