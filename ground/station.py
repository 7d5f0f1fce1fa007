"""The ground station: link -> raw log -> receiver -> store -> tracks, in two threads and one object.

The reader thread only reads and logs, so that nothing that decodes, stores or draws can make it late. The worker thread
decodes, keeps the tracks, and once a second puts raw log and store on the disk.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ground import flight_store, raw_log
from ground.flight_store import FlightStore, NotAStore
from ground.links import Link, open_link
from ground.raw_log import NOTE, RECEIVED, Chunk, LogInUse, RawLog, RawLogReader
from ground.receiver import Receiver, Record
from ground.track import Track
from ground.uptime import uptime_ns

_SYNC_S = 1.0
_IDLE_S = 0.1
_FIRST_TRY_S = 1.0
# Frames that come in a rush are decoded together: half the work of waking up for each. Nobody sees 20 ms.
_GATHER_S = 0.02
# Another flight is followed once ours has been silent this long.
_FOLLOW_S = 60.0


class StationError(Exception):
    """The station cannot start. One sentence that says what to do."""


class Station:
    """One link and one log. Start, look, close.

    `track`, `tracks`, `receiver` and `link` may be read at any time; hold `lock` to read several things at one moment.
    """

    def __init__(
        self,
        link: Link | str,
        log_folder: Path | None = None,
        on_update: Callable[["Station", list[Record]], None] | None = None,
        store: FlightStore | None = None,
    ) -> None:
        """link: a URL or an open link. log_folder: None keeps no log (a replay); `store` then may keep the records.

        A folder that holds a log already is continued: what it knows is read first.
        on_update: called by the worker thread, without the lock, after each batch that brought records.
        LinkError for a bad URL; StationError when the folder cannot be written.
        """
        self.link: Link = open_link(link) if isinstance(link, str) else link
        self.log_folder = log_folder
        self.on_update = on_update
        self.lock = threading.Lock()
        self.receiver = Receiver()
        self.tracks: dict[int, Track] = {}
        self.track: Track | None = None  # the flight that is followed
        self.bytes_ns: int | None = None  # when the newest bytes came, by the clock of `now_ns`
        self.first_bytes_ns: int | None = None  # of this session
        self.last_stored_ns: int | None = None  # time.monotonic_ns() when the newest frame was safely in the store
        self.bytes_unlogged = 0  # bytes that the disk refused; they were shown, and are nowhere else
        self._raw_trouble: str | None = None
        self._store_trouble: str | None = None
        self.damage: str | None = None  # of a log that was continued
        self.failure: str | None = None  # a bug in the ground itself; the raw log goes on
        self.reconnections = 0
        self.bytes_this_session = 0
        self.frames_this_session = 0
        self._changed = threading.Condition(self.lock)
        self._queue: queue.SimpleQueue[Chunk | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._tried = threading.Event()
        self._reader_done = threading.Event()
        self._flushes_wanted = 0
        self._flushes_done = 0
        self._log: RawLog | None = None
        self._store = store
        self._threads: list[threading.Thread] = []
        if log_folder is not None:
            self._open_folder(log_folder)

    # --- for those who use it -------------------------------------------------------------------------------------

    def start(self) -> "Station":
        """Begin to receive; comes back when the port was tried for the first time, or after a second.

        A serial port forgets what came before it was opened: whoever starts the sender too starts it after this.
        """
        for name, work in (("reader", self._read), ("worker", self._work)):
            thread = threading.Thread(target=work, name=f"station {name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._tried.wait(_FIRST_TRY_S)
        return self

    @property
    def now_ns(self) -> int:
        """The clock for ages: ours, or the log's in a replay."""
        return self.link.now_ns()

    @property
    def log_trouble(self) -> str | None:
        """One sentence while the disk refuses; None while all is well."""
        return self._raw_trouble or self._store_trouble

    @property
    def ended(self) -> bool:
        """Whether a file was read to its end and all of it is stored."""
        return self._reader_done.is_set() and not any(thread.is_alive() for thread in self._threads)

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
        self.link.close()
        if self._store is not None:
            self._commit()
            try:
                self._store.close()
            except sqlite3.Error as error:
                self._store_trouble = f"The store could not be closed ({error}); raw.log holds it all."
            self._store = None
        if self._log is not None:
            try:
                self._log.close()
            except OSError as error:
                self._say_disk(error)
            self._log = None

    # --- the log folder -------------------------------------------------------------------------------------------

    def _open_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._log = RawLog(folder / raw_log.NAME)
            path = folder / raw_log.NAME
            self._store = self._open_store(folder / flight_store.NAME)
            if path.stat().st_size:
                self._continue(path)
            text = f"Samara listens to {self.link.name} from {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
            self._log.append(Chunk(text.encode(), time.time_ns(), uptime_ns(), NOTE))
        except LogInUse as error:
            raise StationError(str(error)) from error
        except (OSError, sqlite3.Error) as error:
            self.close()
            reason = getattr(error, "strerror", None) or error
            raise StationError(f"The log folder {folder} cannot be used ({reason}): give another --log.") from error

    def _open_store(self, path: Path) -> FlightStore:
        try:
            return FlightStore(path)
        except NotAStore:
            aside = path.with_name(f"{path.name}.set-aside-{time.time_ns()}")
            path.rename(aside)
            for end in ("-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
            return FlightStore(path)

    def _continue(self, path: Path) -> None:
        """Know what the log knows. Its monotonic clock may be of an earlier boot: ages come from the wall clock."""
        reader = RawLogReader(path)
        wall_now, now = time.time_ns(), uptime_ns()
        for chunk in reader:
            if chunk.kind != RECEIVED:
                continue
            records = self.receiver.feed(chunk)
            if self._store is not None:
                self._store.add(records)
            since_ns = max(0, wall_now - chunk.wall_ns)
            for record in records:
                self._follow(record._replace(monotonic_ns=now - since_ns))
        if self._store is not None:
            self._store.commit()
        self.damage = reader.damage

    # --- the reader thread ----------------------------------------------------------------------------------------

    def _read(self) -> None:
        link, log, put = self.link, self._log, self._queue.put
        connected = False
        try:
            while not self._stop.is_set() and not link.ended:
                chunk = link.read()
                self._tried.set()
                if chunk is None:
                    up = link.trouble is None
                    if up and not connected:
                        self.reconnections += 1
                    connected = up
                    continue
                if not connected:
                    connected = True
                    self.reconnections += 1
                if log is not None:
                    try:
                        log.append(chunk)
                        self._raw_trouble = None
                    except OSError as error:
                        self.bytes_unlogged += len(chunk.data)
                        self._say_disk(error)
                put(chunk)
        except Exception as error:  # seen and said; a silent dead thread would look like a silent radio
            self.failure = f"The reader stopped: {type(error).__name__}: {error}"
        finally:
            self._tried.set()
            self._reader_done.set()
            put(None)

    # --- the worker thread ----------------------------------------------------------------------------------------

    def _work(self) -> None:
        sync_at = time.monotonic() + _SYNC_S
        while True:
            done = self._reader_done.is_set()
            chunks, wanted = self._take()
            records: list[Record] = []
            if chunks:
                try:
                    records = self._digest(chunks)
                except Exception as error:  # the raw log has the bytes; the next chunk may be fine
                    self.failure = f"{type(error).__name__} while decoding: {error}"
            if wanted or time.monotonic() >= sync_at or (done and not chunks):
                self._sync()
                sync_at = time.monotonic() + _SYNC_S
            with self._changed:
                self._flushes_done = max(self._flushes_done, wanted)
                self._changed.notify_all()
            if records and self.on_update is not None:
                try:
                    self.on_update(self, records)
                except Exception as error:
                    self.failure = f"{type(error).__name__} in what was told of new records: {error}"
            if done and not chunks:
                return

    def _take(self) -> tuple[list[Chunk], int]:
        """The chunks that wait, after at most 0.1 s, and the number of the flush that comes after them."""
        chunks: list[Chunk] = []
        with self.lock:
            wanted = self._flushes_wanted
        try:
            chunk = self._queue.get(timeout=_IDLE_S)
            if chunk is not None:
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

    def _digest(self, chunks: list[Chunk]) -> list[Record]:
        records: list[Record] = []
        with self.lock:
            for chunk in chunks:
                records.extend(self.receiver.feed(chunk))
                self.bytes_this_session += len(chunk.data)
            self.bytes_ns = chunks[-1].monotonic_ns
            if self.first_bytes_ns is None:
                self.first_bytes_ns = chunks[0].monotonic_ns
            self.frames_this_session += len(records)
            if self._store is not None:
                self._store.add(records)
            for record in records:
                self._follow(record)
        return records

    def _follow(self, record: Record) -> None:
        track = self.tracks.get(record.net)
        if track is None:
            track = self.tracks[record.net] = Track(record.net)
        track.update(record)
        if self.track is not track:
            age_s = None if self.track is None else self.track.age_s(record.monotonic_ns)
            if self.track is None or age_s is None or age_s > _FOLLOW_S:
                self.track = track

    def _sync(self) -> None:
        if self._log is not None:
            try:
                self._log.sync()
            except OSError as error:
                self._say_disk(error)
        self._commit()

    def _commit(self) -> None:
        store = self._store
        if store is None or not store.pending:
            return
        try:
            store.commit()
            self.last_stored_ns = time.monotonic_ns()
            self._store_trouble = None
        except sqlite3.Error as error:
            self._store_trouble = f"The store refuses ({error}): free some disk space; raw.log goes on."
            if store.overfull:
                store.forget_pending()

    def _say_disk(self, error: OSError) -> None:
        self._raw_trouble = f"The log cannot be written ({error.strerror}): free some disk space; bytes go unlogged."
