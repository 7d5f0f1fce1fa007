"""Mission time: milliseconds added up from ticks, so that it continues over wraps and resets."""


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

    def make_up_for_outage(self, unix_s, resumed_elapsed_ms):
        """Once after a reset, when GPS time is known: add what passed while the board was off. Never turns back.

        `resumed_elapsed_ms` is the mission time that the journal gave; it was written at `state.unix_s`.
        """
        if self._made_up or self._state.unix_s is None:
            return
        self._made_up = True
        should_be_ms = resumed_elapsed_ms + (unix_s - self._state.unix_s) * 1000
        if should_be_ms > self._state.elapsed_ms:
            self._state.elapsed_ms = should_be_ms
