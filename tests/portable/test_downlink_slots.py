"""Who may speak when: the ground's slots, answers thrice, the radio's share of the air, silence before a pulse."""

from firmware.protocol import drops, framing, history, profiles, provisioning, telemetry
from firmware.protocol.unwinding import read_hist
from tests.portable.downlink_rig import Desk

KEYS = provisioning.derive(bytes(range(32)), b"saltsaltsaltsalt")
ACK = bytes(range(telemetry.ACK_LAYOUT.size))
CHAL = bytes(range(50, 50 + telemetry.CHAL_LAYOUT.size))
EVERY_PROFILE = range(len(profiles.PROFILES))


def busy(profile=profiles.SIK_57600, seconds=120, keys=None, change=None):
    """A desk with everything to tell that there is, for so long."""
    desk = Desk(profile=profile, keys=keys, change=change)
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.seconds(30)
    for number in range(seconds // 10):
        desk.downlink.event(1, number & 255)
        desk.downlink.request_history(0, 1, 63)
        desk.seconds(10)
    return desk


def next_report(desk):
    """Run until a report has left the board."""
    before = len(desk.reports())
    for _ in range(300):
        if len(desk.reports()) > before:
            break
        desk.passes(1)
    return desk.reports()[before]


def air_ms(desk, one):
    return desk.profile.overhead_ms + one.wire_bytes * 8000 // desk.profile.air_bps


def test_nothing_goes_out_in_the_slot_after_a_report():
    for profile in EVERY_PROFILE:
        desk = busy(profile, 300)
        reports = desk.reports()
        assert len(reports) > 5, profile
        for index in range(len(desk.heard) - 1):
            one, after = desk.heard[index], desk.heard[index + 1]
            if one in reports:
                end_ms = max(one.from_ms + air_ms(desk, one), one.until_ms)
                assert after.from_ms >= end_ms + desk.profile.slot_ms - 2, (profile, index)


def test_no_frame_begins_while_another_is_in_the_air():
    for profile in EVERY_PROFILE:
        desk = busy(profile, 300)
        for index in range(len(desk.heard) - 1):
            one, after = desk.heard[index], desk.heard[index + 1]
            assert after.from_ms >= one.from_ms + air_ms(desk, one) - 2, (profile, index)


def test_everything_finds_its_time_beside_the_reports():
    desk = busy()
    assert len(desk.reports()) >= 148
    assert len(desk.of(telemetry.EVENT)) >= 34 and len(desk.of(telemetry.HIST)) >= 60


def test_reports_keep_their_rate_whatever_else_there_is():
    for profile, most_s in ((profiles.SIK_57600, 1.5), (profiles.PACKET_9600, 1.5), (profiles.LORA_2400, 6.5)):
        desk = busy(profile, 600)
        reports = desk.reports()
        gaps = [reports[at + 1].from_ms - reports[at].from_ms for at in range(len(reports) - 1)]
        assert max(gaps) <= most_s * 1000, profile


def test_the_share_of_the_air_is_kept():
    for profile in EVERY_PROFILE:
        desk = busy(profile, 1170)
        taken_ms = sum([air_ms(desk, one) for one in desk.heard])
        assert taken_ms <= 1200 * desk.profile.duty_permille + 6000, profile
        # An event every ten seconds takes half of what the slowest radio may: the reports have the other half.
        assert len(desk.reports()) >= 1200 // desk.profile.rate_s // 2, profile


def test_within_any_minute_there_is_at_most_twice_the_share():
    desk = busy(profiles.LORA_2400, 1200)
    for from_ms in range(0, 1140000, 5000):
        taken_ms = sum([air_ms(desk, one) for one in desk.heard if 0 <= one.from_ms - from_ms < 60000])
        assert taken_ms <= 12300


# Answers -------------------------------------------------------------------------------------------------------


def answered(profile=profiles.SIK_57600):
    desk = Desk(profile=profile, keys=KEYS)
    desk.flying = (0, 0, 100, 100)
    desk.seconds(60)
    return desk


def answers(desk):
    return desk.of(telemetry.ACK, telemetry.CHAL)


def test_an_answer_goes_out_at_once_and_again_after_each_of_the_next_two_reports():
    for profile in EVERY_PROFILE:
        desk = answered(profile)
        desk.passes(2)
        reports = len(desk.reports())
        before_ms = desk.clock.now_us // 1000
        desk.downlink.answer(telemetry.ACK, ACK)
        desk.seconds(4 * desk.profile.rate_s + 4)
        sent = answers(desk)
        assert [one.payload[: len(ACK)] for one in sent] == [ACK] * 3, profile
        assert sent[0].from_ms - before_ms <= 110 or profile not in (profiles.SIK_57600, profiles.PACKET_9600)
        order = [one.type for one in desk.heard if one in sent or one in desk.reports()[reports:]]
        fix = desk.reports()[0].type
        assert order[: order.index(telemetry.ACK) + 1 + 4][-5:] == [
            telemetry.ACK,
            fix,
            telemetry.ACK,
            fix,
            telemetry.ACK,
        ], profile


def test_an_answer_may_go_out_in_the_slot_and_its_repetitions_leave_the_slot_to_the_ground():
    desk = answered(profiles.LORA_2400)
    report = next_report(desk)
    desk.downlink.answer(telemetry.CHAL, CHAL)
    desk.seconds(14)
    sent = answers(desk)
    assert len(sent) == 3
    assert sent[0].from_ms - report.until_ms < desk.profile.slot_ms
    for one in sent[1:]:
        before = [report for report in desk.reports() if report.from_ms < one.from_ms][-1]
        assert one.from_ms - before.until_ms >= desk.profile.slot_ms


def test_every_answer_has_its_own_number_and_a_tag_over_it():
    desk = answered()
    desk.downlink.answer(telemetry.ACK, ACK)
    desk.seconds(5)
    sent = answers(desk)
    assert len({one.number for one in sent}) == 3
    for one in sent:
        assert one.wire_bytes == 34
        body = one.packet[: framing.HEADER_BYTES + len(ACK)]
        assert one.packet[len(body) :] == KEYS.tag_down(body) != KEYS.tag_up(body)


def test_a_newer_answer_replaces_the_older_one():
    desk = answered()
    desk.downlink.answer(telemetry.CHAL, CHAL)
    desk.seconds(1)
    desk.downlink.answer(telemetry.ACK, ACK)
    desk.seconds(10)
    types = [one.type for one in answers(desk)]
    assert types[-3:] == [telemetry.ACK] * 3 and types[0] == telemetry.CHAL and types.count(telemetry.CHAL) <= 2


def test_it_is_known_whether_an_answer_is_still_under_way():
    desk = answered()
    assert not desk.downlink.answering()
    desk.downlink.answer(telemetry.ACK, ACK)
    assert desk.downlink.answering()
    desk.seconds(1)
    assert desk.downlink.answering()
    desk.seconds(4)
    assert not desk.downlink.answering()


def test_without_a_key_nothing_is_answered():
    desk = Desk()
    desk.downlink.answer(telemetry.ACK, ACK)
    desk.seconds(10)
    assert answers(desk) == []


def test_in_a_pulse_no_answer_goes_out_and_after_it_at_once():
    desk = answered()
    desk.downlink.answer(telemetry.ACK, ACK)
    desk.passes(40, True)
    assert answers(desk) == []
    assert [one.type for one in desk.after_one_pass()] == [telemetry.ACK]


def test_the_flight_log_has_an_answer_once():
    desk = answered()
    desk.downlink.answer(telemetry.ACK, ACK)
    desk.seconds(10)
    assert [packet[0] & 0x3F for packet in desk.logged()].count(telemetry.ACK) == 1


# A pulse -------------------------------------------------------------------------------------------------------


def firing(desk):
    desk.downlink.event(telemetry.DROP_CHANGED, 0, drops.FIRING, 0)


def test_the_event_of_a_pulse_is_out_a_second_later_even_in_a_long_slot():
    for profile in (profiles.SIK_57600, profiles.PACKET_9600, profiles.LORA_2400):
        for passes in range(0, 50, 3):
            desk = Desk(profile=profile)
            desk.flying = (0, 0, 100, 100)
            desk.seconds(30)
            desk.passes(passes)
            firing(desk)
            desk.passes(10)
            event = desk.of(telemetry.EVENT)[-1]
            assert event.event()["detail"] == drops.FIRING, (profile, passes)


def test_the_event_of_a_pulse_goes_out_at_once_in_a_slot_with_what_was_said_before_it():
    for profile in (profiles.SIK_57600, profiles.PACKET_9600, profiles.LORA_2400):
        desk = Desk(profile=profile)
        desk.flying = (0, 0, 100, 100)
        desk.seconds(30)
        while not desk.downlink._air.slot_ms:
            desk.passes(1)
        desk.downlink.event(telemetry.DROP_CHANGED, 0, drops.DUE, 0)
        firing(desk)
        desk.passes(10)
        said = [one.event()["detail"] for one in desk.of(telemetry.EVENT)]
        assert said[-2:] == [drops.DUE, drops.FIRING], (profile, said)


def test_on_a_slow_link_nothing_long_follows_the_event_of_a_pulse_into_it():
    for profile in (profiles.LORA_2400, profiles.LORA_300, profiles.RAW_300):
        desk = Desk(profile=profile)
        desk.flying = (0, 0, 100, 100)
        desk.seconds(50)
        firing(desk)
        for _ in range(200):
            if [one for one in desk.of(telemetry.EVENT) if one.event()["detail"] == drops.FIRING]:
                break
            desk.passes(1)
        before = len(desk.heard)
        desk.downlink.report_due = True
        desk.passes(10)
        assert len(desk.heard) == before, profile
        # Where the pulse is called off, everything goes on.
        desk.passes(400)
        assert len(desk.heard) > before, profile


def test_other_events_leave_the_slot_to_the_ground():
    desk = Desk(profile=profiles.LORA_2400)
    desk.flying = (0, 0, 100, 100)
    desk.seconds(30)
    next_report(desk)
    before = len(desk.heard)
    desk.downlink.event(telemetry.DROP_CHANGED, 0, drops.DUE, 0)
    desk.passes(10)
    assert len(desk.heard) == before
    desk.passes(10)
    assert desk.heard[-1].type == telemetry.EVENT


# Places of the past --------------------------------------------------------------------------------------------


def test_history_that_was_asked_for_comes_and_no_more_than_that():
    def no_filler(profile):
        profile.filler_s = 0

    desk = Desk(change=no_filler)
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.seconds(300)
    assert desk.of(telemetry.HIST) == []
    assert desk.downlink.request_history(100, 2, 10) == 10
    desk.seconds(60)
    sent = desk.of(telemetry.HIST)
    assert len(sent) == 10 and {one.wire_bytes for one in sent} == {16 + history.HIST_BYTES}
    rows = [row for one in sent for row in read_hist(one.payload)]
    assert [row[0] for row in rows] == list(range(100000, 220000, 2000))
    for at_ms, latitude_e7, longitude_e7, _ in rows:
        place = desk.place(at_ms)
        assert abs(latitude_e7 - place[0]) <= 500 and abs(longitude_e7 - place[1]) <= 1000


def test_the_filler_comes_as_often_as_the_profile_says():
    for profile, every_s in ((profiles.SIK_57600, 2), (profiles.PACKET_9600, 5)):
        desk = Desk(profile=profile)
        desk.flying = (521000000, 206000000, 450, 1300)
        desk.seconds(1000)
        assert 900 // every_s <= len(desk.of(telemetry.HIST)) <= 1010 // every_s, profile
    desk = Desk(profile=profiles.LORA_2400)
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.seconds(1000)
    assert desk.of(telemetry.HIST) == []


def test_the_filler_tells_every_second_of_the_last_ten_minutes():
    for profile in (profiles.SIK_57600, profiles.PACKET_9600):
        desk = Desk(profile=profile)
        desk.flying = (521000000, 206000000, 450, 1300)
        desk.seconds(1500)
        told = {row[0] // 1000 for one in desk.of(telemetry.HIST) for row in read_hist(one.payload)}
        assert [second for second in range(2, 880) if second not in told] == [], profile
