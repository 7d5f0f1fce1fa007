"""`samara bench link`: tiny runs give every row, and its figures are measured."""

import json

import pytest
from click.testing import CliRunner

from ground import bench_link, bench_peers
from ground.bench_command import _MEANINGS
from ground.bench_fixes import arrives, known_by_repeating, shares
from ground.bench_flight import fix_frames, way
from ground.cli import main

TINY = bench_link.Size(rounds=1, frames=100, log_frames=200, streams=20, flight_s=300, flights=1)


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(bench_link, "QUICK", TINY)


def run(*arguments):
    return CliRunner().invoke(main, ["bench", "link", "--quick", *map(str, arguments)])


def test_every_row_has_its_figures_and_the_file_its_shape(tiny, tmp_path):
    result = run("--json", tmp_path / "link.json")
    assert result.exit_code == 0, result.output
    rows = json.loads((tmp_path / "link.json").read_text(encoding="utf-8"))["rows"]
    assert [row["name"] for row in rows] == [name for name, _ in _MEANINGS]
    assert all(list(row) == ["name", "ours", "peer", "ratio", "unit"] for row in rows)
    by_name = {row["name"]: row for row in rows}
    for name in ("decode_live", "decode_log", "decode_live_ukhas"):
        row = by_name[name]
        assert row["ours"] > 0 and row["peer"] > 0
        assert row["ratio"] == pytest.approx(row["ours"] / row["peer"])
    assert by_name["bytes_same_content"]["ours"] == 48
    assert 170 < by_name["bytes_same_content"]["peer"] < 180
    assert by_name["bytes_same_content_signed"]["peer"] > by_name["bytes_same_content"]["peer"] + 60
    assert by_name["undamaged_lost"]["ours"] == by_name["undamaged_lost_inserted"]["ours"] == 0
    assert "measuring: a recorded log" in result.output


def test_without_pymavlink_its_columns_are_empty_and_it_is_said_what_to_install(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(bench_peers, "mavlink", lambda: None)
    result = run("--json", tmp_path / "link.json")
    assert result.exit_code == 0 and "pip install pymavlink" in result.output
    rows = {row["name"]: row for row in json.loads((tmp_path / "link.json").read_text(encoding="utf-8"))["rows"]}
    assert (rows["decode_live"]["peer"], rows["decode_live"]["ratio"]) == (None, None)
    assert rows["decode_live_ukhas"]["peer"] > 0


def test_no_undamaged_frame_is_lost_in_hundreds_of_streams_and_the_peer_loses_some():
    frames = fix_frames(500)
    for inserted in (False, True):
        undamaged, lost = bench_link.lost_of_ours(frames, 300, inserted)
        assert undamaged > 6000 and lost == 0
    dialect = bench_peers.mavlink()
    messages = bench_peers.mavlink_messages(dialect, 100)
    undamaged, lost = bench_link.lost_of_mavlink(dialect, messages, 60, inserted=True)
    assert undamaged > 600 and lost > 0


def test_the_plain_sentence_parser_believes_the_checksum_and_reads_every_field():
    line = bench_peers.ukhas_sentences(10)[7]
    fields = bench_peers.parse_sentence(line)
    assert len(fields) == 19 and fields[2] == 7
    assert abs(fields[3] * 1e7 - way(10)[7][0]) < 1
    assert bench_peers.parse_sentence(line.replace(b",7,", b",8,", 1)) is None


def test_repeating_places_closes_short_gaps_only():
    heard = [True, False, False, True, False, False, False, True, True]
    assert known_by_repeating(heard, 8, 0) == 3 / 8
    assert known_by_repeating(heard, 8, 2) == 7 / 8


def test_the_channel_has_outages_of_minutes_and_past_places_close_them():
    heard = arrives(40_000, 5)
    longest = max(len(run) for run in "".join("x" if one else " " for one in heard).split("x"))
    assert 60 <= longest <= 320
    share = shares(2400, 1)
    assert share["nothing"] < share["previous_two"] < share["two"] <= 100
