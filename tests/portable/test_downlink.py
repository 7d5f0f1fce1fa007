"""The downlink's events and numbers: each event at once and thrice, silence in a pulse, numbers that never repeat."""

from firmware.protocol import faults, framing, profiles, telemetry
from firmware.protocol.deframing import read_header
from firmware.protocol.unpacking import unpack
from tests.portable.core_rig import fresh_storage
from tests.portable.downlink_rig import NET, Desk


def test_events_go_out_in_their_order_with_their_own_time():
    desk = Desk()
    for number in range(5):
        desk.state.elapsed_ms = 1000 * number
        desk.downlink.event(telemetry.PHASE_CHANGED, number, 7, -number)
    desk.passes(8)
    seen = desk.events()
    assert [one["subject"] for one in seen] == [0, 1, 2, 3, 4]
    assert [one["argument"] for one in seen] == [0, -1, -2, -3, -4]
    assert [one["event_id"] for one in seen] == [1, 2, 3, 4, 5]
    assert [one.mission_ms for one in desk.heard] == [0, 1000, 2000, 3000, 4000]
    assert [one.net for one in desk.heard] == [NET] * 5


def test_an_event_is_these_bytes():
    desk = Desk()
    desk.state.elapsed_ms = 4567800
    desk.downlink.event(telemetry.DROP_CHANGED, 2, 3, -2)
    (heard,) = desk.after_one_pass()
    # version and type, net, number 0, 45678 tenths; event 1, code 7, subject 2, detail 3, -2 with its sign bit turned.
    assert heard.packet == bytes((2 << 6 | 2, 0x34, 0x12, 0, 0, 0, 0x6E, 0xB2, 0)) + bytes(
        (1, 7, 2, 3, 0xFE, 0xFF, 0xFF, 0x7F)
    )


def test_an_events_argument_keeps_its_sign_and_its_32_bits():
    desk = Desk()
    for argument in (0, 1, -1, 0x7FFFFFFE, -0x80000000, 16777215):
        desk.downlink.event(1, 2, 3, argument)
    desk.passes(10)
    assert [one["argument"] for one in desk.events()] == [0, 1, -1, 0x7FFFFFFE, -0x80000000, 16777215]


def test_silence_holds_everything_back_and_loses_nothing():
    desk = Desk()
    for number in range(6):
        desk.downlink.event(1, number)
    desk.passes(60, True)
    assert desk.heard == [] and desk.radio.frames_sent == 0
    desk.passes(10)
    assert [one["subject"] for one in desk.events()] == list(range(6))


def test_waiting_events_are_bounded_and_the_oldest_go_to_the_log():
    desk = Desk()
    for number in range(40):
        desk.downlink.event(1, number)
        desk.passes(1, True)
    assert desk.heard == []
    desk.passes(20)
    assert [one["subject"] for one in desk.events()] == list(range(24, 40))
    logged = [unpack(telemetry.EVENT_LAYOUT, packet[framing.HEADER_BYTES :])["subject"] for packet in desk.logged()]
    assert logged == list(range(40))


def test_event_numbers_go_round_at_256():
    desk = Desk()
    ids = []
    for number in range(300):
        desk.downlink.event(1, number & 255)
        ids.append(desk.after_one_pass()[0].event()["event_id"])
    assert ids[:2] == [1, 2] and ids[254:258] == [255, 0, 1, 2]


def test_each_event_is_sent_three_times_some_seconds_apart_each_with_its_own_number():
    desk = Desk()
    for subject in (10, 11, 12):
        desk.downlink.event(1, subject)
        desk.passes(2)
    desk.passes(150)
    for subject in (10, 11, 12):
        sent = [one for one in desk.heard if one.event()["subject"] == subject]
        assert len(sent) == 3, subject
        assert len({one.number for one in sent}) == 3 and len({one.payload for one in sent}) == 1
        assert len({one.mission_ms for one in sent}) == 1
        for one, after in ((sent[0], sent[1]), (sent[1], sent[2])):
            assert 3000 <= after.from_ms - one.from_ms <= 5000


def test_the_newest_event_goes_on_being_told_every_half_minute_until_there_is_a_newer_one():
    desk = Desk()
    desk.downlink.event(1, 10)
    desk.passes(10)
    desk.downlink.event(1, 11)
    desk.passes(3000)
    times = [one["subject"] for one in desk.events()]
    assert times.count(10) == 3 and 11 <= times.count(11) <= 13
    desk.downlink.event(1, 12)
    desk.passes(3000)
    assert [one["subject"] for one in desk.events()].count(11) == times.count(11)


def test_a_new_event_never_waits_behind_an_old_one_that_is_told_again():
    desk = Desk()
    for number in range(15):
        desk.downlink.event(1, number)
    desk.passes(200)
    for number in range(15, 60):
        desk.downlink.event(1, number)
        assert [one.event()["subject"] for one in desk.after_one_pass()] == [number]
        desk.passes(number % 7)


def test_an_old_event_is_not_told_again_in_a_pulse():
    desk = Desk()
    desk.downlink.event(1, 10)
    desk.passes(2)
    desk.passes(600, True)
    assert len(desk.heard) == 1
    desk.passes(100)
    assert len(desk.heard) == 3


def test_the_flight_log_has_each_event_once():
    desk = Desk()
    for number in range(5):
        desk.downlink.event(1, number)
    desk.passes(1000)
    assert len(desk.heard) > 15
    seen = [unpack(telemetry.EVENT_LAYOUT, packet[framing.HEADER_BYTES :])["subject"] for packet in desk.logged()]
    assert seen == [0, 1, 2, 3, 4]


def test_a_radio_that_takes_nothing_is_counted_and_the_log_has_the_frame():
    desk = Desk(txbuf=32)
    desk.uart.write(bytes(64))
    desk.uart._tx_free_us += 100000000  # a flow that has stopped
    desk.downlink.event(telemetry.LAUNCHED, 3)
    desk.passes(2)
    assert desk.health.counts[faults.RADIO_FULL] == 1
    (packet,) = desk.logged()
    assert unpack(telemetry.EVENT_LAYOUT, packet[framing.HEADER_BYTES :])["code"] == telemetry.LAUNCHED


def test_a_frame_that_is_larger_than_the_profile_allows_never_goes_out():
    def change(profile):
        profile.largest = 47

    desk = Desk(change=change)
    desk.downlink.event(1, 10)
    desk.flying = (0, 0, 100, 100)
    desk.seconds(60)
    assert desk.reports() == [] and desk.of(telemetry.HIST) == [] and desk.events() != []
    assert desk.health.counts[faults.RADIO_FULL] >= 60


# Numbers -------------------------------------------------------------------------------------------------------


def numbers(desk):
    return [one.number for one in desk.heard]


def send(desk, count):
    for number in range(count):
        desk.downlink.event(1, number & 255)
        desk.passes(1)
    desk.passes(2)


def test_frame_numbers_count_up_by_one():
    desk = Desk()
    send(desk, 700)
    assert numbers(desk) == list(range(len(desk.heard))) and len(desk.heard) >= 700


def test_frame_numbers_never_repeat_over_resets():
    storage, _ = fresh_storage()
    seen = []
    for count in (300, 5, 1, 191, 193, 700, 3):
        desk = Desk(storage)
        send(desk, count)
        assert len(desk.heard) >= count
        assert seen == [] or min(numbers(desk)) > max(seen)
        seen += numbers(desk)
    assert len(set(seen)) == len(seen)


def test_frame_numbers_never_repeat_when_the_power_goes_before_the_first_journal_write():
    storage, _ = fresh_storage()
    desk = Desk(storage)
    send(desk, 20)
    seen = numbers(desk)
    for _ in range(3):
        desk = Desk(storage)
        # Two seconds in which flash was never quiet enough: nothing is written, and the power goes again.
        for number in range(5):
            desk.downlink.event(1, number)
        desk.passes(20, write=False)
        seen += numbers(desk)
    assert len(set(seen)) == len(seen)


def test_no_number_repeats_whenever_the_power_goes_while_everything_is_being_told():
    storage, _ = fresh_storage()
    seen = []
    for seconds in (3, 100, 40, 130, 7, 260, 61):
        desk = Desk(storage, profile=profiles.SIK_57600)
        desk.flying = (0, 0, 100, 100)
        desk.reporting = True
        for second in range(seconds):
            if second % 5 == 0:
                desk.downlink.event(1, second & 255)
            if second == 20:
                desk.downlink.request_history(0, 1, 63)
            # The journal finds a quiet moment every third second, as it would.
            desk.passes(10, write=second % 3 == 0)
        assert desk.of(telemetry.HIST) != [] or seconds < 10
        seen += numbers(desk)
    assert len(set(seen)) == len(seen) and len(seen) > 800


def test_what_can_wait_waits_while_the_journal_is_to_be_written():
    desk = Desk()
    desk.flying = (0, 0, 100, 100)
    desk.reporting = True
    desk.passes(200)
    before = len(desk.heard)
    desk.journal.want()
    desk.downlink.request_history(0, 1, 63)
    desk.passes(100, write=False)
    since = desk.heard[before:]
    assert since and {one.type for one in since} == {telemetry.FIX_3}
    before = len(desk.heard)
    desk.passes(50)
    assert telemetry.HIST in [one.type for one in desk.heard[before:]]


def test_every_frame_has_the_version_of_the_protocol():
    desk = Desk()
    desk.flying = (0, 0, 100, 100)
    desk.downlink.event(1)
    desk.seconds(20)
    assert {read_header(one.packet)[0] for one in desk.heard} == {framing.VERSION}
