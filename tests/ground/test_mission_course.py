"""How a flight may go: heights, burst, landing, the blind window, and what a drop does to the climb."""

import math

import pytest

from firmware.protocol.mission_plan import Drop
from ground.mission_blind import blind_window_ms
from ground.mission_course import courses, due_s
from ground.prediction.atmosphere import density
from tests.ground.mission_text import CUTDOWN, GOOD, LATEX, TUBE, changed, read, with_drop, with_flight


def ways(folder, text):
    found = read(folder, text)
    return found, found.review.slow, found.review.fast


def test_nothing_is_known_of_a_flight_without_a_balloon(tmp_path):
    found, slow, fast = ways(tmp_path, GOOD)
    assert (slow, fast) == (None, None)
    mission = found.mission
    assert (mission.blind_from_ms, mission.blind_until_ms, mission.slowest_cm_s, mission.fastest_cm_s) == (0, 0, 0, 0)


def test_a_latex_balloon_climbs_bursts_and_comes_down(tmp_path):
    _, slow, fast = ways(tmp_path, GOOD + LATEX)
    assert slow.descent_s == pytest.approx((32000 - 120) / 4, abs=10)
    assert fast.descent_s == pytest.approx((28000 - 120) / 6, abs=10)
    assert slow.at(1800).m == pytest.approx(120 + 4 * 1800, abs=1)
    assert slow.at(0).m == 120
    assert slow.at(10**6) == slow.rows[-1]
    assert slow.rows[-1].m == fast.rows[-1].m == 120
    # A parachute of 4 m/s at sea level takes some 58 min from 32 km; one of 5 m/s some 45 from 28.
    assert slow.landed_s - slow.descent_s == pytest.approx(3420, rel=0.03)
    assert fast.landed_s - fast.descent_s == pytest.approx(2640, rel=0.03)


def test_each_drop_makes_the_fastest_way_faster_and_never_the_slowest(tmp_path):
    _, slow, fast = ways(tmp_path, with_drop(GOOD, "load_g = 1500") + LATEX)
    before, after = fast.at(2000), fast.at(2400)
    assert (after.m - before.m) / 400 == pytest.approx(6, abs=0.01)
    before, after = fast.at(2800), fast.at(3200)
    assert (after.m - before.m) / 400 == pytest.approx(6 * math.sqrt(2), abs=0.01)
    assert (slow.at(3200).m - slow.at(2800).m) / 400 == pytest.approx(4, abs=0.01)
    _, _, fast = ways(tmp_path, with_drop(GOOD, "load_g = 1500") + changed(LATEX, "free_lift_g = 1500", ""))
    assert (fast.at(3200).m - fast.at(2800).m) / 400 == pytest.approx(6, abs=0.01)


def test_a_tube_climbs_to_its_float_and_to_the_next_after_each_drop_until_it_is_ended(tmp_path):
    _, slow, fast = ways(tmp_path, with_drop(GOOD, "load_g = 2000") + TUBE + CUTDOWN)
    for course in (slow, fast):
        assert course.at(2600).m == pytest.approx(4600, abs=50)
        assert course.at(5000).m == pytest.approx(6634, abs=50)
        assert course.descent_s == 7200
        assert 7200 < course.landed_s < 9900
    assert slow.first_above_s(4590) > fast.first_above_s(4590) > 600
    assert slow.first_above_s(9000) is None
    assert slow.highest_m(0, 2000) == pytest.approx(4600, abs=50)
    assert slow.highest_m(2000, 10**6) == pytest.approx(6634, abs=50)


def test_a_tube_without_a_cutdown_stays_up_to_the_end_and_one_too_heavy_on_the_ground(tmp_path):
    found, slow, _ = ways(tmp_path, GOOD + TUBE)
    assert (slow.descent_s, slow.landed_s, slow.rows[-1].s) == (None, None, found.mission.end_ms / 1000)
    _, slow, fast = ways(tmp_path, GOOD + TUBE.replace("payload_g = 7800", "payload_g = 18000") + CUTDOWN)
    assert {row.m for row in slow.rows} | {row.m for row in fast.rows} == {120}


def test_a_ceiling_ends_the_way(tmp_path):
    _, slow, fast = ways(tmp_path, GOOD + LATEX + CUTDOWN + "ceiling_m = 20000\n")
    assert slow.descent_s == pytest.approx((20000 - 120) / 4, abs=10)
    assert fast.descent_s == pytest.approx((20000 - 120) / 6, abs=10)


def test_the_wind_carries_it_along(tmp_path):
    (tmp_path / "wind.csv").write_text("altitude_m,direction_deg,speed_m_s\n0,270,10\n40000,270,10\n")
    text = GOOD + LATEX + '\n[wind]\nfile = "wind.csv"\nvalid = 2026-06-01T06:00:00Z\n'
    _, slow, _ = ways(tmp_path, text)
    assert slow.at(3600).east_m == pytest.approx(36_000, abs=1)
    assert slow.at(3600).north_m == pytest.approx(0, abs=1)


def test_a_drop_by_utc_comes_at_both_ends_of_the_launch_slot(tmp_path):
    text = changed(GOOD, 'after = "45 min"', "at = 2026-06-01T09:00:00Z") + LATEX
    found = read(tmp_path, text)
    drop, preparation = found.mission.drops[0], found.review.preparation
    assert (due_s(drop, preparation, True), due_s(drop, preparation, False)) == (None, None)
    found = read(
        tmp_path,
        with_flight(text, "launch_from = 2026-06-01T08:00:00Z\nlaunch_until = 2026-06-01T08:20:00Z"),
    )
    preparation = found.review.preparation
    assert (due_s(drop, preparation, True), due_s(drop, preparation, False)) == (2400, 3600)
    assert due_s(Drop("x", 0), preparation, True) is None


def test_the_blind_window_is_from_the_slowest_climb_to_the_earliest_descent(tmp_path):
    found, _, fast = ways(tmp_path, GOOD + LATEX)
    mission = found.mission
    assert mission.blind_from_ms == 600_000  # by then the slowest is above 1350 m, with margins
    assert mission.blind_until_ms == math.floor(fast.descent_s * 0.95 - 60) * 1000
    found, _, _ = ways(tmp_path, GOOD + changed(LATEX, "climb_m_s = [4, 6]", "climb_m_s = [1, 6]"))
    assert found.mission.blind_from_ms == math.ceil(1230 * 1.05 + 60) * 1000


def test_the_blind_window_ends_with_the_cutdown_and_with_the_flight(tmp_path):
    early = CUTDOWN.replace('"2 h"', '"50 min"')
    assert read(tmp_path, GOOD + LATEX + early).mission.blind_until_ms == 3_000_000
    short = changed(GOOD, 'end = "4 h"', 'end = "50 min"')
    assert read(tmp_path, short + LATEX).mission.blind_until_ms == 3_000_000
    ceiling = read(tmp_path, GOOD + LATEX + CUTDOWN + "ceiling_m = 10000\n").mission
    assert ceiling.blind_until_ms == math.floor(1650 * 0.95 - 60) * 1000


def test_there_is_no_blind_window_where_the_slowest_is_too_slow_or_the_float_too_low(tmp_path):
    slow = changed(LATEX, "climb_m_s = [4, 6]", "climb_m_s = [0.5, 6]").replace("28000", "5000")
    assert read(tmp_path, GOOD + slow).mission.blind_until_ms == 0
    low = changed(TUBE, "payload_g = 7800", "payload_g = 11500")
    assert read(tmp_path, GOOD + low + CUTDOWN).mission.blind_until_ms == 0


def test_a_leaking_tube_is_trusted_the_shorter_the_more_it_leaks(tmp_path):
    def until_s(leak):
        found = read(tmp_path, GOOD + changed(TUBE, "leak_per_h = 0.02", leak) + CUTDOWN)
        return found.mission.blind_until_ms / 1000

    worst, some, none = until_s("leak_per_h = 0.3"), until_s("leak_per_h = 0.02"), until_s("leak_per_h = 0")
    assert until_s("") == worst  # nobody said: the worst
    assert 600 < worst < some < none == 7200


def test_a_leaking_tube_is_still_high_enough_at_the_end_of_the_window(tmp_path):
    """By a finer sum over its own mass and drag: full at its float height, and then ever less gas."""
    found, _, fast = ways(tmp_path, GOOD + changed(TUBE, "0.02", "0.1") + CUTDOWN)
    area_m2 = math.pi / 4 * (4 / math.pi) ** 2
    height_m, speed_m_s, gas, s = 4600.0, 0.0, 1.0, fast.first_above_s(4590)
    while s < found.mission.blind_until_ms / 1000:
        gas -= gas * 0.1 / 3600
        sink = math.sqrt(2 * 10 * (1 - gas) * 9.80665 / (density(height_m) * 0.8 * area_m2))
        speed_m_s += (sink - speed_m_s) * 0.2
        height_m -= speed_m_s
        s += 1
    assert height_m > 1350


def test_the_motion_of_a_drop_is_what_it_does_to_the_climb_and_nothing_where_it_cannot_be_told(tmp_path):
    def motion(lines, balloon=LATEX):
        return read(tmp_path, with_drop(GOOD, lines) + balloon).mission.drops[0].motion_cm_s

    assert motion("load_g = 1500") == round(400 * (math.sqrt(2) - 1))
    assert motion("load_g = 150") == 0  # 0.2 m/s
    assert motion("load_g = 1500", changed(LATEX, "free_lift_g = 1500", "")) == 0
    assert motion("") == 0
    # Falling on its parachute it loses less than half of its speed: the smaller change counts.
    assert motion('load_g = 1500\ndescent = "release"') == round(400 * (1 - math.sqrt(900 / 2400)))
    # A tube rises from its float with the weight that it lost: 2 kg at 0.77 kg/m3.
    assert motion("load_g = 2000", TUBE + CUTDOWN) == pytest.approx(709, abs=10)
    assert motion("load_g = 2000\nrepeat = { every = '10 min', times = 2 }", TUBE + CUTDOWN) > 709


def test_the_motion_of_the_cutdown_is_a_fall(tmp_path):
    assert read(tmp_path, GOOD + LATEX + CUTDOWN).mission.cutdown.motion_cm_s == -(400 + 400)
    assert read(tmp_path, GOOD + TUBE + CUTDOWN).mission.cutdown.motion_cm_s == -250
    assert read(tmp_path, GOOD + CUTDOWN).mission.cutdown.motion_cm_s == 0


def test_the_expected_climb_reaches_from_the_slowest_to_the_fastest_with_everything_let_go(tmp_path):
    mission = read(tmp_path, GOOD + LATEX).mission
    assert (mission.slowest_cm_s, mission.fastest_cm_s) == (400, 600)
    mission = read(tmp_path, with_drop(GOOD, "load_g = 1500") + LATEX).mission
    assert (mission.slowest_cm_s, mission.fastest_cm_s) == (400, math.ceil(600 * math.sqrt(2)))
    mission = read(tmp_path, with_drop(GOOD, "load_g = 2000") + TUBE + CUTDOWN).mission
    assert mission.fastest_cm_s == pytest.approx(709, abs=10)
    assert read(tmp_path, GOOD + TUBE + CUTDOWN).mission.fastest_cm_s == 600


def test_a_built_mission_tells_nothing_of_its_balloon(tmp_path):
    found = read(tmp_path, GOOD + LATEX)
    (tmp_path / "m.bin").write_bytes(found.data)
    from ground.mission_file import read_mission_file

    built = read_mission_file(tmp_path / "m.bin")
    assert courses(built.mission, built.review.preparation) is None
    assert blind_window_ms(built.mission, built.review.preparation, None) == (0, 0)
    assert built.mission.blind_until_ms == found.mission.blind_until_ms
