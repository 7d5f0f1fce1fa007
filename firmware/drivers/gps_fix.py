"""What a GPS receiver said last: position, speed, quality and time, all integers, None where not valid.

Time is kept as day and second of day, because seconds since 1970 do not fit the 31-bit integers that a board keeps
off its heap; the receiver's `unix_s` is made from them when somebody asks.
"""

from micropython import const

_DAYS_TO_2000 = const(10957)
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)

# A receiver that has outlived its 1024 weeks reports a date 7168 days too early. Nothing of ours flew before 2018.
_EARLIEST_DAY = const(17532)
_ROLLOVER_DAYS = const(7168)

_HIGHEST_MM = const(100000000)  # no balloon: 100 km
_LOWEST_MM = const(-1000000)


class GpsFix:
    def __init__(self):
        self.latitude_e7 = None  # 1e-7 degree, north positive
        self.longitude_e7 = None  # 1e-7 degree, east positive
        self.altitude_mm = None  # above mean sea level
        self.north_mm_s = None  # None from NMEA
        self.east_mm_s = None  # None from NMEA
        self.down_mm_s = None  # None from NMEA
        self.ground_speed_mm_s = None
        self.course_e5 = None  # 1e-5 degree, clockwise from north
        self.horizontal_accuracy_mm = None  # None from NMEA
        self.vertical_accuracy_mm = None  # None from NMEA
        self.fix_type = 0  # 0 none, 2 without a measured altitude, 3 with
        self.satellites = 0  # used in the solution
        self.time_valid = False
        self.unix_ms_part = None  # 0 to 999, to be added to unix_s

        self.epoch = -1  # what the decoders recognise a repeated solution by: never two newest fixes from one epoch
        self.rmc_epoch = -1
        self.gga_epoch = -1
        self.mode = 0  # what GSA said: 0 nothing yet, 1 no fix, 2, 3
        self.comma = 0  # where the NMEA field last read ends
        self.place_length = 0  # characters from latitude to E or W
        self.date = -1  # as the decoder names it that set it last
        self.day = -1  # since 1970; -1 unknown
        self.second = 0  # of the day; -1 and 86400 are fine

    def clear_position(self):
        """No fix: nothing stale may look valid."""
        self.fix_type = 0
        self.latitude_e7 = self.longitude_e7 = self.altitude_mm = None
        self.north_mm_s = self.east_mm_s = self.down_mm_s = None
        self.ground_speed_mm_s = self.course_e5 = None
        self.horizontal_accuracy_mm = self.vertical_accuracy_mm = None

    def clear_time(self):
        self.time_valid = False
        self.unix_ms_part = None

    def set_place(self, latitude_e7, longitude_e7):
        """Take a place; one outside the Earth clears everything and returns False."""
        if -900000000 <= latitude_e7 <= 900000000 and -1800000000 <= longitude_e7 <= 1800000000:
            self.latitude_e7 = latitude_e7
            self.longitude_e7 = longitude_e7
            return True
        self.clear_position()
        return False

    def set_altitude(self, altitude_mm):
        """Take an altitude or None; one where no balloon is clears everything and returns False."""
        if altitude_mm is None or _LOWEST_MM <= altitude_mm <= _HIGHEST_MM:
            self.altitude_mm = altitude_mm
            return True
        self.clear_position()
        return False

    def set_date(self, name, year, month, day):
        """Take a UTC date, year 2000 to 2099; `name` is left in `date`, so that nobody need set it twice."""
        self.date = name
        self.day = _day_number(year, month, day)

    def set_time(self, hour, minute, second, ms):
        """Take a time of the date set before, ms -1000 to 1000; an impossible one clears the time."""
        if self.day < 0 or hour > 23 or minute > 59 or second > 60:
            return self.clear_time()
        second += (hour * 60 + minute) * 60
        if ms < 0:
            ms += 1000
            second -= 1
        elif ms > 999:
            ms -= 1000
            second += 1
        self.second = second
        self.unix_ms_part = ms
        self.time_valid = True


def _day_number(year, month, day):
    """Days since 1970, or -1 for a date that cannot be."""
    if not (2000 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= 31):
        return -1
    year -= 2000
    days = _DAYS_TO_2000 + year * 365 + (year + 3) // 4 + _DAYS_BEFORE_MONTH[month - 1] + day - 1
    if month > 2 and year & 3 == 0:
        days += 1
    if days < _EARLIEST_DAY:
        days += _ROLLOVER_DAYS
    return days
