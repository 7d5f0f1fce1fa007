"""What the laptop says of itself: its battery (Linux power_supply class, sysfs-class-power), and the log's disk.

On other systems than Linux the battery stays unknown; None is never an alarm.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ground.alarms.happening import Happening, ends

POWER_SUPPLIES = Path("/sys/class/power_supply")
BATTERY_LOW_PERCENT = 20
BATTERY_WELL_PERCENT = 25
DISK_LOW_MB = 500
DISK_WELL_MB = 600


class Laptop(NamedTuple):
    """None: unknown. clock_offset_s: this clock minus a better one, where there is a better one."""

    battery_percent: int | None = None
    on_power: bool | None = None
    disk_free_mb: int | None = None
    clock_offset_s: float | None = None


def look(folder: Path | None, supplies: Path = POWER_SUPPLIES) -> Laptop:
    """The laptop now; folder: of the log."""
    percent, on_power = _battery(supplies)
    return Laptop(percent, on_power, None if folder is None else _free_mb(folder))


def _free_mb(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free // 1_000_000
    except OSError:
        return None


def _battery(supplies: Path) -> tuple[int | None, bool | None]:
    """The least of several batteries; those of mice and phones are of scope Device and do not count."""
    percents: list[int] = []
    states: list[str] = []
    mains: bool | None = None
    try:
        found = sorted(supplies.iterdir())
    except OSError:
        return None, None
    for supply in found:
        kind = _text(supply / "type")
        if kind == "Battery" and _text(supply / "scope") != "Device":
            capacity = _text(supply / "capacity")
            if capacity.isdigit():
                percents.append(int(capacity))
            states.append(_text(supply / "status"))
        elif kind in ("Mains", "USB") and _text(supply / "online") in ("0", "1"):
            mains = bool(mains) or _text(supply / "online") == "1"
    if mains is None and states:
        mains = "Discharging" not in states
    return min(percents, default=None), mains


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


class LaptopWatch:
    """Tells each thing once, and again only after it was well."""

    def __init__(self) -> None:
        self.low: set[str] = set()

    def take(self, laptop: Laptop, at_ms: int) -> Iterator[Happening]:
        percent, free_mb = laptop.battery_percent, laptop.disk_free_mb
        if percent is not None:
            low = percent < BATTERY_LOW_PERCENT and not laptop.on_power
            well = percent >= BATTERY_WELL_PERCENT or bool(laptop.on_power)
            yield from self._take("laptop_battery_low", low, well, {"percent": str(percent)}, at_ms)
        if free_mb is not None:
            yield from self._take(
                "disk_low", free_mb < DISK_LOW_MB, free_mb >= DISK_WELL_MB, {"room": str(free_mb)}, at_ms
            )
        if laptop.clock_offset_s is not None:
            off_s = abs(laptop.clock_offset_s)
            how = f"by {off_s:.0f} s {'ahead' if laptop.clock_offset_s > 0 else 'behind'}"
            yield from self._take("clock_off", off_s >= 5, off_s < 2, {"how": how}, at_ms)

    def _take(self, name: str, low: bool, well: bool, facts: dict[str, str], at_ms: int) -> Iterator[Happening]:
        if low and name not in self.low:
            self.low.add(name)
            yield Happening(name, f"laptop:{at_ms}", at_ms, facts, lasts=True)
        elif well and name in self.low:
            self.low.discard(name)
            yield ends(name, at_ms)
