"""This flight's plan as the board holds it: read once at the start, refused aloud when it is damaged or impossible."""

from micropython import const

from firmware.once import forget
from firmware.protocol import faults

NAME = "mission.bin"
_LARGEST_BYTES = const(4096)


def read_mission(storage, health, outputs):
    """The checked mission, or None; the reason is then counted as a fault. `outputs`: how many the board has."""
    mission = _read(storage, health, outputs)
    # Only now: what reads and checks imports one from another while it works, and would be there again.
    forget(
        "firmware.protocol.mission",
        "firmware.protocol.mission_radio",
        "firmware.protocol.mission_rules",
        "firmware.protocol.mission_together",
    )
    return mission


def _read(storage, health, outputs):
    from firmware.protocol.mission import MissionError, check_outputs, load

    try:
        with storage.open(NAME, "rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
        mission = load(data)
        check_outputs(mission, outputs)
        for one in mission.channels + mission.areas + mission.drops:
            one.name = None  # the names are for people; in flight a number will do
        return mission
    except OSError:
        health.count(faults.MISSION_MISSING)
    except MissionError:
        health.count(faults.MISSION_REFUSED)
    return None
