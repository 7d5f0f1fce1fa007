"""Whether a cell is low: three reports and ten seconds in a row below its limit, and over only well above it again."""

from collections.abc import Iterator
from typing import NamedTuple

from ground.alarms.happening import Happening, ends
from ground.receiver import Record

_REPORTS = 3
_SPAN_MS = 10_000
_ABOVE_MV = 150


class Limits(NamedTuple):
    """The payload's own limits on the pad (firmware/readiness.py): a loaded cell below them is nearly spent."""

    cutter_mv: int = 3000
    logic_mv: int = 3600


class _Cell:
    def __init__(self, row: str, field: str, limit_mv: int) -> None:
        self._row = row
        self._field = field
        self._limit_mv = limit_mv
        self._low: list[int] = []  # mission times of reports in a row below the limit
        self._well = 0  # reports in a row well above it
        self._said = False

    def take(self, record: Record, armed: bool, at_ms: int) -> Iterator[Happening]:
        value = record.values[self._field]
        if value is None or not armed:
            return
        if value >= self._limit_mv:
            self._low = []
            self._well = self._well + 1 if value >= self._limit_mv + _ABOVE_MV else 0
            if self._said and self._well >= _REPORTS:
                self._said = False
                yield ends(self._row, at_ms)
            return
        self._well = 0
        self._low.append(record.mission_ms)
        del self._low[1 : -_REPORTS + 1]
        if not self._said and len(self._low) >= _REPORTS and self._low[-1] - self._low[0] >= _SPAN_MS:
            self._said = True
            yield Happening(self._row, str(record.sequence), at_ms, {"volts": f"{value / 1000:.1f}"}, lasts=True)


class VoltsWatch:
    """Feed it the newest reports."""

    def __init__(self, limits: Limits) -> None:
        self._cutter = _Cell("cutter_low", "cutter_mv", limits.cutter_mv)
        self._logic = _Cell("logic_low", "logic_mv", limits.logic_mv)

    def take(self, record: Record, landed: bool, at_ms: int) -> Iterator[Happening]:
        yield from self._cutter.take(record, bool(record.values["armed"]) and not landed, at_ms)
        yield from self._logic.take(record, True, at_ms)
