"""What ours is measured against: pymavlink with messages of the same content, and a plain parser of UKHAS sentences."""

import importlib
from binascii import crc_hqx
from random import Random
from typing import Any

from ground.bench_flight import values_of, way

INSTALL = "pymavlink is not installed: pip install pymavlink==2.4.50, or make setup"
MESSAGES_EACH = 5  # MAVLink messages for the content of one FIX


def mavlink() -> Any:
    """pymavlink's common dialect, MAVLink 2; None where it is not installed."""
    try:
        return importlib.import_module("pymavlink.dialects.v20.common")
    except ImportError:
        return None


def mavlink_messages(dialect: Any, seconds: int, signed: bool = False) -> list[bytes]:
    """Five messages a second with what one FIX says, as far as MAVLink has words for it."""
    sender = dialect.MAVLink(None)
    if signed:
        sender.signing.secret_key = bytes(range(32))
        sender.signing.sign_outgoing = True
    dice = Random(2)
    frames = []
    for second, place in enumerate(way(seconds)):
        values = values_of(second, place, dice)
        latitude, longitude, altitude = place
        speed, course = values["ground_speed_cm_s"] or 0, values["course_cdeg"] or 0
        volts, inside = values["logic_mv"] or 0, values["inside_c"] or 0
        pressure, satellites = values["pressure_pa"] or 0, values["satellites"] or 0
        up = values["vertical_cm_s"] or 0
        for message in (
            sender.global_position_int_encode(
                second * 1000, latitude, longitude, altitude * 1000, altitude * 1000, speed, 100, -up, course
            ),
            sender.sys_status_encode(1, 1, 1, 300, volts, 120, 70, 0, 0, 1, 2, 3, 4),
            sender.gps_raw_int_encode(
                second * 1_000_000, 3, latitude, longitude, altitude * 1000, 120, 150, speed, course, satellites
            ),
            sender.scaled_pressure_encode(second * 1000, pressure / 100, 1.5, inside * 100),
            sender.system_time_encode(1_777_000_000_000_000 + second * 1_000_000, second * 1000),
        ):
            frames.append(bytes(message.pack(sender)))
    return frames


def ukhas_sentences(seconds: int) -> list[bytes]:
    """A sentence a second with what a FIX says, as far as sentences usually do."""
    dice = Random(2)
    found = []
    for second, place in enumerate(way(seconds)):
        values = values_of(second, place, dice)
        clock = f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
        fields = (
            "SAMARA",
            second,
            clock,
            f"{place[0] / 1e7:.7f}",
            f"{place[1] / 1e7:.7f}",
            place[2],
            (values["ground_speed_cm_s"] or 0) // 100,
            (values["course_cdeg"] or 0) // 100,
            f"{(values['vertical_cm_s'] or 0) / 100:.1f}",
            values["satellites"],
            values["pressure_pa"],
            values["inside_c"],
            f"{(values['logic_mv'] or 0) / 1000:.2f}",
            f"{(values['cutter_mv'] or 0) / 1000:.2f}",
            values["phase"],
            values["drop_summary"],
            f"{values['drop']:d}:{values['drop_state']}",
            values["reasons"],
            values["next_drop_s"],
        )
        body = ",".join("" if field is None else str(field) for field in fields).encode()
        found.append(b"$$%s*%04X\n" % (body, crc_hqx(body, 0xFFFF)))
    return found


_WHOLE = (1, 5, 6, 7, 9, 10, 11, 14, 15, 17)
_DECIMAL = (3, 4, 8, 12, 13)


def parse_sentence(line: bytes) -> list[object] | None:
    """Every field of a sentence as a number where it is one; None when its checksum is wrong. Plain, and quick."""
    begin = line.rfind(b"$") + 1
    end = line.find(b"*", begin)
    if end < 0 or crc_hqx(line[begin:end], 0xFFFF) != int(line[end + 1 : end + 5], 16):
        return None
    fields: list[Any] = line[begin:end].decode("ascii").split(",")
    for at in _WHOLE:
        fields[at] = int(fields[at]) if fields[at] else None
    for at in _DECIMAL:
        fields[at] = float(fields[at]) if fields[at] else None
    clock = fields[2]
    fields[2] = int(clock[:2]) * 3600 + int(clock[3:5]) * 60 + int(clock[6:8])
    place, state = fields[16].split(":")
    fields[16] = (int(place), int(state))
    fields[18] = int(fields[18]) if fields[18] else None
    return fields
