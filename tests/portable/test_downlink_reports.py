"""Reports: what is known is said, what is not is not, and the places of the past are right or unknown."""

from firmware.protocol import drops, framing, history, phases, profiles, telemetry
from firmware.protocol.unpacking import unpack
from firmware.protocol.unwinding import past_of_fix, read_hist
from firmware.report import Report
from tests.portable.downlink_rig import Desk
from tests.portable.release_rig import DUE_MS, Rig

OFFSETS = {telemetry.FIX_2: history.OFFSETS_2, telemetry.FIX_3: history.OFFSETS_3}


class Arming:
    armed = True


class Backup:
    state = drops.BACKUP_READY


def reported(change=None, drops_=((1, DUE_MS), (2, DUE_MS + 60000)), count=1):
    """What `count` reports of a board in flight say on which `change(rig)` was made."""
    rig = Rig(drops=drops_)
    rig.at(600000)
    rig.measured.fix_ms = rig.clock.ticks_ms()
    rig.clock.advance(3000000)
    report = Report(
        rig.state,
        rig.journal,
        rig.measured,
        rig.altitude,
        Arming,
        rig.plan,
        rig.controller,
        Backup,
        True,
        None,
        0,
    )
    if change is not None:
        change(rig)
    payloads = [bytes(report.pack(report.look(rig.clock.ticks_ms()))) for _ in range(count)]
    return [unpack(telemetry.FIX_LAYOUT, payload) for payload in payloads]


def test_what_is_not_known_is_not_said():
    seen = reported()[0]
    for name in (
        "latitude_e7 longitude_e7 altitude_m ground_speed_cm_s course_cdeg vertical_cm_s satellites accuracy_m "
        "dynamic_model pressure_pa inside_c logic_mv"
    ).split():
        assert seen[name] is None, name
    assert seen["fix_type"] == 0 and seen["utc_known"] == 0
    assert seen["command_counter"] == 0 and seen["command_result"] == 0


def test_what_is_known_is_said():
    def change(rig):
        m = rig.measured
        m.latitude_e7, m.longitude_e7, m.gps_altitude_m = -334500000, 1799999999, 29999
        m.ground_speed_cm_s, m.course_cdeg, m.fix_type, m.satellites, m.accuracy_m = 2500, 9000, 3, 12, 4
        m.dynamic_model, m.unix_s, m.pressure_pa = 8, 1780000000, 1200
        m.inside_cc, m.logic_mv = -1250, 3600
        rig.altitude.vertical_cm_s = -4000
        rig.state.reasons = drops.HOLD | drops.HOLDING_FOR
        rig.state.safe = True
        rig.state.hold_until_ms = 5
        rig.state.drop_steps[0] = 30
        rig.state.reset_count = 200
        rig.state.command_counter = 0x1234567
        rig.state.command_result = 4

    seen = reported(change)[0]
    for name, value in (
        ("latitude_e7", -334500000),
        ("longitude_e7", 1799999999),
        ("altitude_m", 29999),
        ("ground_speed_cm_s", 2500),
        ("course_cdeg", 9000),
        ("vertical_cm_s", -4000),
        ("gps_age_s", 2),
        ("fix_type", 3),
        ("satellites", 12),
        ("accuracy_m", 4),
        ("dynamic_model", 8),
        ("utc_known", 1),
        ("pressure_pa", 1200),
        ("inside_c", -13),
        ("reasons", drops.HOLD | drops.HOLDING_FOR),
        ("backup_state", drops.BACKUP_READY),
        ("safe", 1),
        ("hold", 1),
        ("drop_step", 30),
        ("logic_mv", 3600),
        ("cutter_mv", 4500),
        ("phase", phases.ASCENT),
        ("armed", 1),
        ("mission_ok", 1),
        ("journal_ok", 1),
        ("next_drop_s", (DUE_MS - 600000) // 1000),
        ("reset_count", 15),
        ("drop", 0),
        ("drop_state", drops.WAITING),
        ("attempts", 0),
        ("command_counter", 7),
        ("command_result", 4),
    ):
        assert seen[name] == value, (name, seen[name])


def test_every_value_of_a_report_stands_in_its_own_field():
    rig = Rig()
    report = Report(
        rig.state, rig.journal, rig.measured, rig.altitude, Arming, rig.plan, rig.controller, Backup, True, None, 0
    )
    assert len(report.look(0)) == len(telemetry.FIX_LAYOUT.names)


def test_the_state_of_every_drop_that_is_over_is_heard_again_and_again():
    def change(rig):
        rig.state.drop_states[0] = drops.CONFIRMED
        rig.state.drop_states[1] = drops.FAILED
        rig.state.drop_attempts[1] = 2
        rig.plan.look()

    seen = reported(change, ((1, DUE_MS), (2, DUE_MS + 60000), (3, DUE_MS + 120000)), 24)
    heard = [(one["drop"], one["drop_state"]) for one in seen]
    for drop in ((0, drops.CONFIRMED), (1, drops.FAILED), (2, drops.WAITING)):
        assert heard.count(drop) >= 3, drop


# Places of the past --------------------------------------------------------------------------------------------


def past_of(desk, one):
    own = unpack(telemetry.FIX_LAYOUT, one.payload[: telemetry.FIX_LAYOUT.size])
    return past_of_fix(
        one.payload,
        telemetry.FIX_LAYOUT.size,
        OFFSETS[one.type],
        one.mission_ms,
        own["latitude_e7"],
        own["longitude_e7"],
    )


def beside(desk, row):
    """How far a place is from where the balloon was then: (north, east, up) in 1e-7 degree and m."""
    latitude_e7, longitude_e7, altitude_m = desk.place(row[0])
    east = (row[2] - longitude_e7 + 1800000000) % 3600000000 - 1800000000
    return abs(row[1] - latitude_e7), abs(east), abs(row[3] - altitude_m)


def test_the_profile_says_how_many_places_go_with_a_report():
    for profile, frame_type, wire_bytes in (
        (profiles.SIK_57600, telemetry.FIX_3, 63),
        (profiles.PACKET_9600, telemetry.FIX_2, 58),
    ):
        desk = Desk(profile=profile)
        desk.flying = (0, 0, 100, 100)
        desk.seconds(30)
        assert {one.type for one in desk.reports()} == {frame_type}
        assert {one.wire_bytes for one in desk.reports()} == {wire_bytes}

    def change(profile):
        profile.past = 0

    desk = Desk(change=change)
    desk.flying = (0, 0, 100, 100)
    desk.seconds(30)
    assert {(one.type, one.wire_bytes) for one in desk.reports()} == {(telemetry.FIX, 48)}


def test_a_report_begins_with_a_fix_and_ends_with_these_bytes():
    for profile, past in ((profiles.PACKET_9600, ((25, 200), (600, 1000))), (profiles.SIK_57600, history.OFFSETS_3)):
        desk = Desk(profile=profile)
        desk.flying = (521234500, 206543200, 300, 700)
        desk.seconds(620)
        one = desk.reports()[-1]
        own = unpack(telemetry.FIX_LAYOUT, one.payload[: telemetry.FIX_LAYOUT.size])
        second = (one.mission_ms + 500) // 1000
        assert own["latitude_e7"] == 521234500 + 300 * second and own["altitude_m"] == 100 + 5 * second
        expected = b""
        for offset_s, step_e7 in past:
            then = second - offset_s
            # The board keeps the middle of steps of 200.
            x = (521234500 + 300 * then) // 200 * 200 + 100
            y = (206543200 + 700 * then) // 200 * 200 + 100
            code = x // step_e7 & 0x3FFF | (y // (2 * step_e7) & 0x3FFF) << 14 | (1105 + 5 * then) // 10 << 28
            expected += code.to_bytes(5, "little")
        assert one.payload[telemetry.FIX_LAYOUT.size :] == expected


def test_past_places_are_right_at_every_speed_over_poles_and_date_line():
    for latitude_e7, longitude_e7, north, east in (
        (521000000, 206000000, 450, 1300),
        (100000, -50000, -8000, 8000),
        (-100000000, 1799900000, 100, 6000),
        (-100000000, -1799900000, 100, -6000),
        (499900000, 1799000000, 300, 5000),
        (-699900000, 0, -300, 9000),
        (889000000, 900000000, 100, 60000),
        (-899000000, 0, 0, 0),
    ):
        for profile in (profiles.SIK_57600, profiles.PACKET_9600):
            desk = Desk(profile=profile)
            desk.flying = (latitude_e7, longitude_e7, north, east)
            desk.seconds(650)
            told = 0
            for one in desk.reports():
                for row in past_of(desk, one):
                    told += 1
                    off = beside(desk, row)
                    wide_e7 = history.longitude_step(1000, desk.place(one.mission_ms)[0])
                    assert off[0] <= 700 and off[1] <= 700 + wide_e7 and off[2] <= 10, (row, off)
            assert told >= 600


def test_what_was_not_known_then_is_unknown():
    desk = Desk()
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.seconds(20)
    desk.flying = None
    desk.seconds(20)
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.seconds(100)
    seen = {}
    for one in desk.reports():
        for row in past_of(desk, one):
            seen[(row[0] + 500) // 1000] = row
            assert beside(desk, row)[:2] < (400, 400)
    # The receiver was silent from 20 to 40: 15 s later nothing is told of that, and before and after it everything.
    assert [second for second in range(1, 125) if second not in seen] == list(range(21, 41))


def test_nothing_is_told_of_the_past_while_the_own_place_is_unknown():
    desk = Desk()
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.seconds(100)
    desk.flying = None
    desk.measured.latitude_e7 = desk.measured.longitude_e7 = None
    before = len(desk.reports())
    desk.seconds(20)
    for one in desk.reports()[before:]:
        assert one.payload[telemetry.FIX_LAYOUT.size :] == b"\xff" * 15


def test_a_place_without_a_height_or_out_of_two_dimensions_is_not_kept():
    desk = Desk()
    desk.reporting = True
    for second in range(30):
        desk.fix(521000000, 206000000, 100 if second < 10 else None)
        desk.measured.fix_type = 3 if second < 20 else 2
        desk.passes(10)
    assert [desk.way.at(second) is not None for second in range(1, 30)] == [True] * 10 + [False] * 19


def test_an_old_fix_is_not_kept_as_a_new_one():
    desk = Desk()
    desk.flying = (0, 0, 100, 100)
    desk.seconds(10)
    desk.flying = None
    desk.seconds(10)
    assert desk.way.at(10) is not None and desk.way.at(11) is None and desk.way.newest_s == 10


def test_after_an_outage_of_the_link_the_way_through_it_is_known():
    for profile in (profiles.SIK_57600, profiles.PACKET_9600):
        desk = Desk(profile=profile)
        desk.flying = (521000000, 206000000, 450, 1300)
        desk.seconds(1500)
        known = set()
        for one in desk.heard:
            if 400000 <= one.mission_ms < 700000:
                continue  # five minutes in which nothing was heard
            if one.type in OFFSETS:
                known.add((one.mission_ms + 500) // 1000)
                known.update([(row[0] + 500) // 1000 for row in past_of(desk, one)])
            elif one.type == telemetry.HIST:
                known.update([row[0] // 1000 for row in read_hist(one.payload)])
        assert [second for second in range(10, 1490) if second not in known] == []


def test_the_flight_log_has_every_tenth_report_and_no_place_told_again():
    desk = Desk()
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.seconds(200)
    logged = desk.logged()
    assert {packet[0] & 0x3F for packet in logged} == {telemetry.FIX_3} and len(logged) == 20
    assert {len(packet) for packet in logged} == {framing.HEADER_BYTES + 47}


def test_a_longer_rate_is_kept_and_a_shorter_one_than_the_profiles_is_not():
    desk = Desk()
    desk.flying = (0, 0, 100, 100)
    assert desk.downlink.rate_s == 1
    for asked, granted in ((10, 10), (240, 240), (1000, 240), (0, 1), (3, 3)):
        assert desk.downlink.set_rate(asked) == granted == desk.downlink.rate_s
        desk.seconds(2)
        before = len(desk.reports())
        desk.seconds(480)
        assert abs(len(desk.reports()) - before - 480 // granted) <= 1, asked
    slow = Desk(profile=profiles.LORA_300)
    assert slow.downlink.set_rate(5) == 25 and slow.downlink.set_rate(60) == 60


def test_what_is_down_reports_only_when_it_is_told_to():
    desk = Desk()
    desk.flying = (0, 0, 0, 0)
    desk.seconds(100)
    desk.regular = False
    desk.downlink.event(telemetry.PHASE_CHANGED, phases.LANDED)
    desk.seconds(20)
    before = len(desk.heard)
    desk.seconds(600)
    assert len(desk.heard) == before
    desk.downlink.report_due = True
    desk.seconds(60)
    assert [one.type for one in desk.heard[before:]] == [telemetry.FIX_3]
    # What is asked for is told all the same.
    assert desk.downlink.request_history(10, 1, 3) == 3
    desk.seconds(10)
    assert [one.type for one in desk.heard[before + 1 :]] == [telemetry.HIST] * 3
