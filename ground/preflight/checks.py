"""Each thing that is measured before a launch: what is found, what is wanted, what to do; in the order of reading.

A check is a pure function of a snapshot. ok: None is not known. A row that is required and not ok is NO GO.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

from firmware.protocol import drops, mission_plan, phases
from ground.flight_words import PHASE_NAMES, backup_state_name, readiness_texts
from ground.mission_polygon import contains
from ground.preflight.snapshot import Snapshot

LINK_PERCENT = 90
FRESH_S = 60
FIX_FRESH_S = 8
SATELLITES = 6
ACCURACY_M = 16
AIRBORNE_MODELS = (6, 7, 8)
CLOCK_S = 2
DISK_MB = 1000
BATTERY_PERCENT = 60
LOGIC_MV = 3600
CUTTER_MV = 3000
COMMAND_S = 600
WIND_S = 12 * 3600
_SPACE_FIX = 3


class Found(NamedTuple):
    """required: whether a launch waits for it."""

    ok: bool | None
    found: str
    required: bool = True


def _unknown(required: bool = True) -> Found:
    return Found(None, "not known", required)


def _heard(now: Snapshot) -> Found:
    if now.frame_age_s is None:
        return Found(None, "nothing heard yet")
    return Found(now.frame_age_s < FRESH_S, f"{now.frame_age_s:.0f} s ago")


def _on_the_pad(now: Snapshot) -> Found:
    if now.phase is None:
        return _unknown()
    return Found(now.phase == phases.GROUND, PHASE_NAMES.get(now.phase, f"phase {now.phase}"))


def _link(now: Snapshot) -> Found:
    if now.link_percent is None:
        return _unknown()
    return Found(now.link_percent >= LINK_PERCENT, f"{now.link_percent:.0f} % of the last minute's frames")


def _fix(now: Snapshot) -> Found:
    if now.fix_type is None:
        return _unknown()
    if now.fix_type != _SPACE_FIX or now.gps_age_s is None:
        return Found(False, "none" if now.fix_type == 0 else "no height in it")
    return Found(now.gps_age_s < FIX_FRESH_S, f"{now.gps_age_s:.0f} s old")


def _satellites(now: Snapshot) -> Found:
    return _unknown() if now.satellites is None else Found(now.satellites >= SATELLITES, str(now.satellites))


def _accuracy(now: Snapshot) -> Found:
    return _unknown() if now.accuracy_m is None else Found(now.accuracy_m <= ACCURACY_M, f"{now.accuracy_m} m")


def _model(now: Snapshot) -> Found:
    return (
        _unknown() if now.dynamic_model is None else Found(now.dynamic_model in AIRBORNE_MODELS, str(now.dynamic_model))
    )


def _payload_clock(now: Snapshot) -> Found:
    return _unknown() if now.utc_known is None else Found(now.utc_known, "set by GPS" if now.utc_known else "not set")


def _laptop_clock(now: Snapshot) -> Found:
    if now.clock_offset_s is None:
        return Found(None, "nothing to compare it with", required=False)
    side = "ahead" if now.clock_offset_s > 0 else "behind"
    return Found(abs(now.clock_offset_s) <= CLOCK_S, f"{abs(now.clock_offset_s):.1f} s {side}")


def _logic(now: Snapshot) -> Found:
    return _unknown() if now.logic_mv is None else Found(now.logic_mv >= LOGIC_MV, f"{now.logic_mv / 1000:.2f} V")


def _cutters(now: Snapshot) -> Found:
    if now.cutter_mv is None:
        return _unknown()
    volts = f"{now.cutter_mv / 1000:.2f} V"
    if not now.armed and now.cutter_mv < CUTTER_MV:
        return Found(None, f"{volts}: the plug is out", required=False)
    return Found(now.cutter_mv >= CUTTER_MV, volts)


def _wires(now: Snapshot) -> Found:
    if now.readiness_bits is None:
        return _unknown()
    broken = now.readiness_bits & (drops.WIRE_OPEN | drops.BREAK_WIRE_OPEN)
    return Found(not broken, "; ".join(readiness_texts(broken)) or "all closed")


def _readiness(now: Snapshot) -> Found:
    if now.readiness_go is None:
        return _unknown()
    words = "; ".join(readiness_texts(now.readiness_bits or 0))
    return Found(now.readiness_go, ("GO" if now.readiness_go else "NO GO") + (f": {words}" if words else ""))


def _backup(now: Snapshot) -> Found:
    fitted = None if now.mission is None else now.mission.mission.backup_ms > 0
    if fitted is False and not now.backup_state:
        return Found(True, "none in the mission")
    if now.backup_state is None or (fitted is None and now.backup_state == drops.BACKUP_SILENT):
        return _unknown(required=bool(fitted))
    return Found(now.backup_state == drops.BACKUP_READY, backup_state_name(now.backup_state))


def _key(now: Snapshot) -> Found:
    if now.payload_key_id is None:
        return _unknown()
    if now.payload_key_id == 0:
        return Found(None, "no key on board: it obeys nobody", required=False)
    named = f"key {now.payload_key_id:04x}"
    if now.known_key_ids is None:
        return Found(None, f"{named} on board, and no commander runs here", required=False)
    known = now.payload_key_id in now.known_key_ids
    return Found(known, named if known else f"{named} on board is not among the {len(now.known_key_ids)} here")


def _command_path(now: Snapshot) -> Found:
    if not now.payload_key_id or now.known_key_ids is None or now.payload_key_id not in now.known_key_ids:
        return Found(None, "there is no key to try it with", required=False)
    if now.command_answered_s is None:
        return Found(False, "never tried")
    return Found(now.command_answered_s <= COMMAND_S, f"a NOOP was answered {now.command_answered_s / 60:.0f} min ago")


def _loaded(now: Snapshot) -> Found:
    if now.mission_loaded is None:
        return _unknown()
    return Found(now.mission_loaded, "accepted" if now.mission_loaded else "none, or refused")


def _same_mission(now: Snapshot) -> Found:
    if now.payload_mission_hash is None:
        return _unknown()
    on_board = f"{now.payload_mission_hash:08x}"
    if now.mission is None:
        return Found(None, f"{on_board} on board, and no file to compare it with")
    here = int.from_bytes(now.mission.mission.hash[:4], "little")
    return Found(now.payload_mission_hash == here, f"{on_board} on board, {here:08x} here")


def _mission_words(now: Snapshot) -> Found:
    if now.mission is None:
        return _unknown(required=False)
    return Found(now.mission.go, "; ".join(now.mission.no_go) or "nothing speaks against it")


def _same_firmware(now: Snapshot) -> Found:
    if not now.payload_firmware_hash:
        return Found(None, "the payload does not say", required=False)
    on_board = f"{now.payload_firmware_hash:08x}"
    if now.own_firmware_hash is None:
        return Found(None, f"{on_board} on board, not known here", required=False)
    return Found(
        now.payload_firmware_hash == now.own_firmware_hash, f"{on_board} on board, {now.own_firmware_hash:08x} here"
    )


def _areas(now: Snapshot) -> Found:
    if now.mission is None:
        return _unknown(required=False)
    areas = now.mission.mission.areas
    if not areas:
        return Found(True, "none in the mission")
    if now.place is None:
        return Found(None, f"{len(areas)} in the mission, and no position")
    here = round(now.place[0] * 1e7), round(now.place[1] * 1e7)
    wrong = []
    cutdown = now.mission.mission.cutdown
    for index, area in enumerate(areas):
        corners = list(struct.iter_unpack("<ii", area.points))
        inside = contains(corners, here)
        if area.kind == mission_plan.KEEP_OUT and inside:
            wrong.append(f"inside {area.name}")
        if cutdown is not None and cutdown.outside == index and not inside:
            wrong.append(f"outside {area.name}, which ends the flight")
    return Found(not wrong, ", ".join(wrong) or f"{len(areas)}, and the pad is where it should be")


def _wind(now: Snapshot) -> Found:
    wind = None if now.mission is None else now.mission.review.preparation.wind
    if wind is None or wind.valid_unix_s is None:
        return Found(None, "none in the mission", required=False)
    hours = (now.now_unix_s - wind.valid_unix_s) / 3600
    return Found(abs(hours) * 3600 <= WIND_S, f"{abs(hours):.0f} h {'old' if hours >= 0 else 'ahead'}")


def _map(now: Snapshot) -> Found:
    if now.map_title is None:
        return _unknown(required=False)
    return Found(bool(now.map_title), now.map_title or "only the coarse world", required=False)


def _log(now: Snapshot) -> Found:
    if now.log_trouble:
        return Found(False, now.log_trouble)
    if now.log_writable is None:
        return _unknown()
    return Found(now.log_writable, "can be written" if now.log_writable else f"{now.log_folder} cannot be written")


def _disk(now: Snapshot) -> Found:
    free = now.laptop.disk_free_mb
    return _unknown() if free is None else Found(free >= DISK_MB, f"{free:,} MB free")


def _battery(now: Snapshot) -> Found:
    percent, on_power = now.laptop.battery_percent, now.laptop.on_power
    if on_power:
        return Found(True, "on power" if percent is None else f"on power, {percent} %")
    return (
        Found(None, "not known", required=False)
        if percent is None
        else Found(percent >= BATTERY_PERCENT, f"{percent} %")
    )


class Check(NamedTuple):
    name: str
    look: Callable[[Snapshot], Found]
    wanted: str
    what_to_do: str


CHECKS = (
    Check("heard", _heard, f"within {FRESH_S} s", "switch the payload on; look at antennas and the radio's settings"),
    Check(
        "on the pad",
        _on_the_pad,
        "ground",
        "this is for before a launch; a board of another flight: `samara board new-flight`",
    ),
    Check("link", _link, f"{LINK_PERCENT} %", "look at both antennas and their plugs, go away from other transmitters"),
    Check("payload ready", _readiness, "GO", "see its reasons; the LED says the same"),
    Check("position", _fix, f"in space, within {FIX_FRESH_S} s", "wait, with the antenna under the open sky"),
    Check("satellites", _satellites, f"{SATELLITES} or more", "wait, with the antenna under the open sky"),
    Check("accuracy", _accuracy, f"{ACCURACY_M} m or better", "wait, with the antenna under the open sky"),
    Check(
        "GPS model",
        _model,
        "6, 7 or 8: airborne",
        "wait 20 s, then switch the payload off and on; do not launch without",
    ),
    Check("payload clock", _payload_clock, "set by GPS", "wait for GPS"),
    Check("laptop clock", _laptop_clock, f"within {CLOCK_S} s", "set the laptop's clock by GPS or the network"),
    Check("logic volts", _logic, f"{LOGIC_MV / 1000:.1f} V or more", "a fresh, warm cell"),
    Check("cutter volts", _cutters, f"{CUTTER_MV / 1000:.1f} V or more with the plug in", "a fresh, warm cell"),
    Check("wires", _wires, "all closed", "look at wires and connectors"),
    Check("backup", _backup, "ready", "look at its own lamp and plug"),
    Check("mission on board", _loaded, "accepted", "`samara board flash PORT --mission FILE`"),
    Check(
        "same mission",
        _same_mission,
        "the same on both sides",
        "give the file with --mission; flash it again where it is another",
    ),
    Check("mission", _mission_words, "GO", "`samara mission check FILE` says all of it"),
    Check(
        "same firmware", _same_firmware, "the same on both sides", "flash it again, or take the ground of that version"
    ),
    Check("key", _key, "on board and here", "`samara key provision PORT` on the laptop that will command"),
    Check(
        "command path",
        _command_path,
        f"a NOOP answered in the last {COMMAND_S // 60} min",
        "`samara command noop`, hands off the payload",
    ),
    Check("areas", _areas, "the pad outside every keep-out", "another pad, or another mission"),
    Check("wind", _wind, f"{WIND_S // 3600} h old at the most", "fetch a newer wind and build the mission again"),
    Check("map", _map, "covers the place", "`samara map build` while there is internet, or live with the coarse world"),
    Check("log folder", _log, "can be written", "give another --log"),
    Check("disk", _disk, f"{DISK_MB:,} MB free", "make room on the log's disk"),
    Check("laptop battery", _battery, f"on power, or {BATTERY_PERCENT} %", "put it on power"),
)
