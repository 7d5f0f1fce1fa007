"""What the release path has to tell, in a ring that never grows: it may not allocate, events do."""

from micropython import const

from firmware.protocol import telemetry

_ROWS = const(24)
_ROW = const(3)  # code, subject, detail; the argument does not fit in a byte


class News:
    """`add_...` keeps a line, the oldest is lost when it is full; `take` gives them to a function one by one."""

    def __init__(self):
        self._rows = bytearray(_ROWS * _ROW)
        self._arguments = [0] * _ROWS
        self._first = 0
        self.waiting = 0

    def add_drop(self, place, state, step, attempts):
        self._add(telemetry.DROP_CHANGED, place, state, step | attempts << 8)

    def add_reasons(self, place, reasons):
        self._add(telemetry.REASONS_CHANGED, place, 0, reasons)

    def add_parted(self, place, channel):
        self._add(telemetry.WIRE_PARTED_EARLY, place, channel, 0)

    def add_lapsed(self, place, occasions, step):
        self._add(telemetry.STEP_LAPSED, place, occasions, step)

    def add_handed_over(self, place, channel):
        self._add(telemetry.HANDED_OVER, place, channel, 0)

    def add_safe(self, on):
        self._add(telemetry.SAFE_CHANGED, on, 0, 0)

    def add_hold(self, seconds):
        self._add(telemetry.HOLD_CHANGED, 1 if seconds else 0, 0, seconds)

    def _add(self, code, subject, detail, argument):
        if self.waiting == _ROWS:
            self._first = (self._first + 1) % _ROWS
            self.waiting -= 1
        row = (self._first + self.waiting) % _ROWS
        at = row * _ROW
        self._rows[at] = code
        self._rows[at + 1] = subject
        self._rows[at + 2] = detail
        self._arguments[row] = argument
        self.waiting += 1

    def take(self, tell):
        """Call tell(code, subject, detail, argument) for everything that waits, oldest first."""
        while self.waiting:
            row = self._first
            at = row * _ROW
            self._first = (row + 1) % _ROWS
            self.waiting -= 1
            tell(self._rows[at], self._rows[at + 1], self._rows[at + 2], self._arguments[row])
