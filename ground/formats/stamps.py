"""The time at the beginning of a logged line: 2015-06-13 07:19:18 EDT: ..., 2017/10/19 20:59:42 ..., [...] or none."""

import re
from datetime import UTC, datetime, timedelta, timezone

# Hours east of Greenwich of the words that loggers write. CST is the American one.
ZONES = {
    "UTC": 0.0, "GMT": 0.0, "Z": 0.0, "WET": 0.0, "BST": 1.0, "CET": 1.0, "CEST": 2.0, "EET": 2.0, "EEST": 3.0,
    "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0,
    "JST": 9.0, "KST": 9.0, "AEST": 10.0, "AEDT": 11.0, "NZST": 12.0, "NZDT": 13.0,
}  # fmt: skip
LATEST_S = 4_102_444_800  # the year 2100: no log of ours, and still far from what fits in 64 bits of ns
_STAMP = re.compile(
    rb"\s*\[?(\d{4})[-/](\d\d)[-/](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    rb"(?: ?([A-Z]{1,4}\b)| ?([+-]\d\d:?\d\d))?\]?:?[ \t]*"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?", re.ASCII)


def zone_named(text: str) -> timezone | None:
    """JST, +9, +09:00 or UTC-4:30; None for what is none."""
    word = text.strip().upper()
    if word in ZONES:
        return timezone(timedelta(hours=ZONES[word]))
    match = _OFFSET.fullmatch(word)
    if match is None or int(match[2]) > 14 or int(match[3] or 0) > 59:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def read_stamp(line: bytes, zone: timezone | None = None) -> tuple[int | None, int, bool]:
    """(UTC in ns since 1970, where the rest of the line begins, whether the line says its zone); None, 0 without one.

    zone: of lines that say none; UTC unless given.
    """
    match = _STAMP.match(line)
    if match is None:
        return None, 0, False
    end = match.end()
    own = None
    if match[8]:
        own = zone_named(match[8].decode())
        if own is None:
            end = match.start(8)  # a word that is no zone belongs to what the line says
    elif match[9]:
        own = zone_named(match[9].decode())
    try:
        year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
        moment = datetime(year, month, day, hour, minute, second, tzinfo=own or zone or UTC)
        seconds = int(moment.timestamp())
    except (ValueError, OverflowError):
        return None, 0, False
    if not 0 <= seconds < LATEST_S:
        return None, 0, False
    return seconds * 1_000_000_000 + int((match[7] or b"0").ljust(9, b"0")), end, own is not None
