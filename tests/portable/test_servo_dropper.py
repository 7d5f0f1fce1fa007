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


def bare(*settings):
    """A dropper with a switch and a meter that read what the test says: (rig, switch, meter, dropper)."""
    from tests.portable.test_burn_wire import Meter

    rig, _servo, _dropper = made()
    board = rig.board
    meter = Meter(0)
    dropper = ServoDropper(board.cutters[2], board.one_shot(), board.servo, POSITIONS_US, meter, *settings)
    dropper._switch = Meter(0)
    return rig, dropper._switch, meter, dropper


def test_a_stall_is_500_ma_whatever_the_reference_and_the_amplifier():
    for settings, code in (
        ((), 9929),  # 500 mV of 3300, in 65536ths
        ((3300, (2, 1)), 4964),
        ((3300, (1, 2)), 19859),
        ((2500, (1, 2)), 26214),
        ((3300, (5, 3)), 5957),
    ):
        for read, verdict in ((code - 1, NO_EVIDENCE), (code, HOLDING)):
            _rig, _switch, meter, dropper = bare(*settings)
            dropper.look_before()
            dropper.begin(1000, 1)
            meter.codes = [read]
            dropper.tend(100)
            dropper.end()
            dropper.look_after()
            assert dropper.verdict() == verdict, (settings, read)
            assert dropper.current_seen is (verdict == HOLDING)


def test_the_switch_is_closed_from_one_level_on_and_read_four_times_a_pass():
    _rig, switch, _meter, dropper = bare()
    for code, closed in ((0x1FFF, False), (0x2000, True)):
        switch.codes = [code]
        assert dropper.closed() == closed
    switch.reads = 0
    dropper.look_after()
    assert switch.reads == 4


def test_most_readings_since_the_look_before_say_where_the_switch_is():
    for closes, verdict in ((12, HOLDING), (13, RELEASED), (24, RELEASED), (0, HOLDING), (9, HOLDING)):
        _rig, switch, _meter, dropper = bare()
        switch.codes = [0x2000]
        dropper.closed()  # there is one
        dropper.look_after()
        switch.codes = [0]
        dropper.look_before()
        dropper.begin(1000, 2)  # even: closed there
        dropper.end()
        switch.codes = [0x2000] * closes + [0] * (25 - closes)
        for _ in range(6):
            dropper.look_after()
        assert dropper.verdict() == verdict, closes


def test_before_the_first_move_nothing_is_known():
    _rig, _servo, dropper = made()
    assert dropper.verdict() == NO_EVIDENCE
    assert dropper.current_seen is None and dropper.limit_hit is False and dropper.firing is False


def test_what_one_move_has_shown_does_not_speak_of_the_next():
    rig, _switch, meter, dropper = bare()
    dropper.look_before()
    dropper.begin(1000, 1)
    meter.codes = [65535]
    dropper.tend(100)
    rig.clock.sleep_ms(1000)
    assert dropper.limit_hit and dropper.verdict() == HOLDING
    dropper.end()
    meter.codes = [0]
    dropper.look_before()
    assert dropper.current_seen is False and dropper.verdict() == NO_EVIDENCE
    dropper.begin(1000, 1)
    assert not dropper.limit_hit
    dropper.end()


def test_a_stall_that_lasts_until_the_timer_ends_the_move_stays_one():
    rig, _switch, meter, dropper = bare()
    dropper.look_before()
    dropper.begin(1000, 1)
    meter.codes = [65535]
    dropper.tend(900)
    rig.clock.sleep_ms(1000)
    meter.codes = [0]  # the power is off
    dropper.tend(1100)
    dropper.end()
    assert dropper.verdict() == HOLDING


def test_the_signal_is_there_before_the_power_and_goes_after_it():
    rig, _servo, dropper = made()
    board = rig.board
    seen = []
    rig.on_edge = lambda output, level: seen.append((level, board.servo.duty_ns()))
    dropper.begin(1000)
    assert board.servo.duty_ns() == POSITIONS_US[0] * 1000 and board.cutters[2].fire.duty_u16() == 65535
    dropper.end()
    assert board.servo.duty_ns() == 0
    assert seen == [(1, POSITIONS_US[0] * 1000), (0, POSITIONS_US[0] * 1000)]


def test_a_timer_that_was_not_needed_is_stopped_and_one_that_came_comes_once():
    rig, _servo, dropper = made()
    dropper.begin(1000, 1)
    rig.clock.sleep_ms(900)
    dropper.end()
    rig.clock.sleep_ms(5000)
    assert not dropper.limit_hit
    dropper.begin(1000, 1)
    rig.clock.sleep_ms(1000)
    assert dropper.limit_hit
    dropper.limit_hit = False
    rig.clock.sleep_ms(5000)
    assert not dropper.limit_hit
