"""What the reports show of a command that was accepted: confirmed, failed, or not to be told."""

from typing import NamedTuple

from firmware.protocol import drops, telemetry
from ground.commander.wish import ACKNOWLEDGED, DROP_OVER, HOLD_ON, SAFE_ON, Wish
from ground.flight_words import drop_state_name, place_name, reason_names
from ground.receiver import NEWEST, Record

_NOT_SOON_S = 60  # what becomes due within this may do so by itself

CONFIRMED = "confirmed"
FAILED = "failed"
UNKNOWN = "unknown"

# state, verdict, what a person hears of it
_ENDS = (
    (drops.CONFIRMED, CONFIRMED, "let go, and there is evidence for it"),
    (drops.UNCONFIRMED, UNKNOWN, "fired, with no evidence for or against: look at the climb rate, and at the load"),
    (drops.FAILED, FAILED, "fired as often as allowed, and it still hangs"),
    (drops.ABORTED, UNKNOWN, "stopped in a pulse: it may have let go; look at the climb rate"),
    (drops.SKIPPED, FAILED, "skipped: its latest time came while something forbade it"),
    (drops.CANCELLED, FAILED, "cancelled"),
    (drops.PARTED_EARLY, UNKNOWN, "its wire was open already: look at the climb rate"),
)
_VERDICTS = {state: (verdict, text) for state, verdict, text in _ENDS}


class Verdict(NamedTuple):
    """One of CONFIRMED, FAILED, UNKNOWN, and the words for it."""

    kind: str
    text: str


class Watch:
    """Feed it the flight's records; `verdict` is None until they say it. `since_ms`: mission time before the command.

    Whatever was so before the command proves nothing of it: a drop that was over already has no verdict here.
    """

    def __init__(self, wish: Wish, since_ms: int, before: Record | None) -> None:
        """before: the newest report from before the command, where there was one."""
        self._wish = wish
        self._since_ms = since_ms
        self._step: int | None = None
        self.was_pending = False  # before the command, as far as is known
        self._stirring = {drops.FIRING, drops.FIRED}  # states that it has by the command, most likely
        if before is not None and wish.place is not None:
            summary = _summary(before.values, wish.place)
            self.was_pending = summary < drops.SUMMARY_RELEASED
            if summary == drops.SUMMARY_PENDING and (before.values["next_drop_s"] or 0) > _NOT_SOON_S:
                self._stirring.add(drops.DUE)
            if before.values["drop"] == wish.place:
                self._step = before.values["drop_step"]
        self._state: int | None = None
        self._reasons = 0
        self.verdict: Verdict | None = None
        self.news: list[str] = []

    def hear(self, record: Record) -> None:
        if self.verdict is not None or self._wish.shown == ACKNOWLEDGED or record.mission_ms < self._since_ms:
            return
        if record.kind == "FIX" and record.order == NEWEST:
            self._look_at_report(record.values)
        elif record.frame_type == telemetry.EVENT and self._wish.shown == DROP_OVER:
            self._look_at_event(record.values)

    @property
    def under_way(self) -> bool:
        """Whether a drop that was pending before the command is firing or over now, or due before its own time."""
        return self.was_pending and (self.verdict is not None or self._state in self._stirring)

    def waiting_text(self) -> str:
        """What is known when nobody waits any longer."""
        if self._wish.shown != DROP_OVER:
            return "the reports do not show it yet"
        state = "nothing of it is heard" if self._state is None else f"it is {drop_state_name(self._state)}"
        held = ", ".join(reason_names(self._reasons))
        return state + (f", held back by {held}" if held else "")

    def _look_at_report(self, values: dict[str, int | None]) -> None:
        shown = self._wish.shown
        if shown == DROP_OVER:
            place = self._wish.place or 0
            if _summary(values, place) == drops.SUMMARY_RELEASED:
                self._look_at_state(drops.CONFIRMED, 0)
            elif values["drop"] == place:
                self._reasons = values["reasons"] or 0
                self._look_at_state(values["drop_state"] or 0, values["drop_step"] or 0)
        elif shown == SAFE_ON:
            self._confirm(values["safe"] == 1, "the reports say SAFE")
        elif shown == HOLD_ON:
            self._confirm(values["hold"] == 1, "the reports say HOLD")
        else:
            self._confirm(values["safe"] == 0 and values["hold"] == 0, "the reports say neither SAFE nor HOLD")

    def _look_at_event(self, values: dict[str, int | None]) -> None:
        if values["code"] == telemetry.DROP_CHANGED and values["subject"] == self._wish.place:
            self._look_at_state(values["detail"] or 0, (values["argument"] or 0) & 0xFF)

    def _look_at_state(self, state: int, step: int) -> None:
        place = place_name(self._wish.place or 0)
        if state in _VERDICTS:
            kind, text = _VERDICTS[state]
            self.verdict = Verdict(kind, f"{place}: {text}")
            return
        if self._step is None:
            self._step = step
        if state == drops.WAITING and step > self._step:
            self.verdict = Verdict(UNKNOWN, f"{place}: occasion {step} is over, the evidence for it was not heard")
        elif state != self._state and state != drops.WAITING:
            self.news.append(f"{place} is {drop_state_name(state)}")
        self._state = state

    def _confirm(self, so: bool, text: str) -> None:
        if so:
            self.verdict = Verdict(CONFIRMED, text)


def _summary(values: dict[str, int | None], place: int) -> int:
    """What a report says of each place: drops.SUMMARY_..."""
    return (values["drop_summary"] or 0) >> 2 * place & 3
