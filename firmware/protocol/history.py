"""Places of the past in a frame: how an outage's part of the way is still learnt after it. unwinding.py reads them.

In FIX_2 and FIX_3 each of the moments OFFSETS_S before the frame takes 5 bytes, little-endian: the lowest 14 bits of
latitude and of longitude, each in steps that a receiver can resolve by the nearest to the frame's own place, and 12
bits of altitude. All ones: unknown, also where the frame's own place is unknown.

HIST is the same on its own: start s u24 | step s u8 | latitude i32 | longitude i32 | altitude 12 bits in u16, then five
places, each resolved by the nearest to the newest known one before it as it was read, the middle of its step. The
first is known: whoever packs begins so.
"""

import struct

PLACE_BYTES = 5
BITS = 14
MASK = 0x3FFF
UNKNOWN = 0xFFFFFFFFFF
UNKNOWN_ALTITUDE = 0xFFF
LOWEST_M = -1000
STEP_M = 10

# Seconds before the frame, and the step of latitude in 1e-7 degree: 14 bits of it are 18 km and 182 km.
OFFSETS_2 = ((25, 200), (600, 1000))
OFFSETS_3 = ((15, 200), (120, 500), (605, 1000))

HIST_STEP_E7 = 500
HIST_PLACES = 6
HIST_HEAD = "<HBBiiH"
HIST_BYTES = 39

# As far as this many steps from the frame's place a receiver finds the right one; beyond, a place is said as unknown.
_REACH = 8190
_TURN_E7 = 3600000000


def longitude_step(step_e7, latitude_e7):
    """The step of longitude where latitude's is step_e7: circles of latitude shrink, its reach in metres shall not."""
    if latitude_e7 < 0:
        latitude_e7 = -latitude_e7
    if latitude_e7 < 500000000:
        return step_e7
    if latitude_e7 < 700000000:
        return step_e7 * 2
    return step_e7 * 8


def altitude_code(altitude_m):
    """12 bits, saturated; UNKNOWN_ALTITUDE for None."""
    if altitude_m is None:
        return UNKNOWN_ALTITUDE
    code = (altitude_m - LOWEST_M + STEP_M // 2) // STEP_M
    return 0 if code < 0 else code if code < UNKNOWN_ALTITUDE else UNKNOWN_ALTITUDE - 1


def near_by(longitude_e7, near_longitude_e7):
    """The longitude counted on over the date line, so that it lies within half a turn of near_longitude_e7."""
    if longitude_e7 - near_longitude_e7 > _TURN_E7 // 2:
        return longitude_e7 - _TURN_E7
    if near_longitude_e7 - longitude_e7 > _TURN_E7 // 2:
        return longitude_e7 + _TURN_E7
    return longitude_e7


def pack_place(buffer, at, step_e7, latitude_e7, longitude_e7, altitude_m, near_latitude_e7, near_longitude_e7):
    """Five bytes at `at`: a place in steps of step_e7 for a receiver that knows the one near it.

    False, and unknown on the wire, where it is too far from that for the receiver to tell.
    """
    wide_e7 = longitude_step(step_e7, near_latitude_e7)
    longitude_e7 = near_by(longitude_e7, near_longitude_e7)
    if (
        abs(latitude_e7 - near_latitude_e7) >= _REACH * step_e7
        or abs(longitude_e7 - near_longitude_e7) >= _REACH * wide_e7
    ):
        pack_unknown(buffer, at)
        return False
    x = latitude_e7 // step_e7 & MASK
    y = longitude_e7 // wide_e7 & MASK
    low = x | (y & 0xFF) << BITS
    buffer[at] = low & 0xFF
    buffer[at + 1] = low >> 8 & 0xFF
    high = low >> 16 | y >> 8 << 6 | altitude_code(altitude_m) << 12
    buffer[at + 2] = high & 0xFF
    buffer[at + 3] = high >> 8 & 0xFF
    buffer[at + 4] = high >> 16 & 0xFF
    return True


def pack_unknown(buffer, at):
    """Five bytes that say nothing."""
    for index in range(at, at + PLACE_BYTES):
        buffer[index] = 0xFF


def pack_hist_head(buffer, start_s, step_s, latitude_e7, longitude_e7, altitude_m):
    """The beginning of a HIST payload, with its first place."""
    struct.pack_into(
        HIST_HEAD,
        buffer,
        0,
        start_s & 0xFFFF,
        start_s >> 16 & 0xFF,
        step_s,
        latitude_e7,
        longitude_e7,
        altitude_code(altitude_m),
    )
