"""What is true now: never older than it was, never known when it is not."""

import pytest

from firmware.protocol import drops, phases, telemetry
from ground.raw_log import Chunk
from ground.receiver import Receiver
from ground.track import Track, clock
from tests.ground import prepared_flight as prepared

SECOND = 1_000_000_000


def track_of(packets, receiver=None):
    receiver = receiver or Receiver()
    track = Track(prepared.NET)
    for n, packet in enumerate(packets):
        for record in receiver.feed(Chunk(prepared.wire([packet]), 0, n * SECOND)):
            track.update(record)
    return track


def test_a_whole_flight_is_told_right():
    track = track_of(prepared.flight_packets())
    assert [(change.name, change.mission_ms) for change in track.phases] == [
        ("ground", 0),
        ("ascent", prepared.LAUNCH_MS),
        ("descent", prepared.APEX_MS),
        ("landed", prepared.LANDED_MS),
    ]
    assert (track.launch_ms, track.launch_is_exact) == (prepared.LAUNCH_MS, True)
    assert (track.apex.altitude_m, track.apex.mission_ms) == (30120, prepared.APEX_MS)
    (drop,) = track.drops_known()
    assert drop.word == "confirmed"
    assert [(entry[0], entry[1]) for entry in drop.history] == [
        (prepared.DROP_MS, drops.FIRING),
        (prepared.DROP_MS, drops.CONFIRMED),
    ]
    assert len(track.events) == 8  # each once, though each was sent three times


def test_without_its_events_the_flight_is_still_told_from_the_fixes():
    packets = [packet for packet in prepared.flight_packets() if packet[0] & 0x3F == telemetry.FIX]
    track = track_of(packets)
    assert [change.name for change in track.phases] == ["ground", "ascent", "descent", "landed"]
    assert (track.launch_ms, track.launch_is_exact) == (prepared.LAUNCH_MS, False)
    assert track.drops[0].word == "confirmed"


def test_a_late_frame_fills_the_way_and_changes_nothing_that_is_now():
    packets = [prepared.fix_packet(n, n * 1000, altitude_m=100 * n) for n in range(1, 8)]
    track = track_of([*packets[:3], *packets[4:], packets[3]])
    assert track.value("altitude_m") == 700
    assert track.mission_ms == 7000
    assert [place.altitude_m for place in track.positions] == [100 * n for n in range(1, 8)]


def test_unknown_stays_unknown_and_the_last_known_has_its_age():
    track = track_of(
        [
            prepared.fix_packet(1, 1000, altitude_m=500, pressure_pa=None),
            prepared.fix_packet(2, 2000, **dict.fromkeys(("altitude_m", "latitude_e7", "gps_age_s", "pressure_pa"))),
        ]
    )
    now = 11 * SECOND
    assert track.value("altitude_m") is None
    assert track.last_known("altitude_m", now) == (500, 11.0)
    assert track.last_known("pressure_pa", now) is None
    assert track.age_s(now) == 10.0
    assert len(track.positions) == 1


def test_an_old_position_is_no_place_on_the_way():
    track = track_of([prepared.fix_packet(n, n * 1000, gps_age_s=age) for n, age in enumerate((0, 4, 8, 600, None))])
    assert len(track.positions) == 2


def test_an_altitude_of_a_fix_in_the_plane_is_not_believed():
    track = track_of([prepared.fix_packet(1, 1000, fix_type=2, altitude_m=40_000)])
    assert track.positions[0].altitude_m is None
    assert track.apex is None


def test_the_countdown_goes_on_between_frames_and_stops_at_zero():
    track = track_of([prepared.fix_packet(1, 1000, next_drop_s=20)])
    assert track.next_drop_s(5 * SECOND) == 15.0
    assert track.next_drop_s(50 * SECOND) == 0.0
    assert track_of([prepared.fix_packet(1, 1000, next_drop_s=None)]).next_drop_s(0) is None


def test_what_holds_a_finished_drop_is_not_said_of_the_next_one():
    waiting = {"drop": 1, "drop_state": drops.DUE, "reasons": drops.HOLD}
    over = {"drop": 0, "drop_state": drops.CONFIRMED, "reasons": drops.LANDED}
    track = track_of([prepared.fix_packet(1, 1000, **waiting), prepared.fix_packet(2, 2000, **over)])
    assert track.reasons == ("hold",)
    assert track.drops[0].word == "confirmed"
    track = track_of([prepared.fix_packet(n, n * 1000, **over) for n in range(3)])
    assert track.reasons == ("landed",)


def test_summary_bits_newer_than_a_drop_s_own_state_win():
    track = track_of(
        [
            prepared.fix_packet(1, 1000, drop=0, drop_state=drops.FIRING, drop_summary=drops.SUMMARY_ACTIVE),
            prepared.fix_packet(2, 2000, drop=1, drop_summary=drops.SUMMARY_RELEASED),
        ]
    )
    assert track.drops[0].word == "released"


def test_a_repeated_event_is_one_and_a_new_one_of_the_same_content_is_two():
    def event(sequence, event_id):
        return prepared.event_packet(sequence, sequence * 1000, event_id, telemetry.FAULT_SEEN, 8, 0, 1)

    track = track_of([event(1, 0), event(2, 0), event(3, 1), event(4, 0)])
    assert len(track.events) == 2
    everything = [event(n, n & 0xFF) for n in range(600)]
    assert len(track_of(everything).events) == 600


def launched(sequence, event_id, at_ms):
    return prepared.event_packet(sequence, sequence * 1000, event_id, telemetry.LAUNCHED, 6, 0, at_ms)


def cancelled(sequence, event_id):
    return prepared.event_packet(sequence, sequence * 1000, event_id, telemetry.LAUNCH_CANCELLED)


def test_a_cancelled_launch_is_forgotten_and_the_next_one_counts():
    climbing = {"phase": phases.ASCENT, "drop": 1, "drop_state": drops.DUE, "reasons": drops.HOLD}
    packets = [
        prepared.fix_packet(1, 1000),
        launched(2, 0, 1500),
        prepared.fix_packet(3, 3000, **climbing),
        cancelled(200, 1),
        prepared.fix_packet(201, 201_000),
    ]
    track = track_of(packets)
    assert (track.launch_ms, track.launch_is_exact, track.phase_name) == (None, False, "ground")
    assert track.launches_cancelled == [200_000]
    assert (track.drops[1].word, track.drops[1].reasons) == ("waiting", None)
    track = track_of([*packets, launched(300, 2, 299_000), prepared.fix_packet(301, 301_000, phase=phases.ASCENT)])
    assert (track.launch_ms, track.launch_is_exact) == (299_000, True)
    assert track.launches_cancelled == [200_000]


def test_a_late_word_of_a_launch_that_was_cancelled_does_not_bring_it_back():
    track = track_of([prepared.fix_packet(1, 1000), cancelled(200, 1), launched(2, 0, 1500)])
    assert track.launch_ms is None
    assert len(track.events) == 2


def test_back_on_the_ground_without_its_event_is_a_cancelled_launch_too():
    track = track_of([prepared.fix_packet(n, n * 1000, phase=n == 2) for n in range(1, 4)])
    assert (track.launch_ms, track.launches_cancelled) == (None, [3000])


def test_the_cutdown_is_one_of_the_drops_at_the_last_place_and_has_its_own_name():
    assert len(track_of([prepared.event_packet(1, 0, 0, telemetry.MISSION_LOADED, 2, 1)]).drops_known()) == 2
    packets = [
        prepared.event_packet(1, 0, 0, telemetry.MISSION_LOADED, 2, 1),
        prepared.fix_packet(2, 2000, drop=drops.CUTDOWN, drop_state=drops.DUE, reasons=drops.TOO_LOW),
        prepared.event_packet(3, 3000, 1, telemetry.CUTDOWN_DUE, drops.BY_CEILING, 0, 33_000),
        prepared.event_packet(4, 4000, 2, telemetry.DROP_CHANGED, drops.CUTDOWN, drops.FIRING, 1 << 8),
    ]
    track = track_of(packets[:3])
    assert [drop.name for drop in track.drops_known()] == ["drop 1", "drop 2", "cutdown"]
    assert [(drop.name, drop.reasons) for drop in track.held()] == [("cutdown", drops.TOO_LOW)]
    assert track.events[-1].text == "cutdown due: higher than its ceiling, at 33000 m"
    track = track_of(packets)
    assert (track.cutdown.word, track.held()) == ("firing", [])
    assert track.events[-1].text == "cutdown firing, pulse 1"


def test_every_due_drop_has_its_own_reasons_by_the_newest_that_was_said():
    def said(sequence, event_id, place, bits):
        return prepared.event_packet(sequence, sequence * 1000, event_id, telemetry.REASONS_CHANGED, place, 0, bits)

    due = [
        prepared.event_packet(1, 1000, 0, telemetry.MISSION_LOADED, 3, 1),
        prepared.event_packet(2, 2000, 1, telemetry.DROP_CHANGED, 1, drops.DUE),
        said(3, 2, 1, drops.TOO_LOW),
        prepared.fix_packet(10, 10_000, drop=0, drop_state=drops.DUE, reasons=drops.HOLD | drops.HOLDING_FOR),
    ]
    track = track_of(due)
    assert [(drop.index, drop.reasons) for drop in track.held()] == [
        (0, drops.HOLD | drops.HOLDING_FOR),
        (1, drops.TOO_LOW),
    ]
    assert track.reasons == ("hold", "holding_for")
    track = track_of([*due, said(12, 4, 0, drops.SAFE), said(11, 3, 0, drops.KEEP_OUT)])
    assert track.drops[0].reasons == drops.SAFE
    track = track_of([*due, prepared.fix_packet(20, 20_000, drop=0, drop_state=drops.FIRING, reasons=0)])
    assert [drop.index for drop in track.held()] == [1]


def test_before_a_drop_is_due_what_would_hold_it_back_is_known_too():
    track = track_of([prepared.fix_packet(1, 1000, drop=2, reasons=drops.NOT_LAUNCHED | drops.PLUG_OUT)])
    assert [(drop.name, drop.reasons) for drop in track.held()] == [("drop 3", drops.NOT_LAUNCHED | drops.PLUG_OUT)]
    assert track_of([prepared.fix_packet(1, 1000)]).held() == []


def test_a_repeated_drop_tells_occasion_by_occasion_and_counts_what_was_missed():
    packets = [prepared.event_packet(1, 0, 0, telemetry.MISSION_LOADED, 1, 1)]
    for step in range(3):
        for state in (drops.FIRING, drops.CONFIRMED):
            sequence = len(packets) + 1
            packets.append(
                prepared.event_packet(
                    sequence, sequence * 1000, sequence, telemetry.DROP_CHANGED, 0, state, step | 1 << 8
                )
            )
    packets.append(prepared.event_packet(50, 50_000, 50, telemetry.STEP_LAPSED, 0, 4, 7))
    packets.append(prepared.fix_packet(51, 51_000, drop_state=drops.WAITING, drop_step=7))
    track = track_of(packets)
    (drop,) = track.drops_known()
    assert [entry.step for entry in drop.history if entry.state == drops.CONFIRMED] == [0, 1, 2]
    assert (drop.word, drop.step, drop.lapsed) == ("waiting", 7, 4)
    assert [event.text for event in track.events[-2:]] == [
        "drop 1 confirmed, occasion 3, pulse 1",
        "drop 1: occasions 4 to 7 missed, and not made up for",
    ]


def test_hand_over_and_a_wire_that_opened_early_stay_known():
    track = track_of(
        [
            prepared.event_packet(1, 1000, 0, telemetry.HANDED_OVER, 0, 2),
            prepared.event_packet(2, 2000, 1, telemetry.WIRE_PARTED_EARLY, 1, 1),
        ]
    )
    assert (track.drops[0].channel, track.drops[1].wire_parted, track.drops[0].wire_parted) == (2, True, False)


def test_what_a_payload_said_of_itself_is_void_once_it_has_started_again():
    ready = prepared.event_packet(1, 1000, 0, telemetry.READINESS, 0, 0, drops.NO_GPS)
    assert track_of([ready]).newest_event(telemetry.READINESS).argument == drops.NO_GPS
    later = prepared.event_packet(3, 3000, 2, telemetry.READINESS, 1, 0, 0)
    assert track_of([later, ready]).newest_event(telemetry.READINESS).subject == 1
    booted = prepared.event_packet(2, 2000, 1, telemetry.BOOTED, 3, 1)
    assert track_of([ready, booted]).newest_event(telemetry.READINESS) is None
    assert track_of([ready, booted, later]).newest_event(telemetry.READINESS).subject == 1


def test_hold_counts_down_by_the_payload_s_clock_and_is_over_when_the_payload_says_so():
    hold = prepared.event_packet(1, 1000, 0, telemetry.HOLD_CHANGED, 1, 0, 600)
    assert track_of([hold]).hold_left_s() is None
    assert track_of([hold, prepared.fix_packet(2, 101_000, hold=1)]).hold_left_s() == 500
    assert track_of([hold, prepared.fix_packet(2, 901_000, hold=1)]).hold_left_s() == 0
    assert track_of([hold, prepared.fix_packet(2, 101_000, hold=0)]).hold_left_s() is None
    assert track_of([prepared.fix_packet(2, 101_000, hold=1)]).hold_left_s() is None


def test_a_phase_that_only_a_late_event_tells_is_put_in_its_place():
    change = (telemetry.PHASE_CHANGED, phases.FLOAT, phases.ASCENT, 20_000)
    late = prepared.event_packet(50, 50_000, 3, *change)
    track = track_of(
        [
            prepared.fix_packet(1, 1000, phase=phases.ASCENT),
            prepared.fix_packet(200, 200_000, phase=phases.DESCENT),
            late,
        ]
    )
    assert [change.name for change in track.phases] == ["ascent", "float", "descent"]


def test_a_payload_that_starts_again_starts_a_new_track():
    receiver = Receiver()
    first = [prepared.fix_packet(900 + n, 900_000 + n * 1000, phase=phases.LANDED) for n in range(10)]
    second = [prepared.fix_packet(n, n * 1000) for n in range(20)]
    track = track_of(first + second, receiver)
    assert (track.epoch, track.mission_ms, track.phase_name) == (1, 19_000, "ground")
    assert len(track.positions) == 17


def test_climb_is_the_payload_s_own_or_worked_out_from_positions():
    packets = [prepared.fix_packet(n, n * 1000, altitude_m=100 + 5 * n, vertical_cm_s=None) for n in range(12)]
    assert track_of(packets).climb_cm_s() == 500
    assert track_of(packets[:3]).climb_cm_s() is None
    assert track_of([prepared.fix_packet(1, 1000, vertical_cm_s=-730)]).climb_cm_s() == -730


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0:00:00"), (3_723_000, "1:02:03"), (-61_000, "-0:01:01"), (-100, "0:00:00")]
)
def test_times_are_written_for_people(ms, text):
    assert clock(ms) == text


def test_every_event_has_words_whatever_its_numbers():
    packets = []
    for code in range(256):
        for n, (subject, detail, argument) in enumerate(((0, 0, 0), (255, 255, None), (7, 7, -5))):
            packets.append(
                prepared.event_packet(code * 3 + n, code, code * 3 + n & 0xFF, code, subject, detail, argument)
            )
    track = track_of(packets)
    assert len(track.events) == 768
    assert all(event.text and "None" not in event.text for event in track.events)
    assert len(track.drops) == 8


def test_a_frame_heard_twice_is_one_place_on_the_way():
    packets = [prepared.fix_packet(n, n * 1000) for n in range(1, 4)]
    assert len(track_of([*packets, packets[1], packets[2]]).positions) == 3


def told(sequence, mission_ms, start_s, step_s, *places):
    return prepared.hist_packet(sequence, mission_ms, start_s, step_s, places)


HERE = (prepared.CALM_FIX["latitude_e7"], prepared.CALM_FIX["longitude_e7"])


def test_what_was_missed_is_filled_in_by_what_is_told_later_and_marked():
    packets = [prepared.fix_packet(n, n * 1000) for n in (*range(1, 11), *range(40, 50))]
    hist = told(50, 50_000, 12, 5, *[(HERE[0], HERE[1], 1000 + 100 * n) for n in range(6)])
    track = track_of([*packets, hist])
    later = [place for place in track.positions if place.told_later]
    assert [place.mission_ms for place in later] == [12_000, 17_000, 22_000, 27_000, 32_000, 37_000]
    assert [place.altitude_m for place in later] == [1000, 1100, 1200, 1300, 1400, 1500]
    assert track.positions == sorted(track.positions)
    assert len(track.positions) == 26
    assert track.apex.altitude_m == 1500
    assert (track.mission_ms, track.fix.mission_ms, track.value("altitude_m")) == (50_000, 49_000, 120)


def test_a_report_that_tells_the_past_fills_its_moments_too():
    past = [(HERE[0] + 1000, HERE[1] - 3000, 700), (HERE[0] - 4000, HERE[1] + 500, None)]
    track = track_of([prepared.history_packet(1, 700_000, telemetry.FIX_2, past)])
    first, second, now = track.positions
    assert [place.mission_ms for place in (first, second, now)] == [100_000, 675_000, 700_000]
    assert (first.told_later, second.told_later, now.told_later) == (True, True, False)
    assert abs(second.latitude_e7 - past[0][0]) <= 100 and abs(second.longitude_e7 - past[0][1]) <= 100
    assert (first.altitude_m, second.altitude_m) == (None, 700)


def test_what_was_heard_is_never_replaced_by_what_is_told_and_replaces_it():
    heard = [prepared.fix_packet(n, n * 1000 + 300) for n in range(1, 8)]
    hist = told(8, 9000, 2, 1, *[(HERE[0] + 900, HERE[1], 500)] * 6)
    track = track_of([*heard, hist])
    assert len(track.positions) == 7 and not any(place.told_later for place in track.positions)
    track = track_of([heard[0], heard[6], hist, heard[3]])
    assert [(place.mission_ms, place.told_later) for place in track.positions] == [
        (1300, False), (2000, True), (3000, True), (4300, False), (5000, True), (6000, True), (7300, False),
    ]  # fmt: skip


def test_a_place_that_nobody_could_have_reached_is_suspect_and_not_on_the_way():
    packets = [prepared.fix_packet(n, n * 1000) for n in (1, 2, 40)]
    far = (HERE[0] + 2_000_000, HERE[1], 500)  # 22 km
    track = track_of([*packets, told(41, 41_000, 10, 2, far), told(42, 42_000, 10, 2, far)])
    assert [place.told_later for place in track.positions] == [False] * 3
    assert [(place.mission_ms, place.latitude_e7) for place in track.suspects] == [(10_000, far[0])]
    over_the_line = [
        prepared.fix_packet(1, 1000, longitude_e7=1_799_999_000),
        prepared.fix_packet(2, 40_000, longitude_e7=-1_799_990_000),
        told(3, 41_000, 20, 2, (HERE[0], -1_799_995_000, 500)),
    ]
    assert [place.told_later for place in track_of(over_the_line).positions] == [False, True, False]


def test_a_place_of_the_future_is_not_believed():
    track = track_of([prepared.fix_packet(1, 1000), told(2, 2000, 3, 1, (*HERE, 500))])
    assert len(track.positions) == 1
