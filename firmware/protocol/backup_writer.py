"""Makes the plan of the independent backup from a mission; its reader and its format are in backup_plan.py."""

import hashlib
import struct

from firmware.protocol.backup_plan import LEAST_AGL_M, MAGIC, NUMBERS, VERSION, BackupPlan, check
from firmware.protocol.mission_plan import BACKUP_AFTER_MS, BURN_WIRE, LONGEST_HOLD_MS, MOST_ATTEMPTS, MissionError

# The backup's cutter is always a wire; where the primary ends the flight by a dispenser, it has no pulse to give.
_PULSE_MS = 8000


def backup_of(mission):
    """The bytes of backup.bin for a loaded Mission; MissionError says why there can be none.

    It ends the flight the longest HOLD and five minutes after the primary's latest moment: mission.backup_ms.
    """
    cutdown = mission.cutdown
    if cutdown is None:
        raise MissionError("a backup ends the flight, but this mission has no [cutdown]")
    if not mission.backup_ms:
        raise MissionError("this mission has no backup: backup_ms is 0")
    earliest_ms = cutdown.latest_ms + LONGEST_HOLD_MS + BACKUP_AFTER_MS
    if mission.backup_ms < earliest_ms:
        text = "backup_ms is %d, earlier than the cutdown's latest, the longest HOLD and %d s: it must be %d"
        raise MissionError(text % (mission.backup_ms, BACKUP_AFTER_MS // 1000, earliest_ms))
    plan = BackupPlan()
    plan.flight = bytes(mission.hash[:4])
    plan.end_flight_ms = mission.backup_ms
    plan.end_ms = mission.end_ms
    plan.blind_from_ms = mission.blind_from_ms
    plan.blind_until_ms = mission.blind_until_ms
    plan.pad_altitude_m = mission.pad_altitude_m
    plan.highest_ground_m = mission.highest_ground_m
    plan.min_agl_m = max(cutdown.min_agl_m, LEAST_AGL_M)
    channel = mission.channels[cutdown.channel]
    plan.pulse_ms = channel.pulse_ms if channel.kind == BURN_WIRE else _PULSE_MS
    plan.attempts = MOST_ATTEMPTS
    return build(plan)


def build(plan):
    """The bytes of a plan; MissionError names everything that is wrong with it."""
    check(plan)
    content = (
        MAGIC
        + struct.pack("<B", VERSION)
        + struct.pack(
            NUMBERS,
            plan.flight,
            plan.end_flight_ms,
            plan.end_ms,
            plan.blind_from_ms,
            plan.blind_until_ms,
            plan.pad_altitude_m,
            plan.highest_ground_m,
            plan.min_agl_m,
            plan.pulse_ms,
            plan.attempts,
        )
    )
    return content + hashlib.sha256(content).digest()
