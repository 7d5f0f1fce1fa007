"""Round numbers for axes, rings and scale bars."""

import math

_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440)


def round_step(span: float, parts: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that cuts span into no more than `parts` parts."""
    least = max(span, 1e-9) / parts
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1, 2, 5):
        if factor * power >= least * (1 - 1e-9):
            return factor * power
    return 10 * power


def clock_step_s(span_s: float, parts: float) -> int:
    """A step of a clock face in seconds that cuts span_s into no more than `parts` parts; days beyond one day."""
    for minutes in _MINUTES:
        if span_s / (minutes * 60) <= parts:
            return minutes * 60
    return 86400 * math.ceil(span_s / 86400 / parts)


def ticks(low: float, high: float, step: float) -> list[float]:
    """Multiples of step from low to high, both included."""
    return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def length(metres: float) -> str:
    """A round length of a ring or a bar."""
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def spread(centres: list[float], widths: list[float], low: float, high: float, gap: float) -> list[float] | None:
    """Centres moved as little as needed so that the widths, in this order, neither touch nor leave low..high.

    None where they do not fit.
    """
    if sum(widths) + gap * max(0, len(widths) - 1) > high - low:
        return None
    moved: list[float] = []
    edge = low
    for centre, width in zip(centres, widths, strict=True):
        left = max(edge, centre - width / 2)
        moved.append(left + width / 2)
        edge = left + width + gap
    edge = high
    for at in range(len(moved) - 1, -1, -1):
        moved[at] = min(moved[at], edge - widths[at] / 2)
        edge = moved[at] - widths[at] / 2 - gap
    return moved
