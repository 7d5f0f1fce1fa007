"""APRS as a TNC prints it: plain, compressed and Mic-E positions, objects, what is in comments, and what is none."""

import random

import pytest

from ground.formats import aprs
from ground.formats.heard import Heard
from ground.formats.payloads import Payloads
from ground.formats.scanner import Scanner
from ground.formats.store import HeardStore
from ground.station import Station
from ground.summary import others_summary
from tests.ground import prepared_flight as prepared
from tests.ground.scripted_link import ScriptedLink


def said(line: bytes) -> Heard:
    heard = aprs.decode(line)
    assert heard is not None
    return heard


def test_a_plain_position_with_course_speed_and_altitude_is_read():
    heard = said(b"N0CALL-11>APRS,WIDE1-1*,qAR,GATE:!4903.50N/07201.75WO088/036/A=001234 hello")
    assert (heard.callsign, heard.kind, heard.symbol) == ("N0CALL-11", "APRS", "/O")
    assert (heard.latitude_e7, heard.longitude_e7) == (490583333, -720291667)
    assert heard.altitude_m == 376  # 1,234 feet
    assert heard.course_deg == 88 and heard.speed_cm_s == round(36 * 51.4444)
    assert heard.extra == "hello"


def test_the_compressed_position_of_the_specification_is_read():
    heard = said(b"N0CALL>APRS:=/5L!!<*e7>7P[")  # chapter 9: 49 30' N, 72 45' W, course 88, 36.2 knots
    assert heard.latitude_e7 == pytest.approx(495000000, abs=30)
    assert heard.longitude_e7 == pytest.approx(-727500000, abs=50)
    assert heard.course_deg == 88 and heard.speed_cm_s == pytest.approx(36.2 * 51.4444, abs=3)


def test_the_compressed_altitude_of_the_specification_is_read():
    assert said(b"N0CALL>APRS:=/5L!!<*e7OS]S").altitude_m == 3049  # chapter 9: 10,004 feet; the byte says GGA


def test_a_mic_e_position_of_the_specification_is_read():
    # Chapter 10: S32U6T is 33 25.64' N, west; (_f is 12 07.74', or 112 07.74' where the fifth letter says so.
    heard = said(b'N0CALL>S32U6T,WIDE2-2:`(_fn"Oj/]"4T}')
    assert heard.latitude_e7 == pytest.approx(334273333, abs=1)
    assert heard.longitude_e7 == pytest.approx(-121290000, abs=1)
    assert said(b'N0CALL>S32UVT:`(_fn"Oj/]"4T}').longitude_e7 == pytest.approx(-1121290000, abs=1)
    assert heard.course_deg == 251 and heard.speed_cm_s == round(20 * 51.4444)
    assert heard.symbol == "/j" and heard.altitude_m == 61  # chapter 10: "4T} is 61 m


def test_a_blurred_position_is_the_middle_of_what_it_can_be():
    heard = said(b"N0CALL>APRS:!4903.  N/07201.  W-")
    assert heard.latitude_e7 == round((49 + 3.5 / 60) * 1e7)
    assert heard.longitude_e7 == -round((72 + 1.5 / 60) * 1e7)


def test_an_object_is_named_by_itself_and_not_by_who_sent_it():
    heard = said(b"N0CALL>APRS,qAC:;SONDE    *092345z4903.50N/07201.75WO/A=000100")
    assert heard.callsign == "SONDE" and heard.time_s == 23 * 3600 + 45 * 60


def test_a_time_of_day_is_kept_and_a_local_one_is_unknown():
    assert said(b"N0CALL>APRS:/123456h4903.50N/07201.75WO").time_s == 12 * 3600 + 34 * 60 + 56
    assert said(b"N0CALL>APRS:@092345/4903.50N/07201.75WO").time_s is None


def test_values_of_a_comment_fill_the_fields_and_what_no_sensor_measured_stays_unknown():
    heard = said(b"N0CALL>APRS:!4903.50N/07201.75WO StrTrk 88 9 1.63V -26C 84259Pa")
    assert (heard.number, heard.satellites, heard.battery_mv) == (88, 9, 1630)
    assert (heard.temperature_c, heard.pressure_pa) == (-26.0, 84259)
    heard = said(b"N0CALL>APRS:!4903.50N/07201.75WO Clb=-8.1m/s t=-273.0C h=-1.0% p=-1.0hPa")
    assert (heard.climb_cm_s, heard.temperature_c, heard.pressure_pa) == (-810, None, None)
    assert said(b"N0CALL>APRS:!4903.50N/07201.75WO p=983.3hPa").pressure_pa == 98330


def test_course_zero_is_unknown_and_360_is_north():
    assert said(b"N0CALL>APRS:!4903.50N/07201.75WO000/010").course_deg is None
    assert said(b"N0CALL>APRS:!4903.50N/07201.75WO360/010").course_deg == 0


@pytest.mark.parametrize(
    "line",
    [
        b"N0CALL>APRS:>only a status",
        b"N0CALL>APRS:!9903.50N/07201.75W-",  # no such latitude: no place
        b"N0CALL>APRS:T#005,199,000,255,073,123,01101001",
        b"n0call>APRS:!4903.50N/07201.75W-",
        b"N0CALL APRS:!4903.50N/07201.75W-",
        b"N0CALL>APRS:!4903",
        b"N0CALL>S32U6T:`(_f",
        b"N0CALL>APRS:",
        b"",
    ],
)
def test_what_says_no_place_is_none_or_has_no_place(line):
    heard = aprs.decode(line)
    assert heard is None or heard.place is None


def test_lines_are_found_however_they_are_cut_and_among_anything():
    line = b"N0CALL-11>APRS,WIDE1-1:!4903.50N/07201.75WO/A=001234\r\n"
    data = b"\xff\x00noise\r\n" + line + b"$$HALF\n" + b"[0.3] " + line + b"2026-05-01 10:00:00 UTC: " + line
    for size in (1, 7, 4096):
        scanner = Scanner()
        found = [heard for at in range(0, len(data), size) for heard in scanner.feed(data[at : at + size], 5, 6, 1)]
        assert [(one.callsign, one.altitude_m, one.wall_ns, one.receiver) for one in found] == [
            ("N0CALL-11", 376, 5, 1)
        ] * 3


def test_the_same_words_by_two_ways_are_one_message():
    payloads = Payloads()
    second = 1_000_000_000
    text = b":!4903.50N/07201.75WO/A=001234\n"
    payloads.feed(b"N0CALL-11>APRS,DIGI1*" + text, 0, 0, 0)
    payloads.feed(b"N0CALL-11>APRS,DIGI2*" + text, 3 * second, 3, 1)
    payloads.feed(b"N0CALL-11>APRS,DIGI2*" + text, 600 * second, 600, 1)
    (track,) = payloads.tracks.values()
    assert [message.receivers for message in track.way.messages] == [(0, 1), (1,)]


def test_a_tnc_on_a_port_is_heard_beside_our_own_frames():
    link = ScriptedLink("tnc")
    station = Station(link).start()
    frame = prepared.wire([prepared.fix_packet(1, 1000)])
    link.push(frame + b"N0CALL-11>APRS,WIDE1-1:!4903.50N/07201.75WO/A=001234\r\n" + frame)
    link.end()
    assert station.wait_until(lambda station: station.ended, 10)
    station.close()
    assert station.receiver.frames == 2
    assert station.payloads.latest[("APRS", "N0CALL-11")].altitude_m == 376


def test_no_bytes_make_the_reader_raise():
    pieces = [b":", b"`", b"'", b"!", b"4903.50N", b"/", b"07201.75W", b"|!!|", b"\x1c", b"\xff", b"}",
              b"/A=-00001", b",W*", b";AAAAAAAAA*", b")ABC!", b"999999h", b" " * 9, b"5L!!<*e7", b"<0x1f>"]  # fmt: skip
    some = 0
    for seed in range(3000):
        dice = random.Random(seed)
        line = b"N0CALL>S32U6T:" + b"".join(dice.choice(pieces) for _ in range(dice.randrange(8)))
        some += aprs.decode(line) is not None
    assert some > 50


def test_no_lines_make_the_readers_raise_and_all_they_find_can_be_stored(tmp_path):
    lines = [
        b"STATION;SONDE;DateTime;Latitude;Longitude;Course;Speed;Altitude;Description",
        b"A;S1;2021-05-02 19:01:30;49.8464;8.7054;143;13;342;Clb=-8.1m/s t=8.8C p=983.3hPa batt=2.7V Sats=7",
        b"2*(T+75)(C), vB*20(V), vC*20(V), Cut",
        b"229, 174, 91, 0",
        b"2017/10/19 20:59:42 `cfdr la:43.126101,lo:141.430831,a:8.2`",
        b"2015-06-13 07:19:18 EDT: W3EAX-11>APRS,A*:!/:IgX:iOdO   /A=000649|!\"|  /W3EAX,15,8,29'C",
        b"Vbat = 8.69V, Vcut = 3.85V.",
    ]
    payloads = Payloads()
    store = HeardStore(tmp_path / "flight.sqlite")
    for seed in range(2000):
        dice = random.Random(seed)
        line = bytearray(dice.choice(lines))
        for _ in range(dice.randrange(6)):
            at = dice.randrange(len(line))
            piece = dice.choice([b"9" * 30, b"-", b"", b";", b",", b"\xff", b"nan", b"(", b"1e400", b"*"])
            line[at : at + dice.randrange(4)] = piece
            line = line or bytearray(b"x")
        payloads.feed(bytes(line) + b"\n", seed * 10**9, seed, seed % 3)
    found = payloads.take()
    assert len(found) > 300
    store.add(found)
    store.close()
    for track in payloads.tracks.values():
        assert len(track.way.positions) + len(track.way.suspects) <= len(track.heard)


def test_more_payloads_than_are_kept_are_counted_and_summed_up():
    payloads = Payloads()
    for n in range(250):
        for at in (0, 40):
            line = f"N{n:03}>APRS:!4903.50N/07201.75WO/A=00{1000 + at}\n"
            payloads.feed(line.encode(), (n + at) * 10**9, (n + at) * 10**9, 0)
    lines = others_summary(payloads)
    assert len(payloads.tracks) <= 100 and payloads.messages == 500
    assert lines[0].startswith("other payloads: 500 messages") and len(lines) > 100


def test_the_way_that_is_drawn_lacks_no_more_than_one_message_in_fifty():
    payloads = Payloads()
    for n in range(300):
        line = f"N0CALL-11>APRS:!4903.50N/07201.75WO/A={1000 + n * 20:06}\n"
        payloads.feed(line.encode(), n * 60 * 10**9, n, 0)
        (track,) = payloads.tracks.values()
        assert len(track.drawn_way.positions) >= (n + 1) * 49 // 50
    assert len(track.way.positions) == 300 and track.flies
