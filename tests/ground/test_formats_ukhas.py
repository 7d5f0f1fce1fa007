"""UKHAS sentences: the vectors, everything that senders do, and nothing that is damaged."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol import telemetry
from firmware.sentences import Sentences
from ground.formats import ukhas
from ground.formats.checksum import crc16
from ground.formats.heard import Heard
from ground.formats.own_sentence import flight_words
from ground.formats.scanner import Scanner
from tests.ground import prepared_flight as prepared

HORUS = b"$$HORUS,6,06:43:16,0.000000,0.000000,0,0,0,1801,20*1DA2"
HAB = b"$$HAB1,7,12:34:56,39.60821,-104.04145,27426,61,270,15*72DC"
DUTCH = b"$$$DirkDuyvel,416,143957,53.15629,7.29188,10925,14,2.88,11,2640,1,80*3C6C"


def heard(data):
    return Scanner().feed(data, 5, 6, 2)


def sentence(body, start=b"$$", end=b"\n"):
    return start + body + b"*%04X" % crc16(body) + end


def test_the_published_sentences():
    (one,) = heard(HAB)
    assert one == Heard(
        "UKHAS", "HAB1", 7, 45296, 396082100, -1040414500, 27426, extra="61,270,15",
        raw=HAB, wall_ns=5, monotonic_ns=6, receiver=2,
    )  # fmt: skip
    (one,) = heard(HORUS)
    assert (one.callsign, one.number, one.time_s, one.extra) == ("HORUS", 6, 24196, "0,0,1801,20")
    (one,) = heard(DUTCH)
    assert (one.callsign, one.time_s, one.latitude_e7, one.altitude_m) == ("DirkDuyvel", 52797, 531562900, 10925)
    (one,) = heard(b"$hello,world*E408")
    assert (one.callsign, one.number, one.extra) == ("hello", None, "world")


def test_no_fix_is_unknown_and_not_the_gulf_of_guinea():
    (one,) = heard(HORUS)
    assert (one.latitude_e7, one.longitude_e7, one.altitude_m) == (None, None, None)
    (one,) = heard(sentence(b"A,1,,0.0,0.0,812"))  # a height by pressure may be known without a place
    assert (one.latitude_e7, one.altitude_m, one.time_s) == (None, 812, None)


@pytest.mark.parametrize("start", [b"$", b"$$", b"$$$$", b"$" * 60])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_any_number_of_dollars_and_any_line_end(start, end):
    (one,) = heard(sentence(b"A,1,12:00:00,1.5,2.5,30", start, end))
    assert one.altitude_m == 30


@pytest.mark.parametrize(
    ("altitude", "metres"), [(b"-12", -12), (b"1234.6", 1235), (b"-0.4", 0), (b"+7", 7), (b"", None), (b"x", None)]
)
def test_altitudes_of_all_kinds(altitude, metres):
    (one,) = heard(sentence(b"A,1,12:00:00,1.5,-2.5," + altitude))
    assert (one.altitude_m, one.longitude_e7) == (metres, -25000000)


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [
        (b"12:34", 45240), (b"123456", 45296), (b"1:02:03", 3723), (b"12:34:56.7", 45296), (b"00:00:00", 0),
        (b"24:00:00", None), (b"12:60:00", None), (b"", None), (b"noon", None),
    ],
)  # fmt: skip
def test_times_of_all_kinds(clock, seconds):
    (one,) = heard(sentence(b"A,1," + clock + b",1.5,2.5,3"))
    assert one.time_s == seconds


def test_lower_case_checksums_count():
    upper = sentence(b"A,1,12:00:00,1.5,2.5,30")
    lower = upper[:-5] + upper[-5:].lower()
    assert len(heard(lower)) == len(heard(upper)) == 1


@pytest.mark.parametrize("place", [(b"91", b"0"), (b"0", b"181"), (b"nan", b"1"), (b"1e5", b"1"), (b"inf", b"1")])
def test_what_is_no_place_is_unknown_and_the_rest_still_counts(place):
    (one,) = heard(sentence(b"A,1,12:00:00,%s,%s,30" % place))
    assert (one.latitude_e7, one.longitude_e7, one.altitude_m) == (None, None, 30)


def test_numbers_that_no_balloon_has_are_unknown():
    (one,) = heard(sentence(b"A," + b"9" * 300 + b",12:00:00,1.5,2.5,99999999999999999999"))
    assert (one.number, one.altitude_m) == (None, None)


def test_a_gps_receiver_s_own_sentences_are_none():
    assert heard(b"$GNGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n") == []


def test_no_damage_of_one_or_two_bits_is_believed():
    bits = len(HAB) * 8
    for flips in itertools.chain(((n,) for n in range(bits)), itertools.combinations(range(bits), 2)):
        data = bytearray(HAB)
        for flip in flips:
            data[flip >> 3] ^= 1 << (flip & 7)
        found = heard(bytes(data))
        # What is left as it was: the dollars, of which any number will do, and the case of the checksum's digits.
        for one in found:
            assert one.raw.lstrip(b"$").upper() == HAB.lstrip(b"$").upper(), flips
            assert all(flip < 16 or flip >= bits - 32 for flip in flips)


def test_a_sentence_that_was_cut_costs_itself_and_no_other():
    for cut in range(2, len(HAB)):
        found = heard(HAB[:cut] + DUTCH + b"\n")
        assert [one.callsign for one in found] == ["DirkDuyvel"]


def test_a_sentence_may_come_in_any_pieces():
    stream = b"noise " + HAB + b"\r\n" + DUTCH + b"\n" + HORUS
    for size in range(1, 70):
        scanner = Scanner()
        found = [one for at in range(0, len(stream), size) for one in scanner.feed(stream[at : at + size], 0, 0)]
        assert [one.callsign for one in found] == ["HAB1", "DirkDuyvel", "HORUS"], size
        assert scanner.bytes_used(0) == len(stream) - len(b"noise "), size


fields = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="$*,"), min_size=1, max_size=12)


@given(
    fields,
    st.none() | st.integers(0, 99999),
    st.none() | st.integers(0, 86399),
    st.none() | st.tuples(st.integers(-(9 * 10**8), 9 * 10**8), st.integers(1, 18 * 10**8)),
    st.none() | st.integers(1, 50000),
    st.lists(fields, max_size=4),
)
def test_what_is_written_is_read_back(callsign, number, time_s, place, altitude_m, extra):
    latitude, longitude = (None, None) if place is None else place
    said = Heard("UKHAS", callsign, number, time_s, latitude, longitude, altitude_m, extra=",".join(extra))
    data = ukhas.encode(said)
    body = data[2 : data.index(b"*")]
    assert ukhas.decode(body) == said
    assert [one.raw for one in heard(data)] == [data[:-1]]


@pytest.mark.parametrize("callsign", ["A,B", "A$B", "A*B", "A\nB", "", "A" * 600])
def test_what_no_sentence_can_say_is_refused(callsign):
    if callsign:
        with pytest.raises(ValueError):
            ukhas.encode(Heard("UKHAS", callsign))


def test_our_own_board_s_sentences_are_understood_to_the_last_field():
    class State:
        @staticmethod
        def utc_s():
            return 1_777_000_000

    values = {
        **{name: prepared.CALM_FIX.get(name) for name in telemetry.FIX_LAYOUT.names},
        "altitude_m": 24813, "ground_speed_cm_s": 1249, "course_cdeg": 8712, "inside_c": -18,
        "phase": 1, "drop_summary": 0b01_10, "drop": 1, "drop_state": 1, "next_drop_s": 754,
    }  # fmt: skip
    (one,) = heard(Sentences("SAMARA", State, (0, 1, 2)).line(123, values.values()))
    assert (one.callsign, one.number, one.time_s) == ("SAMARA", 123, 1_777_000_000 % 86400)
    assert (one.latitude_e7, one.longitude_e7) == (values["latitude_e7"], values["longitude_e7"])
    assert (one.altitude_m, one.speed_cm_s, one.course_deg, one.satellites) == (24813, 1200, 87, 11)
    assert (one.temperature_c, one.battery_mv) == (-18, 3990)
    assert flight_words(one) == "ascent, drop 2 due, next in 0:12:34, 1 of 3 released"
    (one,) = heard(Sentences("SAMARA", State, ()).line(1, {**dict.fromkeys(values), "drop_summary": 0,
                                                            "drop": 0, "drop_state": 0}.values()))  # fmt: skip
    assert one[3:12] == (one.time_s, *[None] * 8) and one.course_deg is None
    assert flight_words(one) == "drop 1 waiting" and flight_words(heard(HAB)[0]) == ""
