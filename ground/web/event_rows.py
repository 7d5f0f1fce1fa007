"""What happened, a row each, in the order in which it was heard: events of the flight, and what the ground noted."""

from collections.abc import Sequence
from typing import Any

from firmware.protocol import drops, telemetry
from ground.commander import stages
from ground.flight_words import clock, place_name
from ground.raw_log import Chunk, name_in_note, port_in_note
from ground.track import Event, Track

INFO, GOOD, WARN, ALARM = "info", "good", "warn", "alarm"

_LEVELS = {
    telemetry.LAUNCHED: GOOD,
    telemetry.FAULT_SEEN: WARN,
    telemetry.LAUNCH_CANCELLED: WARN,
    telemetry.CUTDOWN_DUE: ALARM,
    telemetry.SAFE_CHANGED: WARN,
    telemetry.HOLD_CHANGED: WARN,
    telemetry.STEP_LAPSED: WARN,
    telemetry.HANDED_OVER: WARN,
    telemetry.POSITION_SUSPECT: WARN,
    telemetry.WIRE_PARTED_EARLY: ALARM,
    telemetry.BREAK_WIRE_ALONE: WARN,
}
_DROP_LEVELS = {
    drops.FIRING: WARN,
    drops.CONFIRMED: GOOD,
    drops.UNCONFIRMED: WARN,
    drops.FAILED: ALARM,
    drops.SKIPPED: WARN,
    drops.ABORTED: ALARM,
    drops.PARTED_EARLY: ALARM,
}
_STAGE_LEVELS = {
    stages.CONFIRMED: GOOD,
    stages.ACCEPTED: GOOD,
    stages.REFUSED: WARN,
    stages.FAILED: ALARM,
    stages.UNKNOWN: ALARM,
}
_OF_A_PLACE = (
    telemetry.DROP_CHANGED,
    telemetry.REASONS_CHANGED,
    telemetry.STEP_LAPSED,
    telemetry.HANDED_OVER,
    telemetry.WIRE_PARTED_EARLY,
)
_COMMAND = "command "


class EventRows:
    """Rows are only ever added: `rows[n]["n"]` is n."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        """names: of the drops by place, as the mission calls them."""
        self._names = names
        self.rows: list[dict[str, Any]] = []

    def take_event(self, track: Track, event: Event) -> None:
        """Once for each."""
        level = _LEVELS.get(event.code, INFO)
        if event.code == telemetry.DROP_CHANGED:
            level = _DROP_LEVELS.get(event.detail, INFO)
        elif event.code == telemetry.READINESS:
            level = GOOD if event.subject else WARN
        text = event.text
        if event.code in _OF_A_PLACE and event.subject < len(self._names):
            place = place_name(event.subject)
            text = text.replace(place, f"{place} ({self._names[event.subject]})", 1)
        self._add(event.record.wall_ns, event.mission_ms, track.launch_ms, event.name, text, level)

    def take_note(self, chunk: Chunk, mission_ms: int | None) -> None:
        """What the ground wrote into its log."""
        text = chunk.data.decode(errors="replace")
        about_port, trouble = port_in_note(chunk.data)
        if about_port:
            self._add(chunk.wall_ns, mission_ms, None, "port", trouble or "the port is back", WARN if trouble else GOOD)
        elif text.startswith(_COMMAND):
            text = text.removeprefix(_COMMAND)
            stage = text.partition(":")[0]
            self._add(chunk.wall_ns, mission_ms, None, "command", text, _STAGE_LEVELS.get(stage, INFO))
        elif name_in_note(chunk.data) is not None:
            self._add(chunk.wall_ns, mission_ms, None, "ground", text, INFO)

    def _add(self, wall_ns: int, mission_ms: int | None, launch_ms: int | None, *said: str) -> None:
        kind, words, level = said
        since = mission_ms if launch_ms is None or mission_ms is None else mission_ms - launch_ms
        self.rows.append(
            {
                "n": len(self.rows),
                "wall_ms": wall_ns // 1_000_000,
                "mission_ms": mission_ms,
                "clock": None if since is None else ("" if launch_ms is None else "+" * (since >= 0)) + clock(since),
                "kind": kind,
                "words": words,
                "level": level,
            }
        )
