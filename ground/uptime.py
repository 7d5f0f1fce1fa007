"""The clock for ages: never set, and never still while the laptop sleeps."""

import sys
import time
from collections.abc import Callable


def _clock() -> Callable[[], int]:
    # On Linux and macOS time.monotonic() stands still in sleep: an hour-old position would show as fresh.
    name = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}.get(sys.platform, "")
    number = getattr(time, name, None)
    if number is None:
        return time.monotonic_ns
    return lambda: time.clock_gettime_ns(number)


uptime_ns = _clock()
"""Nanoseconds since an arbitrary moment of this boot."""
