"""The one thing the backup does: due -> gates -> intent in the journal -> gates again -> pulse -> verdict.

Allocates nothing.
"""

from micropython import const

from firmware.backup_timer.state import END, INTENDED, LANDED, NEVER_LEFT, OVER, STILL_HOLDS, TAKEN_BACK
from firmware.protocol import drops
from firmware.release import channel_life

_COOLING_MS = const(10000)  # after a reset in a pulse
_GAP_MS = const(2000)


class Ending:
    """Every pass. `resume` once, before the first, when the journal says that a pulse was on or intended."""

    def __init__(self, clock, plan, state, height, supply, channel, journal):
        self._ticks_diff = clock.ticks_diff
        self._plan = plan
        self._state = state
        self._height = height
        self._supply = supply
        self._channel = channel
        self._journal = journal
        self._wait_since_ms = clock.ticks_ms()
        self._wait_ms = 0  # cooling, or the gap between two attempts
        self._begun = False  # the pulse of this attempt
        self._cut_short = False  # a reset came in it, or before it
        self._softer = False

    def resume(self, now_ms, power_failed):
        """FIRING after a reset: cool down, then let the wire say what happened. Where the power failed in the pulse,
        the next one is softer.
        """
        self._cut_short = True
        self._softer = power_failed
        self._wait(now_ms, _COOLING_MS)

    def poll(self, now_ms):
        state = self._state
        if state.state == drops.BACKUP_RUNNING:
            if self._is_over(state):
                return
            if state.since_ms >= self._plan.end_flight_ms:
                self._due(now_ms, state)
        elif state.state == drops.BACKUP_FIRING:
            if self._is_over(state):
                self._channel.stop()
            elif self._cut_short:
                self._judge(now_ms, state)
            elif self._begun:
                self._go_on(now_ms, state)
            elif self._journal.settled():
                self._begin(now_ms, state)

    def closed(self):
        """The closed gates as bits of drops; 0 when all are open."""
        state = self._state
        plan = self._plan
        height = self._height
        closed = 0
        if state.since_ms < plan.end_flight_ms:
            closed |= drops.TOO_EARLY
        if not self._supply.settled():
            closed |= drops.RAIL_SETTLING if self._supply.present() else drops.PLUG_OUT
        if height.known:
            if not height.high_enough:
                closed |= drops.TOO_LOW
        elif not height.unknown or not plan.blind_from_ms <= state.since_ms < plan.blind_until_ms:
            closed |= drops.ALTITUDE_UNKNOWN
        if height.falling:
            closed |= drops.DESCENT
        if height.landing:
            closed |= drops.LANDED
        return closed

    def _is_over(self, state):
        if state.since_ms >= self._plan.end_ms:
            state.happen(END)
        elif state.flown and self._height.landed:
            state.happen(LANDED)
        else:
            return False
        # There may be no such way out of this state.
        return state.state in NEVER_LEFT

    def _due(self, now_ms, state):
        closed = self.closed()
        if not self._waited(now_ms):
            closed |= drops.COOLING
        state.reasons = closed
        if closed:
            return
        state.attempts += 1
        state.wire_whole = self._channel.device.closed()
        self._begun = False
        state.happen(INTENDED)

    def _begin(self, now_ms, state):
        state.reasons = self.closed()
        if state.reasons:
            state.attempts -= 1
            state.happen(TAKEN_BACK)
            return
        self._begun = True
        self._channel.start(now_ms, state.attempts, 0, self._softer)

    def _go_on(self, now_ms, state):
        if not self._channel.poll(now_ms):
            return
        self._begun = False
        # Another pulse only on evidence that the wire holds.
        if self._channel.verdict == channel_life.HOLDING and state.attempts < self._plan.attempts:
            self._wait(now_ms, _GAP_MS)
            state.happen(STILL_HOLDS)
        else:
            state.happen(OVER)

    def _judge(self, now_ms, state):
        if not self._waited(now_ms):
            return
        self._cut_short = False
        if self._channel.device.closed() and state.attempts < self._plan.attempts:
            state.happen(STILL_HOLDS)
        else:
            state.happen(OVER)

    def _wait(self, now_ms, wait_ms):
        self._wait_since_ms = now_ms
        self._wait_ms = wait_ms

    def _waited(self, now_ms):
        if self._wait_ms and self._ticks_diff(now_ms, self._wait_since_ms) >= self._wait_ms:
            self._wait_ms = 0
        return not self._wait_ms
