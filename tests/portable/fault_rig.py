"""A bench with faults and without firmware: what a test reads is what the board file would."""

from hardware.pins import pico as pins
from hardware.simulated.bench import Bench
from hardware.simulated.machine import BoardReset
from hardware.simulated.scenarios import FIRST_FLIGHT
from tests.portable.core_rig import unmount

POSITIONS_US = (700, 1100, 1500)


class Faulty:
    """Wires on outputs 1 and 2, a dispenser on 3. faults: rows of (name, start in s, length in s, size).

    `events` are (ms, what, output, number), `resets` (ms, cause) of every start but the first.
    """

    def __init__(self, *faults, **changes):
        setup = dict(FIRST_FLIGHT)
        setup["launch_s"] = 100000
        setup["wires"] = ((1, 150, 1000), (2, 0, 1000))
        setup["servos"] = ((3, 10, POSITIONS_US),)
        setup["plug_in_s"] = 0
        setup["faults"] = faults
        setup.update(changes)
        unmount()
        self.heard = []
        self.events = []
        self.resets = []
        self.bench = Bench(setup, self.heard.append, self._event)
        self.clock = self.bench.clock
        self.world = self.bench.world
        self.board = self.bench.power_on()

    def _event(self, what, output, number):
        self.events.append((self.clock.now_us // 1000, what, output, number))

    def of(self, what):
        """(ms, output, number) of the events of one kind."""
        return [(ms, output, number) for ms, kind, output, number in self.events if kind == what]

    def run(self, seconds):
        """Let time pass; a reset starts the board again, as whoever flies does."""
        self.until(self.clock.now_us // 1000 + int(seconds * 1000))

    def until(self, ms):
        while self.clock.now_us < ms * 1000:
            try:
                self.clock.advance(ms * 1000 - self.clock.now_us)
            except BoardReset as reset:
                self.board = self.bench.power_on(reset.args[0])
                self.resets.append((self.clock.now_us // 1000, self.board.reset_cause))

    def pulse(self, output, ms, duty=65535):
        """Both keys; a reset ends it early."""
        cutter = self.board.cutters[output - 1]
        cutter.enable.value(1)
        cutter.fire.duty_u16(duty)
        self.run(ms / 1000)
        cutter = self.board.cutters[output - 1]
        cutter.fire.duty_u16(0)
        cutter.enable.value(0)

    def closed(self, output):
        return self.board.cutters[output - 1].continuity.read_u16() != 0

    def current_ma(self):
        times, over = self.board.cutter_ma_per_mv
        return self.board.cutter_current.read_u16() * self.board.adc_reference_mv * times // (65535 * over)

    def rail_mv(self):
        times, over = self.board.cutter_divider
        return self.board.cutter_rail.read_u16() * self.board.adc_reference_mv * times // (65535 * over)

    def logic_mv(self):
        times, over = self.board.logic_divider
        return self.board.logic_volts.read_u16() * self.board.adc_reference_mv * times // (65535 * over)

    def low_words(self):
        """Pressure and temperature words of the BME280, measured in normal mode; None where it does not answer."""
        address = self.board.BME280_ADDRESS
        try:
            self.board.i2c.writeto_mem(address, 0xF4, bytes((0x57,)))
            self.run(0.2)
            data = self.board.i2c.readfrom_mem(address, 0xF7, 6)
        except OSError:
            return None
        return data[0] << 12 | data[1] << 4 | data[2] >> 4, data[3] << 12 | data[4] << 4 | data[5] >> 4

    def wide_words(self):
        """D1 and D2 of the MS5611; None where it does not answer."""
        i2c = self.board.i2c
        address = self.board.MS5611_ADDRESS
        words = []
        for command in (0x48, 0x58):
            try:
                i2c.writeto(address, bytes((command,)))
                self.run(0.02)
                i2c.writeto(address, bytes(1))
                data = i2c.readfrom(address, 3)
            except OSError:
                return None
            words.append(data[0] << 16 | data[1] << 8 | data[2])
        return tuple(words)

    def sentences(self, seconds=1):
        """What the receiver says in so many seconds, as lists of the fields of each sentence; damaged ones left out."""
        uart = self.board.gps_uart
        text = b""
        for _ in range(int(seconds * 5)):
            text += uart.read() or b""
            self.run(0.2)
        text += uart.read() or b""
        found = []
        for line in text.split(b"\r\n"):
            star = line.rfind(b"*")
            if not line.startswith(b"$") or star < 0:
                continue
            total = 0
            for byte in line[1:star]:
                total ^= byte
            if b"%02X" % total == line[star + 1 :]:
                found.append(line[1:star].decode().split(","))
        return found

    def newest(self, kind, seconds=2):
        """The fields of the newest sentence of a kind ("GGA", "RMC"), or None."""
        lines = [fields for fields in self.sentences(seconds) if fields[0][2:] == kind]
        return lines[-1] if lines else None


def gpio(name):
    return pins.number(name)
