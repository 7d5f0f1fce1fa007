"""A raw.log as arrays: the same records that raw_log.RawLogReader finds, a hundred thousand at a time."""

import mmap
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from ground.log_columns import Bytes, Truth, Whole, columns, crc_holds
from ground.raw_log import RECEIVED, is_raw_log

_MARK = b"\xa5\x5aSR"
_HEAD_BYTES = 19  # kind, length, wall_ns, monotonic_ns
_CRC_BYTES = 4
_FIXED_BYTES = len(_MARK) + _HEAD_BYTES + _CRC_BYTES
_LONGEST_BYTES = 8192
# Fewer or longer records than these are checked one by one: zlib is faster then.
_FEWEST = 64
_LONGEST_COLUMN = 200
_BLOCK = 16384


class Heard(NamedTuple):
    """What one receiver heard: all its bytes, and where in them each chunk ends, with its times."""

    receiver: int
    data: Bytes
    ends: Whole
    begins_at: Whole  # by chunk: the place of its first byte among the bytes of all receivers
    wall_ns: Whole
    monotonic_ns: Whole


def read_bytes(data: bytes, wall_ns: int) -> list[Heard]:
    """Plain bytes as one chunk of one receiver."""
    one = np.zeros(1, dtype=np.int64)
    return [Heard(0, np.frombuffer(data, dtype=np.uint8), one + len(data), one, one + wall_ns, one)]


def read_log(path: Path) -> list[Heard]:
    """By receiver, what a raw.log or a file of received bytes holds. OSError when it cannot be read."""
    if not is_raw_log(path):
        return read_bytes(path.read_bytes(), path.stat().st_mtime_ns)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        data = np.frombuffer(mapped, dtype=np.uint8)
        found = _heard(data, _records(data))
        del data  # the map cannot be closed while an array looks at it
    return found


def _number(data: Bytes, starts: Whole, size: int) -> Whole:
    """The little-endian number of so many bytes at each start."""
    number = data[starts].astype(np.int64)
    for at in range(1, size):
        number |= data[starts + at].astype(np.int64) << 8 * at
    return number


def _records(data: Bytes) -> Whole:
    """Where the records begin, in their order."""
    starts = np.flatnonzero(data[: max(0, data.size - _FIXED_BYTES + 1)] == _MARK[0])
    for at in range(1, len(_MARK)):
        starts = starts[data[starts + at] == _MARK[at]]
    length = _number(data, starts + len(_MARK) + 1, 2)
    fits = (length <= _LONGEST_BYTES) & (starts + _FIXED_BYTES + length <= data.size)
    starts, length = starts[fits], length[fits]
    good = np.zeros(starts.size, dtype=bool)
    for size in np.unique(length).tolist():
        which = np.flatnonzero(length == size)
        good[which] = _checked(data, starts[which] + len(_MARK), _HEAD_BYTES + size)
    starts, ends = starts[good], (starts + _FIXED_BYTES + length)[good]
    if np.any(starts[1:] < ends[:-1]):
        # A record inside the bytes of another is none: the first one is believed, as when they are read one by one.
        end = 0
        kept = []
        for at, (start, after) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            if start >= end:
                kept.append(at)
                end = after
        starts = starts[kept]
    return starts


def _checked(data: Bytes, bodies: Whole, size: int) -> Truth:
    """Which bodies of so many bytes are followed by their CRC."""
    if bodies.size >= _FEWEST and size <= _LONGEST_COLUMN:
        parts = [
            crc_holds(columns(data, bodies[at : at + _BLOCK], size + _CRC_BYTES))
            for at in range(0, bodies.size, _BLOCK)
        ]
        return np.concatenate(parts)
    crc = _number(data, bodies + size, _CRC_BYTES).tolist()
    view = data.data
    return np.array(
        [crc32(view[at : at + size]) == one for at, one in zip(bodies.tolist(), crc, strict=True)], dtype=bool
    )


def _heard(data: Bytes, starts: Whole) -> list[Heard]:
    kind = data[starts + len(_MARK)]
    received = (kind & 0x0F) == RECEIVED
    starts, kind = starts[received], kind[received]
    length = _number(data, starts + len(_MARK) + 1, 2)
    begins_at = np.cumsum(length) - length
    wall_ns = _number(data, starts + len(_MARK) + 3, 8)
    monotonic_ns = _number(data, starts + len(_MARK) + 11, 8)
    first = starts + len(_MARK) + _HEAD_BYTES
    found = []
    for receiver in np.unique(kind >> 4).tolist():
        which = np.flatnonzero(kind >> 4 == receiver)
        found.append(
            Heard(
                receiver,
                _joined(data, first[which], length[which]),
                np.cumsum(length[which]),
                begins_at[which],
                wall_ns[which],
                monotonic_ns[which],
            )
        )
    return found


def _joined(data: Bytes, starts: Whole, sizes: Whole) -> Bytes:
    """The runs of bytes that begin at `starts`, one behind the other."""
    runs = np.empty(2 * starts.size + 1, dtype=np.int64)
    ends = starts + sizes
    runs[0:-1:2] = starts - np.concatenate(([0], ends[:-1]))
    runs[1::2] = sizes
    runs[-1] = data.size - ends[-1]
    inside = np.arange(runs.size) % 2 == 1
    joined: Bytes = data[np.repeat(inside, runs)]
    return joined
