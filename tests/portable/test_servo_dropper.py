"""The dispenser on a simulated drum: it moves only in its own move, to an absolute position, and its switch tells."""

from firmware.drivers.servo_dropper import ServoDropper
from tests.portable.release_rig import Rig

POSITIONS_US = (1000, 1300, 1600, 1900)
RELEASED, HOLDING, NO_EVIDENCE = 1, 2, 3


def made(current=True):
    rig = Rig(wires=((1, 150, 1400), (2, 150, 1400)), settings={"servos": ((3, 50, POSITIONS_US),)})
    board = rig.board
    sense = (board.cutter_current, board.adc_reference_mv, board.cutter_ma_per_mv) if current else ()
    return rig, rig.bench.servos[0], ServoDropper(board.cutters[2], board.one_shot(), board.servo, POSITIONS_US, *sense)


def move(rig, dropper, position, ms=1500):
    dropper.look_before()
    dropper.begin(ms + 150, position)
    for passed_ms in range(100, ms, 100):
        rig.clock.sleep_ms(100)
        dropper.tend(passed_ms)
    rig.clock.sleep_ms(100)
    dropper.end()
    for _ in range(3):
        dropper.look_after()
    return dropper.verdict()


def test_each_position_is_absolute_and_lets_one_batch_go():
    rig, servo, dropper = made()
    for position in (1, 2, 3):
        assert move(rig, dropper, position) == RELEASED
        assert servo.released == position and servo.at_ns_now() == POSITIONS_US[position] * 1000
    # Commanded again it stays where it is, and that is no evidence of anything.
    assert move(rig, dropper, 3) == NO_EVIDENCE and servo.released == 3


def test_a_position_beyond_the_last_is_the_last():
    rig, servo, dropper = made()
    move(rig, dropper, 9)
    assert servo.at_ns_now() == POSITIONS_US[3] * 1000


def test_nothing_moves_at_boot_nor_while_another_channel_fires():
    from tests.portable.test_burn_wire import cutter_of, pulse

    rig, servo, _dropper = made()
    rig.clock.sleep_ms(5000)
    pulse(rig, cutter_of(rig, 0), 3000)
    assert servo.at_ns_now() == POSITIONS_US[0] * 1000 and servo.released == 0
    assert [output for _, output, _ in rig.edges] == [1, 1]


def test_power_is_off_before_and_after_and_ends_by_the_timer():
    rig, _servo, dropper = made()
    move(rig, dropper, 1)
    assert rig.all_low() and not dropper.firing
    dropper.end()
    dropper.begin(1650, 2)
    assert dropper.firing
    rig.clock.sleep_ms(60000)
    assert dropper.limit_hit and rig.all_low()
    dropper.tend(60000)
    rig.at(0)
    assert [level for _, _, level in rig.edges] == [1, 0, 1, 0]


def test_a_jam_at_the_start_is_seen_by_the_switch_and_by_the_current():
    for current in (True, False):
        rig, servo, dropper = made(current)
        servo.jammed = True
        assert move(rig, dropper, 1) == HOLDING and servo.released == 0
        assert dropper.current_seen is (True if current else None)


def test_a_jam_on_the_way_to_an_odd_position_is_seen_by_the_current():
    # The switch is open in the odd position and on the way to it: only the stalled motor tells.
    rig, servo, dropper = made()
    dropper.look_before()
    dropper.begin(3000, 1)
    rig.clock.sleep_ms(60)
    servo.jammed = True
    servo.look()
    dropper.tend(100)
    dropper.end()
    dropper.look_after()
    assert dropper.verdict() == HOLDING and servo.released == 0


def test_without_a_switch_there_is_no_evidence():
    rig, servo, dropper = made()
    servo.switch_fitted = False
    assert move(rig, dropper, 1) == NO_EVIDENCE and move(rig, dropper, 2) == NO_EVIDENCE
    assert servo.released == 2


def test_a_switch_that_was_right_before_the_move_already_is_no_evidence():
    rig, _servo, dropper = made()
    dropper.closed()
    # It stands, with its switch closed, where it says an even position is; the move to the next even one tells nothing.
    assert move(rig, dropper, 2) == NO_EVIDENCE
