"""NMEA 0183 sentences RMC, GGA and GSA, read by whole lines with integers only.

NMEA 0183 4.11 as u-blox documents it (UBX-13003221 R28, chapter NMEA). Field k lies between comma k - 1 and comma k
(the last "comma" is the star); the first comma is the seventh
character of every sentence that is read, and `_split` finds the others.
"""

RMC = 1
GGA = 2
GSA = 3
UNUSED = 4  # GLL, GSV, VTG: sent by every receiver as it comes from the factory
OTHER = 0


def kind(data, at, address_end):
    """Which sentence starts at `at` (its dollar), whoever the talker; vendors' own sentences ($P...) are OTHER.

    `address_end` is the first comma's place behind `at`: 6 in every sentence that we read.
    """
    if address_end != 6 or data[at + 1] == 80:
        return OTHER
    a = data[at + 3]
    b = data[at + 4]
    c = data[at + 5]
    if a == 82:
        return RMC if b == 77 and c == 67 else OTHER
    if a == 71:
        if c == 65:
            return GGA if b == 71 else GSA if b == 83 else OTHER
        return UNUSED if (b == 83 and c == 86) or (b == 76 and c == 76) else OTHER
    return UNUSED if a == 86 and b == 84 and c == 71 else OTHER


_POWERS = (1, 10, 100, 1000, 10000, 100000, 1000000, 10000000)


def decimal(data, start, end, places):
    """The unsigned decimal number in data[start:end] times 10**places (at most 7), truncated; None when it is none.

    More than 9 - places digits before the point are refused, so the value always fits a board's small integer.
    """
    if start >= end:
        return None
    # With one variable or argument more, a board would take this frame from the heap: so `c` has two meanings.
    value = 0
    stop = data.find(b".", start)
    if stop < 0 or stop > end:
        stop = end
    if stop - start > 9 - places:
        return None
    for c in range(start, stop):
        c = data[c] ^ 48  # one comparison tells digits from everything else
        if c > 9:
            return None
        value = value * 10 + c
    if stop < end:
        start = stop + 1
        stop = start + places
        if stop > end:
            stop = end
        places -= stop - start
        for c in range(start, stop):
            c = data[c] ^ 48
            if c > 9:
                return None
            value = value * 10 + c
        while stop < end:  # digits too fine for us must be digits all the same
            if data[stop] ^ 48 > 9:
                return None
            stop += 1
    return value * _POWERS[places] if places else value


def _angle_e7(data, start, end, minutes, letters):
    """An angle written (d)ddmm.mmm, its minutes at `minutes`, and the hemisphere letter behind it, as 1e-7 degree.

    `letters` are the positive and the negative one. None when it is no angle.
    """
    if minutes >= end:
        return None
    start = decimal(data, start, minutes, 0)
    minutes = decimal(data, minutes, end, 7)
    if start is None or minutes is None or minutes >= 600000000:
        return None
    start = start * 10000000 + (minutes + 30) // 60
    if data[end + 1] == letters[0]:
        return start
    return -start if data[end + 1] == letters[1] else None


def _split(data, at, commas, fields, wanted):
    """Note the places of the commas that end fields 1 to `wanted`, or to the last one, which the star ends."""
    if wanted >= fields:
        wanted = fields - 1
        commas[fields] = data.find(b"*", at)
    at += 6
    fields = 0
    while fields < wanted:  # neither a loop over a range nor data.find in a variable: both would take from the heap
        fields += 1
        at = data.find(b",", at + 1)
        commas[fields] = at


def _epoch(data, start):
    """What tells a time of day from its neighbours, cheaper than reading it: minute, seconds and tenth. -1 for none."""
    if data.find(b",", start, start + 6) >= 0:
        return -1
    return ((data[start + 3] << 7 ^ data[start + 4]) << 7 ^ data[start + 5]) << 7 ^ data[start + 7]


def _position(fix, data, commas, first, altitude_mm, read_already):
    """Read latitude, N/S, longitude, E/W from field `first` on into the fix.

    RMC and GGA of one epoch give the same place: the second of them (`read_already`) is spared 0.8 ms of digits.
    """
    if read_already and fix.latitude_e7 is not None:
        return fix.set_position(fix.latitude_e7, fix.longitude_e7, altitude_mm)
    start = commas[first - 1] + 1
    latitude_e7 = _angle_e7(data, start, commas[first], start + 2, b"NS")
    start = commas[first + 1] + 1
    longitude_e7 = _angle_e7(data, start, commas[first + 2], start + 3, b"EW")
    if latitude_e7 is None or longitude_e7 is None:
        fix.clear_position()
        return False
    return fix.set_position(latitude_e7, longitude_e7, altitude_mm)


def read_rmc(fix, data, at, commas, fields):
    """Recommended minimum: time, date, position, speed over ground, course.

    Returns 1 for news, 0 for a time seen before, -1 for impossible values.
    """
    if fields < 9:
        return -1
    epoch = _epoch(data, at + 7)
    if epoch == fix.rmc_epoch and epoch >= 0:
        return 0
    fix.rmc_epoch = epoch
    _split(data, at, commas, fields, 11)
    date = decimal(data, commas[8] + 1, commas[9], 0)
    hms = decimal(data, at + 7, commas[1], 3)  # hhmmss.sss
    if date is None or hms is None or commas[1] - at < 13 or hms % 100000 > 60999:
        fix.clear_time()
    else:
        ms = hms % 100000
        hms //= 100000
        fix.set_time(2000 + date % 100, date // 100 % 100, date // 10000, hms // 100, hms % 100, ms // 1000, ms % 1000)

    # Mode: A autonomous, D differential, F and R real time; N none, E dead reckoning, M typed in, S simulated.
    mode = data[commas[11] + 1] if fields >= 12 else 65
    if data[commas[1] + 1] != 65 or mode == 78 or mode == 69 or mode == 77 or mode == 83:
        fix.clear_position()
        return 1
    if not _position(fix, data, commas, 3, fix.altitude_mm, epoch == fix.gga_epoch and epoch >= 0):
        return -1
    if fix.fix_type == 0:
        fix.fix_type = 2
    if fix.north_mm_s is not None:
        _from_nmea(fix)
    # Knots to mm/s: 1852 m an hour, so 463/900 of a mm/s to a thousandth of a knot.
    knots_e3 = decimal(data, commas[6] + 1, commas[7], 3)
    fix.ground_speed_mm_s = None if knots_e3 is None or knots_e3 >= 2000000 else (knots_e3 * 463 + 450) // 900
    course_e5 = decimal(data, commas[7] + 1, commas[8], 5)
    fix.course_e5 = None if course_e5 is None or course_e5 > 36000000 else course_e5
    return 1


def read_gga(fix, data, at, commas, fields):
    """Fix data: time of day, position, quality, satellites, altitude above mean sea level. Returns as read_rmc."""
    if fields < 10:
        return -1
    epoch = _epoch(data, at + 7)
    if epoch == fix.gga_epoch and epoch >= 0:
        return 0
    fix.gga_epoch = epoch
    _split(data, at, commas, fields, 9)
    satellites = decimal(data, commas[6] + 1, commas[7], 0)
    fix.satellites = satellites if satellites is not None and satellites < 256 else 0
    # Quality 1 to 5 are measured; 0 is no fix, 6 dead reckoning, 7 typed in, 8 simulated.
    if not 49 <= data[commas[5] + 1] <= 53 or commas[6] - commas[5] != 2:
        fix.clear_position()
        return 1
    start = commas[8] + 1
    negative = data[start] == 45
    altitude_mm = decimal(data, start + negative, commas[9], 3)
    if altitude_mm is not None:
        if data[commas[9] + 1] != 77:
            altitude_mm = None
        elif negative:
            altitude_mm = -altitude_mm
    if not _position(fix, data, commas, 2, altitude_mm, epoch == fix.rmc_epoch and epoch >= 0):
        return -1
    # Three satellites give no altitude: the receiver repeats the last one. GSA, where it is sent, says so too.
    fix.fix_type = 3 if altitude_mm is not None and fix.satellites > 3 and (fix.mode == 0 or fix.mode == 3) else 2
    fix.mode = 0  # good for one fix: the receiver may be told to send no more of them
    if fix.north_mm_s is not None:
        _from_nmea(fix)
    return 1


def read_gsa(fix, data, at, commas, fields):
    """Active satellites: only the mode, 1 no fix, 2 without altitude, 3 with. Never news."""
    if fields < 2:
        return 0
    _split(data, at, commas, fields, 2)
    if commas[2] - commas[1] != 2:
        return 0
    mode = data[commas[1] + 1] - 48
    if 1 <= mode <= 3:
        fix.mode = mode
        if mode < 3 and fix.fix_type == 3:
            fix.fix_type = 2
    return 0


def _from_nmea(fix):
    """What only UBX tells is not known any more."""
    fix.north_mm_s = fix.east_mm_s = fix.down_mm_s = None
    fix.horizontal_accuracy_mm = fix.vertical_accuracy_mm = None
