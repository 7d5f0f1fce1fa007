"""Times that may be slips: minutes for seconds, an end that leaves no room, a wait that nobody meant."""

from __future__ import annotations

from firmware.protocol.mission_plan import NOT_BEFORE_MS, Drop
from firmware.protocol.mission_rules import clock_text, seconds_text
from ground.mission_review import Review, Section

_MINUTE_MS = 60000
_LEAST_AFTER_LAST_MS = 10 * _MINUTE_MS
_DAY_MS = 24 * 60 * _MINUTE_MS
_LONG_WAIT_MS = 2 * 60 * _MINUTE_MS


def look(review: Review) -> Section:
    """By the plan alone, whatever flies it."""
    section = Section("times")
    mission = review.mission
    if mission.not_before_ms < NOT_BEFORE_MS:
        text = f"things may be let go from {seconds_text(mission.not_before_ms)} after launch on"
        section.look(f"{text}: a balloon is hardly up by then, and crew and crowd are below it")
    last = max((drop for drop in mission.drops if drop.after_ms is not None), key=_last_ms, default=None)
    if last is not None and mission.end_ms - _last_ms(last) < _LEAST_AFTER_LAST_MS:
        text = f"the flight ends at {clock_text(mission.end_ms)}, {seconds_text(mission.end_ms - _last_ms(last))} after"
        section.look(f"{text} '{last.name}' is due: what waits a little is never let go")
    if last is not None and last.after_ms is not None and mission.end_ms > _DAY_MS and _last_ms(last) < _DAY_MS // 4:
        section.look(f"the flight ends only after {seconds_text(mission.end_ms)}: hours for minutes?")
    for drop in mission.drops:
        _conditions(section, drop)
    return section


def _conditions(section: Section, drop: Drop) -> None:
    conditions = (drop.min_altitude_m, drop.max_altitude_m, drop.inside)
    some = bool(drop.phases) or any(each is not None for each in conditions)
    if drop.hold_ms and not some:
        section.look(f"'{drop.name}' holds for {seconds_text(drop.hold_ms)}, and has no condition that could hold")
    if some and drop.patience_ms is None:
        section.look(f"'{drop.name}' has conditions and no latest: if they never hold it stays on board")
    if drop.patience_ms is not None and drop.patience_ms > _LONG_WAIT_MS:
        section.look(f"'{drop.name}' may wait for {seconds_text(drop.patience_ms)} until its latest moment")
    if drop.patience_ms is not None and 0 < drop.hold_ms >= drop.patience_ms:
        section.look(f"'{drop.name}' holds its conditions for as long as it may wait: they never help")


def _last_ms(drop: Drop) -> int:
    return (drop.after_ms or 0) + (drop.count - 1) * drop.every_ms
