"""The journal: the flight's state in two alternating slots on flash, each with a counter and a CRC.

A slot is one small file, written whole. A power cut can spoil the slot being written, never the other. The state is
packed before anything is opened; the newest valid slot wins.
"""

import struct
from binascii import crc32

from micropython import const

from firmware.flight_state import MOST_DROPS
from firmware.protocol import faults

_MAGIC = const(0x534A)  # "JS"
_VERSION = const(1)
_NEVER = const(-1)
_UNKNOWN_M = const(-32768)
# magic, version, reset count, counter, mission hash, elapsed, launch, sequence limit, pad by GPS, pad by pressure, UTC,
# phase, ended
_FORMAT = "<HBBI4siiIhhIBB"
_HEAD = struct.calcsize(_FORMAT)
RECORD_BYTES = _HEAD + 2 * MOST_DROPS + 4
_SLOTS = ("journal.0", "journal.1")
_EVERY_MS = const(10000)


class Journal:
    """Writes `state` when asked (`want`) and at least every 10 s; `settled` is true when the newest wish is on flash.

    The writing itself happens in `write`, which the caller places where no UART is busy: flash stops the processor.
    """

    def __init__(self, clock, storage, state, mission_hash, health):
        self._ticks_diff = clock.ticks_diff
        self._storage = storage
        self._state = state
        self._hash = bytes(mission_hash[:4])
        self._health = health
        self._buffer = bytearray(RECORD_BYTES)
        self._counter = 0
        self._written_ms = None
        self.wanted = True
        self.urgent = False
        self.settled = False
        self.ok = True

    def want(self, urgent=False):
        """The state has changed and must reach flash soon; urgent: before anything else happens."""
        self.wanted = True
        self.settled = False
        if urgent:
            self.urgent = True

    def tick(self, now_ms):
        """Once a second: remember that ten seconds have passed."""
        if self._written_ms is None or self._ticks_diff(now_ms, self._written_ms) >= _EVERY_MS:
            self.wanted = True

    def write(self, now_ms):
        """Write the older slot. A failure is counted and tried again at the next wish; the flight goes on."""
        self._pack()
        self.wanted = False
        self.urgent = False
        self._written_ms = now_ms
        # Even where flash is dead the release path must go on: settled means "nothing more can be done for it".
        self.settled = True
        try:
            with self._storage.open(_SLOTS[self._counter & 1], "wb") as slot:
                slot.write(self._buffer)
            self.ok = True
        except OSError:
            self.ok = False
            self._health.count(faults.JOURNAL_WRITE_FAILED)

    def _pack(self):
        state = self._state
        self._counter += 1
        struct.pack_into(
            _FORMAT,
            self._buffer,
            0,
            _MAGIC,
            _VERSION,
            state.reset_count,
            self._counter,
            self._hash,
            state.elapsed_ms,
            _NEVER if state.launch_ms is None else state.launch_ms,
            state.sequence_limit,
            _UNKNOWN_M if state.pad_gps_m is None else state.pad_gps_m,
            _UNKNOWN_M if state.pad_pressure_altitude_m is None else state.pad_pressure_altitude_m,
            0 if state.unix_s is None else state.unix_s,
            state.phase,
            state.ended,
        )
        self._buffer[_HEAD : _HEAD + MOST_DROPS] = state.drop_states
        self._buffer[_HEAD + MOST_DROPS : _HEAD + 2 * MOST_DROPS] = state.drop_attempts
        struct.pack_into("<I", self._buffer, RECORD_BYTES - 4, crc32(memoryview(self._buffer)[: RECORD_BYTES - 4]))

    def load(self):
        """Fill `state` from the newest valid slot of this mission; True when there was one: a resumed flight."""
        newest = None
        for name in _SLOTS:
            record = self._read(name)
            if record is not None and (newest is None or record[3] > newest[3]):
                newest = record
        if newest is None:
            return False
        self._counter = newest[3]
        if newest[4] != self._hash:
            return False
        state = self._state
        state.reset_count = newest[2]
        state.elapsed_ms = newest[5]
        state.launch_ms = None if newest[6] == _NEVER else newest[6]
        state.sequence_limit = newest[7]
        state.pad_gps_m = None if newest[8] == _UNKNOWN_M else newest[8]
        state.pad_pressure_altitude_m = None if newest[9] == _UNKNOWN_M else newest[9]
        state.unix_s = newest[10] or None
        state.phase = newest[11]
        state.ended = bool(newest[12])
        state.drop_states[:] = newest[13]
        state.drop_attempts[:] = newest[14]
        return True

    def _read(self, name):
        try:
            with self._storage.open(name, "rb") as slot:
                data = slot.read(RECORD_BYTES + 1)
        except OSError:
            return None
        if len(data) != RECORD_BYTES or struct.unpack("<I", data[-4:])[0] != crc32(data[:-4]) & 0xFFFFFFFF:
            self._health.count(faults.JOURNAL_SLOT_DAMAGED)
            return None
        record = struct.unpack(_FORMAT, data[:_HEAD])
        if record[0] != _MAGIC or record[1] != _VERSION:
            self._health.count(faults.JOURNAL_SLOT_DAMAGED)
            return None
        return record + (data[_HEAD : _HEAD + MOST_DROPS], data[_HEAD + MOST_DROPS : _HEAD + 2 * MOST_DROPS])
