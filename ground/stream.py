"""The bytes of one receiver: contents of undamaged frames out of them, and everything else for whoever can use it.

firmware/protocol/deframing.py gives the same frames and counts, slower; tests hold the two together.
"""

from typing import Protocol
from zlib import crc32

from firmware.protocol.framing import CRC_BYTES, HEADER_BYTES, LONGEST_CONTENT

_SHORTEST = 1 + HEADER_BYTES + CRC_BYTES
_LONGEST = LONGEST_CONTENT + 1
# What a table of sizes says of a first byte whose frames are none of ours, or may have any length.
OTHER_VERSION = -1
ANY = 0


def _start() -> int:
    """The CRC to go on from so that a zero byte comes to where a CRC begins."""
    table = [crc32(bytes((byte,)), 0xFFFFFFFF) ^ 0xFFFFFFFF for byte in range(256)]
    lowest = next(byte for byte in range(256) if table[byte] >> 24 == 0xFF)
    return (((table[lowest] ^ 0xFFFFFFFF) << 8 | lowest) & 0xFFFFFFFF) ^ 0xFFFFFFFF


# A content begins with a zero where COBS had its first byte, and ends with its own CRC: so the CRC of the whole of it,
# begun at START, is RESIDUE, and nothing has to be cut off for it.
START = _start()
RESIDUE = crc32(crc32(b"").to_bytes(CRC_BYTES, "little"))


class Others(Protocol):
    """Who reads what is no frame of this protocol."""

    def feed(self, data: bytes, wall_ns: int, monotonic_ns: int, receiver: int) -> object:
        """Bytes in their order, zero bytes in place, with the times of the chunk that showed what they are."""


def content_of(piece: bytes) -> bytearray | None:
    """A zero byte, header, payload and CRC of what stood between two zero bytes; None when it is damaged."""
    end = len(piece)
    if not _SHORTEST <= end <= _LONGEST:
        return None
    content = bytearray(piece)
    at = 0
    while at < end:
        step = content[at]
        content[at] = 0
        at += step
    if at != end or crc32(content, START) != RESIDUE:
        return None
    return content


class Stream:
    """Feed it bytes; it keeps at most one frame of unfinished ones and counts what it throws away."""

    def __init__(self, receiver: int, sizes: list[int]) -> None:
        """sizes: by the first byte of a frame the bytes of its content, the zero before it included."""
        self.receiver = receiver
        self.bytes = 0
        self.frames = 0  # undamaged frames of this version and of the right length, repetitions included
        self.repeated = 0  # those that were heard before, by this receiver or another
        self.damaged = 0
        self.misfits = 0  # undamaged, and of the wrong length for their type
        self.other_version = 0
        self.bytes_discarded = 0  # no part of an accepted frame; the zero bytes between frames are not counted
        self._sizes = sizes
        self._unfinished = b""
        self._skipping = False  # inside something longer than any frame
        self._rest = _Rest(sizes)

    def feed(self, data: bytes, rest: list[bytes] | None = None) -> list[bytearray]:
        """The contents that end in `data`. rest: takes what is found to be no part of any."""
        self.bytes += len(data)
        if self._unfinished:
            data = self._unfinished + data
        pieces = data.split(b"\0")
        tail = pieces.pop()
        contents = []
        for piece in pieces:
            content = None
            if self._skipping:
                self._skipping = False
                self.bytes_discarded += len(piece)
            elif piece:
                content = content_of(piece)
                if content is None:
                    self.damaged += 1
                    self.bytes_discarded += len(piece)
                else:
                    size = self._sizes[content[1]]
                    if size == len(piece) or size == ANY:
                        contents.append(content)
                    else:
                        if size == OTHER_VERSION:
                            self.other_version += 1
                        else:
                            self.misfits += 1
                        self.bytes_discarded += len(piece)
                        content = None
            if rest is not None:
                self._rest.take(piece, content is not None, rest)
        self.frames += len(contents)
        too_long = self._skipping or len(tail) > _LONGEST
        if rest is not None and tail:
            self._rest.look(tail, too_long, rest)
        if too_long:
            if not self._skipping:
                self.damaged += 1
            self._skipping = True
            self.bytes_discarded += len(tail)
            tail = b""
        self._unfinished = tail
        return contents


class _Rest:
    """Keeps what is no frame in order, and gives it away as soon as it cannot become one: texts have no zero bytes."""

    def __init__(self, sizes: list[int]) -> None:
        self._sizes = sizes
        self._inside = False  # the newest bytes were no frame: the next zero belongs to them
        self._zeros = 0  # not yet given away
        self._given = 0  # bytes of the unfinished piece

    def take(self, piece: bytes, accepted: bool, rest: list[bytes]) -> None:
        """A piece and the zero byte after it."""
        if accepted:
            self._inside = False
            self._zeros = 0
        elif piece or self._inside:
            rest.append(b"\0" * self._zeros + piece[self._given :] + b"\0")
            self._inside = True
            self._zeros = 0
        else:
            self._zeros += 1
        self._given = 0

    def look(self, tail: bytes, hopeless: bool, rest: list[bytes]) -> None:
        """The unfinished piece, again and again as it grows; one that is hopelessly long is not seen again."""
        if hopeless or self._is_none(tail):
            rest.append(b"\0" * self._zeros + tail[self._given :])
            self._inside = True
            self._zeros = 0
            self._given = 0 if hopeless else len(tail)

    def _is_none(self, tail: bytes) -> bool:
        if tail[0] == 1:  # COBS for a zero: the first byte of a frame never is one
            return True
        if len(tail) < 2:
            return False
        size = self._sizes[tail[1]]
        return size == OTHER_VERSION or 0 < size < len(tail)
