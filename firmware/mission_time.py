"""Mission time: milliseconds added up from ticks, so that it continues over wraps and resets."""

from micropython import const

# A receiver that says more has its date wrong, or nothing of this flight is still aloft.
_LONGEST_OUTAGE_S = const(6 * 3600)
_FIXES_THAT_AGREE = const(10)


class MissionTime:
    """Adds the time since the last look to `state.elapsed_ms`; call `advance` at least once in six days.

    After a reset it goes on, and never too early: from the journal, at most ten seconds old; or from a number that
    survived a reset of the processor, at most as old as the watchdog is patient; then, once GPS knows the time, with
    what passed while the board was off.
    """

    def __init__(self, clock, state, resumed=False, survivor=None):
        """`resumed`: the state is from the journal, with the UTC at which it was written, if that was known.

        survivor: keeps a number over a reset of the processor, not over a power cut; None: the board has none.
        """
        self._ticks_diff = clock.ticks_diff
        self._state = state
        self._survivor = survivor
        self._last_ms = clock.ticks_ms()
        self._waiting = resumed and state.unix_s is not None
        self._missed_s = 0
        self._agreed = 0
        self.clock_set = False  # ten fixes have agreed on UTC since the start
        if resumed and survivor is not None:
            survived_ms = survivor.read()
            if survived_ms is not None and survived_ms > state.elapsed_ms:
                state.elapsed_ms = survived_ms

    def advance(self, now_ms):
        passed_ms = self._ticks_diff(now_ms, self._last_ms)
        if passed_ms > 0:
            self._state.elapsed_ms += passed_ms
            self._last_ms = now_ms
            if self._survivor is not None:
                self._survivor.write(self._state.elapsed_ms)

    def hear_utc(self, unix_s):
        """Once a fix, in space, with its UTC. Ten in a row must agree before it is believed; after a reset what passed
        while the board was off is then added, once. Never turns back.
        """
        state = self._state
        if not self.clock_set:
            self._agree(unix_s)
            if not self.clock_set:
                return
            if self._waiting:
                self._waiting = False
                if 0 < self._missed_s <= _LONGEST_OUTAGE_S:
                    state.elapsed_ms += self._missed_s * 1000
        elif self._jumped(unix_s):
            # A jump is never believed: journalled, it would move every drop after the next reset.
            return
        state.unix_s = unix_s
        state.unix_elapsed_ms = state.elapsed_ms

    def _jumped(self, unix_s):
        """Further from our own count than whole seconds and a poor crystal can be."""
        state = self._state
        slack_s = 2 + (state.elapsed_ms - state.unix_elapsed_ms) // 1000000
        return abs(unix_s - state.utc_s()) > slack_s

    def _agree(self, unix_s):
        """`_missed_s` is by how much UTC is ahead of what we count, the least of ten that are within a second."""
        if self._waiting:
            # A second less than the clocks say: whole seconds may be almost one too many, and early is worse than late.
            missed_s = unix_s - self._state.utc_s() - 1
        else:
            missed_s = unix_s - self._state.elapsed_ms // 1000
        if not self._agreed or abs(missed_s - self._missed_s) > 1:
            self._agreed = 0
            self._missed_s = missed_s
        self._agreed += 1
        if missed_s < self._missed_s:
            self._missed_s = missed_s
        self.clock_set = self._agreed >= _FIXES_THAT_AGREE
