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
_SIZES = _LONGEST + 3  # lengths that a frame can have, its delimiters included
_MOST_PATTERNS = 8
_NONE: list[tuple[int, int, int]] = []
_from_bytes = int.from_bytes
_FULL = b"\0" + b"\xff" * 255  # translates every byte but zero


def _residue(size: int) -> int:
    """The CRC of an undamaged content of so many bytes, its own CRC among them: the same for all of them."""
    packet = bytes(max(0, size - CRC_BYTES - 3))
    return crc32(b"\0\0" + packet + crc32(packet).to_bytes(CRC_BYTES, "little") + b"\0")


# A content is a whole frame with zeros where COBS had its bytes: two before the header, one after the CRC. Nothing has
# to be cut out of it to see that it is undamaged.
RESIDUES = [_residue(size) for size in range(_SIZES)]


class Others(Protocol):
    """Who reads what is no frame of this protocol."""

    def feed(self, data: bytes, wall_ns: int, monotonic_ns: int, receiver: int) -> object:
        """Bytes in their order, zero bytes in place, with the times of the chunk that showed what they are."""


def content_of(frame: bytes) -> bytes | None:
    """The content of what stands between two zero bytes, these included; None when it is damaged."""
    last = len(frame) - 1
    if not _SHORTEST <= last - 1 <= _LONGEST or frame[0]:
        return None
    content = bytearray(frame)
    at = 1
    try:
        while step := content[at]:
            content[at] = 0
            at += step
    except IndexError:
        return None
    if at != last or crc32(content) != RESIDUES[last + 1]:
        return None
    return bytes(content)


class Stream:
    """Feed it bytes; it keeps at most one frame of unfinished ones and counts what it throws away."""

    def __init__(self, receiver: int, sizes: list[int]) -> None:
        """sizes: by the first byte of a frame the bytes of the whole."""
        self.receiver = receiver
        self.bytes = 0
        self.frames = 0  # undamaged frames of this version and of the right length, repetitions included
        self.repeated = 0  # those that were heard before, by this receiver or another
        self.damaged = 0
        self.misfits = 0  # undamaged, and of the wrong length for their type
        self.other_version = 0
        self.unknown = 0  # of a type this ground does not know; they are frames all the same
        self.bytes_discarded = 0  # no part of an accepted frame; the zero bytes between frames are not counted
        self._sizes = sizes
        self._unfinished = b""
        self._skipping = False  # inside something longer than any frame
        self._inside = False  # one of them, or the others are in the middle of something
        self._rest = _Rest(sizes)
        # By length, of frames like those that came: which bytes were COBS's own, and what they were, as numbers, and
        # the residue; those that are met most often first. A frame with them at the same places is read at once.
        self._patterns: list[list[tuple[int, int, int]]] = [[] for _ in range(_SIZES)]

    def whole(self, frame: bytes) -> bytes | None:
        """The content of one whole undamaged frame, as most radios give them; None for all else: `feed` is for that."""
        if self._inside:
            return None
        size = len(frame)
        code = _from_bytes(frame)
        patterns = self._patterns[size] if size < _SIZES else _NONE
        for pattern in patterns:
            mask, codes, residue = pattern
            if code & mask == codes:
                # A zero byte within, where none may be, would have to be one that was sent: so the CRC says.
                content = (code ^ codes).to_bytes(size)
                if crc32(content) != residue:
                    return None
                if pattern is not patterns[0]:
                    at = patterns.index(pattern)
                    patterns[at - 1], patterns[at] = pattern, patterns[at - 1]
                break
        else:
            found = self._learn(frame)
            if found is None:
                return None
            content = found
        if self._sizes[content[2]] != size:
            return None
        self.bytes += size
        self.frames += 1
        return content

    def _learn(self, frame: bytes) -> bytes | None:
        """The content of a frame whose pattern is not among those that are known."""
        size = len(frame)
        if size < 2 or frame.find(0, 1) != size - 1:
            return None
        content = content_of(frame)
        if content is not None:
            codes = _from_bytes(frame) ^ _from_bytes(content)
            mask = codes.to_bytes(size).translate(_FULL)
            patterns = self._patterns[size]
            del patterns[_MOST_PATTERNS - 1 :]
            patterns.append((_from_bytes(b"\xff" + mask[1:-1] + b"\xff"), codes, RESIDUES[size]))
        return content

    def feed(self, data: bytes, rest: list[bytes] | None = None) -> list[bytes]:
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
                content = content_of(b"\0" + piece + b"\0")
                if content is None:
                    self.damaged += 1
                    self.bytes_discarded += len(piece)
                else:
                    size = self._sizes[content[2]]
                    if size == len(piece) + 2 or size == ANY:
                        self.unknown += size == ANY
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
        self._inside = self._skipping or bool(tail) or self._rest.active
        return contents


class _Rest:
    """Keeps what is no frame in order, and gives it away as soon as it cannot become one: texts have no zero bytes."""

    def __init__(self, sizes: list[int]) -> None:
        self._sizes = sizes
        self.active = False  # there is more to be told than that a frame came
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
        self.active = self._inside or self._zeros > 0

    def look(self, tail: bytes, hopeless: bool, rest: list[bytes]) -> None:
        """The unfinished piece, again and again as it grows; one that is hopelessly long is not seen again."""
        if hopeless or self._is_none(tail):
            rest.append(b"\0" * self._zeros + tail[self._given :])
            self._inside = True
            self._zeros = 0
            self._given = 0 if hopeless else len(tail)
            self.active = True

    def _is_none(self, tail: bytes) -> bool:
        if tail[0] == 1:  # COBS for a zero: the first byte of a frame never is one
            return True
        if len(tail) < 2:
            return False
        size = self._sizes[tail[1]]
        return size == OTHER_VERSION or 0 < size < len(tail) + 2
