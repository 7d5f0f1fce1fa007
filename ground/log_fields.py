"""Columns of bytes to columns of values: firmware/protocol/unpacking.py and unwinding.py for many frames at once."""

from functools import cache

import numpy as np

from firmware.protocol import framing, history
from firmware.protocol.fields import LOG2, RAW, Layout
from ground.fast_unpacking import pieces_of, value_of
from ground.log_columns import Bytes, Truth, Whole
from ground.log_frames import Places

PAYLOAD_AT = 1 + framing.HEADER_BYTES  # in a piece without its delimiters
_TABLE_BITS = 12


def word(content: Bytes, at: int, size: int) -> Whole:
    """The little-endian number of 1 to 4 bytes in each column."""
    kind = np.uint8 if size == 1 else np.uint16 if size == 2 else np.uint32
    number: Whole = content[at].astype(kind)
    for byte in range(1, size):
        number |= content[at + byte].astype(kind) << kind(8 * byte)
    return number


def unpack(layout: Layout, content: Bytes, values: dict[str, Whole], unknown: dict[str, Truth]) -> None:
    at = PAYLOAD_AT
    for bits, fields in pieces_of(layout):
        whole = word(content, at, bits // 8)
        at += bits // 8
        shift = 0
        for name, wide, minimum, step in fields:
            top = (1 << wide) - 1
            code = whole >> whole.dtype.type(shift) if shift else whole
            if shift + wide < bits:
                code = code & code.dtype.type(top)
            shift += wide
            if step != RAW:
                unknown[name] = code == top
            values[name] = _values(code, wide, minimum, step)


def _values(code: Whole, bits: int, minimum: int, step: int) -> Whole:
    """0 where the code says unknown."""
    if step == RAW:
        return code.astype(np.int64 if bits > 31 else np.int32)
    if bits <= _TABLE_BITS or step == LOG2:
        return _table(bits, minimum, step).take(code)
    top = (1 << bits) - 1
    value: Whole = code.astype(np.int64 if bits > 31 else np.int32)
    value *= step
    value += minimum
    value[code == top] = 0
    return value


@cache
def _table(bits: int, minimum: int, step: int) -> Whole:
    return np.array([value_of(code, bits, minimum, step) or 0 for code in range(1 << bits)], dtype=np.int32)


def _nearest(code: Whole, near: Whole, step: int | Whole) -> Whole:
    """As firmware/protocol/unwinding.py."""
    half = 1 << (history.BITS - 1)
    near_code: Whole = near // step
    nearest: Whole = (near_code + ((code - near_code + half) & history.MASK) - half) * step + step // 2
    return nearest


def _longitude_step(step: int, latitude_e7: Whole) -> Whole:
    away = np.abs(latitude_e7)
    steps: Whole = step * np.where(away < 500000000, 1, np.where(away < 700000000, 2, 8))
    return steps


def _place(
    content: Bytes, at: int, step: int, near_latitude_e7: Whole, near_longitude_e7: Whole
) -> tuple[Whole, Whole, Whole, Truth, Truth]:
    """latitude, longitude, altitude; whether there is a place, and whether its altitude is known."""
    bits = word(content, at, 4).astype(np.int64) | content[at + 4].astype(np.int64) << 32
    latitude = _nearest(bits & history.MASK, near_latitude_e7, step)
    longitude = _nearest(
        bits >> history.BITS & history.MASK, near_longitude_e7, _longitude_step(step, near_latitude_e7)
    )
    longitude -= 3600000000 * (longitude >= 1800000000)
    longitude += 3600000000 * (longitude < -1800000000)
    code = bits >> 2 * history.BITS
    altitude = history.LOWEST_M + code * history.STEP_M
    return latitude, longitude, altitude, bits != history.UNKNOWN, code != history.UNKNOWN_ALTITUDE


def past_places(
    content: Bytes,
    at: int,
    offsets: tuple[tuple[int, int], ...],
    mission_ms: Whole,
    values: dict[str, Whole],
    unknown: dict[str, Truth],
) -> Places:
    near = values["latitude_e7"].astype(np.int64), values["longitude_e7"].astype(np.int64)
    resolvable = ~(unknown["latitude_e7"] | unknown["longitude_e7"])
    found = []
    for offset_s, step in offsets:
        then_ms = mission_ms - offset_s * 1000
        latitude, longitude, altitude, known, altitude_known = _place(content, at, step, *near)
        known &= resolvable & (then_ms >= 0)
        found.append((then_ms, latitude, longitude, altitude, known, altitude_known))
        at += history.PLACE_BYTES
    return Places(*(np.stack(column, axis=1) for column in zip(*found, strict=True)))


def hist_places(content: Bytes) -> Places:
    at = PAYLOAD_AT
    then_ms = word(content, at, 3).astype(np.int64) * 1000
    step_ms = content[at + 3].astype(np.int64) * 1000
    latitude = word(content, at + 4, 4).astype(np.uint32).view(np.int32).astype(np.int64)
    longitude = word(content, at + 8, 4).astype(np.uint32).view(np.int32).astype(np.int64)
    code = word(content, at + 12, 2).astype(np.int64) & history.UNKNOWN_ALTITUDE
    altitude = history.LOWEST_M + code * history.STEP_M
    always = np.ones(then_ms.size, dtype=bool)
    found = [(then_ms, latitude, longitude, altitude, always, code != history.UNKNOWN_ALTITUDE)]
    at += history.HIST_BYTES - history.PLACE_BYTES * (history.HIST_PLACES - 1)
    for _ in range(history.HIST_PLACES - 1):
        then_ms = then_ms + step_ms
        new_latitude, new_longitude, altitude, known, altitude_known = _place(
            content, at, history.HIST_STEP_E7, latitude, longitude
        )
        latitude = np.where(known, new_latitude, latitude)
        longitude = np.where(known, new_longitude, longitude)
        found.append((then_ms, latitude, longitude, altitude, known, altitude_known))
        at += history.PLACE_BYTES
    return Places(*(np.stack(column, axis=1) for column in zip(*found, strict=True)))
