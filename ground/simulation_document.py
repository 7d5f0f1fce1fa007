"""The faults of docs/simulation.md, made from hardware/simulated: `python -m ground.simulation_document [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from hardware.simulated.faults import CATALOGUE

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "simulation.md"
BEGIN = "<!-- faults: made by ground/simulation_document.py -->\n"
END = "<!-- end of faults -->\n"


def fault_table() -> str:
    """The catalogue as a Markdown table."""
    lines = ["| name | catalogue | what it does |", "|---|---|---|"]
    for name, numbers, text, _begin, end, step, every_ms in CATALOGUE:
        lasts = "" if end is None else ", while it lasts"
        often = "" if step is None or not every_ms else f", every {every_ms} ms"
        lines.append(f"| `{name}` | {numbers} | {text}{often}{lasts} |")
    return "\n".join(lines) + "\n"


def with_table(document: str) -> str:
    """The document with its table made anew; ValueError when the marks around it are gone."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT.name} has lost the marks around its fault table")
    return before + BEGIN + fault_table() + END + after


def main(arguments: list[str]) -> int:
    """Write the document again, or with --check say whether it is up to date."""
    old = DOCUMENT.read_text(encoding="utf-8")
    new = with_table(old)
    if arguments == ["--check"]:
        if old != new:
            print("docs/simulation.md does not fit hardware/simulated: run `python -m ground.simulation_document`")
        return int(old != new)
    DOCUMENT.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
