"""When the next batch goes out, how large it is, and what becomes of it. Time is handed in.

A server that answers 5xx may choke on one row of many: a batch halves until it is one row, and that one then waits
behind all others. Nothing is ever thrown away unsent.
"""

from typing import Protocol

from ground.uploads.queue import UploadQueue, Waiting
from ground.uploads.sondehub import DONE, SILENT, Answer

LARGEST_BATCH = 200
_FIRST_WAIT_S = 5.0
_LONGEST_WAIT_S = 300.0
_HISTORICAL_MS = 24 * 3600 * 1000 - 60_000


class Server(Protocol):
    def put(self, rows: list[dict[str, object]]) -> Answer: ...


class Sender:
    """Call `step` often; `words` says how it goes."""

    def __init__(self, queue: UploadQueue, server: Server, every_s: float, dev: bool = False) -> None:
        self._queue = queue
        self._server = server
        self._every_s = every_s
        self._dev = dev
        self._batch = LARGEST_BATCH
        self._wait_s = 0.0
        self._next_s = 0.0
        self.failures = 0  # in a row
        self.words = "nothing sent yet"

    def step(self, now_s: float, utc_ms: int) -> bool:
        """Send a batch if it is time and there is one; whether a server was asked. now_s: of a clock nobody sets."""
        if now_s < self._next_s:
            return False
        waiting = self._queue.next(self._batch)
        if not waiting:
            return False
        answer = self._server.put([self._row(one, utc_ms) for one in waiting])
        self.words = answer.words
        if answer.kind == DONE:
            refused = {waiting[at].key: why for at, why in answer.refused.items()}
            self._queue.settle([one.key for one in waiting], refused)
            full = len(waiting) == self._batch
            self._batch = min(LARGEST_BATCH, self._batch * 2)
            self.failures = 0
            self._wait_s = 0.0
            self._next_s = now_s + (1.0 if full else self._every_s)
            return True
        self.failures += 1
        if answer.kind != SILENT:
            if self._batch == 1:
                self._queue.put_last(waiting[0].key)
            self._batch = max(1, min(self._batch, len(waiting)) // 2)
        self._wait_s = min(_LONGEST_WAIT_S, max(_FIRST_WAIT_S, self._wait_s * 2))
        self._next_s = now_s + max(self._wait_s, answer.wait_s)
        return True

    def _row(self, one: Waiting, utc_ms: int) -> dict[str, object]:
        row = dict(one.row)
        if utc_ms - one.utc_ms > _HISTORICAL_MS:
            row["historical"] = True
        if self._dev:
            row["dev"] = True
        return row
