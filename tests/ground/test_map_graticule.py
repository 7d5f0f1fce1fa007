"""Lines of latitude and longitude, and rings of equal distance: the page's own functions, run by node."""

import math
from itertools import pairwise

import pytest

from tests.ground.map_pages import value_of

EARTH_M = 6371008.8


def graticule(box, zoom):
    return value_of(f"graticule({box}, {zoom})", "graticule.js")["features"]


def lines(features, kind):
    return [feature for feature in features if feature["properties"].get("kind") == kind]


def labels(features, kind):
    return [feature["properties"]["label"] for feature in lines(features, kind)]


def distance_m(one, other):
    (lon, lat), (lon2, lat2) = ([math.radians(value) for value in place] for place in (one, other))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def test_lines_cross_the_view_at_round_values_and_are_named():
    found = graticule("{west: 126.2, south: 36.1, east: 128.3, north: 37.9}", 8)
    assert labels(found, "meridian") == ["126.5°E", "127.0°E", "127.5°E", "128.0°E"]
    assert labels(found, "parallel") == ["36.5°N", "37.0°N", "37.5°N"]
    assert lines(found, "meridian")[0]["geometry"]["coordinates"] == [[126.5, 36.1], [126.5, 37.9]]
    assert lines(found, "parallel")[0]["geometry"]["coordinates"] == [[126.2, 36.5], [128.3, 36.5]]


def test_every_line_has_one_name_at_the_edge_of_the_view():
    found = graticule("{west: 126.2, south: 36.1, east: 128.3, north: 37.9}", 8)
    points = [feature["geometry"]["coordinates"] for feature in found if feature["geometry"]["type"] == "Point"]
    assert len(points) == len(lines(found, "meridian")) + len(lines(found, "parallel"))
    assert all(longitude == 126.2 or latitude == 36.1 for longitude, latitude in points)


def test_every_fifth_line_is_major_wherever_the_view_begins():
    for west in (120, 123):
        found = graticule(f"{{west: {west}, south: 30, east: 131, north: 40}}", 7)
        majors = [f["properties"]["label"] for f in lines(found, "meridian") if f["properties"]["major"]]
        assert majors == [label for label in ("120°E", "125°E", "130°E") if int(label[:3]) >= west]


def test_names_at_the_equator_at_greenwich_and_beyond_the_date_line():
    found = graticule("{west: 170, south: -10, east: 190, north: 10}", 4)
    assert labels(found, "meridian") == ["170°E", "180°", "170°W"]
    assert labels(found, "parallel") == ["10°S", "0°", "10°N"]
    assert labels(graticule("{west: -1, south: 50, east: 1, north: 52}", 7), "meridian") == ["1°W", "0°", "1°E"]


@pytest.mark.parametrize("zoom", [0, 3, 6.5, 9, 12.7, 16, 20])
def test_a_screen_never_holds_more_lines_than_can_be_read(zoom):
    wide = min(360.0, 360.0 * 2000 / (512 * 2**zoom))
    found = graticule(f"{{west: 0, south: 0, east: {wide}, north: {min(85.0, wide / 2)}}}", zoom)
    assert 1 <= len(lines(found, "meridian")) <= 2000 / 120 + 2


def test_no_line_is_drawn_beyond_the_end_of_the_projection():
    found = graticule("{west: -180, south: -90, east: 180, north: 90}", 1)
    ends = [y for feature in lines(found, "meridian") for _, y in feature["geometry"]["coordinates"]]
    assert (min(ends), max(ends)) == (-85, 85)


def test_rings_are_round_on_the_sphere_and_named_north_and_south():
    found = value_of("rangeRings({latitude: 61, longitude: 25}, 37000)", "graticule.js")["features"]
    rings = [feature for feature in found if feature["geometry"]["type"] == "LineString"]
    assert [ring["properties"]["label"] for ring in rings] == ["10 km", "20 km", "30 km"]
    for ring in rings:
        far = [distance_m((25, 61), place) for place in ring["geometry"]["coordinates"]]
        assert far == pytest.approx([ring["properties"]["distance_m"]] * len(far), rel=1e-9)
        assert ring["geometry"]["coordinates"][0] == pytest.approx(ring["geometry"]["coordinates"][-1])
    names = [feature for feature in found if feature["geometry"]["type"] == "Point"]
    assert len(names) == 2 * len(rings)


def test_rings_across_the_date_line_stay_one_piece():
    found = value_of("rangeRings({latitude: -17, longitude: 179.9}, 50000)", "graticule.js")["features"]
    for ring in (
        feature["geometry"]["coordinates"] for feature in found if feature["geometry"]["type"] == "LineString"
    ):
        assert max(abs(a[0] - b[0]) for a, b in pairwise(ring)) < 0.1


def test_the_steps_of_rings_are_round_and_two_to_five_of_them_fit():
    reaches = [900, 1000, 4999, 37_000, 120_000, 1_000_000]
    steps = value_of(f"{reaches}.map(ringStep)", "graticule.js")
    assert steps == [200, 500, 2000, 10_000, 50_000, 500_000]


def test_rings_take_the_units_of_the_user():
    miles = "rangeRings({latitude: 37, longitude: 127}, 20000, (m) => `${m / 1609.344} mi`, 1609.344 * 5)"
    found = value_of(miles, "graticule.js")["features"]
    assert {feature["properties"]["label"] for feature in found} == {"5 mi", "10 mi"}
