"""The pad reference and the moment of launch: two witnesses of three, or a lone one that climbs for ten minutes."""

from micropython import const

from firmware.protocol import phases

_REST_MS = const(60000)
_REST_BAND_M = const(8)
_UP_M = const(150)
_LONE_UP_M = const(300)
_LONE_MS = const(600000)
_LONE_MOVED_M = const(30)
_CLIMB_MS = const(20000)
_CLIMB_M = const(5)
_UNPLUGGED_MS = const(5000)
_LONE_WIRE_MS = const(600000)
_PAD_BAND_M = const(20)

BY_BREAK_WIRE = 1
BY_PRESSURE = 2
BY_GPS = 4


class Launch:
    """Takes the pad reference after 60 s at rest with the plug in; then watches for lift-off.

    T0 is the opening of the break wire where there is one, else the last moment within 20 m of the pad.
    """

    def __init__(self, measurements, altitude, state):
        self._measurements = measurements
        self._altitude = altitude
        self._state = state
        # A reset between lift-off and its recognition must not lose the flight: the journal knows the pad.
        self.armed = state.near_pad_ms is not None and state.launch_ms is None
        self.source = 0
        self._plugged_ms = None  # mission time, like every time here
        self._looked_ms = None
        self._pressure_rest = _Rest()
        self._gps_rest = _Rest()
        self._wire_fitted = False  # it counts only once it has been seen whole
        self._wire_ms = None
        self._climb_since_ms = None
        self._climb_from_m = 0
        self._up_since_ms = None  # of a lone source
        self._up_low_m = 0
        self._up_high_m = 0

    def update(self):
        """Once a second before launch. True in the second in which launch is recognised."""
        state = self._state
        if state.launch_ms is not None or state.phase != phases.GROUND:
            return False
        now_ms = state.elapsed_ms
        if self._unplugged(now_ms):
            self.armed = False
            self._pressure_rest.forget()
            self._gps_rest.forget()
            state.pad_gps_m = state.pad_pressure_altitude_m = state.near_pad_ms = None
            return False
        self._take_references(now_ms)
        return self._watch(now_ms) if self.armed else False

    def _unplugged(self, now_ms):
        """Out for five seconds: a bounce is none."""
        if self._measurements.plug_in:
            self._plugged_ms = now_ms
        return self._plugged_ms is None or now_ms - self._plugged_ms >= _UNPLUGGED_MS

    def _take_references(self, now_ms):
        """Each source gives its pad height when it has rested for a minute, on the pad; the first of them arms."""
        state = self._state
        pressure_still = self._pressure_rest.look(self._altitude.pressure_altitude_m, now_ms)
        gps_still = self._gps_rest.look(self._altitude.gps_m, now_ms)
        on_pad = not self.armed or state.near_pad_ms == self._looked_ms
        self._looked_ms = now_ms
        if on_pad and pressure_still and state.pad_pressure_altitude_m is None:
            state.pad_pressure_altitude_m = self._altitude.pressure_altitude_m
        if on_pad and gps_still and state.pad_gps_m is None:
            state.pad_gps_m = self._altitude.gps_m
        if not self.armed and (pressure_still or gps_still):
            state.near_pad_ms = now_ms
            self.armed = True

    def _watch(self, now_ms):
        state = self._state
        pressure_up_m = _above(self._altitude.pressure_altitude_m, state.pad_pressure_altitude_m)
        gps_up_m = _above(self._altitude.gps_m, state.pad_gps_m)
        if _near(pressure_up_m) or _near(gps_up_m):
            state.near_pad_ms = now_ms
        witnesses = self._wire(now_ms)
        if pressure_up_m is not None and pressure_up_m >= _UP_M:
            witnesses |= BY_PRESSURE
        if gps_up_m is not None and self._climbs(gps_up_m, now_ms):
            witnesses |= BY_GPS
        if witnesses & (witnesses - 1) or self._lone(pressure_up_m, gps_up_m, now_ms):
            state.launch_ms = state.near_pad_ms if self._wire_ms is None else self._wire_ms
            self.source = witnesses
            return True
        return False

    def _wire(self, now_ms):
        if not self._measurements.break_wire_open:
            self._wire_fitted = True
        if not (self._wire_fitted and self._measurements.break_wire_open):
            self._wire_ms = None
            return 0
        if self._wire_ms is None:
            self._wire_ms = now_ms
        return BY_BREAK_WIRE

    def _climbs(self, up_m, now_ms):
        """High enough, for 20 s never lower than when that began, and higher than then by more than noise."""
        if up_m < _UP_M or self._climb_since_ms is None or up_m < self._climb_from_m:
            self._climb_since_ms = now_ms if up_m >= _UP_M else None
            self._climb_from_m = up_m
            return False
        return now_ms - self._climb_since_ms >= _CLIMB_MS and up_m >= self._climb_from_m + _CLIMB_M

    def _lone(self, pressure_up_m, gps_up_m, now_ms):
        """One source alone is believed after ten minutes, if it moved meanwhile and the other does not contradict."""
        if _passed(self._wire_ms, now_ms) >= _LONE_WIRE_MS:
            return True
        up_m = gps_up_m if pressure_up_m is None else pressure_up_m
        if (pressure_up_m is not None and gps_up_m is not None) or up_m is None or up_m < _LONE_UP_M:
            self._up_since_ms = None
            return False
        if self._up_since_ms is None:
            self._up_since_ms = now_ms
            self._up_low_m = self._up_high_m = up_m
        self._up_low_m = min(self._up_low_m, up_m)
        self._up_high_m = max(self._up_high_m, up_m)
        return now_ms - self._up_since_ms >= _LONE_MS and self._up_high_m - self._up_low_m >= _LONE_MOVED_M


class _Rest:
    """Whether a height has stayed within 8 m for a minute."""

    def __init__(self):
        self.forget()

    def forget(self):
        self._since_ms = None
        self._low_m = self._high_m = 0

    def look(self, height_m, now_ms):
        if height_m is None:
            self._since_ms = None
            return False
        if self._since_ms is not None:
            self._low_m = min(self._low_m, height_m)
            self._high_m = max(self._high_m, height_m)
        if self._since_ms is None or self._high_m - self._low_m > _REST_BAND_M:
            self._since_ms = now_ms
            self._low_m = self._high_m = height_m
        return now_ms - self._since_ms >= _REST_MS


def _above(height_m, pad_m):
    return None if height_m is None or pad_m is None else height_m - pad_m


def _near(up_m):
    return up_m is not None and up_m < _PAD_BAND_M


def _passed(since_ms, now_ms):
    return 0 if since_ms is None else now_ms - since_ms
