"""The ways in a log as the export formats want them: of our own flights, then of other payloads."""

from collections.abc import Callable
from typing import NamedTuple

from ground.exports.marks import Mark, marks
from ground.flight import Flight
from ground.formats.heard_track import HeardTrack
from ground.formats.words import title
from ground.track import Position


class Way(NamedTuple):
    """suspects: places that nothing could have reached, no part of the way. about: what says whose way it is."""

    name: str
    about: dict[str, object]
    positions: list[Position]
    suspects: list[Position]
    marks: list[Mark]
    utc_ns: Callable[[int], int]  # of a mission time in ms


def ways(flight: Flight) -> list[Way]:
    """All of them, in the order of the log."""
    found = []
    for track in flight.tracks.values():
        start_ns = flight.utc_ns(track, 0)
        found.append(
            Way(track.title, {"net": track.net}, track.positions, track.suspects, marks(track), _clock(start_ns))
        )
    for other in flight.payloads.tracks.values():
        if other.way.positions:
            found.append(_of_other(flight, other))
    return found


def _of_other(flight: Flight, other: HeardTrack) -> Way:
    way = other.way
    name = title(other, flight.name_of)
    pins = []
    if way.apex is not None:
        pins.append(Mark("apex", f"apex {way.apex.altitude_m} m", way.apex.mission_ms, way.apex))
    last = way.positions[-1]
    pins.append(Mark("last", "last position", last.mission_ms, last))
    about: dict[str, object] = {"callsign": name, "format": ", ".join(other.kinds)}
    return Way(name, about, way.positions, way.suspects, pins, _clock(way.start_ns))


def _clock(start_ns: int) -> Callable[[int], int]:
    return lambda mission_ms: start_ns + mission_ms * 1_000_000
