"""The journal: the flight's state in two alternating slots on flash, each with a counter and a CRC.

A slot is one small file, written whole. A power cut can spoil the slot being written, never the other. The state is
packed before anything is opened; the newest valid slot wins.
"""

import struct
from binascii import crc32

from micropython import const

from firmware.flight_state import MOST_CHANNELS
from firmware.once import forget
from firmware.protocol import faults
from firmware.protocol.drops import PLACES

MAGIC = const(0x4A)  # "J"
VERSION = const(5)
NEVER = const(-1)
UNKNOWN_M = const(-32768)
# magic, version, reset count, counter, mission hash, elapsed, launch, UTC at launch, sequence limit, pad by GPS, pad by
# pressure, UTC and when it was that, made up, in doubt since, pad taken, near the pad, break wire open, last drop over,
# hold until, hold used, reasons, wires whole, parted early, phase | cutdown by << 4, rail at the newest intent, flags,
# counter of the newest command | its result << 24
FORMAT = "<BBBI4siiIIhhIiiiiiiiiiIBBBBBI"
HEAD = struct.calcsize(FORMAT)
TABLES = (("drop_states", PLACES), ("drop_attempts", PLACES), ("drop_steps", PLACES), ("drop_worst", PLACES)) + (
    ("positions", MOST_CHANNELS),
    ("brown_outs", MOST_CHANNELS),
)
RECORD_BYTES = HEAD + 4 * PLACES + 2 * MOST_CHANNELS + 4
ENDED = const(1)  # flags
SAFE = const(2)
WIRE_SEEN = const(4)
HOLD_IN_DOUBT = const(8)
FLOWN = const(16)
BEHIND = const(32)
_SLOTS = ("journal.0", "journal.1")
_EVERY_MS = const(3500)  # looked at once a second, and a write waits up to 5 s for a quiet moment: ten at the most


class Journal:
    """Writes `state` when asked (`want`) and at least every 10 s; `urgent` is true until an urgent wish is on flash.

    The writing itself happens in `write`, which the caller places where no UART is busy: flash stops the processor.
    """

    def __init__(self, clock, storage, state, mission_hash, health, slots=_SLOTS):
        """slots: two names of files; a rehearsal has its own."""
        self._ticks_diff = clock.ticks_diff
        self._storage = storage
        self._state = state
        self._hash = bytes(mission_hash[:4])
        self._health = health
        self._slots = slots
        self._buffer = bytearray(RECORD_BYTES)
        self._counter = 0
        self._written_ms = None
        # Without a mission nothing is written: it may be unreadable only today, and its flight is in these slots.
        self.closed = not any(self._hash)
        self.wanted = not self.closed
        self.urgent = False
        self.ok = True
        self.foreign = False  # what lay there is of another flight: not fresh

    def want(self, urgent=False):
        """The state has changed and must reach flash soon; urgent: before anything else happens."""
        if self.closed:
            return
        self.wanted = True
        if urgent:
            self.urgent = True

    def tick(self, now_ms):
        """Once a second: remember that it is time again."""
        if not self.closed and (self._written_ms is None or self._ticks_diff(now_ms, self._written_ms) >= _EVERY_MS):
            self.wanted = True

    def write(self, now_ms):
        """Write the older slot. A failure is counted and tried again at the next wish; the flight goes on."""
        self._pack()
        self.wanted = False
        # Even where flash is dead the release path must go on: nothing more can be done for the wish.
        self.urgent = False
        self._written_ms = now_ms
        try:
            with self._storage.open(self._slots[self._counter + 1 & 1], "wb") as slot:
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
            _or(state.launch_ms, NEVER),
            state.launch_unix_s or 0,
            state.sequence_limit,
            _or(state.pad_gps_m, UNKNOWN_M),
            _or(state.pad_pressure_altitude_m, UNKNOWN_M),
            state.unix_s or 0,
            state.unix_elapsed_ms,
            state.made_up_ms,
            _or(state.doubt_ms, NEVER),
            _or(state.pad_taken_ms, NEVER),
            _or(state.near_pad_ms, NEVER),
            _or(state.break_wire_ms, NEVER),
            _or(state.over_ms, NEVER),
            _or(state.hold_until_ms, NEVER),
            state.hold_used_ms,
            state.reasons,
            state.wires_whole,
            state.parted_early,
            state.phase & 0xF | state.cutdown_by << 4,
            state.intent_rail_50mv,
            self._flags(state),
            state.command_counter | state.command_result << 24,
        )
        at = HEAD
        for name, size in TABLES:
            self._buffer[at : at + size] = getattr(state, name)
            at += size
        struct.pack_into("<I", self._buffer, at, crc32(memoryview(self._buffer)[:at]))

    def _flags(self, state):
        flags = ENDED if state.ended else 0
        if state.safe:
            flags |= SAFE
        if state.hold_in_doubt:
            flags |= HOLD_IN_DOUBT
        if state.flown:
            flags |= FLOWN
        if state.behind:
            flags |= BEHIND
        return flags | WIRE_SEEN if state.break_wire_seen else flags

    def load(self):
        """Fill `state` from the newest valid slot of this mission; True when there was one: a resumed flight."""
        from firmware.journal_reader import newest_record

        record = newest_record(self._storage, self._slots, self._health)
        resumed = False
        if record is not None:
            self._counter = record.counter
            if record.mission_hash == self._hash:
                record.fill(self._state)
                resumed = True
            else:
                # Another flight's: a command over USB clears it away, nothing else may.
                self.foreign = self.closed = True
                self.wanted = False
        forget("firmware.journal_reader")
        return resumed


def _or(value, nothing):
    return nothing if value is None else value
