"""What is known of one drop, or of the cutdown, which lives the same life at the last place among them."""

from bisect import insort
from typing import NamedTuple

from firmware.protocol import drops
from ground.flight_words import drop_state_name, place_name

_SUMMARY_NAMES = ("pending", "active", "released", "over")
_HELD_STATES = (drops.WAITING, drops.DUE)


class Change(NamedTuple):
    """One change of state, as an event told it."""

    mission_ms: int
    state: int
    step: int  # occasions that were over by then
    attempts: int


class Drop:
    """None: nothing heard yet. `reasons`: bits of why it is held back while it is due, or the next."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.name = place_name(index)
        self.summary: int | None = None
        self.state: int | None = None
        self.step: int | None = None
        self.attempts: int | None = None
        self.reasons: int | None = None
        self.lapsed = 0  # occasions that were missed and not made up for
        self.channel: int | None = None  # index of the channel that has taken over
        self.wire_parted = False  # in the air, before its time
        self.history: list[Change] = []
        self._state_sequence = -1
        self._summary_sequence = -1
        self._reasons_sequence = -1

    @property
    def heard_of(self) -> bool:
        """Whether anything but the summary bits of an empty place was heard."""
        return self.state is not None or bool(self.summary) or bool(self.history)

    @property
    def word(self) -> str:
        """Its state by the newer of what its own field and the summary bits say."""
        if self.state is None:
            return "unknown" if self.summary is None else _SUMMARY_NAMES[self.summary]
        if self.summary is not None and self._summary_sequence > self._state_sequence:
            expected = _summary_of(self.state)
            if self.summary != expected:
                return _SUMMARY_NAMES[self.summary]
        return drop_state_name(self.state)

    @property
    def is_over(self) -> bool:
        return self.state in drops.FINAL_STATES

    def take_summary(self, summary: int, sequence: int) -> None:
        """The two bits of a FIX, in frames that are the newest."""
        self.summary = summary
        self._summary_sequence = sequence

    def take_fix(self, values: dict[str, int | None], sequence: int) -> None:
        """A FIX about this drop, the newest frame of all."""
        self._take_state(values["drop_state"] or 0, values["drop_step"], values["attempts"], sequence)
        if self.state in _HELD_STATES:
            # A frame about a drop that is over carries the reasons of another one.
            self.take_reasons(values["reasons"] or 0, sequence)

    def take_change(self, change: Change, sequence: int) -> None:
        """An event, perhaps a late one."""
        insort(self.history, change, key=lambda entry: entry.mission_ms)
        if sequence > self._state_sequence:
            self._take_state(change.state, change.step, change.attempts, sequence)

    def take_reasons(self, bits: int, sequence: int) -> None:
        """An event that says what holds it back."""
        if sequence >= self._reasons_sequence:
            self.reasons = bits
            self._reasons_sequence = sequence

    def wait_again(self, sequence: int) -> None:
        """The launch was none, and nothing had been let go."""
        if self.state is not None and sequence > self._state_sequence:
            self._take_state(drops.WAITING, 0, 0, sequence)
            self.wire_parted = False

    def _take_state(self, state: int, step: int | None, attempts: int | None, sequence: int) -> None:
        if sequence > self._reasons_sequence and (state != self.state or state not in _HELD_STATES):
            self.reasons = None
        self.state = state
        self.step = step
        self.attempts = attempts
        self._state_sequence = sequence


def _summary_of(state: int) -> int:
    if state == drops.WAITING:
        return drops.SUMMARY_PENDING
    if state in (drops.DUE, drops.FIRING, drops.FIRED):
        return drops.SUMMARY_ACTIVE
    if state == drops.CONFIRMED:
        return drops.SUMMARY_RELEASED
    return drops.SUMMARY_OVER
