"""Where bytes come from and go to: serial ports, sockets; files only come.

A link never gives up: it says what is wrong and tries again.
"""

import os
import select
import socket
import time
import urllib.parse
from pathlib import Path
from typing import Any, Protocol

from ground.port_trouble import gone, port_trouble, same_device
from ground.raw_log import RECEIVED, Chunk, RawLogReader, is_raw_log
from ground.uptime import uptime_ns

DEFAULT_BAUD = 57600
# Back within 2 s of reappearing, so half a second between tries; and no busy loop on a port that opens and dies.
_RETRY_S = 0.5
_WAIT_S = 0.2
_WRITE_S = 1.0
_READ_BYTES = 65536
_SCHEMES = ("serial", "socket", "tcp", "udp", "file", "rfc2217", "spy", "loop", "alt", "hwgrep", "cp2110")


class LinkError(ValueError):
    """The URL can never work. One sentence."""


class Link(Protocol):
    """A source of bytes, read by one thread; any other one may write."""

    name: str  # short, for folders and titles
    trouble: str | None  # one sentence while there is no connection, None while there is
    ended: bool  # a file that was read to its end; never true of a radio

    def read(self) -> Chunk | None:
        """Wait up to 0.2 s for bytes; None when there were none. Never raises for what a port or a network does."""

    def write(self, data: bytes) -> bool:
        """Hand bytes over to be sent, at the most within a second; False when nobody takes them, never an exception.

        A port that vanishes meanwhile is said in `trouble` as when reading, and opened again by the reader.
        """

    def now_ns(self) -> int:
        """The clock of the chunks' monotonic_ns: the laptop's uptime, or that of the log in a replay."""

    def close(self) -> None:
        """Let go of the port; harmless when repeated."""


def open_link(url: str, baud: int | None = None) -> Link:
    """The link for a device path or URL. Nothing is opened before the first `read`. LinkError for a bad URL.

    baud: bits per second of a serial port; `?baud=` in the URL does the same; 57600 by default.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = "serial", url
    scheme = scheme.lower()
    if scheme not in _SCHEMES:
        raise LinkError(
            f"{url}: there is no link of the kind {scheme}://; use a device such as /dev/ttyUSB0 or COM3, or "
            "serial://, socket://HOST:PORT, udp://[HOST]:PORT, rfc2217://HOST:PORT, file://PATH."
        )
    if scheme == "file":
        return FileLink(Path(rest))
    if scheme in ("socket", "tcp"):
        host, port = _host_and_port(url, rest)
        if not host:
            raise LinkError(f"{url}: a host is missing; write socket://HOST:PORT.")
        return TcpLink(host, port)
    if scheme == "udp":
        return UdpLink(*_host_and_port(url, rest))
    rest, baud = _take_baud(url, rest, baud)
    if not rest and scheme != "loop":
        raise LinkError(f"{url}: the name of a port is missing, as in /dev/ttyUSB0 or COM3.")
    return SerialLink(rest if scheme == "serial" else f"{scheme}://{rest}", baud)


def _take_baud(url: str, rest: str, baud: int | None) -> tuple[str, int]:
    path, _, query = rest.partition("?")
    kept = []
    for part in query.split("&") if query else ():
        key, _, value = part.partition("=")
        if key != "baud":
            kept.append(part)
        elif baud is None:
            if not value.isascii() or not value.isdigit():
                raise LinkError(f"{url}: baud={value} is not a number; write ?baud=57600.")
            baud = int(value)
    if baud is None:
        baud = DEFAULT_BAUD
    if not 50 <= baud <= 4_000_000:
        raise LinkError(f"{url}: {baud} baud is not between 50 and 4000000.")
    return path + ("?" + "&".join(kept) if kept else ""), baud


def _host_and_port(url: str, rest: str) -> tuple[str, int]:
    try:
        parts = urllib.parse.urlsplit("//" + rest)
        port = parts.port
    except ValueError:
        port = None
    if not port:
        raise LinkError(f"{url}: a port number from 1 to 65535 is missing after the host, as in socket://HOST:5000.")
    return parts.hostname or "", port


class _Reconnecting:
    """What all live links share: try, say what is wrong, wait, try again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ended = False
        self.trouble: str | None = f"{name} is not open yet."
        self._next_try = 0.0
        self._closed = False
        self._broke_in_write = False

    def now_ns(self) -> int:
        return uptime_ns()

    def read(self) -> Chunk | None:
        """See Link."""
        if self._closed:
            return None
        if self._broke_in_write:
            self._broke_in_write = False
            self._shut()
            self._next_try = time.monotonic() + _RETRY_S
        if self.trouble is not None:
            wait = self._next_try - time.monotonic()
            if wait > 0:
                time.sleep(min(wait, _WAIT_S))
                return None
            self._next_try = time.monotonic() + _RETRY_S
            try:
                self._open()
            except Exception as error:
                # pyserial lets ValueError, TypeError, termios.error and more out of a port that is half there.
                self.trouble = self._explain(error)
                return None
            self.trouble = None
            return None  # whoever waits for the port to be open learns it now
        try:
            data = self._receive()
        except Exception as error:
            self._shut()
            self.trouble = self._explain_loss(error)
            self._next_try = time.monotonic() + _RETRY_S
            return None
        if not data:
            return None
        return Chunk(data, time.time_ns(), uptime_ns())

    def write(self, data: bytes) -> bool:
        """See Link."""
        if self._closed or self.trouble is not None:
            return False
        try:
            return self._transmit(data)
        except Exception as error:
            if self._closed or self.trouble is not None:
                return False  # the reader was quicker, and has said it
            # Only the reader opens and closes: it may be inside this very port.
            self.trouble = self._explain_loss(error)
            self._broke_in_write = True
            return False

    def close(self) -> None:
        """See Link."""
        self._closed = True
        self._shut()

    def _open(self) -> None:
        raise NotImplementedError

    def _receive(self) -> bytes:
        raise NotImplementedError

    def _transmit(self, data: bytes) -> bool:
        raise NotImplementedError

    def _shut(self) -> None:
        raise NotImplementedError

    def _explain(self, error: Exception) -> str:
        raise NotImplementedError

    def _explain_loss(self, error: Exception) -> str:
        return self._explain(error)


class SerialLink(_Reconnecting):
    """A serial port or any other pyserial URL, opened exclusively."""

    def __init__(self, port: str, baud: int) -> None:
        super().__init__(port)
        self.port = port
        self.baud = baud
        self._identity: tuple[int | None, int | None, str | None] | None = None
        self._serial: Any = None
        self._opened_as = port

    def _open(self) -> None:
        import serial
        from serial.tools import list_ports

        port = self.port
        if self._identity is not None and not os.path.exists(port):
            port = same_device(self._identity, list_ports.comports()) or port
        how: dict[str, Any] = {"baudrate": self.baud, "timeout": _WAIT_S, "write_timeout": _WRITE_S, "exclusive": True}
        self._serial = serial.serial_for_url(port, do_not_open=True, **how)
        # pyserial throws away what the system holds when it opens a port; that came while nobody read, and is wanted.
        self._serial._reset_input_buffer = lambda: None
        self._serial.open()
        self._opened_as = port
        if "://" not in port:
            for found in list_ports.comports(include_links=True):
                if found.device == port and found.vid is not None:
                    self._identity = (found.vid, found.pid, found.serial_number)

    def _receive(self) -> bytes:
        port = self._serial
        waiting = port.in_waiting
        if not waiting:
            first: bytes = port.read(1)
            if not first:
                return b""
            return first + bytes(port.read(port.in_waiting))
        return bytes(port.read(waiting))

    def _transmit(self, data: bytes) -> bool:
        import serial

        port = self._serial
        if port is None:
            return False
        try:
            port.write(data)
        except serial.SerialTimeoutException:
            return False  # a modem that takes nothing more is not gone
        return True

    def _shut(self) -> None:
        port, self._serial = self._serial, None
        if port is not None:
            try:
                port.close()
            except Exception:
                return  # a port that is gone cannot be closed properly, and need not be

    def _explain(self, error: Exception) -> str:
        return port_trouble(self.port, error)

    def _explain_loss(self, error: Exception) -> str:
        return gone(self._opened_as, error)


class TcpLink(_Reconnecting):
    """A byte stream from HOST:PORT."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def _open(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=2.0)
        # Without it a peer that lost its power looks like a silent one for ever.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def _receive(self) -> bytes:
        assert self._socket is not None
        if not select.select([self._socket], [], [], _WAIT_S)[0]:
            return b""
        data = self._socket.recv(_READ_BYTES)
        if not data:
            raise ConnectionError("the other side closed the connection")
        return data

    def _transmit(self, data: bytes) -> bool:
        stream = self._socket
        if stream is None:
            return False
        stream.sendall(data)
        return True

    def _shut(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _explain(self, error: Exception) -> str:
        return f"No connection to {self.name} ({_reason(error)}): check host, port and network; trying again."

    def _explain_loss(self, error: Exception) -> str:
        return f"The connection to {self.name} is gone ({_reason(error)}); trying again."


class UdpLink(_Reconnecting):
    """Datagrams sent to a port of this machine; without a host, on all its addresses.

    What is written goes back to whoever sent the newest one.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"udp {host or '*'}:{port}")
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._peer: Any = None

    def _open(self) -> None:
        found = socket.getaddrinfo(self._host or None, self._port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
        found.sort(key=lambda entry: entry[0] != socket.AF_INET)
        family, kind, protocol, _, address = found[0]
        opened = socket.socket(family, kind, protocol)
        try:
            opened.bind(address)
        except OSError:
            opened.close()
            raise
        self._socket = opened

    def _receive(self) -> bytes:
        assert self._socket is not None
        if not select.select([self._socket], [], [], _WAIT_S)[0]:
            return b""
        data, self._peer = self._socket.recvfrom(_READ_BYTES)
        return data

    def _transmit(self, data: bytes) -> bool:
        opened, peer = self._socket, self._peer
        if opened is None or peer is None:
            return False
        try:
            opened.sendto(data, peer)
        except OSError:
            return False  # of one peer that is away; the port itself is well
        return True

    def _shut(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _explain(self, error: Exception) -> str:
        return f"UDP port {self._port} cannot be used ({_reason(error)}): another program may have it; trying again."


class FileLink:
    """A recorded stream: a raw.log with its own receive times, or plain bytes with the time of reading.

    speed: 1 is real time, 300 is 300 times faster, None as fast as it goes; plain bytes are never held back.
    """

    def __init__(self, path: Path, speed: float | None = None) -> None:
        """LinkError when the file cannot be read."""
        self.path = path
        self.name = path.name or str(path)
        self.trouble: str | None = None
        self.ended = False
        self.log: RawLogReader | None = None
        self._speed = speed
        self._waiting: Chunk | None = None
        self._first_ns = 0
        self._last_ns = 0
        self._started_ns = 0
        self._closed = False
        try:
            if path.is_file() and is_raw_log(path):
                self.log = RawLogReader(path)
                self._chunks = iter(self.log)
            else:
                self._file = path.open("rb", buffering=0)
        except OSError as error:
            reason = _reason(error)
            raise LinkError(f"{path} cannot be read ({reason}): give a raw.log or a file of received bytes.") from error

    def read(self) -> Chunk | None:
        """See Link."""
        if self._closed or self.ended:
            return None
        if self.log is None:
            data = self._file.read(_READ_BYTES)
            self.ended = not data
            self._last_ns = uptime_ns()
            return Chunk(data, time.time_ns(), self._last_ns) if data else None
        if self._waiting is None:
            self._waiting = next((chunk for chunk in self._chunks if chunk.kind == RECEIVED), None)
            if self._waiting is None:
                self.ended = True
                return None
            if not self._started_ns:
                self._started_ns = time.monotonic_ns()
                self._first_ns = self._waiting.monotonic_ns
        if self._speed is not None:
            early_s = (self._waiting.monotonic_ns - self.now_ns()) / 1e9 / self._speed
            if early_s > 0:
                time.sleep(min(early_s, _WAIT_S))
                if early_s > _WAIT_S:
                    return None
        chunk, self._waiting = self._waiting, None
        self._last_ns = max(self._last_ns, chunk.monotonic_ns)
        return chunk

    def write(self, data: bytes) -> bool:
        """Nobody is at the other end of a recording."""
        return False

    def now_ns(self) -> int:
        """Log time: where a replay is; the time of the newest chunk when it is not held back."""
        if self.log is None or self._speed is None or not self._started_ns or self.ended:
            return self._last_ns
        return self._first_ns + int((time.monotonic_ns() - self._started_ns) * self._speed)

    def close(self) -> None:
        """See Link."""
        if not self._closed:
            self._closed = True
            if self.log is None:
                self._file.close()
            else:
                self._chunks.close()  # type: ignore[attr-defined]


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".").lower()
