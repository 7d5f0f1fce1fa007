"""The way over ground, on the plane that touches the Earth at the launch, with rings, marks and what lies around."""

import math

from ground.picture import grid
from ground.picture.canvas import TYPE, Canvas
from ground.picture.labels import WRITTEN, Box, Labels
from ground.picture.plane import Plane
from ground.picture.scales import length, round_step
from ground.picture.way import Way, thin
from ground.picture.words import in_a_row, outcome, width

_TOLERANCE_PX = 0.3
_LEAST_SPAN_M = 200.0
_MARGIN = 46.0


class _Map:
    """Metres of a plane to pixels of a box, the same scale both ways."""

    def __init__(self, box: Box, places: list[tuple[float, float]]) -> None:
        inner = box.inset(_MARGIN)
        east = [place[0] for place in places] or [0.0]
        north = [place[1] for place in places] or [0.0]
        span_x = max(max(east) - min(east), _LEAST_SPAN_M)
        span_y = max(max(north) - min(north), _LEAST_SPAN_M)
        self.scale = min(inner.width / span_x, inner.height / span_y)
        self._x = box.x + box.width / 2 - self.scale * (max(east) + min(east)) / 2
        self._y = box.y + box.height / 2 + self.scale * (max(north) + min(north)) / 2

    def reach_m(self, box: Box, centre: tuple[float, float]) -> float:
        """From a spot to the furthest corner of the box."""
        corners = [(x, y) for x in (box.x, box.x + box.width) for y in (box.y, box.y + box.height)]
        return max(math.hypot(x - centre[0], y - centre[1]) for x, y in corners) / self.scale

    def px(self, place: tuple[float, float]) -> tuple[float, float]:
        return self._x + self.scale * place[0], self._y - self.scale * place[1]


def draw(way: Way, canvas: Canvas, box: Box) -> None:
    """Into box: the way, rings of distance from its beginning, marks, a scale bar and north."""
    canvas.element(
        "rect", class_="panel", x=float(box.x), y=float(box.y), width=float(box.width), height=float(box.height), rx=10
    )
    if not way.points:
        canvas.text(box.x + box.width / 2, box.y + box.height / 2, "No position was heard.", "name", "middle", "soft")
        return
    record = way.record
    start = (way.at(0.0) if record.from_launch else None) or way.points[0]
    plane = Plane(start.latitude, start.longitude)
    runs = [(run, [plane.metres(point.latitude, point.longitude) for point in run.points]) for run in way.runs]
    places = [place for _, line in runs for place in line]
    falls = [(drop, labelled, way.drop_place(drop)) for drop, labelled in in_a_row(record.drops) if not drop.unneeded]
    places += [plane.metres(fall.latitude, fall.longitude) for _, _, fall in falls if fall]
    landing = record.landing
    if landing is not None and not (abs(landing[1]) <= 90 and abs(landing[2]) <= 180):
        landing = None
    places += [plane.metres(landing[1], landing[2])] if landing else []
    view = _Map(box, places)
    labels = Labels(canvas, box.inset(8))

    lines = [(run, thin([view.px(place) for place in line], _TOLERANCE_PX)) for run, line in runs]
    for _, line in lines:
        labels.take_line(line)
    _furniture(view, canvas, box, labels)
    centre = view.px((0.0, 0.0))
    clip = f"{canvas.prefix}-track"
    canvas.parts.append(
        f'<clipPath id="{clip}"><rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" '
        'rx="10"/></clipPath>'
    )
    if record.areas or record.graticule:
        canvas.open(clip_path=f"url(#{clip})")
        if record.graticule:
            grid.draw(plane, view.px, (start.latitude, start.longitude), view.reach_m(box, centre), canvas, box, labels)
        for area in record.areas:
            corners = [view.px(plane.metres(*corner)) for corner in area.points]
            canvas.path(corners, f"area {'out' if area.out else 'in'}", close=True)
            labels.take_line([*corners, corners[0]])
        canvas.close()
    _rings(view, centre, canvas, box, labels, clip)
    for run, line in lines:
        if len(line) > 1:
            canvas.path(line, f"way {run.kind}" if run.heard else "way gap")

    spots: list[tuple[float, float, list[tuple[str, str]]]] = []
    canvas.circle(*centre, 4.5, "ring")
    labels.take(Box(centre[0] - 5, centre[1] - 5, 10, 10))
    spots.append((*centre, [("launch" if record.from_launch else "first position", "note")]))
    if way.apex is not None and (apex := way.at(way.apex[0])):
        x, y = view.px(plane.metres(apex.latitude, apex.longitude))
        canvas.circle(x, y, 4, "spot")
        labels.take(Box(x - 4, y - 4, 8, 8))
        spots.append((x, y, [("apex", "note")]))
    if landing is not None:
        x, y = view.px(plane.metres(landing[1], landing[2]))
        labels.take(Box(x - 4, y - 4, 8, 8))
        spots.append((x, y, [("landing", "note")]))
    if way.last is not None:
        x, y = view.px(plane.metres(way.last.latitude, way.last.longitude))
        canvas.circle(x, y, 4, "spot")
        labels.take(Box(x - 4, y - 4, 8, 8))
        spots.append((x, y, [("last position heard", "note")]))
    for drop, labelled, fall in falls:
        if fall is None:
            continue
        x, y = view.px(plane.metres(fall.latitude, fall.longitude))
        told = f"{drop.title}: {outcome(drop, way.last_s)}"
        labels.take(Box(x - 6, y - 6, 12, 12))
        if drop.cutdown:
            canvas.cut(x, y, drop.confirmed, told)
        else:
            canvas.samara(x, y, drop.confirmed, told)
            labels.take(Box(x - 28, y - 24, 26, 18))
        if labelled:
            spots.append((x, y, [(drop.name, "name")]))
    if landing is not None:
        # Over all of them: it is what one looks for.
        x, y = view.px(plane.metres(landing[1], landing[2]))
        canvas.element("rect", class_="spot", x=x - 4, y=y - 4, width=8, height=8)
    labels.spots = [(x, y) for x, y, _ in spots]
    for x, y, words in reversed(spots):
        labels.place(x, y, words, "right,lower right,below,upper right,left", room=150)
    for area in record.areas:
        inside = [
            (x, y)
            for x, y in (view.px(plane.metres(*corner)) for corner in area.points)
            if box.x < x < box.x + box.width and box.y < y < box.y + box.height
        ]
        if inside:
            labels.place(*inside[0], [(area.name, "small")], "right,above,below,left", room=130)


def _furniture(view: _Map, canvas: Canvas, box: Box, labels: Labels) -> None:
    """Scale bar at the lower left, north at the upper right."""
    bar_m = round_step(box.width / 3.2 / view.scale, 1) / 2
    bar_m = round_step(bar_m, 1)
    bar = bar_m * view.scale
    x, y = box.x + 16, box.y + box.height - 16
    canvas.path([(x, y - 5), (x, y), (x + bar, y), (x + bar, y - 5)], "bar")
    canvas.text(x + bar / 2, y - 7, length(bar_m), "axis", "middle", "soft halo")
    labels.take(Box(x - 4, y - 24, max(bar, 40) + 8, 30), WRITTEN)
    x, y = box.x + box.width - 22, box.y + 18
    canvas.path([(x, y - 6), (x + 5, y + 9), (x, y + 5), (x - 5, y + 9)], "north", close=True)
    canvas.text(x, y + 25, "N", "axis", "middle", "soft")
    labels.take(Box(x - 12, y - 10, 24, 40), WRITTEN)


def _rings(view: _Map, centre: tuple[float, float], canvas: Canvas, box: Box, labels: Labels, clip: str) -> None:
    """Circles of round distances from the start, as far as the panel reaches, labelled where there is room."""
    corners = [(x, y) for x in (box.x, box.x + box.width) for y in (box.y, box.y + box.height)]
    reach = max(math.hypot(x - centre[0], y - centre[1]) for x, y in corners)
    step_m = round_step(reach / view.scale, 5)
    canvas.open(clip_path=f"url(#{clip})")
    distances = range(1, int(reach / view.scale / step_m) + 1)
    for n in distances:
        canvas.circle(*centre, n * step_m * view.scale, "grid")
    canvas.close()
    size = TYPE["small"][0]
    for n in distances:
        words = length(n * step_m)
        across = width(words, size) + 6
        radius = n * step_m * view.scale
        # Down along the circles first: one line of distances reads as a scale.
        for turn in (180, 0, 90, 270, 150, 210, 30, 330, 60, 120, 240, 300):
            x = centre[0] + radius * math.sin(math.radians(turn))
            y = centre[1] - radius * math.cos(math.radians(turn))
            taken = Box(x - across / 2, y - size / 2 - 2, across, size + 4)
            if labels.free(taken):
                labels.take(taken, WRITTEN)
                canvas.text(x, y + size * 0.36, words, "small", "middle", "soft halo")
                break
