"""One record as JSON: the protocol's own fields, and the names of its numbers beside them."""

import json

from firmware.protocol import drops, telemetry
from ground.raw_log import Chunk
from ground.receiver import Receiver
from ground.record_json import to_json
from tests.ground import prepared_flight as prepared


def said(packet):
    (record,) = Receiver().feed(Chunk(prepared.wire([packet]), 1_777_000_000_000_000_000, 0))
    return json.loads(to_json(record))


def test_a_fix_carries_every_field_and_the_names_of_its_reasons():
    reasons = drops.SAFE | drops.RAIL_SETTLING | drops.OUT_OF_AREA
    entry = said(
        prepared.fix_packet(
            7, 7000, drop=drops.CUTDOWN, drop_state=drops.DUE, reasons=reasons, backup_state=3, pressure_pa=None
        )
    )
    assert set(telemetry.FIX_LAYOUT.names) < set(entry)
    assert entry["reasons"] == reasons and entry["pressure_pa"] is None
    assert entry["reason_names"] == ["safe", "rail_settling", "out_of_area"]
    assert (entry["phase_name"], entry["drop_name"], entry["drop_state_name"]) == ("ground", "cutdown", "due")
    assert entry["backup_state_name"] == "running"


def test_an_event_carries_its_name_and_its_text_and_the_names_of_its_bits():
    entry = said(prepared.event_packet(1, 1000, 4, telemetry.REASONS_CHANGED, 1, 0, drops.HOLD | drops.COOLING))
    assert (entry["event_name"], entry["reason_names"]) == ("reasons_changed", ["hold", "cooling"])
    assert entry["event_text"].startswith("drop 2 held by: the crew said HOLD; ")
    assert set(telemetry.EVENT_LAYOUT.names) < set(entry)
    entry = said(prepared.event_packet(1, 1000, 4, telemetry.READINESS, 0, 0, drops.NO_GPS | drops.WIRE_OPEN))
    assert entry["readiness_names"] == ["no_gps", "wire_open"]
    assert "reason_names" not in entry
    assert said(prepared.event_packet(1, 1000, 4, 99))["event_name"] == "event 99"


def test_a_frame_of_an_unknown_type_keeps_its_bytes():
    entry = said(prepared.packet(60, 3, 1000, b"\x01\x02"))
    assert (entry["kind"], entry["payload"]) == ("TYPE 60", "0102")
    assert "reason_names" not in entry
