"""What the charts are drawn from: a few columns of numbers, a row for each report."""

from array import array
from bisect import bisect_right
from collections.abc import Mapping

_UNKNOWN = -(1 << 31)
_MOST_ROWS = 4000
FIELDS = (
    "altitude_m",
    "vertical_cm_s",
    "pressure_pa",
    "inside_c",
    "logic_mv",
    "cutter_mv",
    "ground_speed_cm_s",
)
COLUMNS = ("mission_ms", *FIELDS, "rssi")


class Series:
    """By mission time. `added` counts the rows that ever came in."""

    def __init__(self) -> None:
        self._mission_ms = array("q")
        self._fields = [array("i") for _ in FIELDS]
        self._named = list(zip(FIELDS, self._fields, strict=True))
        self.added = 0

    def __len__(self) -> int:
        return len(self._mission_ms)

    def take(self, mission_ms: int, values: Mapping[str, int | None]) -> None:
        """A report, perhaps a late one."""
        times = self._mission_ms
        self.added += 1
        if times and mission_ms < times[-1]:
            at = bisect_right(times, mission_ms)
            times.insert(at, mission_ms)
            for name, column in self._named:
                value = values[name]
                column.insert(at, _UNKNOWN if value is None else value)
            return
        times.append(mission_ms)
        for name, column in self._named:
            value = values[name]
            column.append(_UNKNOWN if value is None else value)

    def rows(self, since: int = 0) -> list[list[int | None]]:
        """From row `since` on; not more than some thousands, evenly thinned, the last one always among them."""
        count = len(self)
        step = max(1, -(-(count - since) // _MOST_ROWS))
        picked = list(range(max(0, since), count, step))
        if picked and picked[-1] != count - 1:
            picked.append(count - 1)
        rows: list[list[int | None]] = []
        for at in picked:
            row: list[int | None] = [self._mission_ms[at]]
            row += [None if column[at] == _UNKNOWN else column[at] for column in self._fields]
            row.append(None)
            rows.append(row)
        return rows
