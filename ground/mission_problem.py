"""What is wrong with a mission file, each with its line and its key."""

from dataclasses import dataclass
from pathlib import Path


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


def one_problem(path: Path, line: int | None, text: str) -> MissionFileError:
    """A file with a single problem, at no key."""
    return MissionFileError(path, [Problem(line, "", text)])


def printable(text: str, most: int = 40) -> str:
    """What a file says may hold anything, a terminal's control characters too."""
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= most else shown[: most - 3] + "..."
