"""The maps over HTTP, from a real server: a list, whole files, parts of files, and nothing else."""

import json
from urllib.parse import quote

import pytest

from ground.map.library import SHIPPED
from tests.ground.map_server import MapServer

KOREA = SHIPPED / "korea.pmtiles"


@pytest.fixture
def served(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (tmp_path / "raw.log").write_bytes(b"what was heard")
    one = MapServer(tmp_path)
    yield one
    one.close()


def test_the_list_leads_to_every_map(served):
    status, _, content = served.get("/map/index.json")
    catalogue = json.loads(content)
    assert status == 200 and catalogue["troubles"] == []
    for address in (catalogue["world"], *(row["url"] for row in catalogue["maps"])):
        assert served.get(address)[0] == 200


def test_a_part_of_a_map_is_what_was_asked_for(served):
    status, headers, content = served.get("/map/korea.pmtiles", Range="bytes=1000-1999")
    assert (status, content) == (206, KOREA.read_bytes()[1000:2000])
    assert headers["content-range"] == f"bytes 1000-1999/{KOREA.stat().st_size}"
    assert headers["etag"] == served.get("/map/korea.pmtiles")[1]["etag"]


def test_a_map_that_is_copied_in_while_the_server_runs_is_found(served, tmp_path):
    (tmp_path / "my map.pmtiles").write_bytes(KOREA.read_bytes())
    rows = json.loads(served.get("/map/index.json")[2])["maps"]
    assert [row["name"] for row in rows] == ["my map.pmtiles", "korea.pmtiles"]
    assert served.get(rows[0]["url"])[2] == KOREA.read_bytes()


@pytest.mark.parametrize("name", ["raw.log", "../raw.log", "../map/../raw.log", "__init__.py", "nothing.pmtiles", ""])
def test_nothing_but_maps_is_served(served, name):
    for address in (f"/map/{name}", f"/map/{quote(name, safe='')}"):
        assert served.get(address)[0] == 404
