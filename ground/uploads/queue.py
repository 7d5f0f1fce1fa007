"""Rows on their way, in uploads.sqlite beside the log: each once, however often the log is read or the process dies.

SQLite in WAL mode with synchronous=FULL: what was accepted is on the disk before the next batch goes out.
"""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

NAME = "uploads.sqlite"
_APPLICATION_ID = 0x53414D55
_FORMAT = 1

WAITING = 0
ACCEPTED = 1
REFUSED = 2  # the server has said why, and is not asked again


class NotAQueue(Exception):
    """The file is something else."""


class Waiting(NamedTuple):
    key: str
    utc_ms: int
    row: dict[str, Any]


class UploadQueue:
    """For one thread. sqlite3.Error when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=5.0, isolation_level=None)
        try:
            self._prepare(path)
        except BaseException:
            self._database.close()
            raise

    def _prepare(self, path: Path) -> None:
        run = self._database.execute
        try:
            found = run("PRAGMA application_id").fetchone()[0]
            made = run("SELECT count(*) FROM sqlite_master").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise NotAQueue(f"{path} is no queue of uploads ({error}): move it away.") from error
        if made and (found != _APPLICATION_ID or run("PRAGMA user_version").fetchone()[0] != _FORMAT):
            raise NotAQueue(f"{path} is no queue of uploads of this version: move it away.")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run(f"PRAGMA application_id = {_APPLICATION_ID}")
        run(f"PRAGMA user_version = {_FORMAT}")
        run(
            "CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, utc_ms INTEGER NOT NULL, body TEXT NOT NULL, "
            "state INTEGER NOT NULL, tries INTEGER NOT NULL, said TEXT NOT NULL) WITHOUT ROWID"
        )
        run(f"CREATE INDEX IF NOT EXISTS waiting ON rows (tries, utc_ms) WHERE state = {WAITING}")

    def add(self, rows: Iterable[Waiting]) -> int:
        """Take rows; those whose key is known are no news. How many are new."""
        before = self._database.total_changes
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany(
                f"INSERT OR IGNORE INTO rows VALUES (?, ?, ?, {WAITING}, 0, '')",
                [(one.key, one.utc_ms, json.dumps(one.row, allow_nan=False)) for one in rows],
            )
        finally:
            self._database.execute("COMMIT")
        return self._database.total_changes - before

    def next(self, most: int) -> list[Waiting]:
        """The newest first: a map wants to know where it is. What has failed alone before comes last."""
        found = self._database.execute(
            f"SELECT key, utc_ms, body FROM rows WHERE state = {WAITING} ORDER BY tries, utc_ms DESC LIMIT ?", (most,)
        )
        return [Waiting(key, utc_ms, json.loads(body)) for key, utc_ms, body in found.fetchall()]

    def settle(self, keys: Iterable[str], refused: dict[str, str]) -> None:
        """The server has answered for these; refused: key -> why. On the disk when it returns."""
        rows = [(REFUSED if key in refused else ACCEPTED, refused.get(key, ""), key) for key in keys]
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("UPDATE rows SET state = ?, said = ? WHERE key = ?", rows)
        self._database.execute("COMMIT")

    def put_last(self, key: str) -> None:
        self._database.execute("UPDATE rows SET tries = tries + 1 WHERE key = ?", (key,))

    def count(self) -> dict[str, int]:
        """waiting, accepted, refused."""
        found = dict(self._database.execute("SELECT state, count(*) FROM rows GROUP BY state").fetchall())
        return {name: found.get(state, 0) for name, state in (("waiting", 0), ("accepted", 1), ("refused", 2))}

    def refusals(self) -> dict[str, int]:
        """What the server said, and of how many rows."""
        found = self._database.execute(f"SELECT said, count(*) FROM rows WHERE state = {REFUSED} GROUP BY said")
        return dict(found.fetchall())

    def close(self) -> None:
        self._database.close()
