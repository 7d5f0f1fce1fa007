"""Frames on the wire: golden bytes, every damage refused, no undamaged frame lost, and memory bounded."""

from firmware.protocol import framing, telemetry
from firmware.protocol.deframing import Deframer, decode, read_header
from firmware.protocol.unpacking import unpack
from hardware.simulated.random_source import RandomSource

# Made by a program of its own (zlib and COBS from the paper) from docs/protocol.md.
FIX_VALUES = {
    "latitude_e7": 521500123,
    "longitude_e7": -206000456,
    "altitude_m": 29873,
    "ground_speed_cm_s": 1234,
    "course_cdeg": 27155,
    "vertical_cm_s": 515,
    "gps_age_s": 1,
    "fix_type": 3,
    "satellites": 11,
    "accuracy_m": 3,
    "dynamic_model": 7,
    "utc_known": 1,
    "pressure_pa": None,
    "logic_mv": 3300,
    "cutter_mv": 4480,
    "phase": 1,
    "armed": 1,
    "safe": 0,
    "hold": 0,
    "journal_ok": 1,
    "mission_ok": 1,
    "command_counter": 0,
    "command_result": 0,
    "drop_summary": 6,
    "reasons": 1 << 20 | 1 << 17 | 1 << 7,
    "backup_state": 3,
    "inside_c": -23,
    "next_drop_s": 1234,
    "attempts": 2,
    "drop": 1,
    "drop_state": 2,
    "drop_step": 0,
    "reset_count": 3,
}
FIX_HEX = "0009813412701101a18c16db75159fb8aeb873997819b533182fb9ffff6e5ac9020602800b724dd2841130bafca78d00"
EVENT_HEX = "0009823412711101a28c050507010402020680ec1449e300"


def hexed(data):
    return "".join(["%02x" % byte for byte in data])


def test_golden_fix():
    payload = bytearray(telemetry.FIX_LAYOUT.size)
    telemetry.FIX_LAYOUT.pack_into(payload, 0, FIX_VALUES)
    frame = framing.encode(framing.header(telemetry.FIX, 0x1234, 70000, 3600199) + payload)
    assert hexed(frame) == FIX_HEX
    assert len(frame) == telemetry.FIX_LAYOUT.size + framing.FIXED_BYTES


def test_golden_event():
    payload = bytearray(telemetry.EVENT_LAYOUT.size)
    telemetry.EVENT_LAYOUT.pack_into(
        payload, 0, {"event_id": 5, "code": telemetry.DROP_CHANGED, "subject": 1, "detail": 4, "argument": 512}
    )
    frame = framing.encode(framing.header(telemetry.EVENT, 0x1234, 70001, 3600200) + payload)
    assert hexed(frame) == EVENT_HEX


def test_golden_frames_are_read_back():
    wire = bytes([int(FIX_HEX[i : i + 2], 16) for i in range(0, len(FIX_HEX), 2)])
    (packet,) = Deframer().feed(wire)
    assert read_header(packet) == (2, telemetry.FIX, 0x1234, 70000, 3600100)
    seen = unpack(telemetry.FIX_LAYOUT, packet[framing.HEADER_BYTES :])
    assert seen["latitude_e7"] == 521500123 and seen["longitude_e7"] == -206000456 and seen["altitude_m"] == 29873
    assert (
        seen["inside_c"] == -23
        and seen["pressure_pa"] is None
        and seen["vertical_cm_s"] == 520
        and seen["course_cdeg"] == 27150
    )
    assert seen["reasons"] == 0x120080 and seen["backup_state"] == 3


def test_sequence_and_time_keep_to_24_bits():
    for sequence, mission_ms, read in (
        (0, 0, (0, 0)),
        (0xFFFF, 6553599, (0xFFFF, 6553500)),
        (0x10000, 6553600, (0x10000, 6553600)),
        (0xFFFFFF, 0xFFFFFF * 100, (0xFFFFFF, 0xFFFFFF * 100)),
        (5, 0x1000000 * 100, (5, 0xFFFFFF * 100)),
        (5, 1 << 40, (5, 0xFFFFFF * 100)),
        (0x1000000, 99, (0, 0)),
    ):
        header = framing.header(1, 0xBEEF, sequence, mission_ms)
        assert len(header) == framing.HEADER_BYTES
        assert read_header(header) == (2, 1, 0xBEEF) + read


def packet(random, size):
    """Header and payload with many zeros in it."""
    body = bytes([random.below(256) if random.below(3) else 0 for _ in range(size)])
    return framing.header(random.below(64), random.below(65536), random.below(1 << 24), random.below(1 << 30)) + body


def test_any_content_of_any_length_comes_back_and_has_no_zero_inside():
    random = RandomSource(3)
    for size in range(241):
        for content in (
            packet(random, size),
            framing.header(1, 1, 1, 1) + b"\0" * size,
            framing.header(1, 1, 1, 1) + b"\xff" * size,
        ):
            wire = framing.encode(content)
            assert wire[0] == 0 and wire[-1] == 0 and 0 not in wire[1:-1]
            assert len(wire) == len(content) + framing.CRC_BYTES + 3
            assert decode(wire[1:-1]) == content


def test_what_does_not_fit_is_refused():
    assert len(framing.encode(b"x" * 249)) == 256
    try:
        framing.encode(b"x" * 250)
    except ValueError:
        return
    raise AssertionError()


def test_nothing_and_too_little_is_no_frame():
    for piece in (b"", b"\x01", b"\x05\x11\x22\x33\x44", b"\x03\x01", b"\x01" * 8, framing.encode(b"12345678")[1:-1]):
        assert decode(piece) is None


def test_every_single_flipped_bit_and_every_cut_is_noticed():
    wire = framing.encode(framing.header(1, 7, 99, 123456) + bytes(range(20)))
    for place in range(1, len(wire) - 1):
        for bit in range(8):
            bad = bytearray(wire)
            bad[place] ^= 1 << bit
            assert Deframer().feed(bytes(bad)) == [], (place, bit)
    for size in range(1, len(wire) - 1):
        assert Deframer().feed(b"\0" + wire[1:size] + b"\0") == []
        assert Deframer().feed(b"\0" + wire[size + 1 : -1] + b"\0") == []


def test_random_damage_is_never_accepted():
    random = RandomSource(11)
    sent = [packet(random, 32) for _ in range(50)]
    deframer = Deframer()
    for trial in range(4000):
        wire = bytearray(framing.encode(sent[trial % 50]))
        for _ in range(1 + random.below(6)):
            wire[1 + random.below(len(wire) - 2)] = random.below(256)
        for got in deframer.feed(bytes(wire)):
            assert got == sent[trial % 50]  # the damage wrote what stood there before


def test_noise_alone_is_never_a_frame():
    random = RandomSource(12)
    deframer = Deframer()
    for _ in range(300):
        noise = bytes([random.below(256) if random.below(20) else 0 for _ in range(400)])
        assert deframer.feed(noise) == []
    assert deframer.frames == 0 and deframer.bad_bytes > 0


def test_resynchronising_loses_no_undamaged_frame():
    random = RandomSource(13)
    stream = b""
    good = []
    for _number in range(400):
        content = packet(random, random.below(60))
        wire = framing.encode(content)
        kind = random.below(10)
        if kind == 0:
            # Cut out of its middle: the delimiters of the neighbours stand.
            at = 1 + random.below(len(wire) - 3)
            stream += wire[:at]
        elif kind == 1:
            stream += wire[2 + random.below(5) :]
        elif kind == 2:
            stream += bytes([1 + random.below(255) for _ in range(random.below(2000))]) + wire
            good.append(content)
        else:
            stream += wire
            good.append(content)
    for chunk in (1, 7, 100, 5000, len(stream)):
        deframer = Deframer()
        got = []
        for at in range(0, len(stream), chunk):
            got += deframer.feed(stream[at : at + chunk])
        assert got == good, chunk
        assert deframer.frames == len(good) and deframer.bad_frames > 0


def test_a_stream_without_a_zero_is_not_kept():
    deframer = Deframer()
    for _ in range(200):
        assert deframer.feed(b"\x55" * 1000) == []
        assert len(deframer._unfinished) <= framing.LONGEST_CONTENT + 1
    assert deframer.bad_bytes >= 199000
    content = framing.header(1, 2, 3, 4)
    assert deframer.feed(framing.encode(content)) == [content]


def test_every_byte_is_accounted_for():
    random = RandomSource(14)
    deframer = Deframer()
    stream = b""
    for _ in range(50):
        stream += bytes([1 + random.below(255) for _ in range(random.below(600))])
        stream += framing.encode(packet(random, 20))
    got = 0
    for at in range(0, len(stream), 13):
        for one in deframer.feed(stream[at : at + 13]):
            got += len(framing.encode(one)) - 2
    zeros = len(stream) - len(stream.replace(b"\0", b""))
    assert got + deframer.bad_bytes + zeros == len(stream)
