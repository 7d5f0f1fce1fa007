"""Many byte strings of one length at once: their COBS undone and their CRC-32 checked, a column of bytes at a time."""

from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

# Arrays of bytes, of whole numbers, and of true and false. Which width a number has is a matter of speed.
Bytes = npt.NDArray[Any]
Whole = npt.NDArray[Any]
Truth = npt.NDArray[Any]

_CRC_BYTES = 4
_POLYNOMIAL = 0xEDB88320
_RESIDUE = 0x2144DF1C  # the CRC-32 of anything with its own CRC behind it, lowest byte first


def columns(data: Bytes, starts: Whole, size: int) -> Bytes:
    """A row for each of `size` bytes, a column for each start: byte 0 of all of them, then byte 1, ..."""
    rows = np.lib.stride_tricks.sliding_window_view(data, size)[starts]
    return np.ascontiguousarray(rows.T)


def undo_cobs(stuffed: Bytes) -> Truth:
    """Put zeros where COBS had its bytes, the first included; which ones are stuffed rightly. No byte may be zero."""
    left = stuffed[0].copy()
    stuffed[0] = 0
    for at in range(1, stuffed.shape[0]):
        left -= 1
        code = stuffed[at] * (left == 0)
        left += code
        stuffed[at] -= code
    good: Truth = left == 1
    return good


@cache
def _table(zeros_after: int) -> Whole:
    """What each byte does to the CRC of a string in which so many bytes come after it."""
    if zeros_after == 0:
        table: Whole = np.arange(256, dtype=np.uint32)
        for _ in range(8):
            table = np.where(table & 1, table >> np.uint32(1) ^ np.uint32(_POLYNOMIAL), table >> np.uint32(1))
        return table
    before = _table(zeros_after - 1)
    shifted: Whole = _table(0)[before & 0xFF]
    shifted ^= before >> np.uint32(8)
    return shifted


def crc_holds(content: Bytes) -> Truth:
    """Which of the columns end with the CRC-32 of what is before it. A CRC is linear: every byte has its own share."""
    size, count = content.shape
    crc = np.zeros(count, dtype=np.uint32)
    for at in range(size):
        crc ^= _table(size - 1 - at).take(content[at])
    good: Truth = crc == np.uint32(crc32(bytes(size)) ^ _RESIDUE)
    return good
