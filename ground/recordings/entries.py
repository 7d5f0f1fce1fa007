"""A recording of somebody else: its lines as they are, each with the time that it says."""

from datetime import UTC, timezone
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ground.exports.times import iso
from ground.formats.stamps import read_stamp
from ground.formats.table_rows import Table, heading, time_column

_LARGEST_BYTES = 200_000_000


class RecordingError(Exception):
    """It cannot be read. One sentence that says what to do."""


class Entry(NamedTuple):
    """Bytes of the file, line ends included, and when they were received: UTC, ns since 1970."""

    wall_ns: int
    data: bytes


class Recording(NamedTuple):
    path: Path
    name: str
    entries: list[Entry]  # in order of time
    notes: tuple[str, ...]

    @property
    def described(self) -> str:
        """From when to when."""
        return f"{iso(self.entries[0].wall_ns)} to {iso(self.entries[-1].wall_ns)}"


def read_recording(path: Path, zone: timezone | None = None, name: str | None = None) -> Recording:
    """The entries of a file; RecordingError when there are none.

    zone: of times that say none, UTC unless given. A line without a time belongs to the entry before it; a file without
    any time has that of its own last change.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise RecordingError(f"{path} is larger than {_LARGEST_BYTES // 1_000_000} MB: this is no log of a flight.")
        data = path.read_bytes()
        changed_ns = path.stat().st_mtime_ns
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RecordingError(f"{path} cannot be read ({reason}): give a file of text.") from error
    if b"\0" in data[:4096]:
        raise RecordingError(f"{path} is no text: `samara replay` reads raw.log and files of received bytes.")
    lines = data.splitlines(keepends=True)
    if not any(line.strip() for line in lines):
        raise RecordingError(f"{path} is empty.")
    if not lines[-1].endswith((b"\n", b"\r")):
        lines[-1] += b"\n"  # without its end it would be a line that is not over
    first = next(at for at, line in enumerate(lines) if line.strip())
    table = heading(lines[first].strip())
    rows = None if table is None else _rows(lines, first, table, zone)
    if rows is not None:
        return Recording(path, name or path.stem, *rows)
    return Recording(path, name or path.stem, *_stamped(path, lines, zone, changed_ns))


def _rows(
    lines: list[bytes], first: int, table: Table, zone: timezone | None
) -> tuple[list[Entry], tuple[str, ...]] | None:
    """Of a table with times; its heading comes first, whatever its order is. None when no row says a time."""
    found: list[tuple[int, int, bytes]] = []
    newest = None
    backward = 0
    untimed = 0
    for at, line in enumerate(lines[first + 1 :]):
        moment = time_column(table, line, zone)
        if moment is None:
            untimed += bool(line.strip())
            continue
        wall_ns = round(moment.timestamp()) * 1_000_000_000
        backward += newest is not None and wall_ns < newest
        newest = wall_ns
        found.append((wall_ns, at, line))
    if not found:
        return None
    notes = []
    if backward:
        last_first = backward > len(found) // 2
        found.sort(key=lambda one: (one[0], -one[1] if last_first else one[1]))
        notes.append("its newest row came first: put in order" if last_first else f"{backward} rows put in order")
    if untimed:
        notes.append(f"{untimed} rows without a readable time are left out")
    entries = [Entry(found[0][0], b"".join(lines[: first + 1]))]
    entries.extend(Entry(wall_ns, line) for wall_ns, _, line in found)
    return entries, tuple(notes)


def _stamped(
    path: Path, lines: list[bytes], zone: timezone | None, changed_ns: int
) -> tuple[list[Entry], tuple[str, ...]]:
    entries: list[Entry] = []
    before: list[bytes] = []  # the first time
    guessed = 0
    for line in lines:
        wall_ns, _, says_zone = read_stamp(line, zone)
        if wall_ns is not None:
            guessed += not says_zone
            entries.append(Entry(wall_ns, b"".join(before) + line))
            before = []
        elif entries:
            entries[-1] = Entry(entries[-1].wall_ns, entries[-1].data + line)
        else:
            before.append(line)
    if not entries:
        note = f"no line says a time: all have that of the file's last change, {iso(changed_ns)}"
        return [Entry(changed_ns, line) for line in lines], (note,)
    notes = []
    if guessed:
        said = "UTC, as nobody said otherwise (--zone)" if zone is None else str(zone or UTC)
        notes.append(f"{guessed} times say no zone: taken as {said}")
    backward = sum(later.wall_ns < earlier.wall_ns for earlier, later in pairwise(entries))
    if backward:
        entries.sort(key=lambda entry: entry.wall_ns)
        notes.append(f"{backward} entries out of order put in their place")
    return entries, tuple(notes)
