"""What the firmware would cost on an RP2040, estimated by the method of docs/decisions/0003."""

import json
import math
import os
import subprocess
import tempfile
from pathlib import Path

from ground.simulation import PROJECT, SHIMS, micropython
from tests.benchmarks.setups import first_flight
from tests.ports import board_packages

# us on an RP2040 at 125 MHz, stock MicroPython 1.28, by a cycle-counting emulator.
TABLE_US = {
    "for_range": 3,
    "integer": 9,
    "method": 23,
    "float": 16,
    "pack_into": 81,
    "crc32": 30,
    "sha256": 178,
}
INTERPRETED = ("for_range", "integer", "method", "float")
FLASH_REWRITE_MS = 6.7  # of a 64-byte file on littlefs, timed on the same emulator
LIMITS_MS = {"pass_mean": 10, "gps_fix_pvt": 5, "gps_fix_nmea": 5}
NAMES = (
    ("pass_idle", "control pass with nothing new"),
    ("pass_mean", "control pass, mean over a second, simulated chips included"),
    ("pass_longest", "control pass, the longest of a second, simulated chips included"),
    ("gps_fix_pvt", "GPS fix from NAV-PVT"),
    ("gps_fix_nmea", "GPS fix from RMC and GGA"),
    ("frame", "FIX frame: pack, frame, hand to the radio"),
    ("journal_write", "journal write, without the flash"),
)


def probe():
    """What tests/benchmarks/rp2040_probe.py measures: us on this machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        board_packages(folder / "lib")
        (folder / "setup.json").write_text(json.dumps(first_flight(folder).setup))
        done = subprocess.run(
            [micropython() or "micropython", "-X", "heapsize=4M", "-m", "tests.benchmarks.rp2040_probe",
             str(folder / "setup.json")],
            cwd=PROJECT,
            env=dict(os.environ, MICROPYPATH=f".frozen:{PROJECT}:{SHIMS}:{folder / 'lib'}"),
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])


def rows(_quick):
    if micropython() is None:
        return []
    measured = probe()
    ratios = {name: TABLE_US[name] / us for name, us in measured["operations"].items()}
    factor = math.exp(sum(math.log(ratios[name]) for name in INTERPRETED) / len(INTERPRETED))
    found = [
        {"name": "RP2040 over this machine, interpreted operations, geometric mean", "value": factor, "unit": "x"},
        {"name": "  least of them", "value": min(ratios[name] for name in INTERPRETED), "unit": "x"},
        {"name": "  most of them", "value": max(ratios[name] for name in INTERPRETED), "unit": "x"},
    ]
    for name, words in NAMES:
        row = {
            "name": "RP2040: " + words,
            "value": measured["firmware"][name] * factor / 1000,
            "unit": "ms",
            "digits": 2,
        }
        if name in LIMITS_MS:
            row["limit"] = LIMITS_MS[name]
        found.append(row)
    found.append(
        {"name": "RP2040: rewrite of a small file, by the table", "value": FLASH_REWRITE_MS, "unit": "ms", "digits": 1}
    )
    return found
