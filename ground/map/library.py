"""The maps that are here: of the log folder, of this user, the shipped ones; the first of a name counts."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ground.map import pmtiles
from ground.map.box import Box

SHIPPED = Path(__file__).parent.parent / "web" / "basemap"
WORLD = "world.json"  # coarse land and borders of everywhere: never an empty sheet

# A vector map without it is of some other house, and no style here would draw anything of it.
_OUR_LAYER = "land"


@dataclass(frozen=True)
class MapFile:
    path: Path
    title: str
    header: pmtiles.Header
    attribution: str
    layers: tuple[str, ...]  # none in a map of pictures

    @property
    def box(self) -> Box:
        return self.header.box


def user_folder() -> Path:
    """Where `samara map build` puts a map and every ground station of this user looks for it."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "samara" / "maps"


def read(path: Path) -> MapFile:
    """Raises NotPMTiles with a sentence, and OSError."""
    header = pmtiles.read_header(path)
    metadata = pmtiles.read_metadata(path)
    rows = metadata.get("vector_layers") or ()
    layers = tuple(str(row.get("id")) for row in rows if isinstance(row, dict))
    if header.tile_type == pmtiles.VECTOR and _OUR_LAYER not in layers:
        raise pmtiles.NotPMTiles("its layers are not those of `samara map build`")
    title = str(metadata.get("name") or path.stem)
    return MapFile(path, title, header, str(metadata.get("attribution") or ""), layers)


class MapLibrary:
    def __init__(self, log_folder: Path | None = None) -> None:
        own = () if log_folder is None else (log_folder, log_folder / "maps")
        self._folders = (*own, user_folder(), SHIPPED)

    def maps(self) -> list[MapFile]:
        return [entry for entry in self._entries().values() if isinstance(entry, MapFile)]

    def best(self, latitude: float, longitude: float) -> MapFile | None:
        """The smallest map that has the place; None where only the coarse world is known."""
        fitting = [entry for entry in self.maps() if entry.box.holds(latitude, longitude)]
        return min(fitting, key=lambda entry: entry.box.area, default=None)

    def path(self, name: str) -> Path | None:
        """The file that is served under a name. Only files of the catalogue are: no name leads anywhere else."""
        if name == WORLD:
            return SHIPPED / WORLD
        entry = self._entries().get(name)
        return entry.path if isinstance(entry, MapFile) else None

    def catalogue(self) -> dict[str, object]:
        """For the page: which maps there are, and a sentence for each file that is none."""
        entries = self._entries()
        return {
            "world": f"/map/{WORLD}",
            "maps": [_row(entry) for entry in entries.values() if isinstance(entry, MapFile)],
            "troubles": [entry for entry in entries.values() if isinstance(entry, str)],
        }

    def troubles(self) -> list[str]:
        """A sentence for each file that looks like a map and is none."""
        return [entry for entry in self._entries().values() if isinstance(entry, str)]

    def _entries(self) -> dict[str, MapFile | str]:
        entries: dict[str, MapFile | str] = {}
        for path in self._files():
            if path.name not in entries:
                try:
                    entries[path.name] = read(path)
                except (pmtiles.NotPMTiles, OSError) as error:
                    entries[path.name] = f"{path} is not shown: {error}."
        return entries

    def _files(self) -> Iterator[Path]:
        for folder in self._folders:
            if folder.is_dir():
                yield from sorted(folder.glob("*.pmtiles"))


def _row(entry: MapFile) -> dict[str, object]:
    box, header = entry.box, entry.header
    return {
        "name": entry.path.name,
        "title": entry.title,
        "url": f"/map/{quote(entry.path.name)}",
        "kind": "vector" if header.tile_type == pmtiles.VECTOR else "raster",
        "bounds": [box.west, box.south, box.east, box.north],
        "layers": list(entry.layers),
        "min_zoom": header.min_zoom,
        "max_zoom": header.max_zoom,
        "bytes": sum(header.tiles),
        "attribution": entry.attribution,
        "shipped": entry.path.parent == SHIPPED,
    }
