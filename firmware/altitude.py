"""The altitude vote: GPS where it is to be trusted, else the barometer against its pad reading, else unknown."""

from micropython import const

from firmware.atmosphere import altitude_m as pressure_altitude_m

_FRESH_MS = const(5000)
_FROZEN_MS = const(30000)
_ENOUGH_SATELLITES = const(4)
# A receiver outside its airborne model clamps or freezes above these heights (u-blox M8 receiver description).
_AIRBORNE_MODELS = (6, 7, 8)
_MODEL_LIMIT_M = const(9000)
_HISTORY = const(16)
# GPS and pressure altitude differ with the weather; beyond this and a tenth of the height one of them is wrong.
_DISAGREE_M = const(300)


class Altitude:
    """Voted altitude in m, its bounds, and its rate. Everything is None while nothing is to be trusted."""

    def __init__(self, clock, measurements, state):
        self._ticks_diff = clock.ticks_diff
        self._measurements = measurements
        self._state = state
        self.altitude_m = None
        self.lowest_m = None
        self.highest_m = None
        self.gps_m = None
        self.pressure_altitude_m = None
        self.vertical_cm_s = None
        self._heights_m = [0] * _HISTORY
        self._times_ms = [0] * _HISTORY
        self._count = 0
        self._newest = 0
        self._place_latitude_e7 = None
        self._place_longitude_e7 = None
        self._place_ms = 0

    def update(self, now_ms):
        """Once a second: judge both sources afresh."""
        measured = self._measurements
        gps_m = measured.gps_altitude_m if self._gps_is_trusted(now_ms) else None
        self.gps_m = gps_m

        pressure_age_ms = measured.age_ms(measured.pressure_ms, now_ms)
        by_pressure_m = None
        if measured.pressure_pa is not None and pressure_age_ms is not None and pressure_age_ms <= _FRESH_MS:
            by_pressure_m = pressure_altitude_m(measured.pressure_pa)
        self.pressure_altitude_m = by_pressure_m
        if by_pressure_m is not None:
            # The day's pressure is taken out at the pad, where both are known.
            state = self._state
            if state.pad_pressure_altitude_m is not None and state.pad_gps_m is not None:
                by_pressure_m += state.pad_gps_m - state.pad_pressure_altitude_m

        self._vote(gps_m, by_pressure_m)
        self._rate(now_ms)

    def _gps_is_trusted(self, now_ms):
        measured = self._measurements
        frozen = self._frozen(now_ms)
        age_ms = measured.age_ms(measured.fix_ms, now_ms)
        if frozen or age_ms is None or age_ms > _FRESH_MS or measured.gps_altitude_m is None:
            return False
        if measured.fix_type < 3 or measured.satellites is None or measured.satellites < _ENOUGH_SATELLITES:
            return False
        return measured.gps_altitude_m <= _MODEL_LIMIT_M or measured.dynamic_model in _AIRBORNE_MODELS

    def _frozen(self, now_ms):
        """No living receiver gives the same place to the centimetre for half a minute."""
        measured = self._measurements
        if (
            measured.latitude_e7 is None
            or measured.latitude_e7 != self._place_latitude_e7
            or measured.longitude_e7 != self._place_longitude_e7
        ):
            self._place_latitude_e7 = measured.latitude_e7
            self._place_longitude_e7 = measured.longitude_e7
            self._place_ms = now_ms
        return self._ticks_diff(now_ms, self._place_ms) >= _FROZEN_MS

    def _vote(self, gps_m, by_pressure_m):
        if gps_m is None and by_pressure_m is None:
            self.altitude_m = self.lowest_m = self.highest_m = None
            return
        if gps_m is None or by_pressure_m is None:
            only_m = by_pressure_m if gps_m is None else gps_m
            self.altitude_m = self.lowest_m = self.highest_m = only_m
            return
        self.lowest_m = gps_m if gps_m < by_pressure_m else by_pressure_m
        self.highest_m = gps_m if gps_m > by_pressure_m else by_pressure_m
        apart_m = self.highest_m - self.lowest_m
        chosen_m = gps_m
        if apart_m > _DISAGREE_M + self.highest_m // 10 and self.altitude_m is not None:
            # One is wrong: the one nearer to where we were a second ago is believed.
            if abs(by_pressure_m - self.altitude_m) < abs(gps_m - self.altitude_m):
                chosen_m = by_pressure_m
        self.altitude_m = chosen_m

    def _rate(self, now_ms):
        if self.altitude_m is None:
            self._count = 0
            self.vertical_cm_s = None
            return
        newest = self._newest
        if self._count and self._ticks_diff(now_ms, self._times_ms[newest]) > 10000:
            self._count = 0
        newest = (newest + 1) % _HISTORY
        self._newest = newest
        self._heights_m[newest] = self.altitude_m
        self._times_ms[newest] = now_ms
        if self._count < _HISTORY:
            self._count += 1
        self.vertical_cm_s = self.rate_cm_s(8)

    def rate_cm_s(self, seconds):
        """Mean vertical speed over the last `seconds` (at most 15), or None while the history is shorter."""
        if self._count <= seconds:
            return None
        newest = self._newest
        oldest = (newest - seconds) % _HISTORY
        passed_ms = self._ticks_diff(self._times_ms[newest], self._times_ms[oldest])
        if passed_ms <= 0:
            return None
        return (self._heights_m[newest] - self._heights_m[oldest]) * 100000 // passed_ms
