"""Flights that others recorded, read by the same path as our own: each one right track. Facts seen in the files."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from ground.cli import main
from ground.exports.geojson import to_geojson
from ground.exports.gpx import to_gpx
from ground.exports.kml import to_kml
from ground.exports.table import to_csv
from ground.exports.times import iso
from ground.flight import Flight, read_flight
from ground.formats.heard_track import HeardTrack
from ground.raw_log import RECEIVED, RawLogReader

FLIGHTS = Path("../shared/data/flights")
pytestmark = pytest.mark.skipif(not FLIGHTS.is_dir(), reason="the recorded flights are not beside this checkout")


def imported(folder: Path, *arguments: str) -> Flight:
    result = CliRunner().invoke(main, ["import", *arguments, "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return read_flight(folder)


def file(name: str) -> str:
    return str(FLIGHTS / name)


def clock(track: HeardTrack, mission_ms: int) -> str:
    return iso(track.way.start_ns + mission_ms * 1_000_000)[:19]


def ends(track: HeardTrack) -> tuple[str, str]:
    return iso(track.way.messages[0].wall_ns)[:19], iso(track.way.messages[-1].wall_ns)[:19]


def apex(track: HeardTrack) -> tuple[int | None, str]:
    assert track.way.apex is not None
    return track.way.apex.altitude_m, clock(track, track.way.apex.mission_ms)


@pytest.fixture(scope="module")
def chase(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chase") / "log"
    return imported(folder, file("linktlm_W3EAX-11.txt"), file("linktlm_van_KD2DRI.txt"))


@pytest.fixture(scope="module")
def moere(tmp_path_factory):
    names = [file("moere_171019_receiver1.log"), file("moere_171019_receiver2.log"), "--zone", "JST"]
    return imported(tmp_path_factory.mktemp("moere") / "log", *names, "--name", "park", "--name", "coast")


@pytest.fixture(scope="module")
def float_(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("float") / "log", file("shab14v_float.csv"), "--name", "SHAB14-V")


@pytest.mark.parametrize("name", ["linktlm_W3EAX-11.txt", "linktlm_van_KD2DRI.txt"])
def test_every_aprs_position_is_where_the_loggers_own_parser_put_it(tmp_path, name):
    flight = imported(tmp_path / "log", file(name))
    (track,) = flight.payloads.tracks.values()
    explained = re.split(rb"\n\n", (FLIGHTS / name).read_bytes())
    assert len(explained) == len(track.heard) > 100
    for heard, entry in zip(track.heard, explained, strict=True):
        said = {key: float(value) for key, value in re.findall(rb" (latitude|longitude|altitude): (-?[\d.]+)", entry)}
        assert heard.latitude_e7 == pytest.approx(said[b"latitude"] * 1e7, abs=1)
        assert heard.longitude_e7 == pytest.approx(said[b"longitude"] * 1e7, abs=1)
        assert heard.altitude_m == (round(said[b"altitude"]) if b"altitude" in said else None)


def test_a_chase_has_a_balloon_and_a_van_and_nothing_is_mixed(chase):
    balloon, van = (chase.payloads.tracks[name] for name in ("W3EAX-11", "KD2DRI"))
    assert set(chase.payloads.tracks) == {"W3EAX-11", "KD2DRI"}
    assert balloon.flies and not van.flies
    assert balloon.symbol == "/O" and van.symbol == "\\K"
    assert (len(balloon.heard), len(van.heard)) == (122, 110)
    assert ends(balloon) == ("2015-06-13T11:19:18", "2015-06-13T17:41:56")  # EDT in the file
    assert ends(van) == ("2015-06-13T10:57:35", "2015-06-13T14:13:10")
    assert apex(balloon) == (27452, "2015-06-13T13:42:01")  # 90,066 feet
    assert apex(van) == (347, "2015-06-13T12:35:48")


def test_what_a_balloon_said_before_is_no_news_when_it_comes_again_by_a_slow_way(chase):
    # Number 48 came at 12:17:05, and 20 minutes later once more, damaged: the balloon was 7 km higher by then.
    balloon = chase.payloads.tracks["W3EAX-11"]
    numbers = [message.heard.number for message in balloon.way.messages]
    assert len(numbers) == len(set(numbers)) == 115
    heights = [place.altitude_m or 0 for place in balloon.way.positions]
    top = heights.index(max(heights))
    off = next(at for at, height in enumerate(heights) if height > 1000)
    assert heights[off : top + 1] == sorted(heights[off : top + 1])


def test_two_receivers_of_one_flight_are_one_track_though_their_clocks_differ(moere):
    (track,) = moere.payloads.tracks.values()
    assert track.counts == {0: 55, 1: 92}
    both = [message for message in track.way.messages if len(message.receivers) == 2]
    assert len(both) == 41 and len(track.way.messages) == 55 + 92 - 41
    (one,) = track.way.clocks
    assert (one.receiver, one.ahead_s) == (0, 17.0)
    assert ends(track)[0] == "2017-10-19T11:59:25"  # 20:59:25 in Japan
    assert apex(track) == (11991, "2017-10-19T12:37:11")
    # The last message says 0, 0: that is no place.
    assert len(track.way.positions) == 105 and not track.way.suspects
    heights = [place.altitude_m or 0 for place in track.way.positions]
    assert heights[3:] == sorted(heights[3:])  # it only rose while it was heard, with both receivers in their order


def test_a_receiver_alone_knows_less_than_both(tmp_path, moere):
    alone = imported(tmp_path / "log", file("moere_171019_receiver1.log"), "--zone", "+9")
    (track,) = alone.payloads.tracks.values()
    assert len(track.way.positions) == 55 and apex(track) == (8434, "2017-10-19T12:26:35")
    (merged,) = moere.payloads.tracks.values()
    assert len(merged.way.positions) > 92


def test_a_float_of_thirteen_hours_with_its_pressure_and_its_late_messages(float_):
    (track,) = float_.payloads.tracks.values()
    assert len(track.heard) == len(track.way.positions) == 713
    assert ends(track) == ("2022-08-22T14:37:53", "2022-08-23T03:46:55")
    assert apex(track) == (21107, "2022-08-22T19:55:55")
    assert all(heard.pressure_pa and heard.battery_mv and heard.temperature_c is not None for heard in track.heard)
    assert min(heard.pressure_pa or 0 for heard in track.heard) == 4694
    late = [message for message in track.way.messages if message.late]
    assert len(late) == 11
    # Number 161 came between 163 and 164: it is put between 160 and 162.
    (one,) = (message for message in late if message.heard.number == 161)
    assert iso(one.heard.wall_ns)[11:19] == "15:53:08" and iso(one.wall_ns)[11:19] == "15:50:53"
    numbers = [message.heard.number or 0 for message in track.way.messages]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("serial", "rows", "first", "last", "highest", "at", "suspects"),
    [
        # The two rows of DL6WO-14 at 18:31:42 and 18:31:58 say what was so half a minute before, in the middle of the
        # fall; the second is higher than any other.
        ("R3320833", 2587, "2021-05-02T16:49:38", "2021-05-02T19:01:30", 31669, "2021-05-02T18:31:20", 2),
        ("S3140158", 2474, "2021-07-05T10:51:14", "2021-07-05T12:59:30", 33621, "2021-07-05T12:29:46", 0),
        ("T1240114", 4539, "2021-08-24T22:47:30", "2021-08-25T02:40:43", 32608, "2021-08-25T00:45:46", 0),
    ],
)
def test_a_radiosonde_with_its_newest_row_first(tmp_path, serial, rows, first, last, highest, at, suspects):
    flight = imported(tmp_path / "log", file(f"rs41_{serial}.csv"))
    (track,) = flight.payloads.tracks.values()
    assert track.callsign == serial and track.flies
    assert len(track.heard) == rows and ends(track) == (first, last)
    assert apex(track) == (highest, at)
    assert len(track.way.suspects) == suspects
    assert len(track.way.positions) == rows - suspects


def test_places_that_cannot_be_are_marked_and_no_part_of_the_way(tmp_path):
    flight = imported(tmp_path / "log", file("rs41_R3320833.csv"))
    marked = [
        one["properties"]["utc"][:19]
        for one in json.loads(to_geojson(flight))["features"]
        if one["properties"]["kind"] == "suspect"
    ]
    assert marked == ["2021-05-02T18:31:42", "2021-05-02T18:31:58"]
    assert ">31675<" not in to_gpx(flight) and " 31675" not in to_kml(flight)
    suspect = [line for line in to_csv(flight).splitlines() if ",31675," in line]
    assert len(suspect) == 1 and ",1,DL6WO-14 " in suspect[0]


def test_a_cutdown_that_fired_and_did_not_cut_is_read_by_its_own_heading(tmp_path):
    flight = imported(tmp_path / "log", file("adler_97_failed_cutdown.txt"))
    (track,) = flight.payloads.tracks.values()
    rows = [heard for heard in track.heard if heard.kind == "ROW"]
    assert len(rows) == 255 and not track.way.positions
    assert [row.number for row in rows] == list(range(1, 256))
    assert (rows[0].temperature_c, rows[0].battery_mv) == (39.5, 8700)  # 229 is 2*(T+75), 174 is vB*20
    flags = Counter(row.extra.rpartition(" ")[2] for row in rows)
    fired = next(at for at, row in enumerate(rows) if row.extra.endswith("Cut 1"))
    # 4.45 V on the capacitor until it fired, 6.25 V ever after: it was never emptied into the wire.
    assert rows[fired - 1].extra == "vC 4.45 V, Cut 0"
    assert rows[fired + 1].extra in ("vC 6.25 V, Cut 1", "vC 6.3 V, Cut 1")
    assert all(row.extra.startswith(("vC 6.2", "vC 6.3")) for row in rows[fired:])
    assert flags["197"] == 1  # the last row was being written


def test_every_line_is_in_the_log_as_it_was_and_at_its_own_time(tmp_path):
    for name in ("linktlm_W3EAX-11.txt", "moere_171019_receiver1.log", "shab14v_float.csv"):
        folder = tmp_path / name
        imported(folder, file(name))
        chunks = [chunk for chunk in RawLogReader(folder / "raw.log") if chunk.kind == RECEIVED]
        data = (FLIGHTS / name).read_bytes()
        assert b"".join(chunk.data for chunk in chunks) in (data, data + b"\n")
        assert [chunk.wall_ns for chunk in chunks] == sorted(chunk.wall_ns for chunk in chunks)
    moment = datetime(2022, 8, 22, 14, 37, 53, tzinfo=UTC).timestamp()
    assert chunks[1].wall_ns == int(moment) * 10**9 and chunks[1].data.startswith(b"2022-08-22 14:37:53,")


def test_the_exports_have_every_track_by_its_name(chase):
    for text in (to_kml(chase), to_gpx(chase), to_csv(chase), to_geojson(chase)):
        assert "W3EAX-11" in text and "KD2DRI" in text
    assert to_gpx(chase).count("<trkpt ") == 115 + 110
    assert to_kml(chase).count("<gx:coord>") == 115 + 108  # two of the van say no altitude
    rows = to_csv(chase).splitlines()
    assert len(rows) == 1 + 115 + 110


def test_replay_and_the_store_know_the_same_tracks(tmp_path, moere):
    result = CliRunner().invoke(main, ["import", file("rs41_S3140158.csv"), "-o", str(tmp_path / "log")])
    assert result.exit_code == 0
    replayed = CliRunner().invoke(main, ["replay", str(tmp_path / "log")])
    assert "highest: 33621 m at 2021-07-05T12:29:46Z" in replayed.output
    (stored,) = read_flight(tmp_path / "log" / "flight.sqlite").payloads.tracks.values()
    (logged,) = read_flight(tmp_path / "log").payloads.tracks.values()
    assert stored.way.positions == logged.way.positions


def test_a_log_is_never_written_over(tmp_path):
    imported(tmp_path / "log", file("moere_171019_receiver1.log"))
    again = CliRunner().invoke(main, ["import", file("moere_171019_receiver2.log"), "-o", str(tmp_path / "log")])
    assert again.exit_code == 2 and "nothing is overwritten" in again.output


def test_times_without_a_zone_are_said_to_be_taken_as_utc(tmp_path):
    result = CliRunner().invoke(main, ["import", file("moere_171019_receiver1.log"), "-o", str(tmp_path / "log")])
    assert "288 times say no zone: taken as UTC, as nobody said otherwise (--zone)" in result.output


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\0\0\0frames"])
def test_a_file_that_is_no_text_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    result = CliRunner().invoke(main, ["import", str(tmp_path / "file"), "-o", str(tmp_path / "log")])
    assert result.exit_code == 2 and not (tmp_path / "log").exists()
