"""What must hold between the values of a mission: times in order, wires that are free, areas of the right kind."""

from firmware.protocol.mission_plan import KEEP_IN, KEEP_OUT
from tests.portable.mission_description import (
    changed,
    description,
    full,
    full_refused_with,
    problems_of,
    refused,
    refused_with,
)


def drop_at(after_ms):
    return refused_with("drops", 0, "after_ms", after_ms)


def test_times_that_cannot_be_are_refused():
    assert drop_at(599999) == [("drops", 0, "after_ms")]
    assert drop_at(600000) == []
    assert drop_at(14400000) == [("drops", 0, "after_ms")]
    # Two attempts of 4 s and 6 s with 2 s of evidence after each must be over by the end.
    assert drop_at(14400000 - 14000) == []
    assert drop_at(14400000 - 13999) == [("drops", 0, "after_ms")]
    assert ("end_ms",) in refused_with("not_before_ms", 14400000)
    assert refused_with("highest_ground_m", 119) == [("highest_ground_m",)]
    assert refused_with("highest_ground_m", 120) == []


def test_drops_on_one_channel_may_not_overlap_with_all_their_attempts():
    def on_a(after_ms):
        given = description()
        given["drops"].append({"name": "x", "channel": "a", "after_ms": after_ms})
        return refused(given)

    assert on_a(3300000 + 14000) == []
    assert on_a(3300000 + 13999) == [("drops", 2, "after_ms")]
    assert on_a(3300000 - 13999) == [("drops", 2, "after_ms")]
    assert on_a(3300000) == [("drops", 2, "after_ms")]


def test_a_drop_by_utc_is_compared_with_no_elapsed_time():
    given = description()
    given["drops"] = [
        {"name": "x", "channel": "a", "at_unix_s": 1780304400, "patience_ms": 604800000},
        {"name": "y", "channel": "a", "after_ms": 3300000},
        {"name": "z", "channel": "a", "at_unix_s": 1780304400},
    ]
    assert refused(given) == []


def test_a_repeated_drop_says_how_often_and_how_far_apart():
    def repeated(every_ms, count, patience_ms=None):
        given = description()
        given["drops"][1].update({"every_ms": every_ms, "count": count, "patience_ms": patience_ms})
        return refused(given)

    assert repeated(0, 1) == []
    assert repeated(0, 2) == [("drops", 1, "every_ms")]
    assert repeated(60000, 1) == [("drops", 1, "count")]
    assert repeated(60000, 20) == []
    assert repeated(29999, 20) == [("drops", 1, "every_ms")]  # min_gap is 30 s
    assert repeated(30000, 20) == []
    assert repeated(60000, 20, 59999) == []
    assert repeated(60000, 20, 60000) == [("drops", 1, "patience_ms")]


def test_what_is_wrong_with_a_time_is_said_with_the_times():
    def said(*path_and_value):
        found = problems_of(changed(description(), *path_and_value))
        assert len(found) == 1, found
        return found[0][1]

    assert said("drops", 0, "after_ms", 14400000) == "4:00:00 is after the end of the flight, 4:00:00"
    text = "its pulses may last until 4:00:00.001, beyond the end of the flight, 4:00:00"
    assert said("drops", 0, "after_ms", 14400000 - 13999) == text
    assert said("drops", 0, "count", 2) == "is missing: 2 times, but how far apart?"

    def repeated(every_ms, count, patience_ms):
        given = description()
        given["drops"][1].update({"every_ms": every_ms, "count": count, "patience_ms": patience_ms})
        found = problems_of(given)
        assert len(found) == 1, found
        return found[0][1]

    assert repeated(10000, 2, None) == "10 s is shorter than the least gap between two drops, 30 s"
    assert repeated(60000, 2, 60000) == "every occasion must be over before the next, 1 min later"
    assert repeated(0, 1, 14400000) == "its latest moment, 4:30:00, is after the end of the flight, 4:00:00"
    assert repeated(3600000, 5, None) == "its last occasion, 4:30:00, is after the end of the flight, 4:00:00"

    def cutdown(latest_ms):
        given = changed(full(), "cutdown", "latest_ms", latest_ms)
        given["backup_ms"] = 0
        return problems_of(given)[0][1]

    assert cutdown(14400000) == "4:00:00 is after the end of the flight, 4:00:00"
    assert cutdown(14400000 - 34499) == text


def test_the_last_occasion_and_its_latest_moment_come_before_the_end():
    def until(end_ms, patience_ms=None):
        given = description()
        given["drops"][1].update({"every_ms": 600000, "count": 10, "patience_ms": patience_ms})
        given["end_ms"] = end_ms
        return refused(given)

    last_ms = 1800000 + 9 * 600000
    assert until(last_ms) == [("drops", 1, "count")]
    assert until(last_ms + 1) == []
    assert until(last_ms + 60000, 60000) == [("drops", 1, "patience_ms")]
    assert until(last_ms + 60001, 60000) == []


def test_what_is_wrong_already_is_not_compared():
    given = description()
    given["drops"][1].update({"every_ms": -1, "count": 10})
    assert refused(given) == [("drops", 1, "every_ms")]
    given["drops"][1].update({"every_ms": 60000, "count": 0})
    assert refused(given) == [("drops", 1, "count")]
    given["drops"][1].update({"every_ms": 60000, "count": 2, "patience_ms": -5})
    assert refused(given) == [("drops", 1, "patience_ms")]
    given = changed(description(), "min_gap_ms", 0)
    given["drops"][1].update({"every_ms": 500, "count": 2})
    assert refused(given) == [("min_gap_ms",)]
    assert refused_with("end_ms", 0) == [("end_ms",)]
    assert refused_with("not_before_ms", 0) == [("not_before_ms",)]
    assert refused_with("pad_altitude_m", 9999) == [("pad_altitude_m",)]
    assert refused_with("highest_ground_m", -999) == [("highest_ground_m",)]
    assert refused_with("drops", 0, "after_ms", 0) == [("drops", 0, "after_ms")]
    assert refused_with("channels", 0, "attempts", 9) == [("channels", 0, "attempts")]
    assert refused_with("channels", 0, "pulse_ms", None) == [("channels", 0, "pulse_ms")]
    assert full_refused_with("channels", 1, "pulse_ms", None) == [("channels", 1, "pulse_ms")]
    assert full_refused_with("channels", 3, "pulse_ms", 1) == [("channels", 3, "pulse_ms")]
    assert full_refused_with("channels", 2, "positions_us", [9, 9, 9, 9]) == [("channels", 2, "positions_us")]
    assert full_refused_with("drops", 1, "count", 101) == [("drops", 1, "count")]
    assert full_refused_with("drops", 1, "min_altitude_m", 99999) == [("drops", 1, "min_altitude_m")]
    assert full_refused_with("drops", 1, "max_altitude_m", 99999) == [("drops", 1, "max_altitude_m")]
    assert full_refused_with("highest_ground_m", 9999) == [("highest_ground_m",)]
    assert full_refused_with("slowest_cm_s", 9999) == [("slowest_cm_s",)]
    assert full_refused_with("fastest_cm_s", 9999) == [("fastest_cm_s",)]
    assert full_refused_with("blind_from_ms", -1) == [("blind_from_ms",)]
    assert full_refused_with("blind_until_ms", -1) == [("blind_until_ms",)]
    assert full_refused_with("backup_ms", -1) == [("backup_ms",)]
    assert full_refused_with("cutdown", "latest_ms", 0) == [("cutdown", "latest_ms")]
    assert full_refused_with("not_before_ms", 1) == [("not_before_ms",)]
    assert full_refused_with("end_ms", 1) == [("end_ms",)]
    given = changed(full(), "channels", 0, "same_load", 7)
    given["cutdown"]["channel"] = "a"
    assert refused(given) == [("channels", 0, "same_load"), ("cutdown", "channel")]
    given = changed(full(), "drops", 2, "channel", "z")
    assert refused(given) == [("drops", 2, "channel")]


def test_an_altitude_window_is_one_in_which_something_can_be_let_go():
    where = ("drops", 0, "max_altitude_m")
    given = changed(description(), "drops", 0, "min_altitude_m", 5000)
    assert refused(given) == []
    assert refused(changed(given, "drops", 0, "max_altitude_m", 5000)) == [where]
    assert refused(changed(given, "drops", 0, "max_altitude_m", 5001)) == []
    given["drops"][0]["min_altitude_m"] = None
    assert refused(changed(given, "drops", 0, "max_altitude_m", 1350)) == [where]
    assert refused(changed(given, "drops", 0, "max_altitude_m", 1351)) == []
    assert "nothing is let go" in problems_of(changed(given, "drops", 0, "max_altitude_m", 1350))[0][1]


def test_a_drop_is_let_go_inside_a_keep_in_and_kept_from_keep_outs():
    assert full_refused_with("drops", 1, "inside", "town") == [("drops", 1, "inside")]
    assert full_refused_with("drops", 1, "keep_outs", ["home"]) == [("drops", 1, "keep_outs")]
    assert full_refused_with("cutdown", "outside", "town") == [("cutdown", "outside")]
    given = changed(full(), "areas", 0, "kind", KEEP_OUT)
    assert refused(given) == [("drops", 1, "inside"), ("cutdown", "outside")]
    assert refused(changed(full(), "areas", 1, "kind", KEEP_IN)) == [("drops", 1, "keep_outs")]


def test_a_servo_has_a_position_for_every_release_of_all_drops_on_it():
    given = full()
    assert sum(drop.get("count", 1) for drop in given["drops"] if drop["channel"] == "drum") == 3
    assert refused(given) == []
    given["channels"][2]["positions_us"] = [1000, 1100, 1200]
    assert problems_of(given) == [(("drops", 1, "count"), "3 releases, but channel 'drum' has positions for 2")]
    # It is said at the first that finds none, however many follow.
    given["drops"].append({"name": "more", "channel": "drum", "at_unix_s": 1780304400})
    assert refused(given) == [("drops", 1, "count")]
    given["drops"] = [
        {"name": "x", "channel": "drum", "after_ms": 3300000},
        {"name": "y", "channel": "drum", "after_ms": 3600000},
    ]
    assert refused(given) == []
    given["channels"][2]["positions_us"] = [1000, 1100]
    assert refused(given) == [("drops", 1, "count")]


def test_a_wire_hands_over_only_to_a_wire_that_ends_there_and_only_while_attempts_are_left():
    where = ("channels", 0, "same_load")
    assert full_refused_with("channels", 0, "same_load", "drum") == [where]
    assert full_refused_with("channels", 1, "same_load", "a") == [where, ("channels", 1, "same_load")]
    assert full_refused_with("channels", 0, "attempts", 3) == [where]
    assert full_refused_with("channels", 0, "attempts", 4) == [("channels", 0, "attempts")]
    given = changed(full(), "channels", 0, "same_load", None)
    given["channels"][2]["same_load"] = "b"
    assert refused(given) == [("channels", 2, "same_load")]


def test_the_climb_and_the_blind_window_lie_in_order():
    assert full_refused_with("fastest_cm_s", 399) == [("fastest_cm_s",)]
    assert full_refused_with("fastest_cm_s", 400) == []
    where = ("blind_until_ms",)
    assert full_refused_with("blind_until_ms", 0) == []  # none
    assert full_refused_with("blind_until_ms", 700000) == [where]
    assert full_refused_with("blind_until_ms", 14400001) == [where]
    assert full_refused_with("blind_until_ms", 14400000) == []
    assert full_refused_with("blind_from_ms", 599999) == [where]
    assert full_refused_with("blind_from_ms", 600000) == []


def test_the_cutdown_comes_in_the_flight_with_all_its_pulses():
    def latest(latest_ms):
        given = changed(full(), "cutdown", "latest_ms", latest_ms)
        given["backup_ms"] = 0
        return refused(given)

    where = ("cutdown", "latest_ms")
    assert latest(599999) == [where]
    assert latest(600000) == []
    assert latest(14400000) == [where]
    # Three attempts of 6, 9 and 13.5 s with 2 s after each.
    assert latest(14400000 - 34500) == []
    assert latest(14400000 - 34499) == [where]


def test_no_drop_can_end_the_flight_by_the_cutdowns_wire():
    where = ("cutdown", "channel")
    assert full_refused_with("cutdown", "channel", "a") == [where]
    assert full_refused_with("cutdown", "channel", "b") == [where]  # a hands over to it
    assert full_refused_with("channels", 0, "same_load", "rip") == [where]
    given = changed(full(), "channels", 3, "same_load", "b")
    given["channels"][3]["attempts"] = 2
    assert refused(given) == [where]
    given["channels"][0]["same_load"] = None
    assert refused(given) == []


def test_two_independent_ways_to_end_the_flight_the_backup_after_cutdown_hold_and_300_s():
    soonest_ms = 7200000 + 1800000 + 300000
    assert full_refused_with("backup_ms", soonest_ms - 1) == [("backup_ms",)]
    assert full_refused_with("backup_ms", soonest_ms) == []
    assert full_refused_with("backup_ms", 14399999) == []
    assert full_refused_with("backup_ms", 14400000) == [("backup_ms",)]
    given = full()
    del given["cutdown"]
    assert refused(given) == [("backup_ms",)]
    given["cutdown"] = None
    assert refused(given) == [("backup_ms",)]
