"""The backup's own journal: two alternating slots on its own flash, each with a counter and a CRC.

A slot is one small file, written whole. A power cut can spoil the slot being written, never the other.
"""

import struct
from binascii import crc32

from micropython import const

from firmware.protocol import faults
from firmware.protocol.drops import BACKUP_FIRING, BACKUP_REFUSED, BACKUP_RUNNING

_MAGIC = const(0x4253)  # "SB"
_VERSION = const(1)
_UNKNOWN_M = const(-32768)
# magic, version, reset count, counter, the plan's mark, state, attempts, flags, since the pull pin, pad, reasons
_FORMAT = "<HBBI4sBBBIhI"
_HEAD = struct.calcsize(_FORMAT)
RECORD_BYTES = _HEAD + 4
SLOTS = ("backup.0", "backup.1")
_WIRE_WHOLE = const(1)  # flags
_FLOWN = const(2)
_EVERY_MS = const(10000)


class Record:
    """One valid slot."""

    def __init__(self, data):
        self._values = struct.unpack(_FORMAT, data[:_HEAD])
        self.counter = self._values[3]
        self.mark = self._values[4]
        self.state = self._values[5]

    def fill(self, state):
        """Put what was journalled into a BackupState."""
        values = self._values
        state.reset_count = values[2]
        state.state = values[5]
        state.attempts = values[6]
        state.wire_whole = bool(values[7] & _WIRE_WHOLE)
        state.flown = bool(values[7] & _FLOWN)
        state.since_ms = values[8]
        state.pad_pressure_altitude_m = None if values[9] == _UNKNOWN_M else values[9]


class BackupJournal:
    """Writes `state` when it has changed, and every 10 s while it is RUNNING. `settled`: the newest change is on
    flash, or flash is dead and nothing more can be done for it.
    """

    def __init__(self, clock, storage, state, mark, health):
        """mark: four bytes that tell this plan from others."""
        self._ticks_diff = clock.ticks_diff
        self._storage = storage
        self._state = state
        self._mark = mark
        self._health = health
        self._buffer = bytearray(RECORD_BYTES)
        self._counter = 0
        self._written_ms = clock.ticks_ms()
        self.ok = True

    def settled(self):
        return not self._state.changed

    def poll(self, now_ms):
        """Every pass, last in it: write when there is something to write."""
        state = self._state
        if not state.changed:
            # Never in a pulse: flash stops the processor, and with it the timer that ends the pulse.
            if state.state == BACKUP_FIRING or (state.state != BACKUP_RUNNING and self.ok):
                return
            if self._ticks_diff(now_ms, self._written_ms) < _EVERY_MS:
                return
        # Refused: what lies there is another flight's, and stays.
        if state.state != BACKUP_REFUSED:
            self._write()
        state.changed = False
        self._written_ms = now_ms

    def _write(self):
        self._pack(self._state)
        try:
            with self._storage.open(SLOTS[self._counter + 1 & 1], "wb") as slot:
                slot.write(self._buffer)
            # Only now: a write that failed may have spoiled its slot, and the next try must go to the same one.
            self._counter += 1
            self.ok = True
        except OSError:
            self.ok = False
            self._health.count(faults.JOURNAL_WRITE_FAILED)

    def _pack(self, state):
        struct.pack_into(
            _FORMAT,
            self._buffer,
            0,
            _MAGIC,
            _VERSION,
            state.reset_count,
            self._counter + 1,
            self._mark,
            state.state,
            state.attempts,
            (_WIRE_WHOLE if state.wire_whole else 0) | (_FLOWN if state.flown else 0),
            state.since_ms,
            _UNKNOWN_M if state.pad_pressure_altitude_m is None else state.pad_pressure_altitude_m,
            state.reasons,
        )
        struct.pack_into("<I", self._buffer, _HEAD, crc32(memoryview(self._buffer)[:_HEAD]))

    def newest(self):
        """The valid Record with the highest counter, or None; a damaged slot is counted as a fault."""
        newest = None
        for name in SLOTS:
            record = self._read(name)
            if record is not None and (newest is None or record.counter > newest.counter):
                newest = record
        if newest is not None:
            self._counter = newest.counter
        return newest

    def _read(self, name):
        try:
            with self._storage.open(name, "rb") as slot:
                data = slot.read(RECORD_BYTES + 1)
        except OSError:
            return None
        whole = len(data) == RECORD_BYTES and struct.unpack("<I", data[_HEAD:])[0] == crc32(data[:_HEAD]) & 0xFFFFFFFF
        if not whole or data[:3] != struct.pack("<HB", _MAGIC, _VERSION):
            self._health.count(faults.JOURNAL_SLOT_DAMAGED)
            return None
        return Record(data)
