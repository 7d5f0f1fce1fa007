"""Outputs of the board by themselves: cells, plug, both keys and what hangs there, on a simulated machine."""

from hardware.pins import pico as pins
from hardware.simulated.battery import SimulatedBattery
from hardware.simulated.burn_wire import BurnWire
from hardware.simulated.clock import Clock
from hardware.simulated.cutter_supply import CutterSupply
from hardware.simulated.machine import SimulatedMachine, Wiring
from hardware.simulated.random_source import RandomSource
from hardware.simulated.servo import ServoDispenser
from hardware.simulated.trace import Trace
from tests.portable.sensor_rig import Air

POSITIONS_US = (700, 1100, 1500, 1900)


class Outputs:
    """Wires on outputs 1 and 2, a dispenser on 3. `events` are (us, what, output, number) in their order."""

    def __init__(self, parts_after_ms=1000, positions_us=POSITIONS_US):
        self.clock = Clock()
        self.air = Air()
        self.wiring = Wiring()
        self.trace = Trace(self.clock)
        self.battery = SimulatedBattery(self.clock, self.air, cells=3)
        self.supply = CutterSupply(self.clock, self.battery)
        self.events = []
        wiring, supply, clock = self.wiring, self.supply, self.clock
        edge = self.heard("edge")
        self.wires = tuple(
            [
                BurnWire(
                    clock, self.trace, wiring, supply, output, parts_after_ms, self.parted, edge, RandomSource(output)
                )
                for output in (1, 2)
            ]
        )
        self.servo = ServoDispenser(
            clock, self.trace, wiring, supply, 3, positions_us, self.air, self.heard("released"), edge
        )
        wiring.outputs[pins.number("ENABLE")] = supply.set_enable
        wiring.adc[pins.number("CUTTER_CURRENT")] = supply.current_volts()
        wiring.adc[pins.number("CUTTER_VOLTS")] = supply.rail_volts()
        machine = self.machine = SimulatedMachine(clock, wiring)
        pin = machine.Pin
        self.enable = pin(pins.number("ENABLE"), pin.OUT, value=0)
        self.fire = [
            machine.PWM(pin(pins.number("FIRE_%d" % output)), freq=1000, duty_u16=0).duty_u16 for output in (1, 2, 3)
        ]
        self.signal_ns = machine.PWM(pin(pins.number("SERVO")), freq=50, duty_u16=0).duty_ns

    def heard(self, what):
        return lambda output, number: self.events.append((self.clock.now_us, what, output, number))

    def parted(self, output):
        self.events.append((self.clock.now_us, "parted", output, 0))

    def of(self, what):
        """(ms, output, number) of the events of one kind."""
        return [(us // 1000, output, number) for us, kind, output, number in self.events if kind == what]

    def current_ma(self):
        """As the board's ADC reads it."""
        code = self.machine.ADC(self.machine.Pin(pins.number("CUTTER_CURRENT"))).read_u16()
        return code * pins.ADC_REFERENCE_MV * pins.CUTTER_MA_PER_MV[0] // (65535 * pins.CUTTER_MA_PER_MV[1])

    def rail_mv(self):
        code = self.machine.ADC(self.machine.Pin(pins.number("CUTTER_VOLTS"))).read_u16()
        return code * pins.ADC_REFERENCE_MV * pins.CUTTER_DIVIDER[0] // (65535 * pins.CUTTER_DIVIDER[1])

    def closed(self, output):
        """Whether CONTINUITY says so."""
        return self.machine.Pin(pins.number("CONTINUITY_%d" % output)).value() == 0

    def pulse(self, ms, duty=65535, output=1):
        self.enable.value(1)
        self.fire[output - 1](duty)
        self.clock.sleep_ms(ms)
        self.fire[output - 1](0)
        self.enable.value(0)

    def turn(self, position_us, ms=2000):
        """Position first, power second, as the firmware does."""
        self.signal_ns(position_us * 1000)
        self.pulse(ms, output=3)
        self.signal_ns(0)
