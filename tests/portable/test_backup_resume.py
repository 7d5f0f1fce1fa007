"""Resets and power cuts: what the journal and the register bring back, never earlier, never a fourth attempt."""

from firmware.backup_timer.journal import RECORD_BYTES, SLOTS
from firmware.backup_timer.state import NEVER_LEFT, TRANSITIONS, BackupState
from firmware.protocol import faults, signals
from firmware.protocol.backup_plan import NAME
from firmware.protocol.drops import (
    BACKUP_DONE,
    BACKUP_FIRING,
    BACKUP_READY,
    BACKUP_REFUSED,
    BACKUP_RUNNING,
    BACKUP_SAFE,
    BOOTED_WITH_PLUG,
    JOURNAL_NOT_FRESH,
)
from hardware.simulated.machine import BoardReset, SimulatedMachine
from tests.portable.backup_rig import DUE_S, FLOAT_M, PAD_M, Rig, aloft, plan_bytes
from tests.portable.core_rig import has_littlefs
from tests.skip import SkipTest


def check_pulses(rig, most_early_s=0.0):
    """What holds in every flight of this file, whatever happened in it."""
    pulses = rig.pulses()
    assert len(rig.edges) == 2 * len(pulses), "FIRE is still on"
    assert len(pulses) <= 3
    for start_s, length_s in pulses:
        assert start_s >= DUE_S - most_early_s and length_s <= 9.2
        assert rig.parted_s is None or start_s <= rig.parted_s, "a pulse into a wire that had parted"
    assert rig.state.state == BACKUP_DONE


def test_resets_at_every_pass_around_due_end_the_flight_once_and_never_early():
    for how in ("reset", "off"):
        for tenth in range(75):
            rig = aloft(before_s=15)
            rig.run(14 + tenth / 10)
            if how == "reset":
                rig.backup.reset()
            else:
                rig.backup.off(3)
            rig.run(60)
            check_pulses(rig)
            assert rig.parted_s is not None and rig.backup.boots == 2, (how, tenth)
            # 15 s without a height after the start, 10 s of cooling, and what of the journal's ten seconds is lost.
            first_s = rig.pulses()[0][0]
            assert first_s <= DUE_S + (30 if how == "off" else 20), (how, tenth, first_s)


def test_resets_at_every_pass_around_due_with_a_wire_that_never_parts_make_at_most_3_attempts():
    for tenth in range(0, 75, 3):
        rig = aloft(before_s=15, parts_after_ms=None)
        rig.run(14 + tenth / 10)
        for _ in range(6):
            rig.backup.reset()
            rig.run(23)
        rig.run(300)
        check_pulses(rig)
        assert rig.state.attempts == 3


def test_a_reset_loop_while_firing_makes_at_most_3_attempts_even_with_flash_dead():
    for failing in (False, True):
        rig = aloft(parts_after_ms=None)
        rig.run(1)
        rig.backup.flash.failing = failing
        for _ in range(4000):
            rig.run(0.1)
            if rig.edges and rig.edges[-1][1]:
                rig.backup.reset()
        check_pulses(rig)
        assert len(rig.pulses()) == 3


def test_reset_in_a_pulse_that_parted_the_wire_is_done_after_10_s_of_cooling():
    rig = aloft()
    rig.run_to(DUE_S + 3.5)
    assert rig.parted_s is not None and rig.edges[-1][1] == 1
    rig.backup.reset()
    rig.run(8)
    assert rig.state.state == BACKUP_FIRING
    rig.run(10)
    assert rig.state.state == BACKUP_DONE and len(rig.pulses()) == 1


def test_a_brown_out_in_the_pulse_makes_the_next_one_softer_and_longer():
    rig = aloft(parts_after_ms=None)
    assert highest_duty(rig, DUE_S + 2) == 65535
    rig.backup.off(1)
    assert 0 < highest_duty(rig, DUE_S + 60) < 45000
    assert abs(rig.pulses()[1][1] - 9.0) < 0.2
    # A hang is no sign of a weak cell.
    rig = aloft(parts_after_ms=None)
    rig.run_to(DUE_S + 2)
    rig.backup.reset()
    assert highest_duty(rig, DUE_S + 60) == 65535


def highest_duty(rig, until_s):
    highest = 0
    while rig.since_s() < until_s:
        rig.run(0.1)
        highest = max(highest, rig.backup.wire.duty())
    return highest


def test_elapsed_time_continues_over_resets_and_is_never_earlier():
    for how, most_lost_s in (("reset", 2), ("off", 14)):
        rig = aloft(before_s=1000)
        for number in range(1, 20):
            rig.run(20 + number / 10)
            if how == "reset":
                rig.backup.reset()
            else:
                rig.backup.off(2)
            rig.run(3)
            lost_s = rig.since_s() - rig.state.since_ms / 1000
            assert -0.1 <= lost_s <= most_lost_s * number, (how, number, lost_s)
        assert rig.state.reset_count == 19 and rig.state.state == BACKUP_RUNNING


def test_the_register_knows_more_than_a_dead_flash():
    rig = aloft(before_s=400)
    rig.run(5)
    rig.backup.flash.failing = True
    rig.run(200)
    rig.backup.reset()
    rig.run(5)
    assert rig.state.since_ms / 1000 >= rig.since_s() - 2
    assert rig.state.since_ms / 1000 <= rig.since_s()


def test_a_scrub_that_flash_did_not_take_is_one_after_a_reset_all_the_same():
    rig = Rig(launch_s=100000)
    rig.run(160)
    rig.backup.pull_pin_out = True
    rig.run(10)
    assert rig.state.state == BACKUP_RUNNING
    rig.backup.flash.failing = True
    rig.backup.plug_in = False
    rig.run(8)
    rig.backup.reset()
    rig.run(5)
    assert rig.state.state == BACKUP_SAFE and rig.state.pad_pressure_altitude_m is None


def test_what_has_no_row_in_the_table_changes_nothing():
    for before in (BACKUP_SAFE, BACKUP_READY, BACKUP_RUNNING, BACKUP_FIRING, BACKUP_DONE, BACKUP_REFUSED):
        for event in range(12):
            state = BackupState()
            state.state = before
            state.changed = False
            state.happen(event)
            leads = [then for start, what, then in TRANSITIONS if (start, what) == (before, event)]
            assert state.state == (leads[0] if leads else before) and state.changed == bool(leads)
    assert [row for row in TRANSITIONS if row[0] in NEVER_LEFT] == []


def test_ready_outlives_a_watchdog_reset_and_a_launch_in_the_middle_of_it():
    rig = Rig()
    rig.run_to(-1)
    assert rig.state.state == BACKUP_READY
    rig.backup.hang(10)
    rig.run(20)
    assert rig.backup.boots == 2 and rig.state.state == BACKUP_RUNNING
    # It knows of the pin only since it is back: late by that, never early.
    assert 0 <= rig.since_s() - rig.state.since_ms / 1000 <= 7
    rig.run_to(DUE_S + 20)
    check_pulses(rig)


def test_power_lost_while_ready_begins_again_on_the_pad():
    rig = Rig(launch_s=100000)
    rig.run(160)
    assert rig.state.state == BACKUP_READY
    rig.backup.off(5)
    rig.run(300)
    assert rig.state.state == BACKUP_SAFE and rig.state.not_ready == BOOTED_WITH_PLUG
    rig.backup.pull_pin_out = True  # and a pin pulled on the pad changes nothing
    rig.run(300)
    assert rig.state.state == BACKUP_SAFE
    rig.backup.pull_pin_out = False
    rig.backup.plug_in = False
    rig.run(8)
    assert rig.state.pad_pressure_altitude_m is None
    rig.backup.plug_in = True
    rig.run(130)
    assert rig.state.state == BACKUP_READY


def test_power_lost_at_lift_off_runs_when_it_is_back_in_the_air_with_the_pin_out():
    rig = Rig()
    rig.run_to(1)
    assert rig.state.state == BACKUP_READY
    rig.backup.off(2)
    rig.run_to(100)
    assert rig.state.state == BACKUP_RUNNING
    rig.run_to(DUE_S + 80)
    check_pulses(rig)
    # It counts from 150 m up, and not from the pin: late by the climb to there, never early.
    assert DUE_S + 30 <= rig.pulses()[0][0] <= DUE_S + 70


def test_power_lost_twice_at_lift_off_is_no_worse_than_once():
    rig = Rig()
    rig.run_to(1)
    rig.backup.off(2)
    rig.run_to(8)
    rig.backup.off(2)
    rig.run_to(100)
    assert rig.backup.boots == 3 and rig.state.state == BACKUP_RUNNING


def test_power_lost_before_it_was_ever_ready_never_runs_in_the_air():
    rig = Rig(launch_s=110)
    rig.run(100)
    assert rig.state.state == BACKUP_SAFE and rig.state.pad_pressure_altitude_m is not None
    rig.backup.off(2)
    rig.run_to(DUE_S + 30)
    assert rig.states == [BACKUP_SAFE] and rig.edges == []


def test_after_the_plug_was_out_a_power_cut_never_makes_it_run():
    rig = Rig(launch_s=600)
    rig.run(160)
    rig.backup.off(5)
    rig.run(20)
    rig.backup.plug_in = False
    rig.run(10)
    rig.backup.plug_in = True
    rig.run(5)
    rig.backup.off(2)
    rig.run_to(600)
    assert BACKUP_RUNNING not in rig.states and rig.state.state == BACKUP_SAFE


def test_done_is_done_after_any_start():
    rig = aloft()
    rig.run_to(DUE_S + 30)
    for how in (rig.backup.reset, lambda: rig.backup.off(30)):
        how()
        rig.run(60)
        assert rig.state.state == BACKUP_DONE
    rig.backup.plug_in = False
    rig.run(10)
    rig.backup.plug_in = True
    rig.run(200)
    assert rig.state.state == BACKUP_DONE and len(rig.pulses()) == 1
    assert rig.backup.computer.signals.number == signals.DOWN


def replace_plan(rig, data):
    with rig.backup.storage.open(NAME, "wb") as file:
        file.write(data)


def test_the_journal_of_another_flight_is_refused_and_kept():
    rig = aloft()
    rig.run(10)
    replace_plan(rig, plan_bytes(pulse_ms=5000))
    rig.backup.off(2)
    rig.run(200)
    assert rig.state.state == BACKUP_REFUSED and rig.state.not_ready == JOURNAL_NOT_FRESH
    assert rig.backup.computer.signals.number == signals.PLUG_REFUSED
    replace_plan(rig, plan_bytes())
    rig.backup.off(2)
    rig.run(20)
    assert rig.state.state == BACKUP_RUNNING


def test_the_journal_of_a_plan_that_never_left_the_pad_is_fresh():
    rig = Rig(launch_s=100000)
    rig.run(160)
    assert rig.state.state == BACKUP_READY
    replace_plan(rig, plan_bytes(pulse_ms=5000))
    rig.backup.off(2)
    rig.run(5)
    rig.backup.plug_in = False
    rig.run(10)
    rig.backup.plug_in = True
    rig.run(130)
    assert rig.state.state == BACKUP_READY and rig.state.reset_count == 0


def spoil(rig, slot, data=None):
    with rig.backup.storage.open(SLOTS[slot], "rb") as file:
        whole = bytearray(file.read(100))
    whole[10] ^= 255
    with rig.backup.storage.open(SLOTS[slot], "wb") as file:
        file.write(bytes(whole) if data is None else data)


def test_a_damaged_slot_falls_back_to_the_other_and_both_damaged_are_safe():
    for slot in (0, 1):
        rig = aloft()
        rig.run(25)
        spoil(rig, slot)
        rig.backup.off(2)
        rig.run(5)
        assert rig.state.state == BACKUP_RUNNING
        assert rig.backup.computer.health.counts[faults.JOURNAL_SLOT_DAMAGED] == 1
        assert 0 <= rig.since_s() - rig.state.since_ms / 1000 <= 30
    for data in (None, b"", b"\xff" * RECORD_BYTES, bytes(RECORD_BYTES + 1)):
        rig = aloft()
        rig.run(25)
        spoil(rig, 0, data)
        spoil(rig, 1, data)
        rig.backup.off(2)
        rig.run(200)
        assert rig.state.state == BACKUP_SAFE and rig.edges == []
        assert rig.backup.computer.health.counts[faults.JOURNAL_SLOT_DAMAGED] == 2


def test_no_flash_is_written_during_a_pulse():
    rig = aloft(plan=plan_bytes(pulse_ms=15000), parts_after_ms=None)
    rig.run_to(DUE_S + 0.5)
    assert rig.edges
    before = rig.backup.flash.programs
    rig.run(14)
    assert rig.backup.flash.programs == before and len(rig.edges) == 1
    rig.run(6)
    assert rig.backup.flash.programs > before or not has_littlefs()


def test_a_power_cut_at_every_flash_operation_loses_nothing_that_was_journalled():
    if not has_littlefs():
        raise SkipTest("no littlefs on this port")
    cuts = 0
    for operation in range(200):
        rig = aloft(before_s=300)
        rig.run(1)
        left = [operation]
        clock = rig.backup.clock
        states = []

        def stall(us, rig=rig, left=left, clock=clock, states=states):
            if not left[0]:
                left[0] = -1
                states.append((rig.state.state, rig.state.attempts))
                rig.backup.machine.restart(SimulatedMachine.PWRON_RESET)
            left[0] -= 1
            clock.now_us += us

        clock.stall = stall
        rig.run_to(DUE_S + 25)
        if not states:
            break
        cuts += 1
        rig.run(35)
        assert rig.backup.boots == 2
        check_pulses(rig)
        assert rig.parted_s is not None
        state, attempts = states[0]
        assert rig.state.attempts >= attempts - 1, (operation, state)
    assert cuts >= 30, cuts


def test_a_reset_of_the_backup_never_reaches_the_primary():
    rig = aloft()
    for how in (rig.backup.reset, rig.backup.hold_in_reset, rig.backup.let_go, lambda: rig.backup.hang(9)):
        try:
            how()
            rig.run(10)
        except BoardReset:
            raise AssertionError("it did")
    assert rig.backup.computer is not None


def test_a_dead_backup_does_nothing_and_its_line_is_still():
    rig = aloft()
    rig.run(5)
    rig.backup.die()
    levels = set()
    for _ in range(1000):
        rig.clock.advance(100000)
        levels.add(rig.backup.line())
    assert levels == {1} and rig.edges == []


def test_what_is_at_the_ends_of_its_range_survives_the_journal():
    rig = aloft()
    state = rig.state
    state.since_ms = 604800000 - 1
    state.pad_pressure_altitude_m = -1000
    state.attempts = 2
    state.flown = False
    state.changed = True
    rig.run(0.3)
    rig.backup.off(1)
    rig.run(2)
    assert rig.state.state == BACKUP_DONE and rig.state.attempts == 2 and rig.state.since_ms >= 604800000 - 1
    assert rig.state.pad_pressure_altitude_m == -1000 and not rig.state.flown
    assert (FLOAT_M, PAD_M) == (8000, 120)
