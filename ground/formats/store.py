"""heard_others: the messages of other payloads, a table beside those of the flight. Rebuilt from raw.log."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from ground.formats.heard import Heard

TABLE = "heard_others"

_KEY = ("wall_ns", "receiver", "raw")
_TYPES = {
    "kind": "TEXT",
    "callsign": "TEXT",
    "temperature_c": "REAL",
    "symbol": "TEXT",
    "extra": "TEXT",
    "raw": "BLOB",
}
_COLUMNS = ", ".join(
    f"{name} {_TYPES.get(name, 'INTEGER')}{' NOT NULL' if name in _KEY else ''}" for name in Heard._fields
)
_CREATE = f"CREATE TABLE IF NOT EXISTS {TABLE} ({_COLUMNS}, PRIMARY KEY ({', '.join(_KEY)})) WITHOUT ROWID"
_INSERT = f"INSERT OR IGNORE INTO {TABLE} VALUES ({', '.join('?' * len(Heard._fields))})"
_SELECT = f"SELECT {', '.join(Heard._fields)} FROM {TABLE} ORDER BY {', '.join(_KEY)}"
_PENDING_LIMIT = 100_000


class HeardStore:
    """Messages in, messages out. The file is opened when there is something to write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database: sqlite3.Connection | None = None
        self._rows: list[Heard] = []

    @property
    def pending(self) -> int:
        """Rows that wait for the next commit."""
        return len(self._rows)

    def add(self, messages: Iterable[Heard]) -> None:
        """Take messages; the disk has them after the next `commit`."""
        self._rows.extend(messages)

    def commit(self) -> None:
        """Put everything taken so far on the disk. sqlite3.Error when it refuses: the rows wait, up to a limit."""
        if not self._rows:
            return
        try:
            with self._open() as database:
                database.executemany(_INSERT, self._rows)
        except sqlite3.Error:
            del self._rows[_PENDING_LIMIT:]  # raw.log has them still
            raise
        self._rows = []

    def messages(self) -> Iterator[Heard]:
        """Everything committed, in the order of arrival."""
        for row in self._open().execute(_SELECT):
            yield Heard._make(row)

    def close(self) -> None:
        """Commit and close; harmless when repeated."""
        try:
            self.commit()
        finally:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            database = sqlite3.connect(self.path, check_same_thread=False, timeout=5.0)
            try:
                database.execute("PRAGMA synchronous = FULL")
                columns = tuple(row[1] for row in database.execute(f"PRAGMA table_info({TABLE})"))
                if columns and columns != Heard._fields:  # of another version; raw.log holds it all
                    database.execute(f"DROP TABLE {TABLE}")
                database.execute(_CREATE)
                database.commit()
            except BaseException:
                database.close()
                raise
            self._database = database
        return self._database
