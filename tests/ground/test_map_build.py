"""`samara map`: what it refuses, how lines and rings are cut to a box, and a map from beginning to end."""

import json
import math
import re

import numpy as np
import pytest
from click.testing import CliRunner

from ground.bad_input import BadInput
from ground.map import build, clip, features, gshhg, pmtiles, preview, sources
from ground.map.box import REGIONS, Box, region
from ground.map.library import SHIPPED
from ground.map_command import command

BOX = Box(0.0, 0.0, 10.0, 10.0)


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def needs_the_data():
    absent = sources.missing()
    if absent:
        pytest.skip(f"no map is built here: not installed: {', '.join(absent)}")


def test_a_region_is_a_name_or_any_two_opposite_corners():
    assert region("Korea") == REGIONS["korea"]
    assert region("47,5,55,15") == region("55,15,47,5") == region("47, 15, 55, 5") == Box(47.0, 5.0, 55.0, 15.0)


@pytest.mark.parametrize("text", ["", "atlantis", "47,5,55", "47,5,47,15", "86,5,88,15", "47,5,55,200", "nan,5,55,15"])
def test_what_is_no_region_is_refused_with_what_to_write(text):
    with pytest.raises(BadInput, match="LAT,LON,LAT,LON"):
        region(text)


def test_a_region_over_the_date_line_is_refused_with_what_to_do():
    with pytest.raises(BadInput, match="one map for each side"):
        region("-10,-170,10,170")


def test_a_build_without_its_packages_names_them_and_how_to_install_them():
    absent = sources.missing()
    if not absent:
        pytest.skip("everything that a map needs is installed here")
    result = run("build", "--region", "korea")
    assert result.exit_code == 2
    assert f"pip install {' '.join(absent)}" in result.output


def test_a_file_that_would_not_be_found_as_a_map_is_refused(tmp_path):
    result = run("build", "--region", "korea", "--out", tmp_path / "korea.mbtiles")
    assert result.exit_code == 2
    assert "ends in .pmtiles" in result.output


def test_the_list_names_every_map_and_every_file_that_is_none(tmp_path):
    (tmp_path / "odd.pmtiles").write_bytes(b"odd")
    result = run("list", "--log", tmp_path)
    assert result.exit_code == 0
    assert re.search(r"Korea +32\.8,123\.8,43\.2,132 +zoom 4-10 +\S+korea\.pmtiles", result.output)
    assert "odd.pmtiles is not shown" in result.output


def area(ring):
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2.0


def test_a_ring_keeps_the_area_that_it_has_within_the_box():
    inside = np.array([[2.0, 2.0], [8.0, 2.0], [8.0, 8.0], [2.0, 8.0]])
    assert area(clip.ring(inside, BOX)) == 36.0
    assert area(clip.ring(inside + 5.0, BOX)) == 9.0
    assert area(clip.ring(inside * 10.0 - 40.0, BOX)) == 100.0
    assert len(clip.ring(inside + 20.0, BOX)) == 0


def test_a_round_ring_is_cut_whatever_point_it_begins_with():
    angle = np.linspace(0.0, 2.0 * math.pi, 720, endpoint=False)
    circle = np.column_stack((10.0 + 4.0 * np.cos(angle), 5.0 + 4.0 * np.sin(angle)))
    for start in (0, 100, 200, 500):
        cut = clip.ring(np.roll(circle, start, axis=0), BOX)
        assert area(cut) == pytest.approx(8.0 * math.pi, rel=1e-4)
        assert cut[:, 0].max() == 10.0


def test_a_line_is_kept_where_it_may_touch_the_box_and_parted_where_not():
    line = np.array([[-5.0, 5.0], [5.0, 5.0], [15.0, 5.0], [20.0, 5.0], [20.0, 8.0], [5.0, 8.0], [5.0, 20.0]])
    assert [part.tolist() for part in clip.lines(line, BOX)] == [line[:3].tolist(), line[4:].tolist()]
    assert clip.lines(line + 50.0, BOX) == []


def test_a_line_that_crosses_the_box_between_two_points_is_kept():
    assert len(clip.lines(np.array([[-5.0, -5.0], [15.0, 15.0]]), BOX)) == 1


SQUARE = np.array([[1, 1], [4, 1], [4, 4], [1, 4]], "<f4")


@pytest.fixture
def shorelines(tmp_path):
    """Two land rings of which one is far away, a lake, a wide river, and two rivers."""
    for name, rows in (
        ("gshhs", ((1, 900.0, SQUARE), (1, 900.0, SQUARE + 40), (2, 25.0, SQUARE / 2), (2, -5000.0, SQUARE / 4))),
        ("rivers", ((-1, -1, SQUARE), (-1, -1, SQUARE + 40))),
    ):
        offset, content, text = 0, b"", ""
        for number, (level, area_km2, points) in enumerate(rows):
            low, high = points[:, 1].min(), points[:, 1].max()
            text += f"{level} {area_km2} {len(points)} {low:9.5f} {high:9.5f} {offset} {points.nbytes} {number}\n"
            content, offset = content + points.tobytes(), offset + points.nbytes
        (tmp_path / f"{name}_f.dat").write_bytes(content)
        (tmp_path / f"{name}meta_f.dat").write_text(text, encoding="ascii")
    return tmp_path


def test_shorelines_are_read_with_their_level_and_area_and_only_near_the_box(shorelines):
    found = list(gshhg.shores(shorelines, Box(0.0, 0.0, 2.0, 2.0)))
    assert [(level, area_km2) for level, area_km2, _ in found] == [(1, 900.0), (2, 25.0), (2, 5000.0)]
    assert area(found[0][2]) == 1.0


def test_rivers_are_read_only_near_the_box(shorelines):
    (line,) = gshhg.rivers(shorelines, Box(0.0, 0.0, 10.0, 10.0))
    assert line.tolist() == SQUARE.tolist()


@pytest.mark.parametrize("size", [0.0, 0.01, 5.0, 50.0, 1e6])
def test_a_lake_of_any_size_has_a_zoom_from_which_it_is_drawn(size):
    assert features.lake_zoom(size) in range(4, 10)


ROADS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "A1", "class": "motorway", "lanes": 4},
            "geometry": {"type": "MultiLineString", "coordinates": [[[1, 1, 300], [2, 2, 310]], [[50, 50], [51, 51]]]},
        },
        {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [3, 3]}},
        {"type": "Feature", "properties": None, "geometry": None},
    ],
}


def test_roads_of_the_user_keep_name_and_class_and_other_shapes_are_left_out(tmp_path):
    path = tmp_path / "roads.json"
    path.write_text(json.dumps(ROADS), encoding="utf-8")
    (road,) = features.roads(path, BOX)
    assert road["geometry"] == {"type": "LineString", "coordinates": [[1.0, 1.0], [2.0, 2.0]]}
    assert road["properties"] == {"name": "A1", "class": "motorway"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"type": "FeatureCollection"}',
        '{"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[1]]}}',
        '{"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[1, "x"], [2, 3]]}}',
    ],
)
def test_roads_that_are_no_geojson_are_told(tmp_path, text):
    path = tmp_path / "roads.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="is not GeoJSON with lines"):
        list(features.roads(path, BOX))


def test_the_picture_of_what_went_in_has_its_shapes_and_its_names():
    made = [
        *features.region(BOX),
        {
            "tippecanoe": {"layer": "land"},
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [[[1, 1], [9, 1], [9, 9], [1, 1]]]},
        },
        {
            "tippecanoe": {"layer": "town"},
            "properties": {"name": "A<B"},
            "geometry": {"type": "Point", "coordinates": [5, 5]},
        },
    ]
    picture = preview.svg(made, BOX)
    assert picture.startswith("<svg") and picture.endswith("</svg>\n")
    assert 'd="M90 ' in picture and "A&lt;B" in picture


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    needs_the_data()
    folder = tmp_path_factory.mktemp("map")
    arguments = ("build", "--region", "33,126,33.7,127", "--name", "Jeju", "--out", folder / "jeju.pmtiles")
    result = run(*arguments, "--preview", folder / "jeju.svg")
    assert result.exit_code == 0, result.output
    return folder, result.output


def test_a_map_is_built_with_its_notice_and_its_picture(built):
    folder, output = built
    header = pmtiles.read_header(folder / "jeju.pmtiles")
    assert header.box == Box(33.0, 126.0, 33.7, 127.0)
    assert pmtiles.read_metadata(folder / "jeju.pmtiles")["name"] == "Jeju"
    assert (folder / "jeju.NOTICE.txt").read_text(encoding="utf-8") == sources.notice()
    assert "Jeju City" in (folder / "jeju.svg").read_text(encoding="utf-8")
    assert "MB (" in output and " land, " in output
    assert sorted(path.name for path in folder.iterdir()) == ["jeju.NOTICE.txt", "jeju.pmtiles", "jeju.svg"]


def test_building_again_gives_the_same_bytes(built, tmp_path):
    again = build.build(region("33,126,33.7,127"), "Jeju", tmp_path / "again.pmtiles", lambda words, share: None)
    assert again.path.read_bytes() == (built[0] / "jeju.pmtiles").read_bytes()


def test_the_shipped_map_is_what_is_built_from_the_same_data(tmp_path):
    needs_the_data()
    if sources.versions() != {source.package: source.version for source in sources.SOURCES}:
        pytest.skip(f"other data than those of the shipped map: {sources.versions()}")
    made = build.build(REGIONS["korea"], "Korea", tmp_path / "korea.pmtiles", lambda words, share: None)
    assert made.path.read_bytes() == (SHIPPED / "korea.pmtiles").read_bytes()


def test_progress_goes_from_nothing_to_all_and_never_back(tmp_path):
    needs_the_data()
    told = []
    build.build(
        region("33,126,33.7,127"), "x", tmp_path / "x.pmtiles", lambda words, share: told.append((share, words))
    )
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[0][0] == 0.0 and told[-1] == (1.0, "done")


def test_a_region_without_land_is_told(tmp_path):
    needs_the_data()
    with pytest.raises(BadInput, match="no land"):
        build.build(region("-50,-130,-49,-129"), "sea", tmp_path / "sea.pmtiles", lambda words, share: None)
    assert list(tmp_path.iterdir()) == []
