"""The tables of docs/commands.md: the commands, the stages of one, and the payload's answers, in the tables' own words.

python -m ground.commands_document           write the document again
python -m ground.commands_document --check   say whether it is up to date; exit status 1 when not
"""

import sys
from pathlib import Path

from firmware.protocol import commands, words
from ground.commander.stages import STAGES, STATUSES
from ground.made_parts import with_parts, write_or_check

DOCUMENT = Path(__file__).parents[1] / "docs" / "commands.md"

# How each is said on the command line.
_SAID = {
    commands.NOOP: "noop",
    commands.HOLD: "hold SECONDS",
    commands.SAFE: "safe",
    commands.REQUEST_HISTORY: "request-history FROM TO",
    commands.SET_RATE: "set-rate SECONDS",
    commands.RESUME: "resume",
    commands.RELEASE: "release DROP --reason TEXT",
    commands.CUTDOWN: "cutdown --reason TEXT",
}


def command_table() -> str:
    """One row a command, in the protocol's order; ARM and EXECUTE are the steps of others."""
    lines = ["| `samara command` | steps | what it does |", "|---|---|---|"]
    lines += [
        f"| `{_SAID[number]}` | {steps} | {what} |" for number, _, _, steps, what in words.COMMANDS if number in _SAID
    ]
    return "\n".join(lines)


def stage_table() -> str:
    """One row a stage."""
    lines = ["| stage | what it means | after it | exit |", "|---|---|---|---|"]
    for stage, meaning, after in STAGES:
        lines.append(f"| `{stage}` | {meaning} | {', '.join(after)} | {STATUSES.get(stage, '')} |")
    return "\n".join(lines)


def answer_table() -> str:
    """One row a result."""
    lines = ["| result | what it means |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for _, name, meaning in words.COMMAND_RESULTS]
    return "\n".join(lines)


_TABLES = tuple(
    (mark, lambda make=make: f"\n{make()}\n\n")
    for mark, make in (("commands", command_table), ("stages", stage_table), ("answers", answer_table))
)


def with_tables(document: str) -> str:
    """The document with what is made anew; ValueError when the marks around it are gone."""
    return with_parts(document, "ground/commands_document.py", _TABLES)


def main(arguments: list[str]) -> int:
    """Write the document again, or with --check say whether it is up to date."""
    complaint = "docs/commands.md does not fit its tables: run `python -m ground.commands_document`"
    return write_or_check(DOCUMENT, with_tables, complaint, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
