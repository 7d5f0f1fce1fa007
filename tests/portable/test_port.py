"""What every port that runs firmware must offer, before anything else is asked of it."""

import struct

import micropython
from micropython import const


def test_const_is_its_argument():
    assert const(17) == 17


def test_integer_work_is_possible_while_the_heap_is_locked():
    frame = bytearray(8)
    micropython.heap_lock()
    try:
        struct.pack_into("<HhI", frame, 0, 65535, -2, 123456)
        total = 0
        for byte in frame:
            total = (total * 31 + byte) & 0xFFFFFF
    finally:
        micropython.heap_unlock()
    assert bytes(frame) == b"\xff\xff\xfe\xff\x40\xe2\x01\x00"
    assert total == 0x397762


def test_integers_longer_than_any_machine_word_are_exact():
    latitude_e7 = -1799999999
    assert latitude_e7 * latitude_e7 == 3239999996400000001
    assert (latitude_e7 << 40) >> 40 == latitude_e7
    assert -7 // 2 == -4 and -7 % 2 == 1
