"""The preflight: GO for the simulated payload on its pad, and the right reason for NO GO when one thing is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.protocol import commands, drops, phases, telemetry
from ground.alarms.laptop import Laptop
from ground.mission_file import read_mission_file
from ground.prediction.wind import Wind
from ground.preflight.checks import CHECKS
from ground.preflight.preflight import look
from ground.preflight.snapshot import NoopWatch, Snapshot, take
from ground.raw_log import Chunk
from ground.receiver import Receiver
from tests.ground import prepared_flight as prepared
from tests.ground.flown_log import ROOT, batches, fly, track_of

ON_THE_PAD_MS = 300_000  # armed, and not launched
WELL = Laptop(90, False, 50_000)


@pytest.fixture(scope="module")
def pad(tmp_path_factory):
    """A snapshot from the real firmware in the simulation, armed on its pad."""
    folder = tmp_path_factory.mktemp("pad") / "log"
    heard = []
    for records in batches(fly(folder, "first_flight")):
        heard += records
        if records[-1].mission_ms >= ON_THE_PAD_MS:
            break
    meta = next(record for record in reversed(heard) if record.kind == "META")
    return take(
        track_of(heard),
        meta,
        heard[-1].monotonic_ns,
        now_unix_s=1_780_000_000,
        link_percent=100,
        mission=read_mission_file(ROOT / "missions" / "first_flight.toml"),
        map_title="Poland",
        log_folder=folder,
        laptop=WELL,
    )


def row(told, name):
    return next(row for row in told["rows"] if row["name"] == name)


def against(told):
    return [row["name"] for row in told["rows"] if row["required"] and not row["ok"]]


def test_the_simulated_payload_on_its_pad_is_go(pad):
    told = look(pad)
    assert against(told) == []
    assert told["go"] is True and told["words"].startswith("GO")
    assert row(told, "same mission")["found"].split()[0] == row(told, "same mission")["found"].split()[3]
    assert row(told, "payload ready")["found"] == "GO"


def test_nothing_known_is_no_go_and_no_row_raises():
    told = look(Snapshot())
    assert told["go"] is False
    assert all(row["ok"] is not True for row in told["rows"])
    assert told["words"].startswith("NO GO for ")
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"phase": phases.ASCENT}, "on the pad"),
        ({"link_percent": 89}, "link"),
        ({"link_percent": None}, "link"),
        ({"readiness_go": False, "readiness_bits": drops.NO_GPS}, "payload ready"),
        ({"readiness_bits": drops.WIRE_OPEN}, "wires"),
        ({"fix_type": 2}, "position"),
        ({"gps_age_s": 16}, "position"),
        ({"gps_age_s": None}, "position"),
        ({"satellites": 5}, "satellites"),
        ({"accuracy_m": 32}, "accuracy"),
        ({"dynamic_model": 0}, "GPS model"),
        ({"utc_known": False}, "payload clock"),
        ({"clock_offset_s": -3.0}, "laptop clock"),
        ({"logic_mv": 3590}, "logic volts"),
        ({"cutter_mv": 2990}, "cutter volts"),
        ({"mission_loaded": False}, "mission on board"),
        ({"payload_mission_hash": 1}, "same mission"),
        ({"mission": None}, "same mission"),
        ({"payload_firmware_hash": 1, "own_firmware_hash": 2}, "same firmware"),
        ({"payload_key_id": 7, "known_key_ids": frozenset({8})}, "key"),
        ({"payload_key_id": 7, "known_key_ids": frozenset({7})}, "command path"),
        ({"payload_key_id": 7, "known_key_ids": frozenset({7}), "command_answered_s": 601.0}, "command path"),
        ({"log_writable": False}, "log folder"),
        ({"log_trouble": "the disk is full."}, "log folder"),
        ({"laptop": WELL._replace(disk_free_mb=999)}, "disk"),
        ({"laptop": WELL._replace(battery_percent=59)}, "laptop battery"),
        ({"backup_state": drops.BACKUP_SAFE}, "backup"),
    ],
)
def test_one_thing_that_is_wrong_is_no_go_with_its_reason_and_what_to_do(pad, change, name):
    told = look(replace(pad, **change))
    assert against(told) == [name]
    assert told["go"] is False and name in told["words"]
    assert row(told, name)["what_to_do"]


def test_what_a_payload_said_before_it_fell_silent_is_not_known_any_more(pad):
    told = look(replace(pad, frame_age_s=61.0))
    assert told["words"].startswith("NO GO for ") and "First: heard: 61 s ago" in told["words"]
    fine = [row["name"] for row in told["rows"] if row["ok"]]
    assert fine == ["backup", "mission", "areas", "map", "log folder", "disk", "laptop battery"]
    assert row(told, "heard")["ok"] is False and row(told, "position")["ok"] is None


def test_a_position_ages_between_two_reports(tmp_path):
    (fix,) = Receiver().feed(Chunk(prepared.wire([prepared.fix_packet(1, 1000)]), 0, 0))
    track = track_of([fix])
    ages = [take(track, None, second * 1_000_000_000, now_unix_s=0).gps_age_s for second in (0, 5, 20)]
    assert ages == [0.0, 5.0, 20.0]
    assert row(look(take(track, None, 9_000_000_000, now_unix_s=0)), "position")["found"] == "9 s old"


@pytest.mark.parametrize(
    "change",
    [
        {"payload_key_id": 0},
        {"payload_key_id": 7},
        {"payload_key_id": 7, "known_key_ids": frozenset({7, 8}), "command_answered_s": 599.0},
        {"clock_offset_s": 1.9},
        {"armed": False, "cutter_mv": 0},
        {"laptop": WELL._replace(battery_percent=5, on_power=True)},
        {"laptop": Laptop(None, None, 50_000)},
        {"map_title": ""},
        {"payload_firmware_hash": 5, "own_firmware_hash": 5},
    ],
)
def test_what_a_launch_need_not_wait_for_is_said_and_go_all_the_same(pad, change):
    assert look(replace(pad, **change))["go"] is True


def test_a_mission_with_a_backup_wants_it_ready(pad):
    mission = read_mission_file(ROOT / "missions" / "primary_dead.toml")
    there = replace(pad, mission=mission, payload_mission_hash=int.from_bytes(mission.mission.hash[:4], "little"))
    assert against(look(there)) == ["backup"]
    assert against(look(replace(there, backup_state=drops.BACKUP_READY))) == []
    assert row(look(pad), "backup")["found"] == "none in the mission"


def test_a_pad_inside_a_keep_out_is_no_go_and_one_outside_of_the_area_of_the_flight_too(pad):
    mission = read_mission_file(ROOT / "missions" / "cutdown_on_exit.toml")
    there = replace(pad, mission=mission, payload_mission_hash=int.from_bytes(mission.mission.hash[:4], "little"))
    assert against(look(there)) == []
    assert against(look(replace(there, place=(0.0, 0.0)))) == ["areas"]
    assert "which ends the flight" in row(look(replace(there, place=(0.0, 0.0))), "areas")["found"]
    assert against(look(replace(there, place=None))) == ["areas"]


def test_a_wind_of_the_mission_is_looked_at_by_its_age(pad):
    base = pad.mission.review.preparation
    wind = Wind(((0.0, 1.0, 1.0), (30_000.0, 9.0, 1.0)), 1_780_000_000)
    review = replace(pad.mission.review, preparation=replace(base, wind=wind))
    windy = replace(pad, mission=replace(pad.mission, review=review))
    assert row(look(windy), "wind")["ok"] is True
    late = look(replace(windy, now_unix_s=1_780_000_000 + 13 * 3600))
    assert against(late) == ["wind"] and row(late, "wind")["found"] == "13 h old"


def test_a_noop_that_was_answered_counts_for_its_own_flight_only():
    def ack(op, result, net=prepared.NET):
        payload = bytearray(telemetry.ACK_LAYOUT.size)
        telemetry.ACK_LAYOUT.pack_into(payload, 0, {"counter": 1, "op": op, "result": result, "argument": 0})
        packet = prepared.packet(telemetry.ACK, 1, 1000, bytes(payload) + bytes(8), net)
        (record,) = Receiver().feed(Chunk(prepared.wire([packet]), 0, 5_000_000_000))
        return record

    watch = NoopWatch()
    for record in (ack(commands.SAFE, commands.DONE), ack(commands.NOOP, commands.REFUSED)):
        watch.hear(record)
        assert watch.age_s(prepared.NET, 6_000_000_000) is None
    watch.hear(ack(commands.NOOP, commands.DONE))
    assert watch.age_s(prepared.NET, 6_000_000_000) == 1.0
    assert watch.age_s(0x1111, 6_000_000_000) is None


def test_every_check_has_a_name_of_its_own_and_says_what_to_do():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.wanted and check.what_to_do for check in CHECKS)


def test_a_folder_that_cannot_be_written_is_seen():
    told = look(take(None, None, 0, now_unix_s=0, log_folder=Path("/nowhere/at/all"), laptop=WELL))
    assert row(told, "log folder")["ok"] is False
    assert row(told, "disk")["ok"] is True
