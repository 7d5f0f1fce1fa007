"""flight.sqlite: the records of a flight, one table a frame type, made from the protocol's own tables.

A view that can be rebuilt from raw.log at any time. SQLite in WAL mode, synchronous=FULL: what was committed survives
a kill and a power cut. The key (net, epoch, sequence, mission_ms) merges what is heard twice.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from firmware.protocol import telemetry, words
from ground.receiver import NEWEST, REPEATED, Record

NAME = "flight.sqlite"

_KEY = ("net", "epoch", "sequence", "mission_ms")
_TIMES = ("wall_ns", "monotonic_ns")
_TABLE_NAMES = {"FIX": "fixes", "EVENT": "events"}
_OTHERS = "other_frames"
_APPLICATION_ID = 0x53414D52
_PENDING_LIMIT = 200_000


class NotAStore(Exception):
    """The file is no flight.sqlite, or one of another version."""


class _Table:
    def __init__(self, name: str, columns: tuple[str, ...]) -> None:
        self.name = name
        self.columns = columns
        every = (*_KEY, *_TIMES, *columns)
        # Quoted, because "drop" is also a word of SQL.
        names = ", ".join(f'"{column}"' for column in every)
        types = ", ".join(f'"{column}"' + (" INTEGER NOT NULL" if column in _KEY + _TIMES else "") for column in every)
        key = ", ".join(_KEY)
        self.create = f"CREATE TABLE IF NOT EXISTS {name} ({types}, PRIMARY KEY ({key})) WITHOUT ROWID"
        self.insert = f"INSERT OR IGNORE INTO {name} VALUES ({', '.join('?' * len(every))})"
        self.select = f"SELECT {names} FROM {name} ORDER BY {key}"


_NAMES = {number: name for number, name, _, _ in words.FRAMES}
_TABLES = {
    _NAMES[number]: (number, _Table(_TABLE_NAMES.get(_NAMES[number], _NAMES[number].lower()), layout.names))
    for number, layout in telemetry.LAYOUTS + telemetry.TAGGED_LAYOUTS
}
_OTHER_TABLE = _Table(_OTHERS, ("frame_type", "payload"))


class FlightStore:
    """Records in, records out. Rows wait in memory until `commit`; one thread at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """Open or create a file; in memory without one. NotAStore when it is something else; sqlite3.Error, OSError."""
        self.path = path
        self._rows: dict[_Table, list[tuple[object, ...]]] = {}
        self.pending = 0
        self.stored = 0  # records committed by this object, repetitions included
        self._database = sqlite3.connect(":memory:" if path is None else path, check_same_thread=False, timeout=5.0)
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def _prepare(self) -> None:
        run = self._database.execute
        try:
            found = run("PRAGMA application_id").fetchone()[0]
            tables = run("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if tables and found != _APPLICATION_ID:
                raise NotAStore(f"{self.path} is not a Samara flight store.")
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")
            run(f"PRAGMA application_id = {_APPLICATION_ID}")
            for table in _every_table():
                run(table.create)
                columns = tuple(row[1] for row in run(f"PRAGMA table_info({table.name})"))
                if columns != (*_KEY, *_TIMES, *table.columns):
                    raise NotAStore(f"{self.path} was written by another version of Samara; raw.log holds it all.")
            self._database.commit()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise NotAStore(f"{self.path} is not a flight store, or damaged: {error}.") from error

    def add(self, records: Iterable[Record]) -> None:
        """Take records; the disk has them after the next `commit`."""
        rows = self._rows
        for record in records:
            if record.order is REPEATED:
                continue
            entry = _TABLES.get(record.kind)
            key = record[2:8]
            if entry is None:
                table: _Table = _OTHER_TABLE
                row: tuple[object, ...] = (*key, record.frame_type, record.payload)
            else:
                table = entry[1]
                row = (*key, *record.values.values())
            rows.setdefault(table, []).append(row)
            self.pending += 1

    def commit(self) -> None:
        """Put everything taken so far on the disk. sqlite3.Error when it refuses: the rows wait for the next try."""
        if not self.pending:
            return
        with self._database:
            for table, rows in self._rows.items():
                self._database.executemany(table.insert, rows)
        self.stored += self.pending
        self._rows = {}
        self.pending = 0

    @property
    def overfull(self) -> bool:
        """Whether the disk has refused for so long that the rows would fill the memory."""
        return self.pending > _PENDING_LIMIT

    def forget_pending(self) -> None:
        """Give up rows that the disk refuses; raw.log still has their bytes."""
        self._rows = {}
        self.pending = 0

    def records(self) -> Iterator[Record]:
        """Everything committed, by flight and sequence: the same records a replay of raw.log gives."""
        found: list[Record] = []
        for kind, (number, table) in _TABLES.items():
            for row in self._database.execute(table.select):
                values = dict(zip(table.columns, row[6:], strict=True))
                found.append(Record._make((kind, number, *row[:6], NEWEST, values, b"", (), 0)))
        for row in self._database.execute(_OTHER_TABLE.select):
            found.append(Record._make((f"TYPE {row[6]}", row[6], *row[:6], NEWEST, {}, row[7], (), 0)))
        found.sort(key=lambda record: record[2:6])
        return iter(found)

    def count(self) -> dict[str, int]:
        """Rows by table name."""
        run = self._database.execute
        return {table.name: run(f"SELECT count(*) FROM {table.name}").fetchone()[0] for table in _every_table()}

    def close(self) -> None:
        """Commit and close; harmless when repeated."""
        try:
            self.commit()
        finally:
            self._database.close()


def _every_table() -> tuple[_Table, ...]:
    return (*(table for _, table in _TABLES.values()), _OTHER_TABLE)
