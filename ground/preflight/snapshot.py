"""Everything the preflight looks at, as it is at one moment. None is unknown, and unknown is no GO."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from firmware.protocol import commands, telemetry
from ground.alarms.laptop import Laptop
from ground.mission_file import MissionFile
from ground.receiver import Record
from ground.track import Track


@dataclass(frozen=True)
class Snapshot:
    """Times are ages in seconds at that moment; now_unix_s is the laptop's UTC."""

    now_unix_s: float = 0.0
    frame_age_s: float | None = None
    link_percent: float | None = None  # of the frames of the last minute
    phase: int | None = None
    fix_type: int | None = None
    gps_age_s: float | None = None
    satellites: int | None = None
    accuracy_m: int | None = None
    dynamic_model: int | None = None
    utc_known: bool | None = None
    clock_offset_s: float | None = None  # the laptop's clock minus a better one, where one was heard
    logic_mv: int | None = None
    cutter_mv: int | None = None
    armed: bool | None = None
    readiness_go: bool | None = None
    readiness_bits: int | None = None
    backup_state: int | None = None
    mission_loaded: bool | None = None
    place: tuple[float, float] | None = None  # latitude and longitude of the payload, degrees
    payload_key_id: int | None = None  # 0: none on board
    known_key_ids: frozenset[int] | None = None  # that the commander holds
    command_answered_s: float | None = None  # since the payload answered a NOOP
    payload_mission_hash: int | None = None
    payload_firmware_hash: int | None = None
    own_firmware_hash: int | None = None
    mission: MissionFile | None = None
    map_title: str | None = None  # of the map that has the place; "" when none has
    log_folder: Path | None = None
    log_trouble: str | None = None
    log_writable: bool | None = None
    laptop: Laptop = field(default_factory=Laptop)


# What is worth nothing once the payload has not been heard for a while.
SAID_BY_THE_PAYLOAD = (
    "link_percent",
    "phase",
    "fix_type",
    "gps_age_s",
    "satellites",
    "accuracy_m",
    "dynamic_model",
    "utc_known",
    "logic_mv",
    "cutter_mv",
    "armed",
    "readiness_go",
    "readiness_bits",
    "backup_state",
    "mission_loaded",
    "place",
    "payload_key_id",
    "payload_mission_hash",
    "payload_firmware_hash",
)


class NoopWatch:
    """Feed it records: it remembers when the payload last answered that a NOOP was done."""

    def __init__(self) -> None:
        self._answered_ns: int | None = None
        self._net: int | None = None

    def hear(self, record: Record) -> None:
        values = record.values
        if record.frame_type != telemetry.ACK or values["op"] != commands.NOOP or values["result"] != commands.DONE:
            return
        self._answered_ns, self._net = record.monotonic_ns, record.net

    def age_s(self, net: int | None, now_ns: int) -> float | None:
        if self._answered_ns is None or net != self._net:
            return None
        return max(0.0, (now_ns - self._answered_ns) / 1e9)


def take(
    track: Track | None,
    meta: Record | None,
    now_ns: int,
    *,
    now_unix_s: float,
    link_percent: float | None = None,
    command_answered_s: float | None = None,
    known_key_ids: frozenset[int] | None = None,
    mission: MissionFile | None = None,
    map_title: str | None = None,
    log_folder: Path | None = None,
    log_trouble: str | None = None,
    laptop: Laptop | None = None,
) -> Snapshot:
    """A snapshot of now. track: of the flight that is followed; meta: its newest META. Hold the station's lock."""
    here = Snapshot(
        now_unix_s=now_unix_s,
        link_percent=link_percent,
        command_answered_s=command_answered_s,
        known_key_ids=known_key_ids,
        mission=mission,
        map_title=map_title,
        log_folder=log_folder,
        log_trouble=log_trouble,
        log_writable=None if log_folder is None else os.access(log_folder, os.W_OK),
        laptop=laptop or Laptop(),
    )
    return here if track is None else replace(here, **_of_track(track, meta, now_ns))


def _of_track(track: Track, meta: Record | None, now_ns: int) -> dict[str, Any]:
    position = track.positions[-1] if track.positions else None
    loaded = track.newest_event(telemetry.MISSION_LOADED)
    readiness = track.newest_event(telemetry.READINESS)
    said = {} if meta is None else meta.values
    gps_age_s = track.value("gps_age_s")
    mission_ok, armed, utc_known = (track.value(name) for name in ("mission_ok", "armed", "utc_known"))
    return {
        "frame_age_s": track.age_s(now_ns),
        "phase": track.phase,
        "fix_type": track.value("fix_type"),
        "gps_age_s": None if gps_age_s is None or track.fix is None else gps_age_s + _age_s(track.fix, now_ns),
        "satellites": track.value("satellites"),
        "accuracy_m": track.value("accuracy_m"),
        "dynamic_model": track.value("dynamic_model"),
        "utc_known": None if utc_known is None else bool(utc_known),
        "logic_mv": track.value("logic_mv"),
        "cutter_mv": track.value("cutter_mv"),
        "armed": None if armed is None else bool(armed),
        "readiness_go": None if readiness is None else bool(readiness.subject),
        "readiness_bits": None if readiness is None else readiness.argument,
        "backup_state": track.value("backup_state"),
        "mission_loaded": None if mission_ok is None else bool(mission_ok) and (loaded is None or bool(loaded.detail)),
        "place": None if position is None else (position.latitude_e7 / 1e7, position.longitude_e7 / 1e7),
        "payload_key_id": said.get("key_id"),
        "payload_mission_hash": said.get("mission_hash"),
        "payload_firmware_hash": said.get("firmware_hash"),
    }


def _age_s(record: Record, now_ns: int) -> float:
    return max(0.0, (now_ns - record.monotonic_ns) / 1e9)
