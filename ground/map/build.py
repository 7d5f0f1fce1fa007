"""A map of a region from beginning to end: features, tiles, notice, preview."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ground.bad_input import BadInput
from ground.map import cut, features, preview, sources
from ground.map.box import Box

Progress = Callable[[str, float], None]  # what is being done, and how much of all of it is, 0 to 1

_SHARE_OF_READING = 0.6


@dataclass(frozen=True)
class Built:
    path: Path
    notice: Path
    preview: Path | None
    bytes: int
    counts: Counter[str]  # features by layer


def build(
    box: Box, name: str, path: Path, progress: Progress, *, roads: Path | None = None, picture: Path | None = None
) -> Built:
    """Writes the map, its NOTICE and the picture, each whole or not at all. Raises BadInput with a sentence."""
    sources.require()
    found: list[features.Feature] = []
    for number, (words, layer) in enumerate(features.LAYERS):
        progress(f"reading {words}", _SHARE_OF_READING * number / len(features.LAYERS))
        found += layer(box)
    if roads is not None:
        found += features.roads(roads, box)
    counts = Counter(feature["tippecanoe"]["layer"] for feature in found)
    if not counts["land"]:
        raise BadInput("There is no land in that region: nothing to draw. Check the order, LAT,LON,LAT,LON.")
    content = cut.cut(
        found,
        box,
        lambda share: progress("cutting tiles", _SHARE_OF_READING + (1.0 - _SHARE_OF_READING) * share),
    )
    notice = path.with_suffix(".NOTICE.txt")
    _write(path, cut.described(content, name, box))
    _write(notice, sources.notice().encode())
    if picture is not None:
        _write(picture, preview.svg(found, box).encode())
    progress("done", 1.0)
    return Built(path, notice, picture, path.stat().st_size, counts)


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error}): give another --out.") from error
