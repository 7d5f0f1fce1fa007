"""What the backup is doing, and all of it that must survive a reset: one object, journalled whole."""

from firmware.protocol.drops import (
    BACKUP_DONE,
    BACKUP_FIRING,
    BACKUP_READY,
    BACKUP_REFUSED,
    BACKUP_RUNNING,
    BACKUP_SAFE,
)

# Why a state ends.
PREPARED = 1  # plan, plug, 120 s of beeping, pull pin, rest, wire and cell: all in order
UNDONE = 2  # plug out before launch, or something else of that no longer so
PULLED = 3  # the pull pin has been out for five seconds
ALOFT = 4  # the power was off, and came back with the pin out and the board high above its pad
INTENDED = 5  # due, every gate open, the attempt counted and on its way to flash
TAKEN_BACK = 6  # a gate closed before the pulse began: no attempt after all
STILL_HOLDS = 7  # the wire is whole after the pulse, and an attempt is left
OVER = 8  # the wire is open after a pulse, or no attempt is left
LANDED = 9  # two minutes at rest, low
END = 10  # the end of the flight: nothing fires any more

# from, what happens, to; REFUSED is where a board begins and stays
TRANSITIONS = (
    (BACKUP_SAFE, PREPARED, BACKUP_READY),
    (BACKUP_SAFE, ALOFT, BACKUP_RUNNING),
    (BACKUP_READY, UNDONE, BACKUP_SAFE),
    (BACKUP_READY, PULLED, BACKUP_RUNNING),
    (BACKUP_RUNNING, UNDONE, BACKUP_SAFE),
    (BACKUP_RUNNING, INTENDED, BACKUP_FIRING),
    (BACKUP_RUNNING, LANDED, BACKUP_DONE),
    (BACKUP_RUNNING, END, BACKUP_DONE),
    (BACKUP_FIRING, TAKEN_BACK, BACKUP_RUNNING),
    (BACKUP_FIRING, STILL_HOLDS, BACKUP_RUNNING),
    (BACKUP_FIRING, OVER, BACKUP_DONE),
    (BACKUP_FIRING, END, BACKUP_DONE),
)
# Before these a plan's journal says nothing that another flight must fear.
FLOWN_STATES = (BACKUP_RUNNING, BACKUP_FIRING, BACKUP_DONE)
UNDER_WAY = (BACKUP_RUNNING, BACKUP_FIRING)
NEVER_LEFT = (BACKUP_DONE, BACKUP_REFUSED)


class BackupState:
    """Times are ms since the pull pin was pulled. `not_ready` and `reasons` are bits of firmware.protocol.drops."""

    def __init__(self):
        self.state = BACKUP_SAFE
        self.since_ms = 0
        self.attempts = 0
        self.wire_whole = False  # when the newest pulse was intended
        self.flown = False  # has been 150 m above the pad
        self.pad_pressure_altitude_m = None
        self.reset_count = 0
        self.reasons = 0  # why nothing fires although it is due
        self.not_ready = 0  # why it does not become READY
        self.changed = True  # not yet journalled

    def happen(self, event):
        """Go where the table leads; what has no row there changes nothing."""
        for before, what, then in TRANSITIONS:
            if before == self.state and what == event:
                self.state = then
                self.changed = True
                return
