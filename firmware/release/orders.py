"""What the crew may order, whoever carries the order: SAFE, HOLD, RESUME, a drop now, the end of the flight.

Radio can hold, make safe, or bring forward; it can never open a hard gate. Who said it, and whether it is true, is
checked before.
"""

from micropython import const

from firmware.protocol import drops, phases
from firmware.protocol.mission_plan import LONGEST_HOLD_MS

DONE = const(0)
TOO_LATE = const(1)  # a pulse is on, or the thing is over
REFUSED = const(2)  # `reasons` says why

_SECOND_MS = const(1000)


class Orders:
    """Each order answers DONE, TOO_LATE or REFUSED; after REFUSED `reasons` has the bits of drops that forbid it."""

    def __init__(self, state, controller, termination, journal, news, mission):
        self._state = state
        self._controller = controller
        self._termination = termination
        self._journal = journal
        self._news = news
        self._mission = mission
        self.reasons = 0
        self.granted_s = 0  # what of the newest HOLD was left to give

    def safe(self):
        """End a pulse now, block every drop until RESUME; the end of the flight stays possible."""
        self._state.safe = True
        self._controller.abort()
        self._news.add_safe(1)
        self._journal.want(True)
        return DONE

    def backup_s(self):
        """The answer to SAFE: how many seconds after launch the backup ends the flight all the same; 0: no backup."""
        return 0 if self._mission is None else self._mission.backup_ms // _SECOND_MS

    def resume(self):
        """Undo SAFE, and let go of a HOLD: what it had left may be used again."""
        state = self._state
        if state.safe:
            state.safe = False
            self._news.add_safe(0)
        if state.hold_until_ms is not None:
            left_ms = state.hold_until_ms - state.elapsed_ms
            if left_ms > 0:
                state.hold_used_ms -= left_ms
            state.hold_until_ms = None
            self._news.add_hold(0)
        self._journal.want(True)
        return DONE

    def hold(self, seconds):
        """No pulse begins for so long; all holds of a flight together last 30 min at most. Never moves `latest`."""
        state = self._state
        if self._controller.pulse_on():
            return TOO_LATE
        used_ms = state.hold_used_ms
        if state.hold_until_ms is not None and state.hold_until_ms > state.elapsed_ms:
            used_ms -= state.hold_until_ms - state.elapsed_ms
        wanted_ms = seconds * _SECOND_MS
        if wanted_ms > LONGEST_HOLD_MS - used_ms:
            wanted_ms = LONGEST_HOLD_MS - used_ms
        if wanted_ms <= 0:
            self.reasons = drops.HOLD
            return REFUSED
        state.hold_used_ms = used_ms + wanted_ms
        state.hold_until_ms = state.elapsed_ms + wanted_ms
        state.hold_in_doubt = state.doubt_ms is not None
        self.granted_s = wanted_ms // _SECOND_MS
        self._news.add_hold(self.granted_s)
        self._journal.want(True)
        return DONE

    def release(self, place, now_ms):
        """A drop now instead of later; against a closed hard gate it is refused with the reason, never queued."""
        known = self._mission is not None and place < len(self._mission.drops)
        self.reasons = self._controller.bring_forward(place, now_ms) if known else drops.MISSION
        return REFUSED if self.reasons else DONE

    def cutdown(self):
        """End the flight: the gates of the cutdown still hold."""
        self.reasons = self._not_to_be_ended()
        if self.reasons:
            return REFUSED
        self._termination.order()
        self._controller.cutdown_is_due()
        return DONE

    def _not_to_be_ended(self):
        """Why there is nothing to end, as bits of drops."""
        state = self._state
        if self._mission is None or self._mission.cutdown is None:
            return drops.MISSION
        if state.launch_ms is None:
            return drops.NOT_LAUNCHED
        if state.phase == phases.LANDED:
            return drops.LANDED
        return drops.ENDED if state.ended or state.cutdown_by else 0
