"""Logs of whole simulated flights for tests: the records of a raw.log, at the times at which a flight has them."""

import os
import subprocess
import sys
from pathlib import Path

from ground.raw_log import RECEIVED, RawLogReader
from ground.receiver import Receiver
from ground.track import Track

ROOT = Path(__file__).resolve().parents[2]
BEGUN_NS = 1_777_000_000_000_000_000


def fly(folder, scenario="first_flight", *options):
    """Fly it as fast as it goes, into this log folder."""
    path = os.pathsep.join(str(ROOT / part) for part in ("", "firmware/shims", "hardware/simulated/on_cpython"))
    command = [sys.executable, "-m", "ground.cli", "fly", "--headless", "--speed", "max", "--scenario", scenario]
    done = subprocess.run(
        [*command, "--log", str(folder), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def batches(folder):
    """The records of each chunk. A flight in fast time took seconds: the receive times become those of its clock."""
    receiver = Receiver()
    newest_ms = 0
    for chunk in RawLogReader(Path(folder) / "raw.log"):
        if chunk.kind != RECEIVED:
            continue
        found = []
        for record in receiver.feed(chunk):
            newest_ms = max(newest_ms, record.mission_ms)
            at_ns = newest_ms * 1_000_000
            found.append(record._replace(monotonic_ns=at_ns, wall_ns=BEGUN_NS + at_ns))
        if found:
            yield found


def track_of(records):
    track = Track(records[0].net)
    for record in records:
        track.update(record)
    return track
