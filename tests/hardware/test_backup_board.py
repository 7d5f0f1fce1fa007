"""The backup's pin table against chip, header and the rules of two keys; its board file; its entry point; its files."""

import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hardware.boards.backup as board_file
from firmware.backup_timer import main
from firmware.backup_timer import state as states
from firmware.backup_timer.lamp import signal_of
from firmware.backup_timer.state import BackupState
from firmware.loop import Loop
from firmware.protocol import backup_plan, words
from firmware.protocol.drops import BACKUP_SAFE, BREAK_WIRE_OPEN, NO_MISSION, NOT_AT_REST, WIRE_OPEN
from ground.board_image import BACKUP, sources
from hardware.pins import backup as pins
from hardware.pins import backup_notes, pico
from hardware.simulated.clock import Clock
from hardware.simulated.machine import BoardReset, Pin, SimulatedMachine, Wiring
from tests.hardware.test_pins import HEADER, Recorder, chip_functions, wires
from tests.portable.backup_rig import Rig
from tests.ports import ROOT

BY_NAME = {name: gpio for gpio, name, _, _, _ in pins.PINS}
KEYS = ("ENABLE", "FIRE")
DOCUMENT = ROOT / "docs" / "backup.md"


def test_every_gpio_and_every_name_is_used_once_and_in_order():
    assert [row[0] for row in pins.PINS] == sorted({row[0] for row in pins.PINS})
    assert len(BY_NAME) == len(pins.PINS)
    with pytest.raises(KeyError):
        pins.number("FIRE_1")


def test_every_pin_can_do_on_the_chip_what_the_table_says():
    for gpio, name, function, direction, safe in pins.PINS:
        assert function in chip_functions(gpio), name
        assert safe == (0 if direction == pins.OUT else None), name


def test_no_solder_bridge_joins_two_keys_or_a_key_and_a_supply_or_the_line_to_the_primary_and_a_key():
    used = {f"GP{gpio}": name for gpio, name, _, _, _ in pins.PINS}
    for name in (*KEYS, "HEARTBEAT"):
        place = HEADER.index(f"GP{BY_NAME[name]}")
        beside = [HEADER[place - 1], HEADER[place + 1]]
        assert "GND" in beside, name
        assert all(other == "GND" or (other.startswith("GP") and other not in used) for other in beside), name
    fire, enable = (HEADER.index(f"GP{BY_NAME[name]}") // 20 for name in ("FIRE", "ENABLE"))
    assert fire != enable


def test_what_both_boards_have_sits_at_the_same_place():
    theirs = {name: gpio for gpio, name, _, _, _ in pico.PINS}
    same = {"BREAK_WIRE": "PULL_PIN", "FIRE_1": "FIRE", "CONTINUITY_1": "CONTINUITY"}
    for name, gpio in theirs.items():
        if same.get(name, name) in BY_NAME:
            assert BY_NAME[same.get(name, name)] == gpio, name


def test_every_pin_has_a_note_and_every_key_its_resistor():
    notes = {name: must for name, _, must in backup_notes.NOTES}
    assert list(notes) == [row[1] for row in pins.PINS]
    for name in KEYS:
        assert "8.2 kOhm or less to ground" in notes[name]


def test_the_outputs_are_made_safe_before_anything_else_and_building_makes_no_edge():
    wiring = Wiring()
    edges = wires(wiring)
    simulated = SimulatedMachine(Clock(), wiring)
    machine = Recorder(simulated)
    board = board_file.build(machine, simulated.clock)
    outputs = [gpio for gpio, _, _, direction, _ in pins.PINS if direction == pins.OUT]
    assert machine.calls[: len(outputs)] == [("Pin", (gpio, Pin.OUT), {"value": 0}) for gpio in outputs]
    assert edges == []
    assert [call[2] for call in machine.calls if call[0] == "PWM"] == [{"freq": 1000, "duty_u16": 0}]
    for name, arguments, settings in machine.calls:
        if name == "Pin" and len(arguments) > 1 and arguments[1] == Pin.OUT:
            assert settings == {"value": 0}, arguments
    board.cutter.fire.duty_u16(100)
    assert edges == [(BY_NAME["FIRE"], 1)]


def test_without_its_wire_an_input_reads_as_the_cautious_case():
    machine = SimulatedMachine(Clock(), Wiring())
    board = board_file.build(machine, machine.clock)
    assert board.plug_sense.value() == 0 and not board_file.plug_in(machine)
    assert board.pull_pin.value() == 1 and board.cutter.continuity.read_u16() == 0
    assert board.start_watchdog(4000) is None


def test_a_chip_that_holds_the_bus_after_a_reset_is_clocked_free():
    wiring = Wiring()
    machine = Recorder(SimulatedMachine(Clock(), wiring))
    clocked = ("Pin", (BY_NAME["SENSOR_SCL"], Pin.OUT), {"value": 0})
    wiring.inputs[BY_NAME["SENSOR_SDA"]] = lambda: 1 if clocked in machine.calls else 0
    assert board_file.build(machine, Clock()).i2c_freed
    assert machine.calls.count(clocked) == 1
    assert not board_file.build(machine, Clock()).i2c_freed


def test_files_lie_in_the_root_unless_another_storage_is_given():
    machine = SimulatedMachine(Clock(), Wiring())
    storage = object()
    assert board_file.build(machine, machine.clock, storage).storage is storage
    with board_file.build(machine, machine.clock).storage.open("bin/sh", "rb") as file:
        assert file.read(64) == Path("/bin/sh").read_bytes()[:64]


def test_the_board_file_names_no_gpio_by_number():
    text = Path(board_file.__file__).read_text(encoding="utf-8")
    assert re.findall(r"pin\(\s*\d", text.lower()) == []


# The entry point --------------------------------------------------------------------------------------------------


@pytest.fixture
def rig(monkeypatch):
    rig = Rig(launch_s=100000, plug_in_s=0)
    backup = rig.backup
    build = board_file.build
    monkeypatch.setitem(sys.modules, "machine", backup.machine)
    monkeypatch.setattr(board_file, "build", lambda machine, clock: build(machine, backup.clock, backup.storage))
    return rig


def fail_after(passes, loops):
    def run(loop):
        loop.run(passes)
        loops.append(loop)
        raise ValueError("a bug that nothing caught")

    return run


def test_with_the_plug_in_what_nothing_caught_starts_the_board_again(rig, monkeypatch):
    loops = []
    monkeypatch.setattr(Loop, "run_for_ever", fail_after(50, loops))
    with pytest.raises(BoardReset):
        main.run()
    assert loops[0].passes == 50


def test_with_the_plug_out_a_person_sees_the_error(rig, monkeypatch):
    rig.backup.plug_in = False
    monkeypatch.setattr(Loop, "run_for_ever", fail_after(50, []))
    with pytest.raises(ValueError, match="nothing caught"):
        main.run()
    assert rig.state.state == BACKUP_SAFE


def test_the_files_that_go_on_its_board_are_all_it_needs_and_no_more(tmp_path):
    program = Path(sys.executable).parent / "micropython"
    if not program.exists():
        pytest.skip("there is no MicroPython for this machine")
    names = []
    for path, name in sources(ROOT, BACKUP):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / name)
        names.append(name)
    assert not [name for name in names if "gps" in name or "radio" in name or "mission.py" in name]
    modules = [name.removesuffix(".py").replace("/", ".") for name in names if not name.endswith("__init__.py")]
    script = "\n".join([f"import {module}" for module in modules] + ["print('whole')"])
    done = subprocess.run(
        [program, "-c", script],
        env={"MICROPYPATH": f"{tmp_path}:.frozen"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "whole\n", done.stdout + done.stderr


# The document -----------------------------------------------------------------------------------------------------

STATES = {1: "SAFE", 2: "READY", 3: "RUNNING", 4: "FIRING", 5: "DONE", 6: "REFUSED"}
EVENTS = {
    states.PREPARED: "the checklist is complete: plan, plug in for 120 s, pin in, rest, wire, cell",
    states.UNDONE: "the plug is out for five seconds, or, before launch, something of the checklist is so no more",
    states.PULLED: "the pin has been out for five seconds",
    states.ALOFT: "the power came back with the pin out, 150 m above the pad",
    states.INTENDED: "due, and every gate open: the attempt is counted and goes to flash",
    states.TAKEN_BACK: "a gate closed before the pulse: no attempt after all",
    states.STILL_HOLDS: "the wire is whole after the pulse, and an attempt is left",
    states.OVER: "the wire is open after the pulse, or there is no evidence, or no attempt is left",
    states.LANDED: "two minutes at rest, low",
    states.END: "the end of the flight",
}
MEANINGS = {
    "end_flight_ms": "its time",
    "end_ms": "nothing fires from here on",
    "blind_from_ms": "blind window, from",
    "blind_until_ms": "and until",
    "pad_altitude_m": "above sea level",
    "highest_ground_m": "above sea level",
    "min_agl_m": "above the highest ground",
    "pulse_ms": "the first attempt",
    "attempts": "",
}


def pin_rows():
    notes = {name: (joins, must) for name, joins, must in backup_notes.NOTES}
    for gpio, name, function, direction, safe in pins.PINS:
        joins, must = notes[name]
        yield f"| {gpio} | `{name}` | {function} | {direction} | {'low' if safe == 0 else ''} | {joins} | {must} |\n"


def transition_rows():
    for before, event, then in states.TRANSITIONS:
        yield f"| {STATES[before]} | {EVENTS[event]} | {STATES[then]} |\n"


def limit_rows():
    for name, least, most, unit in backup_plan.LIMITS:
        yield f"| `{name}` | {least:,} | {most:,}{' ' + unit if unit else ''} | {MEANINGS[name]} |\n"


def between(text, begin, end):
    """The rows of a table of the document."""
    return text.split(begin, 1)[1].split(end, 1)[0]


def test_the_document_has_the_tables_as_they_are():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert between(text, "| joins | must have |\n|---|---|---|---|---|---|---|\n", "<!--") == "".join(pin_rows())
    assert between(text, "| from | what happens | to |\n|---|---|---|\n", "<!--") == "".join(transition_rows())
    assert between(text, "| number | least | most | |\n|---|---|---|---|\n", "\n\n") + "\n" == "".join(limit_rows())
    assert f"It is {backup_plan.BYTES} bytes" in text.replace("\n", " ")


def test_the_document_names_every_state_and_every_signal_that_its_board_can_show():
    text = DOCUMENT.read_text(encoding="utf-8")
    names = {row[0]: row[1] for row in words.SIGNALS}
    for number, name in STATES.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| {number} | {name} |"))
        for signal in shown_in(number):
            assert f"`{names[signal]}`" in row, (name, names[signal])


class Plug:
    """What the signals ask of the arming."""

    def __init__(self, plugged, must_unplug, inhibited):
        self.plugged = plugged
        self.must_unplug = must_unplug
        self.inhibited = inhibited


def shown_in(number):
    """Every signal of a state, whatever else is so."""
    state = BackupState()
    state.state = number
    found = set()
    for missing in (0, NO_MISSION, BREAK_WIRE_OPEN, WIRE_OPEN, NOT_AT_REST):
        for flown in (False, True):
            for plug in itertools.product((False, True), repeat=3):
                state.not_ready, state.flown = missing, flown
                found.add(signal_of(state, Plug(*plug)))
    return found
