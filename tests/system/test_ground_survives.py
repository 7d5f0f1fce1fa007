"""`samara listen` as its own process on a pseudo-terminal: killed, interrupted, unplugged."""

import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from firmware.protocol import deframing, framing
from ground.flight import read_flight
from ground.flight_store import FlightStore
from ground.raw_log import RECEIVED, RawLogReader
from ground.receiver import Receiver
from tests.ground import prepared_flight as prepared

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")

ROOT = Path(__file__).resolve().parents[2]
KILLS = 25
PATIENCE_S = 30.0
# A second is what may be lost; half of it leaves no doubt. What is seen is a few milliseconds.
MOST_LOST_S = 0.5


class Radio:
    """The payload's end of a pseudo-terminal: sends frames and knows when each left."""

    def __init__(self, path):
        import tty

        self.path = path
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self._slave = slave
        os.symlink(os.ttyname(slave), path)
        os.set_blocking(self.master, False)

    def send(self, data):
        while data:
            select.select([], [self.master], [], PATIENCE_S)
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                continue

    def unplug(self):
        os.unlink(self.path)
        os.close(self._slave)
        os.close(self.master)


def listen(radio, folder, **options):
    command = [sys.executable, "-m", "ground.cli", "listen", radio.path, "--log", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s: {what}"
        select.select([], [], [], 0.005)


def size(folder):
    path = folder / "raw.log"
    return path.stat().st_size if path.exists() else 0


def until_it_listens(radio, folder, process):
    """Zero bytes stand between frames and mean nothing: the log grows as soon as the port is read."""
    before = received_bytes(folder) if size(folder) else 0

    def heard():
        assert process.poll() is None, process.communicate()
        radio.send(b"\0")
        return size(folder) and received_bytes(folder) > before

    wait_for(heard, "the port is read")


def received_bytes(folder):
    return sum(len(chunk.data) for chunk in RawLogReader(folder / "raw.log") if chunk.kind == RECEIVED)


def replayed(folder):
    receiver = Receiver()
    records = []
    for chunk in RawLogReader(folder / "raw.log"):
        if chunk.kind == RECEIVED:
            records += receiver.feed(chunk)
    return records


def rows(path, table):
    database = sqlite3.connect(path)
    try:
        return set(database.execute(f"SELECT * FROM {table}"))
    finally:
        database.close()


def test_killed_at_25_random_moments_of_a_flight_it_loses_less_than_a_second(tmp_path):
    radio = Radio(str(tmp_path / "ttyRADIO"))
    folder = tmp_path / "log"
    packets = prepared.flight_packets(until_ms=40_000_000)
    dice = random.Random(20260501)
    sent = []  # (packet, when it left, which life of the ground)
    killed_at = []
    worst_s = 0.0
    lost = 0
    for life in range(KILLS):
        process = listen(radio, folder)
        until_it_listens(radio, folder, process)
        begin = time.monotonic()
        end = begin + dice.uniform(0.05, 0.8)
        while time.monotonic() < end:
            packet = packets[len(sent)]
            radio.send(framing.encode(packet))
            sent.append((packet, time.monotonic(), life))
            select.select([], [], [], dice.uniform(0.0005, 0.004))
        for _ in range(dice.randrange(40)):  # killed in the middle of work, not in a pause
            packet = packets[len(sent)]
            radio.send(framing.encode(packet))
            sent.append((packet, time.monotonic(), life))
        process.send_signal(signal.SIGKILL)
        killed_at.append(time.monotonic())
        process.communicate()

        reader = RawLogReader(folder / "raw.log")
        list(reader)  # it opens
        heard = {(record.sequence, record.payload) for record in replayed(folder)}
        missed = [
            (at, packet)
            for packet, at, in_life in sent
            if in_life == life and (deframing.read_header(packet)[3], packet[framing.HEADER_BYTES :]) not in heard
        ]
        lost += len(missed)
        if missed:
            worst_s = max(worst_s, killed_at[-1] - missed[0][0])
            assert killed_at[-1] - missed[0][0] < MOST_LOST_S
        # What SQLite had committed is there, and is what the raw log says, to the bit.
        committed = rows(folder / "flight.sqlite", "fixes")
        store = FlightStore()
        store.add(replayed(folder))
        store.commit()
        said = set(store._database.execute("SELECT * FROM fixes"))
        store.close()
        assert committed <= said

    known = {(deframing.read_header(packet)[3], packet[framing.HEADER_BYTES :]) for packet, _, _ in sent}
    heard = {(record.sequence, record.payload) for record in replayed(folder)}
    assert heard <= known
    # What one life left in the terminal the next one found there.
    assert len(sent) >= len(heard) >= len(sent) - lost > KILLS * 20

    # A last life continues the log and ends in peace; then store, replay and export agree.
    process = listen(radio, folder)
    until_it_listens(radio, folder, process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors
    for name in ("one.sqlite", "two.sqlite"):
        subprocess.run(
            [sys.executable, "-m", "ground.cli", "replay", str(folder), "--store", str(tmp_path / name)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    for table in ("fixes", "events"):
        kept = rows(folder / "flight.sqlite", table)
        assert kept == rows(tmp_path / "one.sqlite", table) == rows(tmp_path / "two.sqlite", table)
        assert kept
    assert len(heard) <= len(read_flight(folder).records) <= len(sent)
    radio.unplug()
    print(f"{KILLS} kills, {len(sent)} frames sent, {lost} lost, at most {worst_s * 1000:.1f} ms before a kill")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_cleanly_with_a_summary_and_the_path_of_the_log(tmp_path, number):
    radio = Radio(str(tmp_path / "ttyRADIO"))
    folder = tmp_path / "log"
    process = listen(radio, folder)
    until_it_listens(radio, folder, process)
    packets = prepared.flight_packets(until_ms=20_000)
    radio.send(prepared.wire(packets))
    wait_for(lambda: received_bytes(folder) > len(prepared.wire(packets)), "all is read")
    process.send_signal(number)
    out, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert errors == ""
    assert f"{len(packets)} frames, 0 missing, 0 damaged" in out
    assert out.rstrip().endswith(f"log: {folder}")
    assert len(rows(folder / "flight.sqlite", "fixes")) == 20
    radio.unplug()


def test_a_radio_that_is_unplugged_is_waited_for_and_heard_again(tmp_path):
    path = str(tmp_path / "ttyRADIO")
    radio = Radio(path)
    folder = tmp_path / "log"
    process = listen(radio, folder)
    until_it_listens(radio, folder, process)
    packets = prepared.flight_packets(until_ms=20_000)
    half = len(packets) // 2
    radio.send(prepared.wire(packets[:half]))
    wait_for(lambda: len(replayed(folder)) == half, "the first half is heard")
    radio.unplug()
    radio = Radio(path)
    since = time.monotonic()
    until_it_listens(radio, folder, process)
    assert time.monotonic() - since < 2.0
    radio.send(prepared.wire(packets[half:]))
    wait_for(lambda: len(replayed(folder)) == len(packets), "the second half is heard")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert f"{len(packets)} frames, 0 missing" in out
    radio.unplug()


def test_a_missing_port_is_said_at_once_and_used_when_it_appears(tmp_path):
    path = str(tmp_path / "ttyRADIO")

    class Later:
        pass

    later = Later()
    later.path = path
    folder = tmp_path / "log"
    process = listen(later, folder)
    said = process.stdout.readline()
    while "not open yet" in said:
        said = process.stdout.readline()
    assert said.startswith(f"There is no {path}: plug the radio in")
    radio = Radio(path)
    until_it_listens(radio, folder, process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    radio.unplug()


def test_in_a_terminal_it_draws_the_live_view_and_leaves_the_terminal_whole(tmp_path):
    radio = Radio(str(tmp_path / "ttyRADIO"))
    folder = tmp_path / "log"
    screen, slave = os.openpty()
    command = [sys.executable, "-m", "ground.cli", "listen", radio.path, "--log", str(folder)]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
    process = subprocess.Popen(command, cwd=ROOT, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    os.set_blocking(screen, False)
    shown = bytearray()

    def look():
        select.select([screen], [], [], 0.02)
        try:
            shown.extend(os.read(screen, 65536))
        except (BlockingIOError, OSError):
            return

    def sees(words):
        look()
        radio.send(b"\0")
        return words.encode() in shown

    wait_for(lambda: sees("no undamaged frame yet"), "the view is drawn")
    radio.send(prepared.wire(prepared.flight_packets(until_ms=310_000)))
    wait_for(lambda: sees("ASCENT"), "the phase is shown")
    process.send_signal(signal.SIGINT)
    wait_for(lambda: look() or process.poll() is not None, "it ends")
    look()
    assert process.returncode == 0
    assert shown.rindex(b"\x1b[?25h") > shown.index(b"\x1b[?25l")  # the cursor is back
    assert f"log: {folder}".encode() in shown
    os.close(screen)
    radio.unplug()
