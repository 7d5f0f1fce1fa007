"""When the radio may speak: not while a frame is still in the air, not in the ground's slot, not beyond its share."""

from micropython import const

_SAVED_MS = const(60000)  # what a minute may take of the air can be saved up
_REST_MS = const(300)  # after whatever can wait: the flash wants a quiet radio too


class Airtime:
    """Call `look` in each pass. All three count down to 0.

    busy_ms: the last frame is in the air. slot_ms: the ground may speak. rest_ms: nothing goes out that can wait.
    """

    def __init__(self, clock, profile):
        self._ticks_diff = clock.ticks_diff
        self._looked_ms = clock.ticks_ms()
        self._baud = profile.baud
        self._air_bps = profile.air_bps
        self._overhead_ms = profile.overhead_ms
        self._slot_ms = profile.slot_ms
        self._permille = profile.duty_permille
        self._report_cost = self._cost(profile.largest)
        self._credit = 2 * self._report_cost  # ms in the air, a thousandth each
        self.busy_ms = 0
        self.slot_ms = 0
        self.rest_ms = 0

    def look(self, now_ms):
        passed_ms = self._ticks_diff(now_ms, self._looked_ms)
        self._looked_ms = now_ms
        self.busy_ms = max(self.busy_ms - passed_ms, 0)
        self.slot_ms = max(self.slot_ms - passed_ms, 0)
        self.rest_ms = max(self.rest_ms - passed_ms, 0)
        self._credit = min(self._credit + passed_ms * self._permille, _SAVED_MS * self._permille)

    def may(self, size, can_wait=False):
        """Whether a frame of `size` bytes is within the share. What can wait leaves enough for a report."""
        return self._credit >= self._cost(size) + (self._report_cost if can_wait else 0)

    def spend(self, size):
        """A frame of that many bytes has been handed to the modem."""
        self._credit -= self._cost(size)
        # A modem sends on while its UART still hands over, or stores first: its own delay covers that.
        self.busy_ms = max(self._cost(size) // 1000, size * 10000 // self._baud + 1)
        self.rest_ms = 0

    def open_slot(self, slot_ms=0):
        """From the end of the frame on the ground may speak: as long as the profile says, or slot_ms."""
        self.slot_ms = self.busy_ms + (slot_ms or self._slot_ms)

    def rest(self):
        self.rest_ms = self.busy_ms + _REST_MS

    def _cost(self, size):
        return (self._overhead_ms + size * 8000 // self._air_bps) * 1000
