"""A SiK radio: +++ between two silent seconds, echoed AT commands, parameters that survive a restart only by AT&W.

SiK firmware 2.2 (ArduPilot/SiK, Firmware/radio: at.c, parameters.c, serial.c).
"""

from hardware.simulated.modem_settings import SettableModem

_GUARD_US = 1000000
_BOOT_US = 300000
_LONGEST_COMMAND = 16
_BAUDS = {
    1: 1200,
    2: 2400,
    4: 4800,
    9: 9600,
    19: 19200,
    38: 38400,
    57: 57600,
    115: 115200,
}
_POWERS_DBM = (1, 2, 5, 8, 11, 14, 17, 20)
# In the order of their numbers, as they leave the factory: name, value
FACTORY = (
    ("FORMAT", 26),
    ("SERIAL_SPEED", 57),
    ("AIR_SPEED", 64),
    ("NETID", 25),
    ("TXPOWER", 20),
    ("ECC", 0),
    ("MAVLINK", 1),
    ("OPPRESEND", 0),
    ("MIN_FREQ", 433050),
    ("MAX_FREQ", 434790),
    ("NUM_CHANNELS", 10),
    ("DUTY_CYCLE", 100),
    ("LBT_RSSI", 0),
    ("MANCHESTER", 0),
    ("RTSCTS", 0),
    ("MAX_WINDOW", 131),
)


class SikRadio(SettableModem):
    """`kept` and `settings` are by name; `names` are the parameters that this firmware has, in their order."""

    def __init__(self, clock, air, names=None, **kept):
        values = dict(FACTORY)
        values.update(kept)
        self.names = [name for name, _ in FACTORY] if names is None else names
        self.in_commands = False
        self._command = b""
        self._quiet_from_us = clock.now_us
        self._plusses_us = None
        super().__init__(clock, air, values)

    def start(self):
        self._rate = _BAUDS[self.kept["SERIAL_SPEED"]]  # what is set later holds from the next start on
        super().start()

    @property
    def baud(self):
        return self._rate

    def commanded(self):
        return self.in_commands

    def on_write(self, data, start_us, byte_us, baud):
        silence_us = start_us - self._quiet_from_us
        self._quiet_from_us = end_us = start_us + len(data) * byte_us
        self._plusses_us = None
        if not self.in_commands and data == b"+++" and baud == self.baud and silence_us >= _GUARD_US:
            self._plusses_us = end_us
            self._clock.call_at(end_us + _GUARD_US, lambda: self._guarded(end_us))
        super().on_write(data, start_us, byte_us, baud)

    def _guarded(self, end_us):
        if self._plusses_us == end_us and not self.silent:
            self.in_commands = True
            self._command = b""
            self.answer(b"OK\r\n")

    def hear(self, data):
        for byte in data:
            if not self.in_commands:
                return
            if byte == 13:
                self.answer(b"\r\n", 0)
                self._obey(self._command)
                self._command = b""
            elif len(self._command) >= _LONGEST_COMMAND:
                self.in_commands = False
            elif 32 <= byte < 127:
                letter = bytes([byte]).upper()
                self._command += letter
                self.answer(letter, 0)

    def _obey(self, command):
        if command[:2] != b"AT":
            return
        self.orders.append(command)
        if command == b"AT":
            self.answer(b"OK\r\n")
        elif command == b"ATI5":
            for number in range(len(self.names)):
                name = self.names[number]
                self.answer(b"S%d:%s=%d\r\n" % (number, name.encode(), self.settings[name]))
        elif command[:3] == b"ATS":
            self._parameter(command[3:])
        elif command == b"AT&W":
            self.flash_writes += 1
            if not self.stubborn:
                self.kept = dict(self.settings)
            self.answer(b"OK\r\n", 50000)
        elif command in (b"ATO", b"ATZ"):
            self.in_commands = False
            if command == b"ATZ":
                self.start()
                self._off_air_until_us = self._clock.now_us + _BOOT_US
        else:
            self.answer(b"ERROR\r\n")

    def _parameter(self, rest):
        number, _, value = rest.partition(b"=")
        if rest[-1:] == b"?":
            self.answer(b"%d\r\n" % self.settings[self.names[int(rest[:-1])]])
            return
        name = self.names[int(number)]
        value = int(value)
        if value not in {"SERIAL_SPEED": tuple(_BAUDS), "ECC": (0, 1)}.get(name, (value,)):
            self.answer(b"ERROR\r\n")
            return
        if name == "TXPOWER":
            # It takes the step below, and says so when it is asked.
            value = [step for step in _POWERS_DBM if step <= max(value, 1)][-1]
        if not self.stubborn:
            self.settings[name] = value
        self.answer(b"OK\r\n")
