"""What the firmware would cost on an RP2040: instructions counted here, weighed by operations timed on both.

The method and its limits are in docs/decisions/0003-cost-on-the-board.md. Needs valgrind; says so where it is absent.
"""

import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ground.simulation import PROJECT, SHIMS, micropython
from tests.benchmarks.setups import first_flight
from tests.ports import board_packages

# us on an RP2040 at 125 MHz, stock MicroPython 1.28, by a cycle-counting emulator; the loop around it taken off.
TABLE_US = {
    "for_range": 3,
    "integer": 9,
    "method": 23,
    "float": 16,
    "pack_into": 81,
    "crc32": 30,
    "sha256": 178,
}
# The firmware is bytecode: the operations that are, too, say what its instructions cost.
INTERPRETED = ("for_range", "integer", "method", "float")
_IN_LOOPS = {"for_range": 1000, "integer": 1000, "method": 1000, "float": 1000}
FLASH_REWRITE_MS = 6.7  # of a 64-byte file on littlefs, timed on the same emulator
MARK = "mp_micropython_mem_total"
LIMITS_MS = {"pass": 10, "pass_mean": 10, "gps_fix_pvt": 5, "gps_fix_nmea": 5}
NAMES = (
    ("pass", "a control pass with nothing new: time, GPS, release, send, write"),
    ("gps_fix_pvt", "a GPS fix from NAV-PVT, the whole poll"),
    ("gps_fix_nmea", "a GPS fix from RMC and GGA, the whole poll"),
    ("gps_fix_nmea_nothing", "  of which a poll without a fix"),
    ("estimate", "altitude vote, launch, phase: once a second"),
    ("frame", "a FIX frame: pack, frame, hand to the radio"),
    ("journal_write", "a journal write, without the flash"),
    ("pass_mean", "mean of ten passes, simulated chips included"),
)


def count():
    """name -> instructions of this machine for one of each thing that rp2040_probe.py does; {} without valgrind."""
    valgrind = shutil.which("valgrind")
    if valgrind is None or micropython() is None:
        return {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        board_packages(folder / "lib")
        (folder / "setup.json").write_text(json.dumps(first_flight(folder).setup))
        arguments = ["micropython", "-X", "heapsize=16M", "-m", "tests.benchmarks.rp2040_probe", f"{folder}/setup.json"]
        done = subprocess.run(
            [
                valgrind,
                "--tool=callgrind",
                f"--callgrind-out-file={folder}/count",
                f"--dump-before={MARK}",
                f"--log-file={folder}/log",
                sys.executable,
                "-c",
                f"import sys; sys.argv = {arguments!r}; import micropython_unix; micropython_unix.main()",
            ],
            cwd=PROJECT,
            env=dict(os.environ, MICROPYPATH=f".frozen:{PROJECT}:{SHIMS}:{folder / 'lib'}"),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr or done.stdout)
        sections = json.loads(done.stdout.strip().splitlines()[-1])
        # A dump at every mark: the even ones are what lies between a section's two marks.
        totals = [_total(folder / f"count.{2 * number + 2}") for number in range(len(sections))]
    empty = totals[0] / sections[0][1]
    spent = {name: total / repeats - empty for (name, repeats), total in zip(sections, totals, strict=True)}
    for name, times in _IN_LOOPS.items():
        spent[name] = spent[name] / times
    for name in ("integer", "method", "float"):
        spent[name] -= spent["for_range"]
    for name in ("gps_fix_pvt", "gps_fix_nmea"):
        spent[name] -= spent["wire"]
    spent["pass"] = sum(value for name, value in spent.items() if name.startswith("idle "))
    return spent


def _total(path):
    found = re.search(r"^totals: (\d+)", path.read_text(), re.MULTILINE)
    return int(found.group(1))


def rows(_quick):
    spent = count()
    if not spent:
        print("  left out: valgrind is not installed here")
        return []
    ratios = [TABLE_US[name] / spent[name] * 1000 for name in INTERPRETED]
    factor = math.exp(sum(map(math.log, ratios)) / len(ratios))
    found = [
        {
            "name": "RP2040: us for a thousand instructions here, geometric mean",
            "value": factor,
            "unit": "us",
            "digits": 1,
        },
        {"name": "  least of four operations", "value": min(ratios), "unit": "us", "digits": 1},
        {"name": "  most of them", "value": max(ratios), "unit": "us", "digits": 1},
    ]
    for name, words in NAMES:
        row = {"name": "RP2040: " + words, "value": spent[name] * factor / 1e6, "unit": "ms", "digits": 2}
        if name in LIMITS_MS:
            row["limit"] = LIMITS_MS[name]
        found.append(row)
    found.append(
        {"name": "RP2040: rewrite of a small file, by the table", "value": FLASH_REWRITE_MS, "unit": "ms", "digits": 1}
    )
    return found
