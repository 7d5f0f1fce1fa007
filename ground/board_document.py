"""The pin table of docs/boards.md, made from hardware/pins: `python -m ground.board_document [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from hardware.pins import pico, pico_notes

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "boards.md"
BEGIN = "<!-- pins: made by ground/board_document.py -->\n"
END = "<!-- end of pins -->\n"


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


def with_table(document: str) -> str:
    """The document with its table made anew; ValueError when the marks around it are gone."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT.name} has lost the marks around its pin table")
    return before + BEGIN + pin_table() + END + after


def main(arguments: list[str]) -> int:
    """Write the document again, or with --check say whether it is up to date."""
    old = DOCUMENT.read_text(encoding="utf-8")
    new = with_table(old)
    if arguments == ["--check"]:
        if old != new:
            print("docs/boards.md does not fit hardware/pins: run `python -m ground.board_document`")
        return int(old != new)
    DOCUMENT.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
