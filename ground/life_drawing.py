"""A life as a drawing: states as boxes, an arrow for each row of its table, as one SVG that knows day and night."""

from html import escape
from itertools import groupby

Place = tuple[int, int]
Row = tuple[int, int, int]

_WIDTH, _HEIGHT = 132, 44
_STEP_X, _STEP_Y = 262, 118
_MARGIN = 34
_STYLE = """
  text { font-family: system-ui, -apple-system, 'Segoe UI', 'Inter', Roboto, 'Helvetica Neue', 'Noto Sans',
         'Liberation Sans', Arial, sans-serif; fill: #1b2530; text-anchor: middle }
  .page { fill: #fdfdfb }
  .state { fill: #f5f6f3; stroke: #586472; stroke-width: 1.4px }
  .over { stroke: #1d7858; stroke-width: 2.4px }
  .hot { stroke: #bf4420; stroke-width: 2.4px }
  .name { font-size: 17px; font-weight: 600 }
  .what { font-size: 14px; fill: #586472; stroke: #fdfdfb; stroke-width: 5px; paint-order: stroke }
  .arrow { fill: none; stroke: #586472; stroke-width: 1.6px }
  .tip { fill: #586472 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e9eef3 }
    .page { fill: #10161d }
    .state { fill: #161e27; stroke: #9aa8b5 }
    .over { stroke: #5fc9a0 }
    .hot { stroke: #ff8f66 }
    .what { fill: #9aa8b5; stroke: #10161d }
    .arrow { stroke: #9aa8b5 }
    .tip { fill: #9aa8b5 }
  }
"""


def drawing(
    title: str,
    description: str,
    transitions: tuple[Row, ...],
    names: dict[int, str],
    events: dict[int, tuple[str, str]],
    places: dict[int, Place],
    hot: int,
    again: int | None = None,
) -> str:
    """SVG text. transitions: (from, what happens, to). hot: the state in which current flows. again: an event that is
    written into the boxes it leaves instead of drawn. KeyError for a state without a place or a name.
    """
    columns = 1 + max(column for column, _ in places.values())
    rows = 1 + max(row for _, row in places.values())
    width = 2 * _MARGIN + (columns - 1) * _STEP_X + _WIDTH
    top = 40
    height = 2 * _MARGIN + top + (rows - 1) * _STEP_Y + _HEIGHT + 30
    drawn = [row for row in transitions if row[1] != again]
    leaving = {before for before, _, _ in drawn}
    repeats = {before for before, what, _ in transitions if what == again}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(description)}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
    ]
    centre = {
        state: (_MARGIN + column * _STEP_X + _WIDTH // 2, _MARGIN + top + row * _STEP_Y + _HEIGHT // 2)
        for state, (column, row) in places.items()
    }
    labels: list[str] = []
    ends = sorted(drawn, key=lambda row: (row[0], row[2]))
    for (before, then), group in groupby(ends, key=lambda row: (row[0], row[2])):
        text = [events[what][0] for _, what, _ in group]
        both = any(row[0] == then and row[2] == before for row in drawn)
        arrow, label = _arrow(centre[before], centre[then], text, both)
        lines += arrow
        labels += label
    for state, (x, y) in centre.items():
        kind = "hot" if state == hot else "" if state in leaving else "over"
        box = f'x="{x - _WIDTH // 2}" y="{y - _HEIGHT // 2}" width="{_WIDTH}" height="{_HEIGHT}" rx="9"'
        lines.append(f'<rect class="state {kind}" {box}/>')
        lines.append(f'<text class="name" x="{x}" y="{y + 6}">{escape(names[state].replace("_", " "))}</text>')
        if state in repeats and again is not None:
            # Where an arrow leaves downwards its words would stand in the way.
            labels.append(f'<text class="what" x="{x}" y="{y + _HEIGHT // 2 + 17}">↺ {events[again][0]}</text>')
    return "\n".join([*lines, *labels, "</svg>", ""])


def _arrow(start: Place, end: Place, texts: list[str], both: bool) -> tuple[list[str], list[str]]:
    """One arrow from box to box and its words; where another goes the other way the two are bent apart."""
    (x0, y0), (x1, y1) = start, end
    if y0 == y1 and (both or abs(x1 - x0) > _STEP_X):
        # A bow: above from left to right, below from right to left, higher the further it goes.
        side = -1 if x1 > x0 else 1
        reach = 34 + 22 * (abs(x1 - x0) // _STEP_X - 1)
        bend = 0 if abs(x1 - x0) <= _STEP_X and side < 0 else 40
        ax, ay = x0 + (bend // 2 if x1 > x0 else -bend // 2), y0 + side * _HEIGHT // 2
        bx, by = x1 - (bend // 2 if x1 > x0 else -bend // 2), y1 + side * _HEIGHT // 2
        if bend == 0:
            ax, bx, ay, by = x0 + _WIDTH // 2, x1 - _WIDTH // 2, y0 - 8, y1 - 8
            path, middle = f"M{ax} {ay} L{bx} {by}", ((ax + bx) // 2, ay - 7)
            tip = _tip(bx, by, 1, 0)
        else:
            my = y0 + side * (_HEIGHT // 2 + reach)
            path = f"M{ax} {ay} C{ax} {my} {bx} {my} {bx} {by}"
            middle = ((ax + bx) // 2, y0 + side * (_HEIGHT // 2 + reach * 3 // 4) + (-6 if side < 0 else 17))
            tip = _tip(bx, by, 0, -side)
    elif y0 == y1:
        ax, bx = x0 + _WIDTH // 2, x1 - _WIDTH // 2
        path, middle, tip = f"M{ax} {y0} L{bx} {y1}", ((ax + bx) // 2, y0 - 8), _tip(bx, y1, 1, 0)
    elif x0 == x1:
        ay, by = y0 + _HEIGHT // 2, y1 - _HEIGHT // 2
        path, middle, tip = f"M{x0} {ay} L{x1} {by}", (x0, (ay + by) // 2), _tip(x1, by, 0, 1)
    else:
        down = y1 > y0
        if x1 > x0 and abs(y1 - y0) <= _STEP_Y:
            ax, bx = x0 + _WIDTH // 2, x1 - _WIDTH // 2
            path = f"M{ax} {y0} C{ax + 60} {y0} {bx - 60} {y1} {bx} {y1}"
            middle, tip = ((ax + bx) // 2, (y0 + y1) // 2 + (8 if down else -2)), _tip(bx, y1, 1, 0)
        else:
            ay, by = y0 + (_HEIGHT // 2 if down else -_HEIGHT // 2), y1 + (-_HEIGHT // 2 if down else _HEIGHT // 2)
            ax = x0 + (30 if x1 > x0 else -30)
            bx = x1 + (-30 if x1 > x0 else 30)
            path = f"M{ax} {ay} C{ax} {(ay + by) // 2} {bx} {(ay + by) // 2} {bx} {by}"
            # Two that cross would write over each other in the middle: the words stand near the end.
            outward = -40 if x1 > x0 else 40
            middle = (bx + outward, by + (-34 if down else 40))
            tip = _tip(bx, by, 0, 1 if down else -1)
    lines = [f'<path class="arrow" d="{path}"/>', tip]
    x, y = middle
    first = y - 17 * (len(texts) - 1)
    return lines, [f'<text class="what" x="{x}" y="{first + 17 * at}">{escape(t)}</text>' for at, t in enumerate(texts)]


def _tip(x: int, y: int, dx: int, dy: int) -> str:
    """An arrow's head at (x, y), pointing along (dx, dy)."""
    back_x, back_y = x - 9 * dx, y - 9 * dy
    points = f"{x},{y} {back_x - 5 * dy},{back_y - 5 * dx} {back_x + 5 * dy},{back_y + 5 * dx}"
    return f'<polygon class="tip" points="{points}"/>'
