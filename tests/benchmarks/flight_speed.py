"""A whole flight through the serial port into the log, as fast as it goes, three times."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def fly(folder, *options):
    """The report of one `samara fly`."""
    done = subprocess.run(
        [sys.executable, "-m", "ground.cli", "fly", "--headless", "--speed", "max", "--log", str(folder), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads((folder / "report.json").read_text())


def rows(quick):
    with tempfile.TemporaryDirectory() as name:
        reports = [fly(Path(name) / str(turn)) for turn in range(1 if quick else 3)]
        other = None if quick else fly(Path(name) / "cpython", "--interpreter", "cpython")
    best = min(reports, key=lambda report: report["wall_s"])
    found = [
        {"name": "flight flown", "value": best["flight_s"] / 3600, "unit": "h", "digits": 2},
        {"name": "wall time, MicroPython", "value": best["wall_s"], "unit": "s", "limit": 5, "digits": 2},
        {"name": "times real time", "value": best["speed_factor"], "unit": "x"},
        {"name": "frames lost", "value": best["frames_sent"] - best["frames_received"], "unit": "", "limit": 0},
    ]
    if other is not None:
        found.append({"name": "wall time, CPython", "value": other["wall_s"], "unit": "s", "digits": 2})
        traces = {report["trace_sha256"] for report in (*reports, other)}
        found.append({"name": "different traces of one seed", "value": len(traces) - 1, "unit": "", "limit": 0})
    return found
