"""Horus Binary v3: a CRC-16 over everything after it, then fields in ASN.1's unaligned packed rules, filled with zeros.

Written from the format's public description; other people's definition file is not needed and not shipped. Packets have
one of five sizes. Reads only.
"""

from ground.formats.bit_reader import BitReader
from ground.formats.checksum import BYTES, crc16
from ground.formats.heard import HORUS_3, Heard, place_e7

SIZES = (128, 96, 64, 48, 32)
LONGEST_BYTES = SIZES[0]

_DIGITS = "0123456789"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SMALL = "abcdefghijklmnopqrstuvwxyz"
_CALLSIGN = "-/" + _DIGITS + _CAPITALS + _SMALL
_SENSOR_NAME = "-" + _DIGITS + _SMALL
_SENSOR_TEXT = " +-./" + _DIGITS + "=" + _CAPITALS + "_" + _SMALL
_TEMPERATURES = ("inside", "outside", "temperature 1", "temperature 2")
_VOLTS = ("battery", "solar", "volts 1", "volts 2")
_SAVING = ("off", "enabled", "acquisition", "tracking", "optimised", "inactive")
_OPTIONAL = 11  # fields that may be absent
_NO_TIME = -1
_NO_ALTITUDE = -1000
_E7 = 100  # a unit of a place is 1e-5 degree
_CM_S_PER_KM_H = 100_000 / 3600


def decode(packet: bytes) -> Heard | None:
    """What a packet says; None when its checksum does not hold or it says what cannot be."""
    if crc16(packet[BYTES:]) != packet[0] | packet[1] << 8:
        return None
    try:
        return _read(BitReader(packet[BYTES:]), packet)
    except ValueError:
        return None


def _read(bits: BitReader, packet: bytes) -> Heard | None:
    extended = bits.bits(1)
    sensors, speed, seen, climb, pressure, warmth, humidity, volts, counts, saving, custom = bits.flags(_OPTIONAL)
    callsign = bits.text(15, 1, _CALLSIGN)
    number = bits.number(0, 0xFFFF)
    time_s = bits.number(_NO_TIME, 86400)
    latitude = bits.number(-9_000_000, 9_000_000) * _E7
    longitude = bits.number(-18_000_000, 18_000_000) * _E7
    altitude = bits.number(_NO_ALTITUDE, 50_000)
    said: list[str] = []
    if sensors:
        said.extend(_sensor(bits, at) for at in range(bits.number(1, 4)))
    speed_km_h = bits.number(0, 512) if speed else None
    satellites = bits.number(0, 31) if seen else None
    climb_cm_s = bits.number(-32767, 32767) if climb else None
    if pressure:
        said.append(f"pressure {bits.number(0, 12000) / 10} hPa")
    temperatures = _group(bits, -1023, 1023, _TEMPERATURES) if warmth else {}
    if humidity:
        said.append(f"humidity {bits.number(0, 100)} %")
    millivolts = _group(bits, 0, 16383, _VOLTS) if volts else {}
    if counts:
        said.append("counts " + " ".join(str(bits.whole()) for _ in range(bits.number(1, 8))))
    if saving:
        said.append("power saving " + _SAVING[bits.number(0, len(_SAVING) - 1)])
    if custom:
        said.append("data " + bytes(bits.bits(8) for _ in range(bits.bits(8))).hex())
    # What later versions added stands behind, in a form that can be left unread; without it only zeros may follow.
    if not extended and not bits.rest_is_zero():
        return None
    inside = temperatures.pop("inside", None)
    battery = millivolts.pop("battery", None)
    said.extend(f"{name} {value / 10} C" for name, value in temperatures.items())
    said.extend(f"{name} {value} mV" for name, value in millivolts.items())
    place = place_e7(latitude / 1e7, longitude / 1e7)
    return Heard(
        HORUS_3,
        callsign,
        number,
        None if time_s == _NO_TIME else time_s,
        None if place is None else latitude,
        None if place is None else longitude,
        None if altitude == _NO_ALTITUDE else altitude,
        None if speed_km_h is None else round(speed_km_h * _CM_S_PER_KM_H),
        climb_cm_s,
        satellites,
        None if inside is None else inside / 10,
        battery,
        extra=", ".join(said),
        raw=packet,
    )


def _group(bits: BitReader, low: int, high: int, names: tuple[str, ...]) -> dict[str, int]:
    there = bits.flags(len(names))
    return {name: bits.number(low, high) for name, is_there in zip(names, there, strict=True) if is_there}


def _sensor(bits: BitReader, at: int) -> str:
    named, valued = bits.flags(2)
    words = [bits.text(20, 1, _SENSOR_NAME) if named else f"sensor {at + 1}"]
    if valued:
        kind = bits.bits(2)
        if kind == 0:
            words.append(bits.text(255, 0, _SENSOR_TEXT))
        elif kind == 3:
            words.append("".join("01"[flag] for flag in bits.flags(8)))
        else:
            read = bits.whole if kind == 1 else bits.real
            words.extend(f"{read():.7g}" if kind == 2 else str(read()) for _ in range(bits.number(1, 4)))
    return " ".join(words)
