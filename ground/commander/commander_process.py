"""The process that holds the key while a flight is on: speaks through the station's desk, and tells a page how it goes.

    python -m ground.commander.commander_process    see house/lifeline.py for its orders: {"socket", "log", "key"}

Lines of JSON over a socket of this user's own:

    from a page      {"do": "start", "op", "place", "argument", "reason", "ask": n}    {"do": "cancel", "ask": n}
    from here        {"ask": n, "ok": true} or {"ask": n, "ok": false, "words": why}
                     {"command": {"available", "why", "current", "confirm_words", ...}}    at first, and on each change

What is asked for is decided here: a page that lies is refused as a person would be. Nothing is ever said by itself:
after a restart this process says what it does not know, and waits to be asked.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from ground.commander import stages
from ground.commander.connection import Connection, StationGone
from ground.commander.counters import Counters
from ground.commander.lookout import Lookout, NotNow, rate_s
from ground.commander.order import Order, news_line
from ground.commander.requests import BadRequest, needs_fresh_link, wish_of
from ground.commander.stations import same_user
from ground.house.lifeline import Lifeline

_IDLE_S = 1.0
_LONGEST_LINE = 4096
_PATIENCE_S = 120
_PATIENCE_REPORTS = 12  # where reports are far apart
_URGENT = ("safe", "hold")


class _Page:
    """Somebody who is connected."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.received = b""


class Commander:
    """Serves one socket in one thread; each order has another."""

    def __init__(self, path: Path, log: Path, key: Path | None) -> None:
        self.stopping = False
        self._path = path
        self._unfinished_path = path.with_suffix(".unfinished")
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._lookout = Lookout(log, key, self.wake)
        self._orders: list[Order] = []
        self._before: dict[str, Any] | None = self._unfinished()
        self._pages: list[_Page] = []
        self._told = ""
        self._selector = selectors.DefaultSelector()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()  # of the one before, which was killed
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        os.chmod(path, 0o600)
        self._server.listen(4)
        self._server.setblocking(False)
        self._selector.register(self._server, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)

    def wake(self) -> None:
        """Something is new. For any thread, and for signals."""
        with contextlib.suppress(OSError):
            self._wake_write.send(b"x")

    def serve(self) -> None:
        self._lookout.start()
        while not self.stopping:
            for key, _ in self._selector.select(_IDLE_S):
                if key.fileobj is self._server:
                    self._welcome()
                elif key.fileobj is self._wake_read:
                    with contextlib.suppress(OSError):
                        self._wake_read.recv(4096)
                else:
                    self._read(key.data)
            self._tell_all()
        self._end()

    def _end(self) -> None:
        for order in self._orders:
            order.cancel()
        for order in self._orders:
            order.wait(1.0)
        self._keep_unfinished()
        self._lookout.close()
        self._server.close()
        for path in (self._path, self._unfinished_path):
            with contextlib.suppress(OSError):
                path.unlink()

    # --- pages --------------------------------------------------------------------------------------------------

    def _welcome(self) -> None:
        try:
            connection, _ = self._server.accept()
        except OSError:
            return
        if not same_user(connection):
            connection.close()
            return
        connection.settimeout(1.0)
        page = _Page(connection)
        self._pages.append(page)
        self._selector.register(connection, selectors.EVENT_READ, page)
        self._tell(page, {"command": self.state()})

    def _read(self, page: _Page) -> None:
        try:
            data = page.connection.recv(65536)
            *lines, page.received = (page.received + data).split(b"\n")
            if not data or len(page.received) > _LONGEST_LINE:
                raise ValueError("gone, or a line without an end")
            for line in lines:
                asked = json.loads(line)
                self._tell(page, {"ask": asked.get("ask"), **self.obey(asked)})
        except (OSError, ValueError, AttributeError):
            self._drop(page)

    def _tell_all(self) -> None:
        state = self.state()
        text = json.dumps(state)
        if text != self._told:
            self._told = text
            self._keep_unfinished()
            for page in list(self._pages):
                self._tell(page, {"command": state})

    def _tell(self, page: _Page, line: dict[str, Any]) -> None:
        try:
            page.connection.sendall(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        except OSError:
            self._drop(page)

    def _drop(self, page: _Page) -> None:
        if page in self._pages:
            self._pages.remove(page)
            self._selector.unregister(page.connection)
            page.connection.close()

    # --- what is asked for --------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """For the page: the newest order, or one of before that nobody knows the end of."""
        current = self._orders[-1].told() if self._orders else self._before
        return {**self._lookout.told(), "current": current}

    def obey(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer to one line."""
        if asked.get("do") == "cancel":
            under_way = [order for order in self._orders if not order.over]
            for order in under_way:
                order.cancel()
            return {"ok": True} if under_way else {"ok": False, "words": "Nothing is being said."}
        if asked.get("do") != "start":
            return {"ok": False, "words": "That is not understood."}
        try:
            self._start(asked)
        except (BadRequest, NotNow, StationGone) as error:
            return {"ok": False, "words": f"{error}; nothing was sent."}
        return {"ok": True}

    def _start(self, asked: dict[str, Any]) -> None:
        choice = self._lookout.choice()
        wanted, reason = wish_of(asked, choice.names)
        self._orders = [order for order in self._orders if not order.over][-4:]
        if self._orders and wanted.name not in _URGENT:
            raise NotNow("another command is under way: wait for its end, or break it off")
        if needs_fresh_link(wanted.name):
            self._lookout.check_fresh(choice)
        connection = Connection(choice.station)
        order = Order(
            connection,
            wanted,
            choice.master.derive(choice.provision.salt),
            Counters(self._lookout.counters_folder, choice.provision.name),
            choice.net,
            max(_PATIENCE_S, _PATIENCE_REPORTS * rate_s(choice)),
            reason,
            self.wake,
        )
        self._orders.append(order)
        self._before = None
        order.begin()

    # --- what outlives a kill -----------------------------------------------------------------------------------

    def _keep_unfinished(self) -> None:
        under_way = [order.told() for order in self._orders if not order.over]
        with contextlib.suppress(OSError):
            if under_way:
                self._unfinished_path.write_text(json.dumps(under_way[-1]), encoding="utf-8")
            else:
                self._unfinished_path.unlink(missing_ok=True)

    def _unfinished(self) -> dict[str, Any] | None:
        try:
            told = json.loads(self._unfinished_path.read_text(encoding="utf-8"))
            words = (
                f"the commander was begun again while '{told['title']}' was {told['stage']}: what became of it is not "
                "known here; look at the reports before it is said again"
            )
            news = [*told["news"], news_line(stages.UNKNOWN, words)]
            return {**told, "stage": stages.UNKNOWN, "over": True, "words": words, "news": news}
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _shut_others_out() -> None:
    """Other processes of this user cannot look into this one's memory, where the system knows how."""
    if sys.platform == "linux":
        import ctypes

        pr_set_dumpable = 4
        ctypes.CDLL(None).prctl(pr_set_dumpable, 0, 0, 0, 0)


def main() -> None:
    _shut_others_out()
    lifeline = Lifeline()
    orders = lifeline.orders()
    key = orders.get("key")
    commander = Commander(Path(orders["socket"]), Path(orders["log"]), None if key is None else Path(key))

    def stop(*_: object) -> None:
        commander.stopping = True
        commander.wake()

    signal.signal(signal.SIGTERM, stop)
    lifeline.when_cut(stop)
    commander.serve()


if __name__ == "__main__":
    main()
