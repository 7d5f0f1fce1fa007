"""What a station puts on the disk: the raw log, the records and what other payloads said; and what the disk refuses."""

import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from ground import flight_store, raw_log
from ground.flight_store import FlightStore, NotAStore
from ground.formats.heard import Heard
from ground.formats.store import HeardStore
from ground.raw_log import Chunk, RawLog
from ground.receiver import Record


class Keeper:
    """Nothing of it raises once it is open: a full disk is said in `trouble`, and tried again.

    `append` may be called from any threads, all else from one.
    """

    def __init__(self, store: FlightStore | None = None) -> None:
        """store: keeps the records although there is no log, as in a replay."""
        self.log: RawLog | None = None
        self.bytes_unlogged = 0  # bytes that the disk refused; they were shown, and are nowhere else
        self.last_stored_ns: int | None = None  # time.monotonic_ns() when the newest frame was safely in the store
        self._store = store
        self._heard = None if store is None or store.path is None else HeardStore(store.path)
        self._counting = threading.Lock()
        self._raw_trouble: str | None = None
        self._store_trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """One sentence while the disk refuses; None while all is well."""
        return self._raw_trouble or self._store_trouble

    def open(self, folder: Path, with_store: bool = True) -> Path | None:
        """Open or make the files of a folder; the raw log when it holds something already.

        LogInUse, OSError or sqlite3.Error when that cannot be.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / raw_log.NAME
        self.log = RawLog(path)
        if with_store:
            self._store = open_store(folder / flight_store.NAME)
            self._heard = HeardStore(folder / flight_store.NAME)
        return path if path.stat().st_size else None

    def append(self, chunk: Chunk) -> None:
        """Into the raw log, where a dying process cannot lose it."""
        if self.log is None:
            return
        try:
            self.log.append(chunk)
            self._raw_trouble = None
        except OSError as error:
            if chunk.kind != raw_log.NOTE:
                with self._counting:
                    self.bytes_unlogged += len(chunk.data)
            self._say_disk(error)

    def add(self, records: Iterable[Record], others: Iterable[Heard]) -> None:
        """Take what was decoded; the disk has it after the next `sync`."""
        if self._store is not None:
            self._store.add(records)
        if self._heard is not None:
            self._heard.add(others)

    def sync(self) -> None:
        """Wait until the disk has everything."""
        if self.log is not None:
            try:
                self.log.sync()
            except OSError as error:
                self._say_disk(error)
        self._commit()

    def close(self) -> None:
        """Put all on the disk and let go of it. Harmless when repeated."""
        if self._store is not None:
            self._commit()
            try:
                self._store.close()
                if self._heard is not None:
                    self._heard.close()
            except sqlite3.Error as error:
                self._store_trouble = f"The store could not be closed ({error}); raw.log holds it all."
            self._store = self._heard = None
        if self.log is not None:
            try:
                self.log.close()
            except OSError as error:
                self._say_disk(error)
            self.log = None

    def _commit(self) -> None:
        store, heard = self._store, self._heard
        if store is None or not (store.pending or (heard is not None and heard.pending)):
            return
        try:
            store.commit()
            if heard is not None:
                heard.commit()
            self.last_stored_ns = time.monotonic_ns()
            self._store_trouble = None
        except sqlite3.Error as error:
            self._store_trouble = f"The store refuses ({error}): free some disk space; raw.log goes on."
            if store.overfull:
                store.forget_pending()

    def _say_disk(self, error: OSError) -> None:
        self._raw_trouble = f"The log cannot be written ({error.strerror}): free some disk space; bytes go unlogged."


def open_store(path: Path) -> FlightStore:
    """The store of a folder; what is none is set aside, because raw.log holds it all."""
    try:
        return FlightStore(path)
    except NotAStore:
        aside = path.with_name(f"{path.name}.set-aside-{time.time_ns()}")
        path.rename(aside)
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return FlightStore(path)
