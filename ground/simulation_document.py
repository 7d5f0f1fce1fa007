"""The tables of docs/simulation.md, made from hardware/simulated: `python -m ground.simulation_document [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

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
    """The document with its tables made anew; ValueError when the marks around one are gone."""
    for name, table in _TABLES:
        begin, end = f"<!-- {name}: made by ground/simulation_document.py -->\n", f"<!-- end of {name} -->\n"
        before, found, rest = document.partition(begin)
        _, ended, after = rest.partition(end)
        if not found or not ended:
            raise ValueError(f"{DOCUMENT.name} has lost the marks around its table of {name}")
        document = before + begin + table() + end + after
    return document


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
