"""Our GPS driver beside pynmeagps and pyubx2: the same sentences accepted, the same values read, nothing raised."""

import math
import re
import struct
from calendar import timegm
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pynmeagps import NMEAReader
from pyubx2 import UBX_PROTOCOL, UBXMessage, UBXReader

from firmware.drivers import gps_setup
from firmware.drivers.gps_ublox import UbloxGps
from hardware.simulated.clock import Clock
from tests.portable.gps_rig import Rig, Wire, heard, nmea, sentences, ubx, values

RECORDINGS = sorted(Path("../shared/data/gnss").glob("*.log"))
READ = [(path, *found) for path in RECORDINGS for found in sentences(path.read_bytes())]

recorded = pytest.mark.skipif(not RECORDINGS, reason="no ../shared/data/gnss")


def alone(sentence):
    """A fresh driver that has heard this sentence only."""
    return heard([sentence], settle=False)


def exact_e7(text, letter):
    """(d)ddmm.mmm and its letter, without rounding, in 1e-7 degree."""
    point = text.index(".")
    degrees = int(text[: point - 2]) + Fraction(text[point - 2 :]) / 60
    return degrees * 10**7 * (-1 if letter in "SW" else 1)


@recorded
def test_the_recordings_hold_what_we_want_to_compare():
    kinds = [sentence[3:6] for _, protocol, sentence in READ if protocol == "nmea"]
    assert kinds.count(b"RMC") >= 4 and kinds.count(b"GGA") >= 6
    assert sum(protocol == "ubx" and sentence[2:4] == b"\x01\x07" for _, protocol, sentence in READ) >= 40


@recorded
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_the_peers_accept_exactly_the_sentences_that_we_accept(path):
    """Each of our sentences passes the peer's checks, and each candidate that we reject fails them."""
    data = path.read_bytes()
    ours = sentences(data)
    assert heard([data]).sentences_ok == len(ours)
    for protocol, sentence in ours:
        assert alone(sentence).sentences_ok == 1
        if protocol == "ubx":
            assert UBXReader.parse(sentence, validate=1).serialize() == sentence
        else:
            NMEAReader.parse(sentence + b"\r\n", validate=1, msgmode=0, userdefined=None)
    accepted = {sentence for _, sentence in ours}
    for line in re.findall(rb"\$[A-Z][^\r\n$]*\r?\n", data):
        line = line.strip()
        if line not in accepted and not any(line in sentence for sentence in accepted):
            assert alone(line).sentences_ok == 0
            with pytest.raises(Exception):  # noqa: B017 - the peer's own error types vary
                NMEAReader.parse(line + b"\r\n", validate=1)


@recorded
def test_a_peers_own_reading_of_the_ubx_streams_counts_the_same_frames():
    for path in RECORDINGS:
        data = path.read_bytes()
        ours = [sentence for protocol, sentence in sentences(data) if protocol == "ubx"]
        if not ours:
            continue
        with path.open("rb") as stream:
            theirs = [raw for raw, parsed in UBXReader(stream, protfilter=UBX_PROTOCOL, quitonerror=0) if parsed]
        if "BAD" in path.name:
            # The peer does not go back behind a false start: it may miss frames, but finds none that we miss.
            assert set(theirs) <= set(ours), path.name
        else:
            assert theirs == ours, path.name


@recorded
def test_every_recorded_nav_pvt_reads_as_the_peer_reads_it():
    compared = 0
    for _, protocol, sentence in READ:
        if protocol != "ubx" or sentence[2:4] != b"\x01\x07":
            continue
        compared += 1
        theirs = UBXReader.parse(sentence)
        compare_pvt(alone(sentence), theirs)
    assert compared >= 40


def compare_pvt(gps, theirs):
    fixed = theirs.gnssFixOk and theirs.fixType in (2, 3, 4) and not getattr(theirs, "invalidLlh", 0)
    assert gps.satellites == theirs.numSV
    assert gps.fix_type == ({2: 2, 3: 3, 4: 3}[theirs.fixType] if fixed else 0)
    if fixed:
        assert gps.latitude_e7 == round(theirs.lat * 1e7)
        assert gps.longitude_e7 == round(theirs.lon * 1e7)
        assert gps.altitude_mm == theirs.hMSL
        assert (gps.north_mm_s, gps.east_mm_s, gps.down_mm_s) == (theirs.velN, theirs.velE, theirs.velD)
        assert gps.ground_speed_mm_s == theirs.gSpeed
        assert gps.course_e5 == round(theirs.headMot * 1e5)
        assert (gps.horizontal_accuracy_mm, gps.vertical_accuracy_mm) == (theirs.hAcc, theirs.vAcc)
    else:
        assert values(gps)[2:12] == (None,) * 10
    resolved = theirs.validDate and theirs.validTime and theirs.fullyResolved
    assert gps.time_valid == bool(resolved)
    if resolved:
        utc = (theirs.year, theirs.month, theirs.day, theirs.hour, theirs.min, theirs.second)
        milliseconds = timegm(utc) * 1000 + math.floor(Fraction(theirs.nano, 10**6) + Fraction(1, 2))
        assert gps.unix_s * 1000 + gps.unix_ms_part == milliseconds


@recorded
def test_every_recorded_rmc_and_gga_reads_as_the_peer_reads_it():
    compared = {"RMC": 0, "GGA": 0}
    for _, protocol, sentence in READ:
        name = sentence[3:6].decode(errors="replace")
        if protocol != "nmea" or name not in compared or sentence[6:7] != b"," or sentence[1:2] == b"P":
            continue
        compared[name] += 1
        theirs = NMEAReader.parse(sentence + b"\r\n")
        gps = alone(sentence)
        fields = sentence.decode().split("*")[0].split(",")
        if name == "RMC":
            compare_rmc(gps, theirs, fields)
        else:
            compare_gga(gps, theirs, fields)
    assert compared == {"RMC": 4, "GGA": 6}


def compare_place(gps, theirs, fields, first):
    assert abs(gps.latitude_e7 - exact_e7(fields[first], fields[first + 1])) <= Fraction(6, 10)
    assert abs(gps.longitude_e7 - exact_e7(fields[first + 2], fields[first + 3])) <= Fraction(6, 10)
    assert gps.latitude_e7 == pytest.approx(theirs.lat * 1e7, abs=1)
    assert gps.longitude_e7 == pytest.approx(theirs.lon * 1e7, abs=1)


def compare_rmc(gps, theirs, fields):
    if theirs.status == "A" and getattr(theirs, "posMode", "A") in "ADFRP":
        compare_place(gps, theirs, fields, 3)
        assert gps.fix_type == 2 and gps.altitude_mm is None and gps.north_mm_s is None
        if theirs.spd == "":
            assert gps.ground_speed_mm_s is None
        else:
            assert gps.ground_speed_mm_s == pytest.approx(float(theirs.spd) * 1852 / 3.6, abs=0.51)
        if theirs.cog == "":
            assert gps.course_e5 is None
        else:
            assert gps.course_e5 == pytest.approx(float(theirs.cog) * 1e5, abs=1)
    else:
        assert gps.fix_type == 0 and values(gps)[2:10] == (None,) * 8
    if theirs.time and theirs.date:
        utc = (theirs.date.year, theirs.date.month, theirs.date.day, theirs.time.hour, theirs.time.minute)
        assert gps.unix_s == timegm((*utc, theirs.time.second))
        assert gps.unix_ms_part == theirs.time.microsecond // 1000
    else:
        assert gps.unix_s is None and not gps.time_valid


def compare_gga(gps, theirs, fields):
    assert gps.satellites == theirs.numSV
    if theirs.quality in (1, 2, 3, 4, 5):
        compare_place(gps, theirs, fields, 2)
        assert gps.altitude_mm == round(Fraction(fields[9]) * 1000)
        assert gps.fix_type == (3 if theirs.numSV > 3 else 2)
    else:
        assert gps.fix_type == 0 and gps.latitude_e7 is None
    assert gps.unix_s is None


@recorded
def test_recorded_settings_give_the_dynamic_model():
    polled = [sentence for _, protocol, sentence in READ if protocol == "ubx" and sentence[2:4] == b"\x06\x24"]
    for sentence in polled:
        gps = alone(sentence)
        if len(sentence) == 44:
            assert gps.dynamic_model == UBXReader.parse(sentence).dynModel
        else:
            assert gps.dynamic_model is None


def test_the_messages_sent_are_the_ones_the_peer_builds():
    plans = [[row[1] for row in plan] for plan in (gps_setup._keyed_plan(), gps_setup._classic_plan())]
    set_model = UBXMessage.config_set(1, 0, [("CFG_NAVSPG_DYNMODEL", 6)])
    poll_model = UBXMessage.config_poll(0, 0, ["CFG_NAVSPG_DYNMODEL"])
    rate = UBXMessage.config_set(1, 0, [("CFG_RATE_MEAS", 1000)])
    pvt = UBXMessage.config_set(1, 0, [("CFG_UART1OUTPROT_UBX", 1), ("CFG_MSGOUT_UBX_NAV_PVT_UART1", 1)])
    unused = UBXMessage.config_set(
        1, 0, [(f"CFG_MSGOUT_NMEA_ID_{name}_UART1", 0) for name in ("GLL", "GSA", "GSV", "VTG")]
    )
    silence = UBXMessage.config_set(1, 0, [("CFG_UART1OUTPROT_NMEA", 0)])
    assert plans[0] == [message.serialize() for message in (set_model, poll_model, rate, pvt, unused, silence)]
    classic = [UBXMessage("CFG", "CFG-NAV5", 1, dyn=1, dynModel=6).serialize()]
    classic.append(UBXMessage("CFG", "CFG-NAV5", 2).serialize())
    classic.append(UBXMessage("CFG", "CFG-RATE", 1, measRate=1000, navRate=1, timeRef=1).serialize())
    for message in (
        b"\x01\x07\x01",
        b"\xf0\x01\x00",
        b"\xf0\x02\x00",
        b"\xf0\x03\x00",
        b"\xf0\x05\x00",
        b"\xf0\x04\x00",
        b"\xf0\x00\x00",
    ):
        classic.append(UBXMessage("CFG", "CFG-MSG", 1, payload=message).serialize())
    assert plans[1] == classic


@pytest.mark.parametrize("generation", [6, 7, 8, 10])
def test_the_simulated_receiver_speaks_as_the_peers_understand(generation):
    """Everything that the simulated chip sends parses, and its values survive the way through either protocol."""
    rig = Rig(generation)
    sent = []
    receive = rig.uart.receive
    rig.uart.receive = lambda data, start_us, baud: (sent.append(bytes(data)), receive(data, start_us, baud))
    rig.run(40)
    lines = b"".join(sent)
    found = sentences(lines)
    assert b"".join(sentence + (b"\r\n" if protocol == "nmea" else b"") for protocol, sentence in found) == lines
    latitudes = []
    for protocol, sentence in found:
        theirs = UBXReader.parse(sentence) if protocol == "ubx" else NMEAReader.parse(sentence + b"\r\n")
        if theirs.identity == "NAV-PVT":
            compare_pvt(alone(sentence), theirs)
        if getattr(theirs, "lat", ""):
            latitudes.append(theirs.lat)
    assert latitudes and all(37.42 < latitude < 37.43 for latitude in latitudes)


pieces = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from([b"\xb5\x62", b"\xb5\x62\x01\x07\x5c\x00", b"$GNRMC,", b"$GPGGA,,,,,", b"*", b"\r\n"]),
        st.text(alphabet="0123456789.,-NSEWAVM", max_size=80).map(lambda text: nmea("GPRMC," + text)),
        st.text(alphabet="0123456789.,-NSEWAVM", max_size=80).map(lambda text: nmea("GNGGA," + text)),
        st.text(alphabet="0123456789.,-NSEWAVM", max_size=40).map(lambda text: nmea("GNGSA," + text)),
        st.binary(min_size=92, max_size=92).map(lambda payload: ubx(1, 7, payload)),
        st.binary(min_size=84, max_size=84).map(lambda payload: ubx(1, 7, payload)),
        st.tuples(st.sampled_from([1, 5, 6, 10]), st.sampled_from([0, 1, 7, 0x24, 0x8B]), st.binary(max_size=50)).map(
            lambda frame: ubx(*frame)
        ),
    ),
    max_size=12,
)


@settings(max_examples=400, deadline=None)
@given(pieces, st.lists(st.integers(1, 90), min_size=1, max_size=8))
def test_nothing_that_a_line_can_carry_raises_or_is_misread(parts, cuts):
    data = b"".join(parts)
    chunks, at, turn = [], 0, 0
    while at < len(data):
        chunks.append(data[at : at + cuts[turn % len(cuts)]])
        at += cuts[turn % len(cuts)]
        turn += 1
    gps = heard(chunks)
    assert gps.sentences_ok == len(sentences(data))
    assert values(gps) == values(heard([data]))
    if gps.latitude_e7 is None:
        assert gps.fix_type == 0 and values(gps)[2:12] == (None,) * 10
    else:
        assert gps.fix_type in (2, 3)
        assert abs(gps.latitude_e7) <= 900000000 and abs(gps.longitude_e7) <= 1800000000
    assert gps.time_valid == (gps.unix_s is not None) == (gps.unix_ms_part is not None)
    for value in values(gps):
        assert value is None or type(value) is int


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=92, max_size=92), st.booleans())
def test_any_nav_pvt_reads_as_the_peer_reads_it_or_is_impossible(payload, old):
    payload = bytearray(payload)
    payload[4:11] = struct.pack("<HBBBBB", 2018 + payload[4] % 80, payload[6] % 12 + 1, payload[7] % 28 + 1, 23, 59, 58)
    payload[16:20] = struct.pack("<i", int.from_bytes(payload[16:20], "little", signed=True) % 2000000001 - 1000000000)
    payload[20:22] = bytes([payload[20] % 6, payload[21] | 1])
    for at, limit in ((24, 1800000000), (28, 900000000), (36, 100000000)):
        value = int.from_bytes(payload[at : at + 4], "little", signed=True)
        payload[at : at + 4] = struct.pack("<i", value % (limit + 1))
    for at in (40, 44):
        payload[at + 3] &= 0x3F
    for at in (48, 52, 56, 60, 64):
        payload[at + 3] = 0
    sentence = ubx(1, 7, payload[:84] if old else payload)
    gps = alone(sentence)
    if old:  # the peer knows the 92-byte form only
        payload[84:] = bytes(8)
        payload[78] &= 0xFE
    compare_pvt(gps, UBXReader.parse(ubx(1, 7, payload)))


def test_a_fresh_driver_needs_one_poll_for_a_whole_burst():
    clock = Clock()
    wire = Wire()
    gps = UbloxGps(wire, clock)
    wire.put(nmea("GNRMC,090802.00,A,5327.03976,N,00214.41006,W,0.144,,220221,,,A,V"))
    assert gps.poll(clock.ticks_ms()) is True
    assert gps.poll(clock.ticks_ms()) is False
