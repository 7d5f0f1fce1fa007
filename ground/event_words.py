"""What an event says to a person: one short line for each, whatever its numbers."""

from firmware.protocol import telemetry, words
from ground.flight_words import (
    PHASE_NAMES,
    backup_state_name,
    clock,
    drop_state_name,
    place_name,
    readiness_texts,
    reason_texts,
)

EVENT_NAMES = {row[0]: row[1] for row in words.EVENTS}
_FAULT_TEXTS = {number: (name, text) for number, name, text in words.FAULTS}
_CAUSE_TEXTS = {number: text for number, _, text in words.CUTDOWN_CAUSES}
# Events that say yes or no, and how.
_SWITCHES = {
    telemetry.SAFE_CHANGED: ("SAFE: nothing is let go any more", "SAFE is undone"),
    telemetry.POSITION_SUSPECT: ("the position contradicts itself", "the position is trusted again"),
    telemetry.BREAK_WIRE_ALONE: ("only the break wire says launch", "the break wire is no longer alone"),
}


def event_name(code: int) -> str:
    return EVENT_NAMES.get(code, f"event {code}")


def event_text(code: int, subject: int, detail: int, number: int | None) -> str:
    """For a person. number: the argument, None where it is unknown."""
    if code in _SWITCHES:
        return _SWITCHES[code][0 if subject else 1]
    write = _WRITERS.get(code)
    return event_name(code).replace("_", " ") if write is None else write(subject, detail, number)


def _booted(cause: int, resets: int, _: int | None) -> str:
    return f"started, {resets} resets in this flight" if resets else "started"


def _mission(count: int, accepted: int, _: int | None) -> str:
    return f"mission accepted, {count} drop{'' if count == 1 else 's'}" if accepted else "mission refused"


def _armed(_subject: int, _detail: int, pad_m: int | None) -> str:
    return "armed" if pad_m is None else f"armed, pad at {pad_m} m"


def _launched(witnesses: int, _: int, at_ms: int | None) -> str:
    seen = ", ".join(name.replace("_", " ") for bit, name, _ in words.LAUNCH_WITNESSES if witnesses & bit)
    by = f" by {seen}" if seen else ""
    return f"launched{by}" if at_ms is None else f"launched at mission time {clock(at_ms)}{by}"


def _phase(after: int, before: int, height_m: int | None) -> str:
    was, became = (PHASE_NAMES.get(phase, f"phase {phase}") for phase in (before, after))
    return f"{became} after {was}" + ("" if height_m is None else f" at {height_m} m")


def _drop(place: int, state: int, number: int | None) -> str:
    step, tries = (0, 0) if number is None else (number & 0xFF, number >> 8 & 0xFF)
    occasion = f", occasion {step + 1}" if step else ""
    pulse = f", pulse {tries}" if tries else ""
    return f"{place_name(place)} {drop_state_name(state).replace('_', ' ')}{occasion}{pulse}"


def _fault(number: int, _: int, _count: int | None) -> str:
    name, text = _FAULT_TEXTS.get(number, (f"fault {number}", "unknown to this ground"))
    return f"{name}: {text}"


def _reasons(place: int, _: int, bits: int | None) -> str:
    texts = reason_texts(bits or 0)
    return f"{place_name(place)} held by: {'; '.join(texts)}" if texts else f"{place_name(place)} is held by nothing"


def _cutdown(cause: int, _: int, height_m: int | None) -> str:
    where = "" if height_m is None else f", at {height_m} m"
    return f"cutdown due: {_CAUSE_TEXTS.get(cause, f'cause {cause}')}{where}"


def _readiness(go: int, _: int, bits: int | None) -> str:
    texts = readiness_texts(bits or 0)
    return ("GO" if go else "NO GO") + (f": {'; '.join(texts)}" if texts else "")


def _backup(state: int, before: int, _: int | None) -> str:
    return f"backup {backup_state_name(state)} after {backup_state_name(before)}"


def _hold(on: int, _: int, seconds: int | None) -> str:
    if not on:
        return "HOLD is over"
    return "HOLD" if seconds is None else f"HOLD for {clock(seconds * 1000)}"


def _lapsed(place: int, count: int, step: int | None) -> str:
    which = f"{count} occasion{'' if count == 1 else 's'}"
    if step is not None:
        # The step is the first that is not missed.
        which = f"occasion {step}" if count == 1 else f"occasions {step - count + 1} to {step}"
    return f"{place_name(place)}: {which} missed, and not made up for"


def _handed_over(place: int, channel: int, _: int | None) -> str:
    return f"{place_name(place)} is handed over to channel {channel + 1}"


def _parted(place: int, channel: int, _: int | None) -> str:
    return f"the wire of {place_name(place)} opened before its time, on channel {channel + 1}"


_WRITERS = {
    telemetry.BOOTED: _booted,
    telemetry.MISSION_LOADED: _mission,
    telemetry.ARMED: _armed,
    telemetry.LAUNCHED: _launched,
    telemetry.PHASE_CHANGED: _phase,
    telemetry.DROP_CHANGED: _drop,
    telemetry.FAULT_SEEN: _fault,
    telemetry.REASONS_CHANGED: _reasons,
    telemetry.CUTDOWN_DUE: _cutdown,
    telemetry.READINESS: _readiness,
    telemetry.BACKUP_CHANGED: _backup,
    telemetry.HOLD_CHANGED: _hold,
    telemetry.STEP_LAPSED: _lapsed,
    telemetry.HANDED_OVER: _handed_over,
    telemetry.WIRE_PARTED_EARLY: _parted,
}
