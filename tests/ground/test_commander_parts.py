"""What the procedure stands on: counters, slots, the payload's clock, the choice of keys, and the reports."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from firmware.protocol import drops, profiles, telemetry
from ground.commander import wish
from ground.commander.choice import NoChoice, followed_net, names_of, newest, place_of, provision_for
from ground.commander.command_frame import ANSWER_BYTES, FRAME_BYTES, command_frame
from ground.commander.counters import LARGEST, Counters, CountersError
from ground.commander.payload_clock import PayloadClock
from ground.commander.slots import Slots
from ground.commander.watch import CONFIRMED, FAILED, UNKNOWN, Watch
from ground.key_store import Provision
from ground.receiver import LATE, NEWEST, Record
from tests.ground.commander_rig import KEYS

VALUES = {"drop_summary": 0, "drop": 0, "drop_state": 0, "drop_step": 0, "reasons": 0, "safe": 0, "hold": 0}
VALUES["next_drop_s"] = 600


def fix(mission_ms=0, order=NEWEST, at_ms=0, net=1, **values):
    return Record("FIX", 1, net, 0, 0, mission_ms, 0, at_ms * 1_000_000, order, {**VALUES, **values}, b"")


def meta(net=1, at_ms=0, **values):
    values = {"key_id": 1, "mission_hash": 0, "profile": 1, "rate_s": 1, **values}
    return Record("META", telemetry.META, net, 0, 0, 0, 0, at_ms * 1_000_000, NEWEST, values, b"")


def event(place, state, step=0, mission_ms=0, code=telemetry.DROP_CHANGED):
    values = {"event_id": 1, "code": code, "subject": place, "detail": state, "argument": step | 1 << 8}
    return Record("EVENT", telemetry.EVENT, 1, 0, 0, mission_ms, 0, 0, NEWEST, values, b"")


# Counters ----------------------------------------------------------------------------------------------------------


def test_numbers_go_up_and_are_on_the_disk_before_they_are_given_out(tmp_path):
    counters = Counters(tmp_path, "x")
    assert [counters.take(), counters.take(2), counters.take()] == [1, 2, 4]
    assert Counters(tmp_path, "x").take() == 5
    assert Counters(tmp_path, "y").take() == 1


def test_two_commanders_never_get_the_same_number(tmp_path):
    given = []
    lock = threading.Lock()

    def take():
        counters = Counters(tmp_path, "x")
        for _ in range(50):
            first = counters.take(2)
            with lock:
                given.extend((first, first + 1))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 401))


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_commander_killed_at_any_moment_never_gives_a_number_out_again(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom ground.commander.counters import Counters\n"
        f"counters = Counters(Path({str(tmp_path)!r}), 'x')\n"
        "while True:\n    print(counters.take(), flush=True)\n"
    )
    given = []
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        given += [int(process.stdout.readline()) for _ in range(40)]
        process.send_signal(signal.SIGKILL)
        given += [int(line) for line in process.stdout.read().splitlines() if line]
        process.wait()
        process.stdout.close()
    assert len(set(given)) == len(given) and given == sorted(given)


def test_a_write_that_was_cut_off_leaves_the_old_number(tmp_path):
    counters = Counters(tmp_path, "x")
    counters.take()
    (tmp_path / "x.new").write_text('{"ne')
    assert counters.take() == 2


def test_a_damaged_counter_is_said_and_nothing_is_given_out(tmp_path):
    (tmp_path / "x.json").write_text("rubbish")
    with pytest.raises(CountersError, match="damaged"):
        Counters(tmp_path, "x").take()


def test_a_payload_that_has_heard_more_is_followed_but_not_to_the_end_of_numbers(tmp_path):
    counters = Counters(tmp_path, "x")
    assert counters.raise_above(500) and counters.take() == 501
    assert counters.raise_above(3) and counters.take() == 502
    assert not counters.raise_above(LARGEST - 1)
    assert counters.take() == 503


def test_only_one_command_at_a_time_is_under_way(tmp_path):
    one, two = Counters(tmp_path, "x"), Counters(tmp_path, "x")
    with one.alone() as first, two.alone() as second:
        assert first and not second
    with two.alone() as alone:
        assert alone


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_gives_no_numbers(tmp_path):
    os.chmod(tmp_path, 0o500)
    with pytest.raises(CountersError, match="nothing is sent"):
        Counters(tmp_path, "x").take()


# Slots -------------------------------------------------------------------------------------------------------------


def moments(slots, until_ms, from_ms=0, urgent=False):
    said = []
    for now_ms in range(from_ms, until_ms):
        if slots.open(now_ms, urgent):
            slots.sent(now_ms)
            said.append(now_ms)
    return said


@pytest.mark.parametrize("number", range(len(profiles.PROFILES)))
def test_what_is_said_ends_within_the_slot(number):
    slots = Slots(number)
    radio = profiles.profile(number)
    slots.hear(fix(), 1000)
    said = moments(slots, 1000 + radio.rate_s * 1000, 1000)
    assert said and said[0] <= 1020
    air_ms = FRAME_BYTES * 8000 // radio.air_bps
    assert said[-1] + air_ms <= 1000 + radio.slot_ms
    assert len(said) == (1 if number == profiles.RAW_300 else 2)


def test_a_lost_report_has_its_slot_all_the_same():
    slots = Slots(profiles.PACKET_9600)
    slots.hear(fix(), 500)
    said = moments(slots, 6500, 501)
    assert {(at_ms - 500) // 1000 for at_ms in said} == {0, 1, 2, 3, 4, 5}
    assert all((at_ms - 500) % 1000 < 400 for at_ms in said)


def test_between_the_slots_nothing_is_said_however_late_one_looks():
    slots = Slots(profiles.PACKET_9600)
    slots.hear(fix(), 500)
    assert not any(slots.open(now_ms) for now_ms in range(800, 1500))


def test_a_report_that_came_late_moves_nothing():
    slots = Slots(profiles.PACKET_9600)
    slots.hear(fix(), 500)
    slots.hear(fix(order=LATE), 900)
    assert not slots.open(910)


def test_a_report_between_the_event_and_its_pulse_does_not_end_the_pulse():
    slots = Slots(profiles.PACKET_9600)
    slots.hear(event(0, drops.FIRING), 1200)
    slots.hear(fix(drop_state=drops.FIRING), 1500)
    assert len(moments(slots, 4000, 1600, True)) >= 5
    slots.hear(fix(drop_state=drops.CONFIRMED), 6000)
    assert not slots.open(6700, True)


def test_in_a_pulse_safe_is_said_at_once_and_nothing_else():
    slots = Slots(profiles.PACKET_9600)
    slots.hear(fix(), 500)
    slots.hear(event(0, drops.FIRING), 1200)
    assert not slots.open(1215)
    assert slots.open(1215, True)
    assert len(moments(slots, 4000, 1210, True)) >= 5
    slots.hear(fix(), 4500)
    assert not slots.open(5000, True)


def test_profile_and_rate_are_those_of_the_newest_meta():
    slots = Slots()
    slots.hear(meta(profile=profiles.LORA_2400, rate_s=20), 0)
    slots.hear(fix(), 1000)
    assert slots.profile == profiles.LORA_2400 and slots.period_ms == 20_000
    assert {(at_ms - 1000) // 20_000 for at_ms in moments(slots, 60_000, 1000)} == {0, 1, 2}


# Clock and frames --------------------------------------------------------------------------------------------------


def test_a_report_that_jumps_ahead_is_not_signed_for_until_a_tagged_answer_says_so():
    clock = PayloadClock()
    clock.hear(fix(100_000), 1_000)
    clock.hear(fix(3_700_000), 2_000)  # made up, or truly so after an outage
    assert clock.mission_ms(2_000) == 101_000 and clock.age_ms(2_000) == 0
    clock.hear(fix(102_500), 3_000)
    assert clock.mission_ms(3_000) == 102_500
    clock.trust(3_701_000, 4_000)
    assert clock.mission_ms(5_000) == 3_702_000


def test_the_payloads_time_is_told_on_from_the_newest_report():
    clock = PayloadClock()
    assert clock.mission_ms(0) is None and clock.age_ms(0) is None
    clock.hear(fix(60_000), 1000)
    assert clock.mission_ms(3500) == 62_500 and clock.age_ms(3500) == 2500
    clock.hear(fix(50_000, LATE), 4000)
    assert clock.mission_ms(5000) == 64_000


def test_a_tagged_time_counts_more_than_a_report():
    clock = PayloadClock()
    clock.trust(60_000, 1000)
    clock.hear(fix(40_000), 2000)
    assert clock.mission_ms(3000) == 62_000
    clock.hear(fix(40_000), 200_000)
    assert clock.mission_ms(200_000) == 40_000


def test_frames_are_as_long_as_the_slots_take_them_for():
    assert len(command_frame(KEYS, 1, 1000, 1, 2, 3, 4)) == FRAME_BYTES
    assert max(telemetry.CHAL_LAYOUT.size, telemetry.ACK_LAYOUT.size) + 8 + 16 <= ANSWER_BYTES


# Reports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (drops.CONFIRMED, CONFIRMED),
        (drops.UNCONFIRMED, UNKNOWN),
        (drops.FAILED, FAILED),
        (drops.SKIPPED, FAILED),
        (drops.ABORTED, UNKNOWN),
        (drops.CANCELLED, FAILED),
        (drops.PARTED_EARLY, UNKNOWN),
    ],
)
def test_every_end_of_a_drop_has_its_verdict(state, verdict):
    for record in (fix(2000, drop=1, drop_state=state), event(1, state, mission_ms=2000)):
        watch = Watch(wish.release(1), 1000, fix())
        watch.hear(record)
        assert watch.verdict.kind == verdict
    assert state in drops.FINAL_STATES


def test_every_final_state_has_a_verdict():
    for state in drops.FINAL_STATES:
        watch = Watch(wish.release(0), 0, fix())
        watch.hear(event(0, state))
        assert watch.verdict is not None


def test_what_was_so_before_the_command_proves_nothing():
    watch = Watch(wish.release(1), 1000, None)
    watch.hear(fix(900, drop=1, drop_state=drops.CONFIRMED))
    watch.hear(event(0, drops.CONFIRMED, mission_ms=2000))
    watch.hear(event(1, drops.CONFIRMED, mission_ms=500))
    watch.hear(fix(2000, LATE, drop=1, drop_state=drops.CONFIRMED))
    assert watch.verdict is None


def test_a_drop_that_is_due_by_itself_soon_proves_nothing_by_being_due():
    for soon, stirs in ((30, False), (600, True)):
        watch = Watch(wish.release(0), 1000, fix(next_drop_s=soon))
        watch.hear(event(0, drops.DUE, mission_ms=2000))
        assert watch.under_way == stirs
        watch.hear(event(0, drops.FIRING, mission_ms=2000))
        assert watch.under_way


def test_an_occasion_of_a_repeated_drop_that_is_over_is_said():
    watch = Watch(wish.release(0), 1000, fix(drop_step=2))
    watch.hear(fix(2000, drop_step=2))
    assert watch.verdict is None
    watch.hear(fix(3000, drop_step=3))
    assert watch.verdict.kind == UNKNOWN and "occasion 3" in watch.verdict.text


# Choice ------------------------------------------------------------------------------------------------------------


def provision(key_id, net=None, mission_hash="", names=(), salt=b"s"):
    return Provision(key_id, salt * 16, "f", key_id, "board", net, "flight", mission_hash, names)


def test_keys_are_chosen_by_meta_then_by_net_then_as_the_only_ones():
    one, two = provision(1, 10), provision(2, 20)
    assert provision_for([one, two], 10, meta(10, key_id=2), None) is two
    assert provision_for([one, two], 10, meta(10, key_id=2), 1) is one
    assert provision_for([one, two], 20, None, None) is two
    assert provision_for([one], 99, None, None) is one
    for provisions, known, word, wait in (
        ([], None, "provision", False),
        ([one], meta(10, key_id=0), "no key", False),
        ([one], meta(10, key_id=77), "not made here", False),
        ([one, two], None, "next META", True),
    ):
        with pytest.raises(NoChoice, match=word) as refused:
            provision_for(provisions, 99, known, None)
        assert refused.value.wait == wait


def test_names_count_only_for_the_mission_that_flies():
    one = provision(1, mission_hash="04030201", names=("north", "south"))
    assert names_of(one, meta(mission_hash=0x01020304)) == ("north", "south")
    assert names_of(one, meta(mission_hash=0x01020305)) == ()
    assert names_of(one, None) == ("north", "south")


def test_a_drop_is_named_by_number_or_name_and_nothing_else():
    names = ("north", "South")
    assert [place_of(text, names) for text in ("1", "2", "north", "SOUTH")] == [0, 1, 0, 1]
    for text in ("0", "3", "west", "", "-1", "1.0"):
        with pytest.raises(ValueError, match="1 north, 2 South"):
            place_of(text, names)
    assert place_of("7", ()) == 6
    with pytest.raises(ValueError, match="from 1 to 7"):
        place_of("8", ())


def test_the_net_is_the_stations_or_that_of_the_newest_report():
    assert followed_net([fix(net=3), fix(net=4)], None) == 4
    assert followed_net([fix(net=3)], 9) == 9
    assert followed_net([meta(5)], None) is None
    assert newest([meta(1, 5), meta(1, 3), meta(2, 9)], 1, "META").monotonic_ns == 5_000_000


def test_a_request_for_history_reaches_over_its_span():
    for from_s, to_s in ((0, 0), (100, 160), (0, 600), (3600, 10_800), (0, 14_400)):
        argument = wish.request_history(from_s, to_s).argument
        start, step, frames = argument & 0xFFFFF, argument >> 20 & 63, argument >> 26
        assert start == from_s and 1 <= step <= 63 and 1 <= frames <= 63
        assert start + step * 6 * frames > to_s
