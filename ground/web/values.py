"""Every field of the reports as a text with its unit, for those who look closely."""

from typing import Any

from firmware.protocol import telemetry, words
from ground.exports.times import degrees
from ground.flight_words import (
    PHASE_NAMES,
    backup_state_name,
    drop_state_name,
    place_name,
    reason_names,
)
from ground.track import Track
from ground.web.watched_track import WatchedTrack

# end of the name, factor, digits, unit as it is shown
_UNITS = (
    ("_cdeg", 0.01, 0, "°"),
    ("vertical_cm_s", 0.01, 1, "m/s"),
    ("_cm_s", 0.01, 1, "m/s"),
    ("_mv", 0.001, 2, "V"),
    ("_pa", 0.01, 1, "hPa"),
    ("_ms", 1, 0, "ms"),
    ("_bytes", 1, 0, "B"),
    ("_s", 1, 0, "s"),
    ("_m", 1, 0, "m"),
    ("inside_c", 1, 0, "°C"),
)
_FIX_TYPES = {0: "none", 2: "in the plane", 3: "in space"}
_FLAGS = ("utc_known", "armed", "safe", "hold", "journal_ok", "mission_ok")
_RESULTS = {number: name for number, name, _ in words.COMMAND_RESULTS}
_PROFILES = {number: name for number, name, _ in words.PROFILES}
_ENDS = ("_cdeg", "_cm_s", "_mv", "_pa", "_ms", "_bytes", "_s", "_m", "_c", "_e7")
_WORDS = {
    "phase": lambda code: PHASE_NAMES.get(code, f"phase {code}"),
    "backup_state": backup_state_name,
    "drop_state": drop_state_name,
    "drop": place_name,
    "reasons": lambda code: ", ".join(reason_names(code)) or "none",
    "fix_type": lambda code: _FIX_TYPES.get(code, str(code)),
    "command_result": lambda code: _RESULTS.get(code, str(code)),
    "profile": lambda code: _PROFILES.get(code, str(code)),
    "drop_summary": lambda code: f"{code:04x}",
    "firmware_hash": lambda code: f"{code:08x}",
    "mission_hash": lambda code: f"{code:08x}",
    "session": lambda code: f"{code:08x}",
    "key_id": lambda code: f"{code:04x}" if code else "none",
    "latitude_e7": degrees,
    "longitude_e7": degrees,
}


def value_text(name: str, value: int) -> tuple[str, str]:
    """(text, unit)."""
    if name in _WORDS:
        return _WORDS[name](value).replace("_", " "), ""
    if name in _FLAGS:
        return ("yes" if value else "no"), ""
    for end, factor, digits, unit in _UNITS:
        if name.endswith(end):
            return f"{value * factor:.{digits}f}", unit
    return str(value), ""


def title(name: str) -> str:
    """The name without its unit."""
    for end in _ENDS:
        if name.endswith(end):
            name = name.removesuffix(end)
            break
    return name.replace("_", " ")


def values_of(track: Track, now_ns: int) -> list[dict[str, Any]]:
    """A row for every field, in the order of the protocol; what was never known has a null text."""
    rows: list[dict[str, Any]] = []
    for name in telemetry.FIX_LAYOUT.names:
        known = track.last_known(name, now_ns)
        rows.append(_row(name, None if known is None else known[0], None if known is None else known[1]))
    meta = track.meta if isinstance(track, WatchedTrack) else None
    if meta is not None:
        age_s = (now_ns - meta.monotonic_ns) / 1e9
        rows += [_row(name, value, age_s) for name, value in meta.values.items()]
    return rows


def _row(name: str, value: int | None, age_s: float | None) -> dict[str, Any]:
    text, unit = (None, "") if value is None else value_text(name, value)
    age = None if age_s is None else round(max(0.0, age_s), 1)
    return {"name": title(name), "text": text, "unit": unit, "age_s": age}
