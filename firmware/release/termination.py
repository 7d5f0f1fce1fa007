"""Why the flight is to be ended: time, ceiling, area, battery, the crew, a lost link. Each has to be sure of itself."""

from micropython import const

from firmware.protocol import drops, phases

_CEILING_MS = const(10000)
_BATTERY_MS = const(600000)


class Termination:
    """`update` once a second: True in the second in which the cutdown becomes due; state.cutdown_by says why."""

    def __init__(self, mission, state, measurements, altitude, area_exit):
        """area_exit: an AreaExit for the area of the cutdown, or None where there is none."""
        self._cutdown = None if mission is None else mission.cutdown
        self._state = state
        self._measurements = measurements
        self._altitude = altitude
        self._area_exit = area_exit
        self._began_ms = state.steady_ms()  # mission time that never jumps, like every time here
        self._above_since_ms = None
        self._weak_since_ms = None
        self.link_heard_ms = None  # of the newest authenticated command since the start

    def order(self):
        """The crew ends the flight."""
        return self._decide(drops.BY_COMMAND)

    def update(self, now_ms):
        state = self._state
        if self._cutdown is None or state.launch_ms is None or state.cutdown_by:
            # Another launch begins anew.
            self._above_since_ms = self._weak_since_ms = None
            return False
        if state.phase == phases.GROUND or state.phase == phases.LANDED or state.ended:
            return False
        cause = self._cause(self._cutdown, state.steady_ms(), now_ms)
        return self._decide(cause) if cause else False

    def _decide(self, cause):
        if self._cutdown is None or self._state.launch_ms is None or self._state.cutdown_by:
            return False
        self._state.cutdown_by = cause
        return True

    def _cause(self, cutdown, steady_ms, now_ms):
        if self._state.since_launch_ms() >= cutdown.latest_ms:
            return drops.BY_TIME
        if cutdown.ceiling_m is not None and self._too_high(cutdown, steady_ms):
            return drops.BY_CEILING
        if self._area_exit is not None and self._area_exit.look(now_ms, steady_ms):
            return drops.BY_AREA
        if cutdown.battery_mv is not None and self._too_weak(cutdown, steady_ms):
            return drops.BY_BATTERY
        if cutdown.lost_link_ms is not None:
            heard_ms = self._began_ms if self.link_heard_ms is None else self.link_heard_ms
            silent_ms = min(steady_ms - heard_ms, self._state.since_launch_ms())
            if silent_ms >= cutdown.lost_link_ms:
                return drops.BY_LOST_LINK
        return 0

    def _too_high(self, cutdown, steady_ms):
        """Ceilings use the highest altitude that any trusted source gives."""
        highest_m = self._altitude.highest_m
        if highest_m is None or highest_m < cutdown.ceiling_m:
            self._above_since_ms = None
            return False
        if self._above_since_ms is None:
            self._above_since_ms = steady_ms
        return steady_ms - self._above_since_ms >= _CEILING_MS

    def _too_weak(self, cutdown, steady_ms):
        """Loaded volts: the logic is always the load."""
        logic_mv = self._measurements.logic_mv
        if logic_mv is None or logic_mv >= cutdown.battery_mv:
            self._weak_since_ms = None
            return False
        if self._weak_since_ms is None:
            self._weak_since_ms = steady_ms
        return steady_ms - self._weak_since_ms >= _BATTERY_MS
