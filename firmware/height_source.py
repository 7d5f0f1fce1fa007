"""One source of height at a time: what of it can be true, before the sources are held against each other."""

from micropython import const

from firmware.atmosphere import altitude_m

_FRESH_MS = const(5000)
_UP_M_S = const(20)
_DOWN_M_S = const(120)
_NOISE_M = const(50)
_JUMP_M = const(150)  # in a second
_SECOND_MS = const(1500)  # or what is taken for one
_MARK_MS = const(15000)  # over so long a speed shows through the noise
_HELD_MS = const(10000)
_REMEMBERED_MS = const(3600000)

# 1.5 hPa in metres is this over the pressure: 850 m at 30 km. Below 30 m it is less than what GPS is wrong by.
_ERROR_M_PA = const(1020000)
_LEAST_ERROR_M = const(30)

_FROZEN_MS = const(30000)
_MOVED_M = const(50)  # at 30 km still 10 Pa, several times the noise
_COARSE_MS = const(10000)
_LIVELY_MS = const(60000)


class Track:
    """Believes a height that a balloon can have come to since the last one; any other once it has held for 10 s."""

    def __init__(self, clock):
        self._ticks_diff = clock.ticks_diff
        self._home = _Run(clock)
        self._other = _Run(clock)
        self._ms = 0
        self._at_home = False  # the newest height was believed

    def believe(self, height_m, now_ms):
        """`height_m`, or None while it is not to be believed. now_ms: when it was measured, as often as it is asked."""
        silent_ms = self._ticks_diff(now_ms, self._ms)
        self._ms = now_ms
        home = self._home
        if not silent_ms and home.begun:
            return height_m if self._at_home else None
        if self._at_home and 0 <= silent_ms <= _SECOND_MS and -_UP_M_S <= height_m - home.height_m <= _UP_M_S:
            home.height_m = height_m  # the common case, which needs no closer look
            home.ms = now_ms
            return height_m
        return self._weigh(height_m, silent_ms, now_ms)

    def _weigh(self, height_m, silent_ms, now_ms):
        home = self._home
        other = self._other
        if not 0 <= silent_ms <= _REMEMBERED_MS:
            home.begun = False
        if not 0 <= silent_ms <= _FRESH_MS:
            other.begun = False
        self._at_home = True
        if not home.begun:
            home.begin(height_m, now_ms)
            return height_m
        if other.begun and abs(height_m - other.height_m) < abs(height_m - home.height_m):
            if other.goes_on(height_m, now_ms):
                if self._ticks_diff(now_ms, other.since_ms) < _HELD_MS:
                    self._at_home = False
                    return None
                self._home = other
                self._other = home
                home.begun = False
                return height_m
        if home.goes_on(height_m, now_ms):
            other.begun = False
            return height_m
        other.begin(height_m, now_ms)
        self._at_home = False
        return None


class _Run:
    """Heights each of which could follow the one before: no jump, and no speed from a mark some seconds ago."""

    def __init__(self, clock):
        self._ticks_diff = clock.ticks_diff
        self.begun = False
        self.since_ms = 0
        self.height_m = 0
        self.ms = 0
        self._mark_m = 0
        self._mark_ms = 0

    def begin(self, height_m, now_ms):
        self.begun = True
        self.since_ms = self.ms = self._mark_ms = now_ms
        self.height_m = self._mark_m = height_m

    def goes_on(self, height_m, now_ms):
        """Whether it could follow; if so, it does."""
        jump_m = _JUMP_M * self._ticks_diff(now_ms, self.ms) // 1000
        if jump_m < _JUMP_M:
            jump_m = _JUMP_M
        if not 0 <= self._ticks_diff(self.ms, self._mark_ms) < _MARK_MS:
            self._mark_m = self.height_m
            self._mark_ms = self.ms
        marked_ms = self._ticks_diff(now_ms, self._mark_ms)
        up_m = height_m - self._mark_m
        most_m = _NOISE_M + (_UP_M_S if up_m >= 0 else _DOWN_M_S) * marked_ms // 1000
        if not -jump_m <= height_m - self.height_m <= jump_m or not -most_m <= up_m <= most_m:
            return False
        self.height_m = height_m
        self.ms = now_ms
        return True


class Barometer:
    """`pressure_pa`: fresh, within the sensor's range and not frozen, or None. `error_m`: of its newest height.

    Frozen is the same to the pascal for 30 s while GPS has moved, or aloft for a sensor that never stood still on the
    pad: one that did is only coarse, and a float in calm air is no fault.
    """

    def __init__(self, clock, least_pa, most_pa):
        self._ticks_diff = clock.ticks_diff
        self._least_pa = least_pa
        self._most_pa = most_pa
        self._track = Track(clock)
        self.pressure_pa = None
        self.error_m = 0
        self._still_pa = None
        self._still_ms = 0  # since when it has said that
        self._gps_m = None  # what GPS said then
        self._restless_ms = None  # on the ground: since when it has never stood still
        self._lively = False
        self._value_ms = 0

    def look(self, pressure_pa, value_ms, now_ms, gps_m, aloft):
        """Once a second: judge its newest value."""
        self.pressure_pa = None
        if pressure_pa is None or value_ms is None or self._ticks_diff(now_ms, value_ms) > _FRESH_MS:
            return
        if not self._least_pa <= pressure_pa <= self._most_pa:
            return
        self._value_ms = value_ms
        if pressure_pa != self._still_pa:
            self._still_pa = pressure_pa
            self._still_ms = now_ms
            self._gps_m = gps_m
            if aloft:
                self.pressure_pa = pressure_pa
                return
        if not aloft:
            self._get_to_know(now_ms)
        if not self._frozen(now_ms, gps_m, aloft):
            self.pressure_pa = pressure_pa

    def _get_to_know(self, now_ms):
        diff = self._ticks_diff
        if self._restless_ms is None or diff(now_ms, self._still_ms) >= _COARSE_MS:
            self._restless_ms = now_ms
            self._lively = False
        elif not self._lively and diff(now_ms, self._restless_ms) >= _LIVELY_MS:
            self._lively = True

    def _frozen(self, now_ms, gps_m, aloft):
        if self._ticks_diff(now_ms, self._still_ms) < _FROZEN_MS:
            return False
        if gps_m is not None:
            if self._gps_m is None:
                self._gps_m = gps_m
            elif abs(gps_m - self._gps_m) >= _MOVED_M:
                return True
        return aloft and self._lively

    def height(self, most_m):
        """Pressure altitude where it can be believed and is at most most_m, or None."""
        if self.pressure_pa is None:
            return None
        error_m = _ERROR_M_PA // self.pressure_pa
        self.error_m = 0 if error_m < _LEAST_ERROR_M else error_m
        height_m = altitude_m(self.pressure_pa)
        if height_m > most_m:
            return None
        return self._track.believe(height_m, self._value_ms)
