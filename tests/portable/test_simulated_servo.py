"""The simulated dispenser: it moves with power and signal only, lets go at every new position, and can fail."""

from hardware.simulated import cutter_supply
from tests.portable.output_rig import POSITIONS_US, Outputs


def test_sixty_degrees_take_three_tenths_of_a_second():
    it = Outputs(positions_us=(700, 700 + 667))
    it.turn(700 + 667)
    ((at_ms, output, number),) = it.of("released")
    assert (output, number) == (3, 1) and 299 <= at_ms <= 302


def test_each_new_position_lets_go_once_and_going_back_lets_nothing_go():
    it = Outputs()
    for place in (0, 1, 1, 0, 1, 2, 3, 0, 3):
        it.turn(POSITIONS_US[place])
    assert [number for _, _, number in it.of("released")] == [1, 2, 3]
    assert it.servo.at_ns_now() == POSITIONS_US[3] * 1000


def test_a_position_that_is_passed_lets_go_too():
    it = Outputs()
    it.turn(POSITIONS_US[2])
    first, second = it.of("released")
    assert first[2] == 1 and second[2] == 2 and 170 <= second[0] - first[0] <= 190


def test_positions_may_go_back_and_forth():
    it = Outputs(positions_us=(1500, 1000, 2000))
    it.turn(2000)
    assert it.of("released") == [], "2000 us comes third, and 1000 us has not been reached"
    it.turn(1000)
    it.turn(2000)
    assert [number for _, _, number in it.of("released")] == [1, 2]


def test_an_unpowered_servo_never_moves():
    for enable, duty, plug in ((0, 65535, True), (1, 0, True), (1, 20000, True), (1, 65535, False)):
        it = Outputs()
        it.supply.set_plug(plug)
        it.signal_ns(POSITIONS_US[1] * 1000)
        it.enable.value(enable)
        it.fire[2](duty)
        it.clock.sleep_ms(5000)
        assert it.of("released") == [] and it.current_ma() == 0, (enable, duty, plug)
        assert it.servo.at_ns_now() == POSITIONS_US[0] * 1000


def test_a_powered_servo_without_a_signal_does_not_move():
    it = Outputs()
    for width_us in (0, 100, 3000):
        it.signal_ns(width_us * 1000)
        it.pulse(3000, output=3)
    assert it.of("released") == [] and it.servo.at_ns_now() == POSITIONS_US[0] * 1000


def test_a_pulse_of_another_output_moves_nothing():
    it = Outputs()
    it.signal_ns(POSITIONS_US[1] * 1000)
    it.pulse(5000, output=2)
    assert it.of("released") == []


def test_power_that_goes_on_the_way_leaves_it_between_and_it_goes_on_from_there():
    it = Outputs()
    it.turn(POSITIONS_US[1], ms=100)
    assert 920000 <= it.servo.at_ns_now() <= 924000 and not it.closed(3) and it.of("released") == []
    it.clock.sleep_ms(60000)
    assert it.of("released") == []
    it.turn(POSITIONS_US[1], ms=85)
    assert len(it.of("released")) == 1


def test_a_signal_that_changes_on_the_way_turns_it_around():
    it = Outputs()
    it.enable.value(1)
    it.signal_ns(POSITIONS_US[3] * 1000)
    it.fire[2](65535)
    it.clock.sleep_ms(400)
    it.signal_ns(POSITIONS_US[1] * 1000)
    it.clock.sleep_ms(2000)
    assert it.servo.at_ns_now() == POSITIONS_US[1] * 1000
    assert [number for _, _, number in it.of("released")] == [1, 2]


def test_the_switch_is_closed_in_every_second_position_and_can_be_read_while_it_turns():
    it = Outputs()
    seen = [it.closed(3)]
    for position_us in POSITIONS_US[1:]:
        it.signal_ns(position_us * 1000)
        it.enable.value(1)
        it.fire[2](65535)
        it.clock.sleep_ms(90)
        seen.append(it.closed(3))
        it.clock.sleep_ms(110)
        seen.append(it.closed(3))
        it.fire[2](0)
        assert it.closed(3) == seen[-1], "with the power off, too"
    assert seen == [True, False, False, False, True, False, False]


def test_the_current_tells_turning_from_standing():
    it = Outputs()
    it.signal_ns(POSITIONS_US[1] * 1000)
    it.enable.value(1)
    it.fire[2](65535)
    assert 240 <= it.current_ma() <= 260
    it.clock.sleep_ms(500)
    assert 5 <= it.current_ma() <= 15
    it.fire[2](0)
    assert it.current_ma() == 0


def test_a_jammed_servo_stands_and_draws_its_stall_current():
    it = Outputs()
    it.servo.jammed = True
    it.signal_ns(POSITIONS_US[1] * 1000)
    it.enable.value(1)
    it.fire[2](65535)
    it.clock.sleep_ms(3000)
    assert 780 <= it.current_ma() <= 820 and it.of("released") == [] and it.closed(3)
    it.servo.jammed = False
    it.servo.look()
    it.clock.sleep_ms(300)
    assert len(it.of("released")) == 1


def test_a_servo_that_jams_on_the_way_stops_there():
    it = Outputs()
    it.signal_ns(POSITIONS_US[1] * 1000)
    it.enable.value(1)
    it.fire[2](65535)
    it.clock.sleep_ms(90)
    it.servo.jammed = True
    it.servo.look()
    it.clock.sleep_ms(3000)
    assert it.of("released") == [] and not it.closed(3)
    assert 898000 <= it.servo.at_ns_now() <= 901000


def test_without_a_switch_the_line_reads_open():
    it = Outputs()
    it.servo.switch_fitted = False
    assert not it.closed(3)
    it.turn(POSITIONS_US[1])
    assert not it.closed(3) and len(it.of("released")) == 1


def test_in_the_cold_it_is_slower_and_a_stiff_one_slower_still():
    for temperature_c, slow, least_ms, most_ms in ((15.0, 1, 178, 182), (-50.0, 1, 358, 363), (-50.0, 3, 1075, 1085)):
        it = Outputs()
        it.air.temperature_c = temperature_c
        it.servo.slow = slow
        it.turn(POSITIONS_US[1])
        ((at_ms, _, _),) = it.of("released")
        assert least_ms <= at_ms <= most_ms, (temperature_c, slow, at_ms)


def test_a_cell_too_weak_for_the_adapter_moves_nothing():
    it = Outputs()
    it.battery.broken = True
    it.turn(POSITIONS_US[1])
    assert it.of("released") == []


def test_a_fire_switch_that_is_stuck_on_moves_it_only_with_a_signal():
    it = Outputs()
    it.servo.switch = cutter_supply.ON
    it.servo.look()
    it.pulse(3000, output=1)
    assert it.of("released") == []
    it.signal_ns(POSITIONS_US[1] * 1000)
    it.pulse(3000, output=2)
    assert len(it.of("released")) == 1


def test_its_keys_leave_edges_in_the_trace_as_those_of_a_wire():
    it = Outputs()
    it.turn(POSITIONS_US[1])
    assert it.of("edge") == [(0, 3, 1), (2000, 3, 0)] and it.trace.records == 2
