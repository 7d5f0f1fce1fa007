"""A station that hears nothing itself: it follows the log that another process writes, or plays one that was written.

One thread reads and decodes; everything that looks at a station, lamps and words and pages, looks at this one too.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from ground.links import Link
from ground.raw_log import NOTE, RECEIVED, Chunk, name_in_note, port_in_note
from ground.receiver import Record
from ground.source import Source
from ground.station import Station
from ground.track import Event, Track
from ground.uptime import uptime_ns
from ground.web.event_rows import EventRows
from ground.web.watched_track import WatchedTrack

_POLL_S = 0.01
_FRAMES_KEPT = 400


class ChunkSource(Link, Protocol):
    """A link that is asked for all that is there: log_follower.LogFollower, or replay_source.ReplaySource."""

    replaced: int
    caught_up: bool

    def take(self) -> list[Chunk]: ...


class NotedPort:
    """A port that another process owns, as the notes of its log tell of it. See Link."""

    def __init__(self, name: str, source: ChunkSource) -> None:
        self.name = name
        self.trouble: str | None = None
        self.ended = False
        self._source = source

    def read(self) -> Chunk | None:
        return None

    def write(self, data: bytes) -> bool:
        return False

    def now_ns(self) -> int:
        return self._source.now_ns()

    def close(self) -> None:
        pass


class LogStation(Station):
    """`changed` is called from its thread after everything that is new; `frames` are the newest, for engineers."""

    def __init__(
        self, source: ChunkSource, changed: Callable[[], None] = lambda: None, names: Sequence[str] = ()
    ) -> None:
        """names: of the drops by place, as the mission calls them."""
        super().__init__(source)
        self._names = names
        self.source = source
        self.changed = changed
        self.caught_up = threading.Event()
        self._begin_anew()

    def _begin_anew(self) -> None:
        """As if nothing had been heard: the log is another one, or is played from its beginning."""
        fresh = Station(self.source)
        for name in ("receiver", "payloads", "tracks", "track", "bytes_ns", "first_bytes_ns", "_heard_by", "sources"):
            setattr(self, name, getattr(fresh, name))
        self.bytes_this_session = self.frames_this_session = 0
        self.new_track = self._new_track
        self.events = EventRows(self._names)
        self.frames: deque[Record] = deque(maxlen=_FRAMES_KEPT)
        self.wall_ns = 0  # of the newest chunk, by the laptop's clock of then
        self.sent_frames = 0
        self.replaced = self.source.replaced
        self.ports: dict[int, NotedPort] = {}
        self.links: list[Link] = [self.source]

    def start(self) -> "LogStation":
        self._begin("log", self._follow_log)
        return self

    @property
    def generation(self) -> str:
        """Another word whenever the rows that a page has are of another flight."""
        track = self.track
        return f"{'' if track is None else track.generation}-{self.replaced}"  # type: ignore[attr-defined]

    def _follow_log(self) -> None:
        while not self._stop.is_set():
            chunks = self.source.take()
            if self.source.replaced != self.replaced:
                with self.lock:
                    self._begin_anew()
            if chunks:
                self._take_chunks(chunks)
            elif self.source.caught_up:
                self.caught_up.set()
                self._stop.wait(_POLL_S)
            else:
                self._stop.wait(_POLL_S)

    def _take_chunks(self, chunks: list[Chunk]) -> None:
        try:
            received = [chunk for chunk in chunks if chunk.kind == RECEIVED]
            for chunk in chunks if len(received) < len(chunks) else ():
                if chunk.kind == NOTE:
                    with self.lock:
                        self._take_note(chunk)
                elif chunk.kind != RECEIVED:
                    self.sent_frames += 1
            self.wall_ns = chunks[-1].wall_ns
            if received:
                records, others = self._digest(received)
                self.frames.extend(records)
                self._tell(records, others)
        except Exception as error:  # the next chunk may be fine; what is wrong is said
            self.failure = f"{type(error).__name__} while decoding: {error}"
        if self.caught_up.is_set():
            with self._changed:
                self._changed.notify_all()
            self.changed()

    def _take_note(self, chunk: Chunk) -> None:
        name = name_in_note(chunk.data)
        about_port, trouble = port_in_note(chunk.data)
        if name is not None:
            port = NotedPort(name, self.source)
            self.ports[chunk.receiver] = port
            self.links = list(self.ports.values())
            source = self.sources.get(chunk.receiver)
            if source is None or source.link is self.source:
                source = Source(chunk.receiver, name, port)
                self.sources = {**self.sources, chunk.receiver: source}
            source.name, source.link = name, port
        elif about_port and chunk.receiver in self.ports:
            self.ports[chunk.receiver].trouble = trouble
            self.sources[chunk.receiver].reconnections += trouble is None
        self.events.take_note(chunk, None if self.track is None else self.track.mission_ms)

    def name_of(self, number: int) -> str:
        return self.sources[number].name if number in self.sources else f"receiver {number + 1}"

    def _new_track(self, net: int) -> Track:
        return WatchedTrack(net, self._take_event)

    def _take_event(self, track: WatchedTrack, event: Event) -> None:
        self.events.take_event(track, event)

    @property
    def now_ns(self) -> int:
        return self.source.now_ns() if self.source is not None else uptime_ns()
