"""Events on their way: each is sent at once, twice more some seconds apart, and the newest again now and then."""

import struct

from micropython import const

_ROWS = const(16)
_FORMAT = "<BBBBI"  # telemetry.EVENT_WORDS; the argument with its sign bit turned
_PAYLOAD_BYTES = const(8)
_TIMES = const(3)
_APART_MS = const(3000)
_NEWEST_MS = const(30000)


class ToldEvents:
    """A ring of the newest events. `waiting` of them have never been sent. Times are ms of mission time."""

    def __init__(self):
        self._payloads = bytearray(_ROWS * _PAYLOAD_BYTES)
        self._at_ms = [0] * _ROWS
        self._last_ms = [0] * _ROWS
        self._times = bytearray(_ROWS)
        self._id = 0
        self._next = 0  # row of the next event
        self._used = 0
        self.waiting = 0
        # Of the event that was taken last:
        self.at_ms = 0
        self.payload = bytearray()

    def full(self):
        """Whether a further event would push out one that has never been sent: take that first."""
        return self.waiting == _ROWS

    def add(self, elapsed_ms, code, subject, detail, argument):
        row = self._next
        self._id = self._id + 1 & 0xFF
        struct.pack_into(
            _FORMAT,
            self._payloads,
            row * _PAYLOAD_BYTES,
            self._id,
            code,
            subject,
            detail,
            (argument + 0x80000000) & 0xFFFFFFFF,
        )
        self._at_ms[row] = elapsed_ms
        self._times[row] = 0
        self._next = (row + 1) % _ROWS
        self._used = min(self._used + 1, _ROWS)
        self.waiting += 1

    def holds(self, code, detail):
        """Whether one that waits has this code and detail."""
        for back in range(self.waiting, 0, -1):
            at = (self._next - back) % _ROWS * _PAYLOAD_BYTES
            if self._payloads[at + 1] == code and self._payloads[at + 3] == detail:
                return True
        return False

    def take(self, elapsed_ms):
        """The oldest that waits: `payload` and `at_ms`."""
        row = self._oldest()
        self.waiting -= 1
        self._take(row, elapsed_ms)

    def take_again(self, elapsed_ms, newest):
        """One that is to be sent again, the oldest first; newest: that one for ever. False when there is none now."""
        for back in range(self._used, 0, -1):
            row = (self._next - back) % _ROWS
            if self._times[row] < _TIMES:
                due = elapsed_ms - self._last_ms[row] >= _APART_MS
            else:
                due = newest and back == 1 and elapsed_ms - self._last_ms[row] >= _NEWEST_MS
            if due:
                self._take(row, elapsed_ms)
                return True
        return False

    def _oldest(self):
        return (self._next - self.waiting) % _ROWS

    def _take(self, row, elapsed_ms):
        self._times[row] = min(self._times[row] + 1, _TIMES)
        self._last_ms[row] = elapsed_ms
        at = row * _PAYLOAD_BYTES
        self.at_ms = self._at_ms[row]
        self.payload = self._payloads[at : at + _PAYLOAD_BYTES]
