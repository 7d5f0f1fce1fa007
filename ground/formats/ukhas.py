"""UKHAS sentences: `$$CALL,number,HH:MM:SS,latitude,longitude,altitude,...*CCCC\\n`. Read with mercy, written strictly.

The checksum is over what stands between the last `$` and the `*`. After the altitude every payload has fields of its
own, so they stay text. Altitude in metres, places in degrees.
"""

import re

from ground.formats.checksum import crc16
from ground.formats.heard import UKHAS, Heard, place_e7

LONGEST_BYTES = 512  # between `$` and `*`; the longest seen in the air have about 200

# Printable ASCII without `$` and `*`.
_BODY = rb"[ -#%-)+-~]"
_SENTENCE = re.compile(rb"\$(" + _BODY + rb"{1,%d})\*([0-9A-Fa-f]{4})" % LONGEST_BYTES)
_BEGINNING = re.compile(rb"\$" + _BODY + rb"{0,%d}(?:\*[0-9A-Fa-f]{0,3})?\Z" % LONGEST_BYTES)
_MOST_DOLLARS = 8  # that are counted as part of a sentence
_CLOCK = re.compile(r"([0-2]?\d):?([0-5]\d)(?::?([0-5]\d)(?:\.\d*)?)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_FIELDS = 6
_MOST_DIGITS = 9  # of a message's number
_HIGHEST_M = 1_000_000


def find(data: bytes, start: int = 0) -> tuple[int, int, bytes] | None:
    """(begin, end, what it says) of the next sentence whose checksum holds."""
    for match in _SENTENCE.finditer(data, start):
        if crc16(match[1]) == int(match[2], 16):
            return max(start, _first_dollar(data, match.start())), match.end(), match[1]
    return None


def unfinished(data: bytes) -> int:
    """Where a sentence begins that more bytes could finish; len(data) where there is none."""
    match = _BEGINNING.search(data, max(0, len(data) - LONGEST_BYTES - _MOST_DOLLARS))
    return len(data) if match is None else _first_dollar(data, match.start())


def _first_dollar(data: bytes, at: int) -> int:
    run = data[max(0, at - _MOST_DOLLARS) : at]
    return at - len(run) + len(run.rstrip(b"$"))


def decode(body: bytes, raw: bytes = b"") -> Heard:
    """What a sentence says that was found. A field that is empty or makes no sense is unknown; `raw` has it still."""
    fields = [field.strip() for field in body.decode("ascii", "replace").split(",")]
    heard = Heard(UKHAS, fields[0], raw=raw)
    if len(fields) < _FIELDS:
        return heard._replace(extra=",".join(fields[1:]))
    latitude, longitude, altitude = (_number(field) for field in fields[3:_FIELDS])
    place = None if latitude is None or longitude is None else place_e7(latitude, longitude)
    if altitude is not None and abs(altitude) > _HIGHEST_M:
        altitude = None
    if place is None and not altitude:  # 0 m beside no place is what a tracker says that knows nothing
        altitude = None
    return heard._replace(
        number=int(fields[1]) if fields[1].isdigit() and len(fields[1]) <= _MOST_DIGITS else None,
        time_s=_time_s(fields[2]),
        latitude_e7=None if place is None else place.latitude_e7,
        longitude_e7=None if place is None else place.longitude_e7,
        altitude_m=None if altitude is None else round(altitude),
        extra=",".join(fields[_FIELDS:]),
    )


def encode(heard: Heard) -> bytes:
    """A sentence with its line end; unknown fields are empty. ValueError for what no sentence can hold."""
    clock = ""
    if heard.time_s is not None:
        clock = f"{heard.time_s // 3600:02}:{heard.time_s // 60 % 60:02}:{heard.time_s % 60:02}"
    fields = [
        heard.callsign,
        "" if heard.number is None else str(heard.number),
        clock,
        "" if heard.latitude_e7 is None else f"{heard.latitude_e7 / 1e7:.7f}",
        "" if heard.longitude_e7 is None else f"{heard.longitude_e7 / 1e7:.7f}",
        "" if heard.altitude_m is None else str(heard.altitude_m),
    ]
    if "," in heard.callsign:
        raise ValueError(f"{heard.callsign!r} is no callsign: it holds a comma.")
    if heard.extra:
        fields.append(heard.extra)
    body = ",".join(fields).encode("ascii", "replace")
    if re.fullmatch(_BODY + rb"{1,%d}" % LONGEST_BYTES, body) is None:
        raise ValueError(
            f"{body!r} is no sentence: letters, digits and signs but $ and * only, {LONGEST_BYTES} of them."
        )
    return b"$$%s*%04X\n" % (body, crc16(body))


def _number(field: str) -> float | None:
    return float(field) if len(field) <= 20 and _NUMBER.fullmatch(field) else None


def _time_s(field: str) -> int | None:
    match = _CLOCK.fullmatch(field)
    if match is None or int(match[1]) > 23:
        return None
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
