"""Reads the journal's slots at the start; afterwards a board forgets this module (firmware/once.py)."""

import struct
from binascii import crc32

from firmware.journal import (
    BEHIND,
    ENDED,
    FLOWN,
    FORMAT,
    HEAD,
    HOLD_IN_DOUBT,
    MAGIC,
    NEVER,
    RECORD_BYTES,
    SAFE,
    TABLES,
    UNKNOWN_M,
    VERSION,
    WIRE_SEEN,
)
from firmware.protocol import faults


class Record:
    """One valid slot."""

    def __init__(self, data):
        self._data = data
        self._values = struct.unpack(FORMAT, data[:HEAD])
        self.counter = self._values[3]
        self.mission_hash = self._values[4]

    def fill(self, state):
        """Put what was journalled into a FlightState."""
        values = self._values
        state.reset_count = values[2]
        state.elapsed_ms = values[5]
        state.launch_ms = _or_none(values[6], NEVER)
        state.launch_unix_s = _or_none(values[7], 0)
        state.sequence_limit = values[8]
        state.pad_gps_m = _or_none(values[9], UNKNOWN_M)
        state.pad_pressure_altitude_m = _or_none(values[10], UNKNOWN_M)
        state.unix_s = _or_none(values[11], 0)
        state.unix_elapsed_ms = values[12]
        state.made_up_ms = values[13]
        state.doubt_ms = _or_none(values[14], NEVER)
        state.pad_taken_ms = _or_none(values[15], NEVER)
        state.near_pad_ms = _or_none(values[16], NEVER)
        state.break_wire_ms = _or_none(values[17], NEVER)
        state.over_ms = _or_none(values[18], NEVER)
        state.hold_until_ms = _or_none(values[19], NEVER)
        state.hold_used_ms = values[20]
        state.reasons = values[21]
        state.wires_whole = values[22]
        state.parted_early = values[23]
        state.phase = values[24] & 0xF
        state.cutdown_by = values[24] >> 4
        state.intent_rail_50mv = values[25]
        flags = values[26]
        state.command_counter = values[27] & 0xFFFFFF
        state.command_result = values[27] >> 24
        state.ended = flags & ENDED != 0
        state.safe = flags & SAFE != 0
        state.break_wire_seen = flags & WIRE_SEEN != 0
        state.hold_in_doubt = flags & HOLD_IN_DOUBT != 0
        state.flown = flags & FLOWN != 0
        state.behind = flags & BEHIND != 0
        at = HEAD
        for name, size in TABLES:
            getattr(state, name)[:] = self._data[at : at + size]
            at += size


def newest_record(storage, slots, health):
    """The valid slot with the highest counter, or None; a damaged slot is counted as a fault."""
    newest = None
    for name in slots:
        record = _read(storage, name, health)
        if record is not None and (newest is None or record.counter > newest.counter):
            newest = record
    return newest


def _read(storage, name, health):
    try:
        with storage.open(name, "rb") as slot:
            data = slot.read(RECORD_BYTES + 1)
    except OSError:
        return None
    valid = len(data) == RECORD_BYTES and struct.unpack("<I", data[-4:])[0] == crc32(data[:-4]) & 0xFFFFFFFF
    if not valid or data[:2] != bytes((MAGIC, VERSION)):
        health.count(faults.JOURNAL_SLOT_DAMAGED)
        return None
    return Record(data)


def _or_none(value, nothing):
    return None if value == nothing else value
