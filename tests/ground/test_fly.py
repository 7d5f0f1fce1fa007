"""`samara fly`: exit status 0 when the flight was as planned, 1 when not, 2 with one clear sentence for bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ground.simulation import micropython
from hardware.simulated import channels, scenarios

ROOT = Path(__file__).resolve().parents[2]
FIRST = (ROOT / "missions" / "first_flight.toml").read_text()
TRACK = Path("../shared/data/flights/rs41_T1240114.csv")


def fly(tmp_path, *arguments, log=True):
    command = [sys.executable, "-m", "ground.cli", "fly", "--headless", "--speed", "max"]
    if log:
        command += ["--log", str(tmp_path / "log")]
    path = os.pathsep.join(str(ROOT / part) for part in ("", "firmware/shims", "hardware/simulated/on_cpython"))
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    done = fly(folder, "--report", folder / "r.json")
    return done, json.loads((folder / "r.json").read_text()), folder


def test_the_first_flight_is_as_planned(first):
    done, report, _ = first
    assert done.returncode == 0, done.stderr
    assert report["expected_timeline_met"] and all(line["met"] for line in report["expectations"])
    assert [one["name"] for one in report["phases"] if one["name"] != "ground"] == ["ascent", "descent", "landed"]
    assert report["flight_s"] >= 2.5 * 3600
    for drop in report["drops"]:
        assert drop["confirmed"] and abs(drop["fired_s"] - drop["due_s"]) <= 1.0 and drop["by"] == "primary"
    assert [drop["due_s"] for drop in report["drops"]] == [1800, 3300, 4800]


def test_every_frame_that_was_sent_is_received(first):
    report = first[1]
    assert report["frames_sent"] == report["frames_received"] > 9000 and report["frames_bad"] == 0
    assert report["gps_bytes_lost"] == 0 and report["frames_broken_by_flash"] == 0
    assert report["loop_overruns"] == 0 and abs(report["loop_hz"] - 10) < 0.01


def test_the_report_has_every_field_that_was_promised(first):
    report = first[1]
    for name in (
        "interpreter firmware_heap_bytes flight_s wall_s speed_factor loop_hz loop_overruns frames_sent "
        "frames_received frames_bad drops phases apex_altitude_m landing expected_timeline_met trace_sha256"
    ).split():
        assert report[name] is not None, name
    assert set(report["landing"]) == {"latitude", "longitude", "elapsed_s"} and len(report["trace_sha256"]) == 64
    assert abs(report["apex_altitude_m"] - 30_000) <= 30
    for drop in report["drops"]:
        assert {"name", "step", "channel", "by", "due_s", "fired_s", "confirmed", "altitude_m", "state"} <= set(drop)
    assert report["scenario"] == "first_flight" and report["ended_by"] is None and report["starts"] == 1


def test_a_log_is_a_folder_with_everything_in_it(first):
    folder = first[2] / "log"
    for name in ("raw.log", "flight.sqlite", "report.json"):
        assert (folder / name).stat().st_size > 0, name
    assert json.loads((folder / "report.json").read_text()) == first[1]


def test_the_picture_of_a_flight_without_faults_has_no_gaps_and_the_words_of_the_report(first):
    done, report, folder = first
    page, picture = ((folder / "log" / name).read_text() for name in ("report.html", "flight.svg"))
    assert " gap" not in page.split("<footer>")[1] and 'class="way gap"' not in picture
    assert page.count("confirmed</span>") == 3 and "last position" not in page and "control loop" in page
    assert "apex 30.0 km" in picture and "The expected timeline happened." in done.stdout
    # Where what happened is what was asked for to the letter, it is said once.
    for line in report["expectations"]:
        assert f"{line['found']}: {line['found']}" not in done.stdout, line


def test_a_drop_below_the_least_height_is_held_back_and_the_status_is_1(tmp_path):
    mission = tmp_path / "low.toml"
    mission.write_text(FIRST.replace("min_agl_m = 1000", "min_agl_m = 29900"))
    done = fly(tmp_path, "--mission", mission, "--report", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == 1, done.stderr
    assert not report["expected_timeline_met"]
    assert [(drop["fired_s"], drop["confirmed"]) for drop in report["drops"]] == [(None, False)] * 3
    assert {
        line["what"].split("'")[1] for line in report["expectations"] if "'" in line["what"] and not line["met"]
    } == {"north", "middle", "south"}


def test_the_scenarios_are_listed_with_a_line_each(tmp_path):
    done = fly(tmp_path, "--list-scenarios", log=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == len(scenarios.SCENARIOS) >= 14
    for line, row in zip(lines, scenarios.SCENARIOS, strict=True):
        assert line.split(maxsplit=1) == [row["name"], row["text"]] and len(line) <= 120


def test_a_scenario_ends_with_0_only_when_its_timeline_happened_and_says_who_ended_the_flight(tmp_path):
    done = fly(tmp_path, "--scenario", "primary_dead", "--report", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == 0, done.stdout
    assert report["expected_timeline_met"] and report["ended_by"] == "backup"
    rows = {row["name"]: row for row in report["drops"]}
    assert rows["cutdown"]["by"] == "backup" and rows["before"]["by"] == "primary"
    assert rows["after"]["fired_s"] is None and not rows["after"]["confirmed"]
    assert report["faults_made"] == ["power_cut"] and report["landing"] is None
    page = (tmp_path / "log" / "report.html").read_text()
    for words in ("by the backup, let go", "last position heard", "not due while heard"):
        assert words in page and words in done.stdout, words
    # An average over a dead board says nothing about its loop.
    assert "control loop" not in page and "apex:" not in done.stdout


def test_a_mission_of_ones_own_is_expected_to_wait_for_what_it_asks_for(tmp_path):
    done = fly(tmp_path, "--mission", ROOT / "missions" / "three_drops.toml", "--report", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == 0, done.stdout
    assert [row["fired_s"] - row["due_s"] > 100 for row in report["drops"]] == [True, True, True]


def test_the_scenarios_own_mission_is_held_to_its_timeline_however_it_is_named(tmp_path):
    done = fly(tmp_path, "--mission", "missions/first_flight.toml", "--report", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == 0
    assert any(line["what"].startswith("readiness") for line in report["expectations"])


def said(done):
    """The one sentence of a refusal."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr


def test_bad_words_are_refused_with_what_there_is(tmp_path):
    assert "no scenario 'moon'" in said(fly(tmp_path, "--scenario", "moon"))
    assert "first_flight, film_tube" in said(fly(tmp_path, "--scenario", "moon"))
    for speed in ("fast", "0", "-3", "1.5", "100001", "inf"):
        assert "speed" in said(fly(tmp_path, f"--speed={speed}")).lower()
    assert said(fly(tmp_path, "--seed", "-1")) and said(fly(tmp_path, "--seed", "x"))
    assert said(fly(tmp_path, "--interpreter", "ruby"))
    assert "--pad goes with --track" in said(fly(tmp_path, "--pad", "1,2,3"))


def test_a_mission_that_is_not_there_or_not_one_is_refused(tmp_path):
    assert "nowhere.toml" in said(fly(tmp_path, "--mission", tmp_path / "nowhere.toml"))
    bad = tmp_path / "bad.toml"
    for text, word in (
        (FIRST.replace("min_agl_m", "min_height"), "min_height"),
        (FIRST.replace('"30 min"', '"30 parsecs"'), "30 parsecs"),
        (FIRST.replace('"30 min"', '"-30 min"'), "-30 min"),
        ("not toml at all [", "bad.toml"),
    ):
        bad.write_text(text)
        assert word in said(fly(tmp_path, "--mission", bad))


def test_bad_tracks_are_refused(tmp_path):
    track = tmp_path / "t.csv"
    for text, word in (
        ("", "is empty"),
        ("a,b,c\n1,2,3\n", "no column for time"),
        ("time,lat,lon,alt\n" + "".join(f"{1600000000 + s},50.0,10.0,120\n" for s in range(100)), "never rises"),
    ):
        track.write_text(text)
        assert word in said(fly(tmp_path, "--track", track))
    assert "cannot be read" in said(fly(tmp_path, "--track", tmp_path / "none.csv"))
    assert "--pad is LATITUDE" in said(fly(tmp_path, "--track", track, "--pad", "here"))


def test_folders_that_cannot_be_used_are_refused_and_nothing_is_lost(tmp_path):
    assert "does not exist" in said(fly(tmp_path, "--report", tmp_path / "no" / "r.json"))
    used = tmp_path / "log"
    used.mkdir()
    (used / "raw.log").write_bytes(b"an old flight")
    assert "holds a log already" in said(fly(tmp_path))
    assert (used / "raw.log").read_bytes() == b"an old flight" and list(used.iterdir()) == [used / "raw.log"]
    file = tmp_path / "file"
    file.write_text("")
    assert "cannot be made" in said(fly(tmp_path, "--log", file, log=False))


def test_a_recorded_flight_is_flown_as_it_was(tmp_path):
    if not TRACK.exists():
        pytest.skip(f"{TRACK} is not here")
    if micropython() is None:
        pytest.skip("there is no MicroPython for this machine")
    mission = ROOT / "missions" / "radiosonde_track.toml"
    done = fly(tmp_path, "--track", TRACK, "--mission", mission, "--report", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == 0, [line for line in report["expectations"] if not line["met"]]
    assert abs(report["apex_altitude_m"] - 32_600) <= 200


def test_the_channels_are_listed_with_a_line_each(tmp_path):
    done = fly(tmp_path, "--list-channels", log=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == len(channels.CHANNELS) >= 10
    for line, row in zip(lines, channels.CHANNELS, strict=True):
        assert line.split(maxsplit=1) == [row["name"], row["text"]] and len(line) <= 120


def test_over_a_bad_channel_the_flight_is_as_planned_and_the_report_says_what_the_link_came_to(tmp_path):
    done = fly(tmp_path, "--channel", "outages", "--seed", "2", "--report", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["frames_sent"] > report["frames_received"] > 0.6 * report["frames_sent"]
    link = report["link"]
    down = link["fates"]["down"]
    assert down["sent"] == sum(down[name] for name in ("whole", "faded", "burst", "outage"))
    assert link["frames_arrived"] >= down["whole"] and link["frames_never_sent"] == 0
    assert link["fixes_known_alone"] < 0.9 < 0.99 <= link["fixes_known_with_history"] <= 1
    met = {line["what"]: line["met"] for line in report["expectations"]}
    assert all(met[what] for what in met if what.startswith(("drop ", "every frame", "no pulse"))), met
    text = " ".join(done.stdout.split())
    assert "lost in outages" in text and "with the places of the past in later ones" in text
    page = (tmp_path / "log" / "report.html").read_text()
    assert "frames of the balloon" in page and "places known" in page


def test_a_channel_or_a_key_that_there_is_not_is_bad_input(tmp_path):
    done = fly(tmp_path, "--channel", "telepathy")
    assert done.returncode == 2 and "half_duplex_9600" in done.stderr
    done = fly(tmp_path, "--key", tmp_path / "none.bin")
    assert done.returncode == 2 and "cannot be read" in done.stderr
    (tmp_path / "bad.bin").write_bytes(b"SMRK" + bytes(71))
    done = fly(tmp_path, "--key", tmp_path / "bad.bin")
    assert done.returncode == 2 and "samara key provision" in done.stderr
