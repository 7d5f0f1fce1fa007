"""The proof that the balloon has left an area, which ends the flight: no single fix and no spoofed one may do that."""

from micropython import const

from firmware.position import within

_APART_MS = const(60000)
_LOST_MS = const(120000)  # a fix that old is no neighbour of a new one
_FIXES = const(3)
_FASTEST_M_S = const(100)
_RATES_APART_M_S = const(3)


class AreaExit:
    """Three fixes 60 s apart outside the area, each within 100 m/s of the one before, between which GPS and barometer
    tell of the same vertical speed within 3 m/s; without either nothing is proved.

    `suspect`: the newest pair was not so, and the count began again.
    """

    def __init__(self, position, measurements, altitude, area):
        """area: its index among those of `position`."""
        self._age_ms = measurements.age_ms
        self._position = position
        self._altitude = altitude
        self._area = area
        self.suspect = False
        self._fixes = 0
        # The newest of them, at mission time.
        self._fixed_ms = 0
        self._latitude_e7 = 0
        self._longitude_e7 = 0
        self._gps_m = 0
        self._pressure_m = 0

    def look(self, now_ms, elapsed_ms):
        """Once a second, after the altitude vote: True from the moment of the proof on, while it stays outside."""
        position = self._position
        if not position.known(now_ms):
            if position.suspect:
                self._fixes = 0
            return False
        if position.inside >> self._area & 1:
            self._fixes = 0
            return False
        if self._altitude.gps_m is not None and self._altitude.pressure_altitude_m is not None:
            self._count(elapsed_ms - self._age_ms(position.place_ms, now_ms))
        return self._fixes >= _FIXES

    def _count(self, fixed_ms):
        position = self._position
        if self._fixes:
            passed_ms = fixed_ms - self._fixed_ms
            if passed_ms < _APART_MS:
                return
            if passed_ms > _LOST_MS:
                self._fixes = 0
            else:
                self.suspect = not self._plausible(position, passed_ms)
                if self.suspect:
                    self._fixes = 0
        if self._fixes < _FIXES:
            self._fixes += 1
        self._fixed_ms = fixed_ms
        self._latitude_e7 = position.latitude_e7
        self._longitude_e7 = position.longitude_e7
        self._gps_m = self._altitude.gps_m
        self._pressure_m = self._altitude.pressure_altitude_m

    def _plausible(self, position, passed_ms):
        climbed_m = self._altitude.gps_m - self._gps_m
        by_pressure_m = self._altitude.pressure_altitude_m - self._pressure_m
        if abs(climbed_m - by_pressure_m) * 1000 > _RATES_APART_M_S * passed_ms:
            return False
        most_m = _FASTEST_M_S * passed_ms // 1000
        return within(self._latitude_e7, self._longitude_e7, position.latitude_e7, position.longitude_e7, most_m)
