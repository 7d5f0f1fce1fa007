"""The end of a flight in a terminal: its profile in braille dots, its drops, its verdict; or plain characters."""

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ground.picture.flight_record import ORIGIN_WORDS, Drop, FlightRecord
from ground.picture.scales import clock_step_s, round_step, spread, ticks
from ground.picture.svg import heard
from ground.picture.way import Way
from ground.picture.words import MISSING, clean, clock, coordinates, difference, height, in_a_row, look, outcome, times

_ROWS = 12
_MOST_COLUMNS = 110
_LEFT = 6
_TABLE = ("drop", "due", "fired", "off by", "outcome", "altitude", "where")
_GIVE_WAY = ("where", "altitude", "off by", "due", "fired")  # of the table, in this order, where there is no room
_BETWEEN = 2
_STYLES = {"rest": "white", "ascent": "cyan", "float": "green", "descent": "magenta", "other": "white"}
_OUTCOMES = {"good": "bold yellow", "bad": "bold red", "soft": "dim"}
# Bits of the dots of a braille character (U+2800), left and right column, lowest first.
_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
_PLAIN = " .:#"  # by how much of a character is filled, where there is no braille
_SIGNS = {
    True: ("\N{BLACK DIAMOND}", "\N{WHITE DIAMOND}", "\N{CHECK MARK}", "\N{BALLOT X}", "\N{MULTIPLICATION SIGN}"),
    False: ("*", "o", "+", "!", "x"),
}


def draw(record: FlightRecord, console: Console) -> None:
    """Print it all. Never raises for what a record holds; texts of a record are never taken as markup."""
    way = Way(record)
    braille = not console.options.ascii_only
    _print(console, Text(_fit(clean(record.title), braille), style="bold"))
    origin = ORIGIN_WORDS[record.origin][0]
    subtitle = clean(record.subtitle)
    _print(console, Text(_fit(f"{subtitle}, {origin}" if subtitle else origin, braille), style="dim"))
    console.print()
    for line in _profile(way, max(10, min(console.width, _MOST_COLUMNS) - _LEFT - 1), braille):
        _print(console, line)
    console.print()
    if record.drops:
        console.print(_drops(record, way, braille, console.width))
    for label, value in (*_ends(way), *record.facts):
        _print(console, Text(_fit(f"{clean(label)}: {clean(value)}", braille), style="dim"))
    for note in heard(way):
        _print(console, Text(note, style="dim"))
    if not record.launched:
        _print(console, Text("No launch was seen: times count from the start of the record."))
    good, sentence = record.verdict
    sign = _SIGNS[braille][2 if good else 3]
    _print(console, Text(_fit(f"{sign} {clean(sentence)}", braille), style="bold green" if good else "bold red"))


def _ends(way: Way) -> list[tuple[str, str]]:
    said = []
    if way.apex is not None:
        said.append(("apex", f"{height(way.apex[1])} at {clock(way.apex[0])}"))
    if (landing := way.record.landing) is not None:
        said.append(("landing", f"{coordinates(*landing[1:])} at {clock(landing[0])}"))
    if (last := way.last) is not None:
        place = f"{coordinates(last.latitude, last.longitude)}, {height(last.altitude_m)}"
        said.append(("last position heard", f"{place} at {clock(last.at_s)}"))
    return said


def _print(console: Console, line: Text) -> None:
    console.print(line, highlight=False)


def _fit(text: str, braille: bool) -> str:
    """What this terminal's encoding can carry."""
    if braille:
        return text
    text = text.replace("\N{MINUS SIGN}", "-").replace(MISSING, "-")
    return text.encode("ascii", "replace").decode("ascii")


def _profile(way: Way, columns: int, braille: bool) -> list[Text]:
    if not way.points:
        return [Text("No position was heard.", style="dim")]
    start_s, end_s, low_m, high_m = way.first_s, way.end_s, way.low_m, way.high_m

    def column(at_s: float) -> int:
        return max(0, min(columns - 1, int((at_s - start_s) / (end_s - start_s) * columns)))

    def level(altitude_m: float) -> int:
        return min(4 * _ROWS - 1, max(0, round((altitude_m - low_m) / (high_m - low_m) * (4 * _ROWS - 1))))

    cells = [[" "] * columns for _ in range(_ROWS)]
    styles = [["" for _ in range(columns)] for _ in range(_ROWS)]
    heights = _heights(way, start_s, end_s, 2 * columns)
    for at in range(columns):
        tops = [level(each) if each is not None else -1 for each in heights[2 * at : 2 * at + 2]]
        kind = _kind(way, start_s + (at + 0.5) / columns * (end_s - start_s))
        for row in range(_ROWS):
            filled = [min(4, max(0, top + 1 - 4 * row)) for top in tops]
            if any(filled):
                code = sum(bit for side, count in enumerate(filled) for bit in _DOTS[side][:count])
                cells[row][at] = chr(0x2800 + code) if braille else _PLAIN[math.ceil(sum(filled) * 3 / 8)]
                styles[row][at] = _STYLES[kind]
    names: list[tuple[int, str, str]] = []
    for drop, labelled in in_a_row(way.record.drops):
        at_s = way.drop_time_s(drop)
        if at_s is None or not way.shows(drop):
            continue
        place = way.drop_place(drop)
        row, at = level(place.altitude_m if place else 0.0) // 4, column(at_s)
        sign = _sign(drop, braille)
        cells[row][at], styles[row][at] = sign, _OUTCOMES[look(drop, way.last_s)]
        if labelled:
            words = f"{clean(drop.name)} {times(labelled)}".rstrip()
            names.append((at, f"{sign} {_fit(words, braille)}", styles[row][at]))
    lines = [_along([(at, name, style) for at, name, style in sorted(names)], columns)]
    return lines + _with_axes(way, cells, styles, (start_s, end_s, low_m, high_m), braille)


def _sign(drop: Drop, braille: bool) -> str:
    return _SIGNS[braille][4 if drop.cutdown else 0 if drop.confirmed else 1]


def _heights(way: Way, start_s: float, end_s: float, columns: int) -> list[float | None]:
    """The highest altitude of each column; between two points that are no gap apart a straight line; else None."""
    found: list[float | None] = [None] * columns
    scale = columns / (end_s - start_s)
    for run in way.runs:
        if not run.heard:
            continue
        for at, point in enumerate(run.points):
            here = min(columns - 1, int((point.elapsed_s - start_s) * scale))
            before = found[here]
            found[here] = point.altitude_m if before is None else max(before, point.altitude_m)
            if at:
                last = run.points[at - 1]
                there = min(columns - 1, int((last.elapsed_s - start_s) * scale))
                for between in range(there + 1, here):
                    part = (between - there) / (here - there)
                    found[between] = last.altitude_m + part * (point.altitude_m - last.altitude_m)
    return found


def _kind(way: Way, at_s: float) -> str:
    kind = "rest" if way.phases else "other"
    for span in way.phases:
        if span.start_s <= at_s:
            kind = span.kind
    return kind


def _along(words: list[tuple[int, str, str]], columns: int) -> Text:
    """Words over or under their columns; those of the least room give way. Widths are in characters."""
    while words:
        widths = [float(len(word)) for _, word, _ in words]
        centres = spread([at + 0.5 for at, _, _ in words], widths, 0, columns, 1)
        if centres is not None:
            line = Text(" " * _LEFT)
            for centre, (_, word, style) in zip(centres, words, strict=True):
                left = _LEFT + max(0, int(centre - len(word) / 2))
                line.append(" " * max(0, left - len(line)))
                line.append(word, style=style)
            return line
        words.remove(max(words, key=lambda row: len(row[1])))
    return Text()


def _with_axes(
    way: Way, cells: list[list[str]], styles: list[list[str]], span: tuple[float, float, float, float], braille: bool
) -> list[Text]:
    start_s, end_s, low_m, high_m = span
    columns = len(cells[0])
    unit, divisor = ("km", 1000.0) if high_m >= 2000 else ("m", 1.0)
    marks = {}
    shown = ticks(low_m, high_m, round_step(high_m - low_m, 4))
    for altitude_m in shown:
        row = min(_ROWS - 1, int((altitude_m - low_m) / (high_m - low_m) * _ROWS))
        marks[row] = f"{altitude_m / divisor:g}" + (f" {unit}" if altitude_m == shown[-1] else "")
    lines = []
    for row in range(_ROWS - 1, -1, -1):
        line = Text(f"{marks.get(row, ''):>{_LEFT - 1}} ", style="dim")
        for cell, style in zip(cells[row], styles[row], strict=True):
            line.append(cell, style=f"not dim {style}" if style else "")
        line.rstrip()
        lines.append(line)
    times = [
        (int((at_s - start_s) / (end_s - start_s) * columns), clock(at_s, seconds=False), "dim")
        for at_s in ticks(max(0.0, start_s), end_s, clock_step_s(end_s - start_s, max(2, columns / 9)))
    ]
    lines.append(_along([(min(columns - 1, at), _fit(word, braille), style) for at, word, style in times], columns))
    phases = []
    for phase in way.phases:
        left, right = max(phase.start_s, start_s), min(phase.end_s, end_s)
        if right > left:
            middle = int(((left + right) / 2 - start_s) / (end_s - start_s) * columns)
            phases.append((middle, _fit(clean(phase.name), braille), _STYLES[phase.kind]))
    lines.append(_along(phases, columns))
    return lines


def _drops(record: FlightRecord, way: Way, braille: bool, columns: int) -> Table:
    """Without what has no room beside the names and outcomes: those are broken only where they alone are too wide."""
    rows: list[list[Text]] = []
    for drop in record.drops:
        place = way.drop_place(drop) if drop.fired_s is not None else None
        style = _OUTCOMES[look(drop, way.last_s)]
        words = (
            f"{_sign(drop, braille)} {clean(drop.title)}",
            MISSING if drop.due_s is None else clock(drop.due_s),
            MISSING if drop.fired_s is None else clock(drop.fired_s),
            difference(drop),
            outcome(drop, way.last_s),
            MISSING if place is None else height(place.altitude_m),
            MISSING if place is None else coordinates(place.latitude, place.longitude),
        )
        rows.append([Text(_fit(word, braille), style=style if at in (0, 4) else "") for at, word in enumerate(words)])
    room = [max(len(word), *(row[at].cell_len for row in rows)) + _BETWEEN for at, word in enumerate(_TABLE)]
    shown = list(range(len(_TABLE)))
    for word in _GIVE_WAY:
        if sum(room[at] for at in shown) - _BETWEEN > columns:
            shown.remove(_TABLE.index(word))
    table = Table(box=None, padding=(0, _BETWEEN, 0, 0), pad_edge=False, header_style="dim")
    for at in shown:
        right = _TABLE[at] in ("due", "fired", "off by", "altitude")
        table.add_column(_TABLE[at], justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(row[at] for at in shown))
    return table
