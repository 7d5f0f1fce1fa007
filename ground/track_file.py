"""A recorded flight (CSV) -> the world of a simulation: cleaned, joined to a pad and a landing, packed.

Recordings come as they come: newest row first or last, rows repeated by several receivers, gaps, a spike now and then.
What is left out is counted and said; what cannot be a flight is refused with the line.
"""

import csv
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from ground.bad_input import BadInput

PAD_S = 300
LANDED_S = 600
_ROW = struct.Struct("<Iiii")
_TIME_NAMES = ("datetime", "time", "timestamp", "utc")
_LATITUDE_NAMES = ("latitude", "lat")
_LONGITUDE_NAMES = ("longitude", "lon", "lng", "long")
_ALTITUDE_NAMES = ("altitude", "alt", "altitude_m", "height")
_SPIKE_M = 250.0
_BELOW_LAST_M = 90
_FAR_PAD_M = 100_000
_LONGEST_S = 48 * 3600


@dataclass(frozen=True)
class Point:
    """unix_s: UTC seconds; latitude and longitude in degrees; altitude in metres."""

    unix_s: float
    latitude: float
    longitude: float
    altitude_m: float


@dataclass(frozen=True)
class TrackWorldFile:
    """What the simulator needs besides the packed rows, and what a person should know about the joins."""

    rows: bytes
    start_unix_s: int
    launch_s: int
    landing_s: int
    apex_m: float
    pad: Point
    landing: Point
    notes: tuple[str, ...]


def read_points(path: Path) -> tuple[list[Point], list[str]]:
    """(points in the order of time, notes on what was left out). BadInput when the file cannot be a flight."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise BadInput(f"the track {path} cannot be read: {error.strerror}.") from error
    points: list[Point] = []
    bad: list[int] = []
    for number, point in _rows(path, text):
        if point is None:
            bad.append(number)
        else:
            points.append(point)
    if bad and len(bad) * 5 > len(points) + len(bad):
        raise BadInput(
            f"{path}, line {bad[0]}: {len(bad)} of {len(points) + len(bad)} rows have no readable time and place. "
            "A track has the columns time, latitude, longitude and altitude in metres, a row a position."
        )
    notes = [f"{len(bad)} rows without a readable time and place left out, the first in line {bad[0]}"] if bad else []
    in_order = sorted(points, key=lambda point: point.unix_s)
    unordered = sum(later.unix_s < earlier.unix_s for earlier, later in pairwise(points))
    if 0 < unordered < len(points) - 1:
        notes.append(f"{unordered} rows out of order put in their place")
    single = [point for at, point in enumerate(in_order) if at == 0 or point.unix_s > in_order[at - 1].unix_s]
    if len(single) < len(in_order):
        notes.append(f"{len(in_order) - len(single)} repeated rows left out")
    smooth = [point for at, point in enumerate(single) if not _is_spike(single, at)]
    if len(smooth) < len(single):
        notes.append(f"{len(single) - len(smooth)} impossible heights left out")
    if len(smooth) < 20:
        raise BadInput(f"{path} has {len(smooth)} usable positions; a flight needs at least 20.")
    if smooth[-1].unix_s - smooth[0].unix_s > _LONGEST_S:
        raise BadInput(f"{path} spans more than 48 hours: cut it to one flight.")
    longest = max(later.unix_s - earlier.unix_s for earlier, later in pairwise(smooth))
    if longest > 15:
        notes.append(f"the longest gap is {longest:.0f} s: straight lines lead over gaps")
    return smooth, notes


def make_world(path: Path, pad_altitude_m: float, pad_place: tuple[float, float] | None = None) -> TrackWorldFile:
    """The whole simulated flight: 5 minutes on the pad, up to the record, the record, down from it, 10 minutes landed.

    The pad lies where the first minute's drift leads back to, or at `pad_place` (degrees). A record that begins aloft
    or ends falling is joined at its own rate; the landing is 90 m below its last row unless it ends at rest.
    """
    points, notes = read_points(path)
    apex_m = max(point.altitude_m for point in points)
    first, last = points[0], points[-1]
    if apex_m - pad_altitude_m < 300:
        raise BadInput(
            f"{path} never rises 300 m above the pad ({pad_altitude_m:.0f} m): no launch could be recognised."
        )
    climb = _rate(points[: _within(points, 60)])
    rows: list[Point] = []
    if pad_place is not None and _far(pad_place, first) > _FAR_PAD_M:
        raise BadInput(
            f"the pad is {_far(pad_place, first) / 1000:.0f} km from where {path} begins "
            f"({first.latitude:.4f}, {first.longitude:.4f}): no balloon drifts so far before its first position."
        )
    if first.altitude_m > pad_altitude_m + 20:
        rate_m_s = min(max(climb[2], 2.0), 8.0)
        join_s = math.ceil((first.altitude_m - pad_altitude_m) / rate_m_s)
        place = pad_place or (first.latitude - climb[0] * join_s, first.longitude - climb[1] * join_s)
        pad = Point(first.unix_s - join_s, place[0], place[1], pad_altitude_m)
        rows.append(pad)
        notes.append(
            f"the record starts aloft at {first.altitude_m:.0f} m: joined to the pad at {pad_altitude_m:.0f} m "
            f"by {rate_m_s:.1f} m/s for {join_s} s"
        )
    else:
        pad = first
    rows.extend(points)
    fall = _rate(points[-_within(points[::-1], 60) :])
    if fall[2] < -0.5:
        rate_m_s = -fall[2]
        ground_m = last.altitude_m - _BELOW_LAST_M
        join_s = math.ceil(_BELOW_LAST_M / rate_m_s)
        landing = Point(
            last.unix_s + join_s, last.latitude + fall[0] * join_s, last.longitude + fall[1] * join_s, ground_m
        )
        rows.append(landing)
        notes.append(
            f"the record ends falling at {last.altitude_m:.0f} m: joined to the ground at {ground_m:.0f} m "
            f"by {rate_m_s:.1f} m/s for {join_s} s"
        )
    else:
        landing = last
    start_unix_s = int(rows[0].unix_s) - PAD_S
    packed = b"".join(
        _ROW.pack(
            round((row.unix_s - start_unix_s) * 1000),
            round(row.latitude * 1e7),
            round(row.longitude * 1e7),
            round(row.altitude_m * 1000),
        )
        for row in rows
    )
    landing_s = math.ceil(landing.unix_s - start_unix_s)
    return TrackWorldFile(packed, start_unix_s, PAD_S, landing_s, apex_m, pad, landing, tuple(notes))


def _far(place: tuple[float, float], point: Point) -> float:
    """Metres between, good enough for a few hundred kilometres."""
    north = (place[0] - point.latitude) * 111_320
    east = ((place[1] - point.longitude + 180) % 360 - 180) * 111_320 * math.cos(math.radians(point.latitude))
    return math.hypot(north, east)


def _rows(path: Path, text: str) -> Iterator[tuple[int, Point | None]]:
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise BadInput(f"{path} is empty; a track is a CSV file with a head line.")
    delimiter = max(";,\t", key=lines[0].count)
    reader = csv.reader(lines, delimiter=delimiter)
    head = [name.strip().lower() for name in next(reader)]
    columns = [
        next((head.index(name) for name in names if name in head), None)
        for names in (_TIME_NAMES, _LATITUDE_NAMES, _LONGITUDE_NAMES, _ALTITUDE_NAMES)
    ]
    missing = [
        word
        for word, column in zip(("time", "latitude", "longitude", "altitude"), columns, strict=True)
        if column is None
    ]
    if missing:
        raise BadInput(
            f"{path}, line 1: no column for {', '.join(missing)}. Found: {', '.join(head) or 'nothing'}. "
            "Wanted names: DateTime (UTC), Latitude, Longitude, Altitude (m)."
        )
    for row in reader:
        if row:
            yield reader.line_num, _point(row, [column or 0 for column in columns])


def _point(row: list[str], columns: list[int]) -> Point | None:
    try:
        time, latitude, longitude, altitude = (row[column].strip() for column in columns)
        point = Point(_unix_s(time), float(latitude), float(longitude), float(altitude))
    except (ValueError, IndexError, OverflowError):
        return None
    usable = (
        math.isfinite(point.unix_s)
        and abs(point.latitude) <= 90
        and abs(point.longitude) <= 180
        and -500 <= point.altitude_m <= 60_000
        and (point.latitude, point.longitude) != (0.0, 0.0)
    )
    return point if usable else None


def _unix_s(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _is_spike(points: list[Point], at: int) -> bool:
    """Far from the middle of its neighbours in height, beyond what falling between them explains."""
    near = points[max(0, at - 3) : at + 4]
    span_s = near[-1].unix_s - near[0].unix_s
    if span_s > 60:
        return False
    return abs(points[at].altitude_m - median(point.altitude_m for point in near)) > _SPIKE_M + 60 * span_s / 2


def _within(points: list[Point], seconds: float) -> int:
    """How many points from the first lie within so many seconds; at least 2."""
    count = sum(abs(point.unix_s - points[0].unix_s) <= seconds for point in points)
    return max(count, 2)


def _rate(points: list[Point]) -> tuple[float, float, float]:
    """Mean motion: degrees of latitude and longitude a second, metres up a second."""
    first, last = points[0], points[-1]
    seconds = last.unix_s - first.unix_s
    return (
        (last.latitude - first.latitude) / seconds,
        (last.longitude - first.longitude) / seconds,
        (last.altitude_m - first.altitude_m) / seconds,
    )
