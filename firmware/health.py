"""Faults by number, and whether the watchdog may be fed."""

from micropython import const

from firmware.protocol.faults import HIGHEST_FAULT

_SILENT_MS = const(1500)


class Health:
    """Counts faults; `newest` is the last one seen for the first time and not yet reported, or 0."""

    def __init__(self, clock):
        self._ticks_diff = clock.ticks_diff
        self._watchdog = None
        self.guarded = False
        self.counts = [0] * (HIGHEST_FAULT + 1)
        self.newest = 0
        self._untold = bytearray(HIGHEST_FAULT + 1)
        self.last_exception = None

    def guard_with(self, watchdog):
        """From now on `feed` feeds this watchdog (None: there is none, the plug is out)."""
        self._watchdog = watchdog
        self.guarded = watchdog is not None

    def count(self, number):
        counted = self.counts[number] + 1
        self.counts[number] = counted
        if counted == 1:
            self._untold[number] = 1
            if not self.newest:
                self.newest = number

    def tell(self):
        """The number of a fault seen for the first time, each once; 0 when there is none left."""
        number = self.newest
        if number:
            self._untold[number] = 0
            at = self._untold.find(b"\x01")
            self.newest = at if at > 0 else 0
        return number

    def feed(self, now_ms, critical):
        """Feed the watchdog when every critical activity has lately ended without an exception."""
        for activity in critical:
            if self._ticks_diff(now_ms, activity.ended_ms) > _SILENT_MS:
                return False
        if self._watchdog is not None:
            self._watchdog.feed()
        return True
