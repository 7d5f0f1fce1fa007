"""Mission time: milliseconds added up from ticks, so that it continues over wraps and resets."""

from micropython import const

# A receiver that says more has its date wrong, or nothing of this flight is still aloft.
_LONGEST_OUTAGE_S = const(6 * 3600)
_FIXES_THAT_AGREE = const(10)


class MissionTime:
    """Adds the time since the last look to `state.elapsed_ms`; call `advance` at least once in six days."""

    def __init__(self, clock, state, resumed=False):
        """`resumed`: the state is from the journal, with the UTC at which it was written, if that was known."""
        self._ticks_diff = clock.ticks_diff
        self._state = state
        self._last_ms = clock.ticks_ms()
        self._waiting = resumed and state.unix_s is not None
        self._missed_s = 0
        self._agreed = 0

    def advance(self, now_ms):
        passed_ms = self._ticks_diff(now_ms, self._last_ms)
        if passed_ms > 0:
            self._state.elapsed_ms += passed_ms
            self._last_ms = now_ms

    def hear_utc(self, unix_s):
        """Once a fix, in space, with its UTC. After a reset ten in a row must agree; then what passed while the board
        was off is added, once. Never turns back.
        """
        state = self._state
        if self._waiting:
            # A second less than the clocks say: whole seconds may be almost one too many, and early is worse than late.
            missed_s = unix_s - state.utc_s() - 1
            if not self._agreed or abs(missed_s - self._missed_s) > 1:
                self._agreed = 0
                self._missed_s = missed_s
            self._agreed += 1
            if self._agreed < _FIXES_THAT_AGREE:
                return
            self._waiting = False
            if missed_s > self._missed_s:
                missed_s = self._missed_s
            if 0 < missed_s <= _LONGEST_OUTAGE_S:
                state.elapsed_ms += missed_s * 1000
        state.unix_s = unix_s
        state.unix_elapsed_ms = state.elapsed_ms
