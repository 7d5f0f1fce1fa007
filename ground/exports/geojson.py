"""GeoJSON (RFC 7946): the way as a MultiLineString, pins as Points. Longitude first, WGS 84, altitude in metres."""

import json
from itertools import pairwise

from ground.exports.times import iso
from ground.exports.ways import ways
from ground.flight import Flight, segments
from ground.track import Position


def to_geojson(flight: Flight) -> str:
    """The whole FeatureCollection. A piece of way needs two positions: a lone one between two gaps is left out."""
    features: list[dict[str, object]] = []
    for way in ways(flight):
        parts = [part for unbroken in segments(way.positions) for part in _cut(unbroken) if len(part) > 1]
        if parts:
            features.append(
                _feature(
                    "MultiLineString",
                    [[_place(position) for position in part] for part in parts],
                    **way.about,
                    kind="way",
                    utc=[[iso(way.utc_ns(position.mission_ms)) for position in part] for part in parts],
                    told_later=[[position.told_later for position in part] for part in parts],
                )
            )
        for mark in way.marks:
            features.append(
                _feature(
                    "Point",
                    _place(mark.position),
                    **way.about,
                    kind=mark.kind,
                    name=mark.name,
                    utc=iso(way.utc_ns(mark.mission_ms)),
                    mission_ms=mark.mission_ms,
                )
            )
        for suspect in way.suspects:
            features.append(
                _feature(
                    "Point",
                    _place(suspect),
                    **way.about,
                    kind="suspect",
                    name="suspect place",
                    utc=iso(way.utc_ns(suspect.mission_ms)),
                    mission_ms=suspect.mission_ms,
                )
            )
    return json.dumps({"type": "FeatureCollection", "features": features}, allow_nan=False) + "\n"


def _cut(positions: list[Position]) -> list[list[Position]]:
    """A line that crosses the antimeridian is two (RFC 7946, 3.1.9): a map would draw it around the world."""
    parts = [[positions[0]]]
    for before, after in pairwise(positions):
        if abs(after.longitude_e7 - before.longitude_e7) > 1_800_000_000:
            parts.append([])
        parts[-1].append(after)
    return parts


def _feature(shape: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": shape, "coordinates": coordinates}, "properties": properties}


def _place(position: Position) -> list[float]:
    place = [position.longitude_e7 / 1e7, position.latitude_e7 / 1e7]
    return place if position.altitude_m is None else [*place, position.altitude_m]
