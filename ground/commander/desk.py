"""The station's side of commands: hands every record to the commanders, and says their frames in the slots.

It holds no key, and cannot see one: what it gets are whole frames. Lines of JSON over a socket of this user's own:

    from a commander   {"standing": hex or null}   what to say in every slot from now on
                       {"news": [stage, text]}     for the log and the screen
    from the desk      {"station": {...}}          once: log, link, the net that is followed
                       {"packet": hex, "wall_ns": n, "monotonic_ns": n}   a frame of ours, without its framing
                       {"said": hex}               this frame of yours has gone out
                       {"trouble": text}           it did not
"""

import collections
import contextlib
import json
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from firmware.protocol import commands, deframing, framing, profiles
from ground.commander.slots import Slots
from ground.commander.stations import HAVE_SOCKETS, NoFolder, run_folder, same_user
from ground.receiver import Record
from ground.uptime import uptime_ns

_TICK_S = 0.01
_IDLE_S = 0.2
_LONGEST_LINE = 4096
_MOST_UNSENT = 1 << 20
_NEWS_KEPT = 50
_KEPT_TYPES_A_NET = 8


class Outlet(Protocol):
    """What a desk needs of a station (station.py)."""

    def send(self, data: bytes) -> bool: ...

    def add_listener(self, listener: Callable[[list[Record]], None]) -> None: ...

    def remove_listener(self, listener: Callable[[list[Record]], None]) -> None: ...


class _Commander:
    """One that is connected."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.received = b""
        self.unsent = b""
        self.standing: bytes | None = None
        self.net = -1
        self.op = -1


class Desk:
    """`start` it after the station, `close` it before. `trouble`: why there are no commands, None when there are.

    note: puts a line into the raw log. profile: of the radio, until META tells another; the slots go by it.
    `news`: the newest (wall_ns, text), for the screen.
    """

    def __init__(
        self,
        station: Outlet,
        log: str,
        link: str,
        note: Callable[[str], None] = lambda text: None,
        profile: int = profiles.SIK_57600,
        net: Callable[[], int | None] = lambda: None,
    ) -> None:
        """net: the flight that is followed now."""
        self.trouble: str | None = None
        self.news: collections.deque[tuple[int, str]] = collections.deque(maxlen=_NEWS_KEPT)
        self._station = station
        self._told = {"log": log, "link": link, "started_ns": time.time_ns()}
        self._note = note
        self._net = net
        self._profile = profile
        self._slots: dict[int, Slots] = {}
        self._newest: dict[tuple[int, int], Record] = {}
        self._commanders: list[_Commander] = []
        self._turn = 0
        self._waiting: collections.deque[list[Record]] = collections.deque()
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_write.setblocking(False)
        self._wake_read.setblocking(False)
        self._server: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._stop = False
        self._thread: threading.Thread | None = None

    def start(self) -> "Desk":
        """Open the socket and listen; where that cannot be, `trouble` says why, and nothing else is lost."""
        if not HAVE_SOCKETS:
            self.trouble = "commands need Unix sockets, which this system does not have."
            return self
        try:
            self._open()
        except (NoFolder, OSError) as error:
            self.trouble = str(error)
            return self
        self._station.add_listener(self._hear)
        self._thread = threading.Thread(target=self._work, name="station desk", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Harmless when repeated."""
        self._stop = True
        self._wake()
        if self._thread is not None:
            self._station.remove_listener(self._hear)
            self._thread.join()
            self._thread = None
        for one in list(self._commanders):
            self._drop(one)
        if self._server is not None:
            self._server.close()
            self._server = None
            for path in (self._path, self._path.with_suffix(".json")):
                with contextlib.suppress(OSError):
                    path.unlink()
        self._selector.close()
        self._wake_read.close()
        self._wake_write.close()

    # --- the socket --------------------------------------------------------------------------------------------

    def _open(self) -> None:
        started_ns = self._told["started_ns"]
        self._path = run_folder() / f"{os.getpid()}-{started_ns}.sock"
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            server.bind(str(self._path))
            os.chmod(self._path, 0o600)
            server.listen(8)
            server.setblocking(False)
            self._path.with_suffix(".json").write_text(json.dumps(self._told), encoding="utf-8")
        except OSError:
            server.close()
            raise
        self._server = server
        self._selector.register(server, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)

    def _hear(self, records: list[Record]) -> None:
        """In the station's thread: nothing here may make it late."""
        self._waiting.append(records)
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it is awake
            self._wake_write.send(b"x")

    def _work(self) -> None:
        while not self._stop:
            for key, _ in self._selector.select(self._pause_s()):
                if key.fileobj is self._server:
                    self._welcome()
                elif key.fileobj is self._wake_read:
                    with contextlib.suppress(OSError):
                        self._wake_read.recv(4096)
                else:
                    self._read(key.data)
            while self._waiting:
                self._take(self._waiting.popleft())
            self._speak()

    def _pause_s(self) -> float:
        return _TICK_S if any(one.standing is not None for one in self._commanders) else _IDLE_S

    def _welcome(self) -> None:
        assert self._server is not None
        try:
            connection, _ = self._server.accept()
        except OSError:
            return
        if not same_user(connection):
            connection.close()
            return
        connection.setblocking(False)
        one = _Commander(connection)
        self._commanders.append(one)
        self._selector.register(connection, selectors.EVENT_READ, one)
        self._tell(one, {"station": {**self._told, "net": self._net()}})
        for record in sorted(self._newest.values(), key=lambda record: record.monotonic_ns):
            self._tell(one, _packet_line(record))

    def _read(self, one: _Commander) -> None:
        try:
            data = one.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(one)
            return
        *lines, one.received = (one.received + data).split(b"\n")
        try:
            if len(one.received) > _LONGEST_LINE:
                raise ValueError("a line without an end")
            for line in lines:
                self._obey(one, json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            self._drop(one)  # whoever speaks like this is no commander

    def _obey(self, one: _Commander, said: Any) -> None:
        if not isinstance(said, dict):
            raise ValueError("no object")
        if "standing" in said:
            one.standing = None
            if said["standing"] is not None:
                frame = bytes.fromhex(said["standing"])
                packets = deframing.Deframer().feed(frame)
                _, frame_type, net, _, _ = deframing.read_header(packets[0]) if packets else (0, -1, 0, 0, 0)
                if len(packets) != 1 or frame_type != commands.CMD or framing.encode(packets[0]) != frame:
                    raise ValueError("no command frame")
                one.standing, one.net = frame, net
                one.op = packets[0][framing.HEADER_BYTES + 8]
        if "news" in said:
            stage, text = said["news"]
            self._keep_news(f"{str(stage)[:20]}: {str(text)[:400]}")

    def _keep_news(self, text: str) -> None:
        text = "".join(letter if letter.isprintable() else "?" for letter in text)
        self.news.append((time.time_ns(), text))
        self._note(f"command {text}")

    def _drop(self, one: _Commander) -> None:
        if one in self._commanders:
            self._commanders.remove(one)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(one.connection)
            one.connection.close()

    def _tell(self, one: _Commander, line: dict[str, Any]) -> None:
        one.unsent += json.dumps(line, separators=(",", ":")).encode() + b"\n"
        try:
            sent = one.connection.send(one.unsent)
            one.unsent = one.unsent[sent:]
        except BlockingIOError:
            if len(one.unsent) > _MOST_UNSENT:
                self._drop(one)  # it has stopped reading
        except OSError:
            self._drop(one)

    # --- records and slots -------------------------------------------------------------------------------------

    def _take(self, records: list[Record]) -> None:
        for record in records:
            if not record.packet:
                continue
            at_ms = record.monotonic_ns // 1_000_000
            self._slots_of(record.net).hear(record, at_ms)
            if len(self._newest) < 64 * _KEPT_TYPES_A_NET or (record.net, record.frame_type) in self._newest:
                self._newest[(record.net, record.frame_type)] = record
            for one in list(self._commanders):
                self._tell(one, _packet_line(record))

    def _slots_of(self, net: int) -> Slots:
        if net not in self._slots:
            if len(self._slots) > 64:
                self._slots.clear()
            self._slots[net] = Slots(self._profile)
        return self._slots[net]

    def _speak(self) -> None:
        speaking = [one for one in self._commanders if one.standing is not None]
        if not speaking:
            return
        now_ms = uptime_ns() // 1_000_000
        self._turn += 1
        urgent = [one for one in speaking if one.op == commands.SAFE]
        one = (urgent or speaking)[self._turn % len(urgent or speaking)]
        slots = self._slots_of(one.net)
        if one.standing is None or not slots.open(now_ms, one.op == commands.SAFE):
            return
        slots.sent(now_ms)
        if self._station.send(one.standing):
            self._tell(one, {"said": one.standing.hex()})
        else:
            self._tell(one, {"trouble": "the radio takes no bytes: is its port there, and no file?"})


def _packet_line(record: Record) -> dict[str, Any]:
    return {"packet": record.packet.hex(), "wall_ns": record.wall_ns, "monotonic_ns": record.monotonic_ns}
