"""The picture of a flight as one SVG: altitude over time beside the way over ground, by day and by night."""

from html import escape
from typing import NamedTuple

from ground.picture import ground_track, profile
from ground.picture.canvas import TYPE, Canvas
from ground.picture.flight_record import ORIGIN_WORDS, FlightRecord
from ground.picture.labels import Box
from ground.picture.way import Way
from ground.picture.words import clean, clock, ended, height, knows_more, shorten, width, wrap

FONT = (
    "system-ui,-apple-system,'Segoe UI','Inter',Roboto,'Helvetica Neue','Noto Sans','Liberation Sans',Arial,sans-serif"
)


class Shape(NamedTuple):
    """Where everything is. heading: with title and verdict, to stand alone."""

    name: str
    width: int
    height: int
    heading: bool
    profile: Box
    track: Box


ALONE = Shape("alone", 1200, 520, True, Box(16, 92, 740, 412), Box(780, 92, 396, 404))
WIDE = Shape("wide", 1200, 450, False, Box(8, 10, 756, 434), Box(784, 10, 406, 426))
TALL = Shape("tall", 420, 780, False, Box(0, 6, 416, 370), Box(4, 396, 412, 376))


class Colours(NamedTuple):
    paper: str
    panel: str
    ink: str
    soft: str
    grid: str
    base: str
    ring: str
    rest: str
    ascent: str
    float_: str
    descent: str
    drop: str
    good: str
    bad: str


# On paper and panel words have a contrast of 4.5 or more, drops of 3 or more (WCAG 2.2, 1.4.3 and 1.4.11).
DAY = Colours(
    "#fdfdfb", "#f5f6f3", "#1b2530", "#586472", "#e3e6e2", "#aab2b8", "#d3d8d6",
    "#636d76", "#2a6ea6", "#1d7858", "#7f5bb0", "#bf4420", "#1d7a4c", "#b3261e",
)  # fmt: skip
NIGHT = Colours(
    "#10161d", "#161e27", "#e9eef3", "#9aa8b5", "#26313c", "#556270", "#303d49",
    "#94a1ad", "#6db4ea", "#5fc9a0", "#bb9bea", "#ff8f66", "#5fd39a", "#ff8a80",
)  # fmt: skip


def _paints(colours: Colours, scope: str) -> str:
    """Rules that are nothing but colour."""
    c = colours
    rules = [
        (".paper", f"fill:{c.paper}"),
        (".panel", f"fill:{c.panel}"),
        ("text", f"fill:{c.ink}"),
        (".soft", f"fill:{c.soft}"),
        (".halo", f"stroke:{c.paper}"),
        (".on-panel .halo", f"stroke:{c.panel}"),
        (".on-panel .grid", f"stroke:{c.ring}"),
        (".grid", f"stroke:{c.grid}"),
        (".base,.change", f"stroke:{c.base}"),
        (".bar,.leader,.gap", f"stroke:{c.soft}"),
        (".north", f"fill:{c.soft}"),
        (".ring", f"fill:{c.paper};stroke:{c.ink}"),
        (".spot", f"fill:{c.ink};stroke:{c.paper}"),
        (".drop", f"fill:{c.drop};stroke:{c.paper}"),
        (".vein", f"stroke:{c.paper}"),
        (".cut", f"stroke:{c.drop}"),
        (".hollow", f"fill:{c.paper};stroke:{c.drop}"),
        (".hollow .vein", f"stroke:{c.drop}"),
        (".good", f"fill:{c.good}"),
        (".bad", f"fill:{c.bad}"),
        (".tick", f"stroke:{c.paper}"),
    ]
    for kind, colour in (
        ("rest", c.rest), ("ascent", c.ascent), ("float", c.float_), ("descent", c.descent), ("other", c.rest)
    ):  # fmt: skip
        rules.append((f".way.{kind}", f"stroke:{colour}"))
        rules.append((f".fill.{kind},.band.{kind},.said.{kind}", f"fill:{colour}"))
    return "".join(
        ",".join(f"{scope} {one}" for one in selector.split(",")) + f"{{{rule}}}" for selector, rule in rules
    )


def style(scope: str = ".samara-flight") -> str:
    """All rules of the picture, none of which reaches beyond `scope`."""
    types = "".join(
        f"{scope} .{name}{{font-size:{size}px;font-weight:{weight}}}" for name, (size, weight) in TYPE.items()
    )
    return (
        f"{scope}{{font-family:{FONT};font-variant-numeric:tabular-nums}}{types}"
        f"{scope} path,{scope} .grid{{fill:none}}"
        f"{scope} .halo{{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}}"
        f"{scope} .grid,{scope} .base{{stroke-width:1px}}"
        f"{scope} .change{{stroke-width:1px;stroke-dasharray:1 5;stroke-linecap:round}}"
        f"{scope} .bar{{stroke-width:1.6px}}{scope} .leader{{stroke-width:1px}}"
        f"{scope} .way{{stroke-width:2.6px;stroke-linejoin:round;stroke-linecap:round}}"
        f"{scope} .way.gap{{stroke-width:1.6px;stroke-dasharray:2 5}}"
        f"{scope} .fill{{fill-opacity:.13}}"
        f"{scope} .ring{{stroke-width:2px}}{scope} .spot{{stroke-width:1.4px}}"
        f"{scope} .drop{{stroke-width:1.2px;stroke-linejoin:round}}{scope} .drop path{{fill:inherit}}"
        f"{scope} .drop .vein{{fill:none;stroke-width:1px;stroke-linecap:round}}"
        f"{scope} .cut{{stroke-width:4px;stroke-linecap:round}}{scope} .cut.thin{{stroke-width:1.8px}}"
        f"{scope} .hollow{{stroke-width:1.8px}}{scope} .tick{{stroke-width:2.4px;stroke-linecap:round}}"
        f"{_paints(DAY, scope)}"
        f"@media screen and (prefers-color-scheme:dark){{{_paints(NIGHT, scope)}}}"
    )


def picture(record: FlightRecord, shape: Shape = ALONE) -> str:
    """The whole SVG; the same record gives the same bytes. On a page, give the page `style()`; alone it has its own."""
    way = Way(record)
    canvas = Canvas(f"samara-{shape.name}")
    if shape.heading:
        canvas.element("rect", class_="paper", width=shape.width, height=shape.height, rx=14)
        _heading(record, canvas, shape)
    canvas.open()
    profile.draw(way, canvas, shape.profile)
    canvas.close()
    canvas.open(class_="on-panel")
    ground_track.draw(way, canvas, shape.track)
    canvas.close()
    names = f"samara-{shape.name}-title samara-{shape.name}-desc"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="samara-flight" viewBox="0 0 {shape.width} {shape.height}" '
        + (f'width="{shape.width}" height="{shape.height}" ' if shape.heading else "")
        + f'role="img" aria-labelledby="{names}">'
        f'<title id="samara-{shape.name}-title">{escape(clean(record.title))}</title>'
        f'<desc id="samara-{shape.name}-desc">{escape(description(way))}</desc>'
        + (f"<style>{style()}</style>" if shape.heading else "")
        + "".join(canvas.parts)
        + "</svg>\n"
    )


def _heading(record: FlightRecord, canvas: Canvas, shape: Shape) -> None:
    good, sentence = record.verdict
    edge = shape.width - 24
    lines = wrap(clean(sentence), TYPE["verdict"][0], 420, 2)
    across = max(width(line, TYPE["verdict"][0], bold=True) for line in lines)
    for n, line in enumerate(lines):
        canvas.text(edge - 28, 42 + 21 * n, line, "verdict", "end")
    # The mark stands at the edge: there no font can be wider than thought.
    x, y = edge - 10.0, 36.5
    canvas.circle(x, y, 9, "good" if good else "bad")
    tick = [[(x - 4, y + 0.2), (x - 1.2, y + 3), (x + 4, y - 3)]]
    cross = [[(x - 3, y - 3), (x + 3, y + 3)], [(x + 3, y - 3), (x - 3, y + 3)]]
    for stroke in tick if good else cross:
        canvas.path(stroke, "tick")
    room = edge - across - 28 - 24 - 40
    canvas.text(24, 44, shorten(clean(record.title), TYPE["title"][0], room, bold=True), "title")
    subtitle = f"{clean(record.subtitle)} \N{MIDDLE DOT} " if record.subtitle else ""
    said = ORIGIN_WORDS[record.origin][0]
    canvas.text(24, 68, shorten(subtitle + said, TYPE["subtitle"][0], room), "subtitle", "start", "soft")


def description(way: Way) -> str:
    """The picture in words, for who cannot see it."""
    record = way.record
    words = [f"{ORIGIN_WORDS[record.origin][0].capitalize()}. {clean(record.verdict[1]).rstrip('.')}."]
    if not record.launched:
        words.append("No launch was seen.")
    if not way.points:
        words.append("No position was heard.")
    if way.apex is not None:
        words.append(f"Apex {height(way.apex[1])} at {clock(way.apex[0])}.")
    for drop in record.drops:
        when = f" at {clock(drop.fired_s)}" if drop.fired_s is not None else ""
        words.append(f"{clean(drop.title)}: {ended(drop, way.last_s)}{when}.")
    words.append(f"Landing at {clock(record.landing[0])}." if record.landing else "No landing was seen.")
    if way.last is not None:
        words.append(f"Last position heard at {clock(way.last.at_s)}, {height(way.last.altitude_m)} high.")
    words += heard(way)
    return " ".join(words)


def heard(way: Way) -> list[str]:
    """What the picture could not show: silences and impossible points."""
    said = []
    if way.gaps:
        said.append(
            f"{way.gaps} {'gap' if way.gaps == 1 else 'gaps'} without a position, the longest "
            f"{way.longest_gap_s:.0f} s, drawn dotted."
        )
    if way.left_out:
        said.append(f"{way.left_out} impossible or repeated {'point' if way.left_out == 1 else 'points'} left out.")
    if knows_more(way.record.drops):
        said.append("Confirmed is what telemetry told; let go is what the simulation knows.")
    return said
