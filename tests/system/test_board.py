"""`samara board` against a pseudo-terminal with a real MicroPython REPL behind it: what arrives, and what fails how."""

import fcntl
import hashlib
import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from firmware.drivers.storage import Storage
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.protocol import drops, phases
from firmware.protocol.mission import load
from ground import board_command, board_document, board_link, board_status
from ground.board_image import MAIN_SOURCE, Image, build_image
from hardware.simulated.clock import Clock

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
stand_in = pytest.importorskip("tests.system.board_stand_in", reason="needs pseudo-terminals")
if not stand_in.MICROPYTHON.exists():
    pytest.skip("no MicroPython for this machine", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
MISSION = ROOT / "missions" / "first_flight.toml"
OTHER_MISSION = ROOT / "missions" / "radiosonde_track.toml"
SMALL = Image({"firmware/loop.mpy": bytes(range(256)) * 8, "firmware/a/b.mpy": b"b" * 300, "main.py": MAIN_SOURCE})


@pytest.fixture
def board(tmp_path):
    with stand_in.StandIn(tmp_path / "board") as board:
        yield board


@pytest.fixture
def small(monkeypatch):
    """A firmware of three files, where the files themselves do not matter."""
    use(monkeypatch, SMALL)


def use(monkeypatch, image):
    for module in (board_command, board_status):
        monkeypatch.setattr(module, "build_image", lambda folder, role: image)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return build_image(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def flashed(tmp_path_factory):
    """(a board with the whole real firmware on it, what was said)."""
    with stand_in.StandIn(tmp_path_factory.mktemp("flashed")) as board:
        yield board, run("flash", board.port, "--mission", MISSION)


def run(*arguments, status=0, typed=None):
    result = CliRunner().invoke(board_command.command, [str(each) for each in arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result.output


def flash(board, status=0):
    return run("flash", board.port, "--mission", MISSION, status=status)


def write_journal(board, state, mission=None):
    """As the firmware would, into both slots."""
    clock = Clock()
    mission = load(board.files()["mission.bin"]) if mission is None else mission
    journal = Journal(clock, Storage(f"{board.flash}/"), state, mission.hash, Health(clock))
    for _ in range(2):
        journal.write(clock.ticks_ms())


def forget_journal(board):
    for path in [*board.flash.glob("journal.*"), *board.flash.glob("flight*.log"), *board.flash.glob("rehearsal.*")]:
        path.unlink()


def micropython(folder, code, path=""):
    done = subprocess.run(
        [stand_in.MICROPYTHON, "-c", code],
        check=False,
        cwd=folder,
        env={"MICROPYPATH": path},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.stdout + done.stderr


# Firmware onto a board --------------------------------------------------------------------------------------------


def test_an_empty_board_gets_every_file_and_is_started(flashed, image):
    board, said = flashed
    files = board.files()
    assert load(files.pop("mission.bin")).flight_id == "first-flight"
    assert files.pop("samara.sha256") == image.manifest
    assert files == image.files
    assert board.resets == 1
    assert f"firmware {image.hash[:16]}, flight computer: {len(image.files)} files" in said
    assert f"copied {len(image.files) + 2} files" in said
    assert "3 drops" in said


def test_the_copied_tree_alone_holds_all_that_the_firmware_imports(flashed):
    board, _ = flashed
    code = "import hardware.boards.pico, firmware.main, firmware.flight_computer; print('whole')"
    assert micropython(board.flash, code) == "whole\n"


def test_main_makes_the_outputs_safe_before_the_firmware_is_even_read(flashed, tmp_path):
    board, _ = flashed
    (tmp_path / "machine.py").write_text(
        "import sys\n"
        "class Pin:\n"
        "    OUT = 1\n"
        "    IN = 0\n"
        "    def __init__(self, number, mode, value=None):\n"
        "        print('pin', number, mode, value, 'firmware.main' in sys.modules)\n"
        "        if number == 22: sys.exit()\n"
    )
    said = micropython(board.flash, "import machine\nexec(open('main.py').read())", f"{tmp_path}:").splitlines()
    assert said == [f"pin {gpio} 1 0 False" for gpio in (6, 7, 10, 13, 14, 21, 22)]


def test_flashing_again_copies_nothing_and_still_starts_the_board(flashed):
    board, _ = flashed
    resets = board.resets
    before = {path: path.stat().st_mtime_ns for path in board.flash.rglob("*") if path.is_file()}
    assert "copied 0 files" in flash(board)
    assert {path: path.stat().st_mtime_ns for path in board.flash.rglob("*") if path.is_file()} == before
    assert board.resets == resets + 1


def test_the_image_is_the_same_bytes_everywhere_and_names_no_folder_of_this_machine(image, tmp_path):
    assert build_image(tmp_path).hash == image.hash
    for path, data in image.files.items():
        assert str(ROOT).encode() not in data, path
        assert str(tmp_path).encode() not in data, path
    assert "hardware/pins/pico_notes.mpy" not in image.files
    assert {"busio.mpy", "digitalio.mpy", "adafruit_bme280/basic.mpy"} <= set(image.files)
    assert not [path for path in image.files if "simulated" in path or "shims" in path]


def test_what_another_version_left_is_removed_and_everything_else_stays(board, small):
    left = {"firmware/old.mpy": b"1", "firmware/loop.py": b"2", "main.mpy": b"3", "adafruit_bme280/x.mpy": b"4"}
    kept = {"flight.log": b"log", "journal.0": b"j", "notes.txt": b"n", "loop.py": b"not beside ours", "lib/x.py": b"l"}
    for path, data in {**left, **kept}.items():
        board.put(path, data)
    said = flash(board)
    files = board.files()
    assert not set(left) & set(files)
    assert {path: files[path] for path in kept} == kept
    assert "removed 4 left over" in said
    assert "flight.log of 3 bytes is kept" in said


def test_somebody_elses_main_is_kept_under_another_name(board, small):
    board.put("main.py", b"print('mine')")
    assert "kept as main_before_samara.py" in flash(board)
    assert board.files()["main_before_samara.py"] == b"print('mine')"
    assert board.files()["main.py"] == MAIN_SOURCE
    assert "kept as" not in flash(board)


def test_a_new_firmware_takes_the_place_of_the_old_and_copies_only_what_differs(board, small, monkeypatch):
    flash(board)
    newer = Image({**SMALL.files, "firmware/a/b.mpy": b"newer"})
    use(monkeypatch, newer)
    said = flash(board)
    assert board.files()["firmware/a/b.mpy"] == b"newer"
    assert "copied 3 files" in said, "the file, main.py and the manifest"
    assert "2 were there already" in said
    assert "kept as" not in said, "the old main.py was ours"


# What fails -------------------------------------------------------------------------------------------------------


def test_a_bad_mission_is_refused_before_the_board_is_touched(board, small, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(MISSION.read_text().replace('"30 min"', "30"))
    said = run("flash", board.port, "--mission", bad, status=2)
    assert f"{bad}:" in said
    assert "nothing was put on the board" in said
    assert board.heard == 0


def test_a_port_that_is_missing_or_no_port_is_named_with_what_to_do(tmp_path, small):
    said = run("flash", tmp_path / "ttyACM9", "--mission", MISSION, status=2)
    assert f"There is no {tmp_path / 'ttyACM9'}: plug the board in or give another port" in said
    assert "trying again" not in said
    (tmp_path / "file").write_text("")
    assert "no serial port" in run("status", tmp_path / "file", status=2)
    assert "say which port" in run("flash", "--mission", MISSION, status=2)


def test_a_port_that_another_program_holds_is_busy(board):
    holder = os.open(board.port, os.O_RDWR | os.O_NOCTTY)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert "is busy" in run("status", board.port, status=2)
    finally:
        os.close(holder)


def test_a_board_that_does_not_answer_is_given_up(board, monkeypatch):
    monkeypatch.setattr(board_link, "_SILENCE_S", 1.0)
    board.deaf_after = 0
    assert "went silent for 1 s" in run("status", board.port, status=1)


def test_a_board_that_falls_silent_while_copying_has_no_main_to_start(board, small, monkeypatch):
    flash(board)
    board.put("firmware/loop.mpy", b"old")
    monkeypatch.setattr(board_link, "_SILENCE_S", 1.0)
    # After listing the files and taking main.py away, in the middle of the first file.
    board.deaf_after = board.heard + 6000
    assert "went silent" in flash(board, status=1)
    assert "main.py" not in board.files()
    assert board.files()["firmware/loop.mpy"] not in (b"old", SMALL.files["firmware/loop.mpy"])


def test_a_cable_pulled_while_copying_leaves_a_board_that_starts_nothing(board, small):
    flash(board)
    board.put("firmware/loop.mpy", b"old")
    board.gone_after = board.heard + 6000
    said = flash(board, status=1)
    assert re.search(r"vanished|cannot be opened|refused", said)
    assert "main.py" not in board.files()
    assert "samara.sha256" not in board.files()
    assert board.files()["firmware/loop.mpy"] not in (b"old", SMALL.files["firmware/loop.mpy"])


def test_a_file_that_arrives_damaged_is_copied_again(board, small):
    board.faults(flip={"firmware/loop.mpy": 2, "mission.bin": 1, "main.py": 1})
    said = flash(board)
    assert {path: board.files()[path] for path in SMALL.files} == SMALL.files
    assert "verified" in said


def test_a_file_that_always_arrives_damaged_is_named_and_nothing_starts(board, small):
    board.faults(flip={"firmware/loop.mpy": 99})
    said = flash(board, status=1)
    assert "after 3 copies" in said
    assert "firmware/loop.mpy" in said
    assert "main.py" not in board.files()
    assert board.resets == 0


def test_a_flash_that_is_too_full_is_refused_with_nothing_changed(board, small):
    board.put("main.py", b"mine")
    board.faults(free_blocks=5)
    said = flash(board, status=1)
    assert "too full by" in said
    assert board.files() == {"main.py": b"mine"}


def test_a_flash_that_fills_up_while_copying_is_said_and_can_be_flashed_again(board, small):
    board.faults(full_after=1000)
    said = flash(board, status=1)
    assert "flash is full" in said
    assert "main.py" not in board.files()
    board.faults()
    flash(board)
    assert {path: board.files()[path] for path in SMALL.files} == SMALL.files


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        ({"system": "esp32"}, "not a Pico"),
        ({"release": "1.23.0"}, "put 1.24 or newer on it"),
        ({"release": "nightly"}, "put 1.24 or newer on it"),
    ],
)
def test_a_board_that_cannot_run_the_firmware_is_refused_untouched(board, small, faults, says):
    board.faults(**faults)
    assert says in flash(board, status=2)
    assert board.files() == {}


# Status, log, mission ---------------------------------------------------------------------------------------------


def test_status_of_a_flashed_board(flashed, image):
    board, _ = flashed
    resets = board.resets
    said = run("status", board.port)
    assert "board     Raspberry Pi Pico with RP2040, MicroPython 1.24.1\n" in said
    assert f"firmware  {image.hash[:16]}, flight computer, whole, the same as here\n" in said
    assert "first-flight: 'north' at 0:30:00, 'middle' at 0:55:00, 'south' at 1:20:00\n" in said
    assert "journal   none" in said
    assert "free      1200 of 1408 kB\n" in said
    assert board.resets == resets + 1


def test_status_reads_the_journal_with_the_firmware_that_wrote_it(flashed):
    board, _ = flashed
    state = FlightState()
    state.elapsed_ms, state.launch_ms, state.phase, state.reset_count = 3723000, 600000, phases.ASCENT, 2
    state.drop_states[0] = drops.CONFIRMED
    write_journal(board, state)
    try:
        said = run("status", board.port)
        assert (
            "journal   ascent, 1:02:03 of mission time, launched at 0:10:00, 2 resets; drops confirmed, waiting" in said
        )
        for name in ("journal.0", "journal.1"):
            board.put(name, b"rubbish")
        assert "journal   unreadable; journal_slot_damaged; journal_slot_damaged" in run("status", board.port)
    finally:
        forget_journal(board)


def test_status_says_what_is_not_whole(board, small):
    assert "firmware  none" in run("status", board.port)
    flash(board)
    board.put("firmware/loop.mpy", b"x")
    (board.flash / "firmware/a/b.mpy").unlink()
    said = run("status", board.port)
    assert "damaged: firmware/a/b.mpy, firmware/loop.mpy; flash it again" in said
    board.put("mission.bin", b"SMRM")
    (board.flash / "samara.sha256").unlink()
    said = run("status", board.port)
    assert "firmware  not whole: flash it again" in said
    assert "mission   refused: the mission file is damaged" in said


def test_log_copies_everything_off_and_leaves_it_there(board, tmp_path):
    lying = {"flight.log": bytes(range(256)) * 20, "journal.1": b"j", "mission.bin": b"m", "other.txt": b"o"}
    for path, data in lying.items():
        board.put(path, data)
    out = tmp_path / "off" / "here"
    said = run("log", board.port, "-o", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        name: lying[name] for name in ("flight.log", "journal.1", "mission.bin")
    }
    assert board.files() == lying
    assert "flight.log: 5120 bytes" in said
    assert "exists already" in run("log", board.port, "-o", out, status=2)


def test_log_of_a_board_without_one_says_so_and_makes_no_folder(board, tmp_path):
    assert "there is no log" in run("log", board.port, "-o", tmp_path / "off", status=1)
    assert not (tmp_path / "off").exists()


def test_mission_is_shown_and_replaced(board, small, tmp_path):
    flash(board)
    assert "'south' on channel c, burn wire 3" in run("mission", board.port)
    assert "rs41-T1240114, 3 drops, is on the board" in run("mission", board.port, OTHER_MISSION)
    assert load(board.files()["mission.bin"]).flight_id == "rs41-T1240114"
    assert "mission.bin.new" not in board.files()
    (tmp_path / "bad.toml").write_text("nonsense")
    assert "nothing was put on the board" in run("mission", board.port, tmp_path / "bad.toml", status=2)
    board.put("mission.bin", b"SMRM1234")
    assert "cannot fly" in run("mission", board.port, status=1)
    (board.flash / "mission.bin").unlink()
    assert "there is no mission" in run("mission", board.port, status=1)


def test_the_old_mission_stays_until_the_new_one_is_verified(board, small):
    flash(board)
    old = board.files()["mission.bin"]
    board.faults(flip={"mission.bin.new": 99})
    assert "after 3 copies" in run("mission", board.port, OTHER_MISSION, status=1)
    assert board.files()["mission.bin"] == old


# The documentation ------------------------------------------------------------------------------------------------


def test_the_pin_table_in_the_documentation_is_the_one_in_the_code():
    assert board_document.main(["--check"]) == 0
    text = board_document.DOCUMENT.read_text()
    assert "| 10 | `FIRE_1` | PWM5 A | out | low |" in text
    with pytest.raises(ValueError, match="marks"):
        board_document.with_table("no marks")


def test_the_manifest_can_be_checked_by_sha256sum(image):
    first = image.manifest.decode().splitlines()[0]
    digest, path = first.split("  ")
    assert digest == hashlib.sha256(image.files[path]).hexdigest()
