"""What the backup's LED and buzzer show: a row of the one table of signals, which the primary plays too."""

from firmware.protocol import signals
from firmware.protocol.drops import (
    BACKUP_DONE,
    BACKUP_FIRING,
    BACKUP_READY,
    BACKUP_REFUSED,
    BACKUP_RUNNING,
    BREAK_WIRE_OPEN,
    CUTTER_WEAK,
    NO_ALTITUDE,
    NO_MISSION,
    NOT_AT_REST,
)

_OF_STATES = (
    (BACKUP_READY, signals.ARMED),
    (BACKUP_FIRING, signals.PULSE),
    (BACKUP_DONE, signals.DOWN),
)


def signal_of(state, arming):
    """The number of the signal for a BackupState and what Arming knows of the plug."""
    for number, signal in _OF_STATES:
        if state.state == number:
            return signal
    if state.state == BACKUP_RUNNING:
        return signals.FLIGHT if state.flown else signals.WIRE_ALONE
    if state.state == BACKUP_REFUSED:
        return signals.MISSION_REFUSED if state.not_ready == NO_MISSION else signals.PLUG_REFUSED
    missing = state.not_ready
    if not arming.plugged:
        # Without the plug there are no volts behind it, and the rest that counts has not begun.
        return signals.NO_GO if missing & ~(CUTTER_WEAK | NOT_AT_REST) else signals.GO
    if arming.must_unplug:
        return signals.PLUG_REFUSED
    if arming.inhibited:
        return signals.INHIBIT
    if missing & BREAK_WIRE_OPEN:
        return signals.WIRE_ALONE
    return signals.PLUG_REFUSED if missing & ~(NO_ALTITUDE | NOT_AT_REST) else signals.RESTING
