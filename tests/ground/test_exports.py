"""Exports, read back by other parsers: the same places, the same times, nothing invented."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from firmware.protocol import drops, telemetry
from ground.exports.geojson import to_geojson
from ground.exports.gpx import to_gpx
from ground.exports.kml import to_kml
from ground.exports.marks import marks
from ground.exports.table import to_csv
from ground.exports.times import degrees, iso, xml_text
from ground.flight import Flight, FlightError, read_flight, segments
from ground.flight_store import FlightStore
from ground.raw_log import Chunk, RawLog
from ground.receiver import Receiver
from ground.track import Position
from tests.ground import prepared_flight as prepared

KML = "{http://www.opengis.net/kml/2.2}"
GX = "{http://www.google.com/kml/ext/2.2}"
GPX = "{http://www.topografix.com/GPX/1/1}"
HOSTILE = "a\"b'<script>&amp;\0\x1b[31m]]>\ud800\uffff \u202e,=1+1"


def flight_of(packets, name="flight"):
    store = FlightStore()
    receiver = Receiver()
    for n, packet in enumerate(packets):
        store.add(receiver.feed(Chunk(prepared.wire([packet]), 1_777_000_000_000_000_000 + n * 10**9, n)))
    store.commit()
    return Flight(name, list(store.records()))


@pytest.fixture(scope="module")
def flight():
    """2.6 h with ten minutes unheard."""
    packets = prepared.flight_packets(every_ms=5000)
    return flight_of([packet for n, packet in enumerate(packets) if not 600 <= n < 720])


def test_csv_has_a_row_a_frame_and_says_unknown_by_nothing(flight):
    rows = list(csv.DictReader(io.StringIO(to_csv(flight))))
    assert len(rows) == len(flight.records)
    for row, record in zip(rows, flight.records, strict=True):
        assert row["kind"] == record.kind
        for name, value in record.values.items():
            assert row[name] == ("" if value is None else str(value))
        assert row["received_utc"].endswith("Z")


def test_kml_tracks_have_as_many_times_as_places_longitude_first_and_split_at_the_gap(flight):
    root = ElementTree.fromstring(to_kml(flight).encode())
    tracks = list(root.iter(f"{GX}Track"))
    assert len(tracks) == 2
    places = []
    for track in tracks:
        whens, coords = track.findall(f"{KML}when"), track.findall(f"{GX}coord")
        assert len(whens) == len(coords) > 100
        assert [when.text for when in whens] == sorted(when.text for when in whens)
        assert track.find(f"{KML}altitudeMode").text == "absolute"
        places += [coord.text.split(" ") for coord in coords]
    (known,) = flight.tracks.values()
    assert places == [[degrees(p.longitude_e7), degrees(p.latitude_e7), str(p.altitude_m)] for p in known.positions]
    assert all(float(longitude) > 100 > float(latitude) for longitude, latitude, _ in places)
    names = [mark.find(f"{KML}name").text for mark in root.iter(f"{KML}Placemark")]
    assert {"way", "launch", "drop 1 firing", "drop 1 confirmed", "apex 30120 m", "last position"} <= set(names)


def test_the_drop_is_where_the_balloon_was(flight):
    (known,) = flight.tracks.values()
    features = json.loads(to_geojson(flight))["features"]
    (fired,) = [one for one in features if one["properties"].get("name") == "drop 1 confirmed"]
    at_drop = min(known.positions, key=lambda place: abs(place.mission_ms - prepared.DROP_MS))
    assert fired["geometry"]["coordinates"] == [
        at_drop.longitude_e7 / 1e7,
        at_drop.latitude_e7 / 1e7,
        at_drop.altitude_m,
    ]
    assert fired["properties"]["mission_ms"] == prepared.DROP_MS


def test_an_event_without_a_position_at_its_time_says_how_far_off_its_place_is():
    packets = [prepared.fix_packet(n, n * 1000) for n in range(5)]
    packets.append(prepared.event_packet(400, 400_000, 1, telemetry.DROP_CHANGED, 0, drops.CONFIRMED, 0x100))
    (mark,) = [mark for mark in marks(flight_of(packets).track) if mark.kind == "drop"]
    assert mark.name == "drop 1 confirmed (place of 396 s before)"


def test_the_cutdown_has_a_pin_of_its_own_kind_and_a_launch_that_was_none_is_called_so():
    packets = [prepared.fix_packet(n, n * 1000) for n in range(1, 5)]
    for event_id, (code, *rest) in enumerate(
        (
            (telemetry.LAUNCHED, 6, 0, 1000),
            (telemetry.LAUNCH_CANCELLED, 0, 0, 0),
            (telemetry.LAUNCHED, 6, 0, 2000),
            (telemetry.REASONS_CHANGED, 0, 0, drops.HOLD),
            (telemetry.DROP_CHANGED, 0, drops.CONFIRMED, 4 | 1 << 8),
            (telemetry.DROP_CHANGED, drops.CUTDOWN, drops.PARTED_EARLY, 0),
        )
    ):
        packets.append(prepared.event_packet(5 + event_id, 5000 + event_id * 1000, event_id, code, *rest))
    pins = [(mark.kind, mark.name) for mark in marks(flight_of(packets).track) if mark.kind not in ("apex", "last")]
    assert sorted(pins) == [
        ("cutdown", "cutdown parted early"),
        ("drop", "drop 1 confirmed, occasion 5"),
        ("event", "launch cancelled"),
        ("event", "launch that was none"),
        ("launch", "launch"),
    ]


def test_gpx_children_stand_in_the_order_of_the_schema(flight):
    root = ElementTree.fromstring(to_gpx(flight).encode())
    order = ["metadata", "wpt", "rte", "trk"]
    found = [order.index(child.tag.removeprefix(GPX)) for child in root]
    assert found == sorted(found)
    point_order = ["ele", "time", "name", "type"]
    for point in [*root.iter(f"{GPX}wpt"), *root.iter(f"{GPX}trkpt")]:
        places = [point_order.index(child.tag.removeprefix(GPX)) for child in point]
        assert places == sorted(places)
        assert -90 <= float(point.get("lat")) <= 90
    assert len(root.findall(f"{GPX}trk/{GPX}trkseg")) == 2
    (known,) = flight.tracks.values()
    assert len(list(root.iter(f"{GPX}trkpt"))) == len(known.positions)


def test_geojson_is_strict_json_longitude_first_and_split_at_the_gap(flight):
    def refuse(word):
        raise AssertionError(word)

    collection = json.loads(to_geojson(flight), parse_constant=refuse)
    (way,) = [one for one in collection["features"] if one["properties"]["kind"] == "way"]
    lines = way["geometry"]["coordinates"]
    assert [len(line) for line in lines] == [len(times) for times in way["properties"]["utc"]]
    assert len(lines) == 2
    assert all(-180 <= longitude <= 180 and abs(latitude) <= 90 for line in lines for longitude, latitude, _ in line)
    assert lines[0][0][0] == pytest.approx(129.1234567, abs=1e-9)


def test_times_follow_the_payload_s_clock_from_the_frame_that_came_quickest():
    packets = [prepared.fix_packet(n, n * 1000) for n in range(5)]
    store = FlightStore()
    receiver = Receiver()
    base = 1_777_000_000_000_000_000
    for n, late_ns in enumerate((3, 0, 2, 9, 1)):
        store.add(receiver.feed(Chunk(prepared.wire([packets[n]]), base + (n + late_ns) * 10**9, 0)))
    store.commit()
    flight = Flight("x", list(store.records()))
    assert [flight.utc_ns(flight.track, place.mission_ms) - base for place in flight.track.positions] == [
        n * 10**9 for n in range(5)
    ]


def test_a_laptop_clock_that_was_set_in_flight_spoils_no_times():
    store = FlightStore()
    receiver = Receiver()
    base = 1_777_000_000_000_000_000
    for n in range(20):
        wall_ns = (0 if n < 3 else base) + n * 10**9
        store.add(receiver.feed(Chunk(prepared.wire([prepared.fix_packet(n, n * 1000)]), wall_ns, 0)))
    store.commit()
    flight = Flight("x", list(store.records()))
    assert flight.utc_ns(flight.track, 5000) == base + 5 * 10**9


def test_hostile_text_stays_text():
    flight = flight_of([prepared.fix_packet(n, n * 1000) for n in range(3)], name=HOSTILE)
    kml = ElementTree.fromstring(to_kml(flight).encode())
    name = kml.find(f"{KML}Document/{KML}name").text
    assert "<script>" in name and "\0" not in name and "\x1b" not in name
    assert ElementTree.fromstring(to_gpx(flight).encode()).find(f"{GPX}metadata/{GPX}name").text == name
    assert xml_text("\ud800\ufffe\x08") == "\ufffd" * 3


def test_positions_of_unknown_altitude_are_not_put_on_the_ground():
    packets = [prepared.fix_packet(n, n * 1000, fix_type=2 if n == 2 else 3) for n in range(5)]
    flight = flight_of(packets)
    assert len(list(ElementTree.fromstring(to_kml(flight)).iter(f"{GX}coord"))) == 4
    points = list(ElementTree.fromstring(to_gpx(flight)).iter(f"{GPX}trkpt"))
    assert [point.find(f"{GPX}ele") is None for point in points] == [False, False, True, False, False]


def test_a_flight_without_any_position_exports_to_valid_empty_documents():
    nowhere = {"latitude_e7": None, "longitude_e7": None, "altitude_m": None, "fix_type": 0, "gps_age_s": None}
    flight = flight_of([prepared.fix_packet(n, n * 1000, **nowhere) for n in range(3)])
    assert list(ElementTree.fromstring(to_kml(flight)).iter(f"{GX}Track")) == []
    assert list(ElementTree.fromstring(to_gpx(flight)).iter(f"{GPX}trkpt")) == []
    assert json.loads(to_geojson(flight))["features"] == []
    assert len(list(csv.DictReader(io.StringIO(to_csv(flight))))) == 3


def test_places_told_later_are_exported_and_marked():
    here = prepared.CALM_FIX["latitude_e7"], prepared.CALM_FIX["longitude_e7"]
    packets = [prepared.fix_packet(n, n * 1000) for n in (1, 2, 30, 31)]
    flight = flight_of([*packets, prepared.hist_packet(32, 32_000, 10, 5, [(*here, 200 + n) for n in range(4)])])
    rows = list(csv.DictReader(io.StringIO(to_csv(flight))))
    assert [(row["kind"], row["mission_ms"], row["told_later"]) for row in rows[1:5]] == [
        ("FIX", "2000", "0"),
        ("PLACE", "10000", "1"),
        ("PLACE", "15000", "1"),
        ("PLACE", "20000", "1"),
    ]
    assert (rows[2]["latitude_e7"], rows[2]["altitude_m"], rows[2]["sequence"]) == (str(here[0]), "200", "")
    (way,) = [one for one in json.loads(to_geojson(flight))["features"] if one["properties"]["kind"] == "way"]
    assert way["properties"]["told_later"] == [[False, False, True, True, True, True, False, False]]
    points = list(ElementTree.fromstring(to_gpx(flight)).iter(f"{GPX}trkpt"))
    assert [point.find(f"{GPX}src") is not None for point in points] == way["properties"]["told_later"][0]
    assert len(list(ElementTree.fromstring(to_kml(flight)).iter(f"{GX}coord"))) == 8


def test_no_column_of_the_table_is_there_twice():
    head = to_csv(flight_of([prepared.fix_packet(1, 1000)])).splitlines()[0].split(",")
    assert len(head) == len(set(head))


def test_both_starts_of_a_payload_are_exported():
    packets = [prepared.fix_packet(900 + n, 900_000 + n * 1000) for n in range(10)]
    flight = flight_of(packets + [prepared.fix_packet(n, n * 1000) for n in range(20)])
    assert len(ElementTree.fromstring(to_gpx(flight)).findall(f"{GPX}trk")) == 2
    assert len(list(csv.DictReader(io.StringIO(to_csv(flight))))) == 30


def test_segments_cut_at_gaps_and_follow_a_slow_radio():
    def way(*seconds):
        return [Position(second * 1000, 0, 0, 0) for second in seconds]

    assert [len(part) for part in segments(way(0, 1, 2, 33, 34))] == [3, 2]
    assert [len(part) for part in segments(way(0, 1, 2, 31))] == [4]
    assert [len(part) for part in segments(way(0, 20, 40, 60, 150, 170))] == [6]
    assert segments([]) == []


def test_degrees_are_exact():
    assert [degrees(n) for n in (-1, 0, 1, -1800000000, 899999999)] == [
        "-0.0000001",
        "0.0000000",
        "0.0000001",
        "-180.0000000",
        "89.9999999",
    ]
    assert iso(1_777_000_000_123_456_789) == "2026-04-24T03:06:40.123Z"


def test_a_flight_is_read_from_folder_log_store_and_plain_bytes_alike(tmp_path):
    data = prepared.wire(prepared.flight_packets(until_ms=60_000))
    chunk = Chunk(data, 1_777_000_000_000_000_000, 5)
    log = RawLog(tmp_path / "raw.log")
    log.append(chunk)
    log.close()
    store = FlightStore(tmp_path / "flight.sqlite")
    store.add(Receiver().feed(chunk))
    store.close()
    (tmp_path / "bytes.bin").write_bytes(data)
    paths = [tmp_path, tmp_path / "raw.log", tmp_path / "flight.sqlite", tmp_path / "bytes.bin"]
    texts = [to_csv(read_flight(path)) for path in paths]
    assert texts[0] == texts[1] == texts[2]
    assert texts[3].count("\n") == texts[0].count("\n") == 67
    for path in (tmp_path / "missing", tmp_path / "empty"):
        with pytest.raises(FlightError, match="cannot be read"):
            read_flight(path)
    (tmp_path / "noise").write_bytes(prepared.random_bytes(3, 5000))
    with pytest.raises(FlightError, match="no undamaged frame"):
        read_flight(tmp_path / "noise")
