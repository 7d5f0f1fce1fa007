"""The ground station as a house of processes: link, store, commander and page, each begun again when it dies.

None of them can take another along: the link goes on logging while the page is away, and one of them has the key.
"""

import contextlib
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from ground.commander.stations import HAVE_SOCKETS, NoFolder, run_folder
from ground.house.child import Child
from ground.house.upload_process import why_not
from ground.key_store import keys_folder

_LOOK_S = 0.02
_END_S = 4.0
_TRIES = 10  # ports after the wanted one
# Where keys are is told to the commander only (key_store.py).
KEY_WORDS = ("SAMARA_KEYS",)


class HouseError(Exception):
    """It cannot begin. One sentence."""


class Plan(NamedTuple):
    """What is wanted. urls: none to follow a log that somebody else writes. replay: (raw.log, speed)."""

    log: Path
    urls: tuple[str, ...] = ()
    baud: int | None = None
    mission: Path | None = None
    key: Path | None = None
    port: int | None = None
    lan: bool = False
    replay: tuple[Path, float] | None = None


class House:
    """`open`, then `run` until `end` is called or a signal comes. `url` is the page's."""

    def __init__(self, plan: Plan, say: Callable[[str], None] = lambda words: None) -> None:
        self.plan = plan
        self.children: list[Child] = []
        self.port = 0
        self.lan_port: int | None = None
        self.pin = f"{secrets.randbelow(1_000_000):06}"
        self._say = say
        self._stop = threading.Event()
        self._sockets: list[socket.socket] = []
        self._commander_path: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def open(self) -> "House":
        """Take the ports of the page and begin everything. HouseError when that cannot be."""
        plan = self.plan
        try:
            # Before the page's server shuts itself out of the key's folder: what is made later may be shut out, too.
            plan.log.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HouseError(f"the log folder {plan.log} cannot be made ({error.strerror})") from error
        page = _listen("127.0.0.1", plan.port, 8420)
        self._sockets.append(page)
        self.port = page.getsockname()[1]
        # One token for as long as the house stands: a page outlives the server that it came from.
        keys = keys_folder() if plan.key is None else plan.key.parent
        orders: dict[str, Any] = {
            "log": str(plan.log),
            "token": secrets.token_urlsafe(24),
            "fd": page.fileno(),
            "closed": str(keys.absolute()),
        }
        if plan.mission is not None:
            orders["mission"] = str(plan.mission)
        if plan.replay is not None:
            orders["replay"] = {"path": str(plan.replay[0]), "speed": plan.replay[1]}
        if plan.lan:
            lan = _listen("0.0.0.0", None, self.port + 1)
            self._sockets.append(lan)
            self.lan_port = lan.getsockname()[1]
            orders |= {"lan_fd": lan.fileno(), "lan_port": self.lan_port, "pin": self.pin}
        if plan.urls:
            self.children.append(
                Child(
                    "link",
                    "ground.house.link_process",
                    {"urls": plan.urls, "baud": plan.baud, "log": str(plan.log)},
                    hidden=KEY_WORDS,
                    spare=True,  # whatever comes between two of them is lost
                )
            )
            self.children.append(Child("store", "ground.house.store_process", {"log": str(plan.log)}, hidden=KEY_WORDS))
            self._add_upload()
        if plan.replay is None and HAVE_SOCKETS:
            self._add_commander(orders)
        numbers = [one.fileno() for one in self._sockets]
        self.children.append(Child("web", "ground.web.web_process", orders, numbers, KEY_WORDS))
        for child in self.children:
            child.begin()
        return self

    def _add_upload(self) -> None:
        """Off until the settings ask for it."""
        plan = self.plan
        if why_not(plan.log, plan.mission) is None:
            told = {"log": str(plan.log), "mission": None if plan.mission is None else str(plan.mission)}
            self.children.append(Child("upload", "ground.house.upload_process", told, hidden=KEY_WORDS))

    def _add_commander(self, orders: dict[str, Any]) -> None:
        try:
            self._commander_path = run_folder() / f"{os.getpid()}-{secrets.token_hex(4)}.commander"
        except NoFolder as error:
            self._say(str(error))
            return
        told = {"socket": str(self._commander_path), "log": str(self.plan.log)}
        if self.plan.key is not None:
            told["key"] = str(self.plan.key)
        orders["commander"] = str(self._commander_path)
        self.children.append(Child("commander", "ground.commander.commander_process", told))

    def run(self) -> None:
        """Look after the children. Signals that end it are taken here when this is the main thread."""
        before = self._take_signals() if threading.current_thread() is threading.main_thread() else []
        try:
            while not self._stop.wait(_LOOK_S):
                for child in self.children:
                    words = child.look()
                    if words is not None:
                        self._say(words)
        finally:
            self.close()
            for number, handler in before:
                signal.signal(number, handler)

    def end(self) -> None:
        """`run` comes back."""
        self._stop.set()

    def close(self) -> None:
        """End the children, the link first, so that the store can take what it wrote last."""
        until = time.monotonic() + _END_S
        for child in self.children:
            child.end()
            if child.name == "link":
                child.wait(until)
        for child in self.children:
            child.wait(until)
        for one in self._sockets:
            one.close()
        self._sockets = []
        if self._commander_path is not None:
            with contextlib.suppress(OSError):
                self._commander_path.unlink()

    def _take_signals(self) -> list[tuple[int, Any]]:
        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self._stop.set()

        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        return [(number, signal.signal(number, on_signal)) for number in numbers]


def _listen(host: str, wanted: int | None, first: int) -> socket.socket:
    """A socket that listens: on the wanted port, else on `first` or one of those after it.

    It is held here, so that a browser that asks while the page's server is away waits a moment and is answered.
    """
    tries = [wanted] if wanted is not None else [first + more for more in range(_TRIES)]
    trouble: OSError | None = None
    for port in tries:
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, port))
            opened.listen(128)
        except OSError as error:
            opened.close()
            trouble = error
            continue
        opened.set_inheritable(True)
        return opened
    reason = trouble.strerror if trouble is not None else "none is free"
    raise HouseError(f"No page can be served on port {tries[0]} ({reason}): give another --port.")
