"""The way of a flight as columns: what a list of Position is, in a tenth of the memory, and what was added last."""

from array import array
from collections import deque
from collections.abc import Iterable, MutableSequence
from typing import overload

from ground.track import Position

_UNKNOWN = -(1 << 31)
_FRESH_KEPT = 4000
_MOST_ROWS = 6000  # of a whole way on a page, where more would lie on one another
COLUMNS = ("mission_ms", "latitude_e7", "longitude_e7", "altitude_m", "told_later")

Row = tuple[int, int, int, int | None, int]


class Way(MutableSequence[Position]):
    """In order of mission time, whoever inserts sees to that. `added` counts all that ever came in."""

    def __init__(self) -> None:
        self.added = 0
        self._last: Position | None = None  # asked for with every report
        self._fresh: deque[Position] = deque(maxlen=_FRESH_KEPT)
        self._mission_ms = array("q")
        self._latitude_e7 = array("i")
        self._longitude_e7 = array("i")
        self._altitude_m = array("i")
        self._told_later = array("b")
        self._columns = (
            self._mission_ms,
            self._latitude_e7,
            self._longitude_e7,
            self._altitude_m,
            self._told_later,
        )

    def __len__(self) -> int:
        return len(self._mission_ms)

    @overload
    def __getitem__(self, at: int) -> Position: ...

    @overload
    def __getitem__(self, at: slice) -> list[Position]: ...

    def __getitem__(self, at: int | slice) -> Position | list[Position]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if at == -1 and self._last is not None:
            return self._last
        height = self._altitude_m[at]
        return Position(
            self._mission_ms[at],
            self._latitude_e7[at],
            self._longitude_e7[at],
            None if height == _UNKNOWN else height,
            bool(self._told_later[at]),
        )

    def __setitem__(self, at: int | slice, place: Position | Iterable[Position]) -> None:
        if isinstance(at, slice) or not isinstance(place, Position):
            raise TypeError("places are set one by one")
        for column, value in zip(self._columns, _numbers(place), strict=True):
            column[at] = value
        self._last = None
        self._note(place)

    def __delitem__(self, at: int | slice) -> None:
        for column in self._columns:
            del column[at]
        self._last = None

    def insert(self, at: int, place: Position) -> None:
        """Before `at`; the end is by far the most frequent."""
        if at >= len(self._mission_ms):
            mission_ms, latitude_e7, longitude_e7, altitude_m, told_later = place
            self._mission_ms.append(mission_ms)
            self._latitude_e7.append(latitude_e7)
            self._longitude_e7.append(longitude_e7)
            self._altitude_m.append(_UNKNOWN if altitude_m is None else altitude_m)
            self._told_later.append(told_later)
            self._last = place
        else:
            for column, value in zip(self._columns, _numbers(place), strict=True):
                column.insert(at, value)
        self._note(place)

    def _note(self, place: Position) -> None:
        self._fresh.append(place)
        self.added += 1

    def rows_since(self, n: int) -> list[Row] | None:
        """What came in after the first `n`, in the order of coming; None when that is not known any more."""
        count = self.added - n
        if not 0 <= count <= len(self._fresh):
            return None
        newest = [self._fresh[at] for at in range(len(self._fresh) - count, len(self._fresh))]
        return [(*place[:4], int(place[4])) for place in newest]

    def rows(self) -> list[Row]:
        """The whole way by mission time, thinned so that it still has its ends and is quickly drawn."""
        count = len(self)
        step = -(-count // _MOST_ROWS) if count else 1
        picked = list(range(0, count, step))
        if count and picked[-1] != count - 1:
            picked.append(count - 1)
        rows: list[Row] = []
        for at in picked:
            height = self._altitude_m[at]
            place = (self._mission_ms[at], self._latitude_e7[at], self._longitude_e7[at])
            rows.append((*place, None if height == _UNKNOWN else height, self._told_later[at]))
        return rows


def _numbers(place: Position) -> tuple[int, int, int, int, int]:
    height = _UNKNOWN if place.altitude_m is None else place.altitude_m
    return place.mission_ms, place.latitude_e7, place.longitude_e7, height, int(place.told_later)
