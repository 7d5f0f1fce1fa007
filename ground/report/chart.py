"""A small chart: values over the time of a flight, broken where nothing was heard."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from ground.picture.canvas import TYPE, Canvas
from ground.picture.scales import clock_step_s, round_step, ticks
from ground.picture.way import thin
from ground.picture.words import clean, clock, width

_WIDTH, _HEIGHT = 560, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 10, 34, 28
_GAP_S = 90.0
_GAP_STEPS = 6


class Series(NamedTuple):
    """points: (seconds, value). look: a class of the pictures' ways: ascent, float, descent or rest."""

    label: str
    look: str
    points: Sequence[tuple[float, float]]


def chart(prefix: str, name: str, unit: str, series: Sequence[Series], timed: bool = True) -> str:
    """One SVG; nothing where no series has two points. timed: False where rows are counted and no time is known."""
    series = [one for one in series if len(one.points) > 1]
    if not series:
        return ""
    start_s = min(one.points[0][0] for one in series)
    end_s = max(start_s + 1, *(one.points[-1][0] for one in series))
    values = [value for one in series for _, value in one.points]
    low, high = min(values), max(values)
    margin = max((high - low) * 0.08, abs(high) * 0.01, 0.05)
    low, high = low - margin, high + margin
    canvas = Canvas(prefix)
    box_width, box_height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(at_s: float) -> float:
        return _LEFT + (at_s - start_s) / (end_s - start_s) * box_width

    def y(value: float) -> float:
        return _TOP + (1 - (value - low) / (high - low)) * box_height

    step = round_step(high - low, 4)
    for value in ticks(low, high, step):
        canvas.line(_LEFT, y(value), _LEFT + box_width, y(value), "grid")
        canvas.text(_LEFT - 8, y(value) + 4.6, f"{value:g}".replace("-", "\N{MINUS SIGN}"), "axis", "end", "soft")
    time_step = clock_step_s(end_s - start_s, 6) if timed else round_step(end_s - start_s, 6)
    for at_s in ticks(start_s, end_s, time_step):
        canvas.line(x(at_s), _TOP + box_height, x(at_s), _TOP + box_height + 4, "base")
        canvas.text(
            x(at_s), _HEIGHT - 8, clock(at_s, seconds=False) if timed else f"{at_s:g}", "axis", "middle", "soft"
        )
    canvas.text(0, 16, f"{name}, {unit}" if unit else name, "phase")
    right = float(_WIDTH - 4)
    for one in reversed(series if len(series) > 1 else []):
        canvas.text(right, 16, one.label, "phase", "end", f"said {one.look}")
        right -= width(one.label, TYPE["phase"][0], bold=True) + 16
    for one in series:
        for run in _runs(one.points):
            line = thin([(x(at_s), y(value)) for at_s, value in run], 0.4)
            if len(line) > 1:
                canvas.path(line, f"way thin {one.look}")
            else:
                canvas.circle(*line[0], 1.5, "spot")
    told = escape(clean(f"{name}, {unit}: {low + margin:g} to {high - margin:g}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="samara-flight" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{told}">{"".join(canvas.parts)}</svg>'
    )


def _runs(points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    steps = sorted(after[0] - before[0] for before, after in pairwise(points))
    limit_s = max(_GAP_S, _GAP_STEPS * steps[len(steps) // 2])
    runs = [[points[0]]]
    for before, after in pairwise(points):
        if after[0] - before[0] > limit_s:
            runs.append([])
        runs[-1].append(after)
    return runs
