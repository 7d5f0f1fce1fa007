"""What the crew asks for: one row of a table, made from what was typed, and the numbers that say it to the payload."""

from typing import NamedTuple

from firmware.protocol import commands, drops, history
from ground.flight_words import place_name

LONGEST_HOLD_S = 1800
LONGEST_START_S = (1 << commands.START_BITS) - 1
LONGEST_STEP_S = (1 << commands.STEP_BITS) - 1
MOST_FRAMES = (1 << commands.FRAMES_BITS) - 1

# Bits of `shown`: what the reports must show before a wish counts as confirmed; an acknowledgement is enough for 0.
ACKNOWLEDGED = 0
SAFE_ON = 1
HOLD_ON = 2
BOTH_OFF = 3
DROP_OVER = 4


class Wish(NamedTuple):
    """`what` is None for a single step. `shown`: what the reports must show then. only_arm: never the second step."""

    name: str
    title: str  # as it is said to a person
    op: int
    argument: int
    what: int | None = None
    place: int | None = None
    shown: int = ACKNOWLEDGED
    only_arm: bool = False

    @property
    def two_steps(self) -> bool:
        return self.what is not None


def noop() -> Wish:
    return Wish("noop", "noop", commands.NOOP, 0)


def hold(seconds: int) -> Wish:
    return Wish("hold", f"hold for {seconds} s", commands.HOLD, seconds, shown=HOLD_ON)


def safe() -> Wish:
    return Wish("safe", "safe", commands.SAFE, 0, shown=SAFE_ON)


def set_rate(seconds: int) -> Wish:
    title = f"a report every {seconds} s" if seconds else "reports as the profile says"
    return Wish("set_rate", title, commands.SET_RATE, seconds)


def request_history(from_s: int, to_s: int) -> Wish:
    """Mission seconds. As many frames as the command can ask for, and the step that then reaches over the span."""
    places = history.HIST_PLACES
    span_s = max(1, to_s - from_s)
    step_s = min(LONGEST_STEP_S, max(1, -(-span_s // (places * MOST_FRAMES))))
    frames = min(MOST_FRAMES, max(1, -(-(span_s + 1) // (places * step_s))))
    argument = from_s | step_s << commands.START_BITS | frames << commands.START_BITS + commands.STEP_BITS
    return Wish("request_history", f"where it was from {from_s} s to {to_s} s", commands.REQUEST_HISTORY, argument)


def resume(only_arm: bool = False) -> Wish:
    return _two_steps("resume", "resume", commands.RESUME, None, BOTH_OFF, only_arm)


def cutdown(only_arm: bool = False) -> Wish:
    return _two_steps("cutdown", "end the flight", commands.CUTDOWN, drops.CUTDOWN, DROP_OVER, only_arm)


def release(place: int, name: str | None = None, only_arm: bool = False) -> Wish:
    """place: from 0."""
    title = f"release {place_name(place)}" + (f" '{name}'" if name else "")
    wish = _two_steps("release", title, commands.RELEASE, place, DROP_OVER, only_arm)
    return wish._replace(argument=commands.RELEASE | place << 8)


def _two_steps(name: str, title: str, what: int, place: int | None, shown: int, only_arm: bool) -> Wish:
    title = f"arm: {title}" if only_arm else title
    return Wish(name, title, commands.ARM, what, what, place, shown, only_arm)
