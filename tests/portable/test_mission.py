"""The mission file: what is built is what is loaded, and nothing impossible or damaged ever loads."""

import hashlib
import struct

from firmware.protocol import mission as m
from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import BURN_WIRE, HC12, KEEP_IN, KEEP_OUT, NO_MODEM, RELEASE, SERVO, SIK, SKIP
from firmware.protocol.mission_writer import SECTIONS, build
from firmware.protocol.profiles import PACKET_9600, SIK_57600
from tests.portable.mission_description import SQUARE, description, full


def load_error(data):
    try:
        m.load(data)
    except m.MissionError as error:
        return str(error)
    return None


def build_error(given):
    try:
        build(given)
    except m.MissionError as error:
        return str(error)
    return None


def sealed(content):
    return content + hashlib.sha256(content).digest()


def test_what_is_built_is_loaded_again_with_the_drops_in_order_of_time():
    data = build(description())
    mission = m.load(data)
    assert mission.flight_id == "first-flight"
    assert mission.callsign == "N0CALL"
    assert (mission.pad_altitude_m, mission.highest_ground_m, mission.min_agl_m) == (120, 350, 1000)
    assert (mission.not_before_ms, mission.end_ms) == (600000, 14400000)
    assert [(c.name, c.kind, c.output, c.pulse_ms, c.attempts) for c in mission.channels] == [
        ("a", BURN_WIRE, 1, 4000, 2),
        ("b", BURN_WIRE, 2, 500, 1),
    ]
    assert [(d.name, d.channel, d.after_ms) for d in mission.drops] == [("early", 1, 1800000), ("late", 0, 3300000)]
    assert mission.hash == hashlib.sha256(data[:-32]).digest()


def test_what_a_mission_does_not_say_is_what_the_plan_says_of_it():
    given = description()
    del given["min_agl_m"]
    del given["not_before_ms"]
    mission = m.load(build(given))
    assert (mission.min_agl_m, mission.not_before_ms, mission.min_gap_ms) == (1000, 600000, 30000)
    assert (mission.blind_from_ms, mission.blind_until_ms, mission.slowest_cm_s, mission.fastest_cm_s) == (0, 0, 0, 0)
    assert (mission.backup_ms, mission.break_wire, mission.cutdown, mission.areas) == (0, False, None, ())
    assert (mission.profile, mission.modem, mission.sentences) == (SIK_57600, NO_MODEM, False)
    assert (mission.radio_channel, mission.radio_dbm) == (None, None)
    channel = mission.channels[0]
    assert (channel.same_load, channel.positions_us) == (None, ())
    drop = mission.drops[0]
    assert (drop.at_unix_s, drop.patience_ms, drop.late, drop.inside) == (None, None, SKIP, None)
    assert (drop.min_altitude_m, drop.max_altitude_m, drop.phases, drop.hold_ms) == (None, None, 0, 0)
    assert (drop.in_descent, drop.every_ms, drop.count, drop.keep_outs, drop.motion_cm_s) == (False, 0, 1, 0, 0)
    given["cutdown"] = {"channel": "c", "latest_ms": 7200000}
    given["channels"].append({"name": "c", "output": 3, "pulse_ms": 4000})
    cutdown = m.load(build(given)).cutdown
    assert (cutdown.channel, cutdown.latest_ms, cutdown.min_agl_m, cutdown.motion_cm_s) == (2, 7200000, 500, 0)
    assert (cutdown.ceiling_m, cutdown.outside, cutdown.battery_mv, cutdown.lost_link_ms) == (None, None, None, None)


def test_every_value_that_a_mission_can_hold_comes_back():
    mission = m.load(build(full()))
    assert (mission.net, mission.min_gap_ms, mission.break_wire, mission.backup_ms) == (4711, 20000, True, 9300000)
    assert (mission.blind_from_ms, mission.blind_until_ms) == (700000, 4500000)
    assert (mission.slowest_cm_s, mission.fastest_cm_s) == (400, 650)
    assert [(c.name, c.kind, c.same_load, c.positions_us) for c in mission.channels] == [
        ("a", BURN_WIRE, 1, ()),
        ("b", BURN_WIRE, None, ()),
        ("drum", SERVO, None, (1000, 1100, 1200, 1300)),
        ("rip", BURN_WIRE, None, ()),
    ]
    assert [(a.name, a.kind) for a in mission.areas] == [("home", KEEP_IN), ("town", KEEP_OUT)]
    corners = struct.unpack("<8i", mission.areas[0].points)
    assert [(corners[place], corners[place + 1]) for place in (0, 2, 4, 6)] == list(SQUARE)
    assert struct.unpack("<6i", mission.areas[1].points) == (-10, -20, 900000000, 1800000000, -30, -1800000000)
    assert [d.name for d in mission.drops] == ["batches", "plain", "by-clock"]
    drop = mission.drops[0]
    assert (drop.channel, drop.after_ms, drop.at_unix_s, drop.patience_ms, drop.late) == (
        2,
        1800000,
        None,
        30000,
        RELEASE,
    )
    assert (drop.min_altitude_m, drop.max_altitude_m, drop.inside, drop.phases) == (-200, 9000, 0, 3)
    assert (drop.hold_ms, drop.in_descent, drop.every_ms, drop.count) == (5000, True, 60000, 2)
    assert (drop.keep_outs, drop.motion_cm_s) == (2, -51)
    by_clock = mission.drops[2]
    assert (by_clock.after_ms, by_clock.at_unix_s, by_clock.patience_ms) == (None, 1780304400, 0)
    cutdown = mission.cutdown
    assert (cutdown.channel, cutdown.latest_ms, cutdown.ceiling_m, cutdown.outside) == (3, 7200000, 31000, 0)
    assert (cutdown.battery_mv, cutdown.lost_link_ms, cutdown.min_agl_m) == (3600, 1800000, 600)
    assert cutdown.motion_cm_s == -950
    assert (mission.profile, mission.modem, mission.sentences) == (SIK_57600, SIK, True)
    assert (mission.radio_channel, mission.radio_dbm) == (25, 20)


def test_the_bytes_of_a_mission_are_these():
    given = {
        "flight_id": "f1",
        "callsign": "A1BCD-",
        "net": 120,
        "pad_altitude_m": -96,
        "highest_ground_m": 350,
        "min_agl_m": 300,
        "end_ms": 316331520,
        "break_wire": True,
        "channels": [{"name": "c", "output": 1, "pulse_ms": 4000}],
        "areas": [{"name": "t", "kind": KEEP_OUT, "points": ((1, 2), (-1, 3), (0, -4))}],
        "drops": [{"name": "d", "channel": "c", "after_ms": 660000, "keep_outs": ["t"]}],
    }
    content = build(given)[:-32]
    assert content[:4] == b"SMRM" and content[4] == m.VERSION == 3
    flight = b"\x02f1\x06A1BCD-\x78\x00\xa0\xff\x5e\x01\x2c\x01\xc0\x27\x09\x00\x00\xd6\xda\x12\x30\x75\x00\x00"
    flight += bytes(16) + b"\x01"
    channels = b"\x01\x01c\x01\x01\xa0\x0f\x01\xff\x00"
    areas = b"\x01\x01t\x02\x03\x01\0\0\0\x02\0\0\0\xff\xff\xff\xff\x03\0\0\0\0\0\0\0\xfc\xff\xff\xff"
    drops = b"\x01\x01d\x00\x20\x12\x0a\x00" + bytes(4) + b"\xff\xff\xff\xff\x00\x00\x80\x00\x80\xff\x00" + bytes(4)
    drops += b"\x00" + bytes(4) + b"\x01\x01\x00\x00\x00"
    at = 5
    for number, body in ((1, flight), (2, channels), (3, areas), (4, drops), (5, b"\0"), (6, b"\0\0\0\xff\xff\x80")):
        assert content[at : at + 3] == bytes([number, len(body), 0]), (number, content[at : at + 3])
        assert content[at + 3 : at + 3 + len(body)] == body, number
        at += 3 + len(body)
    assert at == len(content)
    assert [row[0] for row in SECTIONS] == [1, 2, 3, 4, 5, 6]


def test_the_bytes_of_a_cutdown_are_these():
    given = description()
    given["channels"].append({"name": "c", "output": 3, "pulse_ms": 4000})
    given["cutdown"] = {"channel": "c", "latest_ms": 7200000, "battery_mv": 3600, "motion_cm_s": -1}
    body = b"\x01\x02\x00\xdd\x6d\x00\x00\x80\xff\x10\x0e\xff\xff\xff\xff\xf4\x01\xff\xff"
    assert build(given)[:-41].endswith(b"\x05\x13\x00" + body)


def test_the_bytes_of_a_radio_are_these():
    given = description()
    given.update({"profile": PACKET_9600, "modem": HC12, "sentences": True, "radio_channel": 5, "radio_dbm": -1})
    assert build(given)[:-32].endswith(b"\x06\x06\x00\x01\x02\x01\x05\x00\xff")


def test_a_net_that_is_given_is_kept_and_one_that_is_not_is_made_from_the_hash():
    given = description()
    given["net"] = 4711
    assert m.load(build(given)).net == 4711
    mission = m.load(build(description()))
    assert mission.net == mission.hash[0] | mission.hash[1] << 8
    given = description()
    given["flight_id"] = "second-flight"
    assert m.load(build(given)).net != mission.net


def test_every_flipped_bit_is_refused():
    data = build(full())
    for index in range(len(data)):
        for bit in (0, 3, 7):
            damaged = bytearray(data)
            damaged[index] ^= 1 << bit
            assert load_error(bytes(damaged)) is not None, (index, bit)


def test_every_truncation_and_every_longer_file_is_refused():
    data = build(full())
    for size in range(len(data)):
        assert load_error(data[:size]) is not None, size
    assert "damaged" in load_error(data + b"\0")
    assert "4097 bytes are more than a mission can have, 4096" in load_error(bytes(4097))
    assert "not a mission file" in load_error(bytes(4096))
    assert "damaged" in load_error(sealed(b"SMRM"))
    assert "not a mission file" in load_error(b"")


def test_another_format_is_refused_by_its_name_and_not_called_damaged():
    content = build(description())[:-32]
    newer = load_error(sealed(content[:4] + bytes([m.VERSION + 1]) + content[5:]))
    assert "format %d, newer" % (m.VERSION + 1) in newer, newer
    older = load_error(sealed(content[:4] + b"\1" + content[5:]))
    assert "format 1, older" in older and "build it again" in older, older


def test_sections_that_lie_about_their_length_are_refused_even_with_a_good_hash():
    content = build(full())[:-32]
    for index in range(5, len(content)):
        for value in (0, 1, 127, 255):
            forged = bytearray(content)
            if forged[index] != value:
                forged[index] = value
                try:
                    mission = m.load(sealed(bytes(forged)))
                except m.MissionError:
                    continue
                assert rules.problems(mission) == []
    assert "that format" in load_error(sealed(content + b"\x06\x00\x00"))
    assert "no section 'channels'" in load_error(sealed(content[:5] + content[5 : 5 + 3 + content[6]]))


def test_a_section_of_another_number_is_refused_wherever_it_stands():
    content = build(full())[:-32]
    at = 5
    for name in ("flight", "channels", "areas", "drops", "cutdown"):
        forged = bytearray(content)
        forged[at] += 1
        assert "no section '%s' where it belongs" % name in load_error(sealed(bytes(forged))), name
        at += 3 + content[at + 1] + (content[at + 2] << 8)
    assert "no section 'cutdown'" in load_error(sealed(content[: content.rfind(b"\x05\x13\x00") + 2]))


def test_there_is_one_cutdown_at_most():
    content = bytearray(build(full())[:-32])
    content[bytes(content).rfind(b"\x05\x13\x00") + 3] = 2
    assert "names 2 of what there can be only 1" in load_error(sealed(bytes(content)))


def test_a_section_that_ends_beyond_the_file_is_refused_by_its_name():
    content = bytearray(build(description())[:-32])
    content[6:8] = b"\xff\xff"
    assert "'flight' is longer" in load_error(sealed(bytes(content)))


def test_bytes_that_nobody_reads_are_refused():
    content = build(description())[:-32]
    longer = content[:5] + bytes([content[5], content[6] + 1]) + content[7 : 8 + content[6]] + b"\0"
    longer += content[8 + content[6] :]
    assert "'flight' holds 1 bytes too many" in load_error(sealed(longer))


def test_more_rows_than_there_can_be_are_refused_before_they_are_read():
    content = build(description())[:-32]
    at = 5 + 3 + content[6]  # the section of the channels
    forged = bytearray(content)
    forged[at + 3] = 5
    assert "names 5 of what there can be only 4" in load_error(sealed(bytes(forged)))


def test_a_section_that_ends_in_the_middle_of_a_row_is_refused():
    content = build(description())[:-32]
    at = 5 + 3 + content[6]
    forged = content[:at] + b"\x02\x04\x00\x01\x01a\x01" + content[at + 3 + content[at + 1] :]
    assert "middle of a section" in load_error(sealed(forged))


def test_a_name_beyond_ascii_in_the_bytes_is_refused_with_words():
    content = bytearray(build(description())[:-32])
    assert content[8:21] == b"\x0cfirst-flight"
    content[9] = 0xE9
    assert "flight_id: '?irst-flight' may hold only" in load_error(sealed(bytes(content)))


def test_drops_out_of_order_are_refused_on_the_board():
    data = build(description())[:-32]
    length = 2 + struct.calcsize(m.DROP_NUMBERS)
    at = data.find(b"\x05early")
    early = data[at : at + length + 4]
    late = data[at + length + 4 : at + 2 * length + 7]
    assert late[:5] == b"\x04late"
    swapped = data[:at] + late + early + data[at + 2 * length + 7 :]
    assert len(swapped) == len(data)
    assert "order" in load_error(sealed(swapped))


def test_drops_of_the_same_time_keep_their_order_and_those_by_utc_come_last_the_earlier_first():
    given = description()
    given["drops"] = [
        {"name": "utc-2", "channel": "a", "at_unix_s": 1780304400},
        {"name": "utc-1", "channel": "b", "at_unix_s": 1780300000},
        {"name": "second", "channel": "b", "after_ms": 3300000},
        {"name": "third", "channel": "a", "after_ms": 3300000},
        {"name": "first", "channel": "a", "after_ms": 1800000},
    ]
    assert [drop.name for drop in m.load(build(given)).drops] == ["first", "second", "third", "utc-1", "utc-2"]


def test_an_output_that_the_board_does_not_have_is_named():
    mission = m.load(build(description()))
    m.check_outputs(mission, 2)
    try:
        m.check_outputs(mission, 1)
        raise AssertionError("output 2 of 1")
    except m.MissionError as error:
        assert "needs output 2" in str(error)
        assert error.problems[0][0] == ("channels", 1, "output")


def test_an_attribute_that_a_mission_does_not_have_is_refused():
    for key in ("hash", "colour"):
        given = description()
        given[key] = 1
        assert "a mission has no '%s'" % key in build_error(given)
    for table, row in (("channels", "channel"), ("drops", "drop")):
        given = description()
        given[table][0]["colour"] = 1
        assert "a %s has no 'colour'" % row in build_error(given)
    given = full()
    given["cutdown"]["colour"] = 1
    assert "a cutdown has no 'colour'" in build_error(given)


def test_a_list_that_is_not_given_is_empty():
    given = description()
    for key in ("channels", "drops"):
        del given[key]
    mission = m.load(build(given))
    assert (mission.channels, mission.areas, mission.drops) == ((), (), ())


def test_times_are_said_as_people_say_them():
    assert rules.clock_text(2700000) == "0:45:00"
    assert rules.clock_text(36061500) == "10:01:01.5"
    assert rules.seconds_text(4000) == "4 s"
    assert rules.seconds_text(500) == "0.5 s"
    assert rules.seconds_text(-1500) == "-1.5 s"
    assert rules.seconds_text(-2000) == "-2 s"
    assert rules.seconds_text(5400000) == "90 min"
    assert rules.seconds_text(7200000) == "2 h"
    assert rules.seconds_text(3600000) == "1 h"
    assert rules.seconds_text(86400000) == "1 d"
    assert rules.seconds_text(0) == "0 s"
    assert rules.seconds_text(1) == "0.001 s"
    assert rules.clock_text(3659000) == "1:00:59"
    assert rules.clock_text(36000000 + 59 * 60000 + 1000) == "10:59:01"
    assert rules.seconds_text(604800000) == "7 d"


def test_a_drop_keeps_its_channel_no_longer_than_the_rules_say():
    # The rules keep drops apart by busy_ms; the channel and the cutter are the ones that fly.
    from firmware.drivers.burn_wire import BurnWire
    from firmware.protocol.mission_plan import Channel as Plan
    from firmware.release.channel import Channel
    from hardware.boards import pico
    from hardware.simulated.clock import Clock
    from hardware.simulated.machine import SimulatedMachine, Wiring

    clock = Clock()
    wiring = Wiring()
    for gpio in (16, 17, 18):
        wiring.inputs[gpio] = lambda: 0  # a wire that never parts
    board = pico.build(SimulatedMachine(clock, wiring), clock)
    for attempts in (1, 2, 3):
        plan = Plan("a", BURN_WIRE, 1, 15000, attempts)
        channel = Channel(clock, BurnWire(board.cutters[0], board.one_shot()), plan)
        began_us = clock.now_us
        for attempt in range(1, attempts + 1):
            clock.sleep_ms(600)  # the intent has to reach the journal first
            channel.start(clock.ticks_ms(), attempt)
            while not channel.poll(clock.ticks_ms()):
                clock.sleep_ms(100)
        took_ms = (clock.now_us - began_us) // 1000
        assert took_ms <= rules.busy_ms(plan), (took_ms, rules.busy_ms(plan))
        assert took_ms >= rules.busy_ms(plan) - attempts * rules.ATTEMPT_GAP_MS
