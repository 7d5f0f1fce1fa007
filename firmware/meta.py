"""The values of a META: what flies, under which key, and how it fares; everything that seldom changes."""

import struct

from firmware.protocol import telemetry
from firmware.protocol.packing import digits


class Meta:
    """`payload(now_ms, rate_s)`. `parts`: whatever has the services by their names, a FlightComputer.

    parts.uplink, board.free_heap (a function that gives bytes): each may be missing.
    """

    def __init__(self, parts, board, profile_number, past, firmware_hash):
        self._ticks_diff = board.clock.ticks_diff
        self._state = parts.state
        self._health = parts.health
        self._loop = parts.loop
        self._uplink = getattr(parts, "uplink", None)
        self._free_heap = getattr(board, "free_heap", None)
        self._mission_hash = 0 if parts.mission is None else int.from_bytes(parts.mission.hash[:4], "little")
        self._firmware_hash = firmware_hash
        self._profile_number = profile_number
        self._past = past
        self._reset_cause = board.reset_cause

    def payload(self, now_ms, rate_s):
        """By hand and not by the table, whose names would stay in memory for one frame a minute."""
        uplink = self._uplink
        age = 15
        if uplink is not None and uplink.heard_ms is not None:
            age = min(digits(self._ticks_diff(now_ms, uplink.heard_ms) // 1000), 14)
        free = None if self._free_heap is None else self._free_heap()
        return struct.pack(
            telemetry.META_FORMAT,
            self._firmware_hash,
            self._mission_hash,
            0 if uplink is None else uplink.session,
            self._state.command_counter,
            0 if uplink is None else uplink.key_id,
            0xFFFF if free is None else min((free + 8) // 16, 0xFFFE),
            min(self._loop.longest_lag_ms, 0xFFE) | self._profile_number << 12,
            rate_s,
            self._past | age << 2 | (self._reset_cause & 3) << 6,
            0 if uplink is None else _most(uplink.commands_heard),
            0 if uplink is None else _most(uplink.tags_bad),
            _most(self._loop.overruns),
            _most(sum(self._health.counts)),
        )


def _most(count):
    return min(count, 0xFFFF)
