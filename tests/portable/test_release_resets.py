"""Resets in the release path: cooling, softer pulses, the other channel; never early, never twice, never for ever."""

from firmware.protocol import drops
from hardware.simulated.machine import SimulatedMachine
from tests.portable.release_rig import DUE_MS, Rig, due_soon, plan_of
from tests.portable.test_release_evidence import HAND_OVER, rig_of, rises

WATCHDOG = SimulatedMachine.WDT_RESET
POWER = SimulatedMachine.PWRON_RESET


def until_pulse(rig):
    before = len(rig.edges)
    while len(rig.edges) == before:
        rig.pass_()


def test_a_reset_in_firing_is_followed_by_ten_seconds_of_cooling_and_the_gates_afresh():
    rig = due_soon(wires=((1, 150, None),))
    until_pulse(rig)
    rig.run(500)
    rig.reset()
    at_ms = rig.since_ms()
    rig.run(9000)
    assert rig.controller.reasons[0] == drops.COOLING and len(rises(rig)) == 1
    rig.run(4000)
    assert len(rises(rig)) == 2 and 10000 <= rises(rig)[1][0] - at_ms <= 11500
    # A gate that closes while it cools stays closed.
    rig = due_soon(wires=((1, 150, None),))
    until_pulse(rig)
    rig.reset()
    rig.altitude.lowest_m = 500
    rig.run(60000)
    assert len(rises(rig)) == 1 and rig.controller.reasons[0] == drops.TOO_LOW


def test_a_reset_that_caught_no_pulse_needs_no_cooling_and_fires_within_15_s_of_boot():
    rig = due_soon(3000)
    rig.journal.write(0)
    rig.reset(off_ms=60000)
    at_ms = rig.since_ms()
    rig.at(DUE_MS + 57000)
    rig.run(15000)
    assert len(rises(rig)) == 1 and rises(rig)[0][0] - (DUE_MS + 57000) <= 2000, at_ms


def test_wire_closed_before_and_open_now_is_fired():
    rig = due_soon()
    while not rig.parted:
        rig.pass_()
    rig.reset(ready=False)
    assert rig.state.drop_states[0] == drops.CONFIRMED
    rig.run(60000)
    assert len(rises(rig)) == 1


def test_a_reset_while_the_evidence_is_looked_at_is_judged_by_the_wire():
    for parts_after_ms, after in ((1400, drops.CONFIRMED), (None, drops.FAILED)):
        rig = due_soon(attempts=1, wires=((1, 150, parts_after_ms),))
        while rig.state.drop_states[0] != drops.FIRED:
            rig.pass_()
        rig.reset()
        assert rig.state.drop_states[0] == after


def test_a_brown_out_in_a_pulse_makes_the_next_one_softer():
    for cause, soft in ((WATCHDOG, False), (POWER, True)):
        rig = due_soon(wires=((1, 150, None),), attempts=3)
        until_pulse(rig)
        rig.run(500)
        rig.reset(cause)
        until_pulse(rig)
        tops = []
        for _ in range(20):
            rig.pass_()
            tops.append(rig.board.cutters[0].fire.duty_u16())
        assert max(tops) == (65535 * 60 // 100 if soft else 65535)
        assert rig.state.brown_outs[0] == (1 if soft else 0)


def test_a_second_brown_out_hands_over_to_the_channel_with_the_same_load():
    rig = rig_of(channels=HAND_OVER, wires=((1, 150, None), (2, 150, 1000)))
    for _ in range(2):
        until_pulse(rig)
        rig.run(500)
        rig.reset(POWER)
    rig.run(60000)
    assert [output for _, output in rises(rig)] == [1, 1, 2] and rig.state.drop_states[0] == drops.CONFIRMED


def test_the_count_of_brown_outs_never_wraps():
    rig = due_soon(wires=((1, 150, None),), attempts=3)
    rig.state.brown_outs[0] = 255
    until_pulse(rig)
    rig.reset(POWER)
    assert rig.state.brown_outs[0] == 255


def test_a_power_cut_at_each_moment_of_a_pulse_never_exceeds_the_attempts_and_ends():
    for attempts in (1, 2, 3):
        for moment_ms in (0, 100, 700, 2000, 3900, 4100, 4300, 4500):
            rig = due_soon(wires=((1, 150, None),), attempts=attempts)
            for _ in range(6):
                if rig.state.drop_states[0] in drops.FINAL_STATES:
                    break
                until_pulse(rig)
                rig.run(moment_ms)
                rig.reset(POWER, off_ms=3000)
            rig.run(200000)
            assert len(rises(rig)) <= attempts, (attempts, moment_ms)
            assert rig.state.drop_states[0] in drops.FINAL_STATES and rig.all_low()


def test_a_drop_is_never_lost_between_two_resets_before_its_time():
    rig = due_soon(200000)
    rig.journal.write(0)
    for _ in range(10):
        rig.run(15000)
        rig.reset()
        assert rig.state.drop_states[0] == drops.WAITING and rig.edges == []
    rig.at(DUE_MS - 5000)
    rig.run(20000)
    assert rig.state.drop_states[0] == drops.CONFIRMED and len(rises(rig)) == 1


def test_the_gap_between_two_drops_survives_a_reset():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS}, {"channel": "b", "after_ms": DUE_MS + 1000}]))
    rig.at(DUE_MS - 5000)
    while rig.state.drop_states[0] != drops.CONFIRMED:
        rig.pass_()
    rig.run(1000)
    rig.reset()
    rig.run(20000)
    assert len(rises(rig)) == 1 and rig.controller.reasons[1] == drops.MIN_GAP
    rig.run(20000)
    assert [output for _, output in rises(rig)] == [1, 2]


def test_an_attempt_that_no_channel_has_left_is_failed_when_its_turn_comes():
    rig = due_soon(attempts=1)
    rig.state.drop_attempts[0] = 1
    rig.run(10000)
    assert rig.edges == [] and rig.state.drop_states[0] == drops.FAILED
