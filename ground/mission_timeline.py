"""A mission in words: what happens when, from launch to the end."""

from __future__ import annotations

from dataclasses import dataclass

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import (
    BURN_WIRE,
    IN_ASCENT,
    IN_DESCENT,
    IN_FLOAT,
    RELEASE,
    Channel,
    Cutdown,
    Drop,
    Mission,
)
from ground.mission_course import due_s
from ground.mission_heights import expected_m
from ground.mission_moment import utc_text
from ground.mission_review import Review

_PHASES = ((IN_ASCENT, "in ascent"), (IN_FLOAT, "in float"), (IN_DESCENT, "in descent"))


@dataclass(frozen=True)
class Entry:
    """after_ms counts from launch; None: nobody knows before the launch, and the text says when."""

    after_ms: int | None
    text: str


def timeline(review: Review) -> list[Entry]:
    """Everything the mission plans, in order; what has no time yet comes last."""
    mission = review.mission
    entries = [Entry(mission.not_before_ms, "nothing fires before this")]
    if mission.blind_until_ms:
        entries.append(Entry(mission.blind_from_ms, "blind window: from now on high enough even if no height is known"))
        entries.append(Entry(mission.blind_until_ms, "blind window ends: from now on nothing goes without a height"))
    for drop in mission.drops:
        entries += _drop(review, drop)
    if mission.cutdown is not None:
        entries.append(_cutdown(mission, mission.cutdown))
    if mission.backup_ms:
        entries.append(Entry(mission.backup_ms, "the backup ends the flight, if nothing has"))
    entries += _way(review)
    entries.append(Entry(mission.end_ms, "end of the flight: nothing fires any more"))
    return sorted(entries, key=lambda entry: (entry.after_ms is None, entry.after_ms or 0))


def _drop(review: Review, drop: Drop) -> list[Entry]:
    mission = review.mission
    text = f"'{drop.name}' on {channel_text(mission, mission.channels[drop.channel])}"
    if drop.count > 1:
        last_ms = (drop.count - 1) * drop.every_ms
        text += f", {drop.count} times, every {rules.seconds_text(drop.every_ms)}"
        text += f", the last {rules.seconds_text(last_ms)} later"
    text += conditions_text(mission, drop)
    heights = expected_m(review, drop)
    if heights is not None:
        low, high = (f"{height / 1000:.1f}" for height in heights)
        text += f"; expected at {low if low == high else f'{low} to {high}'} km"
    if drop.after_ms is not None:
        entries = [Entry(drop.after_ms, text)]
        if drop.patience_ms is not None:
            entries.append(Entry(drop.after_ms + drop.patience_ms, _latest(drop)))
        return entries
    assert drop.at_unix_s is not None
    ends = [due_s(drop, review.preparation, early) for early in (True, False)]
    when = utc_text(drop.at_unix_s)
    if ends[0] is None or ends[1] is None:
        return [Entry(None, f"{when}: {text}"), *_latest_by_utc(drop, None)]
    first_ms, last_ms = round(ends[0] * 1000), round(ends[1] * 1000)
    spoken = f"{when}, at the latest {rules.clock_text(max(last_ms, 0))} after launch: {text}"
    return [Entry(max(first_ms, 0), spoken), *_latest_by_utc(drop, max(first_ms, 0))]


def _latest(drop: Drop) -> str:
    if drop.late == RELEASE:
        waived = " whatever its own conditions say" if _has_conditions(drop) else ""
        text = f"latest for '{drop.name}': it goes now{waived}"
    else:
        text = f"latest for '{drop.name}': it is skipped if it has not gone"
    return text + (", the same for each occasion" if drop.count > 1 else "")


def _latest_by_utc(drop: Drop, first_ms: int | None) -> list[Entry]:
    if drop.patience_ms is None or drop.at_unix_s is None:
        return []
    text = f"{utc_text(drop.at_unix_s + drop.patience_ms // 1000)}: {_latest(drop)}"
    return [Entry(None if first_ms is None else first_ms + drop.patience_ms, text)]


def _has_conditions(drop: Drop) -> bool:
    bounds = (drop.min_altitude_m, drop.max_altitude_m, drop.inside)
    return bool(drop.phases) or any(bound is not None for bound in bounds)


def conditions_text(mission: Mission, drop: Drop) -> str:
    """ ", if between 3000 and 9000 m, inside 'home', in ascent, for 10 s", or nothing."""
    words = []
    if drop.min_altitude_m is not None and drop.max_altitude_m is not None:
        words.append(f"between {drop.min_altitude_m} and {drop.max_altitude_m} m")
    elif drop.min_altitude_m is not None:
        words.append(f"at {drop.min_altitude_m} m or higher")
    elif drop.max_altitude_m is not None:
        words.append(f"at {drop.max_altitude_m} m or lower")
    if drop.inside is not None:
        words.append(f"inside '{mission.areas[drop.inside].name}'")
    if drop.phases:
        words.append(" or ".join(text for bit, text in _PHASES if drop.phases & bit))
    if drop.hold_ms and words:
        words.append(f"for {rules.seconds_text(drop.hold_ms)}")
    text = ", if " + ", ".join(words) if words else ""
    if drop.in_descent:
        text += ", in a descent as well"
    return text


def channel_text(mission: Mission, channel: Channel) -> str:
    """ "channel a, burn wire 1, 4 s pulse, up to 2 attempts, then channel b"."""
    kind = "burn wire" if channel.kind == BURN_WIRE else "servo"
    text = f"channel {channel.name}, {kind} {channel.output}, {rules.seconds_text(channel.pulse_ms)} pulse"
    if channel.attempts > 1:
        text += f", up to {channel.attempts} attempts"
    if channel.same_load is not None:
        text += f", then channel {mission.channels[channel.same_load].name}"
    return text


def _cutdown(mission: Mission, cutdown: Cutdown) -> Entry:
    text = f"the flight is ended by {channel_text(mission, mission.channels[cutdown.channel])}"
    sooner = []
    if cutdown.ceiling_m is not None:
        sooner.append(f"above {cutdown.ceiling_m} m")
    if cutdown.outside is not None:
        sooner.append(f"outside of '{mission.areas[cutdown.outside].name}'")
    if cutdown.battery_mv is not None:
        sooner.append(f"below {cutdown.battery_mv} mV for 10 min")
    if cutdown.lost_link_ms is not None:
        sooner.append(f"after {rules.seconds_text(cutdown.lost_link_ms)} without a command from the ground")
    text += "; sooner " + ", or ".join(sooner) if sooner else ""
    return Entry(cutdown.latest_ms, f"{text}; never below {mission.highest_ground_m + cutdown.min_agl_m} m")


def _way(review: Review) -> list[Entry]:
    """When it may come down."""
    slow, fast = review.slow, review.fast
    entries: list[Entry] = []
    if slow is None or fast is None:
        return entries
    if fast.descent_s is not None and review.preparation.balloon is not None and review.preparation.balloon.bursts:
        entries.append(Entry(round(fast.descent_s) * 1000, "earliest descent, by burst or cutdown"))
    if fast.landed_s is not None:
        entries.append(Entry(round(fast.landed_s) * 1000, "earliest landing"))
    if slow.landed_s is not None:
        entries.append(Entry(round(slow.landed_s) * 1000, "latest landing"))
    return entries
