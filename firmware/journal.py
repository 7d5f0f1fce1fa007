"""The journal: the flight's state in two alternating slots on flash, each with a counter and a CRC.

A slot is one small file, written whole. A power cut can spoil the slot being written, never the other. The state is
packed before anything is opened; the newest valid slot wins.
"""

import struct
from binascii import crc32

from micropython import const

from firmware.flight_state import MOST_DROPS
from firmware.once import forget
from firmware.protocol import faults

MAGIC = const(0x534A)  # "JS"
VERSION = const(2)
NEVER = const(-1)
UNKNOWN_M = const(-32768)
# magic, version, reset count, counter, mission hash, elapsed, launch, sequence limit, pad by GPS, pad by pressure, UTC,
# near the pad, wires whole, phase, ended
FORMAT = "<HBBI4siiIhhIiBBB"
HEAD = struct.calcsize(FORMAT)
RECORD_BYTES = HEAD + 2 * MOST_DROPS + 4
SLOTS = ("journal.0", "journal.1")
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
        # Without a mission nothing is written: it may be unreadable only today, and its flight is in these slots.
        self.closed = not any(self._hash)
        self.wanted = not self.closed
        self.urgent = False
        self.settled = False
        self.ok = True

    def want(self, urgent=False):
        """The state has changed and must reach flash soon; urgent: before anything else happens."""
        if self.closed:
            return
        self.wanted = True
        self.settled = False
        if urgent:
            self.urgent = True

    def tick(self, now_ms):
        """Once a second: remember that ten seconds have passed."""
        if not self.closed and (self._written_ms is None or self._ticks_diff(now_ms, self._written_ms) >= _EVERY_MS):
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
            with self._storage.open(SLOTS[self._counter + 1 & 1], "wb") as slot:
                slot.write(self._buffer)
            # Only now: a write that failed may have spoiled its slot, and the next try must go to the same one.
            self._counter += 1
            self.ok = True
        except OSError:
            self.ok = False
            self._health.count(faults.JOURNAL_WRITE_FAILED)

    def _pack(self):
        state = self._state
        struct.pack_into(
            FORMAT,
            self._buffer,
            0,
            MAGIC,
            VERSION,
            state.reset_count,
            self._counter + 1,
            self._hash,
            min(state.elapsed_ms, 0x7FFFFFFF),
            NEVER if state.launch_ms is None else state.launch_ms,
            state.sequence_limit,
            UNKNOWN_M if state.pad_gps_m is None else state.pad_gps_m,
            UNKNOWN_M if state.pad_pressure_altitude_m is None else state.pad_pressure_altitude_m,
            state.utc_s() or 0,
            NEVER if state.near_pad_ms is None else state.near_pad_ms,
            state.wires_whole,
            state.phase,
            state.ended,
        )
        self._buffer[HEAD : HEAD + MOST_DROPS] = state.drop_states
        self._buffer[HEAD + MOST_DROPS : HEAD + 2 * MOST_DROPS] = state.drop_attempts
        struct.pack_into("<I", self._buffer, RECORD_BYTES - 4, crc32(memoryview(self._buffer)[: RECORD_BYTES - 4]))

    def load(self):
        """Fill `state` from the newest valid slot of this mission; True when there was one: a resumed flight."""
        from firmware.journal_reader import newest_record

        record = newest_record(self._storage, self._health)
        resumed = False
        if record is not None:
            self._counter = record.counter
            if record.mission_hash == self._hash:
                record.fill(self._state)
                resumed = True
        forget("firmware.journal_reader")
        return resumed
