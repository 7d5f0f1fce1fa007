"""The tile cutter at work: features in, one PMTiles file out, the same bytes every time."""

import io
import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ground.bad_input import BadInput
from ground.map import pmtiles, sources
from ground.map.box import Box
from ground.map.features import Feature

MIN_ZOOM = 4
MAX_ZOOM = 10  # a pixel of 10 m once a tile is drawn larger, finer than the coastline is known

# Nothing is dropped for being many or large: a region is small, and what a map lacks is not seen to be lacking.
_OPTIONS = (
    "--drop-rate=1",
    "--no-feature-limit",
    "--no-tile-size-limit",
    "--no-tile-stats",
    "--simplification=4",
    "--simplification-at-maximum-zoom=1",  # it is drawn larger, and steps would be seen
    "--buffer=8",
    "--progress-interval=0.2",
    "--json-progress",
)

_SHARE = re.compile(rb'"progress":\s*([\d.]+)')


def cut(features: Iterable[Feature], box: Box, progress: Callable[[float], None]) -> bytes:
    """The tiles, with the cutter's own metadata; progress gets shares from 0 to 1."""
    with tempfile.TemporaryDirectory(prefix="samara-map-") as folder:
        source, target = Path(folder, "features.json"), Path(folder, "tiles.pmtiles")
        with source.open("w", encoding="utf-8", newline="\n") as file:
            for feature in features:
                file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + "\n")
        _run(_arguments(source, target, box), progress)
        return target.read_bytes()


def described(content: bytes, name: str, box: Box) -> bytes:
    """The tiles with metadata of our own: name, sources, licences; no path and no time of this machine."""
    layers: Any = pmtiles.metadata(io.BytesIO(content))["vector_layers"]
    return pmtiles.with_metadata(
        content,
        {
            "name": name,
            "type": "baselayer",
            "attribution": sources.attribution(),
            "description": sources.notice(),
            "sources": sources.versions(),
            "bounds": [box.west, box.south, box.east, box.north],
            "vector_layers": layers,
        },
        box,  # the cutter's own bounds are those of its rounded points
    )


def _arguments(source: Path, target: Path, box: Box) -> list[str]:
    bounds = f"{box.west},{box.south},{box.east},{box.north}"
    ours = [f"--output={target}", f"--minimum-zoom={MIN_ZOOM}", f"--maximum-zoom={MAX_ZOOM}"]
    return [str(sources.cutter()), *ours, f"--clip-bounding-box={bounds}", *_OPTIONS, str(source)]


def _run(arguments: list[str], progress: Callable[[float], None]) -> None:
    try:
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except OSError as error:
        raise BadInput(f"The tile cutter {arguments[0]} does not start here ({error}).") from error
    said = b""
    with process:
        assert process.stderr is not None
        for line in process.stderr:
            said = line.strip() or said
            share = _SHARE.search(line)
            if share:
                progress(min(float(share[1]) / 100.0, 1.0))
    if process.returncode:
        raise BadInput(f"The tile cutter ended with status {process.returncode}: {said.decode(errors='replace')}")
