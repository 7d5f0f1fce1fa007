"""`samara board new-flight`, `test-fire`, `rehearse` and the independent backup's board, against the stand-in.

What runs there is the flashed firmware itself, on simulated outputs, wires and cells.
"""

import os

import pytest

from firmware.backup_timer.journal import BackupJournal
from firmware.backup_timer.state import BackupState
from firmware.drivers.storage import Storage
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.protocol import backup_plan, drops, phases
from firmware.protocol.mission import load
from firmware.protocol.mission_plan import BACKUP_AFTER_MS, LONGEST_HOLD_MS
from firmware.protocol.mission_writer import build
from ground import board_flight_command
from ground.board_flight_scripts import NEW_FLIGHT
from ground.board_image import BACKUP, PRIMARY, build_image, sources
from ground.board_link import BoardLink
from hardware.simulated.clock import Clock
from tests.system.test_board import ROOT, forget_journal, micropython, run, write_journal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
stand_in = pytest.importorskip("tests.system.board_stand_in", reason="needs pseudo-terminals")
if not stand_in.MICROPYTHON.exists():
    pytest.skip("no MicroPython for this machine", allow_module_level=True)

CUTDOWN_MS = 9000000


def mission_bytes(flight_id="bench", **changes):
    """Two drops, one of them repeated, and a cutdown with an independent backup."""
    channels = [{"name": f"c{output}", "output": output, "pulse_ms": 4000, "attempts": 2} for output in (1, 2, 3)]
    description = {
        "flight_id": flight_id,
        "callsign": "N0CALL",
        "net": 0x1234,
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "end_ms": 14400000,
        "backup_ms": CUTDOWN_MS + LONGEST_HOLD_MS + BACKUP_AFTER_MS,
        "break_wire": True,
        "channels": channels,
        "drops": [
            {"name": "north", "channel": "c1", "after_ms": 1800000},
            {"name": "south", "channel": "c2", "after_ms": 3600000},
        ],
        "cutdown": {"channel": "c3", "latest_ms": CUTDOWN_MS},
    }
    return build({**description, **changes})


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    path = tmp_path_factory.mktemp("mission") / "bench.bin"
    path.write_bytes(mission_bytes())
    return path


@pytest.fixture(scope="module")
def flashed(tmp_path_factory, mission):
    with stand_in.StandIn(tmp_path_factory.mktemp("flight")) as board:
        run("flash", board.port, "--mission", mission)
        yield board


@pytest.fixture
def board(flashed):
    """The flight computer, flashed, with nothing of a flight on it."""
    yield flashed
    flashed.faults()
    forget_journal(flashed)
    flashed.put("mission.bin", mission_bytes())
    (flashed.folder / "events").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def backup(tmp_path_factory, mission):
    with stand_in.StandIn(tmp_path_factory.mktemp("backup")) as board:
        board.said = run("flash", board.port, "--backup", "--mission", mission)
        yield board


def journalled(board, mission=None, **state):
    made = FlightState()
    for name, value in state.items():
        setattr(made, name, value)
    write_journal(board, made, mission)


def journals(board):
    return {path for path in board.files() if path.startswith(("journal.", "rehearsal.", "backup."))}


# A new flight -----------------------------------------------------------------------------------------------------


def test_a_new_flight_needs_the_plug_out_and_a_command_over_usb(board):
    journalled(board, elapsed_ms=7200000, launch_ms=600000, phase=phases.LANDED)
    board.put("rehearsal.0", b"r")
    board.put("flight.log", b"the log")
    board.put("flight-1.log", b"an older one")
    for faults in ({"plug": [[0, 1]]}, {"plug": [[0, 1]], "sense_broken": True}):
        board.faults(**faults)
        before = board.files()
        resets = board.resets
        said = run("new-flight", board.port, "--yes", status=1)
        assert "the arming plug is in (sense line" in said and "nothing was changed" in said
        assert board.files() == before
        assert board.resets == resets + 1
    board.faults()
    said = run("new-flight", board.port, typed="new flight\n")
    assert "the journal: landed, 2:00:00 of mission time, launched at 0:10:00" in said
    assert "removed journal.0, journal.1, rehearsal.0" in said
    assert journals(board) == set()
    assert board.files()["flight-2.log"] == b"the log" and board.files()["flight-1.log"] == b"an older one"
    assert "flight.log" not in board.files()
    assert "flight.log is kept as flight-2.log" in said
    assert "journal   none: the next flight begins at its beginning" in run("status", board.port)


def test_the_board_itself_refuses_a_new_flight_when_the_plug_has_gone_in_since(board):
    journalled(board, launch_ms=600000)
    board.faults(plug=[[0, 1]])
    board.put("flight.log", b"log")
    before = board.files()
    link = BoardLink(board.port)
    script = NEW_FLIGHT.format(
        board="pico", rail_mv=2500, renames="[('flight.log', 'flight-1.log')]", removes="['journal.0']"
    )
    assert link.ask(script) == [False]
    assert board.files() == before


@pytest.mark.parametrize("typed", ["\n", "yes\n", "new\n"])
def test_a_new_flight_is_only_for_who_types_it(board, typed):
    journalled(board, launch_ms=600000)
    before = board.files()
    assert "nothing was changed" in run("new-flight", board.port, typed=typed, status=2)
    assert board.files() == before


def test_a_flight_that_may_be_in_the_air_is_not_forgotten_without_a_word(board):
    journalled(board, elapsed_ms=900000, launch_ms=600000, phase=phases.ASCENT)
    said = run("new-flight", board.port, typed="no\n", status=2)
    assert "launched and is not over: do this only with the payload before you" in said
    forget_journal(board)
    journalled(board, elapsed_ms=900000)
    assert "is not over" not in run("new-flight", board.port, typed="no\n", status=2)


def test_the_journal_of_another_flight_is_told_and_cleared_away_too(board):
    other = load(mission_bytes("other-flight"))
    states = bytearray(drops.PLACES)
    states[1], states[drops.CUTDOWN] = drops.FAILED, drops.CONFIRMED
    journalled(board, other, elapsed_ms=900000, launch_ms=600000, phase=phases.LANDED, drop_states=states)
    said = run("new-flight", board.port, "--yes")
    assert f"of another mission ({other.hash[:4].hex()}): landed" in said
    assert "drop 2 failed; cutdown confirmed" in said
    assert journals(board) == set()


def test_where_there_is_nothing_to_forget_nothing_is_asked(board):
    assert "nothing to clear away" in run("new-flight", board.port)


def test_a_board_without_firmware_begins_no_flight(tmp_path):
    with stand_in.StandIn(tmp_path / "empty") as empty:
        empty.put("journal.0", b"x")
        assert "no firmware of ours" in run("new-flight", empty.port, "--yes", status=1)
        assert "journal.0" in empty.files()


# One pulse on the bench -------------------------------------------------------------------------------------------


def test_one_output_is_fired_once_with_the_plug_in_when_its_number_is_typed(board):
    board.faults(plug=[[4000, 1]])
    said = run("test-fire", board.port, 2, typed="2\n")
    assert board.events == ["edge 2 1", "parted 2 0", "edge 2 0"]
    for words in ("channel 'c2', 4 s of current", "put the arming plug in", "firing in 1 s", "it let go"):
        assert words in said
    assert said.index("put the arming plug in") < said.index("firing in 10 s")
    assert journals(board) == set()


def test_a_wire_that_does_not_part_is_said_with_exit_status_1(board):
    board.faults(plug=[[4000, 1]], unburnable=[3])
    assert "output 3: it did not let go" in run("test-fire", board.port, 3, typed="3\n", status=1)
    assert board.events == ["edge 3 1", "edge 3 0"]


@pytest.mark.parametrize(
    ("output", "typed", "faults", "status", "says"),
    [
        (2, "1\n", {}, 2, "nothing was fired"),
        (2, "\n", {}, 2, "nothing was fired"),
        (4, "4\n", {}, 2, "no channel of the mission on the board is on output 4: it uses 1, 2, 3"),
        (2, "2\n", {"plug": [[0, 1]]}, 1, "the arming plug is in"),
        (2, "2\n", {}, 1, "the plug did not go in"),
        (2, "2\n", {"plug": [[4000, 1], [9000, 0]]}, 1, "the plug came out"),
        (2, "2\n", {"plug": [[4000, 1]], "open": [2]}, 1, "output 2 is open"),
    ],
)
def test_what_stops_a_test_fire_stops_it_before_any_current(board, output, typed, faults, status, says):
    board.faults(plug=faults.pop("plug", [[4000, 1]] if says == "nothing was fired" else []), **faults)
    said = run("test-fire", board.port, output, typed=typed, status=status)
    assert says in said
    assert not [event for event in board.events if event.startswith("edge")]


def test_a_test_fire_is_never_airborne(board):
    board.faults(plug=[[4000, 1]])
    other = load(mission_bytes("other-flight"))
    for mission, state in (
        (None, {"launch_ms": 600000, "phase": phases.ASCENT}),
        (None, {"launch_ms": 600000, "phase": phases.LANDED}),
        (other, {}),
    ):
        journalled(board, mission, **state)
        said = run("test-fire", board.port, 2, typed="2\n", status=1)
        assert "the journal is not fresh" in said and f"samara board new-flight {board.port}" in said
    for name in ("journal.0", "journal.1"):
        board.put(name, b"rubbish")
    assert "the journal is not fresh (unreadable" in run("test-fire", board.port, 2, typed="2\n", status=1)
    assert board.events == []
    forget_journal(board)
    journalled(board, elapsed_ms=60000)
    run("test-fire", board.port, 2, typed="2\n")
    assert board.events[0] == "edge 2 1"


def test_a_test_fire_needs_a_mission_and_a_whole_firmware(board):
    board.put("mission.bin", b"SMRM")
    assert "no checked mission" in run("test-fire", board.port, 2, typed="2\n", status=1)
    board.put("mission.bin", mission_bytes())
    whole = board.files()["firmware/loop.mpy"]
    board.put("firmware/loop.mpy", b"x")
    try:
        assert "is not whole" in run("test-fire", board.port, 2, typed="2\n", status=1)
        assert "is not whole" in run("rehearse", board.port, status=1)
    finally:
        board.put("firmware/loop.mpy", whole)


def test_ctrl_c_in_the_countdown_stops_a_test_fire_and_makes_the_outputs_safe(board, monkeypatch):
    board.faults(plug=[[4000, 1]], stops_at_ms=9000)
    said = []

    def echo(text="", **_):
        said.append(text)
        if text.startswith("firing in 7 s"):
            raise KeyboardInterrupt

    monkeypatch.setattr(board_flight_command.click, "echo", echo)
    resets = board.resets
    run("test-fire", board.port, 2, typed="2\n", status=1)
    assert "stopped: every output is off" in said
    assert board.events == []
    assert board.resets == resets + 1


# Rehearsal --------------------------------------------------------------------------------------------------------


def test_a_rehearsal_keeps_its_own_journal_and_nothing_can_fire(board):
    journalled(board, elapsed_ms=60000)
    kept = {path: data for path, data in board.files().items() if path.startswith("journal.")}
    said = run("rehearse", board.port)
    for words in ("north: confirmed", "south: confirmed", "cutdown: confirmed", "the rehearsal is over"):
        assert words in said
    assert board.events == []
    assert {path: data for path, data in board.files().items() if path.startswith("journal.")} == kept
    assert {path for path in board.files() if path.startswith("rehearsal.")} == {"rehearsal.0", "rehearsal.1"}


def test_nothing_is_rehearsed_with_the_plug_in_or_without_a_mission(board):
    board.faults(plug=[[0, 1]])
    assert "the arming plug is in" in run("rehearse", board.port, status=1)
    board.faults()
    board.put("mission.bin", b"SMRM")
    assert "no checked mission" in run("rehearse", board.port, status=1)
    assert journals(board) == set()


# What the board says of itself ------------------------------------------------------------------------------------


def test_status_tells_the_journal_with_occasions_cutdown_and_what_the_crew_said(board):
    states, steps = bytearray(drops.PLACES), bytearray(drops.PLACES)
    states[0], states[drops.CUTDOWN], steps[1] = drops.UNCONFIRMED, drops.DUE, 3
    journalled(
        board, elapsed_ms=9000000, launch_ms=600000, phase=phases.FLOAT, reset_count=1, drop_states=states,
        drop_steps=steps, parted_early=2, cutdown_by=drops.BY_CEILING, safe=True, hold_until_ms=9600000,
    )  # fmt: skip
    assert (
        "journal   float, 2:30:00 of mission time, launched at 0:10:00, 1 resets; drops unconfirmed, waiting (3 over) "
        "(its wire opened early); cutdown due by ceiling; SAFE; HOLD for 0:10:00 more\n"
    ) in run("status", board.port)


def test_status_says_what_of_the_pad_can_be_seen_over_usb(board):
    board.faults(backup_state=drops.BACKUP_READY)
    said = run("status", board.port)
    assert "mission" in said and "cutdown at 2:30:00 at the latest" in said
    assert "plug      out: sense line 0, cutters' rail 0.00 V\n" in said
    assert "devices   output 1 closed, output 2 closed, output 3 closed, break wire in, logic" in said
    assert "backup    ready\n" in said
    assert "ready     nothing seen over USB speaks against a launch" in said


def test_status_names_each_reason_for_no_go_that_can_be_seen(board):
    journalled(board, elapsed_ms=7200000, launch_ms=600000, phase=phases.LANDED)
    board.faults(open=[2], plug=[[0, 1]])
    said = run("status", board.port)
    assert "plug      in: sense line 1" in said and "output 2 open" in said
    assert "backup    silent\n" in said
    ready = next(line for line in said.splitlines() if line.startswith("ready"))
    assert ready.startswith("ready     NO GO: ")
    for words in (
        "the journal is that of a flight that has begun (`samara board new-flight`)",
        "it was switched on with the plug in",
        "a cutter's wire is open",
        "the independent backup is not ready",
    ):
        assert words in ready
    board.faults(backup_state=drops.BACKUP_RUNNING)
    assert "backup    running\n" in run("status", board.port)


def test_logs_of_earlier_flights_are_copied_and_go_only_when_asked(board, tmp_path):
    for path, data in {"flight.log": b"new", "flight-1.log": b"one", "flight-2.log": b"two"}.items():
        board.put(path, data)
    assert "log       flight-1.log 3 bytes, flight-2.log 3 bytes, flight.log 3 bytes" in run("status", board.port)
    run("log", board.port, "-o", tmp_path / "a")
    assert {"flight.log", "flight-1.log", "flight-2.log"} <= set(board.files())
    said = run("log", board.port, "-o", tmp_path / "b", "--remove-old")
    assert "removed from the board: flight-1.log, flight-2.log" in said
    assert (tmp_path / "b" / "flight-2.log").read_bytes() == b"two"
    assert {"flight.log", "flight-1.log", "flight-2.log"} & set(board.files()) == {"flight.log"}


# The independent backup -------------------------------------------------------------------------------------------


def test_the_backup_s_board_gets_its_own_program_and_a_plan_made_from_the_mission(backup):
    files = backup.files()
    plan = backup_plan.load(files["backup.bin"])
    assert plan.end_flight_ms == CUTDOWN_MS + LONGEST_HOLD_MS + BACKUP_AFTER_MS
    assert plan.flight == load(mission_bytes()).hash[:4]
    assert "mission.bin" not in files
    assert "independent backup" in backup.said
    assert "firmware.backup_timer.main" in files["main.py"].decode()
    code = "import hardware.boards.backup, firmware.backup_timer.main, firmware.backup_timer.backup_computer; print(1)"
    assert micropython(backup.flash, code) == "1\n"
    assert micropython(backup.flash, "import firmware.protocol.backup_plan; print(1)") == "1\n"


def test_neither_image_carries_the_other_s_program_or_anything_of_the_ground(tmp_path):
    names = {role: {name for _, name in sources(ROOT, role)} for role in (PRIMARY, BACKUP)}
    for role, others in ((PRIMARY, "backup"), (BACKUP, "pico")):
        assert f"hardware/boards/{others}.py" not in names[role]
        assert f"hardware/pins/{others}.py" not in names[role]
        assert not [name for name in names[role] if "_writer" in name or "_notes" in name or "words" in name]
    assert not [name for name in names[PRIMARY] if "backup_timer" in name or "backup_plan" in name]
    assert {"firmware/protocol/mission_together.py", "firmware/test_fire.py"} <= names[PRIMARY]
    assert {"firmware/drivers/burn_wire.py", "firmware/release/channel.py"} <= names[PRIMARY] & names[BACKUP]
    assert build_image(tmp_path, BACKUP).hash != build_image(tmp_path).hash


def test_one_board_is_never_made_the_other_by_mistake(board, backup, mission):
    for wrong, arguments, is_ in (
        (backup, (), "independent backup"),
        (board, ("--backup",), "flight computer"),
    ):
        before = wrong.files()
        said = run("flash", wrong.port, *arguments, "--mission", mission, status=2)
        assert f"is the {is_}, not the" in said and "--change-role" in said
        assert wrong.files() == before
    assert "is not the flight computer" in run("mission", backup.port, mission, status=2)
    assert "is the independent backup" in run("test-fire", backup.port, 1, typed="1\n", status=1)
    assert "is the independent backup" in run("rehearse", backup.port, status=1)


def test_a_board_whose_role_is_changed_keeps_no_plan_of_the_old_one(tmp_path, mission):
    with stand_in.StandIn(tmp_path / "changed") as board:
        run("flash", board.port, "--backup", "--mission", mission)
        run("flash", board.port, "--mission", mission, "--change-role")
        files = board.files()
        assert "backup.bin" not in files and "mission.bin" in files
        assert not [path for path in files if "backup_timer" in path or path == "hardware/boards/backup.mpy"]
        assert "flight computer, whole" in run("status", board.port)


def test_a_mission_without_a_cutdown_has_no_backup(tmp_path, backup):
    path = tmp_path / "without.bin"
    path.write_bytes(mission_bytes(cutdown=None, backup_ms=0))
    before = backup.files()
    said = run("flash", backup.port, "--backup", "--mission", path, status=2)
    assert "nothing was put on the board" in said and "cutdown" in said
    assert backup.files() == before


def test_status_and_new_flight_of_the_backup_s_board(backup):
    state = BackupState()
    state.state, state.since_ms, state.attempts, state.reset_count = drops.BACKUP_DONE, 11101000, 1, 2
    plan = backup_plan.load(backup.files()["backup.bin"])
    clock = Clock()
    journal = BackupJournal(clock, Storage(f"{backup.flash}/"), state, plan.mark, Health(clock))
    for _ in range(2):
        state.changed = True
        journal.poll(clock.ticks_ms())
    said = run("status", backup.port)
    assert ", independent backup, whole, the same as here\n" in said
    assert f"plan      of mission {plan.flight.hex()}: ends the flight 3:05:00 after its pin is pulled" in said
    assert "journal   done, 3:05:01 since its pin was pulled, 1 pulse, 2 resets\n" in said
    assert "devices   cutter closed, pull pin in" in said
    said = run("new-flight", backup.port, "--yes")
    assert "removed backup.0, backup.1" in said
    assert journals(backup) == {"backup.bin"}
