"""A board's journal, read by the very firmware that wrote it, and what it says in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firmware.protocol import drops, phases, words
from firmware.protocol import mission_rules as rules
from ground.board_error import BoardError
from ground.board_image import BACKUP, PRIMARY, Role
from ground.board_link import BoardLink, Survey
from ground.board_scripts import BACKUP_JOURNAL, JOURNAL
from ground.flight_words import PHASE_NAMES, backup_state_name, drop_state_name, place_name

_FAULT_NAMES = {number: name for number, name, _ in words.FAULTS}
_FLOWN = (drops.BACKUP_RUNNING, drops.BACKUP_FIRING, drops.BACKUP_DONE)
_CAUSE_NAMES = {number: name for number, name, _ in words.CUTDOWN_CAUSES}


@dataclass(frozen=True)
class BoardJournal:
    """`unreadable`: why nothing is known of it. `said` is empty where there is none, or where no slot is whole."""

    role: Role
    there: bool
    unreadable: str | None = None
    said: dict[str, Any] = field(default_factory=dict)
    faults: tuple[int, ...] = ()

    @property
    def fresh(self) -> bool:
        """Whether the next flight may begin: nothing is there, or a beginning of this very mission's flight."""
        return not self.there or (self.known and not self.foreign and not self.launched and not self.over)

    @property
    def known(self) -> bool:
        return bool(self.said)

    @property
    def foreign(self) -> bool:
        """Of a flight with another mission than the one on the board."""
        return self.known and not self.said["fits"]

    @property
    def launched(self) -> bool:
        if self.role is BACKUP:
            return self.known and self.said["state"] in _FLOWN
        return self.known and self.said["launch_ms"] is not None

    @property
    def over(self) -> bool:
        if self.role is BACKUP:
            return self.known and self.said["state"] == drops.BACKUP_DONE
        return self.known and (self.said["ended"] or self.said["phase"] == phases.LANDED)

    @property
    def aloft(self) -> bool:
        """Launched, and neither landed nor ended."""
        return self.launched and not self.over

    def text(self) -> str:
        """One line for a person."""
        if not self.there:
            return "none: the next flight begins at its beginning"
        if self.unreadable is not None:
            return f"cannot be read by the firmware on the board ({self.unreadable})"
        seen = "".join(f"; {_FAULT_NAMES.get(number, f'fault {number}')}" for number in self.faults)
        if not self.known:
            return f"unreadable{seen}"
        whose = f"of another mission ({self.said['mission']}): " if self.foreign else ""
        return whose + (_backup_text(self.said) if self.role is BACKUP else _text(self.said)) + seen


def read_journal(link: BoardLink, survey: Survey, role: Role = PRIMARY) -> BoardJournal:
    """Ask the firmware on the board; never raises for what it answers."""
    if not any(name in survey.files for name in role.journals):
        return BoardJournal(role, False)
    try:
        answers = link.ask(JOURNAL if role is PRIMARY else BACKUP_JOURNAL)
    except BoardError as error:
        return BoardJournal(role, True, unreadable=error.message)
    if not answers:
        return BoardJournal(role, True, unreadable="it says nothing")
    said = answers[0]
    faults = tuple(said.pop("faults"))
    return BoardJournal(role, True, said=said if said["found"] else {}, faults=faults)


def _text(said: dict[str, Any]) -> str:
    phase = PHASE_NAMES.get(said["phase"], f"phase {said['phase']}")
    parts = [f"{phase}, {_clock(said['elapsed_ms'])} of mission time"]
    if said["launch_ms"] is not None:
        parts[0] += f", launched at {_clock(said['launch_ms'])}"
    parts[0] += f", {said['resets']} resets"
    places = [_place(said, place) for place in range(said["drops"])]
    if places:
        parts.append("drops " + ", ".join(places))
    elif said["drop_states"][: drops.CUTDOWN] != [drops.WAITING] * drops.CUTDOWN:
        # Of a mission that is not there any more nobody knows how many drops it had.
        changed = [place for place in range(drops.CUTDOWN) if said["drop_states"][place] != drops.WAITING]
        parts.append(", ".join(f"{place_name(place)} {_place(said, place)}" for place in changed))
    if said["cutdown"] or said["drop_states"][drops.CUTDOWN] != drops.WAITING:
        cause = _CAUSE_NAMES.get(said["cutdown_by"])
        by = f" by {cause.replace('_', ' ')}" if cause else ""
        parts.append(f"cutdown {_place(said, drops.CUTDOWN)}{by}")
    if said["safe"]:
        parts.append("SAFE")
    if said["hold_left_ms"]:
        parts.append(f"HOLD for {_clock(said['hold_left_ms'])} more")
    if said["armed"] and said["launch_ms"] is None:
        parts.append("armed")
    if said["ended"]:
        parts.append("ended")
    return "; ".join(parts)


def _place(said: dict[str, Any], place: int) -> str:
    word = drop_state_name(said["drop_states"][place]).replace("_", " ")
    steps = said["drop_steps"][place]
    early = " (its wire opened early)" if said["parted_early"] >> place & 1 else ""
    return word + (f" ({steps} over)" if steps else "") + early


def _backup_text(said: dict[str, Any]) -> str:
    state = backup_state_name(said["state"])
    attempts = said["attempts"]
    pulses = f", {attempts} pulse{'' if attempts == 1 else 's'}" if attempts else ""
    return f"{state}, {_clock(said['since_ms'])} since its pin was pulled{pulses}, {said['resets']} resets"


def _clock(milliseconds: int) -> str:
    return str(rules.clock_text(milliseconds // 1000 * 1000))
