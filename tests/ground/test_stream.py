"""The fast way finds exactly what firmware/protocol/deframing.py finds, and loses no byte that is no frame's."""

import random

from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol import framing, telemetry
from firmware.protocol.deframing import Deframer
from ground.bench_damage import damaged
from ground.raw_log import Chunk
from ground.receiver import SIZES, Receiver
from ground.stream import ANY, Stream
from tests.ground import prepared_flight as prepared

FRAMES = [framing.encode(packet) for packet in prepared.flight_packets(until_ms=600_000)]
EVERY_LENGTH = [ANY] * 256


class Listener:
    def __init__(self):
        self.calls = []

    def feed(self, data, wall_ns, monotonic_ns, receiver):
        self.calls.append((data, wall_ns, monotonic_ns, receiver))

    @property
    def data(self):
        return b"".join(call[0] for call in self.calls)


def cut(data, sizes):
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


PIECES = st.one_of(
    st.sampled_from(FRAMES[:40]),
    st.sampled_from(FRAMES[:40]).map(lambda frame: frame[:-1]),
    st.tuples(st.sampled_from(FRAMES[:40]), st.integers(0, 47), st.integers(0, 255)).map(
        lambda row: row[0][: row[1]] + bytes((row[2],)) + row[0][row[1] + 1 :]
    ),
    st.binary(max_size=30).map(lambda data: framing.encode(framing.header(1, 2, 3, 4) + data)),
    st.binary(max_size=40),
    st.integers(1, 700).map(lambda size: b"\x55" * size),
    st.just(b"\0"),
)


@given(st.lists(PIECES, max_size=12), st.lists(st.integers(0, 120), max_size=30))
def test_any_stream_cut_anywhere_is_read_as_the_board_s_own_deframer_reads_it(pieces, sizes):
    data = b"".join(pieces)
    plain = Deframer()
    packets = plain.feed(data)
    for others in (None, []):
        stream = Stream(0, EVERY_LENGTH)
        contents = [content for part in cut(data, sizes) for content in stream.feed(part, others)]
        assert [content[2:-5] for content in contents] == packets
        assert (stream.frames, stream.damaged, stream.bytes_discarded) == (
            plain.frames,
            plain.bad_frames,
            plain.bad_bytes,
        )


@given(st.lists(PIECES, min_size=1, max_size=12))
def test_whole_frames_one_by_one_are_read_as_a_stream_of_them(pieces):
    together, single = Receiver(), Receiver()
    expected = together.feed(Chunk(b"".join(pieces), 1, 2))
    got = [record for piece in pieces for record in single.feed(Chunk(piece, 1, 2))]
    assert got == expected
    counts = ("bytes", "frames", "frames_bad", "frames_unknown", "frames_other_version", "bytes_discarded")
    assert [getattr(single, name) for name in counts] == [getattr(together, name) for name in counts]


FOREIGN = st.one_of(
    st.just(b"$$SAMARA,1,12:00:00,1.5,2.5,300*ABCD\n"),
    st.binary(min_size=22, max_size=32).map(lambda data: b"\0\x10" + data + b"\0"),
    st.binary(min_size=1, max_size=300).map(lambda data: b"\x21\x22" + data),
)


@given(
    st.lists(st.one_of(FOREIGN, st.sampled_from(FRAMES[:40])), max_size=12),
    st.lists(st.integers(0, 90), max_size=40),
)
def test_what_is_no_frame_comes_out_in_its_order_with_its_zeros(pieces, sizes):
    data = b"".join(pieces) + FRAMES[50]
    for parts in (cut(data, sizes), [*pieces, FRAMES[50]]):
        receiver = Receiver()
        receiver.others = listener = Listener()
        for number, part in enumerate(parts):
            receiver.feed(Chunk(part, number, number))
        at = 0
        for piece in pieces:
            if piece not in FRAMES:
                found = listener.data.find(piece, at)
                assert found >= at, (piece, listener.data)
                at = found + len(piece)
        assert all(frame[1:-1] not in listener.data for frame in FRAMES[:40])


def test_frames_alone_give_nothing_to_anybody_else():
    receiver = Receiver()
    receiver.others = listener = Listener()
    data = b"".join(FRAMES)
    for part in cut(data, [1, 2, 3, 47, 48, 49, 500, 7]):
        receiver.feed(Chunk(part, 0, 0))
    for frame in FRAMES:
        receiver.feed(Chunk(frame, 0, 0))
    assert listener.calls == []
    assert receiver.bytes_discarded == 0


def test_a_text_is_given_away_in_the_chunk_that_brings_it_with_its_times_and_receiver():
    receiver = Receiver()
    receiver.others = listener = Listener()
    receiver.feed(Chunk(FRAMES[0] + b"$$HAB1,7", 10, 20, receiver=3))
    receiver.feed(Chunk(b",12:34*72DC\n", 11, 21, receiver=3))
    receiver.feed(Chunk(FRAMES[1], 12, 22, receiver=3))
    assert listener.calls == [
        (b"$$HAB1,7", 10, 20, 3),
        (b",12:34*72DC\n", 11, 21, 3),
        (b"\0", 12, 22, 3),
    ]
    assert receiver.frames == 2


def test_a_packet_that_is_all_but_a_frame_is_given_away_when_it_turns_out_to_be_none():
    bad = bytearray(FRAMES[0])
    bad[9] = bad[9] % 255 + 1  # another one, and no zero
    other_version = bytearray(prepared.fix_packet(1, 1000))
    other_version[0] ^= 0x40
    long = framing.encode(prepared.packet(telemetry.EVENT, 1, 1000, bytes(30)))
    for frame in (bytes(bad), framing.encode(bytes(other_version)), long):
        receiver = Receiver()
        receiver.others = listener = Listener()
        receiver.feed(Chunk(frame + FRAMES[2], 0, 0))
        assert listener.data == frame + b"\0"
        assert (receiver.frames, receiver.bytes_discarded) == (1, len(frame) - 2)


def test_in_hundreds_of_damaged_streams_no_undamaged_frame_is_lost():
    dice = random.Random(20)
    sent = {frame: record for frame in FRAMES for record in Receiver().feed(Chunk(frame, 0, 0))}
    for _ in range(300):
        first = dice.randrange(len(FRAMES) - 60)
        frames = FRAMES[first : first + 60]
        data, whole = damaged(frames, dice, dice.randrange(30), dice.randrange(30), dice.randrange(30))
        stream = Stream(0, SIZES)
        heard = [
            content for part in cut(data, [dice.randrange(400) for _ in range(12)]) for content in stream.feed(part)
        ]
        expected = {sent[frame].content for frame in frames}
        assert set(heard) <= expected
        assert {sent[frames[number]].content for number in whole} <= set(heard)
