"""The drawings and tables of docs/release.md, made from the release path's own: `python -m ground.release_document`.

With --check it says whether they are up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from firmware.protocol import drops, words
from firmware.release import channel_life as channel
from firmware.release import life
from ground import life_words
from ground.life_drawing import drawing
from ground.made_parts import Part, with_parts

DOCS = Path(__file__).resolve().parents[1] / "docs"
DOCUMENT = DOCS / "release.md"


def drop_drawing() -> str:
    """The life of a drop as SVG."""
    return drawing(
        "The life of a drop",
        "From waiting over due, firing and fired to one of seven ends. Current flows only in firing. A drop that "
        "repeats begins again at waiting.",
        life.TRANSITIONS,
        life_words.DROP_STATES,
        life_words.DROP_EVENTS,
        life_words.DROP_PLACES,
        drops.FIRING,
        life.NEXT_OCCASION,
    )


def channel_drawing() -> str:
    """The life of a channel as SVG."""
    return drawing(
        "The life of a channel",
        "Idle, pulse, settle, done, and from done to the next pulse. Current flows only in pulse.",
        channel.TRANSITIONS,
        life_words.CHANNEL_STATES,
        life_words.CHANNEL_EVENTS,
        life_words.CHANNEL_PLACES,
        channel.PULSE,
    )


def _life_table(
    transitions: tuple[tuple[int, int, int], ...], names: dict[int, str], events: dict[int, tuple[str, str]]
) -> str:
    lines = ["| from | what happens | to |", "|---|---|---|"]
    for before, what, then in transitions:
        lines.append(f"| `{names[before]}` | {events[what][1]} | `{names[then]}` |")
    return "\n".join(lines) + "\n"


def drop_table() -> str:
    """Every row of a drop's life."""
    return _life_table(life.TRANSITIONS, life_words.DROP_STATES, life_words.DROP_EVENTS)


def channel_table() -> str:
    """Every row of a channel's life."""
    return _life_table(channel.TRANSITIONS, life_words.CHANNEL_STATES, life_words.CHANNEL_EVENTS)


def reason_table() -> str:
    """Every reason why a due drop does not fire, by what may open it."""
    lines = ["| reason | kind | what it says |", "|---|---|---|"]
    for bit, name, text in words.REASONS:
        kind = "passes by itself" if bit & drops.PASSING else "condition" if bit & drops.CONDITIONS else "hard"
        lines.append(f"| `{name}` | {kind} | {text} |")
    return "\n".join(lines) + "\n"


PARTS: tuple[Part, ...] = (
    ("drop table", drop_table),
    ("channel table", channel_table),
    ("reasons", reason_table),
)
DRAWINGS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("drop_life.svg", drop_drawing),
    ("channel_life.svg", channel_drawing),
)


def remade(document: str) -> str:
    """The document with every part made anew; ValueError when the marks around one are gone."""
    spaced: list[Part] = [(mark, lambda make=make: f"\n{make()}\n") for mark, make in PARTS]  # type: ignore[misc]
    return with_parts(document, "ground/release_document.py", spaced)


def main(arguments: list[str]) -> int:
    """Write page and drawings again, or with --check say what is out of date."""
    old = DOCUMENT.read_text(encoding="utf-8")
    files = [(DOCUMENT, old, remade(old))]
    for name, make in DRAWINGS:
        path = DOCS / "images" / name
        files.append((path, path.read_text(encoding="utf-8") if path.exists() else "", make()))
    stale = [path.name for path, before, now in files if before != now]
    if arguments == ["--check"]:
        if stale:
            print(f"{', '.join(stale)} do not fit firmware/release: run `python -m ground.release_document`")
        return int(bool(stale))
    for path, _, now in files:
        path.write_text(now, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
