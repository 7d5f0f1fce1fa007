"""ESRI shapefiles, main file only: the points of each part. Format: the ESRI technical description of July 1998."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ground.map.clip import Points

_LINE, _POLYGON = 3, 5


def parts(path: Path) -> Iterator[list[Points]]:
    """The parts of each record, in order: lines of a line, rings of a polygon."""
    content = path.read_bytes()
    place = 100
    while place < len(content):
        (words,) = struct.unpack_from(">4xi", content, place)
        place += 8
        (kind,) = struct.unpack_from("<i", content, place)
        if kind in (_LINE, _POLYGON):
            count, points = struct.unpack_from("<36x2i", content, place)
            starts = np.frombuffer(content, "<i4", count, place + 44)
            both = np.frombuffer(content, "<f8", 2 * points, place + 44 + 4 * count).reshape(-1, 2)
            yield np.split(both, starts[1:].tolist())
        place += 2 * words
