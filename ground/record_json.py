"""One record as one line of JSON, for other programs."""

import json

from firmware.protocol import telemetry
from ground.event_words import event_name, event_text
from ground.exports.times import iso
from ground.flight_words import (
    PHASE_NAMES,
    backup_state_name,
    drop_state_name,
    place_name,
    readiness_names,
    reason_names,
)
from ground.receiver import Record


def to_json(record: Record) -> str:
    """Field names as in docs/protocol.md, null where unknown, then the numbers' names; `payload` in hex for a type that
    this ground does not know.
    """
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
        entry.update(_names(record))
    else:
        entry["payload"] = record.payload.hex()
    return json.dumps(entry, separators=(",", ":"))


def _names(record: Record) -> dict[str, object]:
    values = record.values
    if record.frame_type == telemetry.FIX:
        phase = values["phase"] or 0
        return {
            "phase_name": PHASE_NAMES.get(phase, f"phase {phase}"),
            "drop_name": place_name(values["drop"] or 0),
            "drop_state_name": drop_state_name(values["drop_state"] or 0),
            "reason_names": reason_names(values["reasons"] or 0),
            "backup_state_name": backup_state_name(values["backup_state"] or 0),
        }
    if record.frame_type == telemetry.EVENT:
        code, bits = values["code"] or 0, values["argument"] or 0
        names: dict[str, object] = {
            "event_name": event_name(code),
            "event_text": event_text(code, values["subject"] or 0, values["detail"] or 0, values["argument"]),
        }
        if code == telemetry.REASONS_CHANGED:
            names["reason_names"] = reason_names(bits)
        elif code == telemetry.READINESS:
            names["readiness_names"] = readiness_names(bits)
        return names
    return {}
