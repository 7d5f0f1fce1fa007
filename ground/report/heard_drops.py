"""The drops of a flight by what was heard of them: when they set out, how they ended, and what speaks for it."""

from typing import NamedTuple

from firmware.protocol import drops, telemetry, words
from firmware.protocol.mission_plan import Mission
from ground.drop_track import Change
from ground.drop_track import Drop as DropTrack
from ground.flight_words import drop_state_name, place_name, reason_texts
from ground.picture.flight_record import Drop
from ground.track import Track

_STATE_TEXTS = {number: text for number, _, text in words.DROP_STATES}
_CAUSE_TEXTS = {number: text for number, _, text in words.CUTDOWN_CAUSES}


class HeardDrop(NamedTuple):
    """One occasion. picture: for map and profile; evidence: what speaks for its outcome, in words."""

    picture: Drop
    attempts: int | None
    evidence: tuple[str, ...]
    pulse_s: float | None = None  # after launch, when a pulse was first told


def heard_drops(track: Track, mission: Mission | None, launch_unix_s: float | None) -> list[HeardDrop]:
    """Every occasion of every drop that is known, the cutdown last. mission: gives names and due moments.

    launch_unix_s: UTC of the launch, for drops that have a time of day.
    """
    found = []
    known = {drop.index: drop for drop in track.drops_known()}
    planned = range(len(mission.drops)) if mission is not None else ()
    for place in sorted({*known, *planned} - {drops.CUTDOWN}):
        found.extend(_ordinary(track, place, known.get(place), mission, launch_unix_s))
    cutdown = known.get(drops.CUTDOWN)
    if cutdown is not None or (mission is not None and mission.cutdown is not None):
        found.append(_cutdown(track, cutdown, mission))
    return found


def _ordinary(
    track: Track, place: int, known: DropTrack | None, mission: Mission | None, launch_unix_s: float | None
) -> list[HeardDrop]:
    plan = mission.drops[place] if mission is not None and place < len(mission.drops) else None
    steps = max(
        plan.count if plan is not None else 1,
        1 + max((change.step for change in known.history), default=0) if known is not None else 1,
    )
    first_s = None
    if plan is not None and plan.after_ms is not None:
        first_s = plan.after_ms / 1000
    elif plan is not None and plan.at_unix_s is not None and launch_unix_s is not None:
        first_s = plan.at_unix_s - launch_unix_s
    found = []
    for step in range(steps):
        due_s = None if first_s is None or plan is None else first_s + step * plan.every_ms / 1000
        name = place_name(place) if plan is None else plan.name
        found.append(_occasion(track, known, name, step, steps, due_s))
    return found


def _occasion(
    track: Track, known: DropTrack | None, name: str, step: int, steps: int, due_s: float | None, cutdown: bool = False
) -> HeardDrop:
    start_ms = track.launch_ms or 0
    since_ms = track.launches_cancelled[-1] if track.launches_cancelled else 0
    changes: list[Change] = []
    if known is not None:
        changes = [one for one in known.history if one.step == step and one.mission_ms >= since_ms]
    final = next((one for one in changes if one.state in drops.FINAL_STATES), None)
    firing = next((one for one in changes if one.state == drops.FIRING), None)
    state = None
    if final is not None:
        state = drop_state_name(final.state)
    elif steps == 1 and known is not None and known.word != "unknown":
        state = known.word
    elif changes:
        state = drop_state_name(changes[-1].state)
    confirmed = state in (drop_state_name(drops.CONFIRMED), "released")
    fired_ms = firing.mission_ms if firing is not None else None
    if fired_ms is None and confirmed and final is not None:
        fired_ms = final.mission_ms
    picture = Drop(
        name=name,
        due_s=due_s,
        fired_s=None if fired_ms is None else (fired_ms - start_ms) / 1000,
        confirmed=confirmed,
        state="confirmed" if state == "released" else state,
        occasion=step + 1 if steps > 1 else None,
        cutdown=cutdown,
        over_s=None if final is None else (final.mission_ms - start_ms) / 1000,
    )
    attempts = final.attempts if final is not None else changes[-1].attempts if changes else None
    if attempts is None and steps == 1 and known is not None:
        attempts = known.attempts
    pulse_s = None if firing is None else (firing.mission_ms - start_ms) / 1000
    return HeardDrop(picture, attempts, _evidence(known, changes, state, steps), pulse_s)


def _evidence(known: DropTrack | None, changes: list[Change], state: str | None, steps: int) -> tuple[str, ...]:
    said = []
    states = {one.state for one in changes}
    final = next((one for one in changes if one.state in drops.FINAL_STATES), None)
    if final is not None:
        said.append(f"its own word: {_STATE_TEXTS.get(final.state, drop_state_name(final.state))}")
        if final.state == drops.CONFIRMED and drops.FIRING not in states:
            said.append("the pulse itself was not heard of")
    elif state in ("released", "over", "confirmed"):
        said.append("by the summary in its reports only: the event that tells it was not heard")
    elif states & {drops.FIRING, drops.FIRED}:
        said.append("its pulse was heard of, its end was not")
    elif known is None or state is None:
        said.append("nothing was heard of it")
    if known is not None and known.wire_parted:
        said.append("its wire opened before its time")
    if known is not None and known.channel is not None:
        said.append(f"handed over to channel {known.channel + 1}")
    if known is not None and known.lapsed and steps > 1:
        said.append(f"{known.lapsed} occasions of it were missed")
    if known is not None and final is None and known.reasons:
        said.append(f"held by: {'; '.join(reason_texts(known.reasons))}")
    return tuple(said)


def _cutdown(track: Track, known: DropTrack | None, mission: Mission | None) -> HeardDrop:
    name = "cutdown" if mission is None or mission.cutdown is None else mission.cutdown.name
    due = next((event for event in reversed(track.events) if event.code == telemetry.CUTDOWN_DUE), None)
    start_ms = track.launch_ms or 0
    due_s = None
    if due is not None and due.mission_ms >= start_ms:
        due_s = (due.mission_ms - start_ms) / 1000
    one = _occasion(track, known, name, 0, 1, due_s, cutdown=True)
    if one.picture.unneeded:
        return one._replace(evidence=("the flight ended without it",))
    if due is not None:
        why = f"due because {_CAUSE_TEXTS.get(due.subject, f'of cause {due.subject}')}"
        return one._replace(evidence=(why, *one.evidence))
    return one
