"""A flight's plan as the board keeps it in flight. Apart from what reads and checks it, which is needed only once."""

# Unless the mission says otherwise.
NOT_BEFORE_MS = 600000
MIN_AGL_M = 1000

# Every further attempt on a wire is this much of the one before it, and never longer than the longest pulse.
LONGER_PERCENT = 150
LONGEST_PULSE_MS = 15000


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
    """One way to let something go: `output` is the number printed on the board, from 1."""

    def __init__(self, name, kind, output, pulse_ms, attempts):
        self.name = name
        self.kind = kind
        self.output = output
        self.pulse_ms = pulse_ms
        self.attempts = attempts


class Drop:
    """One thing to let go: `channel` is an index into the mission's channels, `after_ms` counts from launch."""

    def __init__(self, name, channel, after_ms):
        self.name = name
        self.channel = channel
        self.after_ms = after_ms


class Mission:
    """A whole flight's plan. `hash` is the SHA-256 of the content, `net` tells this flight's frames from others'."""

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
        self.channels: tuple = ()
        self.drops: tuple = ()
