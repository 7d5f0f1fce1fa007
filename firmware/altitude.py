"""The altitude vote: GPS where it is to be trusted, two barometers in their ranges, and where a balloon can be by now.

Sources: TE Connectivity ENG_DS_MS5611-01BA03 B3 (10 to 1200 hPa, 1.5 hPa); Bosch BST-BME280-DS001, revision 1.24
(300 to 1100 hPa); u-blox M8 receiver description (altitude limits of the dynamic models).

A source is valid while it is fresh, in its range, not frozen, and has come to its height at a speed that a balloon can
have; any other height is believed only once it has held for 10 s. Two that agree outvote a third: both barometers GPS,
GPS and one barometer the other, GPS and pressure the fastest climb of the forecast; and the forecast outvotes a lone
one. Minima use `lowest_m`, ceilings `highest_m`: they hold every valid source. Where GPS and pressure agree as well as
weather lets them, pressure moves the bounds by no more than its own error and 300 m; where it is alone, by all of it.
"""

from micropython import const

from firmware.height_source import Barometer, Track

_FRESH_MS = const(5000)
_ENOUGH_SATELLITES = const(4)
# A receiver outside its airborne model clamps or freezes above these heights.
_AIRBORNE_MODELS = (6, 7, 8)
_MODEL_LIMIT_M = const(9000)
_HISTORY = const(16)

# Pa, the first and the last that are believed: a sensor that is at the end of its range may be beyond it. The wide one
# ends below 1 km under the sea, where pressure altitude does.
_WIDE_LEAST_PA = const(1001)
_WIDE_MOST_PA = const(113900)
_LOW_LEAST_PA = const(30010)
_LOW_MOST_PA = const(109990)
_BAROMETERS_APART_PA = const(300)
# GPS and pressure altitude differ with the weather; beyond this and a tenth of the height one of them is wrong.
_DISAGREE_M = const(300)

# The fastest climb is a forecast: more by three tenths, and a launch that was noticed late.
_CLIMB_PERCENT = const(130)
_CLIMB_MORE_M = const(500)
_LONGEST_CLIMB_S = const(100000)
_NO_LIMIT_M = const(1000000)

_GPS = const(1)
_WIDE = const(2)
_LOW = const(3)


class Altitude:
    """Voted altitude in m, its bounds, and its rate. Everything is None while nothing is to be trusted.

    `gps_m` and `pressure_altitude_m` (of the standard atmosphere, without the pad's correction): what is valid of each.
    """

    def __init__(self, clock, measurements, state, mission=None):
        self._ticks_diff = clock.ticks_diff
        self._measurements = measurements
        self._state = state
        self._mission = mission
        self.altitude_m = None
        self.lowest_m = None
        self.highest_m = None
        self.gps_m = None
        self.pressure_altitude_m = None
        self.vertical_cm_s = None
        self.seconds_known = 0  # how often in a row the vote has known a height; it stops at a minute
        self._gps_track = Track(clock)
        self._wide = Barometer(clock, _WIDE_LEAST_PA, _WIDE_MOST_PA)
        self._low = Barometer(clock, _LOW_LEAST_PA, _LOW_MOST_PA)
        self._most_m = _NO_LIMIT_M
        self._correction_m = 0
        self._pressure_m = None  # chosen of the barometers, corrected
        self._second_m = None  # another barometer that contradicts it
        self._error_m = 0
        self._barometer = 0  # which one speaks
        self._source = 0  # what the altitude is taken from
        self._heights_m = [0] * _HISTORY
        self._times_ms = [0] * _HISTORY
        self._count = 0
        self._newest = 0

    def update(self, now_ms):
        """Once a second: judge every source afresh."""
        gps_before_m = self.gps_m
        pressure_before_m = self._pressure_m
        barometer_before = self._barometer
        self._look_at_flight()
        self._look_at_gps(now_ms)
        self._look_at_barometers(now_ms)
        self._look_at_forecast()
        source = self._vote()
        if source and source != self._source:
            if source == _GPS:
                self._go_over(gps_before_m, self._pressure_m if self._barometer == self._source else None)
            else:
                gps_m = self.gps_m if self._source == _GPS else None
                self._go_over(pressure_before_m if source == barometer_before else None, gps_m)
        self._source = source
        if self.altitude_m is None:
            self.seconds_known = 0
        elif self.seconds_known < 60:
            self.seconds_known += 1
        self._rate(now_ms)

    def _look_at_flight(self):
        """How high even the fastest climb can have come, and what makes an altitude of a pressure altitude."""
        state = self._state
        mission = self._mission
        self._most_m = _NO_LIMIT_M
        since_ms = state.since_launch_ms()
        if mission is not None and mission.fastest_cm_s and since_ms is not None:
            climbed_m = min(since_ms // 1000, _LONGEST_CLIMB_S) * (mission.fastest_cm_s * _CLIMB_PERCENT // 100) // 100
            pad_m = mission.pad_altitude_m if state.pad_gps_m is None else state.pad_gps_m
            self._most_m = pad_m + climbed_m + _CLIMB_MORE_M
        # The day's pressure is taken out at the pad, where both are known.
        if state.pad_pressure_altitude_m is not None and state.pad_gps_m is not None:
            self._correction_m = state.pad_gps_m - state.pad_pressure_altitude_m
        else:
            self._correction_m = 0

    def _look_at_gps(self, now_ms):
        self.gps_m = None
        if self._gps_is_trusted(now_ms):
            self.gps_m = self._gps_track.believe(self._measurements.gps_altitude_m, self._measurements.fix_ms)

    def _gps_is_trusted(self, now_ms):
        measured = self._measurements
        frozen = measured.frozen(now_ms)
        age_ms = measured.age_ms(measured.fix_ms, now_ms)
        if frozen or age_ms is None or age_ms > _FRESH_MS or measured.gps_altitude_m is None:
            return False
        if measured.fix_type < 3 or measured.satellites is None or measured.satellites < _ENOUGH_SATELLITES:
            return False
        return measured.gps_altitude_m <= _MODEL_LIMIT_M or measured.dynamic_model in _AIRBORNE_MODELS

    def _look_at_barometers(self, now_ms):
        measured = self._measurements
        aloft = self._state.launch_ms is not None
        wide = self._wide
        low = self._low
        wide.look(measured.wide_pa, measured.wide_ms, now_ms, self.gps_m, aloft)
        low.look(measured.low_pa, measured.low_ms, now_ms, self.gps_m, aloft)
        too_high = self.gps_m is not None and self.gps_m > self._most_m
        most_m = _NO_LIMIT_M if too_high else self._most_m - self._correction_m
        wide_m = wide.height(most_m)
        if wide_m is not None and low.pressure_pa is not None:
            if abs(wide.pressure_pa - low.pressure_pa) <= _BAROMETERS_APART_PA:
                self._take(_WIDE, wide_m, None)
                self._outvote_gps()
                return
        self._choose(wide_m, low.height(most_m))

    def _choose(self, wide_m, low_m):
        """One barometer, or two that contradict each other: then the one that GPS, or the last altitude, is nearer."""
        if wide_m is None or low_m is None:
            if wide_m is None:
                self._take(_LOW, low_m, None)
            else:
                self._take(_WIDE, wide_m, None)
            return
        near_m = self.altitude_m if self.gps_m is None else self.gps_m
        near_m = min(wide_m, low_m) if near_m is None else near_m - self._correction_m
        apart_m = _DISAGREE_M + near_m // 10
        wide_apart_m = abs(wide_m - near_m)
        low_apart_m = abs(low_m - near_m)
        decided = self.gps_m is not None and (wide_apart_m > apart_m) != (low_apart_m > apart_m)
        if wide_apart_m <= low_apart_m:
            self._take(_WIDE, wide_m, None if decided else low_m)
        else:
            self._take(_LOW, low_m, None if decided else wide_m)

    def _take(self, barometer, height_m, second_m):
        self.pressure_altitude_m = height_m
        self._pressure_m = self._second_m = None
        self._barometer = self._error_m = 0
        if height_m is not None:
            self._barometer = barometer
            self._pressure_m = height_m + self._correction_m
            self._error_m = (self._wide if barometer == _WIDE else self._low).error_m
        if second_m is not None:
            self._second_m = second_m + self._correction_m

    def _look_at_forecast(self):
        """It has one voice, too: GPS and pressure that agree outvote it, as after a reset that lost minutes."""
        gps_m = self.gps_m
        pressure_m = self._pressure_m
        if gps_m is not None and gps_m > self._most_m and (pressure_m is None or _apart(gps_m, pressure_m)):
            self.gps_m = None
        if pressure_m is not None and pressure_m > self._most_m and self.gps_m is None:
            self._take(0, None, None)

    def _outvote_gps(self):
        """Two barometers agree. Before the pad is known they tell of the weather as much as of the height."""
        state = self._state
        if self.gps_m is None or state.pad_gps_m is None or state.pad_pressure_altitude_m is None:
            return
        if _apart(self.gps_m, self._pressure_m):
            self.gps_m = None

    def _vote(self):
        """Set the altitude and its bounds; returns the source of the altitude, 0 for none."""
        gps_m = self.gps_m
        pressure_m = self._pressure_m
        if pressure_m is None:
            self.altitude_m = self.lowest_m = self.highest_m = gps_m
            return 0 if gps_m is None else _GPS
        lowest_m = highest_m = pressure_m
        if self._second_m is not None:
            lowest_m = min(pressure_m, self._second_m)
            highest_m = max(pressure_m, self._second_m)
        error_m = self._error_m
        source = _GPS
        if gps_m is None:
            source = self._barometer
            self.lowest_m = lowest_m - error_m
            self.highest_m = highest_m + error_m
        elif _apart(gps_m, pressure_m):
            # One is wrong: the one nearer to where we were a second ago is believed.
            if self.altitude_m is not None and abs(pressure_m - self.altitude_m) < abs(gps_m - self.altitude_m):
                source = self._barometer
            self.lowest_m = min(gps_m, lowest_m - error_m)
            self.highest_m = max(gps_m, highest_m + error_m)
        else:
            error_m += _DISAGREE_M
            self.lowest_m = max(min(gps_m, lowest_m), gps_m - error_m)
            self.highest_m = min(max(gps_m, highest_m), gps_m + error_m)
        self.altitude_m = gps_m if source == _GPS else pressure_m
        return source

    def _rate(self, now_ms):
        altitude_m = self.altitude_m
        if altitude_m is None:
            self._count = 0
            self.vertical_cm_s = None
            return
        newest = self._newest
        if self._count and self._ticks_diff(now_ms, self._times_ms[newest]) > 10000:
            self._count = 0
        newest = (newest + 1) % _HISTORY
        self._newest = newest
        self._heights_m[newest] = altitude_m
        self._times_ms[newest] = now_ms
        if self._count < _HISTORY:
            self._count += 1
        self.vertical_cm_s = self.rate_cm_s(8)

    def _go_over(self, before_m, other_m):
        """Another source speaks: what the two differ by is no climb. before_m: what it said a second ago; other_m: what
        the one that spoke says now; without both the rate begins anew."""
        heights_m = self._heights_m
        if before_m is not None:
            step_m = before_m - heights_m[self._newest]
        elif other_m is not None:
            step_m = self.altitude_m - other_m
        else:
            self._count = 0
            return
        for place in range(_HISTORY):
            heights_m[place] += step_m

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


def _apart(gps_m, pressure_m):
    """Whether GPS and pressure are further apart than weather explains."""
    return abs(gps_m - pressure_m) > _DISAGREE_M + max(gps_m, pressure_m) // 10
