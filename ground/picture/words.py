"""Words and numbers as a person reads them, made safe to put anywhere."""

import math
import unicodedata
from collections.abc import Sequence

from ground.picture.flight_record import Drop

MISSING = "\N{EN DASH}"
_ENDS = ("unconfirmed", "failed", "skipped", "cancelled", "aborted", "parted early")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Widths in em, of DejaVu Sans: the widest of the usual system fonts, so that a label is never wider than its place.
_NARROW = frozenset("iljtfrI.,:;'|!()[] -\N{MIDDLE DOT}")
_WIDE = frozenset("mwMWQOGD@%&ABCEHKNRUVXYZ")


def clean(text: str) -> str:
    """One line that XML, HTML and a terminal can take: no control, no surrogate, nothing that turns the direction."""
    letters = []
    for letter in " ".join(text.split()):
        # Cc controls, Cf directions and joiners, Cs surrogates, Cn (U+FFFE among them) and Co have no shape.
        shown = unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Cn", "Co")
        letters.append(letter if shown else _REPLACEMENT)
    return "".join(letters)


def width(text: str, size: float, bold: bool = False) -> float:
    """About how wide a line of this size (px) is, in px."""
    em = 0.0
    for letter in text:
        if letter in _NARROW:
            em += 0.38
        elif letter in _WIDE:
            em += 0.8
        elif letter < "\u0300":
            em += 0.62
        elif unicodedata.combining(letter):
            continue
        else:
            em += 1.0
    return em * size * (1.12 if bold else 1.0)


def shorten(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, or its beginning and an ellipsis, not wider than room (px)."""
    if width(text, size, bold) <= room:
        return text
    room -= size
    used, end = 0.0, 0
    for letter in text:
        used += width(letter, size, bold)
        if used > room:
            break
        end += 1
    return text[:end].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def wrap(text: str, size: float, room: float, most: int) -> list[str]:
    """At most `most` lines of whole words, none wider than room (px); the last is shortened where need be."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if len(lines) < most and lines[-1] and width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return [shorten(line, size, room) for line in lines]


def clock(at_s: float, seconds: bool = True) -> str:
    """-0:05:00 or 2:36:10; without seconds rounded down to h:mm; a dash where it is no time."""
    if not math.isfinite(at_s):
        return MISSING
    whole = round(at_s)
    sign = "\N{MINUS SIGN}" if whole < 0 else ""
    minutes, rest = divmod(abs(whole), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}" + (f":{rest:02}" if seconds else "")


def height(altitude_m: float) -> str:
    """In metres below 1 km, in kilometres above."""
    if abs(altitude_m) < 1000:
        return f"{altitude_m:.0f} m".replace("-", "\N{MINUS SIGN}")
    return f"{altitude_m / 1000:.1f} km".replace("-", "\N{MINUS SIGN}")


def coordinates(latitude: float, longitude: float) -> str:
    """Decimal degrees to about a metre, as maps take them."""
    return f"{latitude:.5f}, {longitude:.5f}"


def difference(drop: Drop) -> str:
    """How late it fired, in seconds with a sign."""
    if drop.due_s is None or drop.fired_s is None:
        return MISSING
    return f"{drop.fired_s - drop.due_s:+.1f} s".replace("-", "\N{MINUS SIGN}")


def outcome(drop: Drop, last_s: float | None) -> str:
    """What became of it. last_s: until when the flight was heard."""
    if drop.confirmed:
        return "confirmed" if drop.fired_s is not None else "confirmed, time unknown"
    # A state on the way, such as firing, is no outcome.
    state = (drop.state or "").replace("_", " ")
    if drop.fired_s is not None:
        return f"fired, {state if state in _ENDS else 'not confirmed'}"
    if drop.unneeded:
        return "not needed"
    if state in _ENDS:
        return state
    if drop.due_s is None:
        return "did not fire"
    if last_s is None or last_s < drop.due_s:
        return "not due while heard"
    return "did not fire"


def in_a_row(drops: Sequence[Drop]) -> list[tuple[Drop, int]]:
    """Each drop with how many a label beside it speaks for: the first of the occasions of one drop for all of them."""
    counts: dict[str, int] = {}
    for drop in drops:
        if drop.occasion is not None:
            counts[drop.name] = counts.get(drop.name, 0) + 1
    return [(drop, 1 if drop.occasion is None else counts.pop(drop.name, 0)) for drop in drops]
