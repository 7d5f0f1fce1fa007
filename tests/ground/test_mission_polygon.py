"""Outlines: what is widened holds everything that it should, across the antimeridian as well, and in few corners."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firmware.areas import INSIDE, ON_EDGE
from firmware.areas import contains as board_contains
from firmware.protocol.mission_rules import MOST_CORNERS
from ground.mission_polygon import common, contains, crosses_itself, fault, fullness, moved, unwrapped, widened

SQUARE = ((520000000, 205000000), (520000000, 209000000), (524000000, 209000000), (524000000, 205000000))
METRES = 111_195.0  # of a degree of latitude on a sphere


def packed(corners):
    import struct

    return b"".join(struct.pack("<ii", *corner) for corner in corners)


def on_board(corners, place):
    """Whether the board takes a place as inside a keep-out."""
    return board_contains(packed(corners), *place) in (INSIDE, ON_EDGE)


@st.composite
def outlines(draw):
    latitude = draw(st.integers(-70, 70)) * 10_000_000
    longitude = draw(st.integers(-180, 180)) * 10_000_000
    count = draw(st.integers(3, MOST_CORNERS))
    corners = []
    for place in range(count):
        angle = 2 * math.pi * place / count
        reach = draw(st.integers(1_000_000, 20_000_000))
        east = longitude + int(reach * math.cos(angle))
        corners.append(
            (latitude + int(reach * math.sin(angle)), (east + 1_800_000_000) % 3_600_000_000 - 1_800_000_000)
        )
    return corners


@settings(max_examples=200, deadline=None)
@given(outlines(), st.floats(0, 150_000), st.floats(0, 2 * math.pi), st.floats(0, 1), st.data())
def test_whatever_drifts_into_an_area_was_let_go_inside_the_moved_and_widened_one(corners, drift_m, angle, part, data):
    """A place inside the area, less a drift that is known to within a radius, lies inside what the board gets."""
    assume(fault(corners) is None and not crosses_itself(corners))
    radius_m = 20_000.0
    east_m, north_m = drift_m * math.sin(angle), drift_m * math.cos(angle)
    made = widened(corners, -east_m, -north_m, radius_m + 0.02 * (drift_m + radius_m) + 10)
    assert 3 <= len(made) <= 16
    around = unwrapped(corners)
    one, other = (around[data.draw(st.integers(0, len(around) - 1))] for _ in range(2))
    inside = tuple(round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    for turn in range(0, 360, 40):
        # Let go here, it lands `inside`: by the drift, and off by the radius in any direction.
        off_e, off_n = radius_m * math.sin(math.radians(turn)), radius_m * math.cos(math.radians(turn))
        latitude = inside[0] / 1e7 - (north_m + off_n) / METRES
        cosine = math.cos(math.radians((latitude + inside[0] / 1e7) / 2))
        longitude = inside[1] / 1e7 - (east_m + off_e) / (METRES * cosine)
        place = (round(latitude * 1e7), (round(longitude * 1e7) + 1_800_000_000) % 3_600_000_000 - 1_800_000_000)
        assert on_board(made, place), (place, made)
        assert contains(made, place)


@settings(max_examples=100, deadline=None)
@given(outlines(), st.integers(-800_000_000, 800_000_000), st.integers(-1_799_999_999, 1_799_999_999))
def test_inside_means_the_same_here_as_on_the_board(corners, latitude_e7, longitude_e7):
    assume(fault(corners) is None)
    verdict = board_contains(packed(corners), latitude_e7, longitude_e7)
    if verdict != ON_EDGE:
        assert contains(corners, (latitude_e7, longitude_e7)) == (verdict == INSIDE)


def test_what_is_moved_lies_so_many_metres_away():
    place = moved((520000000, 205000000), 10_000, -5_000)
    assert place[0] == pytest.approx(520000000 - 5_000 / METRES * 1e7, rel=1e-4)
    assert (place[1] - 205000000) / 1e7 * METRES * math.cos(math.radians(52)) == pytest.approx(10_000, rel=0.01)
    assert moved((0, 1799999999), 1000, 0)[1] < -1799000000


def test_an_area_that_would_reach_a_pole_or_half_round_the_earth_is_refused():
    north = ((840000000, 0), (840000000, 10000000), (841000000, 5000000))
    with pytest.raises(ValueError, match="reaches a pole"):
        widened(north, 0, 0, 200_000)
    with pytest.raises(ValueError, match="wider than 107 degrees"):
        widened(((0, 0), (0, 500000000), (10000000, 400000000)), 0, 0, 4_000_000)


def test_one_outline_around_several_holds_them_all():
    other = [(latitude + 3000000, longitude + 7000000) for latitude, longitude in SQUARE]
    both = common([SQUARE, other])
    for corner in (*SQUARE, *other):
        assert on_board(both, corner)
    far = [(latitude, 1799000000 if longitude < 207000000 else -1799000000) for latitude, longitude in SQUARE]
    assert len(common([far, far])) == 4


def test_an_outline_of_many_corners_is_drawn_out_never_in():
    circle = [
        (round(5e8 + 3e6 * math.sin(2 * math.pi * place / 32)), round(2e8 + 5e6 * math.cos(2 * math.pi * place / 32)))
        for place in range(32)
    ]
    made = widened(circle, 0, 0, 10.0)
    assert len(made) == 16
    assert all(on_board(made, corner) for corner in circle)
    assert fullness(made) == pytest.approx(1.0)


def test_edges_that_open_outwards_are_never_left_out():
    """Half a disc: its long side's neighbours never meet beyond it."""
    half = [
        (round(5e8 + 3e6 * math.sin(math.pi * place / 20)), round(2e8 + 5e6 * math.cos(math.pi * place / 20)))
        for place in range(21)
    ]
    made = common([half])
    assert len(made) == 16
    assert all(on_board(made, (latitude, longitude)) for latitude, longitude in half)
    assert min(latitude for latitude, _ in made) == 500000000


def test_how_full_an_outline_is_says_how_convex_it_is():
    assert fullness(SQUARE) == 1.0
    corner = ((0, 0), (0, 100), (10, 100), (10, 10), (100, 10), (100, 0))
    assert fullness(corner) == pytest.approx(1900 / 5950)
    assert fullness(((0, 0), (0, 1), (0, 2))) == 1.0


def test_an_outline_that_crosses_itself_is_noticed():
    assert not crosses_itself(SQUARE)
    assert crosses_itself((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]))
    assert not crosses_itself(SQUARE[:3])


def test_a_fault_is_left_to_the_rules_where_there_are_too_few_corners():
    assert fault(()) is None
    assert fault(SQUARE[:2]) is None
    assert fault(SQUARE) is None
