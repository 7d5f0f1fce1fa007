"""The firmware's own heap over a flight, built from .mpy: on 64 bits, and on the 32-bit WebAssembly port."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from ground.firmware_heap import compile_tree, measure_over
from hardware.simulated.firmware_heap import GROUP
from tests.benchmarks.setups import first_flight
from tests.ports import ROOT, prepare_wasm

# For all that the board shall ever do.
CEILING_32 = 140_000
LIMIT_64 = 201_000
LIMIT_32 = 140_000
_HOUR = 6  # groups of samples, ten minutes each


def on_32_bits(seconds):
    """The firmware's live bytes every ten minutes on the WebAssembly port; None where Node is absent."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    prepare_wasm()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tree").mkdir()
        compile_tree(folder / "tree")
        setup = dict(first_flight(folder, seconds).setup)
        (folder / "setup.json").write_text(json.dumps(setup))
        done = subprocess.run(
            ["node", str(ROOT / "tests" / "wasm" / "heap.mjs"), str(folder / "tree"), str(folder / "setup.json")],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
    return json.loads(done.stdout.strip().splitlines()[-1])


def on_64_bits(seconds):
    with tempfile.TemporaryDirectory() as name:
        return measure_over(first_flight(Path(name)), seconds)


def growth(samples):
    """Bytes by which what stays has grown from the first hour to the last: of each ten minutes the least counts."""
    least = [min(samples[at : at + GROUP]) for at in range(0, len(samples) - GROUP + 1, GROUP)]
    return max(least[-_HOUR:]) - max(least[:_HOUR])


def rows(quick):
    seconds = 1200 if quick else 9600
    found = []
    for name, samples, limit in (
        ("firmware heap at its largest, 64 bits", on_64_bits(seconds), LIMIT_64),
        ("firmware heap at its largest, 32 bits", on_32_bits(seconds), LIMIT_32),
    ):
        if not samples:
            continue
        found.append({"name": name, "value": max(samples), "unit": "B", "limit": limit})
        if not quick:
            grown = growth(samples)
            found.append(
                {"name": "  growth from its first hour to its last", "value": grown, "unit": "B", "limit": 256}
            )
    return found
