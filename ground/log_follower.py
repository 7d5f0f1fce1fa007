"""A raw.log that another process appends to, as a link: its chunks as they come, and its ages by the clock of now.

It need not be there yet, may end in half a record, may be damaged, and may be replaced by another file.
"""

import os
import time
from pathlib import Path

from ground.raw_log import FIXED_BYTES, LONGEST_BYTES, MARK, NOTE, RECEIVED, Chunk, name_in_note, read_record
from ground.uptime import uptime_ns

_READ_BYTES = 1 << 18
_WAIT_S = 0.2
# Reading at the end of a file costs a microsecond: a hundred times a second is nothing, and nobody sees 10 ms.
_POLL_S = 0.01
_LOOK_S = 0.5  # for another file of that name
# Half a record is completed at once, or never, because its writer died in the middle of it.
_PATIENCE_S = 1.0
# Of the same boot, unless the laptop's clock was set meanwhile.
_SAME_BOOT_NS = 5_000_000_000
_TAKE = 512


class LogFollower:
    """See Link. `replaced` counts how often it was another file, whose chunks then come from its beginning.

    `caught_up`: the end was reached once. `names`: of the receivers, by the notes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.parent.name or str(path)
        self.trouble: str | None = f"{path} is not there yet."
        self.ended = False
        self.caught_up = False
        self.replaced = 0
        self.names: dict[int, str] = {}
        self._file = -1
        self._identity: tuple[int, int] | None = None
        self._position = 0
        self._data = bytearray()
        self._at = 0
        self._stuck_since: float | None = None
        self._look_at = 0.0
        self._waiting: list[Chunk] = []
        self._closed = False

    def take(self) -> list[Chunk]:
        """All kinds of chunks that are there now, in their order, some hundreds at most; empty at the end."""
        if self._closed or (self._file < 0 and not self._open()):
            return []
        while not self._closed:
            chunks = self._parse()
            if chunks:
                return chunks
            if not self._more():
                self.caught_up = True
                self._look_for_another()
                return []
        return []

    def read(self) -> Chunk | None:
        """See Link: received bytes only."""
        deadline = time.monotonic() + _WAIT_S
        while True:
            while self._waiting:
                chunk = self._waiting.pop(0)
                if chunk.kind == RECEIVED:
                    return chunk
            self._waiting = self.take()
            if not self._waiting:
                if time.monotonic() >= deadline or self._closed:
                    return None
                time.sleep(_POLL_S)

    def write(self, data: bytes) -> bool:
        """Nobody sends through a log."""
        return False

    def now_ns(self) -> int:
        return uptime_ns()

    def close(self) -> None:
        self._closed = True
        self._shut()

    def _open(self) -> bool:
        try:
            self._file = os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
            found = os.fstat(self._file)
        except OSError as error:
            self._shut()
            missing = isinstance(error, FileNotFoundError)
            what = "is not there yet" if missing else f"cannot be read ({error.strerror})"
            self.trouble = f"{self.path} {what}."
            self.caught_up = True
            return False
        identity = (found.st_dev, found.st_ino)
        if self._identity is not None:
            self.replaced += 1
            self.names = {}
        self._identity = identity
        self._position = self._at = 0
        self._data = bytearray()
        self._stuck_since = None
        self.trouble = None
        return True

    def _shut(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def _more(self) -> bool:
        try:
            data = os.read(self._file, _READ_BYTES)
        except OSError as error:
            self.trouble = f"{self.path} cannot be read ({error.strerror})."
            self._shut()
            return False
        if not data:
            return False
        self._position += len(data)
        del self._data[: self._at]
        self._at = 0
        self._data += data
        return True

    def _look_for_another(self) -> None:
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_S
        try:
            found = os.stat(self.path)
        except OSError:
            return  # perhaps it is being replaced; what is open goes on
        if (found.st_dev, found.st_ino) != self._identity or found.st_size < self._position:
            self._shut()

    def _parse(self) -> list[Chunk]:
        chunks: list[Chunk] = []
        data = self._data
        wall_ns, now_ns = time.time_ns(), uptime_ns()
        while len(chunks) < _TAKE:
            at = data.find(MARK, self._at)
            if at < 0:
                self._at = max(self._at, len(data) - len(MARK) + 1)
                break
            chunk = read_record(data, at)
            if chunk is None:
                self._at = at
                if self._may_grow(at) and not self._is_stuck():
                    break
                self._stuck_since = None
                self._at = at + 1
                continue
            self._stuck_since = None
            self._at = at + FIXED_BYTES + len(chunk.data)
            if chunk.kind == NOTE:
                name = name_in_note(chunk.data)
                if name is not None:
                    self.names[chunk.receiver] = name
            chunks.append(self._of_now(chunk, wall_ns, now_ns))
        return chunks

    def _may_grow(self, at: int) -> bool:
        """Whether the record there is only not whole yet."""
        data = self._data
        if at + FIXED_BYTES > len(data):
            return True
        length = int.from_bytes(data[at + len(MARK) + 1 : at + len(MARK) + 3], "little")
        return length <= LONGEST_BYTES and at + FIXED_BYTES + length > len(data)

    def _is_stuck(self) -> bool:
        now = time.monotonic()
        if self._stuck_since is None:
            self._stuck_since = now
        return now - self._stuck_since > _PATIENCE_S

    def _of_now(self, chunk: Chunk, wall_ns: int, now_ns: int) -> Chunk:
        """With a monotonic time of this boot: its own, or where that is of another boot what UTC says."""
        apart_ns = (wall_ns - now_ns) - (chunk.wall_ns - chunk.monotonic_ns)
        if chunk.monotonic_ns <= now_ns:
            written_now = self.caught_up and now_ns - chunk.monotonic_ns < 2 * _SAME_BOOT_NS
            if written_now or abs(apart_ns) < _SAME_BOOT_NS:
                return chunk
        return chunk._replace(monotonic_ns=now_ns - max(0, wall_ns - chunk.wall_ns))
