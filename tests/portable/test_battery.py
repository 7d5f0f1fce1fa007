"""Battery volts: dividers, means, and a cell that sags."""

from firmware.drivers.battery import Battery
from hardware.simulated.battery import SimulatedBattery
from hardware.simulated.clock import Clock
from hardware.simulated.machine import SimulatedMachine, Wiring
from tests.portable.sensor_rig import Air


class Codes:
    """An ADC that gives these codes in turn."""

    def __init__(self, *codes):
        self.codes = codes
        self.reads = 0

    def read_u16(self):
        self.reads += 1
        return self.codes[self.reads % len(self.codes)]


def battery(logic, cutter, logic_divider=(1, 1), cutter_divider=(1, 1)):
    return Battery(logic, cutter, Clock(wrap_in_ms=1500), 3300, logic_divider, cutter_divider)


def test_codes_become_millivolts_at_the_battery():
    for code, divider, millivolts in (
        (0, (1, 1), 0),
        (32768, (1, 1), 1650),
        (32768, (2, 1), 3300),
        (49152, (3, 1), 7425),
        (13107, (57, 10), 3762),
        (65519, (20000, 1400), 47131),
    ):
        measured = battery(Codes(code), Codes(0), divider)
        assert measured.poll(measured._due_ms)
        assert abs(measured.logic_mv - millivolts) <= 2, (code, divider, measured.logic_mv)
        assert measured.cutter_mv == 0


def test_several_samples_are_averaged():
    measured = battery(Codes(30000, 34000), Codes(20000, 20000, 20000, 28000))
    measured.measure(0)
    assert abs(measured.logic_mv - 32000 * 3300 // 65536) <= 1
    assert abs(measured.cutter_mv - 22000 * 3300 // 65536) <= 1


def test_a_pin_at_the_end_of_its_scale_is_no_value():
    measured = battery(Codes(65535), Codes(40000, 40000, 65520))
    measured.measure(0)
    assert measured.logic_mv is None and measured.cutter_mv is None
    measured = battery(Codes(65519), None)
    measured.measure(0)
    assert measured.logic_mv == 3299 and measured.cutter_mv is None


def test_it_measures_once_a_second_across_the_wrap_of_the_ticks():
    clock = Clock(wrap_in_ms=1500)
    logic = Codes(20000)
    measured = Battery(logic, None, clock, 3300, (2, 1), (2, 1))
    new = []
    for passed in range(100):
        if measured.poll(clock.ticks_ms()):
            new.append(passed)
            assert measured.value_ms == clock.ticks_ms()
        clock.advance(100000)
    assert new == [10 * second for second in range(10)]
    assert logic.reads == 10 * 8


def test_an_impossible_divider_or_reference_is_refused():
    for reference_mv, divider in ((3300, (0, 1)), (3300, (1, 0)), (3300, (20001, 1)), (999, (1, 1)), (3601, (1, 1))):
        try:
            Battery(None, None, Clock(), reference_mv, (1, 1), divider)
        except ValueError:
            continue
        raise AssertionError((reference_mv, divider))


def supply(warmer_c=20.0, temperature_c=0.0):
    """A simulated battery of two cells on ADC pin 26, behind a divider by two, and the driver that measures it."""
    clock = Clock()
    cells = SimulatedBattery(clock, Air(temperature_c=temperature_c))
    cells.warmer_c = warmer_c
    wiring = Wiring()
    wiring.adc[26] = cells.pin_volts(2, 1)
    machine = SimulatedMachine(clock, wiring)
    return clock, cells, Battery(machine.ADC(machine.Pin(26)), None, clock, 3300, (2, 1), (1, 1))


def loaded_mv(clock, measured):
    measured.measure(clock.ticks_ms())
    return measured.logic_mv


def test_a_simulated_battery_sags_under_load_and_recovers():
    clock, cells, measured = supply()
    rest_mv = loaded_mv(clock, measured)
    assert abs(rest_mv - 3580) <= 3
    cells.set_load("cutter", 2000)
    assert abs(rest_mv - loaded_mv(clock, measured) - 2 * 160 * 2) <= 3
    cells.set_load("radio", 100)
    cells.set_load("cutter", 0)
    assert abs(rest_mv - loaded_mv(clock, measured) - 2 * 16) <= 3


def test_a_cold_battery_sags_more():
    clock, cells, measured = supply(warmer_c=0.0, temperature_c=-30.0)
    cells.set_load("cutter", 1000)
    assert abs(3580 - loaded_mv(clock, measured) - 2 * 160 * 4) <= 3


def test_a_battery_runs_flat_after_its_capacity_and_not_before():
    clock, cells, measured = supply()
    cells.set_load("cutter", 1000)
    for _ in range(26):
        clock.advance(360000000)
    assert loaded_mv(clock, measured) > 3000
    for _ in range(3):
        clock.advance(360000000)
    assert 1600 < loaded_mv(clock, measured) < 2500
    clock.advance(360000000)
    clock.advance(1000000)
    assert loaded_mv(clock, measured) == 0


def test_a_broken_wire_reads_zero():
    clock, cells, measured = supply()
    cells.broken = True
    assert loaded_mv(clock, measured) == 0
