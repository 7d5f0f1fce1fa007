"""Learns when a receiver's burst comes each second, and says how long the line will now stay silent.

A flash write stops the UART for up to 400 ms; placed in the silence between two bursts it costs no sentence.
"""

from micropython import const

_PERIOD_MS = const(1000)
_MARGIN_MS = const(120)  # a burst is noticed up to one 100 ms pass after its first byte
_EARLY_MS = const(150)
_GAP_MS = const(150)  # silence that ends a burst
_PATIENCE_MS = const(3000)  # how long a writer is asked to wait for a rhythm that does not come
_KEEP_MS = const(10000)  # how long a rhythm is trusted without a burst


class GpsRhythm:
    def __init__(self, clock):
        self._diff = clock.ticks_diff
        self._add = clock.ticks_add
        self._last_ms = None  # newest byte
        self._burst_ms = None  # first byte of this burst
        self._anchor_ms = None  # where bursts start
        self._counted_ms = None  # the burst that was last taken into account
        self._agreed = 0  # bursts that came when expected
        self._busy_ms = 0  # how long bursts are
        self._unknown_ms = None  # since when there is no rhythm

    def on_bytes(self, now_ms):
        last_ms = self._last_ms
        if last_ms is None or self._diff(now_ms, last_ms) > _GAP_MS:
            self._burst_ms = now_ms
        self._last_ms = now_ms
        if self._counted_ms == self._burst_ms:
            self._lasts(now_ms)

    def _lasts(self, now_ms):
        """The burst is at least this long."""
        length = self._diff(now_ms, self._anchor_ms)
        if length > self._busy_ms:
            self._busy_ms = length

    def on_solution(self, now_ms):
        """A navigation sentence was in the bytes just read: this is a burst, not an answer to a command."""
        burst_ms = self._burst_ms
        if burst_ms is None or burst_ms == self._counted_ms:
            return
        self._counted_ms = burst_ms
        late_ms = _PERIOD_MS
        if self._anchor_ms is not None:
            late_ms = (self._diff(burst_ms, self._anchor_ms) + _PERIOD_MS // 2) % _PERIOD_MS - _PERIOD_MS // 2
        if -_EARLY_MS <= late_ms <= _EARLY_MS:
            self._agreed += 1
            self._busy_ms -= self._busy_ms >> 4  # long bursts are forgotten slowly
            # An early burst is believed at once, a late one by a quarter: passes notice late, never early.
            self._anchor_ms = burst_ms if late_ms <= 0 else burst_ms - late_ms + (late_ms >> 2)
        else:
            self._agreed = 0
            self._anchor_ms = burst_ms
            self._busy_ms = 0
        self._lasts(now_ms)

    def forget(self):
        """Another baud rate or a restarted receiver: begin anew."""
        self._agreed = 0
        self._anchor_ms = self._counted_ms = None

    def quiet_ms(self, now_ms):
        """Milliseconds for which no byte is expected; 0 in a burst, and for the first 3 s without a rhythm."""
        diff = self._diff
        if self._agreed >= 2:
            since_ms = diff(now_ms, self._anchor_ms)
            if -_PERIOD_MS < since_ms < _KEEP_MS:
                self._unknown_ms = None
                into_ms = since_ms % _PERIOD_MS
                if into_ms <= self._busy_ms + 20 or diff(now_ms, self._last_ms) < 20:
                    return 0
                left_ms = _PERIOD_MS - _MARGIN_MS - into_ms
                return left_ms if left_ms > 0 else 0
            self.forget()
        if self._unknown_ms is None:
            self._unknown_ms = now_ms
        elif diff(now_ms, self._unknown_ms) >= _PATIENCE_MS:
            # Nothing to wait for: whoever must write may. The mark stays just old enough, however long this lasts.
            self._unknown_ms = self._add(now_ms, -_PATIENCE_MS)
            return _PERIOD_MS
        return 0
