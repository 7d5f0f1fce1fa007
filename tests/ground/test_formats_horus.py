"""Horus packets v1, v2 and v3: vectors, damage, noise, and the Horus project's own decoder as the judge."""

import itertools
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.formats import horus, horus_v3
from ground.formats.bit_reader import BitReader
from ground.formats.checksum import crc16
from ground.formats.heard import HORUS_1, HORUS_2, Heard
from ground.formats.scanner import Scanner

V2 = bytes.fromhex("000107000c2238cf6e1e423915d0c2226b3d0fd0c7000220fe07a6000000a771")
CLOCK_AT, LATITUDE_AT, LONGITUDE_AT = 4, 7, 11


def heard(data):
    return Scanner().feed(data, 0, 0)


def closed(packet):
    """With the right checksum at its end."""
    return bytes(packet) + crc16(bytes(packet)).to_bytes(2, "little")


def v1(identity=1, number=2, clock=(3, 4, 5), latitude=-34.5, longitude=138.25, altitude=30123):
    return closed(
        struct.pack("<BH3BffHBBbB", identity, number, *clock, latitude, longitude, altitude, 88, 9, -41, 0x9A)
    )


def test_the_published_packet():
    (one,) = heard(V2)
    assert (one.kind, one.callsign, one.number, one.time_s) == (HORUS_2, "id 256", 7, 45296)
    assert abs(one.latitude_e7 - 396082100) < 40 and abs(one.longitude_e7 + 1040414500) < 80
    assert (one.altitude_m, one.satellites, one.temperature_c) == (27426, 15, -48)
    assert one.speed_cm_s == round(61 * 100_000 / 3600)
    assert abs(one.battery_mv - 3900) < 20
    assert (one.raw, one.extra) == (V2, "000220fe07a6000000")


def test_a_v1_packet():
    (one,) = heard(v1())
    assert one == Heard(
        HORUS_1, "id 1", 2, 11045, -345000000, 1382500000, 30123, 2444, None, 9, -41, 3020, raw=v1()
    )  # fmt: skip


def test_no_fix_is_unknown():
    (one,) = heard(closed(struct.pack("<HH3BffHBBbB9s", 300, 1, 0, 0, 9, 0, 0, 0, 0, 0, 20, 200, bytes(9))))
    assert (one.latitude_e7, one.longitude_e7, one.altitude_m, one.speed_cm_s) == (None,) * 4
    assert (one.time_s, one.satellites, one.temperature_c, one.extra) == (9, 0, 20, "")


@pytest.mark.parametrize(
    ("at", "data"),
    [
        (CLOCK_AT, b"\x18"), (CLOCK_AT + 1, b"\x3c"), (CLOCK_AT + 2, b"\x3c"),
        (LATITUDE_AT, struct.pack("<f", 90.5)), (LATITUDE_AT, struct.pack("<f", float("nan"))),
        (LONGITUDE_AT, struct.pack("<f", -181)), (LONGITUDE_AT, struct.pack("<f", float("inf"))),
        (LATITUDE_AT, struct.pack("<f", 1e-30)),
    ],
)  # fmt: skip
def test_what_cannot_be_is_no_packet_although_its_checksum_holds(at, data):
    packet = bytearray(V2[:-2])
    packet[at : at + len(data)] = data
    assert heard(closed(packet)) == []


def test_no_damage_of_one_or_two_bits_is_believed():
    for packet in (V2, v1()):
        bits = len(packet) * 8
        for flips in itertools.chain(((n,) for n in range(bits)), itertools.combinations(range(bits), 2)):
            data = bytearray(packet)
            for flip in flips:
                data[flip >> 3] ^= 1 << (flip & 7)
            assert horus.decode(bytes(data), HORUS_2 if packet is V2 else HORUS_1) is None
            assert heard(bytes(data)) == []


def test_of_heavily_damaged_packets_no_more_are_believed_than_a_checksum_of_16_bits_lets_through():
    dice = random.Random(7)
    tries, believed = 300_000, 0
    for _ in range(tries):
        data = bytearray(V2)
        for _ in range(dice.randrange(3, 30)):
            data[dice.randrange(32)] ^= 1 << dice.randrange(8)
        if bytes(data) != V2:
            believed += horus.decode(bytes(data), HORUS_2) is not None
    assert believed <= 15  # 4.6 to be expected of the checksum alone; the clock and the place refuse some of them


def test_twenty_megabytes_of_noise_hold_no_packet_and_no_sentence():
    scanner = Scanner()
    dice = random.Random(3)
    for _ in range(2000):
        assert scanner.feed(dice.randbytes(10_000), 0, 0) == []


def test_packets_may_come_in_any_pieces_and_close_together():
    stream = b"\0" + V2 + v1() + b"\0" + V2 + b"\r\n" + v1()
    for size in range(1, 50):
        scanner = Scanner()
        found = [one for at in range(0, len(stream), size) for one in scanner.feed(stream[at : at + size], 0, 0)]
        assert [one.raw for one in found] == [V2, v1(), V2, v1()], size
        assert scanner.bytes_used(0) == sum(len(one.raw) - one.raw.count(0) for one in found)


def test_two_receivers_that_cut_a_packet_differently_are_not_mixed():
    scanner = Scanner()
    assert scanner.feed(V2[:20], 0, 0, 0) == scanner.feed(V2[:5], 0, 0, 1) == []
    assert [one.receiver for one in scanner.feed(V2[20:], 0, 0, 0) + scanner.feed(V2[5:], 0, 0, 1)] == [0, 1]


@given(
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF),
    st.integers(0, 86399),
    st.integers(-(9 * 10**8), 9 * 10**8).filter(lambda value: abs(value) > 10),
    st.integers(-(18 * 10**8), 18 * 10**8).filter(lambda value: abs(value) > 10),
    st.integers(0, 0xFFFF),
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(-128, 127),
    st.integers(0, 5000),
    st.binary(min_size=9, max_size=9).filter(any),
)
def test_what_is_written_is_read_back(
    identity, number, time_s, latitude, longitude, altitude, km_h, satellites, celsius, battery_mv, custom
):
    said = Heard(
        HORUS_2, f"id {identity}", number, time_s, latitude, longitude, altitude, round(km_h * 100_000 / 3600),
        None, satellites, celsius, battery_mv, extra=custom.hex(),
    )  # fmt: skip
    one = horus.decode(horus.encode_v2(identity, said), HORUS_2)
    # A 32-bit float has 24 bits of a place; a byte has 255 steps of 5 V.
    assert abs(one.latitude_e7 - latitude) <= max(1, abs(latitude) >> 23)
    assert abs(one.longitude_e7 - longitude) <= max(1, abs(longitude) >> 23)
    assert abs(one.battery_mv - battery_mv) <= 10
    same = said._replace(
        latitude_e7=one.latitude_e7, longitude_e7=one.longitude_e7, battery_mv=one.battery_mv, raw=one.raw
    )
    assert one == same


def test_values_beyond_the_format_are_sent_as_its_last():
    said = Heard(HORUS_2, "", altitude_m=-30, speed_cm_s=10**6, satellites=999, temperature_c=-300, battery_mv=99999)
    one = horus.decode(horus.encode_v2(70000, said), HORUS_2)
    assert (one.callsign, one.altitude_m, one.satellites, one.temperature_c) == ("id 65535", None, 255, -128)
    assert (one.speed_cm_s, one.battery_mv) == (7083, 5000)


def test_bits_that_end_too_early_or_say_what_cannot_be_are_refused():
    reader = BitReader(b"\xff")
    with pytest.raises(ValueError, match="not between"):
        reader.number(0, 100)
    with pytest.raises(ValueError, match="end in the middle"):
        reader.bits(2)


def test_no_bytes_whatever_make_the_v3_reader_raise():
    dice = random.Random(5)
    for n in range(30_000):
        size = dice.choice(horus_v3.SIZES)
        # Few bits set, or all: then the optional fields, lengths and counts take every path.
        body = bytes(dice.getrandbits(8) & (dice.getrandbits(8) if n & 1 else 255) for _ in range(size - 2))
        one = horus_v3.decode(crc16(body).to_bytes(2, "little") + body)
        assert one is None or one.kind == "HORUS3"
