"""KML and GPX by the order of children that their schemas demand: a program may refuse a file that has another one."""

import json
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from ground.exports.geojson import to_geojson
from ground.exports.gpx import to_gpx
from ground.exports.kml import to_kml
from ground.flight import Flight
from ground.flight_store import FlightStore
from ground.raw_log import Chunk
from ground.receiver import Receiver
from tests.ground import prepared_flight as prepared

# element, its children in the order of the schema; a child that is not named is not allowed. gx: has its prefix here.
KML_ORDER = {
    "kml": ("Document",),
    "Document": ("name", "Style", "Folder"),
    "Style": ("LineStyle",),
    "LineStyle": ("color", "width"),
    "Folder": ("name", "Placemark"),
    "Placemark": ("name", "TimeStamp", "styleUrl", "ExtendedData", "Point", "gx:MultiTrack"),
    "TimeStamp": ("when",),
    "ExtendedData": ("Data",),
    "Data": ("value",),
    "Point": ("altitudeMode", "coordinates"),
    "gx:MultiTrack": ("altitudeMode", "gx:interpolate", "gx:Track"),
    "gx:Track": ("altitudeMode", "when", "gx:coord"),
}
_WAYPOINT = ("ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type", "fix", "sat")
GPX_ORDER = {
    "gpx": ("metadata", "wpt", "rte", "trk", "extensions"),
    "metadata": ("name", "desc", "author", "copyright", "link", "time", "keywords", "bounds"),
    "wpt": _WAYPOINT,
    "trk": ("name", "cmt", "desc", "src", "link", "number", "type", "extensions", "trkseg"),
    "trkseg": ("trkpt", "extensions"),
    "trkpt": _WAYPOINT,
}
PREFIXES = {
    "{http://www.opengis.net/kml/2.2}": "",
    "{http://www.google.com/kml/ext/2.2}": "gx:",
    "{http://www.topografix.com/GPX/1/1}": "",
}


def flight_of(packets):
    store = FlightStore()
    receiver = Receiver()
    for n, packet in enumerate(packets):
        store.add(receiver.feed(Chunk(prepared.wire([packet]), 1_777_000_000_000_000_000 + n * 10**9, n)))
    store.commit()
    return Flight("flight", list(store.records()))


@pytest.fixture(scope="module")
def flight():
    """Two gaps, one of them filled by what was told later, and positions without a height."""
    here = prepared.CALM_FIX["latitude_e7"], prepared.CALM_FIX["longitude_e7"]
    packets = prepared.flight_packets(every_ms=5000)
    kept = [packet for n, packet in enumerate(packets) if not 600 <= n < 720 and not 900 <= n < 930]
    told = prepared.hist_packet(9999, 9_400_000, 4400, 20, [(*here, 20_000 + n) for n in range(6)])
    flat = [prepared.fix_packet(10_000 + n, 9_500_000 + n * 5000, fix_type=2) for n in range(3)]
    return flight_of([*kept, told, *flat])


def name_of(element):
    space, _, name = element.tag.rpartition("}")
    return PREFIXES[space + "}"] + name


def check_order(element, orders):
    children = [name_of(child) for child in element]
    if children:
        order = orders[name_of(element)]
        places = [order.index(child) for child in children]
        assert places == sorted(places), f"{name_of(element)} has {list(dict.fromkeys(children))}"
    for child in element:
        check_order(child, orders)


def test_every_child_of_a_kml_stands_where_its_schema_wants_it(flight):
    root = ElementTree.fromstring(to_kml(flight).encode())
    check_order(root, KML_ORDER)
    gx = "{http://www.google.com/kml/ext/2.2}"
    for track in root.iter(f"{gx}Track"):
        whens = track.findall("{http://www.opengis.net/kml/2.2}when")
        assert len(whens) == len(track.findall(f"{gx}coord")) > 0
        assert all(one.text < after.text for one, after in pairwise(whens))
    styles = {style.get("id") for style in root.iter("{http://www.opengis.net/kml/2.2}Style")}
    assert {one.text for one in root.iter("{http://www.opengis.net/kml/2.2}styleUrl")} == {f"#{one}" for one in styles}


def test_every_child_of_a_gpx_stands_where_its_schema_wants_it(flight):
    root = ElementTree.fromstring(to_gpx(flight).encode())
    check_order(root, GPX_ORDER)
    assert (root.get("version"), root.get("creator")) == ("1.1", "Samara")
    points = list(root.iter("{http://www.topografix.com/GPX/1/1}trkpt"))
    assert any(point.find("{http://www.topografix.com/GPX/1/1}src") is not None for point in points)
    assert any(point.find("{http://www.topografix.com/GPX/1/1}ele") is None for point in points)
    assert not list(root.iter("{http://www.topografix.com/GPX/1/1}speed"))


def test_a_way_over_the_antimeridian_is_cut_in_a_geojson():
    east = 1_799_990_000
    packets = [
        prepared.fix_packet(n, n * 1000, longitude_e7=(east + n * 2000 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000)
        for n in range(20)
    ]
    (way,) = [
        one for one in json.loads(to_geojson(flight_of(packets)))["features"] if one["properties"]["kind"] == "way"
    ]
    lines = way["geometry"]["coordinates"]
    assert [len(line) for line in lines] == [len(times) for times in way["properties"]["utc"]] == [5, 15]
    assert all(abs(one[0] - after[0]) < 1 for line in lines for one, after in pairwise(line))
