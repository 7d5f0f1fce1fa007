"""A drop's life: the one table of what may become of it, and of each of its occasions."""

from firmware.protocol.drops import (
    ABORTED,
    CANCELLED,
    CONFIRMED,
    DUE,
    FAILED,
    FIRED,
    FIRING,
    PARTED_EARLY,
    SKIPPED,
    UNCONFIRMED,
    WAITING,
)

TIME_CAME = 1  # its moment has come
TOO_LATE = 2  # its latest moment, or the end of the flight, has come with something in the way
CALLED_OFF = 3  # the flight is being ended, or falls, or has landed
INTENDED = 4  # everything is open: the attempt is counted and on its way to flash
TAKEN_BACK = 5  # something closed before the pulse began: no attempt after all
PULSE_OVER = 6  # the current is off again
LET_GO = 7  # there is evidence for it
STILL_HOLDS = 8  # there is evidence against it, and an attempt is left
HOLDS_FOR_GOOD = 9  # there is evidence against it, and no attempt is left
NO_EVIDENCE = 10  # neither
GONE_BEFORE = 11  # neither, and its wire had been seen to part before its time
STOPPED = 12  # the current was cut off in the pulse
NEXT_OCCASION = 13  # a drop that repeats has another occasion to come

# from, what happens, to
TRANSITIONS = (
    (WAITING, TIME_CAME, DUE),
    (WAITING, TOO_LATE, SKIPPED),
    (WAITING, CALLED_OFF, CANCELLED),
    (DUE, INTENDED, FIRING),
    (DUE, TOO_LATE, SKIPPED),
    (DUE, CALLED_OFF, CANCELLED),
    (DUE, HOLDS_FOR_GOOD, FAILED),
    (FIRING, TAKEN_BACK, DUE),
    (FIRING, PULSE_OVER, FIRED),
    (FIRING, STOPPED, ABORTED),
    (FIRED, LET_GO, CONFIRMED),
    (FIRED, STILL_HOLDS, DUE),
    (FIRED, HOLDS_FOR_GOOD, FAILED),
    (FIRED, NO_EVIDENCE, UNCONFIRMED),
    (FIRED, GONE_BEFORE, PARTED_EARLY),
    (FIRED, STOPPED, ABORTED),
    (CONFIRMED, NEXT_OCCASION, WAITING),
    (UNCONFIRMED, NEXT_OCCASION, WAITING),
    (FAILED, NEXT_OCCASION, WAITING),
    (SKIPPED, NEXT_OCCASION, WAITING),
)


def after(state, event):
    """The state that `event` leads to from `state`, or None where the table has no such row."""
    for before, what, then in TRANSITIONS:
        if before == state and what == event:
            return then
    return None
