"""Mission time: milliseconds added up from ticks, so that it continues over wraps and resets."""

from micropython import const

# A receiver that says more has its date wrong, or nothing of this flight is still aloft.
_LONGEST_OUTAGE_S = const(6 * 3600)


class MissionTime:
    """Adds the time since the last look to `state.elapsed_ms`; call `advance` at least once in six days."""

    def __init__(self, clock, state):
        self._ticks_diff = clock.ticks_diff
        self._state = state
        self._last_ms = clock.ticks_ms()
        self._made_up = False

    def advance(self, now_ms):
        passed_ms = self._ticks_diff(now_ms, self._last_ms)
        if passed_ms > 0:
            self._state.elapsed_ms += passed_ms
            self._last_ms = now_ms

    def make_up_for_outage(self, unix_s):
        """Once after a reset, when GPS time is known: add what passed while the board was off. Never turns back.

        The journal gave the mission time and, with it, the UTC of the moment in which both were written.
        """
        state = self._state
        if self._made_up or state.unix_s is None:
            return
        self._made_up = True
        # A second less than the clocks say: whole seconds may be almost one too many, and early is worse than late.
        missed_s = unix_s - state.utc_s() - 1
        if 0 < missed_s <= _LONGEST_OUTAGE_S:
            state.elapsed_ms += missed_s * 1000
