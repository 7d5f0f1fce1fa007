"""The clock of a second board in the same flight: its own crystal and its own ticks, the true time of the first one."""

from hardware.simulated.clock import Clock
from hardware.simulated.machine import BoardReset


class BackupClock(Clock):
    """What the second board's code takes of time is its own: it never makes `shared` advance. `now_us` is true time,
    ahead of `shared` by what the code under way has taken. `on_reset(cause)` hears a reset by one of its own events.
    """

    def __init__(self, shared, wrap_in_ms, drift_ppm, on_reset):
        Clock.__init__(self, wrap_in_ms, drift_ppm)
        self._shared = shared
        self._on_reset = on_reset
        self._own = []
        self.now_us = shared.now_us

    def begin(self):
        """The board's code runs from now on."""
        self.now_us = self._shared.now_us

    def advance(self, us):
        self.now_us += us

    def stall(self, us):
        self.now_us += us

    def stops(self, uart):
        """It has no UART."""

    def call_at(self, at_us, callback, of_board=False):
        event = _Event(self, callback, of_board)
        event.shared = self._shared.call_at(at_us, event.happen)
        self._own.append(event)
        return event

    def cancel(self, event):
        self._shared.cancel(event.shared)
        self._forget(event)

    def power_off(self, board=True):
        for event in list(self._own):
            if event.of_board:
                self.cancel(event)

    def _forget(self, event):
        if event in self._own:
            self._own.remove(event)

    def happen(self, event, callback):
        self._forget(event)
        self.begin()
        try:
            callback()
        except BoardReset as reset:
            # The first board, whose time has brought this about, must not notice.
            self._on_reset(reset.args[0])


class _Event:
    """One event of the second board, in the first one's list."""

    def __init__(self, clock, callback, of_board):
        self._clock = clock
        self._callback = callback
        self.of_board = of_board
        self.shared = None

    def happen(self):
        self._clock.happen(self, self._callback)
