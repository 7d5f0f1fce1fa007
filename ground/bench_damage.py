"""Streams of frames with bytes changed, lost and added, and which of the frames came through all of it whole."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random

_LONGEST_INSERTION = 8


def damaged(
    frames: Sequence[bytes], dice: Random, changed: int = 0, lost: int = 0, added: int = 0
) -> tuple[bytes, list[int]]:
    """The stream and the numbers of the frames of which no byte was touched.

    changed, lost: single bytes. added: runs of 1 to 8 random ones; between two frames they harm neither.
    """
    stream = b"".join(frames)
    starts = [0, *accumulate(len(frame) for frame in frames)]
    size = len(stream)
    touched = set()
    out = []
    done = 0
    blows = [(dice.randrange(size), kind) for kind, count in enumerate((changed, lost, added)) for _ in range(count)]
    for at, kind in sorted(blows):
        if at < done:
            continue
        out.append(stream[done:at])
        frame = bisect_right(starts, at) - 1
        if kind == 2:
            out.append(dice.randbytes(dice.randint(1, _LONGEST_INSERTION)))
            done = at
            if at != starts[frame]:
                touched.add(frame)
            continue
        if kind == 0:
            out.append(bytes((stream[at] ^ dice.randrange(1, 256),)))
        done = at + 1
        touched.add(frame)
    out.append(stream[done:])
    return b"".join(out), [number for number in range(len(frames)) if number not in touched]
