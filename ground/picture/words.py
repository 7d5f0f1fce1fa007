"""Words and numbers as a person reads them, made safe to put anywhere."""

import math
import unicodedata
from collections.abc import Sequence

from ground.picture.flight_record import Drop

MISSING = "\N{EN DASH}"
_ENDS = ("unconfirmed", "failed", "skipped", "cancelled", "aborted", "parted early")
_NOT_DUE = "not due while heard"
_NO_TURN = ("not needed", "cancelled", _NOT_DUE)
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
    by = "by the backup, " if drop.by_backup else ""
    if drop.confirmed:
        fell = ", but not let go" if drop.let_go is False else ""
        return f"{by}confirmed{fell}" if drop.fired_s is not None else "confirmed, time unknown"
    if drop.by_backup and drop.let_go is not None:
        return f"{by}{'let go' if drop.let_go else 'not let go'}"
    # A state on the way, such as firing, is no outcome.
    state = (drop.state or "").replace("_", " ")
    if drop.fired_s is not None:
        return f"{by or 'fired, '}{state if state in _ENDS else 'not confirmed'}{', but let go' if drop.let_go else ''}"
    if drop.unneeded:
        return "not needed"
    if state in _ENDS:
        return state
    if drop.due_s is None:
        return "did not fire"
    if last_s is None or last_s < drop.due_s:
        return _NOT_DUE
    return "did not fire"


def look(drop: Drop, last_s: float | None) -> str:
    """good, bad, or soft for what neither was let go nor failed to be: it was not its turn."""
    if drop.done:
        return "good"
    return "soft" if outcome(drop, last_s) in _NO_TURN else "bad"


def knows_more(drops: Sequence[Drop]) -> bool:
    """Whether an outcome says let go, or not, where telemetry did not."""
    return any("let go" in outcome(drop, None) for drop in drops)


def ended(drop: Drop, last_s: float | None) -> str:
    """What became of it, and when, where nothing was fired."""
    said = outcome(drop, last_s)
    over = drop.fired_s is None and drop.over_s is not None and said in _ENDS
    return f"{said} at {clock(drop.over_s)}" if over and drop.over_s is not None else said


def in_a_row(drops: Sequence[Drop]) -> list[tuple[Drop, list[Drop]]]:
    """Each drop with those that the label beside it speaks for: at the first occasion of a drop all of them."""
    together: dict[str, list[Drop]] = {}
    for drop in drops:
        if drop.occasion is not None:
            together.setdefault(drop.name, []).append(drop)
    return [(drop, [drop] if drop.occasion is None else together.pop(drop.name, [])) for drop in drops]


def times(drops: Sequence[Drop]) -> str:
    """How often one drop was to let go, and how often that was confirmed if not always. Nothing for a single one."""
    if len(drops) < 2:
        return ""
    confirmed = sum(drop.confirmed for drop in drops)
    return f"{len(drops)} times" + ("" if confirmed == len(drops) else f", {confirmed} confirmed")
