"""Mic-E positions of APRS 1.0.1 (chapter 10): latitude in the destination address, the rest in nine bytes of text."""

import re

from ground.formats.aprs_place import CM_S_A_KNOT, Reading, course_of
from ground.formats.heard import place_e7

_TEXT_BYTES = 9
_ALTITUDE = re.compile(rb"([\x21-\x7b]{3})\}")
_LOWEST_M = 10_000  # altitudes count from this far below the sea


def decode(destination: bytes, text: bytes) -> tuple[Reading, bytes] | None:
    """(what it says, the comment); None when it is none. text: with its first byte, that says the kind."""
    if len(destination) != 6 or len(text) < _TEXT_BYTES:
        return None
    digits = [_digit(letter) for letter in destination]
    if None in digits[:3] or any(letter < 28 for letter in text[1:7]):
        return None
    # A digit that is blurred on purpose is taken as the middle of what it can be.
    tens, ones, tenths, hundredths = (5 if digit is None else digit for digit in digits[2:])
    minutes = tens * 10 + ones + (tenths * 10 + hundredths) / 100
    latitude = (digits[0] or 0) * 10 + (digits[1] or 0) + minutes / 60
    if minutes >= 60:
        return None
    if not _high(destination[3]):
        latitude = -latitude
    degrees = text[1] - 28 + (100 if _high(destination[4]) else 0)
    if 180 <= degrees <= 189:
        degrees -= 80
    elif 190 <= degrees <= 199:
        degrees -= 190
    east = (text[2] - 28) % 60
    longitude = degrees + (east + (text[3] - 28) / 100) / 60
    if _high(destination[5]):
        longitude = -longitude
    speed = (text[4] - 28) * 10 + (text[5] - 28) // 10
    course = (text[5] - 28) % 10 * 100 + text[6] - 28
    speed -= 800 if speed >= 800 else 0
    course -= 400 if course >= 400 else 0
    symbol = (text[8:9] + text[7:8]).decode("ascii", "replace")
    comment = text[_TEXT_BYTES:]
    altitude_m = None
    if (match := _ALTITUDE.search(comment, 0, 6)) is not None:
        altitude_m = float((match[1][0] - 33) * 8281 + (match[1][1] - 33) * 91 + match[1][2] - 33 - _LOWEST_M)
        comment = comment[: match.start()] + comment[match.end() :]
    place = place_e7(latitude, longitude)
    return Reading(place, symbol, altitude_m, round(speed * CM_S_A_KNOT), course_of(course)), comment


def _digit(letter: int) -> int | None:
    """Of 0-9, A-J and P-Y; None for the spaces of a blurred place (K, L, Z), and for all else."""
    character = chr(letter)
    if "0" <= character <= "9":
        return letter - ord("0")
    if "A" <= character <= "J":
        return letter - ord("A")
    return letter - ord("P") if "P" <= character <= "Y" else None


def _high(letter: int) -> bool:
    """Whether a letter of the destination says north, a hundred degrees more, or west."""
    return letter >= ord("P")
