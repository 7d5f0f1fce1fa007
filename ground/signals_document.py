"""The LED and buzzer table of docs/operations.md, made from firmware/protocol/signals.py and words.py.

python -m ground.signals_document [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from firmware.protocol import signals, words
from ground.made_parts import with_parts, write_or_check

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "operations.md"
BEGIN = "<!-- signals: made by ground/signals_document.py -->\n"
END = "<!-- end of signals -->\n"
_SLOT_S = 0.1


def picture(bits: int) -> str:
    """Two seconds of on and off, a character for each tenth of a second."""
    text = "".join("#" if bits >> slot & 1 else "." for slot in range(signals.SLOTS - 1, -1, -1))
    return f"`{text}`" if bits else "off"


def signal_table() -> str:
    """Every signal as a Markdown table."""
    patterns = {number: (led, buzzer) for number, led, buzzer in signals.PATTERNS}
    lines = [
        f"`#` is on, `.` is off, each for {_SLOT_S:.1f} s; every pattern is {signals.SLOTS * _SLOT_S:.0f} s and begins "
        "again.",
        "",
        "| signal | LED | buzzer | what it means | what to do |",
        "|---|---|---|---|---|",
    ]
    for number, name, meaning, deed in words.SIGNALS:
        led, buzzer = patterns[number]
        lines.append(f"| `{name}` | {picture(led)} | {picture(buzzer)} | {meaning} | {deed} |")
    return "\n".join(lines) + "\n"


_PARTS = (("signals", lambda: f"\n{signal_table()}\n"),)


def with_table(document: str) -> str:
    """The document with what is made anew; ValueError when the marks around it are gone."""
    return with_parts(document, "ground/signals_document.py", _PARTS)


def main(arguments: list[str]) -> int:
    """Write the document again, or with --check say whether it is up to date."""
    complaint = "docs/operations.md does not fit the table of signals: run `python -m ground.signals_document`"
    return write_or_check(DOCUMENT, with_table, complaint, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
