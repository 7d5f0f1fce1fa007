"""A mission, and all that was found looking it over, as one JSON object."""

from __future__ import annotations

import struct
from typing import Any

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import (
    IN_ASCENT,
    IN_DESCENT,
    IN_FLOAT,
    RELEASE,
    Area,
    Channel,
    Cutdown,
    Drop,
    Mission,
)
from ground.mission_file import MissionFile
from ground.mission_problem import MissionFileError
from ground.mission_radio import modem_name, profile_words
from ground.mission_timeline import timeline

_PHASES = ((IN_ASCENT, "ascent"), (IN_FLOAT, "float"), (IN_DESCENT, "descent"))
_FLIGHT = (
    "flight_id callsign net pad_altitude_m highest_ground_m min_agl_m not_before_ms end_ms min_gap_ms blind_from_ms "
    "blind_until_ms slowest_cm_s fastest_cm_s backup_ms break_wire"
).split()


def as_json(found: MissionFile) -> dict[str, Any]:
    """Of a mission that may fly."""
    mission = found.mission
    return {
        "ok": True,
        "go": found.go,
        "errors": [],
        "no_go": found.no_go,
        "warnings": found.warnings,
        "mission": _mission(mission),
        "timeline": [{"after_ms": entry.after_ms, "text": entry.text} for entry in timeline(found.review)],
        "sections": {section.name: {"lines": section.lines, **section.data} for section in found.sections},
    }


def errors_as_json(error: MissionFileError) -> dict[str, Any]:
    """Of a file that is none."""
    problems = [{"line": each.line, "key": each.key, "text": each.text} for each in error.problems]
    return {"ok": False, "go": False, "errors": problems, "no_go": [], "warnings": []}


def _mission(mission: Mission) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(mission, name) for name in _FLIGHT}
    said["hash"] = mission.hash.hex()
    said["channels"] = [_channel(mission, channel) for channel in mission.channels]
    said["areas"] = [_area(area) for area in mission.areas]
    said["drops"] = [_drop(mission, drop) for drop in mission.drops]
    said["radio"] = _radio(mission)
    said["cutdown"] = None if mission.cutdown is None else _cutdown(mission, mission.cutdown)
    return said


def _radio(mission: Mission) -> dict[str, Any]:
    return {
        "profile": profile_words(mission.profile)[0],
        "modem": modem_name(mission.modem),
        "format": "ukhas" if mission.sentences else "frames",
        "channel": mission.radio_channel,
        "power_dbm": mission.radio_dbm,
    }


def _channel(mission: Mission, channel: Channel) -> dict[str, Any]:
    return {
        "name": channel.name,
        "kind": next(word for number, word, _ in rules.KINDS if number == channel.kind),
        "output": channel.output,
        "pulse_ms": channel.pulse_ms,
        "attempts": channel.attempts,
        "same_load": None if channel.same_load is None else mission.channels[channel.same_load].name,
        "positions_us": list(channel.positions_us),
    }


def _area(area: Area) -> dict[str, Any]:
    numbers = struct.unpack(f"<{len(area.points) // 4}i", area.points)
    return {
        "name": area.name,
        "kind": next(word for number, word in rules.AREA_KINDS if number == area.kind),
        "points": [[numbers[place] / 1e7, numbers[place + 1] / 1e7] for place in range(0, len(numbers), 2)],
    }


def _drop(mission: Mission, drop: Drop) -> dict[str, Any]:
    said: dict[str, Any] = {"name": drop.name, "channel": mission.channels[drop.channel].name}
    for name in ("after_ms", "at_unix_s", "patience_ms", "min_altitude_m", "max_altitude_m", "hold_ms", "every_ms"):
        said[name] = getattr(drop, name)
    said["late"] = "release" if drop.late == RELEASE else "skip"
    said["inside"] = None if drop.inside is None else mission.areas[drop.inside].name
    said["phases"] = [word for bit, word in _PHASES if drop.phases & bit]
    said["in_descent"], said["count"], said["motion_cm_s"] = drop.in_descent, drop.count, drop.motion_cm_s
    said["keep_outs"] = [area.name for place, area in enumerate(mission.areas) if drop.keep_outs >> place & 1]
    return said


def _cutdown(mission: Mission, cutdown: Cutdown) -> dict[str, Any]:
    said: dict[str, Any] = {"channel": mission.channels[cutdown.channel].name}
    for name in ("latest_ms", "ceiling_m", "battery_mv", "lost_link_ms", "min_agl_m", "motion_cm_s"):
        said[name] = getattr(cutdown, name)
    said["outside"] = None if cutdown.outside is None else mission.areas[cutdown.outside].name
    return said
