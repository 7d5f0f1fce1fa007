"""META: what flies, under which key and how it fares; at the start, soon after, and every minute."""

from firmware.meta import Meta
from firmware.protocol import profiles, telemetry
from firmware.protocol.unpacking import unpack
from hardware.simulated.clock import Clock
from tests.portable.downlink_rig import Desk


class Mission:
    hash = bytes((0x78, 0x56, 0x34, 0xF2)) + bytes(28)


class Loop:
    longest_lag_ms = 45
    overruns = 7


class Uplink:
    session = 0xDEADBEEF
    key_id = 0x1357
    commands_heard = 12
    tags_bad = 70000
    heard_ms = None


class Parts:
    """What a Meta looks at, from a desk."""

    def __init__(self, desk, uplink=None, mission=Mission):
        self.state, self.health, self.loop, self.mission = desk.state, desk.health, Loop, mission
        self.clock = desk.clock
        self.reset_cause = 3
        self.uplink = uplink


def desk_with_meta(uplink=None, mission=Mission, profile=profiles.SIK_57600):
    desk = Desk(profile=profile)
    parts = Parts(desk, uplink, mission)
    desk.downlink.meta = Meta(parts, parts, profile, desk.profile.past, 0xFEDCBA98)
    return desk


def said(one):
    return unpack(telemetry.META_LAYOUT, one.payload)


def test_what_it_says():
    desk = desk_with_meta(Uplink)
    desk.state.command_counter = 0x12345
    for _ in range(3):
        desk.health.count(1)
    desk.health.count(2)
    desk.downlink.set_rate(10)
    desk.seconds(1)
    assert said(desk.of(telemetry.META)[0]) == {
        "firmware_hash": 0xFEDCBA98,
        "mission_hash": 0xF2345678,
        "session": 0xDEADBEEF,
        "command_counter": 0x12345,
        "key_id": 0x1357,
        "free_heap_bytes": None,
        "loop_lag_ms": 45,
        "profile": profiles.SIK_57600,
        "rate_s": 10,
        "past_fixes": 3,
        "uplink_age_s": None,
        "reset_cause": 3,
        "commands_heard": 12,
        "tags_bad": 65535,
        "overruns": 7,
        "faults_counted": 4,
    }


def test_it_is_these_bytes():
    desk = desk_with_meta(Uplink)
    desk.seconds(1)
    one = desk.of(telemetry.META)[0]
    assert one.wire_bytes == 48
    assert one.payload == (
        bytes((0x98, 0xBA, 0xDC, 0xFE, 0x78, 0x56, 0x34, 0xF2, 0xEF, 0xBE, 0xAD, 0xDE, 0, 0, 0, 0, 0x57, 0x13))
        + bytes((0xFF, 0xFF, 45, 0, 1, 3 | 15 << 2 | 3 << 6, 12, 0, 0xFF, 0xFF, 7, 0, 0, 0))
    )


def test_without_mission_and_key_it_says_so():
    desk = desk_with_meta(None, None)
    desk.seconds(1)
    values = said(desk.of(telemetry.META)[0])
    for name in ("mission_hash", "session", "key_id", "commands_heard", "tags_bad"):
        assert values[name] == 0, name
    assert values["uplink_age_s"] is None


def test_it_says_how_old_the_newest_command_and_how_much_heap_is_left():
    desk = desk_with_meta()
    parts = Parts(desk, Uplink())
    parts.uplink.heard_ms = desk.clock.ticks_ms()
    parts.free_heap = lambda: 70000
    desk.clock.advance(900000)
    meta = Meta(parts, parts, 0, 0, 0)
    desk.clock.advance(100000)
    values = unpack(telemetry.META_LAYOUT, bytes(meta.payload(desk.clock.ticks_ms(), 1)))
    assert values["uplink_age_s"] == 1 and values["free_heap_bytes"] == 70000


def test_a_command_of_long_ago_is_old_and_not_unknown():
    desk = desk_with_meta()
    parts = Parts(desk, Uplink())
    parts.uplink.heard_ms = 0
    parts.clock = Clock()
    meta = Meta(parts, parts, 0, 0, 0)
    for seconds, said_s in ((0, 0), (8191, 4096), (8192, 8192), (60000, 8192), (500000, 8192)):
        assert unpack(telemetry.META_LAYOUT, bytes(meta.payload(seconds * 1000, 1)))["uplink_age_s"] == said_s


def test_it_comes_at_the_start_ten_seconds_later_and_every_minute():
    desk = desk_with_meta()
    desk.flying = (0, 0, 100, 100)
    desk.seconds(200)
    times = [one.mission_ms for one in desk.of(telemetry.META)]
    assert len(times) == 5 and times[0] <= 1000
    for index, expected_ms in ((0, 0), (1, 10000), (2, 70000), (3, 130000), (4, 190000)):
        assert 0 <= times[index] - expected_ms <= 3000


def test_events_and_reports_come_before_it():
    desk = desk_with_meta()
    for number in range(5):
        desk.downlink.event(1, number)
    desk.downlink.report_due = True
    desk.seconds(2)
    types = [one.type for one in desk.heard]
    assert types[:6] == [telemetry.EVENT] * 5 + [telemetry.FIX_3] and telemetry.META in types


def test_the_flight_log_has_every_tenth():
    desk = desk_with_meta()
    desk.seconds(1300)
    sent = len(desk.of(telemetry.META))
    logged = [packet[0] & 0x3F for packet in desk.logged()].count(telemetry.META)
    assert sent >= 21 and logged == 3


def test_what_is_down_says_it_twice_after_a_start_and_then_no_more():
    desk = desk_with_meta()
    desk.regular = False
    desk.seconds(600)
    assert len(desk.of(telemetry.META)) == 2
