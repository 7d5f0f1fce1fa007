"""The values of a META: what flies, under which key, and how it fares; everything that seldom changes."""


class Meta:
    """`payload(now_ms, rate_s)`. `parts`: whatever has the services by their names, a FlightComputer.

    parts.uplink, board.free_heap (a function that gives bytes): each may be missing.
    """

    def __init__(self, parts, board, profile_number, past, firmware_hash):
        # In here, for the module with its tables is not needed in flight.
        from firmware.protocol.telemetry import META_LAYOUT

        self._layout = META_LAYOUT
        self._ticks_diff = board.clock.ticks_diff
        self._state = parts.state
        self._health = parts.health
        self._loop = parts.loop
        self._uplink = getattr(parts, "uplink", None)
        self._free_heap = getattr(board, "free_heap", None)
        self._payload = bytearray(META_LAYOUT.size)
        self._mission_hash = 0 if parts.mission is None else int.from_bytes(parts.mission.hash[:4], "little")
        self._firmware_hash = firmware_hash
        self._profile_number = profile_number
        self._past = past
        self._reset_cause = board.reset_cause

    def payload(self, now_ms, rate_s):
        uplink = self._uplink
        age_s = None
        if uplink is not None and uplink.heard_ms is not None:
            age_s = self._ticks_diff(now_ms, uplink.heard_ms) // 1000
        # In the order of META_WORDS.
        row = (
            self._firmware_hash,
            self._mission_hash,
            0 if uplink is None else uplink.session,
            self._state.command_counter,
            0 if uplink is None else uplink.key_id,
            None if self._free_heap is None else self._free_heap(),
            self._loop.longest_lag_ms,
            self._profile_number,
            rate_s,
            self._past,
            age_s,
            self._reset_cause,
            0 if uplink is None else _most(uplink.commands_heard),
            0 if uplink is None else _most(uplink.tags_bad),
            _most(self._loop.overruns),
            _most(sum(self._health.counts)),
        )
        self._layout.pack_into(self._payload, 0, dict(zip(self._layout.names, row)))
        return self._payload


def _most(count):
    return min(count, 0xFFFF)
