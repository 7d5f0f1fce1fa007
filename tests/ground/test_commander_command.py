"""`samara command` as its own process, through a real station and its desk, to the firmware's uplink and downlink."""

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from firmware.protocol import drops, profiles, provisioning
from ground.commander.connection import Connection, StationGone
from ground.commander.desk import Desk
from ground.commander.stations import HAVE_SOCKETS, NoFolder, run_folder, running
from ground.key_store import KeyStore, Provision
from ground.raw_log import NOTE, SENT, RawLogReader
from ground.station import Station
from tests.ground.commander_rig import NET, Payload

pytestmark = pytest.mark.skipif(not HAVE_SOCKETS, reason="needs Unix sockets")
ROOT = Path(__file__).resolve().parents[2]
PACE_S = 0.02  # a pass of the firmware, which is 0.1 s of its own time
PATIENCE_S = 20.0
MASTER_AT = 13


# Whoever was started in the background of a shell ignores Ctrl-C, and so do its children.
_MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from ground.cli import main
main()
"""


class Balloon:
    """A payload behind a TCP socket, five times as fast as a real one. `freeze` stops it."""

    def __init__(self, keys):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self.payload = Payload(keys=keys, profile=profiles.SIK_57600, half_duplex=0)
        self.payload.channel.to_ground = self._down
        self.wanted = []  # functions to be called between passes
        self._stop = False
        self._peer = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _down(self, data):
        if self._peer is not None:
            with contextlib.suppress(OSError):
                self._peer.sendall(bytes(data))

    def _run(self):
        while not self._stop:
            sources = [self._server] if self._peer is None else [self._server, self._peer]
            for source in select.select(sources, [], [], PACE_S)[0]:
                if source is self._server:
                    self._peer, _ = self._server.accept()
                    continue
                try:
                    data = source.recv(4096)
                except OSError:
                    data = b""
                if data:
                    self.payload.channel.up(data)
                else:
                    source.close()
                    self._peer = None
            while self.wanted:
                self.wanted.pop(0)()
            self.payload.pass_()

    def close(self):
        self._stop = True
        self._thread.join()
        if self._peer is not None:
            self._peer.close()
        self._server.close()


class Field:
    """Balloon, station, desk, and a laptop with a key."""

    def __init__(self, folder, run):
        self.folder = folder
        self.started = []
        self.environment = {
            **os.environ,
            "SAMARA_KEYS": str(folder / "keys"),
            "XDG_RUNTIME_DIR": run,
            "PYTHONPATH": str(ROOT),
        }
        self.store = KeyStore(folder / "keys" / "master.key")
        self.master = self.store.new()
        self.salt, self.keys = self.store.draw(self.master)
        self.balloon = Balloon(self.keys)
        self.payload = self.balloon.payload
        flown = self.payload.mission.hash[:4].hex()
        self.provision = Provision(
            self.keys.key_id, self.salt, self.master.fingerprint, 0, "board", NET, "f", flown, ("north", "south")
        )
        self.store.keep(self.provision)
        self.log = folder / "log"
        self.station = Station(self.balloon.url, self.log)
        self.desk = Desk(
            self.station,
            str(self.log),
            self.balloon.url,
            self.station.note,
            net=lambda: None if self.station.track is None else self.station.track.net,
        )
        self.station.start()
        self.desk.start()
        assert self.desk.trouble is None
        assert self.station.wait_until(lambda station: station.track is not None, PATIENCE_S)

    def start(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", _MAIN, "command", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def command(self, *arguments, typed=None):
        """(exit status, output, errors)."""
        process = self.start(*arguments)
        output, errors = process.communicate(typed, timeout=120)
        return process.returncode, output, errors

    def notes(self):
        assert self.station.flush()
        return [chunk.data.decode() for chunk in RawLogReader(self.log / "raw.log") if chunk.kind == NOTE]

    def sent(self):
        assert self.station.flush()
        return [chunk.data for chunk in RawLogReader(self.log / "raw.log") if chunk.kind == SENT]

    def hidden(self):
        """The key's bytes in every form."""
        master = self.store.file.read_bytes()[MASTER_AT : MASTER_AT + 32]
        file = provisioning.file_of(self.keys)
        secrets = [master, file[7:39], file[39:71]]
        return [form for one in secrets for form in (one, one.hex().encode(), repr(one)[2:-1].encode())]

    def close(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self.desk.close()
        self.station.close()
        self.balloon.close()


@pytest.fixture
def field(tmp_path, monkeypatch):
    # Short: a path to a socket has 108 bytes at the most.
    with tempfile.TemporaryDirectory(prefix="samara-test-", dir="/tmp") as run:
        monkeypatch.setenv("XDG_RUNTIME_DIR", run)
        field = Field(tmp_path, run)
        yield field
        field.close()


def test_a_release_by_its_own_process_is_asked_for_said_confirmed_and_kept_in_the_log(field):
    status, output, errors = field.command("release", "north", "--reason", "over the lake", typed="north\n")
    assert status == 0, output + errors
    assert "type 1 or north" in errors
    assert output.splitlines()[-1].startswith("confirmed")
    assert field.payload.state.drop_states[0] == drops.CONFIRMED
    notes = "\n".join(field.notes())
    for word in ("reason: over the lake", "saying", "challenge", "second step", "accepted", "confirmed"):
        assert word in notes
    assert len({data[5:] for data in field.sent()}) >= 2
    assert [text for _, text in field.desk.news][-1].startswith("confirmed")
    # Nothing of the key is in anything that was written or printed.
    written = [path.read_bytes() for path in field.log.rglob("*") if path.is_file()]
    for text in [output.encode(), errors.encode(), notes.encode(), *field.sent(), *written]:
        assert not any(secret in text for secret in field.hidden())


def test_the_key_is_in_no_argument_and_no_environment_of_the_commander(field):
    process = field.start("noop")
    try:
        looked = b""
        proc = Path(f"/proc/{process.pid}")
        if proc.exists():
            looked = (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
    finally:
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, output + errors
    assert not any(secret in looked for secret in field.hidden())


def test_the_station_cannot_see_the_key(field):
    """What crosses the socket is whole frames and words."""
    seen = []
    obey = field.desk._obey
    field.desk._obey = lambda one, said: (seen.append(json.dumps(said)), obey(one, said))
    assert field.command("safe")[0] == 0
    assert seen
    text = "\n".join(seen).encode()
    assert not any(secret in text for secret in field.hidden())


def test_a_wrong_word_sends_nothing(field):
    status, _, errors = field.command("release", "1", "--reason", "x", typed="2\n")
    assert status == 2 and "nothing was sent" in errors
    status, _, errors = field.command("release", "west", "--reason", "x", "--yes")
    assert status == 2 and "1 north, 2 south" in errors
    assert field.command("release", "1", "--yes")[0] == 2  # without a reason
    assert field.sent() == [] and field.payload.uplink.commands_heard == 0


def test_a_refusal_has_status_1_and_its_reasons_in_json(field):
    def low():
        field.payload.altitude.altitude_m = field.payload.altitude.lowest_m = field.payload.altitude.highest_m = 100

    field.balloon.wanted.append(low)
    status, output, _ = field.command("release", "1", "--reason", "x", "--yes", "--json")
    assert status == 1
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines[-1]["result"] == "refused" and lines[-1]["status"] == 1
    assert "too_low" in lines[-1]["text"]
    assert field.payload.rises() == []


def test_without_a_station_it_is_said_how_to_start_one(tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="samara-test-", dir="/tmp") as run:
        environment = {**os.environ, "SAMARA_KEYS": str(tmp_path), "XDG_RUNTIME_DIR": run, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-m", "ground.cli", "command", "safe"],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2 and "samara listen" in done.stderr


def test_a_commander_killed_in_the_middle_leaves_nothing_standing_and_the_next_one_goes_on(field):
    process = field.start("release", "2", "--reason", "x", "--yes")
    first = process.stdout.readline()
    assert first.startswith("sent")
    process.kill()
    process.communicate()
    assert field.station.wait_until(lambda _: not field.desk._commanders, PATIENCE_S)
    status, output, errors = field.command("noop")
    assert status == 0, output + errors
    counters = json.loads((field.store.counters_folder / f"{field.provision.name}.json").read_text())
    # Two were the release's; the noop has a newer one.
    assert counters["next"] == field.payload.state.command_counter + 1 > 3


def test_a_station_that_ends_is_said_and_the_fate_with_it(field):
    field.balloon.wanted.append(lambda: setattr(field.payload.channel, "to_board", lambda data: None))
    process = field.start("safe")
    assert process.stdout.readline().startswith("sent")
    field.desk.close()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 3, output + errors
    assert "may have been heard" in output


def test_a_second_command_waits_for_the_first_but_safe_does_not(field):
    field.balloon.wanted.append(lambda: setattr(field.payload.channel, "to_board", lambda data: None))
    process = field.start("release", "2", "--reason", "x", "--yes")
    assert process.stdout.readline().startswith("sent")
    status, _, errors = field.command("resume")
    assert status == 2 and "under way" in errors
    heard = field.payload.bench.modem.on_air
    field.balloon.wanted.append(lambda: setattr(field.payload.channel, "to_board", heard))
    assert field.command("safe")[0] == 0
    process.communicate(timeout=150)
    assert field.payload.state.safe


def test_keep_alive_says_noop_until_it_is_ended(field):
    process = field.start("keep-alive", "--every", "20")
    for line in process.stdout:
        if line.startswith("confirmed"):
            break
    process.send_signal(2)
    _, errors = process.communicate(timeout=30)
    assert "nobody keeps the link alive" in errors
    assert field.payload.uplink.commands_heard > 0


# The desk by itself ------------------------------------------------------------------------------------------------


class Outlet:
    """A station that only remembers."""

    def __init__(self, takes=True):
        self.said = []
        self.takes = takes
        self.listeners = []

    def send(self, data):
        self.said.append(data)
        return self.takes

    def add_listener(self, listener):
        self.listeners.append(listener)

    def remove_listener(self, listener):
        self.listeners.remove(listener)


@pytest.fixture
def desk(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="samara-test-", dir="/tmp") as run:
        monkeypatch.setenv("XDG_RUNTIME_DIR", run)
        desk = Desk(Outlet(), "a log", "a link").start()
        yield desk
        desk.close()


def test_the_socket_is_this_users_alone_and_gone_afterwards(desk):
    folder = run_folder()
    (found,) = running()
    assert found.log == "a log" and running(Path("another")) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    assert found.socket.stat().st_mode & 0o777 == 0o600
    desk.close()
    assert list(folder.iterdir()) == [] and running() == []


def test_a_folder_of_somebody_else_is_refused(desk):
    os.chmod(run_folder(), 0o755)
    with pytest.raises(NoFolder, match="not yours alone"):
        run_folder()
    other = Desk(Outlet(), "log", "link").start()
    assert "not yours alone" in other.trouble
    other.close()


@pytest.mark.parametrize(
    "line",
    [
        b"rubbish\n",
        b'{"standing": "00112233"}\n',
        b'{"standing": 5}\n',
        b'{"standing": "zz"}\n',
        b"[]\n",
        b'{"news": 5}\n',
        b"x" * 10_000,
    ],
)
def test_who_speaks_rubbish_is_shown_the_door_and_nothing_is_said(desk, line):
    (found,) = running()
    connection = Connection(found)
    connection._socket.sendall(line)
    with pytest.raises(StationGone):
        while True:
            connection.records(0.1)
    connection.close()
    assert desk._station.said == []
    Connection(found).close()  # and others are still welcome


def test_a_file_takes_nothing_and_the_commander_is_told(monkeypatch):
    from ground.commander.command_frame import command_frame
    from ground.uptime import uptime_ns
    from tests.ground.commander_rig import KEYS
    from tests.ground.test_commander_parts import fix

    with tempfile.TemporaryDirectory(prefix="samara-test-", dir="/tmp") as run:
        monkeypatch.setenv("XDG_RUNTIME_DIR", run)
        desk = Desk(Outlet(False), "a log", "a link").start()
        connection = Connection(running()[0])
        connection.stand(command_frame(KEYS, 1, 0, 1, 1, 0, 0))
        while not desk._station.said:
            desk._hear([fix(at_ms=uptime_ns() // 1_000_000)._replace(content=bytes(30))])
            connection.records(0.05)
        while connection.trouble is None:
            connection.records(0.05)
        assert "takes no bytes" in connection.trouble
        connection.close()
        desk.close()


def test_keys_have_a_size_that_the_search_above_counts_on():
    assert provisioning.KEY_BYTES == 32
