"""The mission file: what is built is what is loaded, and nothing impossible or damaged ever loads."""

import hashlib

from firmware.protocol import mission as m
from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_writer import build


def description():
    return {
        "flight_id": "first-flight",
        "callsign": "N0CALL",
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "min_agl_m": 1000,
        "not_before_ms": 600000,
        "end_ms": 4 * 3600000,
        "channels": [
            {"name": "a", "output": 1, "pulse_ms": 4000, "attempts": 2},
            {"name": "b", "output": 2, "pulse_ms": 500, "attempts": 1},
        ],
        "drops": [
            {"name": "late", "channel": "a", "after_ms": 3300000},
            {"name": "early", "channel": "b", "after_ms": 1800000},
        ],
    }


def refused(change):
    """The paths that are named when `change` has been made to a good description; an empty list when it flies."""
    given = description()
    change(given)
    try:
        build(given)
    except m.MissionError as error:
        assert str(error)
        return [path for path, _ in error.problems]
    return []


def refused_with(*path_and_value):
    """As `refused`, with the value at a path of the description replaced."""

    def change(given):
        for step in path_and_value[:-2]:
            given = given[step]
        given[path_and_value[-2]] = path_and_value[-1]

    return refused(change)


def load_error(data):
    try:
        m.load(data)
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
        ("a", "burn_wire", 1, 4000, 2),
        ("b", "burn_wire", 2, 500, 1),
    ]
    assert [(d.name, d.channel, d.after_ms) for d in mission.drops] == [("early", 1, 1800000), ("late", 0, 3300000)]
    assert mission.hash == hashlib.sha256(data[:-32]).digest()


def test_the_bytes_of_a_mission_are_these():
    given = {
        "flight_id": "f1",
        "callsign": "A1BCD-",
        "net": 120,
        "pad_altitude_m": -96,
        "highest_ground_m": 350,
        "min_agl_m": 300,
        "end_ms": 316331520,
        "channels": [],
        "drops": [],
    }
    content = build(given)[:-32]
    assert content[:4] == b"SMRM" and content[4] == m.VERSION
    flight = b"\x02f1\x06A1BCD-" + b"\x78\x00\xa0\xff\x5e\x01\x2c\x01\xc0\x27\x09\x00\x00\xd6\xda\x12"
    assert content[5:] == b"\x01\x1a\x00" + flight + b"\x02\x01\x00\x00" + b"\x03\x01\x00\x00"


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
    data = build(description())
    for index in range(len(data)):
        for bit in (0, 3, 7):
            damaged = bytearray(data)
            damaged[index] ^= 1 << bit
            assert load_error(bytes(damaged)) is not None, (index, bit)


def test_every_truncation_and_every_longer_file_is_refused():
    data = build(description())
    for size in range(len(data)):
        assert load_error(data[:size]) is not None, size
    assert "damaged" in load_error(data + b"\0")
    assert "more than a mission" in load_error(bytes(5000))
    assert "not a mission file" in load_error(b"")


def test_another_format_is_refused_by_its_name_and_not_called_damaged():
    content = build(description())[:-32]
    newer = load_error(sealed(content[:4] + bytes([m.VERSION + 1]) + content[5:]))
    assert "format %d, newer" % (m.VERSION + 1) in newer, newer
    older = load_error(sealed(content[:4] + b"\0" + content[5:]))
    assert "format 0, older" in older, older


def test_sections_that_lie_about_their_length_are_refused_even_with_a_good_hash():
    content = build(description())[:-32]
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
    assert "that format" in load_error(sealed(content + b"\x04\x00\x00"))
    assert "no section 'channels'" in load_error(sealed(content[:5] + content[5 : 5 + 3 + content[6]]))


def test_bytes_that_nobody_reads_are_refused():
    content = build(description())[:-32]
    longer = content[:5] + bytes([content[5], content[6] + 1]) + content[7 : 8 + content[6]] + b"\0"
    longer += content[8 + content[6] :]
    assert "'flight' holds 1 bytes too many" in load_error(sealed(longer))


def test_drops_out_of_order_are_refused_on_the_board():
    given = description()
    data = build(given)[:-32]
    early = b"\x05early\x01" + bytes([0x40, 0x77, 0x1B, 0])
    late = b"\x04late\x00" + bytes([0xA0, 0x5A, 0x32, 0])
    assert early + late in data
    swapped = data.replace(early + late, late + early)
    assert "order" in load_error(sealed(swapped))


def test_numbers_outside_their_range_are_refused_at_both_ends():
    for name, least, most, _ in rules.FLIGHT_LIMITS:
        for value in (least - 1, most + 1, None, True, 1.5, "7"):
            assert (name,) in refused_with(name, value), (name, value)
    for table, limits in (("channels", rules.CHANNEL_LIMITS), ("drops", rules.DROP_LIMITS)):
        for name, least, most, _ in limits:
            for value in (least - 1, most + 1, None, False, 2.5, "7"):
                assert (table, 0, name) in refused_with(table, 0, name, value), (
                    name,
                    value,
                )


def test_a_name_is_short_plain_ascii_and_used_once():
    for value in ("", "x" * 17, "h\xf6he", "a b", "a\n", None, 5, b"a"):
        assert ("flight_id",) in refused_with("flight_id", value), value
        assert ("channels", 0, "name") in refused_with("channels", 0, "name", value)
        assert ("drops", 0, "name") in refused_with("drops", 0, "name", value), value
    assert refused_with("drops", 1, "name", "late") == [("drops", 1, "name")]
    assert ("channels", 1, "name") in refused_with("channels", 1, "name", "a")
    assert ("channels", 1, "output") in refused_with("channels", 1, "output", 1)
    assert ("callsign",) in refused_with("callsign", "n0call")


def test_a_channel_that_does_not_exist_or_cannot_is_refused():
    assert refused_with("drops", 0, "channel", "c") == [("drops", 0, "channel")]
    assert refused(lambda given: given["drops"][0].pop("channel")) == [("drops", 0, "channel")]
    assert refused_with("channels", 0, "kind", "servo") == [("channels", 0, "kind")]
    mission = m.load(build(description()))
    m.check_outputs(mission, 2)
    try:
        m.check_outputs(mission, 1)
        raise AssertionError("output 2 of 1")
    except m.MissionError as error:
        assert "needs output 2" in str(error)


def test_more_drops_or_channels_than_fit_are_refused():
    def nine_drops(given):
        given["drops"] = [{"name": "d%d" % i, "channel": "a", "after_ms": 700000 + i * 60000} for i in range(9)]

    def nine_channels(given):
        given["channels"] = [{"name": "c%d" % i, "output": i + 1, "pulse_ms": 4000} for i in range(9)]

    assert ("drops",) in refused(nine_drops)
    assert ("channels",) in refused(nine_channels)


def test_times_that_cannot_be_are_refused():
    def drop_at(after_ms):
        return lambda given: given["drops"][0].__setitem__("after_ms", after_ms)

    assert refused(drop_at(599999)) == [("drops", 0, "after_ms")]
    assert refused(drop_at(600000)) == []
    assert refused(drop_at(14400000)) == [("drops", 0, "after_ms")]
    # Two attempts of 4 s and 6 s with 2 s of evidence after each must be over by the end.
    assert refused(drop_at(14400000 - 14000)) == []
    assert refused(drop_at(14400000 - 13999)) == [("drops", 0, "after_ms")]
    assert ("end_ms",) in refused_with("not_before_ms", 14400000)
    assert refused_with("highest_ground_m", 119) == [("highest_ground_m",)]


def test_drops_on_one_channel_may_not_overlap_with_all_their_attempts():
    def on_a(after_ms):
        return lambda given: given["drops"].append({"name": "x", "channel": "a", "after_ms": after_ms})

    assert refused(on_a(3300000 + 14000)) == []
    assert refused(on_a(3300000 + 13999)) == [("drops", 2, "after_ms")]
    assert refused(on_a(3300000 - 13999)) == [("drops", 2, "after_ms")]
    assert refused(on_a(3300000)) == [("drops", 2, "after_ms")]


def test_all_errors_are_listed_at_once():
    def much(given):
        given["callsign"] = ""
        given["end_ms"] = None
        given["channels"][1]["pulse_ms"] = 20000
        given["drops"][0]["after_ms"] = 1000

    paths = refused(much)
    assert paths == [("callsign",), ("end_ms",), ("channels", 1, "pulse_ms"), ("drops", 0, "after_ms")], paths


def test_an_attribute_that_a_mission_does_not_have_is_refused():
    for key in ("cutdown", "hash"):
        try:
            given = description()
            given[key] = 1
            build(given)
            raise AssertionError(key)
        except m.MissionError as error:
            assert key in str(error)


def test_times_are_said_as_people_say_them():
    assert rules.clock_text(2700000) == "0:45:00"
    assert rules.clock_text(36061500) == "10:01:01.5"
    assert rules.seconds_text(4000) == "4 s"
    assert rules.seconds_text(500) == "0.5 s"
    assert rules.seconds_text(-1500) == "-1.5 s"
    assert rules.seconds_text(5400000) == "90 min"


def test_a_drop_keeps_its_channel_no_longer_than_the_rules_say():
    # The rules keep drops apart by busy_ms; the channel and the cutter are the ones that fly.
    from firmware.drivers.burn_wire import BurnWire
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
        channel = Channel(clock, BurnWire(board.cutters[0], board.one_shot()), 15000, attempts)
        began_us = clock.now_us
        for attempt in range(1, attempts + 1):
            clock.sleep_ms(600)  # the intent has to reach the journal first
            channel.start(clock.ticks_ms(), attempt)
            while not channel.poll(clock.ticks_ms()):
                clock.sleep_ms(100)
        took_ms = (clock.now_us - began_us) // 1000
        assert took_ms <= rules.busy_ms(channel), (took_ms, rules.busy_ms(channel))
        assert took_ms >= rules.busy_ms(channel) - attempts * rules.ATTEMPT_GAP_MS
