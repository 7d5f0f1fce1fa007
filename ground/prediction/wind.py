"""The wind by altitude, above one place at one time."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[float, float, float]  # altitude m, towards the east m/s, towards the north m/s


@dataclass(frozen=True)
class Wind:
    """Rows rise in altitude; between them linear, beyond the ends constant. valid_unix_s: for when it was given."""

    rows: tuple[Row, ...]
    valid_unix_s: int | None = None

    @property
    def top_m(self) -> float:
        """Above it nothing is known."""
        return self.rows[-1][0]

    def at(self, altitude_m: float) -> tuple[float, float]:
        """(towards the east, towards the north), m/s."""
        row = bisect_right(self.rows, altitude_m, key=_altitude)
        if row == 0 or row == len(self.rows):
            _, east, north = self.rows[min(row, len(self.rows) - 1)]
            return east, north
        low_m, low_east, low_north = self.rows[row - 1]
        high_m, high_east, high_north = self.rows[row]
        part = (altitude_m - low_m) / (high_m - low_m)
        return low_east + (high_east - low_east) * part, low_north + (high_north - low_north) * part

    def fastest_m_s(self) -> float:
        """The fastest wind of any row."""
        return max(math.hypot(east, north) for _, east, north in self.rows)


def _altitude(row: Row) -> float:
    return row[0]


def blowing_from(direction_deg: float, speed_m_s: float) -> tuple[float, float]:
    """(towards the east, towards the north) of a wind as weather services give it: the direction it comes from."""
    angle = math.radians(direction_deg)
    return -speed_m_s * math.sin(angle), -speed_m_s * math.cos(angle)


def make_wind(rows: Sequence[tuple[float, float, float]], valid_unix_s: int | None = None) -> Wind:
    """Of (altitude m, direction it comes from in degrees, m/s) in any order; of rows at one altitude the first counts.

    ValueError where less than two altitudes are left.
    """
    made: dict[float, Row] = {}
    for altitude_m, direction_deg, speed_m_s in rows:
        made.setdefault(altitude_m, (altitude_m, *blowing_from(direction_deg, speed_m_s)))
    if len(made) < 2:
        raise ValueError("a wind needs at least two altitudes")
    return Wind(tuple(made[altitude_m] for altitude_m in sorted(made)), valid_unix_s)
