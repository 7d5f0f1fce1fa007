"""PMTiles version 3, the part that is needed: header, metadata, one tile; and the same file with other metadata.

The specification is public domain: protomaps/PMTiles, spec/v3/spec.md. A file is a header of 127 bytes, a root
directory, JSON metadata, leaf directories and the tiles. Offsets within directories are relative to their section, so
that metadata of another length moves nothing but four numbers of the header.
"""

import gzip
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ground.map.box import Box

_HEADER = struct.Struct("<7sB11Q6B4iB2i")
_GZIP = 2
VECTOR = 1  # tile type; 2 to 5 are pictures


class NotPMTiles(Exception):
    """One sentence on what is wrong with the file."""


@dataclass(frozen=True)
class Header:
    root: tuple[int, int]  # offset and length in bytes, as the three below
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    tiles: tuple[int, int]
    tile_count: int
    internal_compression: int
    tile_compression: int
    tile_type: int
    min_zoom: int
    max_zoom: int
    box: Box


def header(head: bytes) -> Header:
    """From the first 127 bytes of a file. Raises NotPMTiles."""
    if len(head) < _HEADER.size or head[:7] != b"PMTiles":
        raise NotPMTiles("it does not begin as a PMTiles file")
    fields = _HEADER.unpack(head[: _HEADER.size])
    if fields[1] != 3:
        raise NotPMTiles(f"it is PMTiles version {fields[1]}, and 3 is read here")
    root, metadata, leaves, tiles = ((fields[i], fields[i + 1]) for i in (2, 4, 6, 8))
    internal, of_tiles, tile_type, low, high = fields[14:19]
    west, south, east, north = (value / 1e7 for value in fields[19:23])
    box = Box(south, west, north, east)
    return Header(root, metadata, leaves, tiles, fields[10], internal, of_tiles, tile_type, low, high, box)


def read_header(path: Path) -> Header:
    """Raises NotPMTiles, also for a file that ends too early, and OSError."""
    with path.open("rb") as file:
        found = header(file.read(_HEADER.size))
    if path.stat().st_size < sum(found.tiles):
        raise NotPMTiles("it ends before its last tile: copy it again")
    return found


def read_metadata(path: Path) -> dict[str, Any]:
    """The JSON that says who made the file, of what, and which layers it has."""
    with path.open("rb") as file:
        return metadata(file)


def metadata(file: BinaryIO) -> dict[str, Any]:
    """Raises NotPMTiles."""
    file.seek(0)
    found = header(file.read(_HEADER.size))
    try:
        content = json.loads(_unpacked(_section(file, found.metadata), found.internal_compression))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise NotPMTiles(f"its metadata cannot be read ({error})") from error
    if not isinstance(content, dict):
        raise NotPMTiles("its metadata is no JSON object")
    return content


def read_tile(path: Path, zoom: int, x: int, y: int) -> bytes | None:
    """One tile, unpacked; None where the file has none."""
    wanted = tile_number(zoom, x, y)
    with path.open("rb") as file:
        found = header(file.read(_HEADER.size))
        place = found.root
        for _ in range(4):
            entry = _entry(_directory(_unpacked(_section(file, place), found.internal_compression)), wanted)
            if entry is None:
                return None
            _, run, length, offset = entry
            if run:
                return _unpacked(_section(file, (found.tiles[0] + offset, length)), found.tile_compression)
            place = (found.leaves[0] + offset, length)
    raise NotPMTiles("its directories are deeper than the format allows")


def with_metadata(content: bytes, described: dict[str, Any], box: Box | None = None) -> bytes:
    """The same tiles under other metadata, and other bounds if given; the same input gives the same bytes."""
    old = header(content)
    if old.internal_compression != _GZIP:
        raise NotPMTiles("its directories are not packed with gzip")
    packed = gzip.compress(json.dumps(described, ensure_ascii=False, sort_keys=True).encode(), mtime=0)
    fields = list(_HEADER.unpack(content[: _HEADER.size]))
    sections = [content[start : start + length] for start, length in (old.root, old.metadata, old.leaves, old.tiles)]
    sections[1] = packed
    offset = _HEADER.size
    for place, section in zip((2, 4, 6, 8), sections, strict=True):
        fields[place : place + 2] = offset, len(section)
        offset += len(section)
    if box is not None:
        fields[19:23] = (round(degrees * 1e7) for degrees in (box.west, box.south, box.east, box.north))
    return _HEADER.pack(*fields) + b"".join(sections)


def tile_number(zoom: int, x: int, y: int) -> int:
    """The place of a tile on the Hilbert curves of all zooms, one after the other."""
    number = ((1 << (2 * zoom)) - 1) // 3
    side = 1 << zoom >> 1
    while side:
        right, lower = bool(x & side), bool(y & side)
        number += side * side * ((3 * right) ^ lower)
        if not lower:
            if right:
                x, y = ~x, ~y
            x, y = y, x
        side >>= 1
    return number


def _section(file: BinaryIO, place: tuple[int, int]) -> bytes:
    file.seek(place[0])
    return file.read(place[1])


def _unpacked(content: bytes, compression: int) -> bytes:
    return gzip.decompress(content) if compression == _GZIP else content


def _directory(content: bytes) -> list[tuple[int, int, int, int]]:
    """(first tile, run, length, offset) of each entry; a run of 0 is a leaf directory."""
    values = _varints(content)
    count = next(values)
    columns = [[next(values) for _ in range(count)] for _ in range(4)]
    entries: list[tuple[int, int, int, int]] = []
    tile = end = 0
    for step, run, length, place in zip(*columns, strict=True):
        tile += step
        offset = place - 1 if place else end
        end = offset + length
        entries.append((tile, run, length, offset))
    return entries


def _entry(entries: list[tuple[int, int, int, int]], wanted: int) -> tuple[int, int, int, int] | None:
    before = [entry for entry in entries if entry[0] <= wanted]
    if not before or (before[-1][1] and wanted >= before[-1][0] + before[-1][1]):
        return None
    return before[-1]


def _varints(content: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0
