"""The release path: due -> gates -> intent in the journal -> gates again -> pulse -> verdict. Allocates nothing."""

from micropython import const

from firmware.protocol import drops
from firmware.release import channel as channel_life

# The intent reaches flash in a quiet moment of this second, so that the pulse can begin when it is due.
_LEAD_MS = const(1000)


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

    def resume(self):
        """After a reset: a drop that was caught in FIRING is judged by its wire, then goes on or is over."""
        states = self._state.drop_states
        for index in range(self._plan.count):
            if states[index] in (drops.FIRING, drops.FIRED):
                cutter = self._channels[self._plan.drop(index).channel].cutter
                self._set(index, drops.DUE if cutter.whole() else drops.CONFIRMED)
        self._plan.look()

    @property
    def quiet_needed(self):
        """True while a pulse is on: the radio keeps silent."""
        return self._firing is not None and self._firing.state == channel_life.PULSE

    def poll(self, now_ms):
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
        self.closed = closed
        if state.drop_states[focus] == drops.WAITING:
            self._set(focus, drops.DUE)
        if closed == 0:
            state.drop_attempts[focus] += 1
            self.active = focus
            self._firing = self._channels[self._plan.drop(focus).channel]
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
        self._plan.look()

    def _set(self, index, drop_state):
        self._state.drop_states[index] = drop_state
        self.changed |= 1 << index
        self._journal.want(True)

    def stop(self):
        """Every cutter off, for ever or until the plan goes on."""
        for one in self._channels:
            one.stop()
