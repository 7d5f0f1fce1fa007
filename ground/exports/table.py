"""CSV: one row a frame, the protocol's own names as the head, empty where unknown; and a row a place told later.

Behind them a row for each message of another payload, by its callsign.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import groupby

from firmware.protocol import telemetry
from ground.exports.times import iso
from ground.flight import Flight
from ground.formats.heard import Heard
from ground.formats.heard_track import HeardTrack
from ground.formats.words import title
from ground.track import Position, Track

_LAYOUTS = telemetry.LAYOUTS + telemetry.TAGGED_LAYOUTS
_FIELDS = tuple(dict.fromkeys(name for _, layout in _LAYOUTS for name in layout.names))
# What only other payloads say.
_OTHERS = ("callsign", "number", "temperature_c", "battery_mv", "suspect", "comment")
HEAD = ("utc", "received_utc", "kind", "net", "epoch", "sequence", "mission_ms", "told_later", *_FIELDS, *_OTHERS)
_NOTHING = (None,) * len(_OTHERS)
_PLACE = "PLACE"  # the kind of a place that no frame of its own moment told


def to_csv(flight: Flight) -> str:
    """The whole text, RFC 4180. utc is the payload's clock set by the laptop's; received_utc the laptop's own."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([*row, *_NOTHING] for row in _rows(flight))
    for track in flight.payloads.tracks.values():
        writer.writerows(_other_rows(flight, track))
    return out.getvalue()


def _rows(flight: Flight) -> Iterator[list[object]]:
    told = {key: [place for place in track.positions if place.told_later] for key, track in flight.tracks.items()}
    for key, records in groupby(flight.records, key=lambda record: (record.net, record.epoch)):
        track = flight.tracks[key]
        places = iter(told[key])
        place = next(places, None)
        for record in records:
            while place is not None and place.mission_ms <= record.mission_ms:
                yield _place_row(flight, track, place)
                place = next(places, None)
            if not record.values:
                continue
            row: list[object] = [
                iso(flight.utc_ns(track, record.mission_ms)),
                iso(record.wall_ns),
                record.kind,
                record.net,
                record.epoch,
                record.sequence,
                record.mission_ms,
                0,
            ]
            values = record.values
            row.extend(values.get(name) for name in _FIELDS)
            yield row
        for left in (*([] if place is None else [place]), *places):
            yield _place_row(flight, track, left)


def _place_row(flight: Flight, track: Track, place: Position) -> list[object]:
    head = [
        iso(flight.utc_ns(track, place.mission_ms)),
        None,
        _PLACE,
        track.net,
        track.epoch,
        None,
        place.mission_ms,
        1,
    ]
    return [*head, *(getattr(place, name, None) for name in _FIELDS)]


def _other_rows(flight: Flight, track: HeardTrack) -> Iterator[list[object]]:
    """Every message once; utc by the clock that its track goes by, received_utc by the receiver's own."""
    name = title(track, flight.name_of)
    way = track.way
    suspects = {(one.mission_ms, one.latitude_e7, one.longitude_e7) for one in way.suspects}
    for message in way.messages:
        heard = message.heard
        mission_ms = (message.wall_ns - way.start_ns) // 1_000_000
        values: dict[str, object] = {
            **{field: getattr(heard, field) for field in _FIELDS if field in Heard._fields},
            "ground_speed_cm_s": heard.speed_cm_s,
            "course_cdeg": None if heard.course_deg is None else heard.course_deg * 100,
            "vertical_cm_s": heard.climb_cm_s,
        }
        suspect = (mission_ms, heard.latitude_e7, heard.longitude_e7) in suspects
        yield [
            iso(message.wall_ns),
            iso(heard.wall_ns),
            heard.kind,
            *(None,) * 3,
            mission_ms,
            int(message.late),
            *(values.get(field) for field in _FIELDS),
            name,
            heard.number,
            heard.temperature_c,
            heard.battery_mv,
            int(suspect),
            heard.extra,
        ]
