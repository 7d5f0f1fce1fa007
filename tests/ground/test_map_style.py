"""The look of the map: three themes, nothing from afar, every layer one that the shipped map has."""

import json
import re

import pytest

from ground.map.library import MapLibrary
from tests.ground.map_pages import STATIC, value_of

THEMES = ("night", "day", "sun")


def korea(tmp_path):
    return next(row for row in MapLibrary(tmp_path).catalogue()["maps"] if row["name"] == "korea.pmtiles")


def style(theme, file=None):
    return value_of(f"basemapStyle({json.dumps(theme)}, {json.dumps(file)})", "basemap_style.js")


def test_no_style_and_no_module_of_the_map_names_an_address(tmp_path):
    for theme in THEMES:
        for file in (None, korea(tmp_path)):
            made = style(theme, file)
            assert "http" not in json.dumps(made)
            assert "glyphs" not in made and "sprite" not in made
    for path in sorted(STATIC.glob("basemap*")) + [STATIC / "graticule.js"]:
        assert not re.search(r"https?://", path.read_text(encoding="utf-8")), path.name


def test_every_layer_of_the_region_is_in_the_shipped_map(tmp_path):
    file = korea(tmp_path)
    layers = style("day", file)["layers"]
    drawn = {layer["source-layer"] for layer in layers if layer.get("source") == "region"}
    assert drawn == set(file["layers"])
    assert len({layer["id"] for layer in layers}) == len(layers)


def test_without_a_map_of_the_region_the_coarse_world_and_the_lines_stay():
    made = style("night")
    assert set(made["sources"]) == {"world", "graticule", "rings"}
    assert {layer["id"] for layer in made["layers"]} >= {
        "far-land",
        "far-name",
        "grid",
        "grid-name",
        "ring",
        "ring-name",
    }


def test_a_map_of_pictures_lies_over_the_world_and_under_the_lines(tmp_path):
    file = {**korea(tmp_path), "kind": "raster", "layers": []}
    made = style("night", file)
    order = [layer["id"] for layer in made["layers"]]
    assert made["sources"]["region"]["type"] == "raster"
    assert order.index("far-border") < order.index("pictures") < order.index("grid")


def test_all_themes_have_the_same_layers_and_the_same_colours_named():
    colours = value_of("COLOURS", "basemap_style.js")
    assert set(colours) == set(THEMES)
    assert len({tuple(sorted(table)) for table in colours.values()}) == 1
    assert len({tuple(layer["id"] for layer in style(theme)["layers"]) for theme in THEMES}) == 1


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "least"), [("night", 4.5), ("day", 7.0), ("sun", 10.0)])
def test_names_can_be_read_on_land_and_on_water(theme, least):
    colours = value_of("COLOURS", "basemap_style.js")[theme]
    for ground in ("land", "water"):
        assert contrast(colours["name"], colours[ground]) >= least
        assert contrast(colours["ringName"], colours[ground]) >= 4.5


def test_night_is_dim():
    colours = value_of("COLOURS", "basemap_style.js")["night"]
    assert max(luminance(colours[name]) for name in ("land", "water", "farLand", "farWater")) < 0.02


def test_the_smallest_map_that_has_the_place_is_chosen():
    maps = '[{"name":"big","bounds":[0,0,20,20]},{"name":"small","bounds":[5,5,6,6]}]'
    # Not imported from basemap.js, which names /vendor as only a browser can: the function alone.
    text = (STATIC / "basemap.js").read_text(encoding="utf-8")
    chosen = re.search(r"^export (function chooseMap.*?^})", text, re.MULTILINE | re.DOTALL)
    assert chosen
    ask = f"[[5.5, 5.5], [1, 1], [50, 50]].map(([lat, lon]) => (({chosen[1]}))({maps}, lat, lon)?.name ?? null)"
    assert value_of(ask, "graticule.js") == ["small", "big", None]
