"""NMEA 0183 sentences RMC, GGA and GSA, read from front to back with integers only.

NMEA 0183 4.11 as u-blox documents it (UBX-13003221 R28, chapter NMEA). Whoever calls has checked the sentence. A
field read leaves in `fix.comma` the place of the comma (or star) behind it: the search for a
comma that a reader of digits runs into anyway would cost a board as much as two digits.
"""

from micropython import const

RMC = 1
GGA = 2
GSA = 3
UNUSED = 4  # GLL, GSV, VTG: sent by every receiver as it comes from the factory
OTHER = 0

_RMC = const(0x524D43)
_GGA = const(0x474741)
_GSA = const(0x475341)
_GLL = const(0x474C4C)
_GSV = const(0x475356)
_VTG = const(0x565447)

# Characters less "0" by exclusive or: one comparison tells digits from all others.
_POINT = const(30)
_COMMA = const(28)
_STAR = const(26)
_POWERS = (1, 10, 100, 1000, 10000, 100000, 1000000, 10000000)


def kind(data, at):
    """Which sentence starts at `at` (its dollar), whoever the talker; vendors' own sentences ($P...) are OTHER."""
    if data[at + 6] != 44 or data[at + 1] == 80:
        return OTHER
    name = (data[at + 3] << 8 | data[at + 4]) << 8 | data[at + 5]
    if name == _RMC:
        return RMC
    if name == _GGA:
        return GGA
    if name == _GSA:
        return GSA
    return UNUSED if name in (_GSV, _GLL, _VTG) else OTHER


def decimal(fix, data, at, places):
    """The unsigned decimal number at `at` times 10**places (at most 7), truncated; None when the field is none.

    More than 9 - places digits before the point are refused, so the value always fits a board's small integer.
    """
    start = at
    value = 0
    c = data[at] ^ 48
    while c < 10:
        value = value * 10 + c
        at += 1
        c = data[at] ^ 48
    if at - start > 9 - places or (at == start and c != _POINT):
        value = -1  # and negative it stays, whatever digits follow
    if c == _POINT:
        at += 1
        start = at
        c = data[at] ^ 48
        while c < 10:
            value = value * 10 + c
            at += 1
            c = data[at] ^ 48
        places -= at - start
    fix.comma = at
    if c != _COMMA and c != _STAR:
        return _skip(fix, data, at)
    if value < 0:
        return None
    if places > 0:
        return value * _POWERS[places]
    return value // 10 ** abs(places) if places else value


def _skip(fix, data, at, fields=1):
    """Go to the end of the field that `at` is in, or of one behind it, but past no star."""
    while fields:
        fields -= 1
        comma = data.find(b",", at)
        star = data.find(b"*", at)
        if star < 0:
            star = at  # only behind the sentence's own
        fix.comma = star if comma < 0 or star < comma else comma
        at = fix.comma + (data[fix.comma] == 44)


def _angle_e7(fix, data, at, letters):
    """An angle written (d)ddmm.mmm and the hemisphere letter behind it, as 1e-7 degree; None when it is no angle.

    `letters` are b"NS" for two digits of degrees, b"EW" for three.
    """
    degrees = 0
    minutes = at + 2 if letters[0] == 78 else at + 3
    while at < minutes:
        if data[at] ^ 48 > 9:
            return None
        degrees = degrees * 10 + data[at] - 48
        at += 1
    minutes = decimal(fix, data, at, 7)
    at = fix.comma
    if minutes is None or minutes >= 600000000 or data[at + 2] != 44:
        return None
    fix.comma = at + 2
    minutes = degrees * 10000000 + (minutes + 30) // 60
    at = data[at + 1]
    if at == letters[0]:
        return minutes
    return -minutes if at == letters[1] else None


def _place(fix, data, at):
    """Read latitude, N/S, longitude, E/W from `at` on into the fix; False when they are none, and nothing is left.

    RMC and GGA of one epoch give the same place: the second is spared its digits, where the longitude's letter shows
    that it is as long as the first.
    """
    if fix.rmc_epoch == fix.gga_epoch and fix.gga_epoch >= 0 and fix.latitude_e7 is not None:
        fix.comma = at + fix.place_length
        if data[fix.comma] == 44 and data[fix.comma - 2] == 44 and data[fix.comma - 1] in b"EW":
            return True
    latitude_e7 = _angle_e7(fix, data, at, b"NS")
    if latitude_e7 is not None:
        longitude_e7 = _angle_e7(fix, data, fix.comma + 1, b"EW")
        if longitude_e7 is not None and fix.set_place(latitude_e7, longitude_e7):
            at = fix.comma - at
            fix.place_length = at if at < 32 else 0  # no farther does the stream let us look beyond its end
            if fix.north_mm_s is not None:  # what only UBX tells is not known any more
                fix.north_mm_s = fix.east_mm_s = fix.down_mm_s = None
                fix.horizontal_accuracy_mm = fix.vertical_accuracy_mm = None
            return True
    fix.clear_position()
    return False


def _epoch(data, at):
    """What tells a time of day at `at` from its neighbours: minute, seconds and tenth. -1 for none."""
    if data[at] == 44:
        return -1
    return ((data[at + 3] << 7 ^ data[at + 4]) << 7 ^ data[at + 5]) << 7 ^ data[at + 7]


def _time(fix, data, hms):
    """Take hhmmss.sss in milliseconds as written, None for none, and the date ddmmyy in the field that comes next."""
    date = decimal(fix, data, fix.comma + 1, 0)
    if hms is None or date is None:
        return fix.clear_time()
    if fix.date != ~date:  # below zero, where no date from UBX is
        fix.set_date(~date, 2000 + date % 100, date // 100 % 100, date // 10000)
    date = hms // 1000
    fix.set_time(date // 10000, date // 100 % 100, date % 100, hms % 1000)


# None of these functions needs more than 11 words, or it would be given them from the heap at each call.


def read_rmc(fix, data, at, star):
    """Recommended minimum: time, date, position, speed over ground, course.

    Returns 1 for news, 0 for a time seen before, -1 for impossible values.
    """
    at += 7
    time = _epoch(data, at)
    if time == fix.rmc_epoch and time >= 0:
        return 0
    fix.rmc_epoch = time
    time = decimal(fix, data, at, 3)
    if fix.comma - at < 6:
        time = None
    news = _measured(fix, data, fix.comma)
    _time(fix, data, time)
    if fix.comma > star:  # too few fields
        fix.clear_time()
        news = -1
    at = data.find(b",", fix.comma + 1, star)
    if at > 0:
        at = data.find(b",", at + 1, star)
        # Mode: A autonomous, D differential, F and R real time; N none, E dead reckoning, M typed in, S simulated.
        if at > 0 and data[at + 1] in b"NEMS":
            news = 0
    if news < 1:
        fix.clear_position()
    return news or 1


def _measured(fix, data, comma):
    """Status to course, from the comma before the status on: 1 when good, 0 when not measured, -1 when impossible."""
    if data[comma + 1] != 65 or data[comma + 2] != 44:
        _skip(fix, data, comma + 1, 7)
        return 0
    if not _place(fix, data, comma + 3):
        _skip(fix, data, comma + 1, 7)
        return -1
    if fix.fix_type == 0:
        fix.fix_type = 2
    # Knots to mm/s: 1852 m an hour, so 463/900 of a mm/s to a thousandth of a knot.
    value = decimal(fix, data, fix.comma + 1, 3)
    fix.ground_speed_mm_s = None if value is None or value >= 2000000 else (value * 463 + 450) // 900
    value = decimal(fix, data, fix.comma + 1, 5)
    fix.course_e5 = None if value is None or value > 36000000 else value
    return 1


def read_gga(fix, data, at, star):
    """Fix data: time of day, position, quality, satellites, altitude above mean sea level. Returns as read_rmc."""
    at += 7
    epoch = _epoch(data, at)
    if epoch == fix.gga_epoch and epoch >= 0:
        return 0
    fix.gga_epoch = epoch
    at = data.find(b",", at, star) + 1
    if at == 0:
        return -1
    placed = data[at] != 44 and _place(fix, data, at)
    if not placed:
        _skip(fix, data, at, 4)
    at = _quality(fix, data, fix.comma + 1)
    # Quality 1 to 5 are measured; 0 is no fix, 6 dead reckoning, 7 typed in, 8 simulated.
    if 49 <= at <= 53:
        at = data.find(b",", fix.comma + 1, star)
        if placed and at > 0 and _altitude(fix, data, at + 1) and fix.comma < star:
            return 1
        at = 0
    fix.clear_position()
    return 1 if at else -1


def _quality(fix, data, at):
    """The character at `at`, 1 unless it is alone; and the satellites in the field behind it."""
    quality = data[at]
    if quality == 44 or data[at + 1] != 44:
        quality = 1
        _skip(fix, data, at)
        at = fix.comma - 1
    at = decimal(fix, data, at + 2, 0)
    fix.satellites = at if at is not None and at < 256 else 0
    return quality


def _altitude(fix, data, at):
    """Altitude above mean sea level at `at`, and what kind of fix it makes; False when it cannot be."""
    negative = data[at] == 45
    altitude_mm = decimal(fix, data, at + negative, 3)
    if altitude_mm is not None:
        if data[fix.comma + 1] != 77:
            altitude_mm = None
        elif negative:
            altitude_mm = -altitude_mm
    if not fix.set_altitude(altitude_mm):
        return False
    # Three satellites give no altitude: the receiver repeats the last one. GSA, where it is sent, says so too.
    fix.fix_type = 3 if altitude_mm is not None and fix.satellites > 3 and (fix.mode == 0 or fix.mode == 3) else 2
    fix.mode = 0  # good for one fix: the receiver may be told to send no more of them
    return True


def read_gsa(fix, data, at, star):
    """Active satellites: only the mode, 1 no fix, 2 without altitude, 3 with. Never news."""
    if data[at + 8] == 44 and data[at + 10] == 44:
        mode = data[at + 9] - 48
        if 1 <= mode <= 3:
            fix.mode = mode
            if mode < 3 and fix.fix_type == 3:
                fix.fix_type = 2
    return 0
