"""The map in a real browser under the page's policy: what it shows, with a map of the region and without one."""

import shutil

import pytest

from ground.map.library import SHIPPED
from tests.ground.map_server import MapServer

PAGE = """<!doctype html><html lang="en" data-theme="night"><meta charset="utf-8"><title>map</title>
<link rel="icon" href="/static/icon.svg">
<link rel="stylesheet" href="/vendor/maplibre-gl.css"><link rel="stylesheet" href="/static/tokens.css">
<link rel="stylesheet" href="/static/basemap.css"><link rel="stylesheet" href="/page.css">
<div id="map"></div><script type="module" src="/page.js"></script></html>
"""
STYLE = "html, body, #map { margin: 0; height: 100%; }"
SCRIPT = """
import * as maplibregl from '/vendor/maplibre-gl.mjs';
import * as basemap from '/static/basemap.js';
const [latitude, longitude, zoom] = new URLSearchParams(location.search).get('at').split(',').map(Number);
basemap.addProtocol(maplibregl);
const known = await basemap.loadMaps();
const file = basemap.chooseMap(known.maps, latitude, longitude);
const style = basemap.basemapStyle('night', file, known.world);
const map = new maplibregl.Map({ container: 'map', style, center: [longitude, latitude], zoom });
map.on('error', ({ error }) => console.error(String(error)));
map.on('load', () => {
  basemap.followView(map);
  map.getSource('rings').setData(basemap.rangeRings({ latitude, longitude }, 20000));
  map.once('idle', () => document.body.append(Object.assign(document.createElement('i'), { className: 'drawn' })));
});
Object.assign(window, { map, basemap, file, known });
"""
NAMES = """(layer) => [...new Set(map.queryRenderedFeatures({ layers: [layer] })
  .map(({ properties }) => properties.name ?? properties.label))]"""


class Watched:
    def __init__(self, browser, server):
        self.server, self.asked, self.complaints = server, [], []
        self.context = browser.new_context(viewport={"width": 1100, "height": 760})
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def drawn(self, at):
        page = self.context.new_page()
        page.goto(f"{self.server.url}page.html?at={at}")
        page.wait_for_selector(".drawn", state="attached")
        return page

    def went_well(self):
        """A breach of the policy is an error on the console."""
        own = (self.server.url, f"blob:{self.server.url}", "data:")
        assert [url for url in self.asked if not url.startswith(own)] == []
        assert self.complaints == []


@pytest.fixture
def watched(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    server = MapServer(tmp_path, {"page.html": PAGE, "page.css": STYLE, "page.js": SCRIPT})
    one = Watched(browser, server)
    yield one
    one.context.close()
    server.close()


def test_the_shipped_map_is_drawn_with_its_names_and_the_lines_of_the_view(watched):
    page = watched.drawn("37.4,127.0,8.2")
    assert page.evaluate("file.name") == "korea.pmtiles"
    assert {"Seoul", "Incheon", "Suwon"} <= set(page.evaluate(NAMES, "town-name"))
    assert {"127.0°E", "37.5°N"} <= set(page.evaluate(NAMES, "grid-name"))
    assert set(page.evaluate(NAMES, "ring-name")) == {"10 km", "20 km"}
    assert page.evaluate("map.queryRenderedFeatures({ layers: ['land', 'coast', 'river'] }).length") > 0
    watched.went_well()


def test_where_no_map_reaches_the_coarse_world_its_towns_and_the_lines_are_drawn(watched):
    page = watched.drawn("47,9,6.5")
    assert page.evaluate("file") is None
    assert {"Zürich", "Milan", "Munich"} <= set(page.evaluate(NAMES, "far-name"))
    assert {"9°E", "47°N"} <= set(page.evaluate(NAMES, "grid-name"))
    watched.went_well()


def test_another_theme_takes_nothing_away_that_the_page_has_added(watched):
    page = watched.drawn("37.4,127.0,8.2")
    page.evaluate("""() => {
      map.addSource('flight', { type: 'geojson', data: basemap.rangeRings({ latitude: 37.4, longitude: 127 }, 9000) });
      map.addLayer({ id: 'flight', type: 'line', source: 'flight' }, basemap.FIRST_NAME);
      basemap.recolour(map, 'sun', file);
    }""")
    assert page.evaluate("map.getPaintProperty('land', 'fill-color')") == "#ffffff"
    assert page.evaluate("map.getLayer('flight') !== undefined")
    order = page.evaluate("map.getStyle().layers.map(({ id }) => id)")
    assert order.index("coast") < order.index("flight") < order.index("town-name")
    watched.went_well()


def test_a_map_copied_into_the_log_folder_is_the_one_that_is_read(watched, tmp_path):
    shutil.copy(SHIPPED / "korea.pmtiles", tmp_path / "of the flight.pmtiles")
    page = watched.drawn("37.4,127.0,8.2")
    assert page.evaluate("file.name") == "of the flight.pmtiles"
    assert "Seoul" in page.evaluate(NAMES, "town-name")
    watched.went_well()
