"""The backup's plan as its board holds it: read once at the start, refused aloud when it is damaged or impossible."""

from firmware.once import forget
from firmware.protocol import faults


def read_plan(storage, health):
    """The checked BackupPlan, or an empty one without a mark; the reason is then counted as a fault."""
    from firmware.protocol.backup_plan import BYTES, NAME, BackupPlan, MissionError, load

    forget("firmware.protocol.backup_plan")
    try:
        with storage.open(NAME, "rb") as file:
            return load(file.read(BYTES + 1))
    except OSError:
        health.count(faults.MISSION_MISSING)
    except MissionError:
        health.count(faults.MISSION_REFUSED)
    return BackupPlan()
