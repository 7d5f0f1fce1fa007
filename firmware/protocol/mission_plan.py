"""A flight's plan as the board keeps it in flight. Apart from what reads and checks it, which is needed only once."""

# Unless the mission says otherwise.
NOT_BEFORE_MS = 600000
MIN_AGL_M = 1000
MIN_GAP_MS = 30000
CUTDOWN_MIN_AGL_M = 500
LOST_LINK_MS = 1800000

# The crew's HOLD, all of it together in one flight; and how much later than any primary the backup ends the flight.
LONGEST_HOLD_MS = 1800000
BACKUP_AFTER_MS = 300000

MOST_ATTEMPTS = 3  # of one drop step, over all resets and whatever channels
# Every further attempt on a wire is this much of the one before it, and never longer than the longest pulse.
LONGER_PERCENT = 150
LONGEST_PULSE_MS = 15000

BURN_WIRE = 1
SERVO = 2

NO_MODEM = 0  # whatever it is, it is set up already
SIK = 1
HC12 = 2
E22 = 3
E32 = 4

KEEP_IN = 1
KEEP_OUT = 2

# What `latest` does to a drop that still waits for its conditions.
SKIP = 0
RELEASE = 1

# Phases a drop may ask for, as bits of a mask; 0 asks for none.
IN_ASCENT = 1
IN_FLOAT = 2
IN_DESCENT = 4


def attempt_ms(pulse_ms, attempt):
    """The length of pulse number `attempt`, counted from 1."""
    while attempt > 1:
        pulse_ms = pulse_ms * LONGER_PERCENT // 100
        attempt -= 1
    return pulse_ms if pulse_ms < LONGEST_PULSE_MS else LONGEST_PULSE_MS


class MissionError(Exception):
    """A mission that cannot fly. `problems` is a tuple of (path, sentence), see mission_rules.problems."""

    def __init__(self, text, problems=()):
        super().__init__(text)
        self.problems = tuple(problems)


class Channel:
    """One way to let something go: `output` is the number printed on the board, from 1.

    same_load: index of the channel that holds the same load and takes over, or None.
    positions_us: a servo's absolute positions as pulse widths, the closed one first; each release is one further.
    """

    def __init__(self, name, kind, output, pulse_ms, attempts, same_load=None, positions_us=()):
        self.name = name
        self.kind = kind
        self.output = output
        self.pulse_ms = pulse_ms
        self.attempts = attempts
        self.same_load = same_load
        self.positions_us = positions_us


class Area:
    """A polygon. `points`: latitude and longitude of each corner, i32 pairs of 1e-7 degree, little-endian bytes."""

    def __init__(self, name, kind, points):
        self.name = name
        self.kind = kind
        self.points = points


class Drop:
    """One thing to let go, or many of the same: `channel` is an index into the mission's channels.

    Due `after_ms` from launch, or at `at_unix_s` (UTC). `patience_ms` after that comes its `latest`; None: never.
    Conditions, None or 0 where there is none: min_altitude_m, max_altitude_m (above sea level), inside (index of an
    area), phases (mask of IN_...), all together for hold_ms. `every_ms` and `count`: occasions; a single drop has
    count 1. keep_outs: a bit for each area in which it must not be let go. motion_cm_s: the change of vertical speed
    that its going makes, 0 where that is too small to be told.
    """

    def __init__(self, name, channel, after_ms=None):
        self.name = name
        self.channel = channel
        self.after_ms = after_ms
        self.at_unix_s = None
        self.patience_ms = None
        self.late = SKIP
        self.min_altitude_m = None
        self.max_altitude_m = None
        self.inside = None
        self.phases = 0
        self.hold_ms = 0
        self.in_descent = False
        self.every_ms = 0
        self.count = 1
        self.keep_outs = 0
        self.motion_cm_s = 0


class Cutdown:
    """How the flight is ended: at `latest_ms` after launch at the latest, sooner by any condition that is not None.

    ceiling_m: above it; outside: index of the area it has left; battery_mv: loaded logic volts below it for ten
    minutes; lost_link_ms: so long without an authenticated command. min_agl_m: what the parachute needs to open.
    """

    def __init__(self, channel, latest_ms):
        self.name = "cutdown"
        self.channel = channel
        self.latest_ms = latest_ms
        self.ceiling_m = None
        self.outside = None
        self.battery_mv = None
        self.lost_link_ms = None
        self.min_agl_m = CUTDOWN_MIN_AGL_M
        self.motion_cm_s = 0


class Mission:
    """A whole flight's plan. `hash` is the SHA-256 of the content, `net` tells this flight's frames from others'.

    blind_from_ms, blind_until_ms: the time after launch in which even the slowest climb is high enough and not even the
    earliest descent has begun; 0, 0: none. slowest_cm_s, fastest_cm_s: the expected climb. backup_ms: when the
    independent backup ends the flight; 0: there is none. profile: how the radio is used (profiles.py). modem: which
    one is set up and checked before the flight, on radio_channel with radio_dbm of power, None: as it is. sentences:
    reports go out as UKHAS sentences.
    """

    def __init__(self):
        self.flight_id = ""
        self.callsign = ""
        self.net = 0
        self.hash = b""
        self.pad_altitude_m = 0
        self.highest_ground_m = 0
        self.min_agl_m = MIN_AGL_M
        self.not_before_ms = NOT_BEFORE_MS
        self.end_ms = 0
        self.min_gap_ms = MIN_GAP_MS
        self.blind_from_ms = 0
        self.blind_until_ms = 0
        self.slowest_cm_s = 0
        self.fastest_cm_s = 0
        self.backup_ms = 0
        self.break_wire = False
        self.profile = 0
        self.modem = NO_MODEM
        self.sentences = False
        self.radio_channel = None
        self.radio_dbm = None
        self.channels: tuple = ()
        self.areas: tuple = ()
        self.drops: tuple = ()
        self.cutdown = None
