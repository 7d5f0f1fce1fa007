"""UBX frames: building them, reading their integers, and the navigation solution NAV-PVT.

u-blox 7 GPS.G7-SW-12001-B, u-blox 8 / M8 UBX-13003221 R28, u-blox M10 SPG 5.10 UBX-21035062 R03.
A frame is B5 62, class, id, length (16 bit, little-endian), payload, and two Fletcher sums over class to payload.
"""

from micropython import const

CLASS_NAV = 0x01
CLASS_ACK = 0x05
CLASS_CFG = 0x06

NAV_PVT = 0x07
ACK_NAK = 0x00
ACK_ACK = 0x01
CFG_MSG = 0x01
CFG_RATE = 0x08
CFG_NAV5 = 0x24
CFG_VALSET = 0x8A
CFG_VALGET = 0x8B
KEY_DYNMODEL = 0x20110021  # CFG-NAVSPG-DYNMODEL

# NAV-PVT is 84 bytes on u-blox 7 and 92 from u-blox 8 on; the first 78 bytes mean the same.
PVT_LENGTH_7 = 84
PVT_LENGTH_8 = 92

_LARGEST = const(0x3FFFFFFF)  # the largest integer that a 32-bit board keeps off its heap


def frame(message_class, message_id, payload):
    """The bytes of one frame, ready to be sent. For start-up: it allocates."""
    length = len(payload)
    data = bytearray(length + 8)
    data[0] = 0xB5
    data[1] = 0x62
    data[2] = message_class
    data[3] = message_id
    data[4] = length & 0xFF
    data[5] = length >> 8
    for i in range(length):
        data[6 + i] = payload[i]
    a = b = 0
    for i in range(2, length + 6):
        a += data[i]
        b += a
    data[length + 6] = a & 0xFF
    data[length + 7] = b & 0xFF
    return bytes(data)


def signed32(data, at):
    """The signed 32-bit integer at `at`. Built from its bytes because unpacking into a tuple would allocate."""
    high = data[at + 3]
    if high > 127:
        high -= 256
    return ((high << 8 | data[at + 2]) << 8 | data[at + 1]) << 8 | data[at]


def small_unsigned32(data, at):
    """The unsigned 32-bit integer at `at`, at most 0x3FFFFFFF: enough for an accuracy, and never on the heap."""
    high = data[at + 3]
    if high > 63:
        return _LARGEST
    return ((high << 8 | data[at + 2]) << 8 | data[at + 1]) << 8 | data[at]


def small_signed32(data, at):
    """The signed 32-bit integer at `at`, held within +-0x3FFFFFFF."""
    high = data[at + 3]
    if 63 < high < 192:
        return _LARGEST if high < 128 else -_LARGEST
    return signed32(data, at)


def read_pvt(fix, data, at, length):
    """Put the NAV-PVT payload at `at` into `fix` (a GpsFix).

    Returns 1 for a new solution (with or without a position), 0 for one seen before, -1 for impossible values.
    """
    # 24 of the 32 bits of the time of week tell one epoch from the next and stay a small integer.
    epoch = (data[at + 2] << 8 | data[at + 1]) << 8 | data[at]
    if epoch == fix.epoch:
        return 0
    fix.epoch = epoch

    # Date, time, and "fully resolved": without the last one the seconds may be wrong by the leap seconds.
    if data[at + 11] & 7 == 7:
        ms = (small_signed32(data, at + 16) + 500000) // 1000000
        year = data[at + 4] | data[at + 5] << 8
        date = (year << 4 | data[at + 6]) << 5 | data[at + 7]
        if date != fix.date:
            fix.set_date(date, year, data[at + 6], data[at + 7])
        fix.set_time(data[at + 8], data[at + 9], data[at + 10], ms)
    else:
        fix.clear_time()

    fix.satellites = data[at + 23]
    kind = data[at + 20]
    if kind == 4:  # GNSS with dead reckoning
        kind = 3
    valid = (kind == 2 or kind == 3) and data[at + 21] & 1
    if valid and length == PVT_LENGTH_8 and data[at + 78] & 1:
        valid = False
    if not valid:
        fix.clear_position()
        return 1

    if not (
        fix.set_place(signed32(data, at + 28), signed32(data, at + 24))
        and fix.set_altitude(small_signed32(data, at + 36))
    ):
        return -1
    fix.fix_type = kind
    fix.horizontal_accuracy_mm = small_unsigned32(data, at + 40)
    fix.vertical_accuracy_mm = small_unsigned32(data, at + 44)
    fix.north_mm_s = small_signed32(data, at + 48)
    fix.east_mm_s = small_signed32(data, at + 52)
    fix.down_mm_s = small_signed32(data, at + 56)
    fix.ground_speed_mm_s = small_signed32(data, at + 60)
    fix.course_e5 = small_signed32(data, at + 64)
    return 1
