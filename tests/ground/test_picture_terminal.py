"""The end of a flight in a terminal, or where there is none."""

import io
import re

import pytest
from rich.console import Console

from ground.picture.terminal import draw
from ground.picture.words import outcome
from tests.ground import picture_records as records

RECORDS = records.all_of_them()


def drawn(record, encoding="utf-8", width=80, terminal=False):
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding=encoding)
    console = Console(
        file=stream,
        width=width,
        force_terminal=terminal,
        color_system="truecolor" if terminal else None,
        legacy_windows=False,
    )
    draw(record, console)
    stream.flush()
    return buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [20, 80, 200])
def test_any_record_can_be_drawn_anywhere(name, encoding, width):
    text = drawn(RECORDS[name], encoding, width)
    assert text.strip()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_without_a_terminal_it_is_plain_text_of_eighty_columns():
    text = drawn(RECORDS["latex"])
    assert "\x1b" not in text and max(len(line) for line in text.splitlines()) <= 80
    for word in ("◆ north", "◇ middle", "◇ south", "fired, not", "did not fire", "✗ 1 of 3 drops confirmed.", "30 km"):
        assert word in text, word
    assert "apex: 30.1 km at 1:40:00" in text


def test_a_dispenser_is_named_once_over_its_profile_and_each_occasion_in_the_table():
    text = drawn(RECORDS["dispenser"], width=100)
    assert "◆ seeds 12 times, 11 confirmed" in text and "\N{MULTIPLICATION SIGN} cutdown" in text
    assert "◆ seeds 12 " in text and "◇ seeds 4 " in text and "◇ disc" in text
    assert "x cutdown" in drawn(RECORDS["dispenser"], "ascii")
    assert "not needed" in drawn(RECORDS["cutdown not needed"])


def table(name, width):
    """The table's head and its rows."""
    lines = drawn(RECORDS[name], width=width).splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("drop "))
    return lines[at], lines[at + 1 : at + 1 + len(RECORDS[name].drops)]


@pytest.mark.parametrize("name", ["dispenser", "dead in the climb", "slipped"])
@pytest.mark.parametrize("width", range(50, 130, 7))
def test_names_and_outcomes_are_never_broken_where_they_have_room(name, width):
    _, rows = table(name, width)
    for row, drop in zip(rows, RECORDS[name].drops, strict=True):
        assert drop.title in row and outcome(drop, RECORDS[name].points[-1][0]) in row and len(row) <= width


def test_where_it_was_gives_way_first_then_how_high():
    heads = [table("dead in the climb", width)[0].split() for width in (100, 80, 70, 50)]
    assert heads[0][-2:] == ["altitude", "where"]
    assert "where" not in heads[1] and heads[1][-1] == "altitude"
    assert "altitude" not in heads[2] and heads[2][-1] == "outcome"


def test_a_drop_outside_of_the_chart_has_no_mark_in_it():
    lines = drawn(RECORDS["dead in the climb"]).splitlines()
    chart = "\n".join(lines[: next(at for at, line in enumerate(lines) if line.startswith("drop "))])
    assert "◆ before" in chart and "\N{MULTIPLICATION SIGN}" not in chart and "◇" not in chart


def test_what_was_last_heard_is_said_where_no_landing_was():
    text = drawn(RECORDS["dead in the climb"])
    assert "last position heard: 50." in text and "6.1 km at 0:19:54" in text
    assert "apex" not in text and "by the backup, let go" in text and "gap" not in drawn(RECORDS["beacon"])
    assert "last position heard" not in drawn(RECORDS["latex"])


def test_a_terminal_gets_colours():
    assert "\x1b[" in drawn(RECORDS["latex"], terminal=True)


def test_the_profile_rises_to_the_apex_and_falls():
    lines = drawn(RECORDS["latex"]).splitlines()
    chart = [line[6:] for line in lines if re.match(r".{6}.*[\u2801-\u28ff]", line)]
    assert len(chart) == 12
    tops = {}
    for row, line in enumerate(chart):
        for column, cell in enumerate(line):
            if cell != " ":
                tops.setdefault(column, row)
    heights = [12 - tops[column] for column in sorted(tops)]
    peak = heights.index(12)
    assert heights[: peak + 1] == sorted(heights[: peak + 1]) and heights[peak:] == sorted(heights[peak:], reverse=True)
    # The last column of the highest row: above, the climb takes three of them to cross it.
    peak = len(heights) - 1 - heights[::-1].index(12)
    assert abs(peak / len(heights) - 6300 / 9900) < 0.03


def test_a_silence_leaves_its_columns_empty():
    lines = drawn(RECORDS["silence"]).splitlines()
    bottom = next(line for line in lines if line.startswith("    0 "))[6:]
    gap = bottom.index(" ")
    assert abs(gap / len(bottom) - 2300 / 9900) < 0.03 and bottom[gap + 1] == " "


def test_words_of_a_record_are_never_markup():
    assert "[bold red]x[/]" in "".join(drawn(RECORDS["hostile"], width=400).split("\n"))


def test_what_is_missing_is_said():
    assert "No position was heard." in drawn(RECORDS["empty"])
    assert "No launch was seen" in drawn(RECORDS["never launched"])
    assert "1 gap without a position" in drawn(RECORDS["silence"])
