"""Virtual time: ticks that wrap like a board's, sleeps that jump, and events that happen on the way."""

_PERIOD = 1 << 30
_HALF = 1 << 29
_MASK = _PERIOD - 1
_NEVER = 1 << 62


class Clock:
    """The one source of time in a simulated flight.

    `now_us` counts true microseconds from the start of the simulation and never wraps; the board sees only ticks,
    which wrap at 2**30 and start so that the millisecond ticks wrap `wrap_in_ms` after the start: every simulated
    flight longer than that proves that wrapping is harmless. `drift_ppm` makes the board's crystal fast or slow.
    """

    def __init__(self, wrap_in_ms=3600000, drift_ppm=0):
        self.now_us = 0
        self._offset_us = (_PERIOD - wrap_in_ms) * 1000
        self._drift_ppm = drift_ppm
        self._drift_from_us = 0
        self._events = []
        self._next_event_us = _NEVER
        self._uarts = []
        # As on a board, where these are functions of a module: taking one makes no new object.
        self.ticks_ms = self._ticks_ms
        self.ticks_us = self._ticks_us
        self.ticks_diff = self._ticks_diff
        self.ticks_add = self._ticks_add

    # What the board sees ---------------------------------------------------------------------------------------

    def _drift_us(self):
        return (self.now_us - self._drift_from_us) * self._drift_ppm // 1000000

    def _ticks_ms(self):
        if self._drift_ppm:
            return (self.now_us + self._drift_us() + self._offset_us) // 1000 & _MASK
        return (self.now_us + self._offset_us) // 1000 & _MASK

    def _ticks_us(self):
        return self.now_us + self._drift_us() + self._offset_us & _MASK

    def _ticks_diff(self, a, b):
        return ((a - b + _HALF) & _MASK) - _HALF

    def _ticks_add(self, a, delta):
        if not -_HALF < delta < _HALF:
            raise OverflowError("ticks interval overflow")
        return (a + delta) & _MASK

    def sleep_ms(self, ms):
        if ms > 0:
            self.advance(ms * 1000)

    def sleep_us(self, us):
        if us > 0:
            self.advance(us)

    def sleep(self, seconds):
        self.advance(int(seconds * 1000000))

    def set_drift(self, ppm):
        """From now on the crystal is so much fast; the ticks do not jump."""
        self._offset_us += self._drift_us()
        self._drift_from_us = self.now_us
        self._drift_ppm = ppm

    # What the world and the chips use --------------------------------------------------------------------------

    def advance(self, us):
        """Let `us` microseconds pass; events due on the way happen at their own time."""
        end_us = self.now_us + us
        while self._next_event_us <= end_us:
            event = self._events.pop(0)
            self._next_event_us = self._events[0][0] if self._events else _NEVER
            if event[0] > self.now_us:
                self.now_us = event[0]
            event[1]()
        if end_us > self.now_us:
            self.now_us = end_us

    def call_at(self, at_us, callback, of_board=False):
        """Call `callback()` at `at_us`; returns the event, for `cancel`.

        A board's own events end with its power: `of_board` is True, or the board where there are several.
        """
        event = (at_us, callback, of_board)
        events = self._events
        place = len(events)
        while place and events[place - 1][0] > at_us:
            place -= 1
        events.insert(place, event)
        self._next_event_us = events[0][0]
        return event

    def cancel(self, event):
        """Forget an event; one that has happened already is no error."""
        for place in range(len(self._events)):
            if self._events[place] is event:
                del self._events[place]
                break
        self._next_event_us = self._events[0][0] if self._events else _NEVER

    def stall(self, us):
        """Let time pass with interrupts off, as a flash erase does: every UART must live from its FIFO."""
        start_us = self.now_us
        for uart in self._uarts:
            uart.stall(start_us, start_us + us)
        self.advance(us)

    def stops(self, uart):
        """Register a UART that stands still while interrupts are off."""
        self._uarts.append(uart)

    def power_off(self, board=True):
        """Forget what the board had set up: its timers and UARTs. The world goes on."""
        self._events = [event for event in self._events if event[2] is not board]
        self._next_event_us = self._events[0][0] if self._events else _NEVER
        self._uarts = [uart for uart in self._uarts if uart.board is not board]
