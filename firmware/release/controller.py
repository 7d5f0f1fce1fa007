"""The release path: due -> gates -> intent in the journal -> gates again -> pulse -> verdict. Allocates nothing."""

from micropython import const

from firmware.protocol import drops
from firmware.release import channel as channel_life

# The intent reaches flash in a quiet moment of this second, so that the pulse can begin when it is due.
_LEAD_MS = const(1000)
_MIN_GAP_MS = const(30000)  # overdue drops do not fall together


class ReleaseController:
    """Ten times a second. `closed` are the gates that hold back the drop in focus; `changed` has a bit for each drop
    whose change is to be reported.
    """

    def __init__(self, clock, plan, gates, channels, state, journal):
        self._ticks_diff = clock.ticks_diff
        self._plan = plan
        self._gates = gates
        self._channels = channels
        self._state = state
        self._journal = journal
        self.closed = 0
        self.active = None  # the index of the drop whose pulse or verdict is under way
        self.changed = 0  # a bit for each drop whose state has changed and is not yet reported
        self._firing = None  # its channel
        self._intent_pending = False
        self._over_ms = None  # mission time at which the last drop was over
        self.stopped = False
        self.limit_hits = 0  # pulses that the hardware timer ended, not yet reported

    def resume(self):
        """After a reset: a drop that was caught in FIRING is judged by its wire, then goes on or is over."""
        state = self._state
        for index in range(self._plan.count):
            if state.drop_states[index] in (drops.FIRING, drops.FIRED):
                channel = self._channels[self._plan.drop(index).channel]
                if not channel.cutter.whole():
                    self._set(index, drops.CONFIRMED if state.wires_whole >> index & 1 else drops.UNCONFIRMED)
                elif state.drop_attempts[index] >= channel.attempts:
                    self._set(index, drops.FAILED)
                else:
                    self._set(index, drops.DUE)
        self._plan.look()

    @property
    def quiet_needed(self):
        """True while a pulse is on: the radio keeps silent."""
        return self._firing is not None and self._firing.state == channel_life.PULSE

    def look(self):
        """Once a second: the gates as they are now, so that the crew sees on the pad what would hold a drop back."""
        if self.active is None:
            self.closed = self._gates.closed()

    def poll(self, now_ms):
        if self.stopped:
            return
        if self.active is not None:
            self._go_on(now_ms, self._firing)
            return
        focus = self._plan.focus
        if focus is None:
            return
        state = self._state
        launch_ms = state.launch_ms
        if launch_ms is None or state.elapsed_ms - launch_ms < self._plan.next_due_ms - _LEAD_MS:
            return
        closed = self._gates.closed()
        if self._over_ms is not None and state.drop_attempts[focus] == 0:
            if state.elapsed_ms - self._over_ms < _MIN_GAP_MS:
                closed |= drops.MIN_GAP
        self.closed = closed
        if state.drop_states[focus] == drops.WAITING:
            self._set(focus, drops.DUE)
        if closed:
            return
        channel = self._channels[self._plan.drop(focus).channel]
        if state.drop_attempts[focus] >= channel.attempts:
            self._set(focus, drops.FAILED)
            self._plan.look()
            return
        state.drop_attempts[focus] += 1
        if channel.cutter.whole():
            state.wires_whole |= 1 << focus
        self.active = focus
        self._firing = channel
        self._intent_pending = True
        self._set(focus, drops.FIRING)

    def _go_on(self, now_ms, firing):
        index = self.active
        if self._intent_pending:
            state = self._state
            if not self._journal.settled or state.elapsed_ms - state.launch_ms < self._plan.next_due_ms:
                return
            self._intent_pending = False
            self.closed = self._gates.closed()
            if self.closed:
                self._state.drop_attempts[index] -= 1
                self._release_channel(index, drops.DUE)
            else:
                firing.start(now_ms, self._state.drop_attempts[index])
            return
        if not firing.poll(now_ms):
            return
        if firing.cutter.limit_hit:
            self.limit_hits += 1
        verdict = firing.verdict
        if verdict == channel_life.RELEASED:
            after = drops.CONFIRMED
        elif verdict == channel_life.NO_EVIDENCE:
            after = drops.UNCONFIRMED
        elif self._state.drop_attempts[index] < firing.attempts:
            after = drops.DUE
        else:
            after = drops.FAILED
        self._release_channel(index, after)

    def _release_channel(self, index, after):
        self.active = None
        self._firing = None
        self._set(index, after)
        if after in drops.FINAL_STATES:
            self._over_ms = self._state.elapsed_ms
        self._plan.look()

    def _set(self, index, drop_state):
        self._state.drop_states[index] = drop_state
        self.changed |= 1 << index
        self._journal.want(True)

    def stop(self):
        """Every cutter off, for good. An intent is taken back; a drop stopped in its pulse is ABORTED."""
        self.stopped = True
        for one in self._channels:
            one.stop()
        if self.active is None:
            return
        if self._intent_pending:
            self._intent_pending = False
            self._state.drop_attempts[self.active] -= 1
            self._release_channel(self.active, drops.DUE)
        else:
            self._release_channel(self.active, drops.ABORTED)
