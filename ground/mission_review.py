"""A mission with all that is known of it, for a friend to look over; and how such a look is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firmware.protocol.mission_plan import Mission
from ground.mission_course import Course
from ground.mission_keep_outs import KeepOuts
from ground.mission_preparation import Preparation


@dataclass(frozen=True)
class Review:
    """What is looked at. slow, fast: the slowest and the fastest way it may go; None where nothing is said of it."""

    mission: Mission
    preparation: Preparation
    keep_outs: KeepOuts
    now_unix_s: int
    slow: Course | None = None
    fast: Course | None = None

    @property
    def launch_unix_s(self) -> int:
        """The earliest moment at which it can still be launched."""
        return max(self.now_unix_s, self.preparation.launch_from_unix_s or 0)


@dataclass(frozen=True)
class Remark:
    """Something that deserves a second look, or, with `no_go`, forbids the launch as it is planned."""

    text: str
    no_go: bool = False


@dataclass
class Section:
    """What one look came to: facts to read aloud, the same as numbers for programs, and remarks."""

    name: str
    lines: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def look(self, text: str) -> None:
        self.remarks.append(Remark(text))

    def no_go(self, text: str) -> None:
        self.remarks.append(Remark(text, True))
