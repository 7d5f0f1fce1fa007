"""EBYTE E32 and E22 with UART: their settings by bytes at 9600 Bd, while their mode pin is high.

Ebyte, "E32-433T20D user manual" (2022), chapters 6 and 7; "E22-400T30D user manual" (2018), chapter 7.
"""

from hardware.simulated.modem_settings import SettableModem

_SWITCH_US = 20000
_LEAVE_US = 100000  # it sets itself up anew
_BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class _Ebyte(SettableModem):
    """`kept` and `settings`: {"registers": bytes}."""

    def __init__(self, clock, air, level, registers):
        self._high = False
        self._hears_from_us = 0
        super().__init__(clock, air, {"registers": bytes(registers)}, level)

    @property
    def registers(self):
        return self.settings["registers"]

    def command_baud(self):
        return 9600

    def commanded(self):
        return self._high

    def on_mode(self, _level=None):
        high = self._level() == 1
        if high and not self._high:
            self._hears_from_us = self._clock.now_us + _SWITCH_US
        elif self._high and not high:
            self._off_air_until_us = self._clock.now_us + _LEAVE_US
            self._air.baud = self.baud
        self._high = high

    def hear(self, data):
        if self._high and self._clock.now_us >= self._hears_from_us:
            self._obey(data)

    def _write(self, first, values):
        registers = self.kept["registers"]
        self.keep("registers", registers[:first] + values + registers[first + len(values) :])
        self.settings = dict(self.kept)


class E32(_Ebyte):
    """ADDH ADDL SPED CHAN OPTION."""

    def __init__(self, clock, air, level, registers=b"\x00\x00\x1a\x17\x44"):
        super().__init__(clock, air, level, registers)

    @property
    def baud(self):
        return _BAUDS[self.registers[2] >> 3 & 7]

    def _obey(self, data):
        if data == b"\xc1\xc1\xc1":
            self.orders.append(data)
            self.answer(b"\xc0" + self.registers)
        elif len(data) == 6 and data[:1] == b"\xc0":
            self.orders.append(data)
            self._write(0, data[1:])
            self.answer(b"\xc0" + self.registers)


class E22(_Ebyte):
    """ADDH ADDL NETID REG0 REG1 REG2 REG3."""

    def __init__(self, clock, air, level, registers=b"\x00\x00\x00\x62\x00\x17\x03"):
        super().__init__(clock, air, level, registers)

    @property
    def baud(self):
        return _BAUDS[self.registers[3] >> 5]

    def _obey(self, data):
        first, count = (data[1], data[2]) if len(data) > 2 else (0, 0)
        right = count and first + count <= len(self.registers)
        if right and data[:1] == b"\xc1" and len(data) == 3:
            self.orders.append(data)
        elif right and data[:1] == b"\xc0" and len(data) == 3 + count:
            self.orders.append(data)
            self._write(first, data[3:])
        else:
            self.answer(b"\xff\xff\xff")
            return
        self.answer(b"\xc1" + data[1:3] + self.registers[first : first + count])
