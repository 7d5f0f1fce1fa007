"""PMTiles as they are read here, the shipped map, and how a map is found."""

import json
import shutil

import pytest

from ground.map import library, pmtiles, sources
from ground.map.box import REGIONS
from ground.map.library import SHIPPED, MapLibrary

KOREA = SHIPPED / "korea.pmtiles"
# Zoom, column and row of the tile with Seoul, from the formulas of the projection.
SEOUL_9 = (9, 436, 198)


@pytest.fixture
def no_user_maps(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share" / "samara" / "maps"


def test_the_shipped_map_says_its_bounds_zooms_and_kind():
    header = pmtiles.read_header(KOREA)
    assert header.box == REGIONS["korea"]
    assert (header.min_zoom, header.max_zoom, header.tile_type) == (4, 10, pmtiles.VECTOR)
    assert header.tile_count > 300
    assert KOREA.stat().st_size < 1_500_000


def test_the_shipped_map_carries_the_notices_and_nothing_of_the_machine_that_made_it():
    metadata = pmtiles.read_metadata(KOREA)
    for source in sources.SOURCES:
        assert source.notice in metadata["description"]
        assert source.licence in metadata["description"]
        assert metadata["sources"][source.package] == source.version
    assert (SHIPPED / "korea.NOTICE.txt").read_text(encoding="utf-8") == sources.notice()
    assert set(metadata) == {"name", "type", "attribution", "description", "sources", "bounds", "vector_layers"}


def test_the_texts_of_the_licences_are_shipped():
    for name, first in (("LICENSE-LGPL-3.0.txt", "GNU LESSER GENERAL PUBLIC"), ("LICENSE-GPL-3.0.txt", "GNU GENERAL")):
        assert first in (SHIPPED / name).read_text(encoding="utf-8")


def test_a_tile_of_the_shipped_map_has_what_is_there():
    tile = pmtiles.read_tile(KOREA, *SEOUL_9)
    assert tile is not None
    for word in (b"Seoul", b"land", b"river", b"airfield", b"Gimpo International Airport"):
        assert word in tile
    assert b"Busan" not in tile


def test_there_is_no_tile_beyond_the_box_or_the_zooms():
    assert pmtiles.read_tile(KOREA, 9, 0, 0) is None
    assert pmtiles.read_tile(KOREA, 9, 511, 511) is None
    assert pmtiles.read_tile(KOREA, 0, 0, 0) is None
    assert pmtiles.read_tile(KOREA, 12, 3490, 1586) is None


def test_tile_numbers_are_those_of_the_specification():
    known = {
        (0, 0, 0): 0,
        (1, 0, 0): 1,
        (1, 0, 1): 2,
        (1, 1, 1): 3,
        (1, 1, 0): 4,
        (2, 0, 0): 5,
        (12, 3423, 1763): 19078479,
    }
    assert {place: pmtiles.tile_number(*place) for place in known} == known


def test_every_tile_of_a_zoom_has_a_number_of_its_own():
    numbers = sorted(pmtiles.tile_number(5, x, y) for x in range(32) for y in range(32))
    assert numbers == list(range(341, 341 + 1024))


def test_other_metadata_move_no_tile(tmp_path):
    renamed = pmtiles.with_metadata(KOREA.read_bytes(), {"name": "한국", "long": "x" * 5000})
    path = tmp_path / "renamed.pmtiles"
    path.write_bytes(renamed)
    assert pmtiles.read_metadata(path) == {"name": "한국", "long": "x" * 5000}
    assert pmtiles.read_tile(path, *SEOUL_9) == pmtiles.read_tile(KOREA, *SEOUL_9)
    assert pmtiles.with_metadata(renamed, pmtiles.read_metadata(KOREA)) == KOREA.read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "does not begin as a PMTiles file"),
        (b"PK\x03\x04" * 100, "does not begin as a PMTiles file"),
        (b"PMTiles\x02" + bytes(200), "PMTiles version 2"),
        (KOREA.read_bytes()[:5000], "ends before its last tile"),
    ],
)
def test_a_file_that_is_no_map_is_told_and_the_others_are_still_found(tmp_path, no_user_maps, content, words):
    (tmp_path / "odd.pmtiles").write_bytes(content)
    found = MapLibrary(tmp_path)
    (trouble,) = found.catalogue()["troubles"]
    assert trouble.startswith(f"{tmp_path / 'odd.pmtiles'} is not shown: ") and words in trouble
    assert [entry.path.name for entry in found.maps()] == ["korea.pmtiles"]
    assert found.path("odd.pmtiles") is None


def test_a_map_of_another_house_is_told(tmp_path, no_user_maps):
    other = pmtiles.with_metadata(KOREA.read_bytes(), {"name": "other", "vector_layers": [{"id": "roads"}]})
    (tmp_path / "other.pmtiles").write_bytes(other)
    assert "not those of `samara map build`" in MapLibrary(tmp_path).troubles()[0]


def test_maps_are_found_in_the_log_folder_then_in_that_of_the_user_then_among_the_shipped(tmp_path, no_user_maps):
    no_user_maps.mkdir(parents=True)
    (tmp_path / "maps").mkdir()
    for folder in (tmp_path / "maps", no_user_maps):
        shutil.copy(KOREA, folder / "alps.pmtiles")
    assert [entry.path for entry in MapLibrary(tmp_path).maps()] == [tmp_path / "maps" / "alps.pmtiles", KOREA]
    assert [entry.path for entry in MapLibrary().maps()] == [no_user_maps / "alps.pmtiles", KOREA]
    assert library.user_folder() == no_user_maps


def test_the_map_of_a_place_is_found_and_none_where_none_reaches(tmp_path, no_user_maps):
    best = MapLibrary(tmp_path).best(37.5, 127.0)
    assert best is not None and best.path == KOREA
    assert MapLibrary(tmp_path).best(47.0, 9.0) is None


def test_only_what_is_in_the_catalogue_is_served(tmp_path, no_user_maps):
    (tmp_path / "raw.log").write_bytes(b"x")
    found = MapLibrary(tmp_path)
    assert found.path("korea.pmtiles") == KOREA
    assert found.path("world.json") == SHIPPED / "world.json"
    for name in ("raw.log", "../raw.log", "README.md", "korea.NOTICE.txt", "", ".", "/etc/passwd", "..", "x.pmtiles"):
        assert found.path(name) is None


def test_a_row_of_the_catalogue_is_what_the_page_needs(tmp_path, no_user_maps):
    (row,) = json.loads(json.dumps(MapLibrary(tmp_path).catalogue()))["maps"]
    assert row["url"] == "/map/korea.pmtiles"
    assert row["bounds"] == [123.8, 32.8, 132.0, 43.2]
    assert (row["title"], row["kind"], row["shipped"]) == ("Korea", "vector", True)


def test_a_file_name_with_blanks_is_an_address_that_leads_back_to_it(tmp_path, no_user_maps):
    shutil.copy(KOREA, tmp_path / "my map #1.pmtiles")
    found = MapLibrary(tmp_path)
    assert found.catalogue()["maps"][0]["url"] == "/map/my%20map%20%231.pmtiles"
    assert found.path("my map #1.pmtiles") == tmp_path / "my map #1.pmtiles"


def test_the_coarse_world_has_land_borders_and_large_towns():
    features = json.loads((SHIPPED / "world.json").read_text(encoding="utf-8"))["features"]
    layers = {layer: [f for f in features if f["properties"]["layer"] == layer] for layer in ("land", "border", "town")}
    assert len(layers["land"]) > 250 and len(layers["border"]) > 150
    assert {"Seoul", "Zürich", "Nairobi"} <= {town["properties"]["name"] for town in layers["town"]}
    assert (SHIPPED / "world.json").stat().st_size < 600_000
