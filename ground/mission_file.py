"""A mission file, read, checked and looked over: every error at once, each with its line, its key and what to do."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware.protocol import mission as format_
from firmware.protocol.backup_writer import backup_of
from firmware.protocol.mission_plan import Mission, MissionError
from firmware.protocol.mission_writer import build
from ground.board_outputs import OUTPUTS
from ground.mission_course import courses
from ground.mission_derived import derive
from ground.mission_description import describe
from ground.mission_keep_outs import KeepOuts, TooWide
from ground.mission_polygon import fault
from ground.mission_preparation import Preparation
from ground.mission_problem import MissionFileError, Problem, one_problem
from ground.mission_reader import MissionReader, check_outputs
from ground.mission_review import Review, Section
from ground.mission_sections import look_over

__all__ = ("MissionFile", "MissionFileError", "Problem", "read_mission_file")

_LARGEST_FILE = 65536


@dataclass(frozen=True)
class MissionFile:
    """A mission that may fly: its bytes for the board, the same loaded back from them, and what was found of it.

    backup: the bytes for the backup's own board, None where none is fitted.
    """

    path: Path
    data: bytes
    mission: Mission
    backup: bytes | None
    review: Review
    sections: list[Section]

    @property
    def warnings(self) -> list[str]:
        """What deserves a second look."""
        return [remark.text for section in self.sections for remark in section.remarks if not remark.no_go]

    @property
    def no_go(self) -> list[str]:
        """What forbids a launch as it is planned."""
        return [remark.text for section in self.sections for remark in section.remarks if remark.no_go]

    @property
    def go(self) -> bool:
        return not self.no_go


def read_mission_file(path: Path, board: str = "pico", now_unix_s: int | None = None) -> MissionFile:
    """The mission in a .toml file, or in a built mission.bin; MissionFileError names everything that is wrong.

    now_unix_s: the time by which a wind is old and a launch slot over; by the clock unless given.
    """
    raw = _read(path)
    now = int(time.time()) if now_unix_s is None else now_unix_s
    if raw.startswith(format_.MAGIC):
        return _finish(path, raw, board, Preparation(written=False), KeepOuts(), now)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise one_problem(path, line, "this is not UTF-8 text") from None
    reader = MissionReader(path, text)
    description, preparation = describe(reader)
    for index, row in enumerate(description["areas"]):
        wrong = fault(row.get("points", ()))
        if wrong is not None:
            reader.problem_at(("areas", index, "points"), wrong)
    check_outputs(reader, board, OUTPUTS[board])
    mission = _built(reader, description)
    reader.finish()
    assert mission is not None
    made = _derived(reader, description, mission, preparation)
    reader.finish()
    return _finish(path, build(description), board, preparation, made, now)


def _built(reader: MissionReader, description: dict[str, Any]) -> Mission | None:
    """The mission as it was written; what is wrong with it is told to the reader."""
    try:
        mission: Mission = format_.load(build(description))
    except MissionError as error:
        for path, text in error.problems or (((), str(error)),):
            reader.problem_at(path, text)
        return None
    try:
        backup(mission)
    except MissionError as error:
        reader.problem(("backup",), str(error))
    return mission


def _derived(
    reader: MissionReader, description: dict[str, Any], mission: Mission, preparation: Preparation
) -> KeepOuts:
    areas = [row["name"] for row in description["areas"]]
    try:
        return derive(description, mission, preparation, courses(mission, preparation))
    except TooWide as error:
        reader.problem_at(("areas", areas.index(error.area), "points"), str(error))
        return KeepOuts()


def _finish(path: Path, data: bytes, board: str, preparation: Preparation, made: KeepOuts, now: int) -> MissionFile:
    try:
        mission = format_.load(data)
        format_.check_outputs(mission, OUTPUTS[board])
        second = backup(mission)
    except MissionError as error:
        raise one_problem(path, None, str(error)) from None
    slow, fast = courses(mission, preparation) or (None, None)
    review = Review(mission, preparation, made, now, slow, fast)
    return MissionFile(path, data, mission, second, review, look_over(review))


def backup(mission: Mission) -> bytes | None:
    """What the backup's own board loads, where one is fitted; MissionError says why there can be none."""
    data: bytes | None = backup_of(mission) if mission.backup_ms else None
    return data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise one_problem(path, None, "there is no such file; `samara mission new` writes one to begin with") from None
    except OSError as error:
        raise one_problem(path, None, f"cannot be read: {error.strerror or error}") from None
    if len(raw) > _LARGEST_FILE:
        raise one_problem(path, None, f"is larger than {_LARGEST_FILE} bytes: this is no mission")
    return raw
