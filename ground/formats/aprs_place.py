"""Plain and compressed positions of APRS 1.0.1 (chapters 6, 7 and 9), with what stands right behind them."""

import re
from typing import NamedTuple

from ground.formats.heard import Place, place_e7

CM_S_A_KNOT = 51.4444
_METRES_A_FOOT = 0.3048
_PLAIN = re.compile(
    rb"(\d\d)([0-5 ][\d ]\.[\d ]{2})([NSns])([\x21-\x7e])([01]\d\d)([0-5 ][\d ]\.[\d ]{2})([EWew])([\x21-\x7e])"
)
_COURSE = re.compile(rb"([0-3 .]\d{2}|[ .]{3})/(\d{3}|[ .]{3})")
_COMPRESSED = re.compile(rb"([/\\A-Za-j])([\x21-\x7b]{4})([\x21-\x7b]{4})([\x21-\x7e])(.)(.)(.)", re.DOTALL)
# In the byte behind course and speed: how they were made. 2 of 4 (GGA): they are an altitude.
_SOURCE_MASK, _FROM_GGA = 0x18, 0x10


class Reading(NamedTuple):
    place: Place | None
    symbol: str
    altitude_m: float | None = None
    speed_cm_s: int | None = None
    course_deg: int | None = None


def read_plain(text: bytes) -> tuple[Reading, bytes] | None:
    """(what it says, the comment) of `4903.50N/07201.75W-...`; None when it is none."""
    match = _PLAIN.match(text)
    if match is None:
        return None
    latitude = _degrees(match[1], match[2])
    longitude = _degrees(match[5], match[6])
    if match[3] in b"Ss":
        latitude = -latitude
    if match[7] in b"Ww":
        longitude = -longitude
    comment = text[match.end() :]
    speed = course = None
    if (said := _COURSE.match(comment)) is not None:
        comment = comment[said.end() :]
        course, speed = course_of(_number(said[1])), _number(said[2])
    place = place_e7(latitude, longitude)
    symbol = (match[4] + match[8]).decode()
    return Reading(place, symbol, None, None if speed is None else round(speed * CM_S_A_KNOT), course), comment


def read_compressed(text: bytes) -> tuple[Reading, bytes] | None:
    """(what it says, the comment) of `/5L!!<*e7>7P[...`; None when it is none."""
    match = _COMPRESSED.match(text)
    if match is None:
        return None
    latitude = 90 - _base_91(match[2]) / 380_926
    longitude = -180 + _base_91(match[3]) / 190_463
    table = match[1].decode()
    # A digit over the symbol is a letter here, as a digit would look like a plain position.
    symbol = (chr(ord(table) - ord("a") + ord("0")) if table in "abcdefghij" else table) + match[4].decode()
    first, second, kind = match[5][0], match[6][0], match[7][0] - 33
    reading = Reading(place_e7(latitude, longitude), symbol)
    if first != ord(" ") and 33 <= first <= 123 and second >= 33:
        if kind & _SOURCE_MASK == _FROM_GGA:
            exponent = (first - 33) * 91 + second - 33
            reading = reading._replace(altitude_m=1.002**exponent * _METRES_A_FOOT)
        elif first <= ord("z"):
            speed = round((1.08 ** (second - 33) - 1) * CM_S_A_KNOT)
            reading = reading._replace(course_deg=course_of((first - 33) * 4), speed_cm_s=speed)
    return reading, text[match.end() :]


def course_of(degrees: int | None) -> int | None:
    """0 says unknown, 360 says north."""
    return None if degrees is None or not 0 < degrees <= 360 else degrees % 360


def _degrees(whole: bytes, minutes: bytes) -> float:
    """A place that is blurred on purpose has spaces for digits: the middle of what it can be."""
    blurred = minutes.replace(b" ", b"5", 1).replace(b" ", b"0") if b" " in minutes else minutes
    if minutes[:1] == b" ":
        blurred = b"30.00"
    return int(whole) + float(blurred) / 60


def _number(digits: bytes) -> int | None:
    return int(digits) if digits.isdigit() else None


def _base_91(digits: bytes) -> int:
    value = 0
    for digit in digits:
        value = value * 91 + digit - 33
    return value
