"""One navigation solution, and the NMEA sentences that a u-blox receiver makes of it; integers all the way.

u-blox 8 UBX-13003221 R28, chapter NMEA (default version 4.0, five decimals of a minute).
"""

import math

_STEPS = 64
# Angle in 1e-5 degree whose tangent is i / 64; linear between them the error is below 0.002 degree.
_ANGLES_E5 = tuple([int(math.atan(i / _STEPS) * 18000000 / math.pi + 0.5) for i in range(_STEPS + 1)])


def course_e5(north, east):
    """Direction of a velocity in 1e-5 degree clockwise from north, 0 to 35,999,999."""
    n, e = abs(north), abs(east)
    small, large = (e, n) if e <= n else (n, e)
    if not large:
        return 0
    share = (small * _STEPS << 12) // large
    at = share >> 12
    angle = _ANGLES_E5[at]
    if at < _STEPS:
        angle += (_ANGLES_E5[at + 1] - angle) * (share & 4095) >> 12
    if e > n:
        angle = 9000000 - angle
    if north < 0:
        angle = 18000000 - angle
    if east < 0:
        angle = -angle
    return angle % 36000000


class NmeaText:
    """Set time, solution and fix; then `make("RMC")` and so on."""

    geoid_mm = 25000  # height of the geoid above the ellipsoid; the same everywhere is enough

    def __init__(self, talker):
        self._talker = talker
        self.known = False
        self.fix = False
        self.satellites = 0
        self.year, self.month, self.day, self.hour, self.minute, self.second, self.ms = 2000, 1, 1, 0, 0, 0, 0
        self._date_of = None
        self.latitude_e7 = self.longitude_e7 = self.altitude_mm = 0
        self.north_mm_s = self.east_mm_s = self.down_mm_s = self.speed_mm_s = self.course_e5 = 0

    def set_time(self, unix_ms):
        """None: the receiver does not know the time yet."""
        self.known = unix_ms is not None
        if unix_ms is None:
            self.year, self.month, self.day, self.hour, self.minute, self.second, self.ms = 2000, 1, 1, 0, 0, 0, 0
            self._date_of = None
            return
        seconds, self.ms = unix_ms // 1000, unix_ms % 1000
        day, rest = seconds // 86400, seconds % 86400
        self.hour, rest = rest // 3600, rest % 3600
        self.minute, self.second = rest // 60, rest % 60
        if day != self._date_of:
            self._date_of = day
            self._set_date(day)

    def _set_date(self, day):
        year = 1970
        while True:
            leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
            length = 366 if leap else 365
            if day < length:
                break
            day -= length
            year += 1
        month = 1
        for length in (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31):
            if day < length:
                break
            day -= length
            month += 1
        self.year, self.month, self.day = year, month, day + 1

    def set_solution(self, latitude_e7, longitude_e7, altitude_mm, north_mm_s, east_mm_s, down_mm_s):
        self.latitude_e7 = latitude_e7
        self.longitude_e7 = longitude_e7
        self.altitude_mm = altitude_mm
        self.north_mm_s = north_mm_s
        self.east_mm_s = east_mm_s
        self.down_mm_s = down_mm_s
        self.speed_mm_s = int(math.sqrt(north_mm_s * north_mm_s + east_mm_s * east_mm_s) + 0.5)
        self.course_e5 = course_e5(north_mm_s, east_mm_s)

    def set_fix(self, fix):
        self.fix = fix
        self.satellites = 11 if fix else 0

    def sentence(self, body):
        """Talker, checksum and line end around a body such as "TXT,01,..."."""
        data = (self._talker + body).encode()
        total = 0
        for c in data:
            total ^= c
        return b"$" + data + b"*%02X\r\n" % total

    def make(self, name):
        """The bytes of one kind of sentence (of several lines, for GSV)."""
        return getattr(self, "_" + name.lower())()

    def _clock(self):
        return "%02d%02d%02d.%02d" % (self.hour, self.minute, self.second, self.ms // 10) if self.known else ""

    def _place(self):
        if not self.fix:
            return ",,,"
        return "%s,%s,%s,%s" % (
            _angle(self.latitude_e7, 2),
            "S" if self.latitude_e7 < 0 else "N",
            _angle(self.longitude_e7, 3),
            "W" if self.longitude_e7 < 0 else "E",
        )

    def _speed(self, unit_per_km_e3):
        """Speed with three decimals: thousandths of a km/h are 3.6 mm/s."""
        value = (self.speed_mm_s * 36 * unit_per_km_e3 + 5000) // 10000
        return "%d.%03d" % (value // 1000, value % 1000)

    def _knots(self):
        value = (self.speed_mm_s * 900 + 231) // 463
        return "%d.%03d" % (value // 1000, value % 1000)

    def _course(self):
        # Below some 0.3 m/s the receiver gives no course.
        return "%d.%02d" % (self.course_e5 // 100000, self.course_e5 // 1000 % 100) if self.speed_mm_s > 300 else ""

    def _rmc(self):
        date = "%02d%02d%02d" % (self.day, self.month, self.year % 100) if self.known else ""
        if not self.fix:
            return self.sentence("RMC,%s,V,,,,,,,%s,,,N" % (self._clock(), date))
        return self.sentence(
            "RMC,%s,A,%s,%s,%s,%s,,,A" % (self._clock(), self._place(), self._knots(), self._course(), date)
        )

    def _vtg(self):
        if not self.fix:
            return self.sentence("VTG,,,,,,,,,N")
        return self.sentence("VTG,%s,T,,M,%s,N,%s,K,A" % (self._course(), self._knots(), self._speed(1000)))

    def _gga(self):
        if not self.fix:
            return self.sentence("GGA,%s,,,,,0,00,99.99,,,,,," % self._clock())
        return self.sentence(
            "GGA,%s,%s,1,%02d,0.92,%s,M,%s,M,,"
            % (self._clock(), self._place(), self.satellites, _metres(self.altitude_mm), _metres(self.geoid_mm))
        )

    def _gsa(self):
        if not self.fix:
            return self.sentence("GSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99")
        return self.sentence("GSA,A,3,02,05,07,13,15,18,20,21,26,29,30,,1.62,0.92,1.33")

    def _gsv(self):
        if not self.fix:
            return self.sentence("GSV,1,1,00")
        data = b""
        for line in range(3):
            body = "GSV,3,%d,11" % (line + 1)
            for i in range(line * 4, min(line * 4 + 4, 11)):
                body += ",%02d,%02d,%03d,%02d" % (2 + i * 3, 10 + i * 7, i * 37 % 360, 28 + i * 5 % 17)
            data += self.sentence(body)
        return data

    def _gll(self):
        if not self.fix:
            return self.sentence("GLL,,,,,%s,V,N" % self._clock())
        return self.sentence("GLL,%s,%s,A,A" % (self._place(), self._clock()))


def _angle(value_e7, degree_digits):
    """ddmm.mmmmm, to the nearest 1e-5 minute."""
    value_e7 = abs(value_e7)
    minutes_e5 = (value_e7 * 60 + 50) // 100
    degrees, minutes_e5 = minutes_e5 // 6000000, minutes_e5 % 6000000
    return ("%02d" if degree_digits == 2 else "%03d") % degrees + "%02d.%05d" % (
        minutes_e5 // 100000,
        minutes_e5 % 100000,
    )


def _metres(mm):
    tenths = (abs(mm) + 50) // 100
    return "%s%d.%d" % ("-" if mm < 0 and tenths else "", tenths // 10, tenths % 10)
