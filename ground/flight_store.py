"""flight.sqlite: the records of a flight, one table a frame type, made from the protocol's own tables.

A view that can be rebuilt from raw.log at any time. SQLite in WAL mode, synchronous=FULL: what was committed survives
a kill and a power cut. The key (net, epoch, sequence, mission_ms) merges what is heard twice.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from firmware.protocol import telemetry, words
from ground.fast_unpacking import AFTER_PAYLOAD, PAYLOAD_AT, Place
from ground.receiver import NEWEST, REPEATED, Record

NAME = "flight.sqlite"

_KEY = ("net", "epoch", "sequence", "mission_ms")
_ALWAYS = (*_KEY, "wall_ns", "monotonic_ns", "receiver", "frame_type")
_TABLE_NAMES = {"FIX": "fixes", "EVENT": "events"}
_APPLICATION_ID = 0x53414D52
_FORMAT = 2  # of the tables; a store of another one is set aside and made again from raw.log
_PENDING_LIMIT = 200_000


class NotAStore(Exception):
    """The file is no flight.sqlite, or one of another version."""


class _Table:
    def __init__(self, name: str, columns: tuple[str, ...], key: tuple[str, ...] = _KEY, optional: int = 0) -> None:
        """optional: how many of the columns, the last ones, may be empty."""
        self.name = name
        self.columns = columns
        known = columns[: len(columns) - optional]
        # Quoted, because "drop" is also a word of SQL.
        names = ", ".join(f'"{column}"' for column in columns)
        types = ", ".join(f'"{column}"' + (" INTEGER NOT NULL" if column in known else "") for column in columns)
        order = ", ".join(key)
        self.create = f"CREATE TABLE IF NOT EXISTS {name} ({types}, PRIMARY KEY ({order})) WITHOUT ROWID"
        self.insert = f"INSERT OR IGNORE INTO {name} VALUES ({', '.join('?' * len(columns))})"
        self.select = f"SELECT {names} FROM {name} ORDER BY {order}"


def _frames(name: str, columns: tuple[str, ...]) -> _Table:
    return _Table(name, (*_ALWAYS, *columns), optional=len(columns))


_NAMES = {number: name for number, name, _, _ in words.FRAMES}
_TABLES = {
    **{
        _NAMES[number]: _frames(_TABLE_NAMES.get(_NAMES[number], _NAMES[number].lower()), layout.names)
        for number, layout in telemetry.LAYOUTS + telemetry.TAGGED_LAYOUTS
    },
    "HIST": _frames("hist", ()),
}
_OTHER_TABLE = _frames("other_frames", ("payload",))
# Past places: mission_ms is the moment at which the payload was there, told_ms that of the frame which told it.
_PLACES = _Table(
    "places",
    ("net", "epoch", "sequence", "told_ms", "mission_ms", "latitude_e7", "longitude_e7", "altitude_m"),
    key=("net", "epoch", "sequence", "told_ms", "mission_ms"),
    optional=1,
)
# Who heard what: a row a reception.
_HEARD = _Table("heard", (*_KEY, "receiver", "wall_ns"), key=(*_KEY, "receiver"))
_FRAME_TABLES = (*_TABLES.values(), _OTHER_TABLE)
_EVERY_TABLE = (*_FRAME_TABLES, _PLACES, _HEARD)
_VALUES_AT = len(_ALWAYS)


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
            if tables and run("PRAGMA user_version").fetchone()[0] != _FORMAT:
                raise NotAStore(f"{self.path} was written by another version of Samara; raw.log holds it all.")
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")
            run(f"PRAGMA application_id = {_APPLICATION_ID}")
            run(f"PRAGMA user_version = {_FORMAT}")
            for table in _EVERY_TABLE:
                run(table.create)
                columns = tuple(row[1] for row in run(f"PRAGMA table_info({table.name})"))
                if columns != table.columns:
                    raise NotAStore(f"{self.path} was written by another version of Samara; raw.log holds it all.")
            self._database.commit()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise NotAStore(f"{self.path} is not a flight store, or damaged: {error}.") from error

    def add(self, records: Iterable[Record]) -> None:
        """Take records; the disk has them after the next `commit`."""
        for record in records:
            net, epoch, sequence, mission_ms, wall_ns, monotonic_ns = record[2:8]
            self._rows_of(_HEARD).append((net, epoch, sequence, mission_ms, record.receiver, wall_ns))
            self.pending += 1
            if record.order is REPEATED:
                continue
            row = (net, epoch, sequence, mission_ms, wall_ns, monotonic_ns, record.receiver, record.frame_type)
            table = _TABLES.get(record.kind)
            if table is None:
                self._rows_of(_OTHER_TABLE).append((*row, record.payload))
            else:
                self._rows_of(table).append((*row, *record.values.values()))
            if record.places:
                self._rows_of(_PLACES).extend((net, epoch, sequence, mission_ms, *place) for place in record.places)

    def _rows_of(self, table: _Table) -> list[tuple[object, ...]]:
        rows = self._rows.get(table)
        if rows is None:
            rows = self._rows[table] = []
        return rows

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
        run = self._database.execute
        places: dict[tuple[int, ...], list[Place]] = {}
        for row in run(_PLACES.select):
            places.setdefault(row[:4], []).append(row[4:])
        found: list[Record] = []
        for kind, table in _TABLES.items():
            names = table.columns[_VALUES_AT:]
            newest_first = kind != "HIST"  # a FIX tells the nearest moment first
            for row in run(table.select):
                told = places.get(row[:4], ())
                values = dict(zip(names, row[_VALUES_AT:], strict=True))
                found.append(_record(kind, row, values, tuple(reversed(told) if newest_first else told)))
        for row in run(_OTHER_TABLE.select):
            found.append(_record(f"TYPE {row[7]}", row, {}, (), bytes(PAYLOAD_AT) + row[8] + bytes(AFTER_PAYLOAD)))
        found.sort(key=lambda record: record[2:6])
        return iter(found)

    def count(self) -> dict[str, int]:
        """Frames by the name of their table."""
        run = self._database.execute
        return {table.name: run(f"SELECT count(*) FROM {table.name}").fetchone()[0] for table in _FRAME_TABLES}

    def close(self) -> None:
        """Commit and close; harmless when repeated."""
        try:
            self.commit()
        finally:
            self._database.close()


def _record(
    kind: str, row: tuple[int, ...], values: dict[str, int | None], places: tuple[Place, ...], content: bytes = b""
) -> Record:
    net, epoch, sequence, mission_ms, wall_ns, monotonic_ns, receiver, frame_type = row[:_VALUES_AT]
    times = (wall_ns, monotonic_ns)
    return Record(kind, frame_type, net, epoch, sequence, mission_ms, *times, NEWEST, values, content, places, receiver)
