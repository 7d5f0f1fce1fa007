"""An HC-12: commands while SET is low, kept when they are said, worked by when SET is high again.

Wavesen, "HC-12 wireless RF UART communication module user manual", V2.4 (2016-12-02).
"""

from hardware.simulated.modem_settings import SettableModem

_ENTER_US = 40000
_LEAVE_US = 80000
_REST_US = 200000  # SET low again within it: commands at 9600 Bd, as when it is low at power-on
_BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class Hc12(SettableModem):
    """`kept`: baud, channel, power (1 to 8), mode (FU). `level()`: of SET; its resistor pulls it up."""

    def __init__(self, clock, air, level, baud=9600, channel=1, power=8, mode=3):
        self._low = False
        self._hears_from_us = 0
        self._left_us = -_REST_US
        self._commands_at = baud
        kept = {"baud": baud, "channel": channel, "power": power, "mode": mode}
        super().__init__(clock, air, kept, level)

    @property
    def baud(self):
        return self.settings["baud"]

    def command_baud(self):
        return self._commands_at

    def commanded(self):
        return self._low

    def on_mode(self, _level=None):
        low = self._level() == 0
        now_us = self._clock.now_us
        if low and not self._low:
            self._hears_from_us = now_us + _ENTER_US
            self._commands_at = 9600 if now_us - self._left_us < _REST_US else self.settings["baud"]
        elif self._low and not low:
            self._left_us = now_us
            self._off_air_until_us = now_us + _LEAVE_US
            self.start()
        self._low = low

    def hear(self, data):
        if not self._low or self._clock.now_us < self._hears_from_us:
            return
        order = data.strip()
        if order[:2] != b"AT":
            return
        self.orders.append(order)
        if order == b"AT":
            self.answer(b"OK\r\n")
        elif order == b"AT+RX":
            kept = self.kept
            dbm = kept["power"] * 3 - 4
            lines = (
                b"OK+B%d\r\n" % kept["baud"],
                b"OK+RC%03d\r\n" % kept["channel"],
                b"OK+RP:%s%02ddBm\r\n" % (b"-" if dbm < 0 else b"+", abs(dbm)),
                b"OK+FU%d\r\n" % kept["mode"],
            )
            self.answer(b"".join(lines))
        elif not self._set(order[3:]):
            self.answer(b"ERROR\r\n")

    def _set(self, what):
        for mark, name, allowed in (
            (b"FU", "mode", (1, 2, 3, 4)),
            (b"B", "baud", _BAUDS),
            (b"C", "channel", range(1, 128)),
            (b"P", "power", range(1, 9)),
        ):
            digits = what[len(mark) :]
            if what[: len(mark)] == mark and digits.isdigit() and int(digits) in allowed:
                self.keep(name, int(digits))
                self.answer(b"OK+" + what + b"\r\n")
                return True
        return False
