"""This flight's plan as the board holds it: read once at the start, refused aloud when it is damaged or impossible."""

from firmware.protocol import faults
from firmware.protocol.mission import MissionError, load

NAME = "mission.bin"
_LARGEST_BYTES = 4096


def read_mission(storage, health):
    """The checked mission, or None; the reason is then counted as a fault."""
    try:
        with storage.open(NAME, "rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except OSError:
        health.count(faults.MISSION_MISSING)
        return None
    try:
        return load(data)
    except MissionError:
        health.count(faults.MISSION_REFUSED)
        return None
