"""CSV: one row a FIX or EVENT frame, the protocol's own names as the head, empty where unknown."""

import csv
from collections.abc import Iterator
from io import StringIO

from firmware.protocol import telemetry
from ground.exports.times import iso
from ground.flight import Flight

_FIELDS = tuple(name for _, layout in telemetry.LAYOUTS for name in layout.names)
HEAD = ("utc", "received_utc", "kind", "net", "epoch", "sequence", "mission_ms", *_FIELDS)


def to_csv(flight: Flight) -> str:
    """The whole text, RFC 4180. utc is the payload's clock set by the laptop's; received_utc the laptop's own."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows(_rows(flight))
    return out.getvalue()


def _rows(flight: Flight) -> Iterator[list[object]]:
    for record in flight.records:
        if not record.values:
            continue
        track = flight.tracks[record.net, record.epoch]
        row: list[object] = [
            iso(flight.utc_ns(track, record.mission_ms)),
            iso(record.wall_ns),
            record.kind,
            record.net,
            record.epoch,
            record.sequence,
            record.mission_ms,
        ]
        values = record.values
        row.extend(values.get(name) for name in _FIELDS)
        yield row
