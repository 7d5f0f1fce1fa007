"""The simulated burn wire: heat by duty, both keys and the plug, and every way in which a cutter fails."""

from hardware.simulated import burn_wire, cutter_supply
from tests.portable.output_rig import Outputs


def test_full_current_parts_the_wire_after_its_time_and_a_soft_start_is_one_edge_up_and_one_down():
    it = Outputs()
    it.enable.value(1)
    for percent in range(10, 101, 10):
        it.fire[0](65535 * percent // 100)
        it.clock.sleep_ms(20)
    # Ten steps of 20 ms gave the heat of 110 ms at full current.
    it.clock.sleep_ms(2000)
    it.fire[0](0)
    assert it.of("edge") == [(0, 1, 1), (2200, 1, 0)]
    at_ms, output, _ = it.of("parted")[0]
    assert output == 1 and 200 + 888 <= at_ms <= 200 + 892
    assert it.trace.records == 2


def test_half_the_duty_takes_twice_the_time():
    it = Outputs()
    it.pulse(1990, duty=32768)
    assert it.of("parted") == []
    it.pulse(20, duty=32768)
    assert len(it.of("parted")) == 1


def test_nothing_flows_without_both_keys_and_the_plug():
    for enable, duty, plug in ((0, 65535, True), (1, 0, True), (1, 65535, False)):
        it = Outputs()
        it.supply.set_plug(plug)
        it.enable.value(enable)
        it.fire[0](duty)
        it.clock.sleep_ms(5000)
        assert it.of("parted") == [] and it.current_ma() == 0, (enable, duty, plug)


def test_a_plug_that_comes_out_in_a_pulse_ends_the_current_and_the_heat_that_was_stays():
    it = Outputs()
    it.enable.value(1)
    it.fire[0](65535)
    it.clock.sleep_ms(600)
    it.supply.set_plug(False)
    assert it.current_ma() == 0 and it.rail_mv() == 0
    it.clock.sleep_ms(3000)
    assert it.of("parted") == []
    it.supply.set_plug(True)
    it.clock.sleep_ms(400)
    assert it.of("parted") == [(4000, 1, 0)]


def test_the_current_is_what_volts_and_ohms_make_of_it_times_the_duty():
    it = Outputs(parts_after_ms=None)
    it.enable.value(1)
    it.fire[0](65535)
    full_ma = it.current_ma()
    assert 2100 <= full_ma <= 2250 and 4200 <= it.rail_mv() <= 4400
    it.fire[0](65535 // 4)
    assert abs(it.current_ma() - full_ma // 4) <= 3
    it.fire[1](65535 // 4)
    assert abs(it.current_ma() - full_ma // 2) <= 6, "the sum of what flows"
    it.fire[0](0)
    it.fire[1](0)
    assert it.current_ma() == 0


def test_when_the_wire_has_parted_nothing_flows():
    it = Outputs()
    it.enable.value(1)
    it.fire[0](65535)
    it.clock.sleep_ms(1001)
    assert it.current_ma() == 0 and len(it.of("parted")) == 1
    it.fire[0](0)
    it.enable.value(0)
    assert not it.closed(1) and it.closed(2)


def test_continuity_says_nothing_while_a_key_is_on():
    it = Outputs(parts_after_ms=None)
    assert it.closed(1)
    it.enable.value(1)
    assert not it.closed(1), "ENABLE pulls the line up through the wire"
    it.fire[0](65535)
    assert it.closed(1), "FIRE pulls it down, whole or not"
    it.fire[0](0)
    it.enable.value(0)
    assert it.closed(1)


def test_a_weak_cell_makes_a_pulse_that_warms_and_does_not_cut():
    it = Outputs()
    it.battery.resistance_factor = 9.0
    it.pulse(10000)
    assert it.of("parted") == [] and it.closed(1)
    it.battery.resistance_factor = 3.0
    it.pulse(1000)
    assert len(it.of("parted")) == 1


def test_a_broken_cell_gives_nothing():
    it = Outputs()
    it.battery.broken = True
    it.enable.value(1)
    it.fire[0](65535)
    assert it.current_ma() == 0 and it.rail_mv() == 0


def test_a_wire_that_never_parts_stays_whole():
    it = Outputs(parts_after_ms=None)
    it.pulse(60000)
    assert it.of("parted") == [] and it.closed(1)


def test_a_wire_that_parts_by_itself_lets_go_once():
    it = Outputs()
    it.clock.sleep_ms(500)
    it.wires[0].part()
    it.wires[0].part()
    it.pulse(5000)
    assert it.of("parted") == [(500, 1, 0)] and not it.closed(1)


def test_a_broken_wire_draws_nothing_and_what_hangs_on_it_hangs():
    it = Outputs()
    it.wires[0].whole = False
    it.pulse(5000)
    assert it.of("parted") == [] and not it.closed(1)


def test_a_continuity_line_that_is_stuck_or_noisy_says_so_whatever_the_wire_is():
    it = Outputs()
    it.wires[0].continuity = burn_wire.OPEN
    assert not it.closed(1)
    it.wires[0].continuity = burn_wire.WHOLE
    it.pulse(2000)
    assert it.closed(1) and len(it.of("parted")) == 1
    it.wires[0].continuity = burn_wire.NOISY
    seen = [it.closed(1) for _ in range(1000)]
    assert 400 < sum(seen) < 600


def test_a_fire_switch_that_is_stuck_on_needs_only_enable_and_makes_no_edge():
    it = Outputs()
    it.wires[0].switch = cutter_supply.ON
    it.wires[0].look()
    it.clock.sleep_ms(5000)
    assert it.current_ma() == 0 and it.closed(1)
    it.pulse(500, output=2)
    it.pulse(500, output=2)
    assert it.of("parted") == [(6000, 1, 0), (6000, 2, 0)]
    assert it.of("edge") == [(5000, 2, 1), (5500, 2, 0), (5500, 2, 1), (6000, 2, 0)]
    assert it.closed(1), "its line stays low"


def test_a_fire_switch_that_is_stuck_off_lets_nothing_flow():
    it = Outputs()
    it.wires[0].switch = cutter_supply.OFF
    it.pulse(5000)
    assert it.of("parted") == [] and it.of("edge") == [(0, 1, 1), (5000, 1, 0)]


def test_a_high_side_switch_that_is_stuck_on_needs_only_fire_and_one_stuck_off_stops_everything():
    it = Outputs()
    it.supply.enable_switch = cutter_supply.ON
    it.supply.look()
    assert not it.closed(1) and it.current_ma() == 0
    it.fire[0](65535)
    it.clock.sleep_ms(1000)
    it.fire[0](0)
    assert it.of("parted") == [(1000, 1, 0)]
    it.supply.enable_switch = cutter_supply.OFF
    it.pulse(5000, output=2)
    assert len(it.of("parted")) == 1


def test_a_reset_in_a_pulse_ends_it():
    it = Outputs()
    it.enable.value(1)
    it.fire[0](65535)
    it.clock.sleep_ms(100)
    it.machine.Pin.all_low()
    it.clock.sleep_ms(5000)
    assert it.of("edge") == [(0, 1, 1), (100, 1, 0)] and it.of("parted") == []
