"""What a page shows of each drop, of the next one, and of the cutdown."""

from typing import Any

from firmware.protocol import drops, telemetry, words
from ground.drop_track import Drop
from ground.flight_words import clock, reason_names, reason_texts
from ground.track import Track
from ground.web.mission import MissionWords

_CAUSE_TEXTS = {number: text for number, _, text in words.CUTDOWN_CAUSES}
_STATE_TEXTS = {name: text for _, name, text in words.DROP_STATES}


def drop_states(track: Track | None, mission: MissionWords) -> list[dict[str, Any]]:
    """The mission's drops, and any other that was heard of."""
    heard = set() if track is None else {drop.index for drop in track.drops_known()}
    places = sorted((heard | set(range(len(mission.drops)))) - {drops.CUTDOWN})
    return [_drop(Drop(place) if track is None else track.drops[place], mission) for place in places]


def cutdown_state(track: Track, mission: MissionWords) -> dict[str, Any] | None:
    """None where nothing is known of one."""
    drop = track.cutdown
    if not drop.heard_of and not mission.has_cutdown:
        return None
    said = _drop(drop, mission)
    event = track.newest_event(telemetry.CUTDOWN_DUE)
    if event is not None and drop.state not in (None, drops.WAITING):
        said["words"] = f"{said['words']}; {_CAUSE_TEXTS.get(event.subject, f'cause {event.subject}')}"
    return said


def next_drop(track: Track, mission: MissionWords, now_ns: int) -> dict[str, Any] | None:
    """The drop that is due next by the payload's own word, with what would hold it back now."""
    in_s = track.next_drop_s(now_ns)
    focus = {} if track.focus is None else track.focus.values
    place = focus.get("drop")
    if in_s is None or place is None or focus.get("drop_state") in drops.FINAL_STATES:
        if in_s is None:
            return None
        return {"place": None, "name": None, "in_s": in_s, "state_word": None, "gates": []}
    drop = track.drops[place]
    bits = focus.get("reasons") or 0
    gates = [{"name": name, "words": text} for name, text in zip(reason_names(bits), reason_texts(bits), strict=True)]
    return {
        "place": place,
        "name": mission.name_of(place),
        "in_s": round(in_s, 1),
        "state_word": _word(drop),
        "gates": gates,
    }


def _word(drop: Drop) -> str:
    return drop.word.replace("_", " ")


def _drop(drop: Drop, mission: MissionWords) -> dict[str, Any]:
    last = drop.history[-1] if drop.history else None
    return {
        "place": drop.index,
        "name": mission.name_of(drop.index),
        "state": drop.word,
        "state_word": _word(drop),
        "over": drop.is_over,
        "attempts": drop.attempts,
        "steps": drop.step,
        "lapsed": drop.lapsed,
        "wire_open": drop.wire_parted,
        "words": _STATE_TEXTS.get(drop.word, "") if last is None else f"since {clock(last.mission_ms)} of mission time",
        "reasons": list(reason_texts(drop.reasons or 0)),
    }
