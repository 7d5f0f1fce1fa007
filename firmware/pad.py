"""The pad: whether the payload rests, the height at which it did, and how far each source says it is above that."""

from micropython import const

_REST_MS = const(60000)
_REST_BAND_M = const(8)
_NEAR_M = const(20)


class Pad:
    """`rests`: a source has stayed within 8 m for 60 s. `pressure_up_m`, `gps_up_m`: above the pad, None unknown.

    `near`: by a source less than 20 m up. `back`: by every source that speaks within 20 m, and one does. `speaks`: one
    does. `lowest_up_m`: the lower of those that do.
    """

    def __init__(self, altitude, state):
        self._altitude = altitude
        self._state = state
        self._pressure_rest = _Rest()
        self._gps_rest = _Rest()
        self.rests = False
        self.pressure_up_m = None
        self.gps_up_m = None
        self.lowest_up_m = None
        self.speaks = False
        self.near = False
        self.back = False

    def update(self):
        """Once a second, after the altitude vote."""
        state = self._state
        altitude = self._altitude
        now_ms = state.steady_ms()
        pressure_still = self._pressure_rest.look(altitude.pressure_altitude_m, now_ms)
        gps_still = self._gps_rest.look(altitude.gps_m, now_ms)
        self.rests = pressure_still or gps_still
        self._measure()

    def _measure(self):
        state = self._state
        pressure_up_m = self.pressure_up_m = _above(self._altitude.pressure_altitude_m, state.pad_pressure_altitude_m)
        gps_up_m = self.gps_up_m = _above(self._altitude.gps_m, state.pad_gps_m)
        lowest_m = highest_m = pressure_up_m if gps_up_m is None else gps_up_m
        if pressure_up_m is not None and gps_up_m is not None:
            lowest_m = min(pressure_up_m, gps_up_m)
            highest_m = max(pressure_up_m, gps_up_m)
        self.lowest_up_m = lowest_m
        self.speaks = lowest_m is not None
        self.near = self.speaks and lowest_m < _NEAR_M
        self.back = self.speaks and lowest_m > -_NEAR_M and highest_m < _NEAR_M

    def take(self, missing_only=False):
        """Each source that rests gives the height of its pad, unless it is away from the one it has given before."""
        state = self._state
        if self._pressure_rest.still and _may(state.pad_pressure_altitude_m, self.pressure_up_m, missing_only):
            state.pad_pressure_altitude_m = self._altitude.pressure_altitude_m
        if self._gps_rest.still and _may(state.pad_gps_m, self.gps_up_m, missing_only):
            state.pad_gps_m = self._altitude.gps_m
        self._measure()

    def forget(self):
        """The reference is void, and the rest begins again."""
        self._pressure_rest.forget()
        self._gps_rest.forget()
        self._state.pad_gps_m = self._state.pad_pressure_altitude_m = None
        self.rests = False
        self._measure()


class _Rest:
    """Whether a height has stayed within 8 m for a minute."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.still = False
        self._since_ms = None
        self._low_m = self._high_m = 0

    def look(self, height_m, now_ms):
        if height_m is None:
            self.forget()
            return False
        if self._since_ms is not None:
            self._low_m = min(self._low_m, height_m)
            self._high_m = max(self._high_m, height_m)
        if self._since_ms is None or self._high_m - self._low_m > _REST_BAND_M:
            self._since_ms = now_ms
            self._low_m = self._high_m = height_m
        self.still = now_ms - self._since_ms >= _REST_MS
        return self.still


def _above(height_m, pad_m):
    return None if height_m is None or pad_m is None else height_m - pad_m


def _may(pad_m, up_m, missing_only):
    return pad_m is None or (not missing_only and -_NEAR_M < up_m < _NEAR_M)
