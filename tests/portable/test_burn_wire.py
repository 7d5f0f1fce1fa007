"""The cutter on real pins: both outputs low unless a pulse is on, and a hardware timer that ends every pulse."""

from firmware.drivers.burn_wire import BurnWire
from hardware.pins import pico as pins
from hardware.simulated.machine import BoardReset, SimulatedMachine
from tests.portable.release_rig import Rig


def made(parts_after_ms=None):
    rig = Rig(wires=((1, 150, parts_after_ms), (2, 150, None), (3, 150, None)))
    cutter = BurnWire(rig.board.cutters[0], rig.board.one_shot())
    return rig, cutter


def levels(rig):
    """(ENABLE, FIRE_1, FIRE_2, FIRE_3) at the pins themselves."""
    pin = rig.board.machine.Pin
    names = ("ENABLE", "FIRE_1", "FIRE_2", "FIRE_3")
    return tuple([pin(pins.number(name)).value() for name in names])


def test_outputs_are_low_from_the_first_moment_without_an_edge():
    rig, cutter = made()
    assert levels(rig) == (0, 0, 0, 0) and rig.edges == [] and not cutter.firing


def test_a_pulse_needs_both_outputs_and_stop_takes_both_away():
    rig, cutter = made()
    cutter.start(1000)
    assert levels(rig) == (1, 1, 0, 0) and cutter.firing
    rig.clock.sleep_ms(500)
    cutter.stop()
    assert levels(rig) == (0, 0, 0, 0) and not cutter.firing and not cutter.limit_hit


def test_the_timer_ends_a_pulse_that_nobody_ends():
    rig, cutter = made()
    start_us = rig.clock.now_us
    cutter.start(4150)
    rig.on_edge = lambda output, level: ends.append(rig.clock.now_us - start_us)
    ends = []
    rig.clock.advance(60000000)
    assert ends == [4150000] and levels(rig) == (0, 0, 0, 0) and cutter.limit_hit


def test_a_pulse_that_was_ended_in_time_hits_no_limit_later():
    rig, cutter = made()
    cutter.start(1000)
    rig.clock.sleep_ms(900)
    cutter.stop()
    cutter.start(5000)
    rig.clock.sleep_ms(4000)
    assert levels(rig) == (1, 1, 0, 0) and not cutter.limit_hit  # the first timer is not running any more
    cutter.stop()


def test_stop_is_idempotent_and_works_before_any_start():
    rig, cutter = made()
    for _ in range(3):
        cutter.stop()
    cutter.start(1000)
    cutter.stop()
    cutter.stop()
    assert levels(rig) == (0, 0, 0, 0)
    assert [level for _, _, level in rig.edges] == [1, 0]


def test_continuity_tells_whole_from_parted():
    rig, cutter = made(800)
    assert cutter.whole()
    cutter.start(2000)
    rig.clock.sleep_ms(799)
    assert rig.parted == []
    rig.clock.sleep_ms(1)
    assert rig.parted == [1]
    cutter.stop()
    assert not cutter.whole()


def test_the_heat_of_two_pulses_adds_up():
    rig, cutter = made(1500)
    for _ in range(2):
        cutter.start(2000)
        rig.clock.sleep_ms(700)
        cutter.stop()
        assert cutter.whole()
    cutter.start(2000)
    rig.clock.sleep_ms(100)
    assert rig.parted == [1]


def test_a_reset_in_a_pulse_drops_both_outputs_and_the_next_boot_makes_no_edge():
    rig, cutter = made()
    cutter.start(4000)
    rig.clock.sleep_ms(100)
    try:
        rig.board.machine.restart(SimulatedMachine.WDT_RESET)
    except BoardReset:
        pass
    assert levels(rig) == (0, 0, 0, 0)
    rig.board = rig.bench.power_on(SimulatedMachine.WDT_RESET)
    rig.clock.advance(20000000)
    assert levels(rig) == (0, 0, 0, 0)
    assert [level for _, _, level in rig.edges] == [1, 0]


def test_no_current_flows_without_the_plug():
    rig, cutter = made(500)
    rig.bench.cutter_battery.broken = True
    cutter.start(4000)
    rig.clock.sleep_ms(3000)
    cutter.stop()
    assert rig.parted == [] and cutter.whole()


def test_one_output_does_not_heat_the_wire_of_another():
    rig, _cutter = made(500)
    other = BurnWire(rig.board.cutters[1], rig.board.one_shot())
    other.start(4000)
    rig.clock.sleep_ms(3000)
    other.stop()
    assert rig.parted == [] and rig.bench.wires[0].whole
