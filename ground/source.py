"""A source of bytes: one receiver's link, what came out of it, and how long ago."""

import threading
from collections.abc import Callable

from ground.links import Link
from ground.raw_log import Chunk


class Source:
    """One receiver. Its reader thread writes `reconnections` and `done`, the station's worker everything else."""

    def __init__(self, number: int, name: str, link: Link) -> None:
        self.number = number  # Chunk.receiver
        self.name = name
        self.link = link
        self.reconnections = 0
        self.bytes = 0  # of this session
        self.frames = 0  # of this session, repetitions included
        self.first_bytes_ns: int | None = None  # by the clock of the link
        self.bytes_ns: int | None = None
        self.frame_ns: int | None = None  # when the newest undamaged frame came
        self.sent = 0  # bytes handed to the link
        self.tried = threading.Event()  # the port was tried for the first time
        self.done = False  # read to its end, or stopped

    def read(
        self,
        stop: threading.Event,
        keep: Callable[[Chunk], None],
        tell: Callable[[str | None], None] = lambda trouble: None,
    ) -> None:
        """Hand every chunk to `keep` until the link ends or `stop` is set. What `keep` raises ends it.

        tell: what is wrong with the port, None for nothing; whenever that changes. At first nothing is.
        """
        link = self.link
        connected = False
        told: str | None = None
        while not stop.is_set() and not link.ended:
            chunk = link.read()
            self.tried.set()
            if link.trouble != told:
                told = link.trouble
                tell(told)
            if chunk is not None or link.trouble is None:
                if not connected:
                    self.reconnections += 1
                connected = True
            else:
                connected = False
            if chunk is not None:
                keep(chunk)

    def take(self, chunk: Chunk, frames: int) -> None:
        """Count a chunk of this receiver and the frames that ended in it."""
        self.bytes += len(chunk.data)
        self.bytes_ns = chunk.monotonic_ns
        if self.first_bytes_ns is None:
            self.first_bytes_ns = chunk.monotonic_ns
        if frames:
            self.frames += frames
            self.frame_ns = chunk.monotonic_ns
