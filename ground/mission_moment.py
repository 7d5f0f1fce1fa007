"""Moments in UTC as people write them in a mission: "2026-05-01T09:00Z", or TOML's own date-time with its offset."""

from datetime import UTC, date, datetime

from ground.mission_span import SpanError, shown_value

_HOW = 'write it with its offset, like "2026-05-01T09:00Z" (Z is UTC)'


def unix_s(value: object) -> int:
    """Seconds since 1970 of a date-time with an offset; SpanError for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise SpanError(f"{shown_value(value)} is no date and time; {_HOW}") from None
    if not isinstance(value, datetime):
        what = "has no time of day" if isinstance(value, date) else "is no date and time"
        raise SpanError(f"{shown_value(value)} {what}; {_HOW}")
    if value.tzinfo is None:
        raise SpanError(f"{value.isoformat()} is the time of which place? {_HOW}")
    if value.microsecond:
        raise SpanError(f"{value.isoformat()} is finer than a second")
    try:
        return int(value.astimezone(UTC).timestamp())
    except OverflowError:
        raise SpanError(f"{value.isoformat()} is beyond all calendars") from None


def utc_text(moment_unix_s: int) -> str:
    """ "2026-05-01 09:00 UTC", with seconds only where there are some."""
    moment = datetime.fromtimestamp(moment_unix_s, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00") + " UTC"
