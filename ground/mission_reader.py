"""The text of a mission.toml -> what the board needs and what stays on the ground; all mistakes at once, with lines."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from firmware.protocol import mission_rules as rules
from ground.mission_keys import TABLES, Key, Table
from ground.mission_lines import Path as KeyPath
from ground.mission_lines import key_lines, line_of
from ground.mission_problem import MissionFileError, Problem, one_problem, printable
from ground.mission_span import SpanError

# What the ground works out, and where a file says what it is made from.
_MADE_FROM: dict[str, KeyPath] = {
    "backup_ms": ("backup",),
    "slowest_cm_s": ("balloon", "climb_m_s"),
    "fastest_cm_s": ("balloon", "climb_m_s"),
    "blind_from_ms": ("balloon",),
    "blind_until_ms": ("balloon",),
}


@dataclass
class Said:
    """The values of a file by table and attribute; of a table of rows, a list of them."""

    single: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class MissionReader:
    """One file's text. `said` holds what could be read; `problem` and `problem_at` add to what is wrong with it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.said = Said()
        self._lines: dict[KeyPath, int] = {}
        self._document: dict[str, Any] = {}
        self._problems: list[Problem] = []
        self._wrong: set[KeyPath] = set()  # paths of the description that have their problem already
        self._read(text)

    def finish(self) -> None:
        """MissionFileError when anything is wrong."""
        if self._problems:
            raise MissionFileError(self.path, self._problems)

    def has(self, table: str) -> bool:
        """Whether the file has a [table]."""
        return table in self.said.single and table in self._document

    def is_wrong(self, *path: str | int) -> bool:
        """Whether the value at a path of the description has its problem already."""
        return path in self._wrong

    def problem(self, place: KeyPath, text: str) -> None:
        """Something is wrong at a place of the file, ("drop", 0, "after")."""
        key = ""
        for step in place:
            if isinstance(step, int):
                key += f"[{step + 1}]"
            else:
                key += ("." if key else "") + printable(step)
        self._problems.append(Problem(line_of(self._lines, place), key, printable(text, 400)))

    def problem_at(self, path: KeyPath, text: str) -> None:
        """Something is wrong at a path of the description, ("drops", 0, "after_ms"): put where the file says it."""
        if path not in self._wrong:
            self.problem(self._place(path), text)

    def mistake_at(self, path: KeyPath, text: str) -> None:
        """As `problem_at`; what the mission's rules find there as well is then not said."""
        self.problem_at(path, text)
        self._wrong.add(path)

    def written(self, table: str, index: int | None, attribute: str) -> Any:
        """What the file itself holds for an attribute; None where it is not there."""
        row = self._row_of(table, index)
        for key in _table(table).keys:
            if key.attribute == attribute and key.name in row:
                return row[key.name]
        return None

    def _read(self, text: str) -> None:
        try:
            self._document = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax_error(text, str(error)) from None
        except (ValueError, InvalidOperation):
            raise one_problem(self.path, None, "holds a number with far too many digits") from None
        except RecursionError:
            raise one_problem(self.path, None, "is nested too deeply for a mission") from None
        self._lines = key_lines(text)
        self._unknown((), self._document, [table.name for table in TABLES])
        for table in TABLES:
            self._read_table(table, self._document.get(table.name))

    def _syntax_error(self, text: str, message: str) -> MissionFileError:
        what, _, place = message.partition(" (at ")
        in_line = place.startswith("line ")
        line = int(place[5:].partition(",")[0]) if in_line else text.count("\n") + 1
        return one_problem(self.path, line, f"not TOML: {what[:1].lower()}{what[1:]}")

    def _read_table(self, table: Table, value: object) -> None:
        if table.plural is None:
            self.said.single[table.name] = {}
            if isinstance(value, dict):
                base: KeyPath = () if table.name == "flight" else (table.name,)
                self.said.single[table.name] = self._row((table.name,), base, value, table.keys)
            elif value is not None:
                self._all_wrong(table)
                self.problem((table.name,), f"must be a table: [{table.name}]")
            elif table.name == "flight":
                self._all_wrong(table)
                self._problems.append(Problem(None, table.name, f"is missing: a mission begins with [{table.name}]"))
            return
        self.said.rows[table.name] = []
        if isinstance(value, list) and all(isinstance(row, dict) for row in value):
            for index, row in enumerate(value):
                read = self._row((table.name, index), (table.plural, index), row, table.keys)
                self.said.rows[table.name].append(read)
        elif value is not None:
            self.problem((table.name,), f"must be written with two brackets, once for each: [[{table.name}]]")

    def _all_wrong(self, table: Table) -> None:
        base: KeyPath = () if table.name == "flight" else (table.name,)
        self._wrong.update((*base, key.attribute) for key in table.keys)

    def _row(self, place: KeyPath, path: KeyPath, row: dict[str, Any], keys: tuple[Key, ...]) -> dict[str, Any]:
        self._unknown(place, row, [key.name for key in keys])
        values: dict[str, Any] = {}
        seen: dict[str, str] = {}
        for key in keys:
            if key.name not in row:
                continue
            if key.attribute in seen:
                self.problem((*place, key.name), f"says the same as {seen[key.attribute]}: keep one of them")
                continue
            seen[key.attribute] = key.name
            try:
                values[key.attribute] = self._value((*place, key.name), path, row[key.name], key)
            except SpanError as error:
                self._wrong.add((*path, key.attribute))
                self.problem((*place, key.name), str(error))
        return values

    def _value(self, place: KeyPath, path: KeyPath, value: object, key: Key) -> object:
        if key.inner:
            if not isinstance(value, dict):
                example = f"{key.inner[0].name} = ..."
                raise SpanError(f"must be a table in braces: {key.name} = {{ {example} }}")
            return self._row(place, path, value, key.inner)
        read = key.reader.read(value)
        if key.name == "net" and read == 0:
            raise SpanError("0 is not a net: leave the key out, and the net is made from the mission's hash")
        return read

    def _unknown(self, place: KeyPath, table: dict[str, Any], known: list[str]) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key.lower(), known, 1, 0.6)
                hint = f"did you mean '{near[0]}'?" if near else "known: " + ", ".join(known)
                self.problem((*place, key), f"unknown key; {hint}")

    def _place(self, path: KeyPath) -> KeyPath:
        first = str(path[0])
        if first in _MADE_FROM:
            return _MADE_FROM[first]
        for table in TABLES:
            if table.plural == first:
                index = int(path[1]) if len(path) > 1 else None
                place: KeyPath = (table.name,) if index is None else (table.name, index)
                return self._key_place(place, table, index, path[2:])
            if table.plural is None and first == table.name:
                return self._key_place((table.name,), table, None, path[1:])
        return self._key_place(("flight",), _table("flight"), None, path)

    def _key_place(self, place: KeyPath, table: Table, index: int | None, rest: KeyPath) -> KeyPath:
        """The key that says an attribute: the one that stands in the file, else the first that could."""
        if not rest:
            return place
        row = self._row_of(table.name, index)
        spelled: list[KeyPath] = [(key.name,) for key in table.keys if key.attribute == rest[0]]
        present = [one for one in spelled if one[0] in row]
        for outer in table.keys:
            held = row.get(outer.name)
            for key in outer.inner:
                if key.attribute == rest[0]:
                    spelled.append((outer.name, key.name))
                    if isinstance(held, dict) and key.name in held:
                        present.append(spelled[-1])
        found = present or spelled
        return (*place, *found[0]) if found else place

    def _row_of(self, table: str, index: int | None) -> dict[str, Any]:
        row = self._document.get(table)
        if index is not None:
            row = row[index] if isinstance(row, list) and index < len(row) else None
        return row if isinstance(row, dict) else {}


def _table(name: str) -> Table:
    return next(table for table in TABLES if table.name == name)


def check_outputs(reader: MissionReader, board: str, outputs: int) -> None:
    """Outputs beyond those of the board, though a mission could name them."""
    for index, channel in enumerate(reader.said.rows["channel"]):
        output = channel.get("output")
        if isinstance(output, int) and outputs < output <= rules.MOST_CHANNELS:
            text = f"the {board} board has outputs 1 to {outputs}, there is no output {output}"
            reader.problem_at(("channels", index, "output"), text)
