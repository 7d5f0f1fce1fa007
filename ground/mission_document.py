"""The tables of keys and loads in docs/missions.md: `python -m ground.mission_document [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from ground.made_parts import with_parts, write_or_check
from ground.mission_keys import TABLES, Key, Table
from ground.mission_load import DEFAULT_PAPER_G_M2, KINDS, PAPER_M_S
from ground.prediction.fall import impact_j, terminal_m_s

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "missions.md"


def key_table() -> str:
    """Every key as a row of a Markdown table; two spellings of one value share a row."""
    lines = ["| key | range | unless given | what it is |", "|---|---|---|---|"]
    for table in TABLES:
        brackets = f"[{table.name}]" if table.plural is None else f"[[{table.name}]]"
        lines.append(f"| **{brackets}** | {table.count} | | |")
        lines += _rows(table, table.keys, "")
    return "\n".join(lines) + "\n"


def _rows(table: Table, keys: tuple[Key, ...], before: str) -> list[str]:
    lines = []
    spellings: dict[str, list[str]] = {}
    for key in keys:
        spellings.setdefault(key.attribute, []).append(f"`{before}{key.name}`")
    for attribute, names in spellings.items():
        key = next(key for key in keys if key.attribute == attribute)
        cells = (", ".join(names), key.reader.text, key.unless, key.what)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        if key.inner:
            lines += _rows(table, key.inner, f"{key.name}.")
    return lines


def load_table() -> str:
    """What each kind of load is unless more is said of it."""
    lines = ["| `kind` | one piece, unless given | how it falls |", "|---|---|---|"]
    for row in KINDS:
        piece = "the whole load" if row.piece_g is None else f"{row.piece_g:g} g"
        if row.kind == "leaflet":
            how = f"as paper of {DEFAULT_PAPER_G_M2:g} g/m2, {PAPER_M_S[0]:.1f} to {PAPER_M_S[1]:.1f} m/s"
        elif row.area_cm2 is None:
            how = "say `terminal_m_s`, or `area_cm2` and `piece_g`"
        else:
            how = f"a face of {row.area_cm2:g} cm2, drag coefficient {row.drag:g}"
            if row.piece_g is not None:
                speed = terminal_m_s(row.piece_g / 1000, row.area_cm2 / 1e4, row.drag)
                how += f": {speed:.1f} m/s, {impact_j(row.piece_g / 1000, speed):.2f} J"
        lines.append(f"| `{row.kind}` | {piece} | {how} |")
    return "\n".join(lines) + "\n"


# mark in the document, what stands there
PARTS = (("keys", key_table), ("loads", load_table))


def with_tables(document: str) -> str:
    """The document with what is made anew; ValueError when the marks around it are gone."""
    return with_parts(document, "ground/mission_document.py", PARTS)


def main(arguments: list[str]) -> int:
    """Write the document again, or with --check say whether it is up to date."""
    complaint = "docs/missions.md does not fit ground/mission_keys.py: run `python -m ground.mission_document`"
    return write_or_check(DOCUMENT, with_tables, complaint, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
