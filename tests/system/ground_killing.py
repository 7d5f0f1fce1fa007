"""Kills processes of a running ground station at random while a payload sends, and counts what that costs."""

import contextlib
import http.client
import os
import select
import signal
import sqlite3
import time

from firmware.protocol import framing
from ground.raw_log import RECEIVED, RawLogReader
from ground.receiver import Receiver
from ground.uptime import uptime_ns
from tests.ground import prepared_flight as prepared
from tests.ground.ground_house import wait_for

EVERY_S = 0.05
NAMES = ("link", "store", "commander", "web")


def records_in(folder):
    """Every frame of the log."""
    receiver = Receiver()
    found = []
    for chunk in RawLogReader(folder / "raw.log"):
        if chunk.kind == RECEIVED:
            found += receiver.feed(chunk)
    return found


def frames_in(folder):
    """(sequence, payload) of every frame of the log."""
    return [(record.sequence, record.payload) for record in records_in(folder)]


class Killing:
    """`killed`: how often, by name. `worst_gap_s`: the longest run of frames that are nowhere, as time they took.

    `worst_wait_s`: the longest time a frame waited in the terminal to be read, which a port that is closed with its
    last reader would have lost.
    """

    def __init__(self, radio, house, dice):
        self.radio = radio
        self.house = house
        self.dice = dice
        self.killed = dict.fromkeys(NAMES, 0)
        self.away_s = {name: [] for name in NAMES}
        self.page_away_s = []
        self.sent = []  # (sequence, payload, when, the same by uptime)
        self.lost = 0
        self.worst_gap_s = 0.0
        self.worst_wait_s = 0.0
        self._packets = iter(prepared.flight_packets())

    def kill_one(self):
        """One of them, after a while, and go on until it runs again; the link, until it reads again."""
        self._send_for(self.dice.uniform(0.1, 0.6))
        name = self.dice.choice(NAMES)
        pid = wait_for(lambda: self.house.pids().get(name), f"{name} runs")
        os.kill(pid, signal.SIGKILL)
        since = time.monotonic()
        self.killed[name] += 1
        while self.house.pids().get(name, pid) == pid:
            self._send_for(EVERY_S)
            assert time.monotonic() - since < 30, f"{name} is not begun again"
        if name == "link":
            before = self._logged_bytes()
            while self._logged_bytes() == before:
                self._send_for(EVERY_S)
                assert time.monotonic() - since < 30, "the link does not read again"
        self.away_s[name].append(time.monotonic() - since)

    def _logged_bytes(self):
        return sum(len(one.data) for one in RawLogReader(self.house.folder / "raw.log") if one.kind == RECEIVED)

    def finish(self):
        """Until the newest frame is in the log; then count."""
        for _ in range(20):
            self._send_for(EVERY_S)

        def newest_there():
            self._send_for(EVERY_S)
            return self.sent[-20][:2] in frames_in(self.house.folder)[-400:]

        wait_for(newest_there, "the newest frame is in the log")
        wait_for(lambda: self.sent[-1][:2] in frames_in(self.house.folder)[-400:], "the last frame is in the log")
        heard = set(frames_in(self.house.folder))
        read_ns = {(one.sequence, one.payload): one.monotonic_ns for one in records_in(self.house.folder)}
        begun = None
        for sequence, payload, at, sent_ns in self.sent:
            if (sequence, payload) in heard:
                self.worst_wait_s = max(self.worst_wait_s, (read_ns[sequence, payload] - sent_ns) / 1e9)
                begun = None
                continue
            self.lost += 1
            begun = at if begun is None else begun
            self.worst_gap_s = max(self.worst_gap_s, at - begun + EVERY_S)

    def stored(self):
        return self.rows(self.house.folder)

    @staticmethod
    def rows(folder):
        """Frames in the store."""
        with contextlib.closing(sqlite3.connect(folder / "flight.sqlite")) as database:
            return sum(database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("fixes", "events"))

    def page_answers(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.house.ask("/api/state").status == 200
        return False

    def _send_for(self, seconds):
        until = time.monotonic() + seconds
        while True:
            packet = next(self._packets)
            sent_ns = uptime_ns()
            self.radio.send(framing.encode(packet))
            sequence = int.from_bytes(packet[3:6], "little")
            self.sent.append((sequence, packet[framing.HEADER_BYTES :], time.monotonic(), sent_ns))
            left = until - time.monotonic()
            if left <= 0:
                return
            select.select([], [], [], min(EVERY_S, left))
