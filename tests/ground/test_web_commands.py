"""A command from the page: by HTTP to the web process, to the commander, over the desk, to the firmware's uplink."""

import ast
import ctypes
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ground.commander.stations import HAVE_SOCKETS
from ground.key_store import KeyStore, Provision
from ground.raw_log import NOTE, SENT, RawLogReader
from tests.ground.commander_rig import NET
from tests.ground.ground_house import ROOT, House, wait_for
from tests.ground.test_commander_command import Balloon

pytestmark = pytest.mark.skipif(not HAVE_SOCKETS, reason="needs Unix sockets")


class Field:
    """A balloon, and a whole ground station with a key."""

    def __init__(self, folder, run):
        self.log = folder / "log"
        self.keys = folder / "keys"
        store = KeyStore(self.keys / "master.key")
        master = store.new()
        salt, keys = store.draw(master)
        store.keep(
            Provision(keys.key_id, salt, master.fingerprint, 0, "board", NET, "f", "00000000", ("north", "south"))
        )
        self.balloon = Balloon(keys)
        environment = {"SAMARA_KEYS": str(self.keys), "XDG_RUNTIME_DIR": run}
        self.house = House(self.balloon.url, "--log", self.log, environment=environment)
        self.house.state(lambda state: state["command"]["available"], "the commander can speak")

    def notes(self):
        return [chunk.data.decode() for chunk in RawLogReader(self.log / "raw.log") if chunk.kind == NOTE]

    def ended(self, stage):
        def is_over(state):
            current = state["command"]["current"]
            return current is not None and current["over"] and current["stage"] == stage

        return self.house.state(is_over, f"the command is {stage}")["command"]["current"]


@pytest.fixture
def field(tmp_path):
    with tempfile.TemporaryDirectory(prefix="samara-") as run:
        one = Field(tmp_path, run)
        yield one
        one.house.close()
        one.balloon.close()


def test_a_command_of_the_page_is_said_accepted_confirmed_and_in_the_log(field):
    assert field.house.post("/api/command", {"op": "hold", "argument": 60}).status == 200
    current = field.ended("confirmed")
    last = current["news"][-1]
    assert (current["op"], last["stage"], last["words"]) == ("hold", "confirmed", "the reports say HOLD")
    assert current["began_ms"] <= last["wall_ms"] and current["reason"] == ""
    state = field.house.state(lambda state: state["hold"], "the page shows HOLD")
    assert state["hold_left_s"] > 0
    assert "command confirmed: hold for 60 s: the reports say HOLD" in field.notes()
    kinds = [(row["kind"], row["level"]) for row in field.house.get("/api/events")["rows"]]
    assert ("command", "good") in kinds


MISFITS = (
    ({"op": "release", "place": 1}, "say why"),
    ({"op": "release", "place": 1, "reason": "   "}, "say why"),
    ({"op": "release", "reason": "over the lake"}, "place of a drop"),
    ({"op": "release", "place": 7, "reason": "over the lake"}, "place of a drop"),
    ({"op": "release", "place": True, "reason": "over the lake"}, "place of a drop"),
    ({"op": "cutdown"}, "say why"),
    ({"op": "hold", "argument": 0}, "whole number"),
    ({"op": "hold", "argument": "60"}, "whole number"),
    ({"op": "request_history", "argument": [60, 10]}, "earlier"),
    ({"op": "launch"}, "no such command"),
    ({}, "no such command"),
)


def test_what_does_not_fit_is_refused_in_words_and_nothing_is_sent(field):
    for asked, words in MISFITS:
        answer = field.house.post("/api/command", asked)
        assert answer.status == 409, asked
        assert words in answer.json["words"], asked
        assert answer.json["words"].endswith("nothing was sent."), asked
    assert not [chunk for chunk in RawLogReader(field.log / "raw.log") if chunk.kind == SENT]


def test_a_commander_that_is_killed_in_mid_command_says_so_and_says_nothing_again(field):
    field.balloon.wanted.append(lambda: setattr(field.balloon.payload.channel, "up", lambda data: None))  # it is deaf
    assert field.house.post("/api/command", {"op": "release", "place": 0, "reason": "a test"}).status == 200
    wait_for(lambda: [c for c in RawLogReader(field.log / "raw.log") if c.kind == SENT], "it is said")
    os.kill(field.house.pids()["commander"], 9)
    current = field.ended("unknown")
    assert "the commander was begun again while 'release drop 1" in current["words"]
    field.house.state(lambda state: state["command"]["available"], "the new commander can speak")
    sent = len([chunk for chunk in RawLogReader(field.log / "raw.log") if chunk.kind == SENT])
    frames = field.house.get("/api/state")["link"]["frames"]
    # A dozen reports later, each with a slot behind it, nothing more has gone out.
    field.house.state(lambda state: state["link"]["frames"] > frames + 12, "a dozen reports")
    assert len([chunk for chunk in RawLogReader(field.log / "raw.log") if chunk.kind == SENT]) == sent


def test_a_command_goes_on_while_the_web_process_is_killed(field):
    assert field.house.post("/api/command", {"op": "safe"}).status == 200
    os.kill(field.house.pids()["web"], 9)
    field.ended("confirmed")
    field.house.state(lambda state: state["safe"], "the page shows SAFE")


def test_the_web_process_is_given_no_way_to_the_key(field):
    web = field.house.pids()["web"]
    environment = Path(f"/proc/{web}/environ").read_bytes()
    assert b"SAMARA_KEYS" not in environment
    opened = [os.readlink(one) for one in Path(f"/proc/{web}/fd").iterdir()]
    assert not [path for path in opened if path.startswith(str(field.keys))]
    if shuts_out():
        assert "NoNewPrivs:\t1" in Path(f"/proc/{web}/status").read_text()


TRIES_TO_READ = """
import sys
from pathlib import Path
from ground.house.shut_out import shut_out
keys, log = Path(sys.argv[1]), Path(sys.argv[2])
print(shut_out(keys, log))
for path in (keys / "master.key", log / "page.json", Path(__file__)):
    try:
        path.read_bytes()
        print("read")
    except PermissionError:
        print("refused")
(log / "new").write_text("it may write here")
"""


def shuts_out():
    """Whether this system has Landlock."""
    return ctypes.CDLL(None).syscall(444, None, 0, 1) >= 1


@pytest.mark.skipif(sys.platform != "linux" or not shuts_out(), reason="needs Landlock of Linux")
def test_whoever_is_shut_out_of_the_key_folder_cannot_open_it_and_everything_else(tmp_path):
    keys, log, program = tmp_path / "keys", tmp_path / "log", tmp_path / "program.py"
    KeyStore(keys / "master.key").new()
    log.mkdir()
    (log / "page.json").write_text("{}")
    program.write_text(TRIES_TO_READ)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(program), str(keys), str(log)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "refused", "read", "read"]
    assert (log / "new").exists()


def test_the_web_process_has_no_code_that_reads_keys():
    program = "import sys, ground.web.web_process; print([name for name in sys.modules if name.startswith('ground')])"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    read = ast.literal_eval(told.stdout)
    assert "ground.web.server" in read
    assert not {"ground.key_store", "ground.commander.procedure", "ground.commander.command_frame"} & set(read)


def test_without_a_key_the_page_says_why_it_cannot_command(tmp_path):
    with tempfile.TemporaryDirectory(prefix="samara-") as run:
        balloon = Balloon(None)
        environment = {"SAMARA_KEYS": str(tmp_path / "none"), "XDG_RUNTIME_DIR": run}
        house = House(balloon.url, "--log", tmp_path / "log", environment=environment)
        try:
            said = house.state(lambda state: "key" in state["command"]["why"], "it says why")["command"]
            assert said["available"] is False
            answer = house.post("/api/command", {"op": "safe"})
            assert answer.status == 409
            assert "samara key new" in answer.json["words"]
        finally:
            house.close()
            balloon.close()
