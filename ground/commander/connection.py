"""The commander's end of the socket to a running station: lines in, records out."""

import json
import select
import socket
from typing import Any

from firmware.protocol import framing
from ground.commander.stations import RunningStation
from ground.raw_log import Chunk
from ground.receiver import Receiver, Record


class StationGone(Exception):
    """The station has closed the socket, or never opened it."""


class Connection:
    """`station`: what it told of itself. `said`: how often a frame went out; `trouble`: why it did not."""

    def __init__(self, running: RunningStation, wait_s: float = 3.0) -> None:
        """StationGone when it does not answer."""
        self.station: dict[str, Any] = {}
        self.said = 0
        self.trouble: str | None = None
        self._receiver = Receiver()
        self._received = b""
        self._standing: bytes | None = None
        self._said_standing = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(wait_s)
        self.first: list[Record] = []  # what was newest when we came
        try:
            self._socket.connect(str(running.socket))
            while not self.station:
                self.first += self._take(self._socket.recv(65536))
        except OSError as error:
            self._socket.close()
            raise StationGone(f"the station of {running.log} does not answer ({error})") from None

    def records(self, wait_s: float) -> list[Record]:
        """What has come, after at most so long. StationGone when it has ended."""
        if self.first:
            found, self.first = self.first, []
            return found
        if not select.select([self._socket], [], [], wait_s)[0]:
            return []
        try:
            return self._take(self._socket.recv(1 << 18))
        except OSError as error:
            raise StationGone(f"the station is gone ({error})") from None

    def stand(self, frame: bytes | None) -> bool:
        """Have this said in every slot; None: nothing any more. True once it has gone out."""
        if frame != self._standing:
            self._standing = frame
            self._said_standing = False
            self._send({"standing": None if frame is None else frame.hex()})
        return self._said_standing

    def tell(self, stage: str, text: str) -> None:
        """A line for the station's log and screen."""
        self._send({"news": [stage, text]})

    def close(self) -> None:
        self._socket.close()

    def _send(self, line: dict[str, Any]) -> None:
        try:
            self._socket.sendall(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        except OSError as error:
            raise StationGone(f"the station is gone ({error})") from None

    def _take(self, data: bytes) -> list[Record]:
        if not data:
            raise StationGone("the station has ended")
        *lines, self._received = (self._received + data).split(b"\n")
        records: list[Record] = []
        for line in lines:
            told = json.loads(line)
            if "packet" in told:
                chunk = Chunk(framing.encode(bytes.fromhex(told["packet"])), told["wall_ns"], told["monotonic_ns"])
                records += self._receiver.feed(chunk)
            elif "station" in told:
                self.station = told["station"]
            elif "said" in told:
                self.said += 1
                self._said_standing |= told["said"] == (self._standing or b"").hex()
                self.trouble = None
            elif "trouble" in told:
                self.trouble = told["trouble"]
        return records
