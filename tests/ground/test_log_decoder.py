"""The vectorised decoder finds in any log, damaged ones too, exactly what the receiver finds."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.protocol import framing, history, telemetry
from ground.bench_damage import damaged
from ground.log_decoder import decode_bytes, decode_log
from ground.raw_log import RECEIVED, SENT, Chunk, RawLog, RawLogReader
from ground.receiver import Receiver
from tests.ground import prepared_flight as prepared

COUNTS = ("bytes", "frames_bad", "frames_misfit", "frames_unknown", "frames_other_version", "bytes_discarded")
SIZES = {
    **{number: layout.size for number, layout in telemetry.LAYOUTS},
    **{number: layout.size + 8 for number, layout in telemetry.TAGGED_LAYOUTS},
    telemetry.FIX_2: telemetry.FIX_LAYOUT.size + 10,
    telemetry.FIX_3: telemetry.FIX_LAYOUT.size + 15,
    telemetry.HIST: history.HIST_BYTES,
    40: 7,
}


def any_packets(dice, count):
    """Frames of every type and of one that is not known, their payloads random or all ones in places."""
    for sequence in range(count):
        frame_type = dice.choice(list(SIZES))
        size = SIZES[frame_type] if frame_type != 40 else dice.randrange(20)
        payload = bytearray(dice.randbytes(size))
        for _ in range(dice.randrange(4)):
            at = dice.randrange(size + 1)
            payload[at : at + 5] = dice.choice((b"\xff", b"\0")) * len(payload[at : at + 5])
        mission_ms = dice.randrange(1 << 24) * 100
        yield prepared.packet(frame_type, sequence, mission_ms, bytes(payload), net=dice.choice((7, 0x5A17)))


def as_rows(decoded):
    """What Receiver says of the same frames, out of columns."""
    parts = list(decoded.parts())
    arrivals = decoded.arrivals()
    rows = []
    headers = zip(arrivals.part.tolist(), arrivals.row.tolist(), arrivals.epoch.tolist(), arrivals.order, strict=True)
    for part, row, epoch, order in headers:
        one = parts[part]
        values = {
            name: None if name in one.unknown and one.unknown[name][row] else int(column[row])
            for name, column in one.values.items()
        }
        places = ()
        if one.places is not None:
            told = one.places
            places = tuple(
                (
                    int(told.mission_ms[row, at]),
                    int(told.latitude_e7[row, at]),
                    int(told.longitude_e7[row, at]),
                    int(told.altitude_m[row, at]) if told.altitude_known[row, at] else None,
                )
                for at in range(told.known.shape[1])
                if told.known[row, at]
            )
        header = [int(getattr(one, name)[row]) for name in ("net", "sequence", "mission_ms", "wall_ns", "monotonic_ns")]
        receiver = int(one.receiver[row])
        rows.append((one.frame_type, epoch, order, *header, receiver, values, places, one.payload[row].tobytes()))
    return rows


def as_received(records):
    def kept(record):
        if record.frame_type in (telemetry.CHAL, telemetry.ACK):
            return record.payload[-8:]
        return record.payload if record.kind.startswith("TYPE") else b""

    return [
        (
            record.frame_type,
            record.epoch,
            record.order,
            record.net,
            record.sequence,
            record.mission_ms,
            record.wall_ns,
            record.monotonic_ns,
            record.receiver,
            record.values,
            record.places,
            kept(record),
        )
        for record in records
    ]


def compare(decoded, receiver, records):
    assert as_rows(decoded) == as_received(records)
    assert decoded.frames_total == receiver.frames
    assert {name: getattr(decoded, name) for name in COUNTS} == {name: getattr(receiver, name) for name in COUNTS}


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_stream_of_all_types_is_read_as_the_receiver_reads_it(seed):
    dice = random.Random(seed)
    frames = [framing.encode(packet) for packet in any_packets(dice, 400)]
    for at in range(0, 400, 7):
        frames[at] = bytearray(frames[at])
        frames[at][dice.randrange(len(frames[at]))] ^= 1 << dice.randrange(8)
    data, _ = damaged(frames, dice, *(dice.randrange(20) for _ in range(3)))
    data += prepared.random_bytes(seed, dice.randrange(600)).replace(b"\0", b"\1")
    receiver = Receiver()
    compare(decode_bytes(data), receiver, receiver.feed(Chunk(data, 0, 0)))


FRAMES = [framing.encode(packet) for packet in any_packets(random.Random(99), 40)]
PIECES = st.one_of(
    st.sampled_from(FRAMES),
    st.tuples(st.sampled_from(FRAMES), st.integers(0, 47), st.integers(0, 255)).map(
        lambda row: row[0][: row[1]] + bytes((row[2],)) + row[0][row[1] + 1 :]
    ),
    st.binary(max_size=40),
    st.sampled_from((b"\x55" * 253, b"\x55" * 254, b"\x55" * 255, b"\0", b"\0\0")),
    st.integers(0, 240).map(lambda size: framing.encode(framing.header(41, 1, 2, 3) + b"x" * size)),
)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=10))
def test_whatever_arrives_is_read_as_the_receiver_reads_it(pieces):
    data = b"".join(pieces)
    receiver = Receiver()
    compare(decode_bytes(data), receiver, receiver.feed(Chunk(data, 0, 0)))


@pytest.mark.parametrize("seed", range(3))
def test_a_log_of_several_receivers_with_damage_in_the_log_itself_too(tmp_path, seed):
    dice = random.Random(seed)
    path = tmp_path / "raw.log"
    frames = [framing.encode(packet) for packet in any_packets(dice, 300)]
    log = RawLog(path)
    at = [0, 0, 0]
    streams = [damaged(frames, dice, 10, 10, 10)[0] for _ in at]
    for number in range(900):
        receiver = dice.randrange(3)
        size = dice.choice((48, 48, 48, dice.randrange(120)))
        data = streams[receiver][at[receiver] : at[receiver] + size]
        at[receiver] += size
        kind = SENT if number % 50 == 49 else RECEIVED
        log.append(Chunk(data, number * 10, number * 7, kind, receiver))
    log.close()
    stored = bytearray(path.read_bytes())
    for _ in range(5):
        stored[dice.randrange(len(stored))] ^= 0x10
    path.write_bytes(stored[:-3])
    receiver = Receiver()
    records = [record for chunk in RawLogReader(path) if chunk.kind == RECEIVED for record in receiver.feed(chunk)]
    compare(decode_log(path), receiver, records)


def test_a_log_that_was_sent_over_the_link_is_not_read_twice(tmp_path):
    inner, path = tmp_path / "inner.log", tmp_path / "raw.log"
    log = RawLog(inner)
    log.append(Chunk(FRAMES[0], 1, 2))
    log.close()
    log = RawLog(path)
    log.append(Chunk(inner.read_bytes() + b"\0", 3, 4))
    log.append(Chunk(FRAMES[1], 5, 6))
    log.close()
    receiver = Receiver()
    records = [record for chunk in RawLogReader(path) for record in receiver.feed(chunk)]
    compare(decode_log(path), receiver, records)


def test_many_frames_keep_their_order_over_blocks_and_their_times(tmp_path):
    path = tmp_path / "raw.log"
    log = RawLog(path)
    frames = [framing.encode(packet) for packet in prepared.flight_packets(until_ms=60_000)]
    count = 20_000
    for at in range(0, count, 500):
        log.append(Chunk(b"".join(frames[n % len(frames)] for n in range(at, at + 500))[:8000], at, at))
    log.close()
    decoded = decode_log(path)
    for part in decoded.parts():
        assert np.all(np.diff(part.arrival) > 0)
        assert np.all(np.diff(part.wall_ns) >= 0)
    assert decoded.frames_total > 6000


def test_no_bytes_are_no_frames():
    decoded = decode_bytes(b"")
    assert list(decoded.parts()) == [] and decoded.arrivals().order == []
