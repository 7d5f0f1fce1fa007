"""The plan of the independent backup, which only ends a flight: one small file, read and checked here.

It is made by backup_writer.py.

    "SMRB" | version u8 | numbers | SHA-256 of all before it, 32 bytes          little-endian
    numbers: first 4 bytes of the mission's hash, end of the flight u32 ms, safe from u32 ms, blind window from u32 ms,
    until u32 ms, pad altitude i16 m, highest ground i16 m, least height above it u16 m, pulse u16 ms, attempts u8

Every time counts from the moment at which the backup's own pin was pulled.
"""

import hashlib
import struct

from firmware.protocol.mission_plan import (
    BACKUP_AFTER_MS,
    LONGEST_HOLD_MS,
    LONGEST_PULSE_MS,
    MOST_ATTEMPTS,
    MissionError,
    attempt_ms,
)

NAME = "backup.bin"
MAGIC = b"SMRB"
VERSION = 1
NUMBERS = "<4sIIIIhhHHB"
BYTES = len(MAGIC) + 1 + struct.calcsize(NUMBERS) + 32

# Within so many metres of the highest ground whatever rests has landed: the backup never fires there.
LEAST_AGL_M = 300
# One attempt begins at the latest so long after the one before it has ended.
_GAP_MS = 15000
_WEEK_MS = 604800000
# name, least, most, unit
LIMITS = (
    ("end_flight_ms", LONGEST_HOLD_MS + BACKUP_AFTER_MS + 60000, _WEEK_MS, "ms"),
    ("end_ms", 600000, _WEEK_MS, "ms"),
    ("blind_from_ms", 0, _WEEK_MS, "ms"),
    ("blind_until_ms", 0, _WEEK_MS, "ms"),
    ("pad_altitude_m", -430, 6000, "m"),
    ("highest_ground_m", -430, 9000, "m"),
    ("min_agl_m", LEAST_AGL_M, 30000, "m"),
    ("pulse_ms", 500, LONGEST_PULSE_MS, "ms"),
    ("attempts", 1, MOST_ATTEMPTS, ""),
)


class BackupPlan:
    """When and how the backup ends the flight. `flight` are four bytes of the mission's hash, `mark` four of its own.

    It fires from end_flight_ms on and never from end_ms on; only at highest_ground_m + min_agl_m or higher, or, while
    the altitude is unknown, between blind_from_ms and blind_until_ms. `same_load` is for release/channel.py.
    """

    same_load = None

    def __init__(self):
        self.flight = b""
        self.mark = b""
        self.end_flight_ms = 0
        self.end_ms = 0
        self.blind_from_ms = 0
        self.blind_until_ms = 0
        self.pad_altitude_m = 0
        self.highest_ground_m = 0
        self.min_agl_m = 0
        self.pulse_ms = 0
        self.attempts = 0

    def lowest_m(self):
        """Above sea level; below it the backup never fires."""
        return self.highest_ground_m + self.min_agl_m


def load(data):
    """The BackupPlan in the bytes of a backup.bin; MissionError says why it cannot be one."""
    if data[: len(MAGIC)] != MAGIC:
        raise MissionError("this is not a plan for the backup: it does not begin with " + MAGIC.decode())
    body = len(data) - 32
    if body <= len(MAGIC) or hashlib.sha256(data[:body]).digest() != data[body:]:
        raise MissionError("the backup's plan is damaged: its hash does not fit its content")
    if data[len(MAGIC)] != VERSION:
        text = "the backup's plan has format %d, this firmware reads format %d: build it again"
        raise MissionError(text % (data[len(MAGIC)], VERSION))
    if len(data) != BYTES:
        raise MissionError("the backup's plan has %d bytes, not %d" % (len(data), BYTES))
    plan = BackupPlan()
    (
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
    ) = struct.unpack(NUMBERS, data[len(MAGIC) + 1 : body])
    plan.mark = data[body : body + 4]
    check(plan)
    return plan


def check(plan):
    """MissionError with everything that is wrong with a plan, or nothing."""
    found = []
    for name, least, most, unit in LIMITS:
        value = getattr(plan, name)
        if type(value) is not int:
            found.append("%s must be a whole number, not %s" % (name, value))
        elif not least <= value <= most:
            found.append("%s is %d, outside %d to %d%s" % (name, value, least, most, " " + unit if unit else ""))
    if not found:
        _together(found, plan)
    if not any(plan.flight):
        found.append("it belongs to no mission: the mark of its flight is empty")
    if found:
        raise MissionError("the backup's plan: " + "; ".join(found))


def _together(found, plan):
    if plan.highest_ground_m < plan.pad_altitude_m:
        text = "the highest ground, %d m, is below the pad, %d m"
        found.append(text % (plan.highest_ground_m, plan.pad_altitude_m))
    over_ms = plan.end_flight_ms
    for attempt in range(1, plan.attempts + 1):
        over_ms += attempt_ms(plan.pulse_ms, attempt) + _GAP_MS
    if over_ms > plan.end_ms:
        text = (
            "it fires at %d s and needs until %d s, but nothing fires from the end of the flight on, %d s: move `end`"
        )
        found.append(text % (plan.end_flight_ms // 1000, over_ms // 1000, plan.end_ms // 1000))
    if plan.blind_from_ms or plan.blind_until_ms:
        if not plan.blind_from_ms < plan.blind_until_ms <= plan.end_ms:
            text = "the blind window, %d s to %d s, does not lie within the flight"
            found.append(text % (plan.blind_from_ms // 1000, plan.blind_until_ms // 1000))
