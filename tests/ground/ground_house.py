"""`samara ground` as a real process, and who asks it: real HTTP, real streams, real signals."""

import contextlib
import http.client
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from firmware.protocol import framing
from ground.raw_log import NOTE, Chunk, RawLog, listening_note
from ground.uptime import uptime_ns

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 40.0


def wait_for(condition, what):
    """Its first true value."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s: {what}"
        select.select([], [], [], 0.02)


def write_log(folder, packets, apart_ms=1000):
    """A raw.log as if these packets had come one after the other until now."""
    folder.mkdir(parents=True, exist_ok=True)
    log = RawLog(folder / "raw.log")
    wall_ns, now_ns = time.time_ns(), uptime_ns()
    log.append(Chunk(listening_note("ttyUSB0", "then"), wall_ns, now_ns, NOTE))
    for at, packet in enumerate(packets):
        ago_ns = min((len(packets) - at) * apart_ms * 1_000_000, now_ns)
        log.append(Chunk(framing.encode(packet), wall_ns - ago_ns, now_ns - ago_ns))
    log.close()
    return folder


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class House:
    """The process, its page, and a client of it."""

    def __init__(self, *arguments, environment=None):
        command = [sys.executable, "-m", "ground.cli", "ground", *map(str, arguments), "--no-browser", "--json"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line, self.process.communicate()
        self.told = json.loads(line)
        self.port = int(self.told["url"].split(":")[2].strip("/"))

    def ask(self, path, method="GET", body=None, port=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE_S)
        try:
            said = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, said)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path):
        answer = self.ask(path)
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.json

    @property
    def token(self):
        return re.search(rb'name="samara-token" content="([^"]+)"', self.ask("/").body)[1].decode()

    def post(self, path, body, **headers):
        told = {"X_Samara_Token": self.token, "Content_Type": "application/json", **headers}
        return self.ask(path, "POST", json.dumps(body), **told)

    def state(self, condition=lambda state: True, what="a state"):
        """The first state that fulfils it; the page's server may be away meanwhile."""

        def look():
            with contextlib.suppress(OSError, http.client.HTTPException):
                state = self.get("/api/state")
                return state if not state["loading"] and condition(state) else None

        return wait_for(look, what)

    def stream(self, **headers):
        return Stream(self.port, headers)

    def pids(self):
        """Of the children that run now, by name; a spare is younger than the one that works."""
        found = {}
        for pid in children_of(self.process.pid):
            with contextlib.suppress(OSError, IndexError):  # one that is just being begun has no words yet
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                found.setdefault(words[2].decode().rpartition(".")[2].removesuffix("_process"), pid)
        return found

    def close(self, number=signal.SIGINT):
        """End it; (exit status, what it still said)."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out + errors


def children_of(pid):
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def is_running(pid):
    """Whether there is a process of that number that is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Stream:
    """Server-sent events as they come."""

    def __init__(self, port, headers):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self._connection.request("GET", "/api/stream", headers={k.replace("_", "-"): v for k, v in headers.items()})
        self.response = self._connection.getresponse()
        self.last_id = None

    def next(self, *kinds):
        """(kind, data) of the next event of these kinds."""
        event = {}
        while True:
            line = self.response.readline()
            assert line, "the stream ended"
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = value
                continue
            if "id" in event:
                self.last_id = int(event["id"])
            if event.get("event") in kinds:
                return event["event"], json.loads(event["data"])
            event = {}

    def close(self):
        self.response.close()
        self._connection.close()


class Radio:
    """The payload's end of a pseudo-terminal, which can be unplugged and plugged in again."""

    def __init__(self, path):
        self.path = str(path)
        self.master = -1
        self.plug_in()

    def plug_in(self):
        import tty

        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        os.symlink(os.ttyname(self._slave), self.path)

    def send(self, data):
        while data:
            select.select([], [self.master], [], PATIENCE_S)
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self.master, data) :]

    def unplug(self):
        if self.master >= 0:
            os.unlink(self.path)
            os.close(self._slave)
            os.close(self.master)
            self.master = -1
