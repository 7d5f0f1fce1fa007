"""The states of a drop, the reasons that can hold it back, and what the backup says of itself: all by number."""

MOST_DROPS = 7
CUTDOWN = 7  # the place of the cutdown among the drops: the same life, the same journal, the same telemetry
PLACES = 8

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

# Reasons: a set bit is why a due drop does not fire. First what is hard: opened by neither `latest` nor command.
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
DESCENT = 1 << 11
# What passes by itself: it delays, and `latest` waits for it.
CHANNEL_BUSY = 1 << 12
MIN_GAP = 1 << 13
COOLING = 1 << 14
MISSION = 1 << 15
RAIL_SETTLING = 1 << 16
# The drop's own conditions, waived by `latest` where it says release.
OUT_OF_ALTITUDE = 1 << 17
OUT_OF_AREA = 1 << 18
OUT_OF_PHASE = 1 << 19
HOLDING_FOR = 1 << 20
REASON_BITS = 21

PASSING = CHANNEL_BUSY | MIN_GAP | COOLING | RAIL_SETTLING
CONDITIONS = OUT_OF_ALTITUDE | OUT_OF_AREA | OUT_OF_PHASE | HOLDING_FOR
HARD = ((1 << REASON_BITS) - 1) & ~PASSING & ~CONDITIONS

# What the independent backup says of itself, over its heartbeat line.
BACKUP_SILENT = 0
BACKUP_SAFE = 1
BACKUP_READY = 2
BACKUP_RUNNING = 3
BACKUP_FIRING = 4
BACKUP_DONE = 5
BACKUP_REFUSED = 6

# Why the cutdown became due.
BY_TIME = 1
BY_CEILING = 2
BY_AREA = 3
BY_BATTERY = 4
BY_COMMAND = 5
BY_LOST_LINK = 6

# Readiness on the pad: a set bit is a reason for NO GO.
NO_MISSION = 1 << 0
JOURNAL_NOT_FRESH = 1 << 1
BOOTED_WITH_PLUG = 1 << 2
NO_ALTITUDE = 1 << 3
NO_GPS = 1 << 4
NOT_AIRBORNE_MODEL = 1 << 5
WIRE_OPEN = 1 << 6
CUTTER_WEAK = 1 << 7
LOGIC_WEAK = 1 << 8
BACKUP_NOT_READY = 1 << 9
NO_CLOCK = 1 << 10
OVERDUE_AT_LAUNCH = 1 << 11
NOT_AT_REST = 1 << 12
FLASH_BAD = 1 << 13
BREAK_WIRE_OPEN = 1 << 14
# The reasons that forbid arming; the others are for the crew to weigh.
NEVER_ARM = NO_MISSION | JOURNAL_NOT_FRESH | BOOTED_WITH_PLUG | NOT_AT_REST
