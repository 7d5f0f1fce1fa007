"""Vendored modules: unchanged, licensed, complete without a network."""

import re
import shutil
import tomllib

from ground.web import vendor_refresh as vendor


def packages():
    return tomllib.loads(vendor.TABLE.read_text(encoding="utf-8"))["package"]


def test_every_vendored_file_is_the_one_of_the_table():
    assert vendor.differences() == []


def test_a_changed_a_missing_and_an_unknown_file_are_told(tmp_path):
    folder = shutil.copytree(vendor.FOLDER, tmp_path / "vendor")
    (folder / "uplot.mjs").write_bytes((folder / "uplot.mjs").read_bytes() + b"\n")
    (folder / "pmtiles.mjs").unlink()
    (folder / "more.mjs").write_text("export {};\n")
    assert vendor.differences(folder) == [
        "pmtiles.mjs is missing",
        "uplot.mjs is not the file of the table",
        "more.mjs is in no row of the table",
    ]


def test_the_table_is_that_of_the_refresh_script():
    written = [(p["name"], p["version"], p["licence"], [f["name"] for f in p["file"]]) for p in packages()]
    named = [(p.name, p.version, p.licence, [name for _, name in p.files]) for p in vendor.PACKAGES]
    assert written == named


def test_every_package_has_its_licence_beside_it():
    for package in packages():
        texts = [row["name"] for row in package["file"] if row["name"].startswith("LICENSE-")]
        assert len(texts) == 1, package["name"]
        assert "Copyright" in (vendor.FOLDER / texts[0]).read_text(encoding="utf-8")


def test_modules_import_only_files_beside_them_and_name_no_source_map():
    imported = set()
    for path in sorted(vendor.FOLDER.glob("*.mjs")):
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text, path.name
        for name in re.findall(r"""(?:^|[;}\s])(?:import|export)\s?[\w*{},$\s]*?from\s?["']([^"']+)["']""", text):
            assert name.startswith("./"), f"{path.name} imports {name}"
            assert (vendor.FOLDER / name).is_file(), f"{path.name} imports {name}"
            imported.add(name)
    assert imported == {"./fflate.mjs"}


def test_adapting_leaves_other_files_alone():
    text = b'import{a}from"fflate";\n//# sourceMappingURL=x.map\n'
    assert vendor.adapted("x.mjs", text) == b'import{a}from"./fflate.mjs";\n'
    assert vendor.adapted("LICENSE", text) == text
