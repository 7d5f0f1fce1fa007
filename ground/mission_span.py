"""Spans of time as people write them, always with the unit: "45 min", "1 h 30 min", "5400 s"."""

import re
from decimal import Decimal

_UNITS_MS = {"h": 3_600_000, "min": 60_000, "s": 1000}
_WRITTEN_OUT = {"hour": "h", "hours": "h", "minute": "min", "minutes": "min", "second": "s", "seconds": "s", "sec": "s"}
_PART = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([A-Za-zµ]*)")
_LONGEST_TEXT = 40
_LARGEST_S = 10**9


class SpanError(ValueError):
    """The text or number is not a span of time; the message says how to write one."""


def span_ms(text: object) -> int:
    """Milliseconds of a text such as "1 h 30 min"; SpanError for anything without a unit, negative or below 1 ms."""
    if not isinstance(text, str):
        raise SpanError(_how(text))
    shown = f"'{text[:_LONGEST_TEXT]}'"
    if len(text) > _LONGEST_TEXT:
        raise SpanError(f'{shown}... is too long for a time; write it like "1 h 30 min"')
    if text.strip().startswith("-"):
        raise SpanError(f"{shown} is negative: times count forwards from launch")
    total = Decimal(0)
    smallest = None
    at = 0
    while text[at:].strip():
        part = _PART.match(text, at)
        if part is None:
            raise SpanError(f'{shown} is not a time; write it like "45 min", "1 h 30 min" or "5400 s"')
        size = _size(part[2], shown, part[1])
        if smallest is not None and size >= smallest:
            raise SpanError(f'{shown}: write each unit once and the larger first, like "1 h 30 min"')
        total += Decimal(part[1]) * size
        smallest = size
        at = part.end()
    if smallest is None:
        raise SpanError('the time is empty; write it like "45 min"')
    return _whole(total, shown)


def seconds_ms(value: object) -> int:
    """Milliseconds of a number of seconds; SpanError for anything else, not finite, negative or below 1 ms."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise SpanError(f"must be a number of seconds without quotes, not {shown_value(value)}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise SpanError(f"{value} is not a number of seconds")
    if value < 0:
        raise SpanError(f"{shown_value(value)} s is negative")
    if value > _LARGEST_S:
        raise SpanError(f"{shown_value(value)} s is longer than any flight")
    return _whole(Decimal(value) * 1000, f"{shown_value(value)} s")


def shown_value(value: object) -> str:
    """A value of a TOML file as its author wrote it, cut short."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = f"'{value}'"
    elif isinstance(value, dict):
        text = "a table"
    elif isinstance(value, list):
        text = "a list"
    elif isinstance(value, int) and abs(value) > 10**30:
        text = "an enormous number"
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 3] + "..."


def _size(unit: str, shown: str, number: str) -> int:
    name = unit.lower()
    name = _WRITTEN_OUT.get(name, name)
    if name in _UNITS_MS:
        return _UNITS_MS[name]
    if not name:
        raise SpanError(f'{shown} has no unit; write "{number} s", "{number} min" or "{number} h"')
    if name == "m":
        raise SpanError(f'{shown}: "m" may mean metres or minutes; write "{number} min"')
    raise SpanError(f'{shown}: "{unit}" is no unit of time; the units are s, min and h, like "1 h 30 min"')


def _whole(ms: Decimal, shown: str) -> int:
    if ms == 0:
        raise SpanError(f"{shown} is zero")
    if ms != ms.to_integral_value():
        raise SpanError(f"{shown} is finer than a millisecond")
    return int(ms)


def _how(value: object) -> str:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = shown_value(value)
        return f'{number} of what? Write the unit and quotes: "{number} s", "{number} min" or "{number} h"'
    return f'must be a time in quotes with its unit, like "45 min", not {shown_value(value)}'
