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
            prepared.fix_packet(1, 1000, altitude_m=500),
            prepared.fix_packet(2, 2000, altitude_m=None, latitude_e7=None, longitude_e7=None, gps_age_s=None),
        ]
    )
    now = 11 * SECOND
    assert track.value("altitude_m") is None
    assert track.last_known("altitude_m", now) == (500, 11.0)
    assert track.last_known("outside_c", now) is None
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
    waiting = {"drop": 1, "drop_state": drops.DUE, "gates": drops.HOLD}
    over = {"drop": 0, "drop_state": drops.CONFIRMED, "gates": drops.LANDED}
    track = track_of([prepared.fix_packet(1, 1000, **waiting), prepared.fix_packet(2, 2000, **over)])
    assert track.gates == ("hold",)
    assert track.drops[0].word == "confirmed"
    track = track_of([prepared.fix_packet(n, n * 1000, **over) for n in range(3)])
    assert track.gates == ("landed",)


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
