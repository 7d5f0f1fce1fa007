"""Bytes to records: nothing lost that arrived whole, nothing accepted that did not."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.protocol import deframing, drops, framing, telemetry
from ground.protocol_document import golden_frame
from ground.raw_log import Chunk
from ground.receiver import LATE, NEWEST, REPEATED, Receiver
from tests.ground import prepared_flight as prepared

PACKETS = prepared.flight_packets(until_ms=900_000)


def feed(receiver, data):
    return receiver.feed(Chunk(data, 1, 1))


def identities(records):
    return [(record.sequence, record.mission_ms, record.payload) for record in records]


def expected(packets):
    found = []
    for packet in packets:
        _, _, _, sequence, mission_ms = deframing.read_header(packet)
        found.append((sequence, mission_ms, packet[framing.HEADER_BYTES :]))
    return found


def test_the_golden_frame_is_read_to_the_bit():
    frame = bytes.fromhex(
        "00 06 81 17 5a d2 04 03 f3 69 02 87 14 88 95 f9 52 09 33 21 34 25 b5 32 08 2f b1 ff ff 83 7b c9 "
        "02 02 02 10 06 64 58 f2 02 01 05 b2 cf 15 d0 00"
    )
    assert frame == golden_frame()
    (record,) = feed(Receiver(), frame)
    assert (record.kind, record.net, record.sequence, record.mission_ms) == ("FIX", 0x5A17, 1234, 2_712_300)
    assert record.values["latitude_e7"] == 361234567
    assert record.values["longitude_e7"] == -1291234567
    assert record.values["altitude_m"] == 12345
    assert record.values["vertical_cm_s"] == 510
    assert record.values["inside_c"] == -12
    assert record.values["pressure_pa"] is None
    assert record.values["reasons"] == drops.HOLD | drops.OUT_OF_AREA
    assert record.values["backup_state"] == drops.BACKUP_RUNNING
    assert record.values["next_drop_s"] == 754


@given(st.lists(st.integers(1, 200), min_size=1, max_size=200))
def test_a_stream_cut_anywhere_is_read_the_same(cuts):
    data = prepared.wire(PACKETS[:60])
    receiver = Receiver()
    records = []
    at = 0
    for size in cuts:
        records += feed(receiver, data[at : at + size])
        at += size
    records += feed(receiver, data[at:])
    assert identities(records) == expected(PACKETS[:60])
    assert receiver.bytes_discarded == 0


@given(st.lists(st.binary(max_size=600), max_size=8))
def test_no_input_raises_and_every_byte_is_accounted_for(pieces):
    receiver = Receiver()
    for piece in pieces:
        assert feed(receiver, piece) == []
    data = b"".join(pieces)
    assert receiver.bytes == len(data)
    feed(receiver, b"\0")  # ends what is unfinished
    assert receiver.bytes_discarded == len(data) - data.count(0)


def damage(frames, seed):
    """The stream with errors, and the frames whose bytes and delimiters all came through untouched."""
    dice = random.Random(seed)
    out = bytearray()
    whole = []
    for packet, frame in frames:
        spoiled = False
        for byte in frame:
            chance = dice.random()
            if chance < 0.003:
                out.append(byte ^ dice.randrange(1, 256))
                spoiled = True
            elif chance < 0.004:
                spoiled = True  # dropped
            elif chance < 0.005:
                out += bytes((byte, dice.randrange(256)))
                spoiled = True
            else:
                out.append(byte)
        if not spoiled:
            whole.append(packet)
        if dice.random() < 0.1:  # noise between frames, as a radio with an open squelch gives
            out += dice.randbytes(dice.randrange(1, 400))
    return bytes(out), whole


def test_in_a_damaged_stream_no_undamaged_frame_is_lost_and_no_damaged_one_accepted():
    frames = [(packet, framing.encode(packet)) for packet in prepared.flight_packets(until_ms=3_000_000)]
    sent = set(expected(packet for packet, _ in frames))
    for seed in range(5):
        data, whole = damage(frames, seed)
        receiver = Receiver()
        records = []
        for at in range(0, len(data), 211):
            records += feed(receiver, data[at : at + 211])
        heard = identities(records)
        assert set(heard) <= sent
        missed = set(expected(whole)) - set(heard)
        assert not missed, f"seed {seed}: {len(missed)} undamaged frames lost"
        assert len(whole) < len(frames) * 0.95  # the damage was real
        assert receiver.frames_bad > 0


@settings(max_examples=300)
@given(st.integers(0, 47), st.integers(1, 255), st.integers(0, 47), st.integers(0, 255))
def test_one_or_two_damaged_bytes_never_make_another_record(first, flip, second, other):
    frame = bytearray(golden_frame())
    frame[first] ^= flip
    frame[second] ^= other
    if frame == golden_frame():
        return
    records = feed(Receiver(), bytes(frame) + b"\0")
    assert identities(records) in ([], expected(deframing.Deframer().feed(golden_frame())))


def test_a_frame_of_an_unknown_type_is_a_record_and_no_error():
    receiver = Receiver()
    (record,) = feed(receiver, prepared.wire([prepared.packet(33, 5, 100, b"later")]))
    assert (record.kind, record.payload, record.values) == ("TYPE 33", b"later", {})
    assert (receiver.frames, receiver.frames_unknown, receiver.frames_bad) == (1, 1, 0)


def test_a_known_type_of_another_length_is_refused_and_counted():
    receiver = Receiver()
    packet = prepared.fix_packet(1, 1000)
    assert feed(receiver, prepared.wire([packet + b"\1", packet[:-1]])) == []
    assert receiver.frames_bad == receiver.frames_misfit == 2
    assert receiver.bytes_discarded == 2 * (len(packet) + framing.CRC_BYTES + 1)


def test_another_protocol_version_is_counted_apart():
    receiver = Receiver()
    packet = bytearray(prepared.fix_packet(1, 1000))
    packet[0] = packet[0] & 0x3F | (framing.VERSION ^ 3) << 6
    assert feed(receiver, prepared.wire([bytes(packet)])) == []
    assert (receiver.frames_other_version, receiver.frames_bad) == (1, 0)


def test_missing_frames_are_counted_and_late_ones_taken_off():
    receiver = Receiver()
    packets = PACKETS[:20]
    order = [*packets[3:8], *packets[10:12], packets[8], *packets[12:15], packets[13]]
    orders = [record.order for record in feed(receiver, prepared.wire(order))]
    assert orders == [NEWEST] * 7 + [LATE] + [NEWEST] * 3 + [REPEATED]
    assert receiver.frames_missing == 1  # number 9; what was sent before the first heard is not missed
    assert receiver.frames_repeated == 1


def test_each_net_is_counted_by_itself():
    receiver = Receiver()
    feed(receiver, prepared.wire([prepared.fix_packet(n, n * 1000, net=net) for n in (5, 7) for net in (1, 2)]))
    assert [net.missing for net in receiver.nets.values()] == [1, 1]


def test_a_payload_that_counts_from_the_beginning_again_starts_an_epoch():
    receiver = Receiver()
    feed(receiver, prepared.wire(prepared.fix_packet(500 + n, n * 1000) for n in range(50)))
    again = feed(receiver, prepared.wire(prepared.fix_packet(n, 70 + n * 1000) for n in range(50)))
    assert [record.epoch for record in again] == [0] * 3 + [1] * 47
    assert {record.order for record in again[3:]} == {NEWEST}
    assert receiver.frames_missing == 0


def test_single_late_frames_start_no_epoch():
    receiver = Receiver()
    packets = [prepared.fix_packet(n, n * 1000) for n in range(60)]
    mixed = []
    for n in range(30):
        mixed += [packets[30 + n], packets[n]]
    records = feed(receiver, prepared.wire(mixed))
    assert {record.epoch for record in records} == {0}


def test_every_type_of_the_protocol_is_decoded():
    receiver = Receiver()
    for number, layout in telemetry.LAYOUTS:
        (record,) = feed(receiver, prepared.wire([prepared.packet(number, number, 0, bytes(layout.size))]))
        assert tuple(record.values) == layout.names


def test_two_receivers_of_one_flight_are_merged_and_counted_each_by_itself():
    receiver = Receiver()
    packets = [prepared.fix_packet(n, n * 1000) for n in range(30)]
    orders = []
    for n, packet in enumerate(packets):
        for number in (0, 1):
            if n % (3 + number) == 0:
                continue
            records = receiver.feed(Chunk(prepared.wire([packet]), n, n, receiver=number))
            orders += [(record.order, record.receiver) for record in records]
    assert sum(order is NEWEST for order, _ in orders) == len({n for n in range(30) if n % 3 or n % 4})
    assert receiver.frames_missing == 2  # 12 and 24; number 0 was before the first
    first, second = receiver.streams[0], receiver.streams[1]
    assert (first.frames, second.frames) == (20, 22)
    assert first.repeated + second.repeated == receiver.frames_repeated == 15
    assert first.repeated == 0


def test_bytes_of_two_receivers_do_not_mix():
    receiver = Receiver()
    frame = prepared.wire([prepared.fix_packet(1, 1000)])
    other = prepared.wire([prepared.fix_packet(2, 2000)])
    assert receiver.feed(Chunk(frame[:20], 0, 0, receiver=0)) == []
    (record,) = receiver.feed(Chunk(other, 0, 0, receiver=1))
    assert (record.sequence, record.receiver) == (2, 1)
    (record,) = receiver.feed(Chunk(frame[20:], 0, 0, receiver=0))
    assert (record.sequence, record.receiver, record.order) == (1, 0, LATE)
    assert receiver.bytes_discarded == 0


def test_a_receiver_that_is_behind_another_starts_no_epoch():
    receiver = Receiver()
    packets = [prepared.fix_packet(n, n * 1000) for n in range(60)]
    for packet in (*packets[:10], *packets[30:]):
        receiver.feed(Chunk(prepared.wire([packet]), 0, 0, receiver=0))
    behind = receiver.feed(Chunk(prepared.wire(packets), 0, 0, receiver=1))
    assert {record.epoch for record in behind} == {0}
    assert [record.order for record in behind] == [REPEATED] * 10 + [LATE] * 20 + [REPEATED] * 30
    assert receiver.frames_missing == 0


def test_a_restart_that_two_receivers_hear_is_one():
    receiver = Receiver()
    before = [prepared.fix_packet(500 + n, n * 1000) for n in range(20)]
    after = [prepared.fix_packet(n, 70 + n * 1000) for n in range(20)]
    for packet in (*before, *after):
        for number in (0, 1):
            receiver.feed(Chunk(prepared.wire([packet]), 0, 0, receiver=number))
    (net,) = receiver.nets.values()
    assert net.epoch == 1
    assert net.newest == 19
