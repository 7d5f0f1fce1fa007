"""The one frame that goes up, what it may ask, and what may become of it. Its answers are CHAL and ACK (telemetry.py).

CMD is a frame like any other: in its header `net` is the flight's, `sequence` the lowest 24 bits of the counter, and
the mission time is the payload's as the ground knows it from the newest frame. It ends with a tag (authentication.py).
Whatever moves towards a release takes two steps: ARM names it and is answered by a CHAL with a fresh nonce; EXECUTE
names it again, with that nonce. Everything else carries the session of the board's start, which META and CHAL tell.
"""

from firmware.protocol.fields import RAW, Layout

CMD = 32  # frame type

# Single step. The argument is said in words.py.
NOOP = 0
HOLD = 1
SAFE = 2
REQUEST_HISTORY = 3
SET_RATE = 4
# Two steps.
ARM = 5
EXECUTE = 6
# What ARM and EXECUTE name: this in the lowest 8 bits of their argument, the place of a drop in the next 8.
RESUME = 16
RELEASE = 17
CUTDOWN = 18

# Results, in ACK and in every FIX after it.
NONE = 0  # no command has been heard
DONE = 1
REFUSED = 2  # the argument has the reasons (drops.py)
TOO_LATE = 3  # a pulse is on, or the thing is over
CHALLENGED = 4  # ARM was heard; the CHAL is its answer
NOT_ARMED = 5  # EXECUTE without its ARM, too late after it, with another nonce or for another thing
STALE = 6  # said too long ago: by its mission time, or a newer one has been heard
UNKNOWN = 7  # no such command, or an argument that it cannot have
INTERRUPTED = 8  # a reset came between the hearing of it and its end: look at what became of the drop

# Why a CHAL: the nonce is for the EXECUTE of the ARM with that counter; or the command carried another session than
# this start of the board has, and was not looked at: the nonce is the session, and the ground may say it again.
FOR_EXECUTE = 0
OTHER_SESSION = 1

CHALLENGE_MS = 30000  # how long a nonce for EXECUTE lives
WINDOW_MS = 30000  # how far a command's mission time may be from the board's
ANSWERS = 3  # how often an ACK or a CHAL is sent
LONGEST_RATE_S = 240

CMD_WORDS = (
    ("I", (("counter", 32, 0, RAW),)),
    ("I", (("nonce", 32, 0, RAW),)),
    ("B", (("op", 8, 0, RAW),)),
    ("I", (("argument", 32, 0, RAW),)),
)
CMD_LAYOUT = Layout(CMD_WORDS)
CMD_FORMAT = "<IIBI"  # the same at once
CHAL_FORMAT = "<IIBB"
ACK_FORMAT = "<IBBI"

# REQUEST_HISTORY: the mission second of the first place, the seconds between two, how many frames at the most.
START_BITS = 20
STEP_BITS = 6
FRAMES_BITS = 6
