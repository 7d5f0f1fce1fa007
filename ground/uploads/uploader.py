"""A log on its way to others: follows raw.log, queues positions, sends them. Needs only the log folder and a network.

A replay writes no log; a simulation's log is told by its folder and by its firmware, which has no hash. Neither is sent
anywhere but in a test.
"""

import threading
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ground.log_follower import LogFollower
from ground.raw_log import NAME, RECEIVED
from ground.receiver import NEWEST, Receiver
from ground.uploads import queue
from ground.uploads.horus_udp import HorusUdp
from ground.uploads.points import Point, Points
from ground.uploads.queue import UploadQueue, Waiting
from ground.uploads.sender import Sender
from ground.uploads.sondehub import SondeHub
from ground.uploads.sondehub_row import to_row
from ground.uploads.words import UploadsOff, Words
from ground.uptime import uptime_ns

SIMULATION = "simulation"  # the folder that `samara fly` leaves in its log
_POLL_S = 0.2
_FRESH_MS = 10_000


def software_version() -> str:
    try:
        return version("samara")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


class Sending:
    """A thread that asks the server, so that a server which says nothing keeps neither log nor display waiting."""

    def __init__(self, path: Path, words: Words, version: str, timeout_s: float) -> None:
        self._path = path
        self._words = words
        self._server = SondeHub(words.server, f"samara-{version}", timeout_s)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="uploads", daemon=True)
        self._failure: Exception | None = None
        self.words = ""

    def start(self) -> None:
        self._thread.start()

    def check(self) -> None:
        """Raises what ended the thread."""
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_POLL_S * 2)

    def _work(self) -> None:
        try:
            waiting = UploadQueue(self._path)
            sender = Sender(waiting, self._server, self._words.every_s, self._words.dev)
            while not self._stop.is_set():
                if sender.step(uptime_ns() / 1e9, time.time_ns() // 1_000_000):
                    counts = ", ".join(f"{count} {name}" for name, count in waiting.count().items())
                    self.words = f"{sender.words}: {counts}"
                self._stop.wait(_POLL_S)
            waiting.close()
        except Exception as error:  # told by `check`, in the thread that can end the process
            self._failure = error


class Uploader:
    """`step` reads what is new and sends what is due."""

    def __init__(self, folder: Path, words: Words, net: int | None = None, timeout_s: float = 20.0) -> None:
        """net: of the flight, None: every flight in the log. UploadsOff for a simulation; NotAQueue; sqlite3.Error."""
        if (folder / SIMULATION).exists() and not words.dev:
            raise UploadsOff(f"{folder} is the log of a simulation: it is sent nowhere, but in a test with --dev.")
        self.words = words
        self._net = net
        self._version = software_version()
        self._follower = LogFollower(folder / NAME)
        self._receiver = Receiver()
        self._points = Points()
        self._held: list[Point] = []  # until it is known that their payload is real
        self.queue = UploadQueue(folder / queue.NAME)
        self._sending = Sending(folder / queue.NAME, words, self._version, timeout_s)
        self._udp = None if words.horus_udp is None else HorusUdp(*words.horus_udp)

    @property
    def caught_up(self) -> bool:
        return self._follower.caught_up

    @property
    def trouble(self) -> str | None:
        """What keeps it from reading or saying."""
        return self._follower.trouble or (None if self._udp is None else self._udp.trouble)

    def read(self) -> bool:
        """Queue what is new in the log; whether there was something."""
        chunks = self._follower.take()
        now_ms = time.time_ns() // 1_000_000
        for chunk in chunks:
            if chunk.kind != RECEIVED:
                continue
            for record in self._receiver.feed(chunk):
                if self._net is not None and record.net != self._net:
                    continue
                point = self._points.take(record)
                if point is not None:
                    self._held.append(point)
        ready = [point for point in self._held if self._may_go(point)]
        if ready:
            self._held = [point for point in self._held if not self._may_go(point)]
            if self.words.sondehub:
                self.queue.add(
                    Waiting(point.key, point.utc_ms, to_row(point, self.words, self._version)) for point in ready
                )
            self._say(ready[-1], now_ms)
        return bool(chunks)

    def _may_go(self, point: Point) -> bool:
        return self.words.dev or self._points.is_real(point.net, point.record.epoch)

    def _say(self, point: Point, now_ms: int) -> None:
        """To a display only what is of now."""
        if self._udp is not None and point.record.order is NEWEST and now_ms - point.utc_ms < _FRESH_MS:
            self._udp.send(point, self.words.payload_callsign)

    def run(self, stopped: Callable[[float], bool], once: bool = False, say: Callable[[str], None] = print) -> None:
        """Until stopped(seconds), which waits so long, says yes; once: until all of the log is settled or refused.

        sqlite3.Error when the disk refuses.
        """
        if self.words.sondehub:
            self._sending.start()
        told = ""
        going = True
        while going:
            busy = self.read()
            self._sending.check()
            done = once and not busy and self.caught_up and not self.queue.next(1)
            going = not done and not stopped(0.0 if busy else _POLL_S)
            if not going:
                self._sending.stop()
            words = self._sending.words
            if words != told:
                told = words
                say(words)

    def close(self) -> None:
        """A batch that is on its way is left alone: without its answer it goes out again."""
        self._sending.stop()
        self._follower.close()
        self.queue.close()
        if self._udp is not None:
            self._udp.close()
