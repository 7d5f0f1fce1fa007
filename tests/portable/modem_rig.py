"""A board's radio UART and mode pin with a modem at them that has settings, and the flight's way of setting it up."""

from firmware.drivers.modem_setup import modem_of
from firmware.protocol import profiles
from firmware.protocol.mission_plan import Mission
from hardware.simulated.clock import Clock
from hardware.simulated.machine import SimulatedMachine, Wiring
from hardware.simulated.modem import Modem
from hardware.simulated.trace import Trace

MODE_GPIO = 3
PASS_MS = 100
FRAME = bytes([0]) + bytes(range(1, 56)) + bytes([0])


class ModemRig:
    """`sort(clock, air, level)` makes the modem. `resting`: the level that the resistor at the mode pin gives."""

    def __init__(self, sort, resting=0):
        self.clock = Clock(wrap_in_ms=700)
        self.air = []
        radio = Modem(self.clock, Trace(self.clock), lambda data: self.air.append(bytes(data)))
        wiring = Wiring()
        wiring.inputs[MODE_GPIO] = lambda: resting
        self.wiring = wiring
        self.radio = radio
        self.machine = None
        self.resting = resting
        self.modem = sort(self.clock, radio, self.level)
        wiring.uarts[1] = self.modem
        wiring.outputs[MODE_GPIO] = self.modem.on_mode
        self.power_on()

    def level(self):
        return self.resting if self.machine is None else self.machine.Pin(MODE_GPIO).value()

    def power_on(self):
        """A board that has just started: its UART at the rate of the board file, the mode pin an input."""
        self.machine = SimulatedMachine(self.clock, self.wiring)
        self.uart = self.machine.UART(1, baudrate=57600, rxbuf=512, txbuf=512)
        self.pin = self.machine.Pin(MODE_GPIO, self.machine.Pin.IN)

    def mission(self, modem, profile, channel=None, dbm=None):
        mission = Mission()
        mission.modem = modem
        mission.profile = profile
        mission.radio_channel = channel
        mission.radio_dbm = dbm
        return mission

    def begin(self, mission):
        self.setup = modem_of(mission, self.uart, self.pin, self.clock)
        self.baud = profiles.profile(mission.profile).baud
        return self.setup

    def passes(self, count):
        """So many passes of the loop; True when the set-up was over in one of them."""
        for _ in range(count):
            if self.setup.poll(self.clock.ticks_ms()):
                return True
            self.clock.sleep_ms(PASS_MS)
        return False

    def run(self, mission, within_ms=10000):
        """The whole set-up: its result."""
        self.begin(mission)
        assert self.passes(within_ms // PASS_MS), "not over after %d ms" % within_ms
        return self.setup.result

    def frames_pass(self):
        """Whether a frame of the board is on the air, and one of the ground in the board's UART; both as they were."""
        assert self.uart.baud == self.baud, self.uart.baud
        assert self.pin.value() == self.resting
        self.uart.read()
        del self.air[:]
        self.uart.write(FRAME)
        self.clock.sleep_ms(500)
        self.radio.on_air(FRAME)
        self.clock.sleep_ms(500)
        return self.air == [FRAME] and self.uart.read() == FRAME
