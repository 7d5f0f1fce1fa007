"""Mission time: milliseconds added up from ticks, so that it continues over wraps and resets."""

from micropython import const

# A receiver that says more has its date wrong, or nothing of this flight is still aloft.
_LONGEST_OUTAGE_MS = const(6 * 3600000)
_FIXES_THAT_AGREE = const(10)
_AGREE_MS = const(1500)
# The fix that the clock was set by may have been heard so much later after its second than those after the reset.
_HEARD_LATE_MS = const(500)
# Moments that stand in the state, and may have been noted while mission time was in doubt.
_MOMENTS = ("launch_ms", "pad_taken_ms", "near_pad_ms", "break_wire_ms", "over_ms")


class MissionTime:
    """Adds the time since the last look to `state.elapsed_ms`; call `advance` at least once in six days.

    After a reset it goes on, and never too early: from the journal, at most ten seconds old; or from a number that
    survived a reset of the processor, at most as old as the watchdog is patient; then, once GPS knows the time, with
    what passed while the board was off.
    """

    def __init__(self, clock, state, resumed=False, survivor=None):
        """`resumed`: the state is from the journal, with the UTC that mission time goes by, if one was known.

        survivor: keeps a number over a reset of the processor, not over a power cut; None: the board has none.
        """
        self._ticks_diff = clock.ticks_diff
        self._state = state
        self._survivor = survivor
        self._last_ms = clock.ticks_ms()
        self._waiting = resumed and state.unix_s is not None
        self._from_s = 0
        self._from_ms = 0  # mission time then
        self._missed_ms = 0
        self._agreed = 0
        self.clock_set = False  # ten fixes have agreed on UTC since the start
        if resumed:
            self._go_on()

    def _go_on(self):
        state = self._state
        survived_ms = None if self._survivor is None else self._survivor.read()
        # It knows nothing of what was made up for: the journal does, as long as it is the one that goes with it.
        if survived_ms is None:
            state.behind = True
        elif survived_ms > state.steady_ms():
            state.elapsed_ms = survived_ms + state.made_up_ms
        if state.doubt_ms is None:
            state.doubt_ms = state.elapsed_ms

    def advance(self, now_ms):
        passed_ms = self._ticks_diff(now_ms, self._last_ms)
        if passed_ms > 0:
            self._state.elapsed_ms += passed_ms
            self._last_ms = now_ms
            if self._survivor is not None:
                self._survivor.write(self._state.steady_ms())

    def hear_utc(self, unix_s):
        """Once a fix, in space, with its UTC. Ten in a row must agree before it is believed; after a reset what passed
        while the board was off is then added, once: True in that moment. Never turns back.
        """
        state = self._state
        if self.clock_set:
            # A jump is never believed: journalled, it would move every drop after the next reset.
            if state.launch_ms is None and not self._jumped(unix_s):
                self._pair(unix_s)
            return False
        if not self._agree(unix_s):
            return False
        made_up = False
        if self._waiting:
            self._waiting = False
            made_up = self._make_up(self._missed_ms - _HEARD_LATE_MS)
        state.doubt_ms = None
        state.behind = state.hold_in_doubt = False
        # In flight one pair of UTC and mission time is kept from the first to the last: over many resets an error
        # of each would else add up.
        if state.unix_s is None or state.launch_ms is None:
            self._pair(unix_s)
        return made_up

    def _pair(self, unix_s):
        self._state.unix_s = unix_s
        self._state.unix_elapsed_ms = self._state.elapsed_ms

    def _make_up(self, missed_ms):
        if not 0 < missed_ms <= _LONGEST_OUTAGE_MS:
            return False
        state = self._state
        state.elapsed_ms += missed_ms
        state.made_up_ms += missed_ms
        # What has been noted since the reset was too early, by as much at the most.
        for name in _MOMENTS:
            moment_ms = getattr(state, name)
            if moment_ms is not None and moment_ms >= state.doubt_ms:
                setattr(state, name, moment_ms + missed_ms)
        if state.hold_in_doubt and state.hold_until_ms is not None:
            state.hold_until_ms += missed_ms
        if state.launch_ms is not None and state.launch_unix_s is None:
            # Launched while the clock was in doubt: now it is known when that was.
            state.launch_unix_s = state.unix_s + (state.launch_ms - state.unix_elapsed_ms) // 1000
        return True

    def _jumped(self, unix_s):
        """Further from our own count than whole seconds and a poor crystal can be."""
        state = self._state
        slack_s = 2 + (state.elapsed_ms - state.unix_elapsed_ms) // 1000000
        return abs(unix_s - state.utc_s()) > slack_s

    def _agree(self, unix_s):
        """True once ten agree; `_missed_ms` is then by how much UTC is ahead of what we count, the least of the ten."""
        state = self._state
        if not self._agreed:
            self._from_s = unix_s
            self._from_ms = state.elapsed_ms
            if self._waiting:
                self._from_s = state.unix_s
                self._from_ms = state.unix_elapsed_ms
        missed_ms = (unix_s - self._from_s) * 1000 - (state.elapsed_ms - self._from_ms)
        if not self._agreed or abs(missed_ms - self._missed_ms) > _AGREE_MS:
            self._agreed = 0
            self._missed_ms = missed_ms
        self._agreed += 1
        if missed_ms < self._missed_ms:
            self._missed_ms = missed_ms
        self.clock_set = self._agreed >= _FIXES_THAT_AGREE
        return self.clock_set
