"""A board of two wires for the sensor tests: virtual clock, simulated I2C bus, and air that a test sets by hand."""

from firmware.protocol.faults import DeviceFault
from hardware.simulated.clock import Clock
from hardware.simulated.machine import SimulatedMachine, Wiring

ADDRESS = 0x77


class Air:
    """A world that is all weather."""

    def __init__(self, pressure_pa=100000.0, temperature_c=15.0):
        self.pressure_pa = pressure_pa
        self.temperature_c = temperature_c

    def at(self, now_us):
        return self


class Rig:
    """One chip and its driver. Ticks wrap a quarter of a minute after the start."""

    def __init__(self, chip_class, driver_class, pressure_pa=100000.0, temperature_c=15.0, **settings):
        self.clock = Clock(wrap_in_ms=15000)
        self.air = Air(pressure_pa, temperature_c)
        self.wiring = Wiring()
        self.chip = chip_class(self.clock, self.air, **settings)
        self.wiring.i2c[0] = {ADDRESS: self.chip}
        self.i2c = SimulatedMachine(self.clock, self.wiring).I2C(0)
        self.driver = driver_class(self.i2c, ADDRESS, self.clock)

    def run(self, seconds):
        """Poll at 10 Hz. Returns what happened, as (pass, True or fault number or "bus"), eventless passes left out."""
        events = []
        for passed in range(int(seconds * 10)):
            self.clock.advance(100000)
            try:
                if self.driver.poll(self.clock.ticks_ms()):
                    events.append((passed, True))
            except DeviceFault as fault:
                events.append((passed, fault.number))
            except OSError:
                events.append((passed, "bus"))
        return events


def values(events):
    """How many events are new values."""
    return len([1 for _, what in events if what is True])


def faults(events):
    """The faults among the events, in their order."""
    return [what for _, what in events if what is not True]
