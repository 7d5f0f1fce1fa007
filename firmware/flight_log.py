"""The flight log on flash: the very frames the radio sends, thinned out, so that one reader reads both."""

from micropython import const

from firmware.protocol import faults

_NAME = "flight.log"
_BUFFER_BYTES = const(600)
_FLUSH_BYTES = const(360)
_FLUSH_MS = const(60000)


class FlightLog:
    """Collects frames in memory; `write` appends them, at a moment the caller chooses (flash stops the UARTs)."""

    def __init__(self, clock, storage, health):
        self._ticks_diff = clock.ticks_diff
        self._storage = storage
        self._health = health
        self._buffer = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._used = 0
        self._since_ms = None
        self.wanted = False
        self.lost = 0

    def add(self, frame, now_ms, urgent=False):
        """Keep one frame (bytes as on the wire). Full: the frame is counted as lost, nothing waits."""
        used = self._used
        if used + len(frame) > _BUFFER_BYTES:
            self.lost += 1
            self.wanted = True
            return
        if used == 0:
            self._since_ms = now_ms
        self._buffer[used : used + len(frame)] = frame
        self._used = used + len(frame)
        if urgent or self._used >= _FLUSH_BYTES or self._ticks_diff(now_ms, self._since_ms) >= _FLUSH_MS:
            self.wanted = True

    def write(self, now_ms):
        """Append what is collected. A failure keeps it for the next try and is counted."""
        self.wanted = False
        if not self._used:
            return
        try:
            with self._storage.open(_NAME, "ab") as log:
                log.write(self._view[: self._used])
            self._used = 0
        except OSError:
            self._since_ms = now_ms
            self._health.count(faults.FLIGHT_LOG_WRITE_FAILED)
