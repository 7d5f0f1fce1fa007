"""How the values of a mission.toml are written: for each kind a reader that says what is wrong, and its range."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from ground.mission_moment import unix_s
from ground.mission_span import SpanError, seconds_ms, shown_value, span_ms

_E7 = 10_000_000
_LARGEST = 10**18


class Reader(Protocol):
    """Turns what the TOML file holds into what a mission holds; SpanError says what is wrong with it."""

    @property
    def text(self) -> str: ...

    def read(self, value: object) -> object: ...


def _number(value: object) -> Decimal:
    if isinstance(value, str):
        raise SpanError(f"must be a number without quotes, not {shown_value(value)}")
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise SpanError(f"must be a number, not {shown_value(value)}")
    if not Decimal(value).is_finite():
        raise SpanError(f"must be a number, not {value}")
    if abs(Decimal(value)) > _LARGEST:
        raise SpanError(f"{shown_value(value)} is far too large")
    return Decimal(value)


def whole_number(value: object) -> int:
    """An integer, also one written with a point and zeros."""
    if isinstance(value, str):
        raise SpanError(f"must be a whole number without quotes, not {shown_value(value)}")
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise SpanError(f"must be a whole number, not {shown_value(value)}")
    if isinstance(value, Decimal) and (not value.is_finite() or value != value.to_integral_value()):
        raise SpanError(f"must be a whole number, not {shown_value(value)}")
    if abs(Decimal(value)) > _LARGEST:
        raise SpanError(f"{shown_value(value)} is far too large")
    return int(value)


@dataclass(frozen=True)
class Text:
    """Text in quotes; the rules of the mission say which."""

    text: str = ""

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise SpanError(f"must be text in quotes, not {shown_value(value)}")
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number; its range is checked with the mission's rules."""

    text: str = ""

    def read(self, value: object) -> int:
        return whole_number(value)


@dataclass(frozen=True)
class Number:
    """A number from `least` to `most`, in `unit`."""

    least: float
    most: float
    unit: str = ""

    @property
    def text(self) -> str:
        return f"{self.least:g} to {self.most:g} {self.unit}".strip()

    def read(self, value: object) -> float:
        number = _number(value)
        if not self.least <= number <= self.most:
            raise SpanError(f"{shown_value(value)} is outside {self.text}")
        return float(number)


@dataclass(frozen=True)
class Range:
    """Two numbers, the smaller first, or one that is both."""

    least: float
    most: float
    unit: str = ""

    @property
    def text(self) -> str:
        return f"{self.least:g} to {self.most:g} {self.unit}, `[least, most]`".strip()

    def read(self, value: object) -> tuple[float, float]:
        ends = value if isinstance(value, list) else [value, value]
        if len(ends) != 2:
            raise SpanError(f"must be two numbers, [least, most], or one; here are {len(ends)}")
        one = Number(self.least, self.most, self.unit)
        low, high = one.read(ends[0]), one.read(ends[1])
        if low > high:
            raise SpanError(f"the smaller comes first: [{high:g}, {low:g}]")
        return low, high


@dataclass(frozen=True)
class Word:
    """One of some words; what a mission holds for it stands beside."""

    words: tuple[tuple[str, object], ...]

    @property
    def text(self) -> str:
        return " or ".join(f"`{word}`" for word, _ in self.words)

    def read(self, value: object) -> object:
        for word, meaning in self.words:
            if value == word and isinstance(value, str):
                return meaning
        known = ", ".join(f'"{word}"' for word, _ in self.words)
        raise SpanError(f"{shown_value(value)} is not known here; known: {known}")


def words(*names: str) -> Word:
    """Words that mean themselves."""
    return Word(tuple((name, name) for name in names))


@dataclass(frozen=True)
class Mask:
    """A list of words, each a bit."""

    bits: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        return "list of " + ", ".join(f"`{word}`" for word, _ in self.bits)

    def read(self, value: object) -> int:
        if not isinstance(value, list) or not value:
            example = ", ".join(f'"{word}"' for word, _ in self.bits[:2])
            raise SpanError(f"must be a list of words, like [{example}], not {shown_value(value)}")
        mask = 0
        for each in value:
            mask |= int(str(Word(self.bits).read(each)))
        return mask


@dataclass(frozen=True)
class Flag:
    """true or false."""

    text: str = "`true` or `false`"

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise SpanError(f"must be true or false without quotes, not {shown_value(value)}")
        return value


@dataclass(frozen=True)
class Names:
    """A list of names."""

    text: str = "list of names"

    def read(self, value: object) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise SpanError(f'must be a list of names, like ["town", "lake"], not {shown_value(value)}')
        return list(value)


@dataclass(frozen=True)
class Span:
    """A time with its unit."""

    text: str = ""

    def read(self, value: object) -> int:
        return span_ms(value)


@dataclass(frozen=True)
class Seconds:
    """A number of seconds, where the key says so."""

    text: str = ""

    def read(self, value: object) -> int:
        return seconds_ms(value)


@dataclass(frozen=True)
class Moment:
    """A moment in UTC."""

    text: str = '`"2026-05-01T09:00Z"`'

    def read(self, value: object) -> int:
        return unix_s(value)


@dataclass(frozen=True)
class Latest:
    """A span after launch, in ms, or a moment in UTC, as ("at", unix seconds)."""

    text: str = ""

    def read(self, value: object) -> int | tuple[str, int]:
        if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
            return "at", unix_s(value)
        return span_ms(value)


@dataclass(frozen=True)
class Wholes:
    """A list of whole numbers."""

    text: str = ""

    def read(self, value: object) -> tuple[int, ...]:
        if not isinstance(value, list):
            raise SpanError(f"must be a list of whole numbers, like [1000, 1200], not {shown_value(value)}")
        return tuple(whole_number(each) for each in value)


def place_e7(value: object) -> tuple[int, int]:
    """(latitude, longitude) in 1e-7 degree, rounded to that centimetre, of [52.1, 20.3]."""
    if not isinstance(value, list) or len(value) != 2:
        raise SpanError(f"a place is [latitude, longitude] in degrees, like [52.15, 20.6], not {shown_value(value)}")
    latitude, longitude = (_number(each) for each in value)
    if abs(latitude) > 90:
        raise SpanError(f"latitude {shown_value(value[0])} is beyond a pole: [latitude, longitude] in degrees")
    if abs(longitude) > 180:
        raise SpanError(f"longitude {shown_value(value[1])} is outside -180 to 180")
    return int((latitude * _E7).to_integral_value()), int((longitude * _E7).to_integral_value())


@dataclass(frozen=True)
class Place:
    """[latitude, longitude] in degrees."""

    text: str = "`[latitude, longitude]`, degrees"

    def read(self, value: object) -> tuple[int, int]:
        return place_e7(value)


@dataclass(frozen=True)
class Places:
    """The corners of an area."""

    text: str = ""

    def read(self, value: object) -> Sequence[tuple[int, int]]:
        if not isinstance(value, list):
            raise SpanError(f"must be a list of corners, [[52.1, 20.3], ...], not {shown_value(value)}")
        return tuple(place_e7(each) for each in value)
