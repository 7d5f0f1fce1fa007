"""The made readers say what firmware/protocol/unpacking.py and unwinding.py say, of any payload."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol import commands, framing, history, telemetry
from firmware.protocol.unpacking import unpack
from firmware.protocol.unwinding import past_of_fix
from ground.fast_unpacking import PAYLOAD_AT, place_reader, reader

LAYOUTS = [layout for _, layout in telemetry.LAYOUTS + telemetry.TAGGED_LAYOUTS] + [commands.CMD_LAYOUT]


def content(payload, net=0x5A17, sequence=0xABCDEF, mission_ms=1_677_721_500):
    return b"\0\0" + framing.header(1, net, sequence, mission_ms) + payload + bytes(5)


def edges(size):
    yield from (bytes(size), b"\xff" * size, b"\x80" * size, b"\x7f" * size)
    for at in range(size):
        for byte in (0, 0xFF):
            for others in (0, 0x55, 0xFF):
                payload = bytearray([others] * size)
                payload[at] = byte
                yield bytes(payload)


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.names[0] for layout in LAYOUTS])
def test_every_payload_reads_as_the_plain_unpacking_reads_it(layout):
    read = reader(layout)
    dice = random.Random(5)
    # More payloads than a reader remembers flags of.
    for payload in (*edges(layout.size), *(dice.randbytes(layout.size) for _ in range(6000))):
        net, sequence, mission_ms, values = read(content(payload))
        assert (net, sequence, mission_ms) == (0x5A17, 0xABCDEF, 1_677_721_500)
        assert values == unpack(layout, payload)
        assert tuple(values) == layout.names


def test_values_of_two_frames_are_two_objects():
    read = reader(telemetry.FIX_LAYOUT)
    first = read(content(bytes(32)))[3]
    first["phase"] = 99
    assert read(content(bytes(32)))[3]["phase"] == 0


@given(
    st.integers(0, 0xFFFF),
    st.integers(0, framing.LARGEST_SEQUENCE),
    st.integers(0, framing.LARGEST_TIME),
)
def test_every_header_is_read(net, sequence, time):
    read = reader(telemetry.EVENT_LAYOUT)
    got = read(content(bytes(telemetry.EVENT_LAYOUT.size), net, sequence, time * 100))
    assert got[:3] == (net, sequence, time * 100)


PLACE = st.one_of(st.just(b"\xff" * 5), st.binary(min_size=5, max_size=5))


@given(
    st.lists(PLACE, min_size=3, max_size=3),
    st.integers(0, 1_000_000),
    st.one_of(st.none(), st.integers(-900_000_000, 900_000_000)),
    st.one_of(st.none(), st.integers(-1_800_000_000, 1_800_000_000)),
)
def test_past_places_are_those_of_the_plain_unwinding(places, mission_ms, latitude_e7, longitude_e7):
    data = b"".join(places)
    for offsets in (history.OFFSETS_2, history.OFFSETS_3):
        read = place_reader(offsets, PAYLOAD_AT)
        values = {"latitude_e7": latitude_e7, "longitude_e7": longitude_e7}
        expected = past_of_fix(data, 0, offsets, mission_ms, latitude_e7, longitude_e7)
        assert read(content(data), mission_ms, values) == tuple(expected)
