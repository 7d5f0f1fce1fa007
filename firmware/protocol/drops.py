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

# number, name, what it means
DROP_STATES = (
    (WAITING, "waiting", "not yet due"),
    (DUE, "due", "due, and held back by the gates that are named"),
    (FIRING, "firing", "the pulse is on"),
    (FIRED, "fired", "the pulse is over, the evidence is being looked at"),
    (CONFIRMED, "confirmed", "let go, and there is evidence for it"),
    (UNCONFIRMED, "unconfirmed", "fired, with no evidence for or against"),
    (FAILED, "failed", "fired as often as allowed, with evidence that it still hangs"),
    (SKIPPED, "skipped", "its last moment passed while a hard gate was closed"),
    (CANCELLED, "cancelled", "taken back before its time"),
    (ABORTED, "aborted", "stopped in a pulse; it may have let go"),
    (PARTED_EARLY, "parted_early", "the wire was found open before its time"),
)
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

# bit, name, what it means
GATES = (
    (NOT_LAUNCHED, "not_launched", "the balloon has not been seen to leave the pad"),
    (LANDED, "landed", "the balloon is down"),
    (ENDED, "ended", "the flight is over by its end time"),
    (SAFE, "safe", "the crew said SAFE"),
    (HOLD, "hold", "the crew said HOLD"),
    (PLUG_OUT, "plug_out", "the arming plug is out: the cutter has no supply"),
    (TOO_EARLY, "too_early", "earlier after launch than the mission allows"),
    (TOO_LOW, "too_low", "lower above the highest ground than the mission allows"),
    (ALTITUDE_UNKNOWN, "altitude_unknown", "no altitude to be trusted, outside the blind window"),
    (KEEP_OUT, "keep_out", "over a keep-out area"),
    (POSITION_UNKNOWN, "position_unknown", "no position to be trusted"),
    (CONDITION, "condition", "the drop's own conditions do not hold"),
    (CHANNEL_BUSY, "channel_busy", "another channel is firing"),
    (MIN_GAP, "min_gap", "too soon after the drop before"),
    (COOLING, "cooling", "the cutter cools after a reset in a pulse"),
    (MISSION, "mission", "there is no checked mission"),
)
