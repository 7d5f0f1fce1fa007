"""A dispenser: one batch an occasion, one position a release; what was missed lapses, and nothing goes twice."""

from firmware.protocol import drops, telemetry
from firmware.protocol.mission_plan import SERVO
from hardware.simulated.machine import SimulatedMachine
from tests.portable.release_rig import DUE_MS, Rig, plan_of

POSITIONS_US = (1000, 1200, 1400, 1600, 1800, 2000)
EVERY_MS = 60000


def dispenser(count=5, attempts=2, every_ms=EVERY_MS, before_ms=5000, servo_fault=None, **drop):
    channel = {
        "name": "s",
        "kind": SERVO,
        "output": 3,
        "pulse_ms": 1500,
        "attempts": attempts,
        "positions_us": POSITIONS_US,
    }
    rows = [dict(drop, channel="s", after_ms=DUE_MS, every_ms=every_ms if count > 1 else 0, count=count)]
    rig = Rig(
        wires=((1, 150, 1400), (2, 150, 2100)),
        plan=plan_of(rows, channels=(channel,)),
        settings={"servos": ((3, 50, POSITIONS_US),)},
    )
    rig.servo = rig.bench.servos[0]
    rig.at(DUE_MS - before_ms)
    return rig


def rises(rig):
    return [at_ms for at_ms, _, level in rig.edges if level]


def test_one_position_a_release_every_n_seconds_m_times():
    rig = dispenser()
    for number in range(5):
        rig.run(EVERY_MS)
        assert rig.servo.released == number + 1 and rig.state.positions[0] == number + 1
    begins = rises(rig)
    assert len(begins) == 5
    for number in range(5):
        assert 0 <= begins[number] - DUE_MS - number * EVERY_MS <= 1000
    assert rig.state.drop_states[0] == drops.CONFIRMED
    one = [drops.DUE, drops.FIRING, drops.FIRED, drops.CONFIRMED]
    assert rig.states() == (one + [drops.WAITING]) * 4 + one
    rig.run(600000)
    assert rig.servo.released == 5 and len(rises(rig)) == 5


def test_the_servo_is_powered_only_when_needed():
    rig = dispenser()
    rig.run(300000)
    for _start_ms, length_ms, output in rig.pulses():
        assert output == 3 and 1500 <= length_ms <= 1700
    assert len(rig.pulses()) == 5 and rig.all_low()


def test_a_jammed_servo_is_evidence_of_failure_and_is_tried_again_at_the_same_position():
    rig = dispenser(count=2)
    rig.servo.jammed = True
    rig.servo.look()
    rig.run(60000)
    assert rig.servo.released == 0 and rig.state.positions[0] == 0
    assert len(rises(rig)) == 2 and drops.FAILED in rig.states()
    rig.servo.jammed = False
    rig.run(60000)
    # The next occasion turns to the first position, not to the second: one batch, not two.
    assert rig.servo.released == 1 and rig.state.positions[0] == 1
    # And the last word is the worst of all occasions.
    assert rig.state.drop_states[0] == drops.FAILED and rig.states()[-1] == drops.FAILED


def test_a_dispenser_without_a_switch_is_unconfirmed_and_goes_on():
    rig = dispenser(count=3)
    rig.servo.switch_fitted = False
    rig.run(200000)
    assert rig.servo.released == 3 and len(rises(rig)) == 3
    assert rig.state.drop_states[0] == drops.UNCONFIRMED


def test_repeats_that_were_missed_lapse_and_at_most_one_drop_follows_an_outage():
    rig = dispenser()
    rig.at(DUE_MS + 2 * EVERY_MS + 5000)  # three occasions have come
    rig.run(40000)
    assert rig.servo.released == 1 and len(rises(rig)) == 1 and rig.state.drop_steps[0] == 3
    lapsed = [(detail, argument) for code, _, detail, argument in rig.told if code == telemetry.STEP_LAPSED]
    assert lapsed == [(2, 2)]
    rig.run(200000)
    # Two occasions were left: two more batches, each one position further.
    assert rig.servo.released == 3 and rig.state.drop_states[0] == drops.CONFIRMED


def test_occasions_that_pass_while_a_gate_is_closed_lapse_too():
    rig = dispenser()
    rig.state.safe = True
    rig.run(150000)
    assert rises(rig) == [] and rig.state.drop_steps[0] == 2
    rig.state.safe = False
    rig.run(20000)
    assert len(rises(rig)) == 1
    rig.run(200000)
    assert rig.servo.released == 3


def test_an_outage_past_all_occasions_leaves_the_last_of_them():
    rig = dispenser()
    rig.at(DUE_MS + 50 * EVERY_MS)
    rig.run(300000)
    assert rig.servo.released == 1 and rig.state.drop_states[0] == drops.CONFIRMED


def test_every_occasion_has_its_own_latest():
    rig = dispenser(count=3, patience_ms=10000)
    rig.altitude.lowest_m = 1000
    rig.run(30000)
    assert rises(rig) == [] and rig.states() == [drops.DUE, drops.SKIPPED, drops.WAITING]
    rig.altitude.lowest_m = 8000
    rig.run(120000)
    assert rig.servo.released == 2 and rig.state.drop_states[0] == drops.SKIPPED


def test_a_reset_at_any_moment_of_an_occasion_never_lets_two_batches_go():
    for when in range(0, 8000, 300):
        rig = dispenser(count=2)
        rig.journal.write(0)
        rig.run(3000 + when)
        rig.reset(SimulatedMachine.WDT_RESET)
        rig.run(40000)
        assert rig.servo.released == 1, when
        rig.run(70000)
        assert rig.servo.released == 2, when
        assert rig.state.drop_states[0] in (drops.CONFIRMED, drops.UNCONFIRMED), when


def test_a_dispenser_stopped_in_its_move_is_aborted_with_all_its_occasions():
    rig = dispenser()
    while not rig.edges:
        rig.pass_()
    rig.orders.safe()
    assert rig.all_low() and rig.state.drop_states[0] == drops.ABORTED
    rig.orders.resume()
    rig.run(400000)
    assert len(rises(rig)) == 1 and rig.state.drop_states[0] == drops.ABORTED


def test_the_end_of_the_flight_skips_all_that_is_left_in_one_word():
    from firmware.release import life

    rig = dispenser()
    rig.run(20000)
    rig.controller.stop(life.TOO_LATE)
    rig.run(100)
    assert rig.states()[-2:] == [drops.WAITING, drops.SKIPPED] and rig.servo.released == 1
    rig.run(300000)
    assert len(rises(rig)) == 1
