"""A wind out of a file: University of Wyoming text or CSV, or a simple table of altitude, direction and speed.

University of Wyoming, upper air soundings (weather.uwyo.edu): text in columns of seven, heights geopotential, speed in
knots (SKNT) or m/s (SPED); CSV with the units in its headings. The simple table has the headings altitude_m,
direction_deg and speed_m_s. Directions are those the wind comes from.
"""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

from ground.prediction.atmosphere import geometric_m
from ground.prediction.wind import Wind, make_wind

_KNOT_M_S = 1852.0 / 3600.0
_LARGEST_FILE = 1 << 20
_COLUMN = 7
_OBSERVED = re.compile(r"Observations at (\d{2})Z (\d{1,2}) ([A-Z][a-z]{2}) (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# altitude, direction, speed; whether the altitude is geopotential
_CSV_HEADINGS = (
    ("altitude_m", "direction_deg", "speed_m_s", False),
    ("geopotential height_m", "wind direction_degree", "wind speed_m/s", True),
)
_FASTEST_M_S = 150.0
_LOWEST_M, _HIGHEST_M = -500.0, 60000.0


class WindFileError(Exception):
    """A file that is no wind; the message says what was found and what was expected."""


def read_wind_file(path: Path) -> Wind:
    """The wind in a file; WindFileError when there is none in it."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise WindFileError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(raw) > _LARGEST_FILE:
        raise WindFileError(f"{path} is larger than {_LARGEST_FILE} bytes: this is no sounding")
    return read_wind(raw.decode("utf-8-sig", "replace").replace("\0", "?"), str(path))


def read_wind(text: str, name: str) -> Wind:
    """The wind in the text of a file; `name` is for the error message."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        words = line.split()
        if {"PRES", "HGHT", "DRCT"} <= set(words):
            return _wyoming_text(lines, number, name)
        headings = [cell.strip() for cell in line.split(",")]
        for altitude, direction, speed, geopotential in _CSV_HEADINGS:
            if {altitude, direction, speed} <= set(headings):
                return _table(lines, number, (altitude, direction, speed), geopotential, name)
    raise WindFileError(
        f"{name} is no wind that is known here: expected University of Wyoming text or CSV, or a table with the "
        "headings altitude_m,direction_deg,speed_m_s"
    )


def _wyoming_text(lines: list[str], heading: int, name: str) -> Wind:
    names = lines[heading].split()
    fast = "SKNT" if "SKNT" in names else "SPED"
    if fast not in names:
        raise WindFileError(f"{name}:{heading + 1}: there is no column SKNT or SPED")
    places = [names.index(each) * _COLUMN for each in ("HGHT", "DRCT", fast)]
    rows: list[tuple[float, float, float]] = []
    for number in range(heading + 1, len(lines)):
        cells = [lines[number][place : place + _COLUMN].strip() for place in places]
        if not rows and (set(lines[number].strip()) <= {"-"} or "hPa" in lines[number].split()):
            continue
        if not re.match(r"\s*-?[\d.]+(\s|$)", lines[number]):
            break  # the indices that follow
        row = _row(cells, f"{name}:{number + 1}")
        if row is not None:
            rows.append((geometric_m(row[0]), row[1], row[2] * (_KNOT_M_S if fast == "SKNT" else 1.0)))
    observed = _OBSERVED.search("\n".join(lines))
    valid_unix_s = None
    if observed and observed[3] in _MONTHS:
        month = _MONTHS.index(observed[3]) + 1
        valid_unix_s = _unix_s(int(observed[4]), month, int(observed[2]), int(observed[1]), name)
    return _made(rows, valid_unix_s, name)


def _table(lines: list[str], heading: int, columns: tuple[str, str, str], geopotential: bool, name: str) -> Wind:
    rows = []
    valid_unix_s = None
    for number, found in enumerate(csv.reader(lines[heading:]), heading + 1):
        cells = [cell.strip() for cell in found]
        if number == heading + 1:
            places = [cells.index(column) for column in columns]
            at = cells.index("time") if "time" in cells else None
            continue
        if not any(cells) or cells[0].startswith("#"):
            continue
        row = _row([cells[place] if place < len(cells) else "" for place in places], f"{name}:{number}")
        if valid_unix_s is None and at is not None and at < len(cells):
            valid_unix_s = _time(cells[at])
        if row is not None:
            rows.append((geometric_m(row[0]) if geopotential else row[0], row[1], row[2]))
    return _made(rows, valid_unix_s, name)


def _row(cells: list[str], where: str) -> tuple[float, float, float] | None:
    """None where a value is missing, as soundings have it at some levels."""
    if not all(cells):
        return None
    try:
        altitude_m, direction_deg, speed = (float(cell) for cell in cells)
    except ValueError:
        raise WindFileError(f"{where}: expected altitude, direction and speed, found {', '.join(cells)[:60]}") from None
    if not (
        _LOWEST_M <= altitude_m <= _HIGHEST_M and 0.0 <= direction_deg <= 360.0 and 0.0 <= speed <= 2 * _FASTEST_M_S
    ):
        raise WindFileError(
            f"{where}: no wind is like this: {altitude_m:g} m, from {direction_deg:g} degrees, speed {speed:g}"
        )
    return altitude_m, direction_deg, speed


def _made(rows: list[tuple[float, float, float]], valid_unix_s: int | None, name: str) -> Wind:
    try:
        return make_wind(rows, valid_unix_s)
    except ValueError:
        raise WindFileError(f"{name} holds no wind at two altitudes or more") from None


def _unix_s(year: int, month: int, day: int, hour: int, name: str) -> int:
    try:
        return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())
    except ValueError:
        raise WindFileError(f"{name}: {day} {_MONTHS[month - 1]} {year} {hour:02d}Z is no moment") from None


def _time(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
