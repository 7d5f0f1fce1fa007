"""What the crew sees and hears: of all that is so, the signal that matters most to a person beside the payload."""

from micropython import const

from firmware import arming as stages
from firmware.protocol import drops, phases, signals

_TOLD_MS = const(60000)  # for so long it says what happened; then what is

_OF_STAGES = (signals.NO_GO, signals.PLUG_REFUSED, signals.INHIBIT, signals.RESTING, signals.ARMED)
_LOST = (drops.FAILED, drops.SKIPPED, drops.ABORTED, drops.PARTED_EARLY)


class Crew:
    """Chooses the signal once a second, after everything else is known."""

    def __init__(self, signals, state, readiness, arming, launch, mission_ok):
        self._signals = signals
        self._state = state
        self._readiness = readiness
        self._arming = arming
        self._launch = launch
        self._mission_ok = mission_ok
        self._cancelled_ms = None
        self._lost = 0  # a bit for each place
        self._lost_ms = None

    def update(self, pulse_on):
        """pulse_on: whether a cutter has current now."""
        now_ms = self._state.elapsed_ms
        if self._launch.cancelled:
            self._cancelled_ms = now_ms
        self._look_for_lost(now_ms)
        self._signals.show(signals.PULSE if pulse_on else self._choose(now_ms))

    def _choose(self, now_ms):
        state = self._state
        if state.ended or state.phase == phases.LANDED:
            return signals.DOWN
        if state.launch_ms is not None:
            return signals.DROP_LOST if _lately(self._lost_ms, now_ms) else signals.FLIGHT
        if _lately(self._cancelled_ms, now_ms):
            return signals.LAUNCH_CANCELLED
        if not self._mission_ok:
            return signals.MISSION_REFUSED
        if self._launch.wire_alone:
            return signals.WIRE_ALONE
        if self._arming.stage == stages.OUT and not self._readiness.bits:
            return signals.GO
        return _OF_STAGES[self._arming.stage]

    def _look_for_lost(self, now_ms):
        states = self._state.drop_states
        lost = 0
        for place in range(drops.PLACES):
            if states[place] in _LOST:
                lost |= 1 << place
        if lost & ~self._lost:
            self._lost_ms = now_ms
        self._lost = lost


def _lately(since_ms, now_ms):
    return since_ms is not None and now_ms - since_ms < _TOLD_MS
