"""The standard library's CRC-16 is CCITT-FALSE: against an independent package and the formats' own vectors."""

import random

import pytest

from ground.formats.checksum import crc16

crcmod_predefined = pytest.importorskip("crcmod.predefined", reason="crcmod-plus is not installed: nothing to compare")


def test_it_agrees_with_crcmod_on_every_length_that_a_message_has():
    theirs = crcmod_predefined.mkPredefinedCrcFun("crc-ccitt-false")
    dice = random.Random(1)
    for size in [*range(600), *(dice.randrange(600) for _ in range(5000))]:
        data = dice.randbytes(size)
        assert crc16(data) == theirs(data)


def test_the_published_values():
    assert crc16(b"123456789") == 0x29B1
    assert crc16(b"hello,world") == 0xE408
    assert crc16(b"") == 0xFFFF
