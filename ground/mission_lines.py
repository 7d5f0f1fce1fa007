"""Where each key of a TOML file stands, because tomllib forgets: a scan of lines, good enough for error messages."""

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_STEP = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def key_lines(text: str) -> dict[Path, int]:
    """Line numbers, from 1, by path: ("drop", 0, "after"). Tables have the line of their header."""
    lines: dict[Path, int] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    inside: str | None = None  # the quotes of a text that goes over several lines
    for number, line in enumerate(text.splitlines(), 1):
        if inside is not None:
            if inside in line:
                inside = None
            continue
        header = _HEADER.match(line)
        if header:
            table = _steps(header[2])
            if header[1] == "[[":
                name = ".".join(str(step) for step in table)
                counts[name] = counts.get(name, -1) + 1
                table = (*table, counts[name])
            elif table[0] in counts:  # [drop.load] belongs to the [[drop]] before it
                table = (table[0], counts[str(table[0])], *table[1:])
            lines.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            path = table
            for step in _steps(key[1]):
                path = (*path, step)
                lines.setdefault(path, number)
        for quotes in ('"""', "'''"):
            if line.count(quotes) % 2:
                inside = quotes
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of a path, or of the nearest thing around it; None when it is nowhere in the file."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def _steps(dotted: str) -> Path:
    return tuple(step.strip("\"'") for step in _STEP.findall(dotted))
