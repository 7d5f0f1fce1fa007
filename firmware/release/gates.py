"""The hard gates: every reason why nothing may fire now, as bits of firmware.protocol.drops."""

from micropython import const

from firmware.protocol import drops, phases

_RAIL_MV = const(2500)  # the cutter rail behind the arming plug carries at least this when the plug is in
_RAIL_OLD_MS = const(3000)
_RAIL_BACK_MS = const(5000)
_KNOWN_S = const(3)


class Gates:
    """Looked at again at the instant of firing. Minima use the lowest altitude that any trusted source gives."""

    def __init__(self, mission, state, measurements, altitude, flight_phase, position):
        self._mission = mission
        self._state = state
        self._measurements = measurements
        self._altitude = altitude
        self._flight_phase = flight_phase
        self._position = position
        self._rail_since_ms = None  # mission time since which the rail has been up
        self._rail_asked = False  # after a pulse: what was read in it says nothing of the rail without its load

    def ask_rail(self):
        """A pulse is over: nothing fires before the rail has been read again."""
        self._rail_asked = True

    def watch_rail(self, now_ms):
        """Once a second, after the volts, but not in a pulse: True when the rail has just come back from being low."""
        self._rail_asked = False
        if not self.rail_up(now_ms):
            self._rail_since_ms = None
            return False
        if self._rail_since_ms is not None:
            return False
        self._rail_since_ms = self._state.steady_ms()
        return True

    def rail_up(self, now_ms):
        """Whether the cutters' rail has its volts, by a reading that is not old."""
        measured = self._measurements
        rail_mv = measured.cutter_mv
        if rail_mv is None or rail_mv < _RAIL_MV:
            return False
        age_ms = measured.age_ms(measured.rail_ms, now_ms)
        return age_ms is not None and age_ms <= _RAIL_OLD_MS

    def rail_50mv(self):
        """The rail in steps of 50 mV, for the journal; 0 unknown."""
        rail_mv = self._measurements.cutter_mv
        return 0 if rail_mv is None else min(rail_mv // 50, 255)

    def closed(self, place, now_ms):
        """The closed gates' bits for the drop at this place; 0 when all are open."""
        mission = self._mission
        if mission is None:
            return drops.MISSION
        return self._of_flight(mission) | self._of_rail(now_ms) | self._of_place(mission, place, now_ms)

    def _of_flight(self, mission):
        state = self._state
        closed = 0
        if state.launch_ms is None:
            closed |= drops.NOT_LAUNCHED
        elif state.elapsed_ms - state.launch_ms < mission.not_before_ms:
            closed |= drops.TOO_EARLY
        if state.phase == phases.LANDED or self._flight_phase.landing_suspected:
            closed |= drops.LANDED
        if state.ended or (state.launch_ms is not None and state.elapsed_ms - state.launch_ms >= mission.end_ms):
            closed |= drops.ENDED
        if state.hold_until_ms is not None and state.elapsed_ms < state.hold_until_ms:
            closed |= drops.HOLD
        return closed

    def _of_rail(self, now_ms):
        if self._rail_asked:
            return drops.RAIL_SETTLING
        if not self.rail_up(now_ms):
            return drops.PLUG_OUT
        since_ms = self._rail_since_ms
        if since_ms is None or self._state.steady_ms() - since_ms < _RAIL_BACK_MS:
            return drops.RAIL_SETTLING
        return 0

    def _of_place(self, mission, place, now_ms):
        """SAFE stops drops, not the end of the flight; a fall is its own end; areas are where loads land."""
        if place == drops.CUTDOWN:
            closed = drops.DESCENT if self._state.phase == phases.DESCENT else 0
            return closed | self._of_height(mission.highest_ground_m + mission.cutdown.min_agl_m, mission)
        drop = mission.drops[place]
        closed = drops.SAFE if self._state.safe else 0
        if self._state.phase == phases.DESCENT and not drop.in_descent:
            closed |= drops.DESCENT
        if drop.keep_outs:
            if not self._position.known(now_ms):
                closed |= drops.POSITION_UNKNOWN | drops.KEEP_OUT
            elif self._position.inside & drop.keep_outs:
                closed |= drops.KEEP_OUT
        return closed | self._of_height(mission.highest_ground_m + mission.min_agl_m, mission)

    def _of_height(self, least_m, mission):
        lowest_m = self._altitude.lowest_m
        if lowest_m is not None:
            if lowest_m < least_m:
                return drops.TOO_LOW
            # No single sample opens it, not even the first one after a silence.
            return 0 if self._altitude.seconds_known >= _KNOWN_S else drops.ALTITUDE_UNKNOWN
        since_ms = self._state.since_launch_ms()
        if (
            since_ms is not None
            and not self._state.behind
            and mission.blind_from_ms <= since_ms < mission.blind_until_ms
        ):
            return 0
        return drops.ALTITUDE_UNKNOWN
