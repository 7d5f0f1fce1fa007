"""CSV: one row a frame, the protocol's own names as the head, empty where unknown; and a row a place told later."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import groupby

from firmware.protocol import telemetry
from ground.exports.times import iso
from ground.flight import Flight
from ground.track import Position, Track

_LAYOUTS = telemetry.LAYOUTS + telemetry.TAGGED_LAYOUTS
_FIELDS = tuple(dict.fromkeys(name for _, layout in _LAYOUTS for name in layout.names))
HEAD = ("utc", "received_utc", "kind", "net", "epoch", "sequence", "mission_ms", "told_later", *_FIELDS)
_PLACE = "PLACE"  # the kind of a place that no frame of its own moment told


def to_csv(flight: Flight) -> str:
    """The whole text, RFC 4180. utc is the payload's clock set by the laptop's; received_utc the laptop's own."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows(_rows(flight))
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
