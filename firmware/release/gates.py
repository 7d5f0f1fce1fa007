"""The hard gates: every reason why nothing may fire now, as bits of firmware.protocol.drops."""

from micropython import const

from firmware.protocol import drops, phases

_RAIL_MV = const(2500)  # the cutter rail behind the arming plug carries at least this when the plug is in


class Gates:
    """Looked at again at the instant of firing. Minima use the lowest altitude that any trusted source gives."""

    def __init__(self, mission, state, measurements, altitude, flight_phase):
        self._mission = mission
        self._state = state
        self._measurements = measurements
        self._altitude = altitude
        self._flight_phase = flight_phase
        self.safe = False
        self.hold = False

    def closed(self):
        """The closed gates' bits; 0 when all are open."""
        mission = self._mission
        state = self._state
        closed = 0
        if mission is None:
            return drops.MISSION
        if state.launch_ms is None:
            closed |= drops.NOT_LAUNCHED
        elif state.elapsed_ms - state.launch_ms < mission.not_before_ms:
            closed |= drops.TOO_EARLY
        if state.phase == phases.LANDED or self._flight_phase.landing_suspected:
            closed |= drops.LANDED
        if state.phase == phases.DESCENT:
            closed |= drops.CONDITION
        if state.ended:
            closed |= drops.ENDED
        if self.safe:
            closed |= drops.SAFE
        if self.hold:
            closed |= drops.HOLD
        rail_mv = self._measurements.cutter_mv
        if rail_mv is None or rail_mv < _RAIL_MV:
            closed |= drops.PLUG_OUT
        lowest_m = self._altitude.lowest_m
        if lowest_m is None:
            closed |= drops.ALTITUDE_UNKNOWN
        elif lowest_m < mission.highest_ground_m + mission.min_agl_m:
            closed |= drops.TOO_LOW
        return closed
