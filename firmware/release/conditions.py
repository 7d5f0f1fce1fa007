"""A drop's own conditions: altitude window, area, phase, all together for a time. Waived by `latest` with release."""

from micropython import const

from firmware.protocol import drops
from firmware.protocol.mission_plan import IN_ASCENT, IN_DESCENT, IN_FLOAT

_LEAST_HOLD_MS = const(2000)  # no single sample fires anything
_SHIFT = const(17)  # the conditions' bits in a byte: drops.CONDITIONS == 15 << 17

_PHASE_BITS = (0, IN_ASCENT, IN_FLOAT, IN_DESCENT, 0)  # by phases.GROUND to LANDED


class Conditions:
    """`closed[place]` are the bits of what does not hold, looked at once a second; 0 when all have held long enough."""

    def __init__(self, mission, state, altitude, position):
        self._drops = () if mission is None else mission.drops
        self._state = state
        self._altitude = altitude
        self._position = position
        self.closed = bytearray(drops.PLACES)
        self._since_ms = [None] * drops.PLACES  # mission time since which all have held
        self.restart()

    def restart(self):
        """Every dwell begins again: after the supply was gone, and at the start."""
        for place in range(len(self._drops)):
            self._since_ms[place] = None
            self.closed[place] = drops.HOLDING_FOR >> _SHIFT if self._has_any(self._drops[place]) else 0

    def _has_any(self, drop):
        bounded = drop.min_altitude_m is not None or drop.max_altitude_m is not None
        return bounded or drop.inside is not None or drop.phases != 0

    def update(self, now_ms):
        """Once a second, after the altitude vote and the phase."""
        for place in range(len(self._drops)):
            if self._has_any(self._drops[place]):
                self._look(place, self._drops[place], now_ms)

    def reasons(self, place):
        """What does not hold, as bits of drops; 0 for a drop without conditions."""
        return self.closed[place] << _SHIFT

    def _look(self, place, drop, now_ms):
        closed = self._failing(drop, now_ms)
        steady_ms = self._state.steady_ms()
        if closed:
            self._since_ms[place] = None
        else:
            if self._since_ms[place] is None:
                self._since_ms[place] = steady_ms
            if steady_ms - self._since_ms[place] < max(drop.hold_ms, _LEAST_HOLD_MS):
                closed = drops.HOLDING_FOR
        self.closed[place] = closed >> _SHIFT

    def _failing(self, drop, now_ms):
        closed = 0
        altitude = self._altitude
        if drop.min_altitude_m is not None:
            if altitude.lowest_m is None or altitude.lowest_m < drop.min_altitude_m:
                closed |= drops.OUT_OF_ALTITUDE
        if drop.max_altitude_m is not None:
            if altitude.highest_m is None or altitude.highest_m > drop.max_altitude_m:
                closed |= drops.OUT_OF_ALTITUDE
        if drop.inside is not None:
            if not self._position.known(now_ms) or not self._position.inside >> drop.inside & 1:
                closed |= drops.OUT_OF_AREA
        if drop.phases and not drop.phases & _PHASE_BITS[self._state.phase]:
            closed |= drops.OUT_OF_PHASE
        return closed
