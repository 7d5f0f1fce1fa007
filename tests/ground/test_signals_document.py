"""The table of signals in docs/operations.md is the one that the board plays."""

import pytest

from firmware.protocol import signals, words
from ground import signals_document


def test_the_document_fits_the_table(capsys):
    assert signals_document.main(["--check"]) == 0
    text = signals_document.DOCUMENT.read_text(encoding="utf-8")
    for _, name, meaning, deed in words.SIGNALS:
        assert f"| `{name}` |" in text and meaning in text and deed in text


def test_every_signal_has_its_words_once_and_in_order():
    assert [row[0] for row in words.SIGNALS] == [row[0] for row in signals.PATTERNS]
    names = [row[1] for row in words.SIGNALS]
    assert len(set(names)) == len(names)


def test_a_stale_table_is_found_and_made_anew(tmp_path, monkeypatch, capsys):
    document = tmp_path / "operations.md"
    document.write_text("before\n" + signals_document.BEGIN + "old\n" + signals_document.END + "after\n")
    monkeypatch.setattr(signals_document, "DOCUMENT", document)
    assert signals_document.main(["--check"]) == 1
    assert "ground.signals_document" in capsys.readouterr().out
    assert signals_document.main([]) == 0
    assert signals_document.main(["--check"]) == 0
    text = document.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text


def test_a_document_without_marks_is_refused():
    with pytest.raises(ValueError, match="lost the marks"):
        signals_document.with_table("no marks here")


def test_a_pattern_is_drawn_slot_by_slot():
    assert signals_document.picture(0) == "off"
    assert signals_document.picture(1 << 19 | 1) == "`#" + "." * 18 + "#`"
