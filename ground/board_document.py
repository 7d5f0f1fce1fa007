"""The pin table of docs/boards.md, made from hardware/pins: `python -m ground.board_document [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from ground.made_parts import with_parts, write_or_check
from hardware.pins import pico, pico_notes

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "boards.md"


def pin_table() -> str:
    """The Pico's pins as a Markdown table."""
    notes = {name: (joins, must) for name, joins, must in pico_notes.NOTES}
    lines = [
        "| GPIO | name | function | direction | at reset and safe | joins | must have |",
        "|---|---|---|---|---|---|---|",
    ]
    for gpio, name, function, direction, safe in pico.PINS:
        joins, must = notes[name]
        level = "" if safe is None else ("low", "high")[safe]
        lines.append(f"| {gpio} | `{name}` | {function} | {direction} | {level} | {joins} | {must} |")
    return "\n".join(lines) + "\n"


_PARTS = (("pins", pin_table),)


def with_table(document: str) -> str:
    """The document with what is made anew; ValueError when the marks around it are gone."""
    return with_parts(document, "ground/board_document.py", _PARTS)


def main(arguments: list[str]) -> int:
    """Write the document again, or with --check say whether it is up to date."""
    complaint = "docs/boards.md does not fit hardware/pins: run `python -m ground.board_document`"
    return write_or_check(DOCUMENT, with_table, complaint, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
