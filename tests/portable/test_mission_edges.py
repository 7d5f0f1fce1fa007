"""The mission at its edges: what a board does with a file that it cannot fly, and the last value that is allowed."""

import hashlib
import sys

from firmware.health import Health
from firmware.mission import NAME, read_mission
from firmware.protocol import faults
from firmware.protocol import mission as m
from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import (
    CUTDOWN_MIN_AGL_M,
    IN_ASCENT,
    IN_DESCENT,
    IN_FLOAT,
    KEEP_IN,
    LONGEST_PULSE_MS,
    LOST_LINK_MS,
    Area,
    Cutdown,
    Drop,
    Mission,
    attempt_ms,
)
from firmware.protocol.mission_writer import build
from hardware.simulated.clock import Clock
from tests.portable.mission_description import SQUARE, changed, description, full, problems_of, refused
from tests.portable.test_journal import Memory
from tests.skip import SkipTest


def read(data, outputs=3):
    """What a board makes of a mission file, and the faults that it counts; None for data: there is no file."""
    health = Health(Clock())
    memory = Memory()
    if data is not None:
        memory.files[NAME] = data
    mission = read_mission(memory, health, outputs)
    return mission, [number for number in range(len(health.counts)) if health.counts[number]]


def sealed(content):
    return content + hashlib.sha256(content).digest()


def words_of(given):
    return [text for _, text in problems_of(given)]


def load_error(data):
    try:
        m.load(data)
    except m.MissionError as error:
        return str(error)
    raise AssertionError("it was loaded")


def test_a_missing_mission_is_none_and_a_fault_of_its_own():
    assert read(None) == (None, [faults.MISSION_MISSING])


def test_an_unreadable_or_unchecked_mission_is_none_and_counted_as_refused():
    good = build(full())
    for data in (b"", good[:-1], good + b"\0", b"\0" + good, bytes(5000), sealed(good[:-33])):
        assert read(data, 4) == (None, [faults.MISSION_REFUSED]), len(data)


def test_a_mission_for_more_outputs_than_the_board_has_is_refused():
    data = build(description())  # outputs 1 and 2
    assert read(data, 1) == (None, [faults.MISSION_REFUSED])
    mission, counted = read(data, 2)
    assert mission is not None and counted == []


def test_a_good_mission_keeps_everything_on_the_board_but_its_names():
    mission, counted = read(build(full()), 4)
    assert counted == [] and mission.flight_id == "first-flight"
    for rows in (mission.channels, mission.areas, mission.drops):
        assert rows
        for row in rows:
            assert row.name is None
    assert [channel.output for channel in mission.channels] == [1, 2, 3, 4]
    assert [drop.after_ms for drop in mission.drops] == [1800000, 3300000, None]
    assert mission.cutdown.latest_ms == 7200000 and len(mission.areas) == 2


def test_a_board_forgets_what_reads_a_mission_as_soon_as_it_has_been_read():
    if sys.implementation.name != "micropython":
        raise SkipTest("only a board gives the heap back")
    assert read(build(full()), 4)[0] is not None
    for name in ("mission", "mission_radio", "mission_rules", "mission_together"):
        assert "firmware.protocol." + name not in sys.modules, name


def test_the_largest_mission_is_read_and_one_byte_more_is_not_even_hashed():
    memory = Memory()
    memory.files[NAME] = bytes(5000)
    asked = []

    class Watched:
        def open(self, name, mode):
            file = memory.open(name, mode)
            inner = file.read

            def watched(count):
                asked.append(count)
                return inner(count)

            file.read = watched
            return file

    health = Health(Clock())
    assert read_mission(Watched(), health, 3) is None
    assert asked == [m.MOST_BYTES + 1]
    assert health.counts[faults.MISSION_REFUSED] == 1


def test_every_key_that_a_mission_needs_is_missed_by_its_name():
    for key in ("flight_id", "callsign", "pad_altitude_m", "highest_ground_m", "end_ms"):
        given = description()
        del given[key]
        assert ((key,), "is missing") in problems_of(given), key
    for key in ("name", "output", "pulse_ms"):
        given = description()
        del given["channels"][0][key]
        assert (("channels", 0, key), "is missing") in problems_of(given), key
    for key in ("channel", "latest_ms"):
        given = full()
        del given["cutdown"][key]
        assert (("cutdown", key), "is missing") in problems_of(given), key


def test_what_has_no_name_is_not_called_like_another_and_nothing_points_at_it():
    given = description()
    for row in given["channels"] + given["drops"]:
        del row["name"]
    assert not [text for text in words_of(given) if text.startswith("two ")]
    given = description()
    del given["channels"][0]["name"]
    del given["drops"][0]["channel"]
    assert (("drops", 0, "channel"), "is missing") in problems_of(given)


def test_a_wire_has_no_positions_not_even_nothing():
    for value in (0, None, "", {}, [1000, 1100]):
        given = changed(description(), "channels", 0, "positions_us", value)
        assert problems_of(given) == [(("channels", 0, "positions_us"), "positions are for a servo")], value
    for value in ([], ()):
        assert refused(changed(description(), "channels", 0, "positions_us", value)) == []


def test_a_servo_may_come_back_to_where_it_began_and_a_position_twice_in_a_row_is_said_once():
    where = ("channels", 2, "positions_us")
    assert problems_of(changed(full(), *(where + ([1000, 1100, 1200, 1000],)))) == []
    found = problems_of(changed(full(), *(where + ([1000, 1000, 1000, 1000],))))
    assert found == [(where, "1000 us stands twice in a row: nothing would move")]


def test_a_channel_that_hands_over_to_itself_is_told_so():
    found = problems_of(changed(full(), "channels", 0, "same_load", "a"))
    assert found[0] == (("channels", 0, "same_load"), "is the channel itself")


def test_corners_are_whole_numbers_in_both_directions():
    where = ("areas", 0, "points")
    for spoilt in ((1, 2.5), (1.5, 2), (1, "2"), (1, None), (True, 2), (2, True)):
        given = changed(full(), "areas", 0, "points", (spoilt, (5, 6), (7, 8)))
        assert where in refused(given), spoilt


def test_an_index_or_a_corner_that_no_file_can_hold_is_refused_all_the_same():
    mission = m.load(build(full()))
    mission.drops[0].channel = -1
    assert ("drops", 0, "channel") in [path for path, _ in rules.problems(mission)]
    mission = m.load(build(full()))
    mission.areas[0].points += b"\0"
    assert [path for path, _ in rules.problems(mission)] == [("areas", 0, "points")]


def test_what_is_wrong_already_is_not_computed_with():
    # Each of these would be a TypeError where somebody counted with it.
    given = full()
    given["drops"].append({"name": "x", "channel": "a", "after_ms": 3400000})
    given["drops"][2]["after_ms"] = "7"
    assert refused(given) == [("drops", 2, "after_ms")]
    given = changed(full(), "drops", 0, "count", "x")
    assert refused(given) == [("drops", 0, "count")]
    given = full()
    given["drops"][1]["count"] = 4
    given["drops"].append({"name": "x", "channel": "drum", "at_unix_s": 1780304500, "count": "x"})
    assert refused(given) == [("drops", 3, "count"), ("drops", 1, "count")]
    given = changed(full(), "channels", 0, "same_load", "z")
    given["channels"][3]["same_load"] = "z"
    assert refused(given) == [("channels", 0, "same_load"), ("channels", 3, "same_load")]


def test_times_are_said_to_the_millisecond_and_hours_are_hours():
    assert (
        rules.seconds_text(-1) == "-0.001 s" and rules.seconds_text(0) == "0 s" and rules.seconds_text(1) == "0.001 s"
    )
    assert rules.clock_text(3599000) == "0:59:59" and rules.clock_text(3600000) == "1:00:00"
    assert rules.clock_text(7199000) == "1:59:59" and rules.clock_text(1) == "0:00:00.001"


def test_a_section_without_content_at_the_very_end_is_found_and_refused_as_cut_short():
    content = build(description())[:-32]
    assert content.endswith(b"\x06\x06\x00\x00\x00\x00\xff\xff\x80")
    assert "middle of a section" in load_error(sealed(content[:-8] + b"\x00\x00"))
    assert "no section 'radio'" in load_error(sealed(content[:-7]))


def test_bytes_beyond_ascii_are_shown_as_question_marks_from_the_first_of_them():
    content = bytearray(build(description())[:-32])
    at = content.find(b"first-flight")
    for byte in (128, 129, 255):
        content[at] = byte
        assert "flight_id: '?irst-flight' may hold only" in load_error(sealed(bytes(content))), byte


def test_a_net_of_nought_is_never_made_from_a_hash():
    # Frames of no net are nobody's. Found by trying names; where the format has changed, find another.
    data = build(changed(description(), "flight_id", "f67952"))
    assert data[-32:-30] == b"\0\0"
    assert m.load(data).net == 1


def test_numbers_of_the_plan_that_a_crew_reads_are_these():
    assert [attempt_ms(4000, attempt) for attempt in (1, 2, 3)] == [4000, 6000, 9000]
    assert attempt_ms(LONGEST_PULSE_MS, 1) == attempt_ms(LONGEST_PULSE_MS, 3) == 15000
    assert attempt_ms(10001, 2) == 15000 and attempt_ms(9999, 2) == 14998
    assert (IN_ASCENT, IN_FLOAT, IN_DESCENT) == (1, 2, 4)
    assert (CUTDOWN_MIN_AGL_M, LOST_LINK_MS) == (500, 1800000)


def test_what_is_made_by_hand_says_nothing_that_was_not_said():
    mission = Mission()
    assert (mission.flight_id, mission.callsign, mission.net, mission.hash) == ("", "", 0, b"")
    assert (mission.pad_altitude_m, mission.highest_ground_m, mission.end_ms) == (0, 0, 0)
    assert mission.channels == mission.areas == mission.drops == () and mission.cutdown is None
    drop = Drop("d", 2)
    assert (drop.channel, drop.after_ms, drop.count, drop.keep_outs) == (2, None, 1, 0)
    assert drop.inside is None and drop.at_unix_s is None and drop.patience_ms is None
    cutdown = Cutdown(1, 7200000)
    assert (cutdown.name, cutdown.channel, cutdown.latest_ms) == ("cutdown", 1, 7200000)
    assert cutdown.outside is None and cutdown.ceiling_m is None and cutdown.battery_mv is None
    assert Area("a", KEEP_IN, SQUARE).points is SQUARE
    assert m.MissionError("no").problems == () and str(m.MissionError("no")) == "no"
