"""The real programs, each a process: `samara ground`, and a flight that it looks at."""

import atexit
import contextlib
import functools
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MISSION = ROOT / "missions" / "first_flight.toml"
_PATHS = ("", "firmware/shims", "hardware/simulated/on_cpython")
_PATIENCE_S = 60.0
_LOOK_S = 0.05


@functools.cache
def _short(folder: str) -> str:
    """A folder for the sockets of that folder's programs: a path to one has 108 bytes at the most."""
    made = tempfile.mkdtemp(prefix="samara-test-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def environment(folder: Path) -> dict[str, str]:
    """Keys, sockets and settings of these processes are in the folder, and nobody else's are seen."""
    run = _short(str(folder))
    path = os.pathsep.join(str(ROOT / part) for part in _PATHS)
    return {**os.environ, "PYTHONPATH": path, "SAMARA_KEYS": str(folder / "keys"), "XDG_RUNTIME_DIR": run}


def samara(folder: Path, *arguments: object) -> str:
    """A command that ends by itself and well; what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "ground.cli", *map(str, arguments)],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def until(so: Callable[[], Any], patience_s: float = _PATIENCE_S) -> Any:
    """The first true value, waited for."""
    end = time.monotonic() + patience_s
    while not (value := so()):
        if time.monotonic() > end:
            raise AssertionError(f"still not so after {patience_s:.0f} s")
        time.sleep(_LOOK_S)
    return value


class Program:
    """A `samara` process; everything it says is kept."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ground.cli", *map(str, arguments)],
            cwd=ROOT,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            self._lines.put(line)

    def next_line(self) -> str:
        try:
            return self._lines.get(timeout=_PATIENCE_S)
        except queue.Empty:
            raise AssertionError("it says nothing: " + "".join(self.said)) from None

    def close(self) -> None:
        """Harmless when it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Ground(Program):
    """`samara ground`, ready. `url` of its page."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        super().__init__(folder, "ground", "--json", "--no-browser", *arguments)
        line = self.next_line()
        try:
            told = json.loads(line)
        except ValueError:
            self.close()
            raise AssertionError("it did not begin: " + "".join(self.said)) from None
        self.url = told["url"]
        self.processes: dict[str, int] = told["processes"]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url.rstrip("/") + path, timeout=_PATIENCE_S) as answer:
            return json.load(answer)

    def state(self) -> dict[str, Any]:
        state = self.get("/api/state")
        assert isinstance(state, dict)
        return state

    def kill_page_server(self) -> None:
        """As if it had crashed; the house begins it again."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "ground.web.web_process"],
            capture_output=True,
            text=True,
            check=True,
        )
        os.kill(int(found.stdout.split()[0]), signal.SIGKILL)


class Flight(Program):
    """`samara fly`, with its log in `log`."""

    def __init__(self, folder: Path, speed: int, *arguments: object) -> None:
        self.log = folder / "log"
        super().__init__(folder, "fly", "--headless", "--speed", speed, "--log", self.log, *arguments)
        until(lambda: (self.log / "raw.log").exists() or self.process.poll() is not None)
        if self.process.poll() is not None:
            self.close()
            raise AssertionError("it did not begin: " + "".join(self.said))
