"""One record as one line of JSON, for other programs."""

import json

from ground.exports.times import iso
from ground.receiver import Record


def to_json(record: Record) -> str:
    """Field names as in docs/protocol.md; null where unknown; `payload` in hex for a type this ground does not know."""
    entry: dict[str, object] = {
        "kind": record.kind,
        "net": record.net,
        "epoch": record.epoch,
        "sequence": record.sequence,
        "mission_ms": record.mission_ms,
        "received_utc": iso(record.wall_ns),
        "order": record.order,
    }
    if record.values:
        entry.update(record.values)
    else:
        entry["payload"] = record.payload.hex()
    return json.dumps(entry, separators=(",", ":"))
