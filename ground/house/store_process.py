"""The process that keeps flight.sqlite: follows raw.log and puts what it decodes on the disk once a second.

    python -m ground.house.store_process        see lifeline.py for its orders: {"log"}

It reads the log from its beginning each time; what the store has already changes nothing there.
"""

import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path

from ground import flight_store, raw_log
from ground.formats.payloads import Payloads
from ground.formats.store import HeardStore
from ground.house.lifeline import Lifeline
from ground.keeper import open_store
from ground.log_follower import LogFollower
from ground.raw_log import RECEIVED
from ground.receiver import Receiver

_COMMIT_S = 1.0
_POLL_S = 0.1
_MOST_PENDING = 20_000


class Storing:
    """Reads a log into a store. sqlite3.Error when the disk refuses: whoever began this begins it again."""

    def __init__(self, folder: Path) -> None:
        self.follower = LogFollower(folder / raw_log.NAME)
        self._store = open_store(folder / flight_store.NAME)
        self._heard = HeardStore(folder / flight_store.NAME)
        self._payloads = Payloads()
        self._receiver = Receiver()
        self._receiver.others = self._payloads
        self._commit_at = time.monotonic() + _COMMIT_S

    def look(self) -> bool:
        """Take what is there; False when there was nothing."""
        chunks = self.follower.take()
        for chunk in chunks:
            if chunk.kind == RECEIVED:
                self._store.add(self._receiver.feed(chunk))
        self._heard.add(self._payloads.take())
        if self._store.pending > _MOST_PENDING or time.monotonic() >= self._commit_at:
            self.commit()
        return bool(chunks)

    def commit(self) -> None:
        self._store.commit()
        if self._heard.pending:
            self._heard.commit()
        self._commit_at = time.monotonic() + _COMMIT_S

    def close(self) -> None:
        self.commit()
        self._store.close()
        self._heard.close()
        self.follower.close()


def main() -> None:
    stop = threading.Event()
    lifeline = Lifeline()
    orders = lifeline.orders()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    lifeline.when_cut(stop.set)
    try:
        storing = Storing(Path(orders["log"]))
        while not stop.is_set():
            if not storing.look():
                stop.wait(_POLL_S)
            if storing.follower.replaced:
                sys.exit("raw.log is another one: the store is read anew.")
        while storing.look():  # what the link wrote last
            continue
        storing.close()
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"The store cannot be written ({error}): free some disk space; raw.log goes on.")


if __name__ == "__main__":
    main()
