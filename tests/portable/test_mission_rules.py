"""What a mission may say: every number, name and link is checked, and all that is wrong is said at once."""

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import (
    BURN_WIRE,
    KEEP_OUT,
    LONGEST_PULSE_MS,
    SERVO,
    Channel,
    Drop,
    Mission,
    attempt_ms,
)
from tests.portable.mission_description import (
    SQUARE,
    changed,
    description,
    full,
    full_refused_with,
    problems_of,
    refused,
    refused_with,
)

WEEK_MS = 7 * 24 * 3600 * 1000


def test_the_limits_are_these():
    assert (rules.MOST_CHANNELS, rules.MOST_DROPS, rules.MOST_AREAS) == (4, 7, 12)
    assert (rules.MOST_CORNERS, rules.MOST_POSITIONS, rules.MOST_OCCASIONS, rules.LONGEST_NAME) == (32, 25, 31, 16)
    assert rules.POSITION_LIMITS_US == (500, 2500)
    assert [row[:3] for row in rules.FLIGHT_LIMITS] == [
        ("net", 0, 65535),
        ("pad_altitude_m", -430, 6000),
        ("highest_ground_m", -430, 9000),
        ("min_agl_m", 300, 30000),
        ("not_before_ms", 60000, WEEK_MS),
        ("end_ms", 600000, WEEK_MS),
        ("min_gap_ms", 1000, 3600000),
        ("blind_from_ms", 0, WEEK_MS),
        ("blind_until_ms", 0, WEEK_MS),
        ("slowest_cm_s", 0, 2000),
        ("fastest_cm_s", 0, 2000),
        ("backup_ms", 0, WEEK_MS),
    ]
    assert [row[:3] for row in rules.CHANNEL_LIMITS] == [("output", 1, 4), ("pulse_ms", 500, 15000), ("attempts", 1, 3)]
    assert [row[:3] + row[4:] for row in rules.DROP_LIMITS] == [
        ("after_ms", 1, WEEK_MS, True),
        ("at_unix_s", 1577836800, 4102444800, True),
        ("patience_ms", 0, WEEK_MS, True),
        ("late", 0, 1, False),
        ("min_altitude_m", -400, 32000, True),
        ("max_altitude_m", -400, 32000, True),
        ("phases", 0, 7, False),
        ("hold_ms", 0, 3600000, False),
        ("every_ms", 0, 86400000, False),
        ("count", 1, 31, False),
        ("motion_cm_s", -5000, 5000, False),
    ]
    assert [row[:3] + row[4:] for row in rules.CUTDOWN_LIMITS] == [
        ("latest_ms", 60000, WEEK_MS, False),
        ("ceiling_m", 0, 32000, True),
        ("battery_mv", 1000, 9000, True),
        ("lost_link_ms", 600000, WEEK_MS, True),
        ("min_agl_m", 0, 30000, False),
        ("motion_cm_s", -5000, 5000, False),
    ]


def test_numbers_outside_their_range_are_refused_at_both_ends():
    for name, least, most, _ in rules.FLIGHT_LIMITS:
        for value in (least - 1, most + 1, None, True, 1.5, "7"):
            assert (name,) in refused_with(name, value), (name, value)
    for name, least, most, _ in rules.CHANNEL_LIMITS:
        for value in (least - 1, most + 1, None, False, 2.5, "7"):
            assert ("channels", 0, name) in refused_with("channels", 0, name, value), (name, value)
    for name, least, most, _, may_be_none in rules.DROP_LIMITS:
        for value in (least - 1, most + 1, True, 2.5, "7") + (() if may_be_none else (None,)):
            assert ("drops", 1, name) in full_refused_with("drops", 1, name, value), (name, value)
    for name, least, most, _, may_be_none in rules.CUTDOWN_LIMITS:
        for value in (least - 1, most + 1, True, 2.5, "7") + (() if may_be_none else (None,)):
            assert ("cutdown", name) in full_refused_with("cutdown", name, value), (name, value)


def test_what_may_be_left_out_may_be_none():
    for name, _, _, _, may_be_none in rules.DROP_LIMITS:
        if may_be_none and name != "after_ms":
            assert full_refused_with("drops", 1, name, None) == [], name
    for name, _, _, _, may_be_none in rules.CUTDOWN_LIMITS:
        if may_be_none:
            assert full_refused_with("cutdown", name, None) == [], name


def test_the_ends_of_a_range_are_inside_it():
    for name, least, most, _ in rules.FLIGHT_LIMITS:
        for value in (least, most):
            assert not [text for path, text in problems_of(changed(full(), name, value)) if "outside" in text], name


def test_a_number_outside_says_its_range_with_the_unit():
    given = changed(description(), "min_agl_m", 299)
    assert problems_of(given) == [(("min_agl_m",), "299 is outside 300 to 30000 m")]
    given = changed(description(), "channels", 1, "pulse_ms", 15001)
    assert problems_of(given) == [(("channels", 1, "pulse_ms"), "15.001 s is outside 0.5 s to 15 s")]
    given = changed(description(), "channels", 1, "attempts", 4)
    assert problems_of(given) == [(("channels", 1, "attempts"), "4 is outside 1 to 3")]


def test_every_time_stays_where_a_boards_integers_do_not_allocate():
    for limits in (rules.FLIGHT_LIMITS, rules.CHANNEL_LIMITS, rules.DROP_LIMITS, rules.CUTDOWN_LIMITS):
        for row in limits:
            if row[0].endswith("_ms"):
                assert row[2] < 1 << 30, row


def test_a_name_is_short_plain_ascii_and_used_once():
    for value in ("", "x" * 17, "h\xf6he", "a b", "a\n", None, 5, b"a"):
        assert ("flight_id",) in refused_with("flight_id", value), value
        assert ("channels", 0, "name") in refused_with("channels", 0, "name", value)
        assert ("drops", 0, "name") in refused_with("drops", 0, "name", value), value
        assert ("areas", 0, "name") in full_refused_with("areas", 0, "name", value), value
    assert refused_with("drops", 1, "name", "late") == [("drops", 1, "name")]
    assert ("channels", 1, "name") in refused_with("channels", 1, "name", "a")
    assert full_refused_with("areas", 1, "name", "home")[0] == ("areas", 1, "name")
    assert ("channels", 1, "output") in refused_with("channels", 1, "output", 1)
    assert ("callsign",) in refused_with("callsign", "n0call")
    assert refused_with("flight_id", "x" * 16) == []
    assert problems_of(changed(description(), "flight_id", "a b c")) == [
        (("flight_id",), "'a b c' may hold only letters, digits, _ and -")
    ]


def test_no_drop_is_called_cutdown_for_that_is_what_ends_the_flight():
    assert refused_with("drops", 0, "name", "cutdown") == [("drops", 0, "name")]


def test_a_channel_that_does_not_exist_is_refused_with_those_that_do():
    given = changed(description(), "drops", 0, "channel", "c")
    assert problems_of(given) == [(("drops", 0, "channel"), "there is no channel 'c'; there are 'a', 'b'")]
    given = description()
    given["drops"][0].pop("channel")
    assert problems_of(given) == [(("drops", 0, "channel"), "is missing")]
    given = description()
    given["channels"] = []
    assert problems_of(given)[0][1] == "there is no channel 'a'; there is none"
    assert full_refused_with("cutdown", "channel", "c") == [("cutdown", "channel")]
    assert full_refused_with("cutdown", "channel", None) == [("cutdown", "channel")]


def test_an_area_that_does_not_exist_is_refused():
    assert full_refused_with("drops", 1, "inside", "sea") == [("drops", 1, "inside")]
    assert full_refused_with("drops", 1, "keep_outs", ["town", "sea"]) == [("drops", 1, "keep_outs")]
    assert full_refused_with("drops", 1, "keep_outs", [None]) == [("drops", 1, "keep_outs")]
    assert full_refused_with("cutdown", "outside", "sea") == [("cutdown", "outside")]


def test_a_bit_of_an_area_that_is_not_there_is_refused_on_the_board():
    mission = Mission()
    mission.drops = (Drop("d", 0, 700000),)
    for bits in (1, -1):
        mission.drops[0].keep_outs = bits
        assert ("drops", 0, "keep_outs") in [path for path, _ in rules.problems(mission)]


def test_kinds_are_the_ones_that_there_are():
    given = changed(description(), "channels", 0, "kind", 3)
    assert problems_of(given) == [(("channels", 0, "kind"), "no such kind of channel: 3; known: burn_wire, servo")]
    assert full_refused_with("areas", 0, "kind", 3)[0] == ("areas", 0, "kind")


def test_a_servo_needs_its_positions_and_a_burn_wire_has_none():
    where = ("channels", 2, "positions_us")
    for positions in (
        (),
        (1500,),
        [1000 + i for i in range(rules.MOST_POSITIONS + 1)],
        [499, 1000],
        [1000, 2501],
        [1000, 1500.5, 1600, 1700],
        [True, 1000, 1100, 1200],
        [1000, 1100, 1100, 1200],
        1000,
        None,
    ):
        assert where in full_refused_with(*(where + (positions,))), positions
    assert full_refused_with(*(where + ([500, 2500, 500, 2500],))) == []
    assert full_refused_with(*(where + (list(range(1000, 1025)),))) == []
    given = full()
    given["drops"] = given["drops"][2:]
    assert refused(changed(given, *(where + ([1000, 1100],)))) == []
    assert ("channels", 0, "positions_us") in full_refused_with("channels", 0, "positions_us", [1000, 1100])


def test_a_board_drives_one_servo():
    given = full()
    given["channels"][3]["kind"] = SERVO
    given["channels"][3]["positions_us"] = [1000, 1100]
    assert refused(given) == [("channels", 3, "kind")]


def test_an_area_has_three_to_thirty_two_corners_on_this_earth():
    where = ("areas", 0, "points")
    far = (1800000001, 900000001, -1800000001, -900000001, 1 << 31, -(1 << 40))
    bad = [None, (), SQUARE[:2], SQUARE * 9, ((1, 2, 3),) * 3, ((1.5, 2),) * 3, (("1", 2),) * 3, 5, ((1,),) * 3]
    bad += [((0, value), (1, 1), (2, 2)) for value in far if abs(value) > 1800000000]
    bad += [((value, 0), (1, 1), (2, 2)) for value in far]
    for points in bad:
        assert where in full_refused_with(*(where + (points,))), points
    assert full_refused_with(*(where + (SQUARE * 8,))) == []
    given = changed(full(), *(where + (SQUARE * 9,)))
    assert problems_of(given) == [(where, "36 corners, an area has 3 to 32")]
    assert full_refused_with(*(where + (SQUARE[:3],))) == []
    assert full_refused_with(*(where + (((-900000000, 0), (0, 1), (900000000, 2)),))) == []
    assert full_refused_with(*(where + (((0, -1800000000), (1, 1), (2, 1800000000)),))) == []


def test_more_rows_than_fit_are_refused():
    given = description()
    given["drops"] = [{"name": "d%d" % i, "channel": "a", "after_ms": 700000 + i * 60000} for i in range(8)]
    assert ("drops",) in refused(given)
    given = description()
    given["channels"] = [{"name": "c%d" % i, "output": i + 1, "pulse_ms": 4000} for i in range(5)]
    assert ("channels",) in refused(given)
    given = description()
    given["areas"] = [{"name": "k%d" % i, "kind": KEEP_OUT, "points": SQUARE} for i in range(13)]
    assert refused(given) == [("areas",)]


def test_a_drop_says_when_and_says_it_once():
    given = description()
    del given["drops"][0]["after_ms"]
    assert refused(given) == [("drops", 0, "after_ms")]
    given["drops"][0]["at_unix_s"] = 1780304400
    assert refused(given) == []
    given["drops"][0]["after_ms"] = 3300000
    assert refused(given) == [("drops", 0, "at_unix_s")]


def test_a_wire_hands_over_to_another_that_exists():
    assert full_refused_with("channels", 0, "same_load", "z") == [("channels", 0, "same_load")]
    assert full_refused_with("channels", 0, "same_load", "a")[0] == ("channels", 0, "same_load")


def test_all_errors_are_listed_at_once():
    given = description()
    given["callsign"] = ""
    given["end_ms"] = None
    given["channels"][1]["pulse_ms"] = 20000
    given["drops"][0]["after_ms"] = 1000
    paths = refused(given)
    assert paths == [("callsign",), ("end_ms",), ("channels", 1, "pulse_ms"), ("drops", 0, "after_ms")], paths


def test_a_mission_of_nothing_but_mistakes_is_refused_and_never_raises():
    """Every value of a good mission replaced by each of these in turn, then many at once."""
    strange = (None, True, -1, 0, 1 << 40, 1.5, "x", "", (), [3], {})
    tables = (None, "channels", "areas", "drops", "cutdown")
    for value in strange:
        for table in tables:
            first = full()[table] if table == "cutdown" else full()[table][0] if table else full()
            for key in first:
                if table is None and key in ("channels", "areas", "drops", "cutdown"):
                    continue
                if key == "keep_outs" and type(value) not in (list, tuple):
                    continue
                where = (table,) if table == "cutdown" else (table, 0) if table else ()
                refused(changed(full(), *(where + (key, value))))
        given = full()
        for table in ("channels", "areas", "drops"):
            for row in given[table]:
                for key in row:
                    row[key] = [] if key == "keep_outs" else value
        for key in given["cutdown"]:
            given["cutdown"][key] = value
        assert refused(given)


def test_a_further_attempt_is_half_as_long_again_and_never_longer_than_the_longest():
    assert [attempt_ms(4000, attempt) for attempt in (1, 2, 3)] == [4000, 6000, 9000]
    assert attempt_ms(14000, 2) == LONGEST_PULSE_MS
    assert attempt_ms(501, 2) == 751


def test_a_channel_is_busy_for_all_its_attempts_and_those_of_the_one_that_takes_over():
    mission = Mission()
    mission.channels = (
        Channel("a", BURN_WIRE, 1, 4000, 2, 1),
        Channel("b", BURN_WIRE, 2, 1000, 1),
    )
    assert rules.all_busy_ms(mission, 1) == 1000 + 2000
    assert rules.all_busy_ms(mission, 0) == 4000 + 2000 + 6000 + 2000 + 1000 + 2000


def test_a_long_value_is_shown_cut_short():
    assert rules.shown("x" * 50) == "'" + "x" * 36 + "..."
    assert rules.shown("x" * 38) == "'" + "x" * 38 + "'"
    assert rules.shown("x" * 39) == "'" + "x" * 36 + "..."
    assert rules.shown(7) == "7"
