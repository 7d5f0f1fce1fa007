"""A position as SondeHub-Amateur takes it: the "Amateur Balloon Telemetry Format" of the wiki of sondehub-infra, 2023.

Its server fails over a whole batch when one row lacks lat, lon or payload_callsign: they are always there.
"""

from typing import Any

from ground.exports.times import iso
from ground.uploads.points import Point
from ground.uploads.words import Words

NAME = "samara"
# field, of a report, divided by
_VALUES = (
    ("sats", "satellites", 1),
    ("batt", "logic_mv", 1000),
    ("temp", "inside_c", 1),
    ("pressure", "pressure_pa", 100),
    ("vel_h", "ground_speed_cm_s", 100),
    ("vel_v", "vertical_cm_s", 100),
    ("heading", "course_cdeg", 100),
)


def to_row(point: Point, words: Words, version: str) -> dict[str, Any]:
    """What is unknown is left out. `historical` and `dev` are put in when it is sent."""
    values = point.record.values
    latitude_e7, longitude_e7, altitude_m = (values[name] for name in ("latitude_e7", "longitude_e7", "altitude_m"))
    assert latitude_e7 is not None and longitude_e7 is not None and altitude_m is not None  # Points sees to it
    row: dict[str, Any] = {
        "software_name": NAME,
        "software_version": version,
        "uploader_callsign": words.callsign,
        "time_received": iso(point.record.wall_ns),
        "payload_callsign": words.payload_callsign,
        "datetime": iso(point.utc_ms * 1_000_000),
        "lat": latitude_e7 / 1e7,
        "lon": longitude_e7 / 1e7,
        "alt": float(altitude_m),
        "frame": point.record.sequence,
    }
    for name, field, part in _VALUES:
        value = values[field]
        if value is not None:
            row[name] = value / part if part > 1 else value
    if words.position is not None:
        row["uploader_position"] = list(words.position)
    for name, text in (("uploader_radio", words.radio), ("uploader_antenna", words.antenna)):
        if text:
            row[name] = text
    if words.frequency_mhz is not None:
        row["frequency"] = words.frequency_mhz
    return row
