"""APRS as a TNC prints it (TNC2 monitor lines): `CALL>DEST,PATH*:text`; the position formats of APRS 1.0.1.

APRS Protocol Reference 1.0.1 (2000): chapters 6 to 9 (plain and compressed positions), 10 (Mic-E), 11 (objects, items).
The TNC has checked the frame; a line has no checksum of its own. Altitude is in feet in the air, metres here.
"""

import re

from ground.formats import aprs_mic_e
from ground.formats.aprs_place import Reading, read_compressed, read_plain
from ground.formats.heard import APRS, Heard, Place
from ground.formats.remarks import take_remarks

_CALL = rb"[A-Z0-9]{1,9}(?:-[A-Z0-9]{1,2})?"
# What loggers put before the line itself, as Direwolf does: [0.3] or [ig>tx].
_LINE = re.compile(
    rb"(?:\[[^\]\r\n]{1,12}\] )?(" + _CALL + rb")>([A-Z0-9]{1,6})(?:-[A-Z0-9]{1,2})?"
    rb"((?:,[A-Za-z0-9-]{1,10}\*?)*):(.+)",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"<0x([0-9a-fA-F]{2})>")
_CLOCK = re.compile(rb"(\d\d)(\d\d)(\d\d)([hz/])")
_ALTITUDE = re.compile(r"/A=(-\d{5}|\d{6})", re.ASCII)
_TELEMETRY = re.compile(r"\|((?:[!-{][!-{]){1,7})\|")
_OBJECT_BYTES = 9
_METRES_A_FOOT = 0.3048
_MIC_E = b"`'\x1c\x1d"
_HIGHEST_M = 100_000


def decode(line: bytes) -> Heard | None:
    """What a monitor line says; None when it is none, or says no place."""
    match = _LINE.fullmatch(line.rstrip(b"\r\n"))
    if match is None:
        return None
    callsign, destination, _, text = match.groups()
    text = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)  # as aprs.fi writes bytes without a shape
    heard = Heard(APRS, callsign.decode(), raw=line.rstrip(b"\r\n"))
    first, rest = text[:1], text[1:]
    if first in (b"!", b"="):
        return _positioned(heard, rest)
    if first in (b"/", b"@"):
        clock = _CLOCK.match(rest)
        return None if clock is None else _positioned(heard._replace(time_s=_time_s(clock)), rest[clock.end() :])
    if first and first in _MIC_E:
        found = aprs_mic_e.decode(destination, text)
        return None if found is None else _filled(heard, *found)
    if first == b";" and len(rest) > _OBJECT_BYTES and rest[_OBJECT_BYTES : _OBJECT_BYTES + 1] in (b"*", b"_"):
        clock = _CLOCK.match(rest, _OBJECT_BYTES + 1)
        if clock is None:
            return None
        named = heard._replace(callsign=_name(rest[:_OBJECT_BYTES]) or heard.callsign, time_s=_time_s(clock))
        return _positioned(named, rest[clock.end() :])
    if first == b")":
        item = re.match(rb"([^!_]{3,9})[!_]", rest)
        return None if item is None else _positioned(heard._replace(callsign=_name(item[1])), rest[item.end() :])
    return None


def _name(data: bytes) -> str:
    return data.decode("ascii", "replace").strip()


def _time_s(clock: "re.Match[bytes]") -> int | None:
    """Seconds since midnight UTC; of a local time (a slash) nothing is known."""
    one, two, three = (int(part) for part in clock.groups()[:3])
    if clock[4] == b"h":
        return one * 3600 + two * 60 + three if one < 24 and two < 60 and three < 60 else None
    return two * 3600 + three * 60 if clock[4] == b"z" and two < 24 and three < 60 else None


def _positioned(heard: Heard, text: bytes) -> Heard | None:
    found = read_plain(text) or read_compressed(text)
    return None if found is None else _filled(heard, *found)


def _filled(heard: Heard, reading: Reading, comment: bytes) -> Heard:
    said = "".join(letter if letter.isprintable() else " " for letter in comment.decode("utf-8", "replace")).strip()
    altitude_m = reading.altitude_m
    if (match := _ALTITUDE.search(said)) is not None:
        altitude_m = int(match[1]) * _METRES_A_FOOT
        said = (said[: match.start()] + said[match.end() :]).strip()
    number = None
    if (match := _TELEMETRY.search(said)) is not None:
        number = (ord(match[1][0]) - 33) * 91 + ord(match[1][1]) - 33
        said = (said[: match.start()] + said[match.end() :]).strip()
    place: Place | None = reading.place
    heard = heard._replace(
        number=number,
        latitude_e7=None if place is None else place.latitude_e7,
        longitude_e7=None if place is None else place.longitude_e7,
        altitude_m=None if altitude_m is None or abs(altitude_m) > _HIGHEST_M else round(altitude_m),
        speed_cm_s=reading.speed_cm_s,
        course_deg=reading.course_deg,
        symbol=reading.symbol,
        extra=said,
    )
    return take_remarks(heard, said)
