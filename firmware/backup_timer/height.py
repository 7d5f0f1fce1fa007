"""Where the backup is, by its barometer alone: above the sea, falling, at rest. Once a second; everything dwells.

Dwells count readings in a row, one a second: a reading that is missing, stale or impossible begins them again.
"""

from micropython import const

from firmware.atmosphere import altitude_m

_FRESH_MS = const(3000)
_DWELL = const(10)  # readings in a row that make an altitude known
_UNKNOWN = const(15)  # seconds without a known altitude that make it unknown
_HISTORY = const(31)
_FALLING_M_S = const(2)
_REST_BAND_M = const(8)
_REST = const(60)
_LANDED_BAND_M = const(20)
_LANDED_ABOVE_GROUND_M = const(300)
_LANDED_SOON = const(60)
_LANDED = const(120)
_UP_M = const(150)
_NEAR_M = const(20)


class Height:
    """height_m: above the sea, the day's pressure taken out at the pad; None: no reading, or no pad reference.

    known: ten readings in a row; unknown: none such for 15 s; neither: not yet. high_enough, up: for ten readings at
    least the plan's lowest_m, 150 m above the pad. near: within 20 m of the pad's height. falling: faster than 2 m/s
    over the last 30 s, or over as much of them as there is, 9 s at least; while nothing is known, what was so last.
    landing: at rest and low for a minute, landed: for two.
    """

    def __init__(self, clock, barometer, plan, state):
        self._ticks_diff = clock.ticks_diff
        self._barometer = barometer
        self._state = state
        self._pad_m = plan.pad_altitude_m
        self._lowest_m = plan.lowest_m()
        self._landed_below_m = plan.highest_ground_m + _LANDED_ABOVE_GROUND_M
        self.pressure_altitude_m = None
        self.height_m = None
        self.known = False
        self.unknown = False
        self.high_enough = False
        self.up = False
        self.near = False
        self.falling = False
        self.at_rest = False
        self.landing = False
        self.landed = False
        self._value_ms = None
        self._history_m = [0] * _HISTORY
        self._place = 0
        self._count = 0
        self._unknown_s = 0
        self._high_count = self._up_count = 0
        self._rest = Band(_REST_BAND_M)
        self._low = Band(_LANDED_BAND_M)

    def update(self, now_ms):
        """Once a second."""
        barometer = self._barometer
        value_ms = barometer.value_ms
        if barometer.pressure_pa is None or value_ms is None or self._ticks_diff(now_ms, value_ms) > _FRESH_MS:
            self._forget()
        elif value_ms != self._value_ms:
            pressure_altitude_m = altitude_m(barometer.pressure_pa)
            self._take(pressure_altitude_m, value_ms)
            self._judge(pressure_altitude_m)
        self.known = self.height_m is not None and self._count >= _DWELL
        self._unknown_s = 0 if self.known else min(self._unknown_s + 1, _UNKNOWN)
        self.unknown = self._unknown_s >= _UNKNOWN

    def _forget(self):
        self.pressure_altitude_m = self.height_m = self._value_ms = None
        self._count = 0
        self._high_count = self._up_count = 0
        self._rest.count = self._low.count = 0
        self.high_enough = self.up = self.near = self.at_rest = self.landing = self.landed = False

    def _take(self, pressure_altitude_m, value_ms):
        last_m = self._history_m[self._place]
        # Faster than 100 m/s is no motion but a reading gone wrong: from it on everything begins again.
        if self._value_ms is not None:
            if abs(pressure_altitude_m - last_m) * 10 > self._ticks_diff(value_ms, self._value_ms):
                self._forget()
        self._value_ms = value_ms
        self._place = (self._place + 1) % _HISTORY
        self._history_m[self._place] = pressure_altitude_m
        self._count = min(self._count + 1, _HISTORY)
        self.pressure_altitude_m = pressure_altitude_m
        reference_m = self._state.pad_pressure_altitude_m
        self.height_m = None if reference_m is None else self._pad_m + pressure_altitude_m - reference_m

    def _judge(self, pressure_altitude_m):
        self.at_rest = self._rest.look(pressure_altitude_m) > _REST
        back = min(self._count - 1, _HISTORY - 1)
        if back >= _DWELL - 1:
            fell_m = self._history_m[self._place - back] - pressure_altitude_m
            self.falling = fell_m > _FALLING_M_S * back
        height_m = self.height_m
        if height_m is None:
            return
        self._high_count = self._high_count + 1 if height_m >= self._lowest_m else 0
        self._up_count = self._up_count + 1 if height_m >= self._pad_m + _UP_M else 0
        self.high_enough = self._high_count >= _DWELL
        self.up = self._up_count >= _DWELL
        self.near = abs(height_m - self._pad_m) < _NEAR_M
        if height_m >= self._landed_below_m:
            self._low.count = 0
            low_s = 0
        else:
            low_s = self._low.look(height_m) - 1
        self.landing = low_s >= _LANDED_SOON
        self.landed = low_s >= _LANDED

    def begin_rest(self):
        """The next rest counts afresh."""
        self._rest.count = 0
        self.at_rest = False


class Band:
    """How many readings in a row lie within `width_m` of each other."""

    def __init__(self, width_m):
        self._width_m = width_m
        self._low_m = self._high_m = 0
        self.count = 0

    def look(self, height_m):
        if self.count:
            self._low_m = min(self._low_m, height_m)
            self._high_m = max(self._high_m, height_m)
            if self._high_m - self._low_m > self._width_m:
                self.count = 0
        if not self.count:
            self._low_m = self._high_m = height_m
        if self.count < 1000000:
            self.count += 1
        return self.count
