"""A simulated flight in its own process: the unmodified firmware behind a pseudo-terminal, as behind a real radio."""

import contextlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware.protocol.mission_plan import Mission
from firmware.protocol.mission_radio import modem_row
from ground.bad_input import BadInput

PROJECT = Path(__file__).resolve().parents[1]
SHIMS = PROJECT / "firmware" / "shims"
ON_CPYTHON = PROJECT / "hardware" / "simulated" / "on_cpython"
_HEAP = "8M"
# MicroPython's own compiler to machine code, where it has one: the same flight, to the bit, in half the time.
_OPTIONS = ("-X", "emit=native") if platform.machine() in ("x86_64", "AMD64") else ()
_MODULE = "hardware.simulated.flight"


def micropython() -> str | None:
    """The MicroPython unix port that was installed beside this Python, or None where there is no wheel of it."""
    beside = Path(sys.executable).with_name("micropython")
    return str(beside) if beside.exists() else shutil.which("micropython")


def choose_interpreter(wanted: str | None) -> tuple[str, str | None]:
    """("micropython" or "cpython", a sentence when it is not what one would expect). BadInput when it is not there."""
    if wanted == "cpython":
        return "cpython", None
    if micropython() is not None:
        return "micropython", None
    if wanted == "micropython":
        raise BadInput("MicroPython is not installed here: run `make setup`, or fly with --interpreter cpython.")
    return "cpython", "there is no MicroPython for this machine: the same firmware flies on CPython"


def _board_packages(folder: Path) -> Path:
    """The Adafruit driver, unmodified, in a folder of its own: MicroPython must not see all of site-packages."""
    spec = importlib.util.find_spec("adafruit_bme280")
    if spec is None or not spec.submodule_search_locations:
        raise BadInput("adafruit_bme280 is not installed here: run `make setup`.")
    target = folder / "lib" / "adafruit_bme280"
    shutil.copytree(
        next(iter(spec.submodule_search_locations)), target, ignore=shutil.ignore_patterns("__pycache__"),
        dirs_exist_ok=True,
    )  # fmt: skip
    return target.parent


def flight_command(interpreter: str, folder: Path) -> tuple[list[str], dict[str, str]]:
    """(what flies a setup, whose path is still to be added; its environment). folder: for what it needs besides."""
    environment = dict(os.environ)
    if interpreter == "micropython":
        packages = _board_packages(folder)
        environment["MICROPYPATH"] = f".frozen:{PROJECT}:{SHIMS}:{packages}"
        return [micropython() or "micropython", *_OPTIONS, "-X", f"heapsize={_HEAP}", "-m", _MODULE], environment
    environment["PYTHONPATH"] = os.pathsep.join((str(PROJECT), str(SHIMS), str(ON_CPYTHON)))
    return [sys.executable, "-m", _MODULE], environment


def radio_of(mission: Mission) -> dict[str, Any]:
    """What a setup says of the radio that this mission flies with."""
    row = modem_row(mission.modem) if mission.modem else None
    return {"profile": mission.profile, "fitted_modem": row[1] if row else None}


@dataclass
class Simulation:
    """One flight process. `port` is the path of the serial port on which its telemetry arrives and commands go up."""

    setup: dict[str, Any]
    folder: Path
    interpreter: str
    port: str = ""
    _master: int = -1
    _slave: int = -1
    _process: subprocess.Popen[bytes] | None = None

    def open_port(self) -> str:
        """Make the pseudo-terminal, raw, and keep both ends open until `close`: unread bytes would be lost with it."""
        import pty
        import tty

        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        return self.port

    def start(self) -> None:
        """Spawn the flight. Its words go to simulation.log in the folder."""
        self.folder = self.folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        setup_path = self.folder / "setup.json"
        self.setup["truth"] = str(self.truth_path)
        self.setup["uplink"] = True
        setup_path.write_text(json.dumps(self.setup))
        command, environment = flight_command(self.interpreter, self.folder)
        with (self.folder / "simulation.log").open("wb") as words:
            self._process = subprocess.Popen(
                [*command, str(setup_path)],
                stdin=self._master,
                stdout=self._master,
                stderr=words,
                env=environment,
                cwd=PROJECT,
            )

    @property
    def truth_path(self) -> Path:
        return self.folder / "truth.jsonl"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def failed(self) -> str | None:
        """The last words of a flight process that died, or None."""
        if self._process is None or self._process.poll() in (None, 0):
            return None
        words = (self.folder / "simulation.log").read_text(errors="replace").strip().splitlines()
        return words[-1] if words else f"it ended with status {self._process.returncode}"

    def truth(self) -> list[dict[str, Any]]:
        """What truly happened, a dict an event; the last one is the summary once the flight is over."""
        try:
            lines = self.truth_path.read_text().splitlines()
        except OSError:
            return []
        found = []
        for line in lines:
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return found

    def summary(self) -> dict[str, Any] | None:
        """The end of the truth, or None while the flight goes on."""
        truth = self.truth()
        return truth[-1] if truth and truth[-1].get("what") == "end" else None

    def close(self) -> None:
        """End the process if it still runs, and close the port."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for end in (self._master, self._slave):
            if end >= 0:
                os.close(end)
        self._master = self._slave = -1
