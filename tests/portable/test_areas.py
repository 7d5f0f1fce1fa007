"""Areas: exact against a reference that counts otherwise, on edges and corners, round the Earth, off the heap."""

import struct

import micropython

from firmware.areas import INSIDE, ON_EDGE, OUTSIDE, Shape, contains
from hardware.simulated.random_source import RandomSource

TURN = 3600000000
HALF = 1800000000
# latitude, longitude
SQUARE = ((500000000, 100000000), (500000000, 110000000), (510000000, 110000000), (510000000, 100000000))


def pack(corners):
    return b"".join([struct.pack("<ii", latitude, longitude) for latitude, longitude in corners])


def wrap(longitude):
    return (longitude + HALF) % TURN - HALF


def moved(corners, east):
    return [(latitude, wrap(longitude + east)) for latitude, longitude in corners]


def unrolled(corners):
    """The corners in one plane, each edge the short way; the first longitude as it is."""
    plane = [corners[0]]
    for latitude, longitude in corners[1:]:
        before = plane[-1][1]
        step = (longitude - before) % TURN
        plane.append((latitude, before + (step if step < HALF else step - TURN)))
    return plane


def reference(corners, latitude, longitude):
    """The verdict by fractions as pairs of integers: crossings of the meridian of the place, south of it."""
    plane = unrolled(corners)
    verdicts = []
    for turn in (-2, -1, 0, 1, 2):
        verdicts.append(plane_verdict(plane, latitude, longitude + turn * TURN))
    if ON_EDGE in verdicts:
        return ON_EDGE
    return INSIDE if INSIDE in verdicts else OUTSIDE


def plane_verdict(plane, py, px):
    crossings = 0
    for place in range(len(plane)):
        ay, ax = plane[place - 1]
        by, bx = plane[place]
        if min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by):
            if (bx - ax) * (py - ay) == (by - ay) * (px - ax):
                return ON_EDGE
        if (ax <= px) != (bx <= px):
            # Where the edge meets the meridian: ay + (by - ay) * (px - ax) / (bx - ax), as top over bottom.
            bottom = bx - ax
            top = ay * bottom + (by - ay) * (px - ax)
            if bottom < 0:
                top, bottom = -top, -bottom
            if top < py * bottom:
                crossings += 1
    return INSIDE if crossings % 2 else OUTSIDE


def random_outline(random, most_corners, size):
    count = 3 + random.below(most_corners - 2)
    latitude = random.below(1000000000) - 500000000
    longitude = random.below(2000000000) + random.below(1600000000) - HALF
    return [
        (latitude + random.below(size) - size // 2, wrap(longitude + random.below(size) - size // 2))
        for _ in range(count)
    ]


def test_a_square_has_an_inside_an_outside_edges_and_corners():
    points = pack(SQUARE)
    for latitude, longitude, verdict in (
        (505000000, 105000000, INSIDE),
        (500000001, 100000001, INSIDE),
        (509999999, 109999999, INSIDE),
        (499999999, 105000000, OUTSIDE),
        (510000001, 105000000, OUTSIDE),
        (505000000, 99999999, OUTSIDE),
        (505000000, 110000001, OUTSIDE),
        (505000000, -105000000, OUTSIDE),
        (-505000000, 105000000, OUTSIDE),
        (500000000, 105000000, ON_EDGE),
        (510000000, 105000000, ON_EDGE),
        (505000000, 100000000, ON_EDGE),
        (505000000, 110000000, ON_EDGE),
    ):
        assert contains(points, latitude, longitude) == verdict, (latitude, longitude)
    for latitude, longitude in SQUARE:
        assert contains(points, latitude, longitude) == ON_EDGE
        assert contains(pack(tuple(reversed(SQUARE))), latitude, longitude) == ON_EDGE


def test_exact_to_the_last_unit_beside_a_slanted_edge():
    # One unit beside an edge of 30 degrees the products differ in their nineteenth digit.
    points = pack(((0, 0), (299999999, 300000001), (0, 300000001)))
    for x in range(7, 300000001, 7300001):
        y = 299999999 * x // 300000001
        assert contains(points, y, x) == INSIDE
        assert contains(points, y + 1, x) == OUTSIDE
    points = pack(((0, 0), (300000000, 300000000), (0, 300000000)))
    for x in range(7, 300000000, 7300001):
        assert contains(points, x, x) == ON_EDGE
        assert contains(points, x - 1, x) == INSIDE
        assert contains(points, x + 1, x) == OUTSIDE


def test_thousands_of_random_outlines_and_places_agree_with_the_reference():
    random = RandomSource(16)
    seen = [0, 0, 0]
    for size in (6, 40, 20000000, 600000000):
        for _ in range(200):
            corners = random_outline(random, 32 if random.below(4) else 5, size)
            shape = Shape(pack(corners))
            latitude, longitude = corners[random.below(len(corners))]
            for _ in range(8):
                y = latitude + random.below(size) - size // 2
                x = wrap(longitude + random.below(size) - size // 2)
                verdict = shape.look(y, x)
                assert verdict == reference(corners, y, x), (corners, y, x)
                seen[verdict] += 1
    assert min(seen) > 300, seen


def test_every_corner_and_every_whole_point_of_an_edge_is_on_the_edge():
    random = RandomSource(3)
    for _ in range(200):
        corners = []
        # Edges of ten equal steps each, so that the points between are whole.
        y, x = random.below(1000000000) - 500000000, random.below(1000000000)
        for _ in range(2 + random.below(10)):
            corners.append((y, wrap(x)))
            y += (random.below(2000) - 1000) * 10
            x += (random.below(2000) - 1000) * 10
        corners.append((y, wrap(x)))
        shape = Shape(pack(corners))
        for place in range(1, len(corners)):
            (ay, ax), (by, bx) = corners[place - 1], corners[place]
            for step in range(11):
                verdict = shape.look(ay + (by - ay) // 10 * step, wrap(ax + wrap(bx - ax) // 10 * step))
                assert verdict == ON_EDGE, (corners, place, step)


def test_two_areas_that_share_an_edge_leave_no_gap_and_overlap_only_on_it():
    random = RandomSource(8)
    shared = 0
    for _ in range(60):
        # A zigzag from south to north between two rectangles' outer sides.
        base = random.below(500000000)
        zigzag = [(base + step * 4, 1000 + random.below(9)) for step in range(8)]
        west = Shape(pack(zigzag + [(base + 28, 900), (base, 900)]))
        east = Shape(pack(zigzag + [(base + 28, 1200), (base, 1200)]))
        for _ in range(60):
            latitude = base + 1 + random.below(27)
            longitude = 998 + random.below(13)
            verdicts = (west.look(latitude, longitude), east.look(latitude, longitude))
            assert verdicts in ((INSIDE, OUTSIDE), (OUTSIDE, INSIDE), (ON_EDGE, ON_EDGE)), (zigzag, latitude, longitude)
            shared += verdicts[0] == ON_EDGE
    assert shared > 100, shared


def test_the_same_outline_anywhere_round_the_earth_gives_the_same_verdicts():
    random = RandomSource(180)
    for _ in range(60):
        corners = random_outline(random, 12, 300000000)
        places = []
        for _ in range(6):
            latitude, longitude = corners[random.below(len(corners))]
            places.append((latitude + random.below(100000000), wrap(longitude - random.below(100000000))))
        shape = Shape(pack(corners))
        verdicts = [shape.look(latitude, longitude) for latitude, longitude in places + corners]
        for _ in range(6):
            east = random.below(2000000000) + random.below(1600000000)
            there = Shape(pack(moved(corners, east)))
            assert [
                there.look(latitude, longitude) for latitude, longitude in moved(places + corners, east)
            ] == verdicts


def test_an_area_on_the_antimeridian_goes_the_short_way():
    # Fiji: from 177 degrees east to 178 degrees west, wherever the outline begins.
    corners = [(-200000000, 1770000000), (-200000000, -1780000000), (-150000000, -1780000000), (-150000000, 1770000000)]
    for _ in range(4):
        points = pack(corners)
        for longitude, verdict in (
            (1769999999, OUTSIDE),
            (1770000000, ON_EDGE),
            (1770000001, INSIDE),
            (1799999999, INSIDE),
            (1800000000, INSIDE),
            (-1800000000, INSIDE),
            (-1799999999, INSIDE),
            (-1780000001, INSIDE),
            (-1780000000, ON_EDGE),
            (-1779999999, OUTSIDE),
            (0, OUTSIDE),
        ):
            assert contains(points, -170000000, longitude) == verdict, (corners, longitude)
        corners = corners[1:] + corners[:1]


def test_an_edge_along_the_antimeridian_is_one_edge_by_both_its_names():
    for name in (1800000000, -1800000000):
        east_of_it = pack(((0, name), (0, -1700000000), (100000000, -1700000000), (100000000, name)))
        west_of_it = pack(((0, 1700000000), (0, name), (100000000, name), (100000000, 1700000000)))
        for points in (east_of_it, west_of_it):
            assert contains(points, 50000000, 1800000000) == ON_EDGE
            assert contains(points, 50000000, -1800000000) == ON_EDGE
        assert contains(east_of_it, 50000000, -1799999999) == INSIDE
        assert contains(east_of_it, 50000000, 1799999999) == OUTSIDE
        assert contains(west_of_it, 50000000, 1799999999) == INSIDE
        assert contains(west_of_it, 50000000, -1799999999) == OUTSIDE


def test_an_area_may_be_concave_and_what_is_gone_round_twice_is_outside():
    horseshoe = pack(((0, 0), (0, 300), (300, 300), (300, 200), (100, 200), (100, 100), (300, 100), (300, 0)))
    assert contains(horseshoe, 200, 50) == INSIDE and contains(horseshoe, 200, 250) == INSIDE
    assert contains(horseshoe, 50, 150) == INSIDE and contains(horseshoe, 200, 150) == OUTSIDE
    assert contains(horseshoe, 100, 150) == ON_EDGE and contains(horseshoe, 300, 150) == OUTSIDE
    hourglass = pack(((0, 0), (200, 200), (200, 0), (0, 200)))
    assert contains(hourglass, 100, 100) == ON_EDGE
    assert contains(hourglass, 50, 100) == INSIDE and contains(hourglass, 100, 50) == OUTSIDE
    star = pack(((100, 0), (-81, 59), (31, -95), (31, 95), (-81, -59)))
    assert contains(star, 0, 0) == OUTSIDE and contains(star, 80, 0) == INSIDE
    twice = SQUARE + SQUARE
    assert contains(pack(twice), 505000000, 105000000) == OUTSIDE


def test_what_has_no_inside_is_all_edge():
    line = pack(((0, 0), (0, 100), (0, 50)))
    assert contains(line, 0, 70) == ON_EDGE and contains(line, 0, 101) == OUTSIDE and contains(line, 1, 50) == OUTSIDE
    upright = pack(((0, 5), (100, 5), (50, 5)))
    assert contains(upright, 70, 5) == ON_EDGE and contains(upright, 70, 6) == OUTSIDE
    assert contains(upright, 70, -1700000000) == OUTSIDE and contains(upright, 70, 1700000000) == OUTSIDE
    point = pack(((7, 7), (7, 7), (7, 7)))
    assert contains(point, 7, 7) == ON_EDGE and contains(point, 7, 8) == OUTSIDE


def test_an_outline_round_a_pole_or_wider_than_107_degrees_is_edge_everywhere():
    round_a_pole = pack(((600000000, 0), (600000000, 1200000000), (600000000, -1200000000)))
    too_wide = pack(((0, 0), (0, 1000000000), (100000000, 1073741824), (100000000, 0)))
    wide = pack(((0, 0), (0, 1000000000), (100000000, 1073741823), (100000000, 0)))
    too_wide_both_ways = pack(((0, 0), (0, 600000000), (100000000, 0), (0, -600000000)))
    for latitude, longitude in ((890000000, 0), (0, 0), (-500000000, 1700000000)):
        assert contains(too_wide_both_ways, latitude, longitude) == ON_EDGE
        assert contains(round_a_pole, latitude, longitude) == ON_EDGE
        assert contains(too_wide, latitude, longitude) == ON_EDGE
    assert contains(wide, 50000000, 900000000) == INSIDE and contains(wide, -500000000, 1700000000) == OUTSIDE


def test_an_area_from_near_one_pole_to_near_the_other_is_judged():
    points = pack(((-899999999, 0), (-899999999, 10), (899999999, 10), (899999999, 0)))
    assert contains(points, 0, 5) == INSIDE and contains(points, 899999998, 9) == INSIDE
    assert contains(points, 0, 11) == OUTSIDE and contains(points, 900000000, 5) == OUTSIDE


def test_a_shape_needs_its_points_no_more():
    points = bytearray(pack(SQUARE))
    shape = Shape(points)
    for place in range(len(points)):
        points[place] = 0
    assert shape.look(505000000, 105000000) == INSIDE and shape.look(0, 0) == OUTSIDE


def look_around(shapes, places):
    for shape in shapes:
        for place in places:
            if shape.look(place[0], place[1]) != OUTSIDE:
                return place
    return None


def test_a_place_outside_the_box_takes_nothing_from_the_heap_anywhere_on_earth():
    shapes = []
    for east in (0, 1500000000, 1695000000, 1800000000, 2500000000):
        shapes.append(Shape(pack(moved(SQUARE, east))))
    shapes.append(Shape(pack([(-latitude, longitude) for latitude, longitude in SQUARE])))
    places = (
        (0, 0),
        (-890000000, 900000000),
        (505000000, 1700000000),
        (505000000, -1200000000),
        (-505000000, 1799999999),
    )
    look_around(shapes, places)
    micropython.heap_lock()
    try:
        found = look_around(shapes, places)
    finally:
        micropython.heap_unlock()
    assert found is None, found
