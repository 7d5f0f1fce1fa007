"""A picture of what went into a map, as SVG: to see at a glance that it is the right region."""

import math
from collections.abc import Iterable
from html import escape
from itertools import pairwise
from typing import Any

from ground.map.box import Box

_WIDTH = 900.0
_MOST_NAMES = 24

# layer, how its shape is drawn; in this order
_SHAPES = (
    ("land", 'fill="#f2efe6" stroke="#6b8794" stroke-width="0.6"'),
    ("lake", 'fill="#b7d3df"'),
    ("island", 'fill="#f2efe6"'),
    ("river", 'fill="none" stroke="#7fb0c6" stroke-width="0.7"'),
    ("road", 'fill="none" stroke="#c9a45c" stroke-width="0.7"'),
    ("province", 'fill="none" stroke="#a9a294" stroke-width="0.6" stroke-dasharray="3 2"'),
    ("border", 'fill="none" stroke="#7a4b8c" stroke-width="1.2"'),
)


def svg(features: Iterable[dict[str, Any]], box: Box) -> str:
    found = list(features)
    scale = _WIDTH / (box.east - box.west)
    height = (_stretched(box.north) - _stretched(box.south)) * scale

    def place(point: list[float]) -> tuple[float, float]:
        x, y = (point[0] - box.west) * scale, (_stretched(box.north) - _stretched(point[1])) * scale
        return round(2.0 * x) / 2.0, round(2.0 * y) / 2.0

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}">',
        '<rect width="100%" height="100%" fill="#b7d3df"/>',
    ]
    for layer, look in _SHAPES:
        paths = "".join(_path(feature["geometry"], place) for feature in found if _layer(feature) == layer)
        if paths:
            lines.append(f'<path d="{paths}" fill-rule="evenodd" {look}/>')
    towns = [feature for feature in found if _layer(feature) == "town"][:_MOST_NAMES]
    for town in towns:
        x, y = place(town["geometry"]["coordinates"])
        name = escape(town["properties"]["name"])
        lines.append(f'<circle cx="{x}" cy="{y}" r="2.5"/>')
        lines.append(f'<text x="{x + 5}" y="{y + 4}" font-family="sans-serif" font-size="13">{name}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _layer(feature: dict[str, Any]) -> str:
    return str(feature["tippecanoe"]["layer"])


def _path(geometry: dict[str, Any], place: Any) -> str:
    parts = geometry["coordinates"] if geometry["type"] == "Polygon" else [geometry["coordinates"]]
    text = ""
    for part in parts:
        points = [place(point) for point in part]
        kept = [points[0]] + [after for before, after in pairwise(points) if after != before]
        if len(kept) > 2 or geometry["type"] != "Polygon":
            text += "M" + "L".join(f"{x:g} {y:g}" for x, y in kept)
    return text


def _stretched(latitude: float) -> float:
    """Mercator's latitude, in degrees of longitude."""
    return math.degrees(math.asinh(math.tan(math.radians(latitude))))
