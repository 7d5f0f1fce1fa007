"""One record as JSON: the protocol's own fields, and the names of its numbers beside them."""

import json

from firmware.protocol import authentication, commands, drops, telemetry
from ground.raw_log import RECEIVED, Chunk
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


def test_the_answers_to_commands_carry_the_names_of_their_numbers():
    ack = bytearray(telemetry.ACK_LAYOUT.size + authentication.TAG_BYTES)
    values = {"counter": 7, "op": commands.SAFE, "result": commands.DONE, "argument": 0}
    telemetry.ACK_LAYOUT.pack_into(ack, 0, values)
    entry = said(prepared.packet(telemetry.ACK, 1, 1000, bytes(ack)))
    assert (entry["kind"], entry["op_name"], entry["result_name"]) == ("ACK", "safe", "done")
    chal = bytearray(telemetry.CHAL_LAYOUT.size + authentication.TAG_BYTES)
    values = {"nonce": 1, "counter": 7, "op": 99, "why": commands.OTHER_SESSION}
    telemetry.CHAL_LAYOUT.pack_into(chal, 0, values)
    entry = said(prepared.packet(telemetry.CHAL, 2, 1000, bytes(chal)))
    assert (entry["op_name"], entry["why_name"]) == ("99", "other_session")


def test_places_of_the_past_and_the_receiver_are_told():
    (record,) = Receiver().feed(Chunk(prepared.wire([prepared.fix_packet(1, 1000)]), 0, 0, RECEIVED, 3))
    entry = json.loads(to_json(record._replace(places=((500, 1, 2, None),))))
    assert entry["receiver"] == 3
    assert entry["places"] == [{"mission_ms": 500, "latitude_e7": 1, "longitude_e7": 2, "altitude_m": None}]
    assert "places" not in json.loads(to_json(record))
