"""Horus Binary v1 (22 bytes) and v2 (32 bytes): packets without a mark at their beginning, CRC-16 last, little-endian.

Speed is in km/h, the battery in 1/255 of 5 V, temperature in whole degrees Celsius. v2 ends with nine bytes that each
payload fills as it likes: they stay hexadecimal text.
"""

import math
import re
import struct
from collections.abc import Iterator

from ground.formats.checksum import BYTES, crc16
from ground.formats.heard import HORUS_1, HORUS_2, Heard, place_e7

_V1 = struct.Struct("<BH3sffHBBbBH")
_V2 = struct.Struct("<HH3sffHBBbB9sH")
LONGEST_BYTES = _V2.size
# Hour, minute, second: the first thing in a packet that not every byte can be.
_CLOCK = re.compile(rb"(?s)(?=[\x00-\x17][\x00-\x3b][\x00-\x3b])")
# Layout, bytes before the clock, kind.
_FORMATS = ((_V2, 4, HORUS_2), (_V1, 3, HORUS_1))
# Degrees that a GPS can say and that are not 0: noise read as a float is seldom between these.
_SMALLEST_DEGREES = 1e-7
_FULL_BATTERY_MV = 5000
_CM_S_PER_KM_H = 100_000 / 3600
_MAX_KM_H = 255


def find(data: bytes, start: int, tried: int) -> Iterator[tuple[int, int, Heard]]:
    """(begin, end, what it says) of each packet, none overlapping. Those that end at or before `tried` are left out."""
    for match in _CLOCK.finditer(data, start):
        for layout, before, kind in _FORMATS:
            begin = match.start() - before
            end = begin + layout.size
            if begin < start or not tried < end <= len(data):
                continue
            heard = decode(data[begin:end], kind)
            if heard is not None:
                yield begin, end, heard
                start = end
                break


def decode(packet: bytes, kind: str) -> Heard | None:
    """What a packet of HORUS_1 or HORUS_2 says; None when its checksum or its clock or its place cannot be.

    Found in noise at every offset, a checksum alone would let a packet through every 65536 bytes.
    """
    end = len(packet) - BYTES
    if crc16(packet[:end]) != packet[end] | packet[end + 1] << 8:
        return None
    custom = b""
    if kind == HORUS_1:
        fields = _V1.unpack(packet)
    else:
        fields = _V2.unpack(packet)
        custom = fields[-2]
    identity, number, clock, latitude, longitude, altitude, speed, satellites, temperature, battery = fields[:10]
    hour, minute, second = clock
    if hour > 23 or minute > 59 or second > 59 or not (_is_degrees(latitude, 90.0) and _is_degrees(longitude, 180.0)):
        return None
    place = place_e7(latitude, longitude)
    fixed = place is not None
    return Heard(
        kind,
        f"id {identity}",
        number,
        hour * 3600 + minute * 60 + second,
        place.latitude_e7 if place is not None else None,
        place.longitude_e7 if place is not None else None,
        altitude if fixed or altitude else None,
        round(speed * _CM_S_PER_KM_H) if fixed or speed else None,
        None,
        satellites,
        temperature,
        round(battery * _FULL_BATTERY_MV / 255),
        extra=custom.hex() if any(custom) else "",
        raw=packet,
    )


def encode_v2(identity: int, heard: Heard) -> bytes:
    """A packet of 32 bytes; what is unknown is sent as 0, which is all this format knows. Values are saturated.

    heard.extra: hexadecimal digits of up to nine bytes.
    """
    time_s = heard.time_s or 0
    fields = (
        _within(identity, 0, 0xFFFF),
        (heard.number or 0) & 0xFFFF,
        bytes((time_s // 3600 % 24, time_s // 60 % 60, time_s % 60)),
        (heard.latitude_e7 or 0) / 1e7,
        (heard.longitude_e7 or 0) / 1e7,
        _within(heard.altitude_m or 0, 0, 0xFFFF),
        _within(round((heard.speed_cm_s or 0) / _CM_S_PER_KM_H), 0, _MAX_KM_H),
        _within(heard.satellites or 0, 0, 0xFF),
        _within(round(heard.temperature_c or 0), -128, 127),
        _within(round((heard.battery_mv or 0) * 255 / _FULL_BATTERY_MV), 0, 0xFF),
        bytes.fromhex(heard.extra)[:9],
    )
    packet = _V2.pack(*fields, 0)[:-BYTES]
    return packet + crc16(packet).to_bytes(BYTES, "little")


def _is_degrees(value: float, limit: float) -> bool:
    return math.isfinite(value) and (value == 0.0 or _SMALLEST_DEGREES <= abs(value) <= limit)


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
