"""What is drawn is what was heard: no nearer, no further, no invented line."""

import math
import random
from dataclasses import replace
from itertools import pairwise

from ground.picture.flight_record import Drop, FlightRecord
from ground.picture.plane import EARTH_RADIUS_M, Plane
from ground.picture.scales import clock_step_s, round_step, spread, ticks
from ground.picture.way import Way, thin
from tests.ground import picture_records as records

RECORDS = records.all_of_them()


def record_of(points, phases=(), drops=()):
    return FlightRecord("t", "s", "simulated", points, phases, drops, None, None, (True, "ok"))


def distance(point, start, end):
    """From a point to a stretch."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = math.hypot(x2 - x1, y2 - y1)
    part = 0 if length == 0 else max(0, min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length**2))
    return math.hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1))


def test_nothing_that_was_thinned_away_lies_far_from_the_line():
    for seed in range(40):
        dice = random.Random(seed)
        x = y = 0.0
        line = [(x, y)]
        for _ in range(400):
            # From smooth to wild, back and forth, with repeated points.
            x, y = x + dice.gauss(0.3, seed / 30), y + dice.gauss(0, seed / 30) * dice.choice((0, 1, 1))
            line.append((x, y))
        kept = thin(line, 0.5)
        assert kept[0] == line[0] and kept[-1] == line[-1]
        at = 0
        for start, end in pairwise(kept):
            while line[at] != end:
                assert distance(line[at], start, end) <= 0.5 * 1.2, (seed, at)
                at += 1


def test_a_straight_line_needs_two_points_and_a_spike_keeps_its_tip():
    assert thin([(float(n), 2.0 * n) for n in range(1000)], 0.3) == [(0.0, 0.0), (999.0, 1998.0)]
    spike = [(float(n), 40.0 if n == 500 else 0.0) for n in range(1000)]
    assert (500.0, 40.0) in thin(spike, 0.3)


def test_a_line_that_turns_back_on_itself_keeps_its_end():
    there_and_back = [(float(n), 0.0) for n in range(100)] + [(float(n), 0.0) for n in range(98, 49, -1)]
    assert (99.0, 0.0) in thin(there_and_back, 0.3)


def test_distances_and_directions_from_the_launch_are_true():
    degree_m = math.radians(1) * EARTH_RADIUS_M
    plane = Plane(50.0, 8.0)
    east, north = plane.metres(51.0, 8.0)
    assert abs(east) < 1e-6 and abs(north - degree_m) < 1e-3
    # Frankfurt to Paris by the haversine on the same sphere.
    a, b = math.radians(50.1), math.radians(48.86)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(2.35 - 8.68) / 2) ** 2
    expected = 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))
    assert abs(math.hypot(*Plane(50.1, 8.68).metres(48.86, 2.35)) - expected) < 1
    assert Plane(50.1, 8.68).metres(48.86, 2.35)[0] < 0


def test_the_date_line_and_the_pole_are_no_places_of_their_own():
    east, _ = Plane(0.0, 179.9).metres(0.0, -179.9)
    assert abs(east - math.radians(0.2) * EARTH_RADIUS_M) < 1e-3
    over, up = Plane(89.9, 0.0).metres(89.9, 180.0)
    assert abs(over) < 1e-3 and abs(up - math.radians(0.2) * EARTH_RADIUS_M) < 1e-3


def test_between_two_points_across_the_date_line_the_place_is_on_the_short_way():
    way = Way(record_of([(0.0, 10.0, 179.0, 0.0), (10.0, 12.0, -179.0, 1000.0)]))
    fall = way.at(5.0)
    assert abs(abs(fall.longitude) - 180) < 1e-9 and fall.latitude == 11 and fall.altitude_m == 500


def test_outside_of_what_was_heard_there_is_no_place():
    way = Way(record_of([(0.0, 10.0, 9.0, 0.0), (10.0, 12.0, 9.0, 1000.0)]))
    assert way.at(-0.1) is None and way.at(10.1) is None and way.at(None) is None
    assert way.at(10.0).altitude_m == 1000


def test_impossible_points_are_left_out_and_counted():
    good = [(float(n), 50.0, 8.0, 100.0) for n in range(3)]
    bad = [
        (3.0, math.nan, 8.0, 100.0), (4.0, 91.0, 8.0, 100.0), (5.0, 50.0, 181.0, 100.0),
        (math.inf, 50.0, 8.0, 100.0), (6.0, 50.0, 8.0, -math.inf), (2.0, 50.0, 8.0, 100.0),
    ]  # fmt: skip
    way = Way(record_of([*bad, *reversed(good)]))
    assert way.times == [0.0, 1.0, 2.0] and way.left_out == 6


def test_a_silence_is_a_run_that_was_not_heard():
    points = [(float(t), 50.0, 8.0, 10.0 * t) for t in range(200) if not 50 < t < 100]
    way = Way(record_of(points, [("ascent", 0.0)]))
    assert [(run.heard, run.points[0].elapsed_s, run.points[-1].elapsed_s) for run in way.runs] == [
        (True, 0, 50), (False, 50, 100), (True, 100, 199),
    ]  # fmt: skip
    assert (way.gaps, way.longest_gap_s) == (1, 50)


def test_after_landing_a_report_a_minute_is_no_silence():
    way = Way(records.beacon())
    assert (way.gaps, way.longest_gap_s) == (0, 0.0) and all(run.heard for run in way.runs)


def test_a_report_that_fails_to_come_after_landing_is_a_silence_and_so_is_a_minute_before_it():
    landed_s = 8498.0
    points = [(float(t), 50.0, 8.0, 120.0) for t in range(8000, 8499)] + [(landed_s + 120, 50.0, 8.0, 120.0)]
    assert (Way(record_of(points, [("ascent", 0.0), ("landed", landed_s)])).longest_gap_s) == 120
    minute = [point for point in points[:-1] if not 8100 < point[0] < 8160] + [(landed_s + 60, 50.0, 8.0, 120.0)]
    way = Way(record_of(minute, [("ascent", 0.0), ("landed", landed_s)]))
    assert (way.gaps, way.longest_gap_s) == (1, 60)
    # Of a silence over the landing that part counts for itself which lies before it.
    early = [point for point in points[:-1] if point[0] <= landed_s - 40] + [(landed_s + 20, 50.0, 8.0, 120.0)]
    assert Way(record_of(early, [("ascent", 0.0), ("landed", landed_s)])).gaps == 1


def test_a_launch_that_was_found_later_began_the_climb_where_it_was():
    points = [(float(t), 50.0, 8.0, 10.0 * max(t, 0)) for t in range(-300, 300)]
    way = Way(record_of(points, [("ground", -300.0), ("ascent", 48.0)]))
    assert [(span.name, span.start_s, span.end_s) for span in way.phases] == [
        ("ground", -300, 0), ("ascent", 0, 299),
    ]  # fmt: skip
    # A launch that was none, before the real one, stays where it was found.
    phases = [("ground", -300.0), ("ascent", -200.0), ("ground", -100.0), ("ascent", 48.0), ("ground", 90.0)]
    assert [span.start_s for span in Way(record_of(points, phases)).phases] == [-300, -200, -100, 0, 90]


def test_the_highest_point_of_a_climb_that_was_heard_no_further_is_no_apex():
    way = Way(RECORDS["dead in the climb"])
    assert way.apex is None and (way.last.at_s, way.last.altitude_m) == (1194, 120 + 5 * 1194)
    # Within the noise of its altitude the last point need not be the highest.
    points = [*RECORDS["dead in the climb"].points, (1196.0, 50.0, 8.1, 6070.0)]
    assert Way(replace(RECORDS["dead in the climb"], points=points)).apex is None
    # A burst that no phase told of is seen by the fall.
    points.append((1200.0, 50.0, 8.1, 5900.0))
    assert Way(replace(RECORDS["dead in the climb"], points=points)).apex == (1194, 6090)


def test_the_last_position_counts_where_no_landing_was_seen():
    way = Way(RECORDS["lost in the descent"])
    assert way.apex == (6000, 30120) and way.last.at_s == 7000
    assert Way(RECORDS["latex"]).last is None and Way(RECORDS["latex"]).apex == (6000, 30120)
    assert Way(RECORDS["float"]).apex == (4500, 18000) and Way(RECORDS["float"]).last is not None
    assert Way(RECORDS["never launched"]).last is None and Way(RECORDS["empty"]).last is None


def test_the_axes_reach_as_far_as_the_way_and_what_lies_near_its_end():
    way = Way(RECORDS["dead in the climb"])
    assert (way.end_s, way.high_m) == (1194, 6090)
    assert [way.shows(drop) for drop in way.record.drops] == [True, False, False]
    points = [(float(t), 50.0, 8.0, 10.0 * t) for t in range(1000)]
    near = Drop("near", 1100.0, 1100.0, True, 11000.0, 50.0, 8.0)
    assert (Way(record_of(points, drops=[near])).end_s, Way(record_of(points, drops=[near])).high_m) == (1100, 11000)
    assert Way(record_of(points, drops=[Drop("cutdown", 1100.0, None, False, cutdown=True)])).end_s == 999


def test_a_drop_that_was_not_let_go_is_where_the_flight_was_when_it_was_over():
    way = Way(record_of([(0.0, 10.0, 9.0, 0.0), (10.0, 12.0, 9.0, 1000.0)]))
    skipped = Drop("a", 2.0, None, False, state="skipped", over_s=5.0)
    assert way.drop_time_s(skipped) == 5 and way.drop_place(skipped).altitude_m == 500
    fired = Drop("a", 2.0, 2.5, True, over_s=5.0)
    assert way.drop_time_s(fired) == 2.5


def test_a_slow_rhythm_is_no_silence():
    assert Way(record_of([(60.0 * n, 50.0, 8.0, 0.0) for n in range(20)])).gaps == 0


def test_runs_change_with_the_phases_and_share_their_ends():
    points = [(float(t), 50.0, 8.0, 0.0) for t in range(-10, 30)]
    way = Way(record_of(points, [("descent", 20.0), ("ground", -10.0), ("ascent", 0.0), ("spinning", 25.0)]))
    assert [(run.kind, run.points[0].elapsed_s, run.points[-1].elapsed_s) for run in way.runs] == [
        ("rest", -10, 0), ("ascent", 0, 20), ("descent", 20, 25), ("other", 25, 29),
    ]  # fmt: skip


def test_a_drop_without_a_place_of_its_own_is_where_the_flight_was():
    way = Way(record_of([(0.0, 10.0, 9.0, 0.0), (10.0, 12.0, 9.0, 1000.0)]))
    assert way.drop_place(Drop("a", 5.0, None, False)).latitude == 11
    assert way.drop_place(Drop("a", 5.0, 5.5, True, 700.0, 1.0, 2.0)).latitude == 1
    assert way.drop_place(Drop("a", 5.0, 5.5, True, 700.0, math.nan, 2.0)).latitude == 11.1
    assert way.drop_place(Drop("a", 50.0, None, False)) is None
    assert way.drop_place(Drop("a", None, None, False)) is None


def test_steps_are_round_and_few():
    for span, parts, expected in ((33, 5, 10), (100, 5, 20), (1, 2, 0.5), (7, 7, 1), (0, 4, 5e-10)):
        assert math.isclose(round_step(span, parts), expected)
    assert clock_step_s(3 * 3600, 8) == 1800
    assert clock_step_s(20 * 86400, 8) == 3 * 86400
    assert ticks(-5, 30, 10) == [0, 10, 20, 30]


def test_words_in_a_row_neither_touch_nor_leave_the_row():
    centres = spread([0.0, 5.0, 98.0, 99.0], [20.0, 10.0, 20.0, 6.0], 0.0, 100.0, 2.0)
    edges = [(c - w / 2, c + w / 2) for c, w in zip(centres, (20, 10, 20, 6), strict=True)]
    assert edges[0][0] >= 0 and edges[-1][1] <= 100
    assert all(left[1] + 2 <= right[0] for left, right in pairwise(edges))
    assert spread([1.0, 2.0], [60.0, 60.0], 0.0, 100.0, 2.0) is None
