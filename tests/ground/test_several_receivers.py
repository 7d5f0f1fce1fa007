"""Several receivers of one flight: merged, told apart, and none disturbed by another."""

import io
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import tty
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from ground.cli import main
from ground.commander.stations import running
from ground.lamps import look, look_at, troubles
from ground.raw_log import RECEIVED, RawLogReader
from ground.station import Station
from ground.terminal_view import line, render
from tests.ground import prepared_flight as prepared
from tests.ground.scripted_link import SECOND, ScriptedLink

ROOT = Path(__file__).resolve().parents[2]
PACKETS = prepared.flight_packets(until_ms=400_000)
FIRST, SECOND_HALF = PACKETS[: len(PACKETS) * 2 // 3], PACKETS[len(PACKETS) // 3 :]  # the middle third is in both


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words], prog_name="samara")


class Watched:
    """A station on scripted links, fed step by step."""

    def __init__(self, *names):
        self.links = [ScriptedLink(name) for name in names]
        self.station = Station(self.links).start()

    def hear(self, number, data):
        count = self.station.receiver.bytes + len(data)
        self.links[number].push(data)
        assert self.station.wait_until(lambda station: station.receiver.bytes >= count, 10)

    def later(self, seconds):
        for link in self.links:
            link.clock_ns += seconds * SECOND

    def lit(self, number):
        return [lamp.lit for lamp in look_at(self.station, self.station.sources[number]).lamps]

    def shown(self, width=130):
        console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
        console.print(render(self.station, width))
        return console.file.getvalue()

    def close(self):
        for link in self.links:
            link.end()
        self.station.close()


@pytest.fixture
def watched():
    watched = Watched("roof", "car")
    yield watched
    watched.close()


def test_what_one_misses_the_other_has_and_each_frame_counts_once(watched):
    packets = PACKETS[:60]
    for n, packet in enumerate(packets):
        if n % 3:
            watched.hear(0, prepared.wire([packet]))
        if n % 4:
            watched.hear(1, prepared.wire([packet]))
    station = watched.station
    lost = sum(n % 3 == 0 and n % 4 == 0 for n in range(1, len(packets)))
    assert station.receiver.frames_missing == lost
    streams = station.receiver.streams
    unique = sum(stream.frames - stream.repeated for stream in streams.values())
    assert unique == len(packets) - lost - 1  # the first of all was heard by none, and nobody can know of it
    assert streams[0].repeated == 0 and streams[1].repeated > 0


def test_each_receiver_has_its_own_lamps_and_the_station_s_are_of_all_together(watched):
    watched.hear(0, prepared.wire([prepared.fix_packet(1, 1000)]))
    watched.hear(1, b"noise\0")
    assert (watched.lit(0), watched.lit(1)) == ([True] * 3, [True, True, False])
    watched.links[0].trouble = "roof is gone."
    assert (watched.lit(0), watched.lit(1)) == ([False, None, None], [True, True, False])
    assert look(watched.station).advice is None  # what was heard a moment ago is still fresh
    assert troubles(watched.station) == ["roof is gone."]
    watched.later(20)
    watched.hear(1, prepared.wire([prepared.fix_packet(2, 2000)]))
    assert watched.lit(1) == [True] * 3
    assert [lamp.lit for lamp in look(watched.station).lamps] == [True] * 5


def test_the_view_has_a_line_for_each(watched):
    watched.hear(0, prepared.wire([prepared.fix_packet(n, n * 1000) for n in range(1, 5)]))
    watched.hear(1, prepared.wire([prepared.fix_packet(n, n * 1000) for n in range(3, 5)]))
    watched.links[0].trouble = "There is no roof: plug it in."
    text = watched.shown()
    roof, car = (next(row for row in text.splitlines() if f" {name} " in row) for name in ("roof", "car"))
    assert "4 frames   4 unique" in roof and "There is no roof: plug it in." in roof
    assert "2 frames   0 unique" in car and "● frames" in car
    assert "2 receivers" in text
    assert "1 of 2 receivers hear it" in line(watched.station)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_view_is_never_wider_than_the_terminal(watched, width):
    watched.hear(0, prepared.wire([prepared.fix_packet(1, 1000)]))
    watched.links[1].trouble = "There is no car: plug it in, or give the name of another port; trying again."
    assert max(len(row) for row in watched.shown(width).splitlines()) <= width


def test_when_all_ports_are_gone_each_is_said_once(watched):
    for link in watched.links:
        link.trouble = f"There is no {link.name}."
    assert troubles(watched.station) == ["There is no roof.", "There is no car."]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
def test_a_port_that_vanishes_takes_nothing_from_the_other(tmp_path):
    pairs = [os.openpty() for _ in range(2)]
    for _, slave in pairs:
        tty.setraw(slave)
    station = Station([os.ttyname(slave) for _, slave in pairs], tmp_path).start()
    assert [link.trouble for link in station.links] == [None, None]
    data = prepared.wire(PACKETS)
    half = len(data) // 2
    os.write(pairs[0][0], prepared.wire([prepared.fix_packet(1, 1000, net=1)]))
    assert station.wait_until(lambda station: station.receiver.frames == 1, 10)

    def send(part):
        while part:
            part = part[os.write(pairs[1][0], part) :]

    send(data[:half])
    os.close(pairs[0][0])
    os.close(pairs[0][1])
    assert station.wait_until(lambda station: station.links[0].trouble is not None, 10)
    send(data[half:])
    assert station.wait_until(lambda station: station.receiver.frames >= len(PACKETS) + 1, 20)
    assert station.links[1].trouble is None
    station.close()
    chunks = [chunk for chunk in RawLogReader(tmp_path / "raw.log") if chunk.kind == RECEIVED]
    assert b"".join(chunk.data for chunk in chunks if chunk.receiver == 1) == data
    os.close(pairs[1][0])
    os.close(pairs[1][1])


def test_listen_takes_several_and_replay_tells_them_apart_again(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roof.bin").write_bytes(prepared.wire(FIRST))
    (tmp_path / "car.bin").write_bytes(b"\1noise\0" + prepared.wire(SECOND_HALF))
    result = run("listen", "file://roof.bin", "file://car.bin")
    assert result.exit_code == 0, result.output
    (folder,) = (tmp_path / "logs").iterdir()
    assert folder.name.endswith("Z-roof-bin")
    replayed = run("replay", folder, "--store", tmp_path / "new.sqlite")
    both = len(FIRST) + len(SECOND_HALF)
    for output in (result.output, replayed.output):
        assert f"{both} frames, 0 missing, 1 damaged, {both - len(PACKETS)} repeated, 6 bytes discarded" in output
        assert f"  roof.bin: {len(prepared.wire(FIRST))} bytes, {len(FIRST)} frames, " in output
        assert f"  car.bin: {len(prepared.wire(SECOND_HALF)) + 7} bytes, {len(SECOND_HALF)} frames, " in output
    database = sqlite3.connect(tmp_path / "new.sqlite")
    assert database.execute("SELECT count(*) FROM fixes").fetchone() == (400,)
    database.close()


def test_json_says_which_receiver_heard_it(run, tmp_path):
    (tmp_path / "a").write_bytes(prepared.wire(PACKETS[:50]))
    (tmp_path / "b").write_bytes(prepared.wire(PACKETS[50:]))
    result = run("listen", f"file://{tmp_path / 'a'}", f"file://{tmp_path / 'b'}", "--json", "--log", tmp_path / "log")
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(said) == len(PACKETS)
    assert sum(one["receiver"] == 0 for one in said) == 50


@pytest.mark.parametrize(
    ("urls", "says"),
    [
        (["/dev/ttyX", "/dev/ttyX"], "given twice"),
        (["/dev/ttyX", "gopher://x"], "no link of the kind"),
        ([f"udp://:{5000 + n}" for n in range(17)], "1 to 16"),
    ],
)
def test_links_that_cannot_be_together_get_a_sentence(run, tmp_path, monkeypatch, urls, says):
    monkeypatch.chdir(tmp_path)
    result = run("listen", *urls)
    assert result.exit_code == 2 and says in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def short_folder():
    """A path to a socket has 108 bytes at the most."""
    with tempfile.TemporaryDirectory(prefix="samara-test-", dir="/tmp") as folder:
        yield folder


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
def test_a_station_that_listens_is_where_commands_are_brought_until_it_ends(tmp_path, monkeypatch, short_folder):
    monkeypatch.setenv("XDG_RUNTIME_DIR", short_folder)
    pairs = [os.openpty() for _ in range(2)]
    for _, slave in pairs:
        tty.setraw(slave)
    words = [sys.executable, "-m", "ground.cli", "listen", *(os.ttyname(slave) for _, slave in pairs)]
    words += ["--json", "--log", str(tmp_path / "log")]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    for n in range(600):  # a port forgets what came before it was opened
        os.write(pairs[1][0], prepared.wire([prepared.fix_packet(n, n * 1000)]))
        if select.select([process.stdout], [], [], 0.05)[0]:
            break
    assert json.loads(process.stdout.readline())["receiver"] == 1
    (found,) = running(tmp_path / "log")
    assert (found.log, found.link) == (str(tmp_path / "log"), os.ttyname(pairs[0][1]))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert running() == []
    for pair in pairs:
        for end in pair:
            os.close(end)


def test_news_of_commands_stands_in_the_view(watched):
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    console.print(render(watched.station, 100, [(1_777_000_000 * SECOND, "safe: [red]accepted")]))
    assert "03:06:40  safe: [red]accepted" in console.file.getvalue()
