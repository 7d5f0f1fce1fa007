"""GeoJSON (RFC 7946): the way as a MultiLineString, pins as Points. Longitude first, WGS 84, altitude in metres."""

import json

from ground.exports.marks import marks
from ground.exports.times import iso
from ground.flight import Flight, segments
from ground.track import Position


def to_geojson(flight: Flight) -> str:
    """The whole FeatureCollection. A piece of way needs two positions: a lone one between two gaps is left out."""
    features: list[dict[str, object]] = []
    for track in flight.tracks.values():
        parts = [part for part in segments(track.positions) if len(part) > 1]
        if parts:
            features.append(
                _feature(
                    "MultiLineString",
                    [[_place(position) for position in part] for part in parts],
                    net=track.net,
                    kind="way",
                    utc=[[iso(flight.utc_ns(track, position.mission_ms)) for position in part] for part in parts],
                    told_later=[[position.told_later for position in part] for part in parts],
                )
            )
        for mark in marks(track):
            features.append(
                _feature(
                    "Point",
                    _place(mark.position),
                    net=track.net,
                    kind=mark.kind,
                    name=mark.name,
                    utc=iso(flight.utc_ns(track, mark.mission_ms)),
                    mission_ms=mark.mission_ms,
                )
            )
    return json.dumps({"type": "FeatureCollection", "features": features}, allow_nan=False) + "\n"


def _feature(shape: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": shape, "coordinates": coordinates}, "properties": properties}


def _place(position: Position) -> list[float]:
    place = [position.longitude_e7 / 1e7, position.latitude_e7 / 1e7]
    return place if position.altitude_m is None else [*place, position.altitude_m]
