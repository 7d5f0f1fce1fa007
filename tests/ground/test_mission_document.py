"""docs/missions.md names every key that a mission may hold, and what is unless it is given."""

import pytest

from ground import mission_document
from ground.mission_document import DOCUMENT, main, with_tables
from ground.mission_keys import TABLES


def test_the_document_is_what_the_code_says(capsys):
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_every_key_has_its_row():
    document = DOCUMENT.read_text(encoding="utf-8")
    for table in TABLES:
        for key in table.keys:
            assert f"`{key.name}`" in document
            for inner in key.inner:
                assert f"`{key.name}.{inner.name}`" in document


def test_a_document_that_has_gone_stale_is_said_and_written_again(tmp_path, monkeypatch, capsys):
    path = tmp_path / "missions.md"
    path.write_text(DOCUMENT.read_text(encoding="utf-8").replace("| `usb` |", "| `pebble` |"), encoding="utf-8")
    monkeypatch.setattr(mission_document, "DOCUMENT", path)
    assert main(["--check"]) == 1
    assert "run `python -m ground.mission_document`" in capsys.readouterr().out
    assert main([]) == 0
    assert path.read_text(encoding="utf-8") == DOCUMENT.read_text(encoding="utf-8")


def test_lost_marks_are_said():
    for mark in ("<!-- keys:", "<!-- end of loads"):
        with pytest.raises(ValueError, match="has lost the marks"):
            with_tables(DOCUMENT.read_text(encoding="utf-8").replace(mark, "<!-- gone"))
