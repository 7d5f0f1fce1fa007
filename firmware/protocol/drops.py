"""The states of a drop, and the gates that can hold it back, by number."""

WAITING = 0
DUE = 1
FIRING = 2
FIRED = 3
CONFIRMED = 4
UNCONFIRMED = 5
FAILED = 6
SKIPPED = 7
CANCELLED = 8
ABORTED = 9
PARTED_EARLY = 10

# States after which a drop never fires again.
FINAL_STATES = (CONFIRMED, UNCONFIRMED, FAILED, SKIPPED, CANCELLED, ABORTED, PARTED_EARLY)

# What the two summary bits of each drop in a FIX frame say.
SUMMARY_PENDING = 0
SUMMARY_ACTIVE = 1
SUMMARY_RELEASED = 2
SUMMARY_OVER = 3

# Gates: a set bit is a reason why a due drop does not fire.
NOT_LAUNCHED = 1 << 0
LANDED = 1 << 1
ENDED = 1 << 2
SAFE = 1 << 3
HOLD = 1 << 4
PLUG_OUT = 1 << 5
TOO_EARLY = 1 << 6
TOO_LOW = 1 << 7
ALTITUDE_UNKNOWN = 1 << 8
KEEP_OUT = 1 << 9
POSITION_UNKNOWN = 1 << 10
CONDITION = 1 << 11
CHANNEL_BUSY = 1 << 12
MIN_GAP = 1 << 13
COOLING = 1 << 14
MISSION = 1 << 15
