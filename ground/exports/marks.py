"""The places worth a pin: launch, phases, drops, apex, last position. Shared by the map formats."""

from bisect import bisect_left
from typing import NamedTuple

from firmware.protocol import drops, telemetry
from ground.flight_words import drop_state_name, place_name
from ground.track import Event, Position, Track

_QUIET_STATES = (drops.WAITING, drops.DUE)
# What a map does not need to show.
_QUIET_EVENTS = (telemetry.REASONS_CHANGED, telemetry.READINESS)


class Mark(NamedTuple):
    """A pin. kind is launch, phase, drop, cutdown, event, apex or last."""

    kind: str
    name: str
    mission_ms: int
    position: Position


def marks(track: Track) -> list[Mark]:
    """In order of time; when no position was heard within a minute of an event, its name says whose place it has."""
    found: list[Mark] = []
    for event in track.events:
        if event.code in _QUIET_EVENTS:
            continue
        mission_ms = event.mission_ms
        if event.code == telemetry.LAUNCHED and event.argument is not None:
            mission_ms = event.argument
        place = _near(track.positions, mission_ms)
        if place is not None and not (event.code == telemetry.DROP_CHANGED and event.detail in _QUIET_STATES):
            kind, name = _kind_and_name(track, event)
            found.append(Mark(kind, name + _distance(place.mission_ms - mission_ms), mission_ms, place))
    if track.apex is not None:
        found.append(Mark("apex", f"apex {track.apex.altitude_m} m", track.apex.mission_ms, track.apex))
    if track.positions:
        last = track.positions[-1]
        found.append(Mark("last", "last position", last.mission_ms, last))
    found.sort(key=lambda mark: mark.mission_ms)
    return found


def _kind_and_name(track: Track, event: Event) -> tuple[str, str]:
    if event.code == telemetry.LAUNCHED:
        if any(event.mission_ms <= cancelled_ms for cancelled_ms in track.launches_cancelled):
            return "event", "launch that was none"
        return "launch", "launch"
    if event.code == telemetry.PHASE_CHANGED:
        return "phase", event.text
    if event.code == telemetry.DROP_CHANGED:
        kind = "cutdown" if event.subject == drops.CUTDOWN else "drop"
        return kind, f"{place_name(event.subject)} {drop_state_name(event.detail).replace('_', ' ')}{_occasion(event)}"
    return "event", event.text


def _occasion(event: Event) -> str:
    step = (event.argument or 0) & 0xFF
    return f", occasion {step + 1}" if step else ""


def _near(positions: list[Position], mission_ms: int) -> Position | None:
    at = bisect_left(positions, mission_ms, key=lambda position: position.mission_ms)
    around = positions[max(0, at - 1) : at + 1]
    return min(around, key=lambda position: abs(position.mission_ms - mission_ms), default=None)


def _distance(later_ms: int) -> str:
    if abs(later_ms) <= 60_000:
        return ""
    return f" (place of {abs(later_ms) // 1000} s {'after' if later_ms > 0 else 'before'})"
