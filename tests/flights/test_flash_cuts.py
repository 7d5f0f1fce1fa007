"""No journal record lost over a power cut at every flash operation of a whole flight, on both kinds of littlefs."""

import json
import os
import subprocess

import pytest

from ground.simulation import _OPTIONS, PROJECT, SHIMS, micropython
from tests.flights import flash_cuts
from tests.ports import board_packages


@pytest.fixture(scope="module")
def here():
    return flash_cuts.run()


@pytest.fixture(scope="module")
def on_micropython(tmp_path_factory):
    program = micropython()
    if program is None:
        pytest.skip("there is no MicroPython for this machine")
    board = tmp_path_factory.mktemp("board")
    board_packages(board)
    path = os.pathsep.join(str(entry) for entry in (PROJECT, SHIMS, board, ".frozen"))
    done = subprocess.run(
        [program, "-X", "heapsize=64M", *_OPTIONS, "-m", "tests.flights.flash_cuts", "250"],
        cwd=PROJECT,
        env={**os.environ, "MICROPYPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def judge(found, flown_on):
    print(found)
    assert found["failures"] == []
    # There was something to lose: a whole flight's writes, each cut before, in and after every operation.
    assert found["operations"] >= 900 and found["erases"] >= 30
    assert found["journal_writes"] >= 150 and found["log_writes"] >= 25 and found["log_bytes"] >= 8000
    assert found["cuts"] == 3 * found["operations"] + 1
    # Cuts came into writes, too: of some only half was there, of others all of it before they had ended.
    assert found["found_newer"] >= 100
    assert found["flown_on_armed"] >= flown_on


def test_a_power_cut_at_every_flash_operation_of_a_whole_flight_loses_nothing_journalled_and_rolls_nothing_back(here):
    judge(here, 27)


def test_nor_on_the_real_littlefs_of_micropython(on_micropython):
    assert on_micropython["interpreter"] == "micropython"
    judge(on_micropython, 9)


def test_both_make_the_same_operations(here, on_micropython):
    for name in ("operations", "erases", "journal_writes", "log_writes", "log_bytes", "damaged_slots", "found_newer"):
        assert here[name] == on_micropython[name], name


def test_a_record_said_to_be_kept_too_soon_would_be_seen():
    recorder, marks, mission = flash_cuts.record()
    for row in marks.rows:
        row[3] = row[2]
    failures = flash_cuts.Check(recorder, marks, mission).failures
    assert any("a journalled record is lost" in one for one in failures)
    assert any("the flight log is not what was flushed" in one for one in failures)


def test_a_mission_that_was_touched_would_be_seen():
    recorder, marks, mission = flash_cuts.record()
    assert len(flash_cuts.Check(recorder, marks, mission + b"!").failures) == 3 * len(recorder.operations) + 1
