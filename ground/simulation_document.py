"""The tables of docs/simulation.md, made from hardware/simulated: `python -m ground.simulation_document [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from ground.made_parts import with_parts, write_or_check
from hardware.simulated.channels import CHANNELS
from hardware.simulated.faults import CATALOGUE
from hardware.simulated.scenarios import SCENARIOS

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "simulation.md"


def fault_table() -> str:
    """The catalogue as a Markdown table."""
    lines = ["| name | catalogue | what it does |", "|---|---|---|"]
    for name, numbers, text, _begin, end, step, every_ms in CATALOGUE:
        lasts = "" if end is None else ", while it lasts"
        often = "" if step is None or not every_ms else f", every {every_ms} ms"
        lines.append(f"| `{name}` | {numbers} | {text}{often}{lasts} |")
    return "\n".join(lines) + "\n"


def scenario_table() -> str:
    """The scenarios, and the channel and the faults of each."""
    lines = ["| name | what happens | channel | faults |", "|---|---|---|---|"]
    for scenario in SCENARIOS:
        names = ", ".join(f"`{row[0]}`" for row in scenario.get("faults", ())) or "none"
        channel = f"`{scenario['channel']}`" if "channel" in scenario else "none"
        lines.append(f"| `{scenario['name']}` | {scenario['text']} | {channel} | {names} |")
    return "\n".join(lines) + "\n"


def channel_table() -> str:
    """The radio channels."""
    rows = [f"| `{row['name']}` | {row['text']} |" for row in CHANNELS]
    return "\n".join(["| name | what it is like |", "|---|---|", *rows]) + "\n"


_TABLES = (("faults", fault_table), ("channels", channel_table), ("scenarios", scenario_table))


def with_table(document: str) -> str:
    """The document with what is made anew; ValueError when the marks around it are gone."""
    return with_parts(document, "ground/simulation_document.py", _TABLES)


def main(arguments: list[str]) -> int:
    """Write the document again, or with --check say whether it is up to date."""
    complaint = "docs/simulation.md does not fit hardware/simulated: run `python -m ground.simulation_document`"
    return write_or_check(DOCUMENT, with_table, complaint, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
