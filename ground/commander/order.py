"""One command on its way, in a thread of its own: through a running station, by one procedure, told as it goes on."""

import threading
import time
from collections.abc import Callable
from typing import Any

from firmware.protocol.authentication import Keys
from ground.commander import stages
from ground.commander.connection import Connection, StationGone
from ground.commander.counters import Counters, CountersError
from ground.commander.procedure import Procedure
from ground.commander.wish import Wish
from ground.uptime import uptime_ns

_TICK_S = 0.05
_NEWS_KEPT = 50


class Order:
    """`begin` it once. `cancel` stops what is being said; it cannot take back what was heard.

    changed: called from its thread whenever it has something new to tell.
    """

    def __init__(
        self,
        connection: Connection,
        wish: Wish,
        keys: Keys,
        counters: Counters,
        net: int,
        patience_s: int,
        reason: str,
        changed: Callable[[], None],
    ) -> None:
        self.wish = wish
        self.stage = stages.READY
        self.news: list[dict[str, Any]] = []
        self.began_ms = time.time_ns() // 1_000_000
        self.over = False
        self._connection = connection
        self._counters = counters
        self._reason = reason
        self._changed = changed
        self._cancelled = threading.Event()
        self._procedure = Procedure(wish, keys, counters, net, _now_ms(), patience_s * 1000)
        self._thread = threading.Thread(target=self._carry_out, name=f"order {wish.name}", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._cancelled.set()

    def wait(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    @property
    def words(self) -> str:
        return str(self.news[-1]["words"]) if self.news else ""

    def told(self) -> dict[str, Any]:
        """For the page."""
        return {
            "id": f"{self.wish.name}-{self.began_ms}",
            "began_ms": self.began_ms,
            "reason": self._reason,
            "op": self.wish.name,
            "title": self.wish.title,
            "place": self.wish.place,
            "stage": self.stage,
            "over": self.over,
            "words": self.words,
            "news": list(self.news),
        }

    def _carry_out(self) -> None:
        procedure, connection = self._procedure, self._connection
        try:
            with self._counters.alone() as alone:
                if not alone and self.wish.name not in ("safe", "hold"):
                    procedure.give_up("another command to this balloon is under way")
                else:
                    self._talk()
        except (StationGone, CountersError) as error:
            procedure.give_up(str(error))
        except Exception as error:  # said, and not silently dead
            procedure.give_up(f"the commander failed ({type(error).__name__}: {error})")
        self._pass_on(procedure)
        connection.close()
        self.over = True
        self._changed()

    def _talk(self) -> None:
        procedure, connection = self._procedure, self._connection
        if self._reason:
            connection.tell(stages.READY, f"{self.wish.title}; reason: {self._reason}")
        trouble: str | None = None
        while not procedure.over:
            for record in connection.records(_TICK_S):
                procedure.hear(record, record.monotonic_ns // 1_000_000)
            procedure.tick(_now_ms())
            if self._cancelled.is_set():
                procedure.give_up("broken off")
            if connection.stand(procedure.standing):
                procedure.said()
            self._pass_on(procedure)
            if connection.trouble != trouble:
                trouble = connection.trouble
                if trouble:
                    self._say(procedure.stage, trouble)
        connection.stand(None)

    def _pass_on(self, procedure: Procedure) -> None:
        while procedure.news:
            stage, text = procedure.news.pop(0)
            try:
                self._connection.tell(stage, f"{self.wish.title}: {text}")
            except (StationGone, OSError):
                text = f"{text} (not in the log: the station is gone)"
            self._say(stage, text)

    def _say(self, stage: str, text: str) -> None:
        self.stage = stage
        self.news = [*self.news[-_NEWS_KEPT:], news_line(stage, text)]
        self._changed()


def news_line(stage: str, words: str) -> dict[str, Any]:
    """One line of what became of an order, with the laptop's time."""
    return {"wall_ms": time.time_ns() // 1_000_000, "stage": stage, "words": words}


def _now_ms() -> int:
    return uptime_ns() // 1_000_000
