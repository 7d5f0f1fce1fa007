"""A transparent serial radio modem: one frame is one write, and it is known when the last byte has left."""

from micropython import const

_MOST_BYTES = const(128)  # that are taken at a time


class SerialRadio:
    """`send` either takes the whole frame or none of it. `idle(now_ms)` is true when nothing is being sent.

    `receive(now_ms)` gives what has come in.
    """

    def __init__(self, uart, clock, baud):
        self._uart = uart
        self._ticks_diff = clock.ticks_diff
        self._ticks_add = clock.ticks_add
        self._baud = baud
        self._busy_until_ms = None
        self.frames_sent = 0
        self.frames_refused = 0

    def idle(self, now_ms):
        if self._busy_until_ms is None:
            return True
        if self._ticks_diff(now_ms, self._busy_until_ms) < 0:
            return False
        self._busy_until_ms = None
        return True

    def send(self, frame, now_ms):
        """True when the modem has the whole frame. Call only when idle: the transmit buffer is then empty."""
        taken = self._uart.write(frame)
        if taken is None:
            taken = 0
        # Ten bits a byte, and 2 ms for the hardware FIFO to run dry.
        self._busy_until_ms = self._ticks_add(now_ms, taken * 10000 // self._baud + 3)
        if taken == len(frame):
            self.frames_sent += 1
            return True
        self.frames_refused += 1
        return False

    def receive(self, now_ms):
        """The bytes that wait, at most 128 of them; None: there are none."""
        waiting = self._uart.any()
        if not waiting:
            return None
        # Never more than there are: a board would wait for the rest.
        return self._uart.read(min(waiting, _MOST_BYTES))
