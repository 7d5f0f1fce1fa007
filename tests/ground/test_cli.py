"""The commands as a user types them: help that teaches, one sentence for bad input, exit status 2."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from ground.cli import main
from ground.raw_log import Chunk, RawLog
from tests.ground import prepared_flight as prepared

ROOT = Path(__file__).resolve().parents[2]
PACKETS = prepared.flight_packets(until_ms=400_000)


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words], prog_name="samara")


@pytest.fixture
def log(tmp_path):
    folder = tmp_path / "log"
    folder.mkdir()
    log = RawLog(folder / "raw.log")
    for n, packet in enumerate(PACKETS):
        log.append(Chunk(prepared.wire([packet]), 1_777_000_000_000_000_000 + n * 10**9, n * 10**9))
    log.close()
    return folder


def test_help_names_the_commands_and_shows_examples(run):
    result = run("--help")
    assert result.exit_code == 0
    for words in ("listen", "replay", "export", "samara listen /dev/ttyUSB0"):
        assert words in result.output
    for command in ("listen", "replay", "export"):
        result = run(command, "--help")
        assert result.exit_code == 0 and "Examples:" in result.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("listen",), "say where to listen"),
        (("listen", "gopher://x"), "no link of the kind"),
        (("listen", "/dev/ttyX", "--baud", "7"), "not between"),
        (("listen", "/dev/ttyX", "--baud", "fast"), "not a valid integer"),
        (("replay", "/no/such"), "cannot be read"),
        (("export", "/no/such", "--csv"), "cannot be read"),
        (("export", "/no/such"), "--csv, --kml, --gpx or --geojson"),
        (("nonsense",), "No such command"),
    ],
)
def test_bad_input_gets_a_sentence_and_status_2(run, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "fast", "1e9"])
def test_a_speed_that_is_none_is_refused(run, log, speed):
    result = run("replay", log, "--speed", speed)
    assert result.exit_code == 2 and "is no speed" in result.output


def test_a_recorded_stream_is_listened_to_logged_and_summed_up(run, tmp_path):
    (tmp_path / "bytes").write_bytes(prepared.wire(PACKETS))
    result = run("listen", f"file://{tmp_path / 'bytes'}", "--log", tmp_path / "log")
    assert result.exit_code == 0, result.output
    assert f"{len(PACKETS)} frames, 0 missing, 0 damaged" in result.output
    assert f"log: {tmp_path / 'log'}" in result.output
    assert {path.name for path in (tmp_path / "log").iterdir()} >= {"raw.log", "flight.sqlite"}


def test_listen_names_its_own_folder_after_the_port(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b$(rm).bin").write_bytes(prepared.wire(PACKETS))
    for _ in range(2):
        assert run("listen", "file://a b$(rm).bin").exit_code == 0
    folders = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert len(folders) == 2 and all("Z-a-b-rm-bin" in name for name in folders)


def test_json_is_a_line_a_record_on_standard_output_and_words_go_elsewhere(run, log):
    result = run("replay", log, "--json")
    assert result.exit_code == 0
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(records) == len(PACKETS)
    assert records[-1]["kind"] == "FIX" and records[0]["argument"] == 0
    assert records[-1]["reason_names"] == [] and records[0]["event_name"] == "booted"
    assert "frames" in result.stderr


def test_replay_builds_the_store_again_and_overwrites_nothing(run, log, tmp_path):
    path = tmp_path / "new.sqlite"
    assert run("replay", log, "--store", path).exit_code == 0
    database = sqlite3.connect(path)
    assert database.execute("SELECT count(*) FROM fixes").fetchone() == (400,)
    database.close()
    result = run("replay", log, "--store", path)
    assert result.exit_code == 2 and "exists" in result.output


def test_replay_of_a_damaged_log_says_what_was_skipped(run, log):
    data = (log / "raw.log").read_bytes()
    (log / "raw.log").write_bytes(data[:1000] + b"?" * 5 + data[1000:-3])
    result = run("replay", log)
    assert result.exit_code == 0
    assert "is damaged or cut off: skipped" in result.stderr


def test_replay_of_what_is_no_log_fails(run, tmp_path):
    (tmp_path / "noise").write_bytes(prepared.random_bytes(7, 3000))
    result = run("replay", tmp_path / "noise")
    assert result.exit_code == 2 and "no undamaged frame" in result.stderr


def test_every_export_goes_to_standard_output_or_a_file(run, log, tmp_path):
    readers = {
        "--csv": lambda text: len(list(csv.DictReader(io.StringIO(text, newline="")))) == len(PACKETS),
        "--kml": lambda text: ElementTree.fromstring(text.encode()).tag.endswith("kml"),
        "--gpx": lambda text: ElementTree.fromstring(text.encode()).tag.endswith("gpx"),
        "--geojson": lambda text: json.loads(text)["type"] == "FeatureCollection",
    }
    for option, is_good in readers.items():
        shown = run("export", log, option)
        assert shown.exit_code == 0 and is_good(shown.stdout)
        out = tmp_path / "out"
        assert run("export", log / "raw.log", option, "-o", out).exit_code == 0
        assert out.read_bytes() == shown.stdout_bytes
    assert run("export", log, "--csv", "-o", tmp_path / "no" / "out").exit_code == 2


def test_json_into_a_reader_that_has_had_enough_ends_quietly(log):
    command = [sys.executable, "-m", "ground.cli", "replay", str(log), "--speed", "100", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert json.loads(process.stdout.readline())["kind"] == "EVENT"
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == 0
    assert "Traceback" not in errors and "BrokenPipe" not in errors


def test_a_log_that_is_being_written_is_not_written_twice(run, log, tmp_path):
    (tmp_path / "bytes").write_bytes(prepared.wire(PACKETS))
    writer = RawLog(log / "raw.log")
    result = run("listen", f"file://{tmp_path / 'bytes'}", "--log", log)
    writer.close()
    assert result.exit_code == 2 and "another samara" in result.output


def test_frames_of_a_type_from_the_future_are_kept_shown_and_counted(run, tmp_path):
    packets = [*PACKETS[:20], prepared.packet(40, 5000, 500_000, b"\0new")]
    (tmp_path / "bytes").write_bytes(prepared.wire(packets))
    result = run("listen", f"file://{tmp_path / 'bytes'}", "--log", tmp_path / "log", "--json")
    last = json.loads(result.stdout.splitlines()[-1])
    assert (last["kind"], last["payload"], last["sequence"]) == ("TYPE 40", b"\0new".hex(), 5000)
    assert "1 frames of a type this version does not know were kept" in result.stderr
    database = sqlite3.connect(tmp_path / "log" / "flight.sqlite")
    assert database.execute("SELECT payload FROM other_frames").fetchall() == [(b"\0new",)]
    database.close()


def test_replaying_at_a_speed_takes_the_time_it_should(run, log):
    begin = time.monotonic()
    result = run("replay", log, "--speed", "400")  # 417 s of log
    assert result.exit_code == 0, result.output
    assert 1.0 <= time.monotonic() - begin < 10
    assert f"{len(PACKETS)} frames" in result.output
