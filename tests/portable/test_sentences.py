"""UKHAS sentences: the checksum as everybody has it, integers all the way, and nothing said that is not known."""

from firmware.flight_state import FlightState
from firmware.protocol import drops, framing, provisioning, telemetry
from firmware.protocol.unpacking import unpack
from firmware.sentences import Sentences, crc16
from tests.portable.downlink_rig import Desk

KNOWN = {
    "latitude_e7": 521234567,
    "longitude_e7": -1799999999,
    "altitude_m": 29999,
    "ground_speed_cm_s": 2550,
    "course_cdeg": 9050,
    "satellites": 12,
    "inside_c": -13,
    "logic_mv": 3609,
    "phase": 1,
    "drop_summary": drops.SUMMARY_RELEASED | drops.SUMMARY_ACTIVE << 2,
    "drop": 1,
    "drop_state": drops.DUE,
    "next_drop_s": 0,
}
TIMED = 1780000000  # 2026-05-28 20:26:40


def sentence(values, number=7, unix_s=TIMED, places=(0, 1)):
    state = FlightState()
    state.unix_s = unix_s
    state.elapsed_ms = 61000
    row = [values.get(name) for name in telemetry.FIX_LAYOUT.names]
    return Sentences("HAB1", state, places).line(number, row)


def test_the_checksum_is_everybodys():
    assert crc16(b"123456789") == 0x29B1
    assert crc16(b"hello,world") == 0xE408
    assert crc16(b"HORUS,6,06:43:16,0.000000,0.000000,0,0,0,1801,20") == 0x1DA2
    assert crc16(b"HAB1,7,12:34:56,39.60821,-104.04145,27426,61,270,15") == 0x72DC
    assert crc16(b"") == 0xFFFF


def test_what_is_known_stands_in_its_order():
    body = b"HAB1,7,20:27:41,52.1234567,-179.9999999,29999,26,90,12,-13,3.60,1,21,1:1,0"
    assert sentence(KNOWN) == b"$$%s*%s\n" % (body, ("%04X" % crc16(body)).encode())


def test_what_is_not_known_is_empty():
    values = dict(KNOWN)
    for name in KNOWN:
        if name not in ("phase", "drop_summary", "drop", "drop_state"):
            values[name] = None
    line = sentence(values, unix_s=None, places=())
    assert line.startswith(b"$$HAB1,7,,,,,,,,,,1,,1:1,*")


def test_degrees_keep_their_sign_and_their_zeros():
    for value, text in (
        (0, b"0.0000000"),
        (-1, b"-0.0000001"),
        (1, b"0.0000001"),
        (-5000000, b"-0.5000000"),
        (900000000, b"90.0000000"),
        (-1800000000, b"-180.0000000"),
        (1070000001, b"107.0000001"),
    ):
        fields = sentence(dict(KNOWN, longitude_e7=value, latitude_e7=-value)).split(b",")
        assert fields[4] == text, value
        assert fields[3] == (text[1:] if text[:1] == b"-" else b"-" + text if value else text), value


def flown(seconds=100, keys=None):
    desk = Desk(callsign="N0CALL", keys=keys)
    desk.flying = (521000000, 206000000, 450, 1300)
    desk.downlink.event(telemetry.LAUNCHED, 1)
    desk.seconds(seconds)
    return desk


def test_reports_go_out_as_sentences_and_nothing_else_does():
    desk = flown()
    assert desk.heard == []
    lines = desk.text.split(b"\n")
    assert lines.pop() == b"" and 98 <= len(lines) <= 100
    numbers = []
    for line in lines:
        body, _, checksum = line[2:].partition(b"*")
        assert line[:2] == b"$$" and int(checksum, 16) == crc16(body)
        fields = body.split(b",")
        assert fields[0] == b"N0CALL" and len(fields) == 15
        numbers.append(int(fields[1]))
    assert len(set(numbers)) == len(numbers) and numbers == sorted(numbers)
    assert lines[-1].split(b",")[3].startswith(b"52.1")


def test_the_flight_log_has_frames_all_the_same():
    logged = flown().logged()
    types = [packet[0] & 0x3F for packet in logged]
    assert types.count(telemetry.EVENT) == 1 and types.count(telemetry.FIX) == 10
    own = unpack(telemetry.FIX_LAYOUT, logged[-1][framing.HEADER_BYTES :])
    assert own["latitude_e7"] > 521000000


def test_answers_to_commands_go_out_as_frames():
    keys = provisioning.derive(bytes(32), bytes(16))
    desk = flown(20, keys)
    desk.downlink.answer(telemetry.ACK, bytes(telemetry.ACK_LAYOUT.size))
    desk.seconds(10)
    assert [one.type for one in desk.heard] == [telemetry.ACK] * 3


def test_there_is_no_history_to_ask_for():
    desk = flown(20)
    assert desk.downlink.request_history(0, 1, 10) == 0
    desk.seconds(10)
    assert desk.heard == []
