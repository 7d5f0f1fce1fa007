"""mission.toml, read and checked: every error at once, each with its line, its key and what to do about it."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from firmware.protocol import mission as format_
from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import Mission, MissionError
from firmware.protocol.mission_writer import build
from ground.board_outputs import OUTPUTS
from ground.mission_keys import TABLES, read_value
from ground.mission_lines import Path as KeyPath
from ground.mission_lines import key_lines, line_of
from ground.mission_span import SpanError
from ground.mission_timeline import warnings

_LARGEST_FILE = 65536


@dataclass(frozen=True)
class Problem:
    """One thing wrong: `line` counts from 1, None where the file has no place for it."""

    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key}: {self.text}" if self.key else self.text


class MissionFileError(Exception):
    """A file that is no flyable mission. `problems` holds all of them, in the order of their lines."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = sorted(problems, key=lambda problem: problem.line or 0)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """One "file:line: key: sentence" for each problem, as editors understand it."""
        return [
            f"{self.path}:{problem.line}: {problem}" if problem.line else f"{self.path}: {problem}"
            for problem in self.problems
        ]


@dataclass(frozen=True)
class MissionFile:
    """A mission that may fly: its bytes for the board, the same loaded back from them, and what deserves a look."""

    path: Path
    data: bytes
    mission: Mission
    warnings: list[str]


def read_mission_file(path: Path, board: str = "pico") -> MissionFile:
    """The mission in a .toml file, or in a built mission.bin; MissionFileError names everything that is wrong."""
    raw = _read(path)
    if raw.startswith(format_.MAGIC):
        return _finish(path, raw, board)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _one(path, line, "this is not UTF-8 text") from None
    return _finish(path, _Reader(path, text, board).build(), board)


def _finish(path: Path, data: bytes, board: str) -> MissionFile:
    try:
        mission = format_.load(data)
        format_.check_outputs(mission, OUTPUTS[board])
    except MissionError as error:
        raise _one(path, None, str(error)) from None
    return MissionFile(path, data, mission, warnings(mission))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _one(path, None, "there is no such file; `samara mission new` writes one to begin with") from None
    except OSError as error:
        raise _one(path, None, f"cannot be read: {error.strerror or error}") from None
    if len(raw) > _LARGEST_FILE:
        raise _one(path, None, f"is larger than {_LARGEST_FILE} bytes: this is no mission")
    return raw


def _one(path: Path, line: int | None, text: str) -> MissionFileError:
    return MissionFileError(path, [Problem(line, "", text)])


class _Reader:
    """Turns one file's text into a description, collecting problems on the way."""

    def __init__(self, path: Path, text: str, board: str) -> None:
        self._path = path
        self._text = text
        self._board = board
        self._lines: dict[KeyPath, int] = {}
        self._document: dict[str, Any] = {}
        self._problems: list[Problem] = []
        self._wrong: set[KeyPath] = set()  # paths of the description that have their problem already

    def build(self) -> bytes:
        """The mission's bytes."""
        try:
            self._document = tomllib.loads(self._text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax_error(str(error)) from None
        except (ValueError, InvalidOperation):
            raise _one(self._path, None, "holds a number with far too many digits") from None
        except RecursionError:
            raise _one(self._path, None, "is nested too deeply for a mission") from None
        self._lines = key_lines(self._text)
        self._unknown((), self._document, [name for name, _, _ in TABLES])
        description = self._description()
        data = b""
        try:
            data = build(description)
        except MissionError as error:
            for path, text in error.problems:
                if path not in self._wrong:
                    self._add(path, text)
        self._check_outputs(description)
        if self._problems:
            raise MissionFileError(self._path, self._problems)
        return data

    def _syntax_error(self, message: str) -> MissionFileError:
        text, _, place = message.partition(" (at ")
        line = None
        if place.startswith("line "):
            line = int(place[5:].partition(",")[0])
        elif place:
            line = self._text.count("\n") + 1
        return _one(self._path, line, f"not TOML: {text[:1].lower()}{text[1:]}")

    def _description(self) -> dict[str, Any]:
        description: dict[str, Any] = {"channels": [], "drops": []}
        for table, plural, keys in TABLES:
            value = self._document.get(table)
            if plural is None:
                if value is None:
                    self._problems.append(Problem(None, table, f"is missing: a mission begins with [{table}]"))
                    self._wrong.update((attribute,) for _, attribute, _ in keys)
                elif not isinstance(value, dict):
                    self._wrong.update((attribute,) for _, attribute, _ in keys)
                    self._problem((table,), f"must be a table: [{table}]")
                else:
                    description.update(self._row((table,), (), value, keys))
            elif isinstance(value, list) and all(isinstance(row, dict) for row in value):
                for index, row in enumerate(value):
                    description[plural].append(self._row((table, index), (plural, index), row, keys))
            elif value is not None:
                self._problem((table,), f"must be written with two brackets, once for each: [[{table}]]")
        return description

    def _row(
        self, place: KeyPath, path: KeyPath, row: dict[str, Any], keys: tuple[tuple[str, str, str], ...]
    ) -> dict[str, Any]:
        self._unknown(place, row, [key for key, _, _ in keys])
        values: dict[str, Any] = {}
        seen: dict[str, str] = {}
        for key, attribute, kind in keys:
            if key not in row:
                continue
            if attribute in seen:
                self._problem((*place, key), f"says the same as {seen[attribute]}: keep one of them")
                continue
            seen[attribute] = key
            try:
                values[attribute] = read_value(row[key], kind)
                if key == "net" and values[attribute] == 0:
                    raise SpanError("0 is not a net: leave the key out, and the net is made from the mission's hash")
            except SpanError as error:
                values.pop(attribute, None)
                self._wrong.add((*path, attribute))
                self._problem((*place, key), str(error))
        return values

    def _unknown(self, place: KeyPath, table: dict[str, Any], known: list[str]) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key.lower(), known, 1, 0.6)
                hint = f"did you mean '{near[0]}'?" if near else "known: " + ", ".join(known)
                self._problem((*place, key), f"unknown key; {hint}")

    def _check_outputs(self, description: dict[str, Any]) -> None:
        outputs = OUTPUTS[self._board]
        for index, channel in enumerate(description["channels"]):
            output = channel.get("output")
            if type(output) is int and outputs < output <= rules.MOST_CHANNELS:
                text = f"the {self._board} board has outputs 1 to {outputs}, there is no output {output}"
                self._add(("channels", index, "output"), text)

    def _add(self, path: KeyPath, text: str) -> None:
        """A problem at a path of the description, put where the file says it."""
        for table, plural, keys in TABLES:
            if plural is None and (len(path) != 1 or path[0] in ("channels", "drops")):
                continue
            if plural is not None and path[0] != plural:
                continue
            place: KeyPath = (table,) if plural is None else (table, *path[1:2])
            attribute = path[-1] if plural is None or len(path) > 2 else None
            spelled = [key for key, name, _ in keys if name == attribute]
            row = self._document.get(table)
            if plural is not None and isinstance(row, list) and len(path) > 1:
                row = row[int(path[1])]
            present = [key for key in spelled if isinstance(row, dict) and key in row]
            self._problem((*place, *(present or spelled)[:1]), text)
            return
        self._problem(path, text)

    def _problem(self, place: KeyPath, text: str) -> None:
        key = ""
        for step in place:
            if isinstance(step, int):
                key += f"[{step + 1}]"
            else:
                key += ("." if key else "") + _printable(step)
        self._problems.append(Problem(line_of(self._lines, place), key, _printable(text, 400)))


def _printable(text: str, most: int = 40) -> str:
    """What a file says may hold anything, a terminal's control characters too."""
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= most else shown[: most - 3] + "..."
