"""The laptop itself: its disk, its battery, its clock."""

import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from ground.alarms import laptop
from ground.doctor.finding import LOOK, MISSING, OK, Finding

# A flight of a day with several receivers is below 500 MB.
_NEEDED_MB = laptop.DISK_LOW_MB
_PLENTY_MB = 2000
_ANSWER_S = 5
_YEARS_AHEAD = 5


def disk(folder: Path) -> Finding:
    """Room for logs where they go."""
    free_mb = laptop.look(existing(folder)).disk_free_mb
    if free_mb is None:
        return Finding("disk", LOOK, f"how much room {folder} has is unknown")
    said = f"{free_mb / 1000:.1f} GB free in {folder}"
    if free_mb < _NEEDED_MB:
        return Finding(
            "disk", MISSING, f"{said}: too little for a flight", f"make {_NEEDED_MB} MB of room, or give --log"
        )
    if free_mb < _PLENTY_MB:
        return Finding("disk", LOOK, f"{said}: enough for one flight", "make room")
    return Finding("disk", OK, said)


def battery(supplies: Path = laptop.POWER_SUPPLIES) -> Finding:
    """How long the laptop can do without a wall."""
    found = laptop.look(None, supplies)
    if found.battery_percent is None:
        said = "on power, and no battery is seen" if found.on_power else "unknown to this system"
        return Finding(
            "battery", OK if found.on_power else LOOK, said, "" if found.on_power else "look at its own lamp"
        )
    power = "on power" if found.on_power else "not on power" if found.on_power is False else "power unknown"
    said = f"{found.battery_percent} %, {power}"
    if found.battery_percent < laptop.BATTERY_LOW_PERCENT and not found.on_power:
        return Finding("battery", LOOK, f"{said}: low", "put it on power")
    return Finding("battery", OK, said)


def clock(now_s: float, newest_file_s: float, synchronised: bool | None) -> Finding:
    """Whether the time can be right. newest_file_s: of the program's own files, which were not written tomorrow.

    synchronised: what the system says; None where it says nothing.
    """
    said = f"{datetime.fromtimestamp(now_s, UTC):%Y-%m-%d %H:%M:%S} UTC"
    fix = "set it by a phone or a GPS receiver: `sudo date -u -s 'YYYY-MM-DD HH:MM:SS'`"
    if now_s < newest_file_s - 60:
        return Finding("clock", MISSING, f"{said} is before this program was written: the clock is wrong", fix)
    if now_s > newest_file_s + _YEARS_AHEAD * 365 * 86400:
        return Finding("clock", LOOK, f"{said} is years after this program was written: is it right?", fix)
    if synchronised is None:
        return Finding("clock", LOOK, f"{said}; whether it is synchronised is unknown", "compare it with a phone")
    if not synchronised:
        return Finding("clock", LOOK, f"{said}, not synchronised: offline it drifts", "compare it with a phone")
    return Finding("clock", OK, f"{said}, synchronised")


def clock_now() -> Finding:
    """The same of this moment."""
    here = Path(__file__).parent
    newest = max((path.stat().st_mtime for path in here.glob("*.py")), default=0.0)
    return clock(time.time(), newest, _synchronised())


def log_folder(folder: Path) -> Finding:
    """Whether logs can be written there."""
    place = existing(folder)
    trial = place / f".samara-doctor-{time.time_ns()}"
    try:
        trial.write_bytes(b"x")
        trial.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Finding(
            "log folder", MISSING, f"{folder} cannot be written ({reason})", "go to a folder of yours, or give --log"
        )
    return Finding("log folder", OK, f"{folder.resolve()}{'' if folder.exists() else ' (will be made)'}")


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    folder = folder.resolve()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _synchronised() -> bool | None:
    """By systemd's word, on Linux; None where nobody says."""
    if Path("/run/systemd/timesync/synchronized").exists():
        return True
    program = shutil.which("timedatectl")
    if program is None:
        return None
    command = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_ANSWER_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip()) if done.returncode == 0 else None
