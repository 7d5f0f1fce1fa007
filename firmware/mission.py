"""This flight's plan as the board holds it: read once at the start, refused aloud when it is damaged or impossible."""

import sys

from firmware.protocol import faults

NAME = "mission.bin"
_LARGEST_BYTES = 4096
_NEEDED_ONCE = ("mission", "mission_rules")


def read_mission(storage, health, outputs):
    """The checked mission, or None; the reason is then counted as a fault. `outputs`: how many the board has."""
    from firmware.protocol.mission import MissionError, check_outputs, load

    try:
        with storage.open(NAME, "rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
        mission = load(data)
        check_outputs(mission, outputs)
        return mission
    except OSError:
        health.count(faults.MISSION_MISSING)
    except MissionError:
        health.count(faults.MISSION_REFUSED)
    return None


def forget_reader():
    """Give the heap back what only reading a mission needs, on a board: six kilobytes of 32-bit heap."""
    if sys.implementation.name != "micropython":
        return
    package = sys.modules.get("firmware.protocol")
    for name in _NEEDED_ONCE:
        if sys.modules.pop("firmware.protocol." + name, None) is not None:
            delattr(package, name)
