"""What lies on a board and what hangs on it, as `samara board status` says it: a line for each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware.protocol import backup_plan, drops
from firmware.protocol import mission_rules as rules
from firmware.protocol.mission import load
from firmware.protocol.mission_plan import BURN_WIRE, Mission, MissionError
from ground.board_error import BoardError
from ground.board_flash import check_board, state_of
from ground.board_flight_scripts import DEVICES, HEARTBEAT
from ground.board_image import BACKUP, MANIFEST, MISSION, PRIMARY, Role, build_image
from ground.board_journal import BoardJournal, read_journal
from ground.board_link import BoardLink, Survey
from ground.flight_words import backup_state_name, readiness_advice

# From here on the plug counts as in, as in flight.
RAIL_MV = 2500
_BOARD_FILES = {"hardware/boards/pico.mpy": PRIMARY, "hardware/boards/backup.mpy": BACKUP}


@dataclass(frozen=True)
class Devices:
    """Inputs and volts of a board, as its own firmware reads them."""

    levels: dict[str, int]
    cutter_mv: int
    logic_mv: int

    @property
    def plug_in(self) -> bool:
        """One of both keys is enough to call it in."""
        return bool(self.levels["PLUG_SENSE"]) or self.cutter_mv >= RAIL_MV

    @property
    def plug_text(self) -> str:
        return f"sense line {self.levels['PLUG_SENSE']}, cutters' rail {self.cutter_mv / 1000:.2f} V"

    def wires(self) -> dict[str, bool]:
        """Number printed at an output -> whether what hangs there is closed; the backup's only one has no number."""
        found = {}
        for name, level in sorted(self.levels.items()):
            word, _, number = name.partition("_")
            if word == "CONTINUITY":
                found[number] = not level
        return found


def role_of(survey: Survey) -> Role | None:
    """What the firmware on a board is for; None where there is none of ours."""
    return next((role for path, role in _BOARD_FILES.items() if path in survey.files), None)


def devices_of(link: BoardLink, role: Role) -> Devices:
    """Ask the board; BoardError when its firmware cannot answer."""
    answers = link.ask(DEVICES.format(board=role.board.rpartition(".")[2]))
    if not answers:
        raise BoardError(f"the board on {link.port} does not say what hangs on it: flash it again")
    return Devices(**answers[0])


def status_lines(link: BoardLink, survey: Survey) -> Iterator[tuple[str, str]]:
    """(word, text) of each line."""
    role = role_of(survey)
    yield "board", f"{survey.machine}, MicroPython {survey.release}"
    yield "firmware", _firmware(link, survey, role)
    if role is BACKUP:
        yield "plan", _plan(survey)
    else:
        yield "mission", _mission(survey)
    journal = read_journal(link, survey, role or PRIMARY)
    yield "journal", journal.text()
    if role is not None:
        yield from _devices(link, survey, role, journal)
    logs = [f"{path} {survey.files[path][0]} bytes" for path in sorted(survey.files) if is_log(path)]
    yield "log", ", ".join(logs) or "none"
    yield "free", f"{survey.free_bytes // 1024} of {survey.total_bytes // 1024} kB"


def is_log(path: str) -> bool:
    """The log of the flight that is under way, or of one before it."""
    return path == "flight.log" or (path.startswith("flight-") and path.endswith(".log"))


def mission_of(survey: Survey) -> Mission | None:
    """The checked mission on the board."""
    try:
        mission: Mission = load(survey.contents[MISSION])
    except (KeyError, MissionError):
        return None
    return mission


def _firmware(link: BoardLink, survey: Survey, role: Role | None) -> str:
    if MANIFEST not in survey.files:
        some = "main.py" in survey.files or any(path.startswith("firmware/") for path in survey.files)
        return "not whole: flash it again" if some else "none"
    found, wrong = state_of(survey, survey.contents.get(MANIFEST, b""))
    name = f"{found[:16]}, {role.name}" if role is not None else found[:16]
    if wrong:
        return f"{name}, damaged: {', '.join(wrong[:3])}{' and more' if len(wrong) > 3 else ''}; flash it again"
    try:
        check_board(survey, link.port)
    except BoardError as error:
        return f"{name}, but {error.message}"
    with tempfile.TemporaryDirectory() as folder:
        same = build_image(Path(folder), role or PRIMARY).hash == found
    return f"{name}, whole, {'the same as here' if same else 'another version than here'}"


def _mission(survey: Survey) -> str:
    if MISSION not in survey.files:
        return "none: it will not arm"
    try:
        plan = load(survey.contents.get(MISSION, b""))
    except MissionError as error:
        return f"refused: {error}"
    parts = [f"'{drop.name}' at {_when(drop)}" for drop in plan.drops] or ["no drop"]
    if plan.cutdown is not None:
        parts.append(f"cutdown at {rules.clock_text(plan.cutdown.latest_ms)} at the latest")
    return f"{plan.hash.hex()[:16]}, {plan.flight_id}: {', '.join(parts)}"


def _when(drop: Any) -> str:
    if drop.after_ms is None:
        return "its time of day"
    times = f", {drop.count} times" if drop.count > 1 else ""
    return f"{rules.clock_text(drop.after_ms)}{times}"


def _plan(survey: Survey) -> str:
    if BACKUP.plan not in survey.files:
        return "none: it will not arm"
    try:
        plan = backup_plan.load(survey.contents.get(BACKUP.plan, b""))
    except MissionError as error:
        return f"refused: {error}"
    ends, safe = (rules.clock_text(time_ms) for time_ms in (plan.end_flight_ms, plan.end_ms))
    return (
        f"of mission {plan.flight.hex()}: ends the flight {ends} after its pin is pulled, safe from {safe}, "
        f"never below {plan.lowest_m()} m"
    )


def _devices(link: BoardLink, survey: Survey, role: Role, journal: BoardJournal) -> Iterator[tuple[str, str]]:
    try:
        devices = devices_of(link, role)
    except BoardError as error:
        yield "devices", f"cannot be read by the firmware on the board ({error.message})"
        return
    wires = [
        f"{f'output {number}' if number else 'cutter'} {'closed' if closed else 'open'}"
        for number, closed in devices.wires().items()
    ]
    pin = "BREAK_WIRE" if role is PRIMARY else "PULL_PIN"
    word = "break wire" if role is PRIMARY else "pull pin"
    wires.append(f"{word} {'out' if devices.levels[pin] else 'in'}")
    yield "plug", f"{'in' if devices.plug_in else 'out'}: {devices.plug_text}"
    yield "devices", f"{', '.join(wires)}, logic {devices.logic_mv / 1000:.2f} V"
    if role is PRIMARY:
        mission = mission_of(survey)
        backup = None
        if mission is not None and mission.backup_ms:
            backup = _heartbeat(link)
            yield "backup", "cannot be heard" if backup is None else backup_state_name(backup)
        yield "ready", _ready(mission, journal, devices, backup)


def _heartbeat(link: BoardLink) -> int | None:
    try:
        answers = link.ask(HEARTBEAT)
    except BoardError:
        return None
    return int(answers[0]) if answers else None


def _ready(mission: Mission | None, journal: BoardJournal, devices: Devices, backup: int | None) -> str:
    """What can be seen with the firmware stopped; heights, GPS and rest are for the running one."""
    bits = 0 if journal.fresh else drops.JOURNAL_NOT_FRESH
    if mission is None:
        bits |= drops.NO_MISSION
    else:
        wires = devices.wires()
        used = [str(one.output) for one in mission.channels if one.kind == BURN_WIRE]
        if not all(wires.get(output, False) for output in used):
            bits |= drops.WIRE_OPEN
        if mission.backup_ms and backup != drops.BACKUP_READY:
            bits |= drops.BACKUP_NOT_READY
        if mission.break_wire and devices.levels["BREAK_WIRE"]:
            bits |= drops.BREAK_WIRE_OPEN
    if devices.plug_in:
        bits |= drops.BOOTED_WITH_PLUG
    if bits:
        return "NO GO: " + "; ".join(readiness_advice(bits))
    return "nothing seen over USB speaks against a launch; the rest is said in flight: `samara listen`"
