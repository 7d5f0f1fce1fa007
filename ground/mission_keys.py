"""Every key a mission.toml may hold, and how its value is read."""

from decimal import Decimal

from ground.mission_span import SpanError, seconds_ms, shown_value, span_ms

TEXT, INTEGER, SPAN, SECONDS = "text", "integer", "span", "seconds"

# table, its list in a mission's description, keys; a key: name in the file, attribute of the mission, how it is written
TABLES = (
    (
        "flight",
        None,
        (
            ("id", "flight_id", TEXT),
            ("callsign", "callsign", TEXT),
            ("net", "net", INTEGER),
            ("pad_altitude_m", "pad_altitude_m", INTEGER),
            ("highest_ground_m", "highest_ground_m", INTEGER),
            ("min_agl_m", "min_agl_m", INTEGER),
            ("not_before", "not_before_ms", SPAN),
            ("not_before_s", "not_before_ms", SECONDS),
            ("end", "end_ms", SPAN),
            ("end_s", "end_ms", SECONDS),
        ),
    ),
    (
        "channel",
        "channels",
        (
            ("name", "name", TEXT),
            ("kind", "kind", TEXT),
            ("output", "output", INTEGER),
            ("pulse", "pulse_ms", SPAN),
            ("pulse_s", "pulse_ms", SECONDS),
            ("attempts", "attempts", INTEGER),
        ),
    ),
    (
        "drop",
        "drops",
        (
            ("name", "name", TEXT),
            ("channel", "channel", TEXT),
            ("after", "after_ms", SPAN),
            ("after_s", "after_ms", SECONDS),
        ),
    ),
)


def read_value(value: object, kind: str) -> object:
    """What a mission's description holds for a value of the file; SpanError says what is wrong with it."""
    if kind == SPAN:
        return span_ms(value)
    if kind == SECONDS:
        return seconds_ms(value)
    if kind == TEXT:
        if not isinstance(value, str):
            raise SpanError(f"must be text in quotes, not {shown_value(value)}")
        return value
    if isinstance(value, str):
        raise SpanError(f"must be a whole number without quotes, not {shown_value(value)}")
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < 10**9 and value == value.to_integral_value():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise SpanError(f"must be a whole number, not {shown_value(value)}")
    if abs(value) > 10**18:
        raise SpanError(f"{shown_value(value)} is far too large")
    return value
