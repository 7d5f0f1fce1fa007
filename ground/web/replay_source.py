"""A log played again through the very path of a live one; its speed and position can be set at any time."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from ground.raw_log import Chunk, RawLogReader

_TAKE = 512
FASTEST = 10_000.0


class ReplaySource:
    """See log_station.ChunkSource. Times are those of the log; between sessions of it no time passes that is not there.

    `position` and `length` in seconds of the log; `replaced` grows whenever it is played from its beginning again.
    """

    def __init__(self, path: Path, speed: float = 1.0) -> None:
        """OSError when it cannot be read."""
        self.path = path
        self.name = path.parent.name or path.name
        self.trouble: str | None = None
        self.ended = False
        self.replaced = 0
        self.speed = speed
        self._lock = threading.Lock()
        self._first_ns, self.length_ns = _span(path)
        self._at_ns = 0  # of the log's time, when the clock was set
        self._set_ns = time.monotonic_ns()
        self._begin()

    def _begin(self) -> None:
        self._chunks: Iterator[tuple[int, Chunk]] = _timed(self.path)
        self._next: tuple[int, Chunk] | None = None
        self._read_to_ns = 0
        self._wall = (0, 0)
        self.caught_up = False

    def take(self) -> list[Chunk]:
        with self._lock:
            until_ns = self._now()
            chunks: list[Chunk] = []
            while len(chunks) < _TAKE:
                if self._next is None:
                    self._next = next(self._chunks, None)
                    if self._next is None:
                        self.ended = True
                        break
                at_ns, chunk = self._next
                if at_ns > until_ns:
                    break
                self._next = None
                self._read_to_ns = at_ns
                self._wall = (at_ns, chunk.wall_ns)
                chunks.append(chunk._replace(monotonic_ns=at_ns))
            self.caught_up |= not chunks
            return chunks

    def set(self, speed: float | None = None, position: float | None = None) -> None:
        """position: 0 to 1 of the whole. Going back begins anew, and is at once where it shall be."""
        with self._lock:
            now_ns = self._now()
            if speed is not None:
                self.speed = min(max(0.0, speed), FASTEST)
            if position is not None:
                now_ns = int(min(max(0.0, position), 1.0) * self.length_ns)
                if now_ns < self._read_to_ns:
                    self._begin()
                    self.replaced += 1
                self.ended = self.caught_up = False
            self._at_ns, self._set_ns = now_ns, time.monotonic_ns()

    @property
    def position(self) -> float:
        return 1.0 if not self.length_ns else min(1.0, self.now_ns() / self.length_ns)

    def _now(self) -> int:
        return min(self.length_ns, self._at_ns + int((time.monotonic_ns() - self._set_ns) * self.speed))

    def now_ns(self) -> int:
        return self._now()

    def wall_ms(self) -> int:
        """UTC of the log."""
        at_ns, wall_ns = self._wall
        return (wall_ns + max(0, self._now() - at_ns)) // 1_000_000

    def read(self) -> Chunk | None:
        """See Link; nobody reads it so."""
        return None

    def write(self, data: bytes) -> bool:
        """Nobody is at the other end of a recording."""
        return False

    def close(self) -> None:
        self.ended = True


def _timed(path: Path) -> Iterator[tuple[int, Chunk]]:
    """Chunks with the time of the log, from 0 on: the laptop's uptime, and UTC from one start of it to the next."""
    at_ns = 0
    before: Chunk | None = None
    for chunk in RawLogReader(path):
        if before is not None:
            step_ns = chunk.monotonic_ns - before.monotonic_ns
            apart_ns = chunk.wall_ns - before.wall_ns
            if step_ns < 0 or abs(step_ns - apart_ns) > 3600_000_000_000:
                step_ns = max(0, apart_ns)
            at_ns += step_ns
        before = chunk
        yield at_ns, chunk


def _span(path: Path) -> tuple[int, int]:
    """(uptime at the first record, length of it all)."""
    first_ns = last_ns = 0
    for at_ns, chunk in _timed(path):
        first_ns = first_ns or chunk.monotonic_ns
        last_ns = at_ns
    return first_ns, last_ns
