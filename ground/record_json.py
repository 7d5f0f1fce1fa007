"""One record, or one message of another payload, as one line of JSON, for other programs."""

import json

from firmware.protocol import commands, telemetry, words
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
from ground.formats.heard import TEXT_KINDS, UKHAS, Heard
from ground.receiver import Record

_COMMAND_NAMES = {row[0]: row[1] for row in words.COMMANDS}
_RESULT_NAMES = {row[0]: row[1] for row in words.COMMAND_RESULTS}
_WHY_NAMES = {commands.FOR_EXECUTE: "for_execute", commands.OTHER_SESSION: "other_session"}
_PLACE_NAMES = ("mission_ms", "latitude_e7", "longitude_e7", "altitude_m")


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
        "receiver": record.receiver,
    }
    if record.values:
        entry.update(record.values)
        entry.update(_names(record))
    elif not record.places:
        entry["payload"] = record.payload.hex()
    if record.places:
        entry["places"] = [dict(zip(_PLACE_NAMES, place, strict=True)) for place in record.places]
    return json.dumps(entry, separators=(",", ":"))


def heard_json(heard: Heard) -> str:
    """Units in the names, null where unknown; the message itself as `sentence`, as `line`, or as `packet` in hex."""
    entry: dict[str, object] = {"kind": heard.kind, "received_utc": iso(heard.wall_ns), "receiver": heard.receiver}
    entry.update((name, getattr(heard, name)) for name in Heard._fields[1 : Heard._fields.index("raw")])
    if heard.kind == UKHAS:
        entry["sentence"] = heard.raw.decode("ascii", "replace")
    elif heard.kind in TEXT_KINDS:
        entry["line"] = heard.raw.decode("utf-8", "backslashreplace")
    else:
        entry["packet"] = heard.raw.hex()
    return json.dumps(entry, separators=(",", ":"))


def _names(record: Record) -> dict[str, object]:
    values = record.values
    if record.kind == "FIX":
        phase = values["phase"] or 0
        return {
            "phase_name": PHASE_NAMES.get(phase, f"phase {phase}"),
            "drop_name": place_name(values["drop"] or 0),
            "drop_state_name": drop_state_name(values["drop_state"] or 0),
            "reason_names": reason_names(values["reasons"] or 0),
            "backup_state_name": backup_state_name(values["backup_state"] or 0),
            "command_result_name": _name(_RESULT_NAMES, values["command_result"]),
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
    if record.frame_type == telemetry.ACK:
        return {"op_name": _name(_COMMAND_NAMES, values["op"]), "result_name": _name(_RESULT_NAMES, values["result"])}
    if record.frame_type == telemetry.CHAL:
        return {"op_name": _name(_COMMAND_NAMES, values["op"]), "why_name": _name(_WHY_NAMES, values["why"])}
    return {}


def _name(names: dict[int, str], number: int | None) -> str | None:
    return None if number is None else names.get(number, str(number))
