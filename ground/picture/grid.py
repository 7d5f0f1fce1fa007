"""Meridians and parallels on the map of a flight, where no other map is at hand."""

import math
from collections.abc import Callable
from itertools import pairwise

from ground.picture.canvas import TYPE, Canvas
from ground.picture.labels import WRITTEN, Box, Labels
from ground.picture.plane import EARTH_RADIUS_M, Plane
from ground.picture.scales import ticks
from ground.picture.words import width

# Degrees between two lines: whole ones, then 30, 20, 10, 5, 2, 1 minutes.
_STEPS = (30.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 1 / 3, 1 / 6, 1 / 12, 1 / 30, 1 / 60)
_LINES = 5  # across the panel, at the least
_PIECES = 24
_EDGE = 12.0  # labels stand as far from the edge of the panel
_FURTHEST = 80.0


def draw(
    plane: Plane,
    px: Callable[[tuple[float, float]], tuple[float, float]],
    centre: tuple[float, float],
    reach_m: float,
    canvas: Canvas,
    box: Box,
    labels: Labels,
) -> None:
    """Lines of whole degrees or minutes through the box, each labelled where it enters it and there is room."""
    latitude, longitude = centre
    high = math.degrees(reach_m / EARTH_RADIUS_M)
    if abs(latitude) + high > _FURTHEST:
        return  # at a pole the lines would be a star
    broad = high / math.cos(math.radians(abs(latitude) + high))
    step = next((one for one in _STEPS if 2 * high / one >= _LINES), _STEPS[-1])
    for north in ticks(latitude - high, latitude + high, step):
        line = [(north, longitude + broad * (part / _PIECES * 2 - 1)) for part in range(_PIECES + 1)]
        _line([px(plane.metres(*place)) for place in line], _words(north, "N", "S"), canvas, box, labels)
    for east in ticks(longitude - broad, longitude + broad, step):
        line = [(latitude + high * (part / _PIECES * 2 - 1), east) for part in range(_PIECES + 1)]
        _line(
            [px(plane.metres(*place)) for place in line],
            _words((east + 180) % 360 - 180, "E", "W"),
            canvas,
            box,
            labels,
        )


def _line(points: list[tuple[float, float]], words: str, canvas: Canvas, box: Box, labels: Labels) -> None:
    canvas.path(points, "graticule")
    size = TYPE["small"][0]
    across = width(words, size) + 6
    steep = abs(points[-1][1] - points[0][1]) > abs(points[-1][0] - points[0][0])
    x: float | None = box.x + _EDGE
    y: float | None = box.y + _EDGE + size / 2
    if steep:
        x = _crossing(points, 1, y or 0.0)
    else:
        y = _crossing(points, 0, (x or 0.0) + across / 2)
    if x is None or y is None:
        return
    left = x - across / 2 if steep else x
    taken = Box(left, y - size / 2 - 3, across, size + 6)
    if labels.free(taken):
        labels.take(taken, WRITTEN)
        canvas.text(left + 3, y + size * 0.36, words, "small", "start", "soft halo")


def _crossing(points: list[tuple[float, float]], axis: int, at: float) -> float | None:
    """Where the line crosses a vertical (axis 0) or a horizontal (1) of the panel."""
    for one, other in pairwise(points):
        low, high = sorted((one[axis], other[axis]))
        if low <= at <= high and high > low:
            part = (at - one[axis]) / (other[axis] - one[axis])
            return one[1 - axis] + part * (other[1 - axis] - one[1 - axis])
    return None


def _words(degrees: float, plus: str, minus: str) -> str:
    minutes = round(abs(degrees) * 60)
    whole, rest = divmod(minutes, 60)
    side = "" if minutes == 0 else f" {plus if degrees > 0 else minus}"
    return f"{whole}\N{DEGREE SIGN}" + (f"{rest:02}\N{PRIME}" if rest else "") + side
