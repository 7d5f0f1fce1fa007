"""The altitude of a flight over its time: a filled profile, its phases beneath, its events along it."""

from ground.picture.canvas import BOLD, TYPE, Canvas
from ground.picture.labels import WRITTEN, Box, Labels
from ground.picture.scales import clock_step_s, round_step, spread, ticks
from ground.picture.way import Way, thin
from ground.picture.words import clock, height, in_a_row, outcome, shorten, times, width

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 6, 4, 66
_TOLERANCE_PX = 0.3
_CLOSE = 70.0
_ROW = (110.0, 50.0)  # drops nearer than this in both ways stand in a row


class _Plot:
    """Where a moment and an altitude lie."""

    def __init__(self, way: Way, box: Box) -> None:
        self.box = box
        self.start_s, self.end_s = way.first_s, way.end_s
        # Headroom for the words above the apex.
        self.low_m = way.low_m
        self.high_m = way.high_m + 0.16 * (way.high_m - way.low_m)

    def x(self, at_s: float) -> float:
        return self.box.x + (at_s - self.start_s) / (self.end_s - self.start_s) * self.box.width

    def y(self, altitude_m: float) -> float:
        part = (altitude_m - self.low_m) / (self.high_m - self.low_m)
        return self.box.y + (1 - part) * self.box.height

    def shows(self, at_s: float) -> bool:
        return self.start_s <= at_s <= self.end_s


def draw(way: Way, canvas: Canvas, box: Box) -> None:
    """Into box, with its axes. Labels that found no room are left to the table."""
    inner = Box(box.x + _LEFT, box.y + _TOP, box.width - _LEFT - _RIGHT, box.height - _TOP - _BOTTOM)
    plot = _Plot(way, inner)
    labels = Labels(canvas, Box(inner.x - 6, box.y, inner.width + 6 + _RIGHT, inner.height + _TOP))
    _altitude_axis(plot, canvas, labels)
    _time_axis(plot, canvas)
    if not way.points:
        canvas.text(
            inner.x + inner.width / 2, inner.y + inner.height / 2, "No position was heard.", "name", "middle", "soft"
        )
    _unshown(way, plot, canvas, labels)
    _phases(way, plot, canvas)
    _way(way, plot, canvas, labels)
    _events(way, plot, canvas, labels)


def _altitude_axis(plot: _Plot, canvas: Canvas, labels: Labels) -> None:
    box = plot.box
    step = round_step(plot.high_m - plot.low_m, max(2, box.height / 62))
    unit, divisor = ("km", 1000.0) if plot.high_m >= 2000 else ("m", 1.0)
    shown = ticks(plot.low_m, plot.high_m, step)
    for altitude_m in shown:
        y = plot.y(altitude_m)
        canvas.line(box.x, y, box.x + box.width, y, "base" if altitude_m == 0 else "grid")
        words = f"{altitude_m / divisor:g}".replace("-", "\N{MINUS SIGN}")
        canvas.text(box.x - 8, y + 4.6, words, "axis", "end", "soft")
    if shown:
        y = max(plot.y(shown[-1]), box.y + 12)
        canvas.text(box.x + 2, y - 6, f"{unit} altitude", "axis", "start", "soft halo")
        labels.take(Box(box.x, y - 20, width(f"{unit} altitude", TYPE["axis"][0]), 20), WRITTEN)


def _time_axis(plot: _Plot, canvas: Canvas) -> None:
    box = plot.box
    bottom = box.y + box.height
    step = clock_step_s(plot.end_s - plot.start_s, max(2, box.width / 74))
    for at_s in ticks(max(plot.start_s, 0.0), plot.end_s, step) or ticks(plot.start_s, plot.end_s, step):
        x = plot.x(at_s)
        canvas.line(x, bottom, x, bottom + 5, "base")
        words = clock(at_s, seconds=False)
        half = width(words, TYPE["axis"][0]) / 2
        if box.x - 34 <= x - half and x + half <= box.x + box.width + 8:
            canvas.text(x, bottom + 20, words, "axis", "middle", "soft")


def _phases(way: Way, plot: _Plot, canvas: Canvas) -> None:
    """A band beneath the time axis; the words of the shortest phases give way where there is no room for all."""
    box = plot.box
    top = box.y + box.height + 34
    named: list[tuple[float, float, str, str]] = []  # length, centre, words, kind
    for span in way.phases:
        left, right = (plot.x(min(max(at_s, plot.start_s), plot.end_s)) for at_s in (span.start_s, span.end_s))
        if right - left < 0.2:
            continue
        canvas.element("rect", class_=f"band {span.kind}", x=left, y=top, width=max(1.0, right - left - 1.5), height=4)
        words = shorten(span.name, TYPE["phase"][0], 120, bold=True)
        named.append((right - left, (left + right) / 2, words, span.kind))
        change = way.at(span.start_s)
        if change and left > box.x + 1:
            canvas.line(left, plot.y(change.altitude_m), left, box.y + box.height, "change")
    while named:
        widths = [width(words, TYPE["phase"][0], TYPE["phase"][1] >= BOLD) for _, _, words, _ in named]
        centres = spread([row[1] for row in named], widths, box.x - 34, box.x + box.width + 8, 8)
        if centres is not None:
            for centre, (_, _, words, kind) in zip(centres, named, strict=True):
                canvas.text(centre, top + 22, words, "phase", "middle", f"said {kind}")
            return
        named.remove(min(named))


def _unshown(way: Way, plot: _Plot, canvas: Canvas, labels: Labels) -> None:
    """Names the drops that have no time within this chart."""
    names = []
    for drop in way.record.drops:
        if not drop.unneeded and not way.shows(drop):
            at_s = way.drop_time_s(drop)
            names.append(drop.title if at_s is None else f"{drop.title} ({clock(at_s)})")
    if not names:
        return
    box, size = plot.box, TYPE["small"][0]
    words = shorten(f"not in this time: {', '.join(names)}", size, 0.76 * box.width)
    right, top = box.x + box.width, box.y - 2
    canvas.text(right, top + size, words, "small", "end", "soft halo")
    labels.take(Box(right - width(words, size), top, width(words, size), size + 4), WRITTEN)


def _way(way: Way, plot: _Plot, canvas: Canvas, labels: Labels) -> None:
    floor = plot.y(plot.low_m)
    lines = []
    for run in way.runs:
        line = [(plot.x(point.elapsed_s), plot.y(point.altitude_m)) for point in run.points]
        lines.append((run, thin(line, _TOLERANCE_PX)))
    for run, line in lines:
        if run.heard and len(line) > 1:
            canvas.path([(line[0][0], floor), *line, (line[-1][0], floor)], f"fill {run.kind}", close=True)
    for run, line in lines:
        labels.take_line(line)
        if len(line) > 1:
            canvas.path(line, f"way {run.kind}" if run.heard else "way gap")
    if len(way.points) == 1:
        canvas.circle(plot.x(way.first_s), plot.y(way.points[0].altitude_m), 4, "spot")


def _events(way: Way, plot: _Plot, canvas: Canvas, labels: Labels) -> None:
    record = way.record
    spots: list[tuple[float, float, list[tuple[str, str]], str]] = []
    launch = way.at(0.0)
    if record.from_launch and launch is not None:
        x, y = plot.x(0), plot.y(launch.altitude_m)
        canvas.circle(x, y, 4.5, "ring")
        labels.take(Box(x - 5, y - 5, 10, 10))
        spots.append((x, y, [("launch", "note")], "above,upper right,right"))
    if way.apex is not None and plot.shows(way.apex[0]) and way.apex[1] <= plot.high_m:
        at_s, altitude_m = way.apex
        x, y = plot.x(at_s), plot.y(altitude_m)
        canvas.circle(x, y, 4, "spot")
        labels.take(Box(x - 4, y - 4, 8, 8))
        spots.append((x, y, [(f"apex {height(altitude_m)}", "name"), (clock(at_s), "note")], "upper right,above,right"))
    if record.landing is not None and plot.shows(record.landing[0]):
        place = way.at(record.landing[0])
        x, y = plot.x(record.landing[0]), plot.y(place.altitude_m if place else max(0.0, plot.low_m))
        canvas.element("rect", class_="spot", x=x - 4, y=y - 4, width=8, height=8)
        labels.take(Box(x - 4, y - 4, 8, 8))
        words = [("landing", "note"), (clock(record.landing[0]), "note")]
        spots.append((x, y, words, "upper left,upper right,above,left"))
    if way.last is not None:
        x, y = plot.x(way.last.at_s), plot.y(way.last.altitude_m)
        canvas.circle(x, y, 4, "spot")
        labels.take(Box(x - 4, y - 4, 8, 8))
        when = f"{clock(way.last.at_s)} \N{MIDDLE DOT} {height(way.last.altitude_m)}"
        spots.append((x, y, [("last position heard", "note"), (when, "note")], "upper left,above,left"))
    marks: list[tuple[float, float, list[tuple[str, str]], str]] = []
    for drop, labelled in in_a_row(record.drops):
        drop_at_s = way.drop_time_s(drop)
        if drop_at_s is None or not way.shows(drop):
            continue
        fall = way.drop_place(drop)
        # Before the first position, after the last and in records without any it stands on the ground line.
        x, y = plot.x(drop_at_s), plot.y(fall.altitude_m if fall else max(0.0, plot.low_m))
        falling = way.apex is not None and drop_at_s > way.apex[0]
        said = outcome(drop, way.last_s)
        told = f"{drop.title}: {said}, {clock(drop_at_s)}"
        labels.take(Box(x - 8, y - 8, 16, 16) if drop.cutdown else Box(x - 6, y - 6, 12, 12))
        if drop.cutdown:
            canvas.cut(x, y, drop.confirmed, told)
        else:
            canvas.samara(x, y, drop.confirmed, told, mirrored=falling)
            labels.take(Box(x + 2, y - 24, 26, 18) if falling else Box(x - 28, y - 24, 26, 18))
        if not labelled:
            continue
        lines = [(drop.name, "name"), ("" if said == "confirmed" else said, "note"), (clock(drop_at_s), "note")]
        if len(labelled) > 1:
            lines[1] = (times(labelled), "note")
            until_s = way.drop_time_s(labelled[-1])
            lines[2] = (f"{clock(drop_at_s)} to {clock(until_s)}" if until_s is not None else clock(drop_at_s), "note")
        elif fall:
            lines[2] = (f"{clock(drop_at_s)} \N{MIDDLE DOT} {height(fall.altitude_m)}", "note")
        marks.append((x, y, lines, "upper right,right,upper left" if falling else "left,lower right,upper left,right"))
    beside = [
        [at for at, (x, y, _, _) in enumerate(marks) if abs(x - mark[0]) < _ROW[0] and abs(y - mark[1]) < _ROW[1]]
        for mark in marks
    ]
    for (x, y, lines, sides), near in zip(marks, beside, strict=True):
        # Two have room on their two sides; each counts as near itself.
        crowded = any(len(beside[at]) > 2 for at in near)
        upright = lines[0][0] if not lines[1][0] else f"{lines[0][0]}: {lines[1][0]}"
        if not crowded or not labels.place_upright(x, y, upright, "name"):
            spots.append((x, y, lines, sides))
    labels.spots = [(x, y) for x, y, _, _ in spots]
    for x, y, lines, sides in spots:
        # All of it close by, else without its last line, else the name alone, wherever that fits.
        shorter = [lines[:-1], lines[:1]] if len(lines) > 1 else []
        if not labels.place(x, y, lines, sides, furthest=_CLOSE):
            any(labels.place(x, y, fewer, sides, room=130) for fewer in shorter or [lines])
