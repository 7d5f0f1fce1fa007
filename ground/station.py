"""The ground station: links -> raw log -> receiver -> store -> tracks, one object, and a thread for each link and one.

A reader thread for each link only reads and logs, so that nothing that decodes, stores or draws, and no other link, can
make it late. The worker thread decodes, keeps the tracks, and once a second puts raw log and store on the disk.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ground.flight_store import FlightStore
from ground.formats.heard import Heard
from ground.formats.payloads import Payloads
from ground.keeper import Keeper
from ground.links import Link, open_link
from ground.raw_log import (
    NOTE,
    RECEIVED,
    RECEIVERS,
    SENT,
    Chunk,
    LogInUse,
    RawLogReader,
    listening_note,
    port_note,
)
from ground.receiver import Receiver, Record
from ground.source import Source
from ground.track import Track
from ground.uptime import uptime_ns

_SYNC_S = 1.0
_IDLE_S = 0.1
_FIRST_TRY_S = 1.0
# Frames that come in a rush are decoded together: half the work of waking up for each. Nobody sees 20 ms.
_GATHER_S = 0.02
# Another flight is followed once ours has been silent this long.
_FOLLOW_S = 60.0

Listener = Callable[[list[Record]], None]


class StationError(Exception):
    """The station cannot start. One sentence that says what to do."""


class Station:
    """Any number of links and one log. Start, look, send, close.

    `track`, `tracks`, `receiver` and `sources` may be read at any time; hold `lock` to read several things at one
    moment. `link` is the first of the links.
    """

    def __init__(
        self,
        links: Link | str | Sequence[Link | str],
        log_folder: Path | None = None,
        on_update: Callable[["Station", list[Record]], None] | None = None,
        store: FlightStore | None = None,
        bytes_only: bool = False,
    ) -> None:
        """links: URLs or open links, heard at once; the place in the list is the receiver's number in the log.

        log_folder: None keeps no log (a replay); `store` then may keep the records.

        A folder that holds a log already is continued: what it knows is read first. bytes_only: nothing is read first
        and no store is kept, so that the port is read at once; another process follows the log and does the rest.
        on_update: called by the worker thread, without the lock, after each batch that brought records.
        LinkError for a bad URL; StationError when the folder cannot be written.
        """
        if isinstance(links, str) or not isinstance(links, Sequence):
            links = [links]
        if not 1 <= len(links) <= RECEIVERS:
            raise StationError(f"{len(links)} receivers cannot be heard at once: give 1 to {RECEIVERS}.")
        self.links: list[Link] = [open_link(link) if isinstance(link, str) else link for link in links]
        self.link = self.links[0]
        # By number; a replayed log may hold more receivers than there are links.
        self.sources = {number: Source(number, link.name, link) for number, link in enumerate(self.links)}
        self.log_folder = log_folder
        self.on_update = on_update
        self.listeners: list[Listener] = []
        self.lock = threading.Lock()
        self.payloads = Payloads()  # of others, on the same radios
        self.receiver = Receiver()
        self.receiver.others = self.payloads
        self.on_others: Callable[[list[Heard]], None] | None = None  # told as on_update is, of other payloads
        self.new_track: Callable[[int], Track] = Track
        self.tracks: dict[int, Track] = {}
        self.track: Track | None = None  # the flight that is followed
        self.bytes_ns: int | None = None  # when the newest bytes came, by the clock of `now_ns`
        self.first_bytes_ns: int | None = None  # of this session
        self.damage: str | None = None  # of a log that was continued
        self.failure: str | None = None  # a bug in the ground itself; the raw log goes on
        self.bytes_this_session = 0
        self.frames_this_session = 0
        self._changed = threading.Condition(self.lock)
        self._queue: queue.SimpleQueue[Chunk | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._heard_by: dict[int, int] = {}  # net -> number of the receiver that last had a frame of it
        self._flushes_wanted = 0
        self._flushes_done = 0
        self._bytes_only = bytes_only
        self._keeper = Keeper(store)
        self._threads: list[threading.Thread] = []
        if log_folder is not None:
            self._open_folder(log_folder)

    # --- for those who use it -------------------------------------------------------------------------------------

    def start(self) -> "Station":
        """Begin to receive; comes back when the port was tried for the first time, or after a second.

        A serial port forgets what came before it was opened: whoever starts the sender too starts it after this.
        """
        self._begin("worker", self._work)
        for source in self.sources.values():
            self._begin(f"reader {source.number}", partial(self._read, source))
        deadline = time.monotonic() + _FIRST_TRY_S
        for source in self.sources.values():
            source.tried.wait(max(0.0, deadline - time.monotonic()))
        return self

    def _begin(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"station {name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def send(self, data: bytes, receiver: int | None = None) -> bool:
        """Log these bytes, then send them; False when they could not be handed to the link. For any thread.

        receiver: the number of a link; None for the one that last heard the flight that is followed. Not to be called
        with the lock held.
        """
        if receiver is None:
            with self.lock:
                receiver = 0 if self.track is None else self._heard_by.get(self.track.net, 0)
        if not 0 <= receiver < len(self.links):
            return False
        source = self.sources[receiver]
        # A disk that is full is no reason to keep a SAFE back; the trouble is said.
        self._keeper.append(Chunk(data, time.time_ns(), source.link.now_ns(), SENT, receiver))
        if not source.link.write(data):
            return False
        source.sent += len(data)
        return True

    def note(self, text: str) -> None:
        """Put a line about what was done into the raw log. For any thread."""
        self._keeper.append(Chunk(text.encode(), time.time_ns(), uptime_ns(), NOTE))

    def add_listener(self, listener: Listener) -> None:
        """Have the worker thread call it, without the lock, after each batch that brought records. For any thread."""
        with self.lock:
            self.listeners = [*self.listeners, listener]

    def remove_listener(self, listener: Listener) -> None:
        """No more calls after the one that may be running; harmless when it is not there."""
        with self.lock:
            self.listeners = [one for one in self.listeners if one != listener]

    @property
    def reconnections(self) -> int:
        """How often a link came up, the first times included."""
        return sum(source.reconnections for source in self.sources.values())

    @property
    def now_ns(self) -> int:
        """The clock for ages: ours, or the log's in a replay."""
        return self.link.now_ns()

    @property
    def log_trouble(self) -> str | None:
        """One sentence while the disk refuses; None while all is well."""
        return self._keeper.trouble

    @property
    def bytes_unlogged(self) -> int:
        """Bytes that the disk refused; they were shown, and are nowhere else."""
        return self._keeper.bytes_unlogged

    @property
    def last_stored_ns(self) -> int | None:
        """time.monotonic_ns() when the newest frame was safely in the store."""
        return self._keeper.last_stored_ns

    @property
    def ended(self) -> bool:
        """Whether files were read to their ends and all of it is stored."""
        return self._all_read and not any(thread.is_alive() for thread in self._threads)

    def wait_until(self, predicate: Callable[["Station"], bool], timeout_s: float) -> bool:
        """Wait until predicate(self) holds, looking after each batch of records and ten times a second.

        False when it did not within timeout_s. The predicate is called with the lock held.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while not predicate(self):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, _IDLE_S))
        return True

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until everything read so far is decoded, in the store and on the disk; False when it is not in time."""
        with self._changed:
            self._flushes_wanted += 1
            wanted = self._flushes_wanted
        self._queue.put(None)
        return self.wait_until(lambda _: self._flushes_done >= wanted or self.ended, timeout_s)

    def close(self) -> None:
        """Stop reading, store and sync everything, let go of the port. Harmless when repeated."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for link in self.links:
            link.close()
        self._keeper.close()

    # --- the log folder -------------------------------------------------------------------------------------------

    def _open_folder(self, folder: Path) -> None:
        try:
            old = self._keeper.open(folder, with_store=not self._bytes_only)
            if old is not None and not self._bytes_only:
                self._continue(old)
        except LogInUse as error:
            raise StationError(str(error)) from error
        except (OSError, sqlite3.Error) as error:
            self.close()
            reason = getattr(error, "strerror", None) or error
            raise StationError(f"The log folder {folder} cannot be used ({reason}): give another --log.") from error
        since = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for source in self.sources.values():
            note = listening_note(source.name, since)
            self._keeper.append(Chunk(note, time.time_ns(), uptime_ns(), NOTE, source.number))
        if self.log_trouble:  # a disk that is full before the flight is no disk for a flight
            self.close()
            raise StationError(f"The log folder {folder} cannot be used: {self.log_trouble}")

    def _continue(self, path: Path) -> None:
        """Know what the log knows. Its monotonic clock may be of an earlier boot: ages come from the wall clock."""
        reader = RawLogReader(path)
        wall_now, now = time.time_ns(), uptime_ns()
        for chunk in reader:
            if chunk.kind != RECEIVED:
                continue
            records = self.receiver.feed(chunk)
            self._keeper.add(records, self.payloads.take())
            since_ns = max(0, wall_now - chunk.wall_ns)
            for record in records:
                self._follow(record._replace(monotonic_ns=now - since_ns))
        self.payloads.rebase(wall_now, now)
        self._keeper.sync()
        self.damage = reader.damage

    # --- the reader thread ----------------------------------------------------------------------------------------

    @property
    def _all_read(self) -> bool:
        return all(source.done for source in self.sources.values())

    def _read(self, source: Source) -> None:
        number = None if len(self.links) == 1 else source.number  # a log that is replayed numbers its own

        def keep(chunk: Chunk) -> None:
            if number is not None:
                chunk = chunk._replace(receiver=number)
            self._keeper.append(chunk)
            self._queue.put(chunk)

        try:
            source.read(self._stop, keep, partial(self._note_port, source.number))
        except Exception as error:  # seen and said; a silent dead thread would look like a silent radio
            self.failure = f"The reader of {source.name} stopped: {type(error).__name__}: {error}"
        finally:
            source.tried.set()
            source.done = True
            self._queue.put(None)

    def _note_port(self, number: int, trouble: str | None) -> None:
        self._keeper.append(Chunk(port_note(trouble), time.time_ns(), uptime_ns(), NOTE, number))

    # --- the worker thread ----------------------------------------------------------------------------------------

    def _work(self) -> None:
        sync_at = time.monotonic() + _SYNC_S
        while True:
            done = self._all_read
            chunks, wanted = self._take()
            records: list[Record] = []
            others: list[Heard] = []
            if chunks:
                try:
                    records, others = self._digest(chunks)
                except Exception as error:  # the raw log has the bytes; the next chunk may be fine
                    self.failure = f"{type(error).__name__} while decoding: {error}"
            if wanted or time.monotonic() >= sync_at or (done and not chunks):
                self._keeper.sync()
                sync_at = time.monotonic() + _SYNC_S
            with self._changed:
                self._flushes_done = max(self._flushes_done, wanted)
                self._changed.notify_all()
            self._tell(records, others)
            if done and not chunks:
                return

    def _tell(self, records: list[Record], others: list[Heard]) -> None:
        calls: list[Callable[[], None]] = []
        if records:
            if self.on_update is not None:
                calls.append(partial(self.on_update, self, records))
            calls.extend(partial(listener, records) for listener in self.listeners)
        if others and self.on_others is not None:
            calls.append(partial(self.on_others, others))
        for call in calls:
            try:
                call()
            except Exception as error:
                self.failure = f"{type(error).__name__} in what was told of new records: {error}"

    def _take(self) -> tuple[list[Chunk], int]:
        """The chunks that wait, after at most 0.1 s, and the number of the flush that comes after them."""
        chunks: list[Chunk] = []
        with self.lock:
            wanted = self._flushes_wanted
        try:
            chunk = self._queue.get(timeout=_IDLE_S)
            if chunk is not None and self._queue.empty():
                self._stop.wait(_GATHER_S)
            while True:
                if chunk is not None:
                    chunks.append(chunk)
                if len(chunks) >= 256:
                    # A flush that was asked for before now may still have chunks in front of it.
                    return chunks, 0
                chunk = self._queue.get_nowait()
        except queue.Empty:
            return chunks, wanted if wanted > self._flushes_done else 0

    def _digest(self, chunks: list[Chunk]) -> tuple[list[Record], list[Heard]]:
        records: list[Record] = []
        with self.lock:
            for chunk in chunks:
                heard = self.receiver.feed(chunk)
                self._source(chunk.receiver).take(chunk, len(heard))
                for record in heard:
                    self._heard_by[record.net] = chunk.receiver
                records.extend(heard)
                self.bytes_this_session += len(chunk.data)
            self.bytes_ns = chunks[-1].monotonic_ns
            if self.first_bytes_ns is None:
                self.first_bytes_ns = chunks[0].monotonic_ns
            self.frames_this_session += len(records)
            others = self.payloads.take()
            self._keeper.add(records, others)
            for record in records:
                self._follow(record)
        return records, others

    def name_of(self, number: int) -> str:
        """What a receiver is called, in a replay by the notes of its log."""
        log: RawLogReader | None = getattr(self.link, "log", None)
        if log is not None and number in log.names:
            return log.names[number]
        return self.sources[number].name if number in self.sources else f"receiver {number + 1}"

    def _source(self, number: int) -> Source:
        source = self.sources.get(number)
        if source is None:
            source = Source(number, f"receiver {number + 1}", self.link)
            source.done = True  # nobody reads for it: its bytes are in the log of another
            self.sources = {**self.sources, number: source}  # others may be looking through the old one
        return source

    def _follow(self, record: Record) -> None:
        track = self.tracks.get(record.net)
        if track is None:
            track = self.tracks[record.net] = self.new_track(record.net)
        track.update(record)
        if self.track is not track:
            age_s = None if self.track is None else self.track.age_s(record.monotonic_ns)
            if self.track is None or age_s is None or age_s > _FOLLOW_S:
                self.track = track
