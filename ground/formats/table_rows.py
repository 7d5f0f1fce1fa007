"""Rows of a table as trackers and web sites save them, once the heading that names the columns has passed.

Two kinds of headings are understood: one with a time and a place (`DateTime;Latitude;...`; speed in km/h, altitude in
metres, UTC), and one whose columns tell how their numbers were made (`2*(T+75)(C), vB*20(V), Cut`).
"""

import csv
import re
from datetime import UTC, datetime, timezone
from typing import NamedTuple

from ground.formats.heard import ROW, UNNAMED, Heard, place_e7
from ground.formats.remarks import take_remarks
from ground.formats.stamps import LATEST_S

_NAMES = {
    "time": ("datetime", "time", "timestamp", "utc"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "altitude": ("altitude", "alt", "altitude_m", "height"),
    "callsign": ("sonde", "callsign", "payload", "name", "id"),
    "station": ("station", "receiver", "uploader"),
    "speed": ("speed",),
    "course": ("course", "heading"),
    "comment": ("description", "comment", "remark"),
}
_NEEDED = ("time", "latitude", "longitude")
_SCALED = re.compile(r"(?:(\d{1,6})\*)?\(?([A-Za-z]\w*)(?:\+(\d{1,6})\))?(?:\*(\d{1,6}))?\((C|V)\)", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_CM_S_A_KM_H = 100_000 / 3600
_HIGHEST_M = 100_000


class Scaled(NamedTuple):
    """The number in a row is factor * (value + offset)."""

    name: str
    factor: float
    offset: float
    unit: str


class Table:
    """One heading, and how many of its rows came."""

    def __init__(self, delimiter: str, places: dict[str, int], scaled: list[Scaled | None]) -> None:
        self.delimiter = delimiter
        self.rows = 0
        self._places = places
        self._scaled = scaled
        self._width = len(scaled)

    def decode(self, line: bytes) -> Heard | None:
        """What a row says; None when it is none of this table."""
        try:
            row = next(csv.reader([line.decode("utf-8", "replace")], delimiter=self.delimiter))
        except (csv.Error, StopIteration):
            return None
        row = [cell.strip() for cell in row]
        heard = self._place_row(row) if self._places else self._scaled_row(row)
        if heard is None:
            return None
        self.rows += 1
        return heard._replace(raw=line)

    def _place_row(self, row: list[str]) -> Heard | None:
        cells = {name: row[at] if at < len(row) else "" for name, at in self._places.items()}
        moment = time_of(cells["time"])
        if moment is None:
            return None
        latitude, longitude, altitude, speed, course = (
            _number(cells.get(name, "")) for name in ("latitude", "longitude", "altitude", "speed", "course")
        )
        place = None if latitude is None or longitude is None else place_e7(latitude, longitude)
        said = cells.get("comment", "")
        heard = Heard(
            ROW,
            cells.get("callsign") or UNNAMED,
            time_s=moment.hour * 3600 + moment.minute * 60 + moment.second,
            latitude_e7=None if place is None else place.latitude_e7,
            longitude_e7=None if place is None else place.longitude_e7,
            altitude_m=None if altitude is None or abs(altitude) > _HIGHEST_M else round(altitude),
            speed_cm_s=None if speed is None or speed < 0 else round(speed * _CM_S_A_KM_H),
            course_deg=None if course is None else round(course) % 360,
            extra=" ".join(filter(None, (cells.get("station", ""), said))),
        )
        return take_remarks(heard, said)

    def _scaled_row(self, row: list[str]) -> Heard | None:
        if len(row) != self._width or not all(_NUMBER.fullmatch(cell) for cell in row):
            return None
        heard = Heard(ROW, UNNAMED, number=self.rows + 1)
        said = []
        for cell, column in zip(row, self._scaled, strict=True):
            if column is None:
                continue
            value = float(cell) / column.factor - column.offset
            if column.unit == "C" and heard.temperature_c is None:
                heard = heard._replace(temperature_c=value)
            elif column.unit == "V" and heard.battery_mv is None:
                heard = heard._replace(battery_mv=round(value * 1000))
            else:
                said.append(f"{column.name} {value:g}{'' if column.unit == '' else ' ' + column.unit}")
        return heard._replace(extra=", ".join(said))


def heading(line: bytes) -> Table | None:
    """The table that a line opens; None when it is no heading."""
    text = line.decode("utf-8-sig", "replace")
    delimiter = max(";,\t", key=text.count)
    names = [name.strip() for name in text.split(delimiter)]
    if len(names) < 3:
        return None
    small = [name.lower() for name in names]
    places = {
        key: next(small.index(name) for name in known if name in small)
        for key, known in _NAMES.items()
        if any(name in small for name in known)
    }
    if all(name in places for name in _NEEDED):
        return Table(delimiter, places, [None] * len(names))
    scaled = [_scaled(name) for name in names]
    if sum(column is not None and column.unit != "" for column in scaled) < 2 or None in scaled:
        return None
    return Table(delimiter, {}, scaled)


def time_of(text: str, zone: timezone | None = None) -> datetime | None:
    """Of an ISO time, UTC where it says no zone, or of seconds since 1970; None for all else, and after 2100."""
    try:
        if _NUMBER.fullmatch(text):
            moment = datetime.fromtimestamp(float(text), UTC)
        else:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=zone or UTC)
        return moment if 0 <= moment.timestamp() < LATEST_S else None
    except (ValueError, OverflowError, OSError):
        return None


def time_column(table: Table, line: bytes, zone: timezone | None = None) -> datetime | None:
    """When a row of a table with places was made. zone: of times that say none; UTC unless given."""
    at = table._places.get("time")
    try:
        row = next(csv.reader([line.decode("utf-8", "replace")], delimiter=table.delimiter))
    except (csv.Error, StopIteration):
        return None
    return None if at is None or at >= len(row) else time_of(row[at].strip(), zone)


def _scaled(name: str) -> Scaled | None:
    match = _SCALED.fullmatch(name)
    if match is not None:
        factor = float(match[1] or 1) * float(match[4] or 1)
        return Scaled(match[2], factor or 1.0, float(match[3] or 0), match[5])
    return Scaled(name, 1.0, 0.0, "") if re.fullmatch(r"[A-Za-z]\w{0,19}", name, re.ASCII) else None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None
