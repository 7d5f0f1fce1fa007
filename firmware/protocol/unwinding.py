"""Past places out of frames: the other half of history.py, for whoever receives."""

import struct

from firmware.protocol import history


def _nearest(code, near, step):
    """The middle of the step whose number ends in the 14 bits of `code` and lies nearest to `near`."""
    near_code = near // step
    half = 1 << (history.BITS - 1)
    number = near_code + ((code - near_code + half) & history.MASK) - half
    return number * step + step // 2


def read_place(data, at, step_e7, near_latitude_e7, near_longitude_e7):
    """(latitude_e7, longitude_e7, altitude_m or None) of five bytes at `at`; None where they say unknown."""
    bits = int.from_bytes(data[at : at + history.PLACE_BYTES], "little")
    if bits == history.UNKNOWN:
        return None
    latitude_e7 = _nearest(bits & history.MASK, near_latitude_e7, step_e7)
    step = history.longitude_step(step_e7, near_latitude_e7)
    longitude_e7 = _nearest(bits >> history.BITS & history.MASK, near_longitude_e7, step)
    # Across the date line.
    if longitude_e7 >= 1800000000:
        longitude_e7 -= 3600000000
    elif longitude_e7 < -1800000000:
        longitude_e7 += 3600000000
    return latitude_e7, longitude_e7, _altitude_m(bits >> 2 * history.BITS)


def _altitude_m(code):
    return None if code == history.UNKNOWN_ALTITUDE else history.LOWEST_M + code * history.STEP_M


def past_of_fix(data, at, offsets, mission_ms, latitude_e7, longitude_e7):
    """A list of (mission_ms, latitude_e7, longitude_e7, altitude_m): what follows a FIX at `at`, without unknown ones.

    offsets: history.OFFSETS_2 or OFFSETS_3. The frame's own place may be None: nothing can be resolved then.
    """
    found: "list" = []
    if latitude_e7 is None or longitude_e7 is None:
        return found
    for offset_s, step_e7 in offsets:
        place = read_place(data, at, step_e7, latitude_e7, longitude_e7)
        if place is not None and mission_ms >= offset_s * 1000:
            found.append((mission_ms - offset_s * 1000,) + place)
        at += history.PLACE_BYTES
    return found


def read_hist(data):
    """The places of a HIST payload as a list like past_of_fix's; ValueError when the length is another."""
    if len(data) != history.HIST_BYTES:
        raise ValueError("expected %d bytes, got %d" % (history.HIST_BYTES, len(data)))
    head = struct.calcsize(history.HIST_HEAD)
    low, high, step_s, latitude_e7, longitude_e7, code = struct.unpack(history.HIST_HEAD, data[:head])
    at_ms = (low | high << 16) * 1000
    found = [(at_ms, latitude_e7, longitude_e7, _altitude_m(code & history.UNKNOWN_ALTITUDE))]
    for index in range(history.HIST_PLACES - 1):
        at_ms += step_s * 1000
        place = read_place(data, head + index * history.PLACE_BYTES, history.HIST_STEP_E7, latitude_e7, longitude_e7)
        if place is not None:
            latitude_e7, longitude_e7 = place[:2]
            found.append((at_ms,) + place)
    return found
