"""What is known now: the newest value of everything measured, with the tick at which it was new."""

from micropython import const

_OLD_MS = const(5000)
_FROZEN_MS = const(30000)
_WIDE_SPEAKS_MS = const(3000)


class Measurements:
    """Plain values with their units in their names; None means "not known". Ages come from `age_ms`."""

    def __init__(self, clock):
        self._ticks_diff = clock.ticks_diff
        # GPS position: valid together, from one fix
        self.latitude_e7 = None
        self.longitude_e7 = None
        self.gps_altitude_m = None
        self.ground_speed_cm_s = None
        self.course_cdeg = None
        self.down_mm_s = None
        self.accuracy_m = None
        self.fix_type = 0
        self.satellites = None
        self.fix_ms = None
        self.dynamic_model = None
        self.unix_s = None
        # Barometers: each for itself, and the wide-range one where it is alive, else the other
        self.wide_pa = None
        self.wide_ms = None
        self.low_pa = None
        self.low_ms = None
        self.pressure_pa = None
        self.pressure_ms = None
        self.inside_cc = None
        self.outside_cc = None
        # Supplies
        self.logic_mv = None
        self.cutter_mv = None
        self.rail_ms = None  # when cutter_mv was new
        self.cutter_ma = None
        self.plug_in = False
        self.break_wire_open = None
        # The place as it was last seen to change.
        self._place_latitude_e7 = None
        self._place_longitude_e7 = None
        self._place_ms = 0

    def age_ms(self, since_ms, now_ms):
        """Age of a tick stamp in ms, or None when there never was one."""
        if since_ms is None:
            return None
        return self._ticks_diff(now_ms, since_ms)

    def forget_old(self, fix_type, now_ms):
        """Once a second: what is no longer claimed, or old, is not known; the last place stays, with its age."""
        self.fix_type = fix_type
        if fix_type < 2:
            self.ground_speed_cm_s = self.course_cdeg = self.down_mm_s = None
            self.satellites = self.accuracy_m = None
        if self._old(self.wide_ms, now_ms):
            self.wide_pa = None
        if self._old(self.low_ms, now_ms):
            self.low_pa = None
        if self._old(self.pressure_ms, now_ms):
            self.pressure_pa = None

    def _old(self, since_ms, now_ms):
        return since_ms is not None and self._ticks_diff(now_ms, since_ms) > _OLD_MS

    def take_wide(self, pressure_pa, now_ms):
        """A new value of the barometer that knows every height."""
        self.wide_pa = self.pressure_pa = pressure_pa
        self.wide_ms = self.pressure_ms = now_ms

    def take_low(self, pressure_pa, now_ms):
        """A new value of the barometer whose range ends at 9 km: shown only where the wide one is silent."""
        self.low_pa = pressure_pa
        self.low_ms = now_ms
        age_ms = self.age_ms(self.wide_ms, now_ms)
        if self.wide_pa is None or age_ms is None or age_ms > _WIDE_SPEAKS_MS:
            self.pressure_pa = pressure_pa
            self.pressure_ms = now_ms

    def frozen(self, now_ms):
        """No living receiver gives the same place to the centimetre for half a minute. Ask at least once a second."""
        if (
            self.latitude_e7 is None
            or self.latitude_e7 != self._place_latitude_e7
            or self.longitude_e7 != self._place_longitude_e7
        ):
            self._place_latitude_e7 = self.latitude_e7
            self._place_longitude_e7 = self.longitude_e7
            self._place_ms = now_ms
        return self._ticks_diff(now_ms, self._place_ms) >= _FROZEN_MS

    def take_fix(self, gps):
        """Copy a new fix from the receiver's driver."""
        self.fix_type = gps.fix_type
        self.satellites = gps.satellites
        self.unix_s = gps.unix_s if gps.time_valid else None
        if gps.fix_type < 2 or gps.latitude_e7 is None:
            self.ground_speed_cm_s = self.course_cdeg = self.down_mm_s = None
            return
        self.latitude_e7 = gps.latitude_e7
        self.longitude_e7 = gps.longitude_e7
        altitude_mm = gps.altitude_mm
        self.gps_altitude_m = None if altitude_mm is None or gps.fix_type < 3 else altitude_mm // 1000
        speed_mm_s = gps.ground_speed_mm_s
        self.ground_speed_cm_s = None if speed_mm_s is None else speed_mm_s // 10
        course_e5 = gps.course_e5
        self.course_cdeg = None if course_e5 is None else course_e5 // 1000
        self.down_mm_s = gps.down_mm_s
        accuracy_mm = gps.horizontal_accuracy_mm
        self.accuracy_m = None if accuracy_mm is None else accuracy_mm // 1000
        self.fix_ms = gps.fix_ms
