"""The phase of flight: one table of transitions, looked at once a second."""

from micropython import const

from firmware.protocol import phases

_FALL_CM_S = const(-200)  # faster than this for _FALL_MS is a descent
_FALL_MS = const(8000)
_CLIMB_CM_S = const(100)
_CLIMB_MS = const(20000)
_FLOAT_BAND_M = const(20)  # within this for _FLOAT_MS is a float
_FLOAT_MS = const(120000)
_LANDED_SOON_MS = const(60000)
_LANDED_MS = const(120000)
_LANDED_ABOVE_GROUND_M = const(300)
_STILL_CM_S = const(100)

_LAUNCH = const(0)  # launch recognised
_FALLING = const(1)  # falling faster than 2 m/s for 8 s
_CLIMBING = const(2)  # climbing faster than 1 m/s for 20 s
_LEVEL = const(3)  # within 20 m for 120 s, above the landing band
_AT_REST = const(4)  # within 20 m for 120 s, slow over ground, less than 300 m above the highest ground

# from, condition, to
TRANSITIONS = (
    (phases.GROUND, _LAUNCH, phases.ASCENT),
    (phases.ASCENT, _FALLING, phases.DESCENT),
    (phases.ASCENT, _LEVEL, phases.FLOAT),
    (phases.ASCENT, _AT_REST, phases.LANDED),
    (phases.FLOAT, _FALLING, phases.DESCENT),
    (phases.FLOAT, _CLIMBING, phases.ASCENT),
    (phases.FLOAT, _AT_REST, phases.LANDED),
    (phases.DESCENT, _CLIMBING, phases.ASCENT),
    (phases.DESCENT, _LEVEL, phases.FLOAT),
    (phases.DESCENT, _AT_REST, phases.LANDED),
)


class FlightPhase:
    """Keeps `state.phase`. `landing_suspected` is true from 60 s at rest on and reversible; LANDED is final."""

    def __init__(self, measurements, altitude, state, highest_ground_m):
        self._measurements = measurements
        self._altitude = altitude
        self._state = state
        self._highest_ground_m = highest_ground_m
        self.changed_from = phases.GROUND
        self._band_low_m = 0
        self._band_high_m = 0
        self._forget()

    def _forget(self):
        self.landing_suspected = False
        self._falling_since_ms = None
        self._climbing_since_ms = None
        self._band_since_ms = None

    def update(self, back=False):
        """Once a second, after the altitude vote. True when the phase has changed.

        back: at pad height as after a launch that was none (Launch.back): that is no landing, which would be final.
        """
        state = self._state
        phase = state.phase
        if phase == phases.LANDED:
            return False
        if phase == phases.GROUND:
            self._forget()
            return self._enter(phases.ASCENT) if state.launch_ms is not None else False
        now_ms = state.steady_ms()
        height_m = self._altitude.altitude_m
        rate_cm_s = self._altitude.vertical_cm_s
        if height_m is None or rate_cm_s is None:
            # Nothing known now: what was seen before proves nothing, and the flight ends by its end time alone.
            self._forget()
            return False

        falling_ms = self._dwell_falling(rate_cm_s < _FALL_CM_S, now_ms)
        climbing_ms = self._dwell_climbing(rate_cm_s > _CLIMB_CM_S, now_ms)
        level_ms = self._dwell_level(height_m, now_ms)

        low = height_m < self._highest_ground_m + _LANDED_ABOVE_GROUND_M
        speed_cm_s = self._measurements.ground_speed_cm_s
        still = low and (speed_cm_s is None or speed_cm_s < _STILL_CM_S)
        self.landing_suspected = still and level_ms >= _LANDED_SOON_MS
        for before, condition, after in TRANSITIONS:
            if before == phase:
                if (
                    (condition == _FALLING and falling_ms >= _FALL_MS)
                    or (condition == _CLIMBING and climbing_ms >= _CLIMB_MS)
                    or (condition == _LEVEL and level_ms >= _FLOAT_MS and not low)
                    or (condition == _AT_REST and level_ms >= _LANDED_MS and still and not back)
                ):
                    return self._enter(after)
        return False

    def _enter(self, phase):
        self.changed_from = self._state.phase
        self._state.phase = phase
        return True

    def _dwell_falling(self, falling, now_ms):
        if not falling:
            self._falling_since_ms = None
            return 0
        if self._falling_since_ms is None:
            self._falling_since_ms = now_ms
        return now_ms - self._falling_since_ms

    def _dwell_climbing(self, climbing, now_ms):
        if not climbing:
            self._climbing_since_ms = None
            return 0
        if self._climbing_since_ms is None:
            self._climbing_since_ms = now_ms
        return now_ms - self._climbing_since_ms

    def _dwell_level(self, height_m, now_ms):
        if self._band_since_ms is not None:
            if height_m < self._band_low_m:
                self._band_low_m = height_m
            if height_m > self._band_high_m:
                self._band_high_m = height_m
        if self._band_since_ms is None or self._band_high_m - self._band_low_m > _FLOAT_BAND_M:
            self._band_since_ms = now_ms
            self._band_low_m = self._band_high_m = height_m
        return now_ms - self._band_since_ms
