"""raw.log: every byte with its receive times, written before anything parses it, and read back after any damage.

A record, little-endian, all of it in one write:

    mark A5 5A 53 52 | kind u8 | length u16 | wall ns u64 | monotonic ns u64 | bytes | CRC-32 of all after the mark u32

The low four bits of the kind say what the bytes are, the high four which receiver they belong to, 0 where there is one.
A reader that finds damage looks for the next mark whose CRC holds, so damage costs the records it touches and no more.
"""

import contextlib
import mmap
import os
import struct
import threading
from binascii import crc32
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

NAME = "raw.log"
RECEIVED = 1
SENT = 2
NOTE = 3  # a line of text about the log itself
RECEIVERS = 16

_RECEIVER_SHIFT = 4
_KIND_MASK = (1 << _RECEIVER_SHIFT) - 1
# The note that begins a session tells what the receiver of its number is called.
_LISTENING = "Samara listens to "
_SINCE = " from "
# And this one, with the number of its receiver, how its port is; whoever follows the log learns it so.
_PORT = "Port: "
_PORT_WELL = "open"

MARK = b"\xa5\x5aSR"
_HEAD = struct.Struct("<BHQQ")
_CRC = struct.Struct("<I")
FIXED_BYTES = len(MARK) + _HEAD.size + _CRC.size
# Bounds how far a damaged length can make the reader look; a pty gives 4095 bytes at most, a serial port far less.
LONGEST_BYTES = 8192
_SNIFF_BYTES = 1 << 20


class Chunk(NamedTuple):
    """Bytes as they came out of a link. wall_ns: UTC since 1970; monotonic_ns: by ground.uptime; receiver: 0 to 15."""

    data: bytes
    wall_ns: int
    monotonic_ns: int
    kind: int = RECEIVED
    receiver: int = 0


class LogInUse(Exception):
    """Another process writes this log."""


def listening_note(name: str, since: str) -> bytes:
    """The text of the note that begins a session. since: UTC, for a person."""
    return f"{_LISTENING}{name}{_SINCE}{since}".encode()


def name_in_note(note: bytes) -> str | None:
    """What a receiver is called, by the note that begins a session; None for other notes."""
    text = note.decode(errors="replace")
    return text.removeprefix(_LISTENING).rpartition(_SINCE)[0] if text.startswith(_LISTENING) else None


def port_note(trouble: str | None) -> bytes:
    """The text of the note that says how the port of its receiver is from now on."""
    return (_PORT + (trouble or _PORT_WELL)).encode()


def port_in_note(note: bytes) -> tuple[bool, str | None]:
    """(whether this note is about a port, its trouble or None)."""
    text = note.decode(errors="replace")
    if not text.startswith(_PORT):
        return False, None
    text = text.removeprefix(_PORT)
    return True, None if text == _PORT_WELL else text


class RawLog:
    """An append-only log. One process at a time; `append` and `sync` may be called from any threads."""

    def __init__(self, path: Path) -> None:
        """Open or create; LogInUse when another process holds it, OSError when it cannot be written."""
        self.path = path
        self.bytes_written = 0
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        self._file = os.open(path, flags, 0o644)
        try:
            _lock(self._file, path)
        except LogInUse:
            os.close(self._file)
            raise
        self._dirty = False
        self._writing = threading.Lock()  # a record that the disk takes in two parts stays in one piece
        _sync_folder(path.parent)

    def append(self, chunk: Chunk) -> None:
        """Hand a chunk to the operating system, where a dying process cannot lose it. OSError when the disk refuses."""
        kind = chunk.kind | chunk.receiver << _RECEIVER_SHIFT
        with self._writing:
            for start in range(0, len(chunk.data) or 1, LONGEST_BYTES):
                part = chunk.data[start : start + LONGEST_BYTES]
                body = _HEAD.pack(kind, len(part), chunk.wall_ns, chunk.monotonic_ns) + part
                record = MARK + body + _CRC.pack(crc32(body))
                written = 0
                while written < len(record):  # a short write means a full disk: the next one says why
                    written += os.write(self._file, record[written:])
                self.bytes_written += len(record)
            self._dirty = True

    def sync(self) -> None:
        """Wait until the disk has it. Cheap when nothing was written since."""
        if self._dirty:
            self._dirty = False
            os.fsync(self._file)

    def close(self) -> None:
        """Sync and close; harmless when repeated."""
        if self._file >= 0:
            try:
                self.sync()
            finally:
                os.close(self._file)
                self._file = -1


class RawLogReader:
    """The chunks of a log, oldest first. `records`, `skipped` and `names` tell what the iteration has found so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records = 0
        self.skipped: list[tuple[int, int]] = []  # (offset, bytes) of what was not readable
        self.names: dict[int, str] = {}  # of the receivers, as the notes call them

    @property
    def skipped_bytes(self) -> int:
        return sum(size for _, size in self.skipped)

    @property
    def damage(self) -> str | None:
        """One sentence on what could not be read, or None."""
        if not self.skipped:
            return None
        places = ", ".join(f"{size} bytes at {offset}" for offset, size in self.skipped[:3])
        more = f" and {len(self.skipped) - 3} more places" if len(self.skipped) > 3 else ""
        return f"{self.path} is damaged or cut off: skipped {places}{more}; {self.records} records were read."

    def __iter__(self) -> Iterator[Chunk]:
        self.records = 0
        self.skipped = []
        with _mapped(self.path) as data:
            at = 0
            good_end = 0
            while True:
                at = data.find(MARK, at)
                if at < 0:
                    break
                chunk = read_record(data, at)
                if chunk is None:
                    at += 1
                    continue
                if at > good_end:
                    self.skipped.append((good_end, at - good_end))
                at += FIXED_BYTES + len(chunk.data)
                good_end = at
                self.records += 1
                if chunk.kind == NOTE:
                    self._take_note(chunk)
                yield chunk
            if good_end < len(data):
                self.skipped.append((good_end, len(data) - good_end))

    def _take_note(self, chunk: Chunk) -> None:
        name = name_in_note(chunk.data)
        if name is not None:
            self.names[chunk.receiver] = name


def is_raw_log(path: Path) -> bool:
    """Whether a readable record stands within the first MiB. OSError when the file cannot be read."""
    with _mapped(path) as data:
        at = data.find(MARK, 0, _SNIFF_BYTES)
        while at >= 0:
            if read_record(data, at) is not None:
                return True
            at = data.find(MARK, at + 1, _SNIFF_BYTES)
    return False


def read_record(data: "mmap.mmap | bytes | bytearray", at: int) -> Chunk | None:
    """The record whose mark stands at `at`; None when it is damaged or not all there."""
    body = at + len(MARK)
    if at + FIXED_BYTES > len(data):
        return None
    kind, length, wall_ns, monotonic_ns = _HEAD.unpack(data[body : body + _HEAD.size])
    end = body + _HEAD.size + length
    if length > LONGEST_BYTES or end + _CRC.size > len(data):
        return None
    if _CRC.unpack(data[end : end + _CRC.size])[0] != crc32(data[body:end]):
        return None
    data_bytes = bytes(data[body + _HEAD.size : end])
    return Chunk(data_bytes, wall_ns, monotonic_ns, kind & _KIND_MASK, kind >> _RECEIVER_SHIFT)


@contextlib.contextmanager
def _mapped(path: Path) -> "Iterator[mmap.mmap | bytes]":
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:  # an empty file cannot be mapped; a pipe says 0 too
            yield file.read()
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def _lock(file: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: two writers are not kept apart there
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LogInUse(f"{path} is being written by another samara: close that one, or give another --log.") from error


def _sync_folder(folder: Path) -> None:
    """A new file is safe from a power cut only when its folder is on the disk too; not every system allows it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
