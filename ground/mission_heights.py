"""Each drop's time against where the balloon can be by then: on its way up, burst, or down again."""

from __future__ import annotations

from firmware.protocol.mission_plan import IN_FLOAT, RELEASE, Drop
from firmware.protocol.mission_rules import clock_text
from ground.mission_course import Course, due_s
from ground.mission_review import Review, Section


def look(review: Review) -> Section:
    """Nothing where nothing is said of the balloon."""
    section = Section("heights")
    slow, fast = review.slow, review.fast
    if slow is None or fast is None:
        if review.preparation.written:
            section.look("nothing is said of the balloon: with [balloon], heights, landing and blind window are known")
        return section
    section.data = {
        "earliest_descent_s": fast.descent_s,
        "latest_descent_s": slow.descent_s,
        "earliest_landing_s": fast.landed_s,
        "latest_landing_s": slow.landed_s,
        "drops": [],
    }
    for drop in review.mission.drops:
        _drop(review, section, drop, slow, fast)
    blind_ms = (review.mission.blind_from_ms, review.mission.blind_until_ms)
    if not blind_ms[1]:
        section.look("there is no blind window: without any height to be trusted nothing is let go")
    section.data["blind_window_ms"] = list(blind_ms)
    return section


def _drop(review: Review, section: Section, drop: Drop, slow: Course, fast: Course) -> None:
    preparation = review.preparation
    early_s, late_s = due_s(drop, preparation, True), due_s(drop, preparation, False)
    if early_s is None or late_s is None:
        return
    heights = expected_m(review, drop)
    assert heights is not None
    section.data["drops"].append({"drop": drop.name, "lowest_m": round(heights[0]), "highest_m": round(heights[1])})
    last_s = late_s + (drop.count - 1) * drop.every_ms / 1000.0
    patience_s = None if drop.patience_ms is None else drop.patience_ms / 1000.0
    if slow.landed_s is not None and early_s >= slow.landed_s:
        section.no_go(f"'{drop.name}' is due at {_clock(early_s)}, after the latest landing, {_clock(slow.landed_s)}")
        return
    if not drop.in_descent:
        _not_in_descent(section, drop, slow, fast, early_s, last_s)
    elif fast.landed_s is not None and last_s > fast.landed_s:
        section.look(f"'{drop.name}' may be due after the earliest landing, {_clock(fast.landed_s)}")
    _low(review, section, drop, fast, early_s, patience_s)
    _window(section, drop, slow, fast, early_s, patience_s)
    if drop.phases == IN_FLOAT and preparation.balloon is not None and preparation.balloon.bursts:
        section.look(f"'{drop.name}' waits for a float, and this balloon bursts")


def expected_m(review: Review, drop: Drop) -> tuple[float, float] | None:
    """(lowest, highest) at which it is due for the first time, None where that is not known."""
    early_s, late_s = due_s(drop, review.preparation, True), due_s(drop, review.preparation, False)
    if review.slow is None or review.fast is None or early_s is None or late_s is None:
        return None
    heights = [course.at(s).m for course in (review.slow, review.fast) for s in (early_s, late_s)]
    return min(heights), max(heights)


def _not_in_descent(section: Section, drop: Drop, slow: Course, fast: Course, early_s: float, last_s: float) -> None:
    how = 'nothing is let go in a descent unless it says descent = "release"'
    if slow.descent_s is not None and early_s >= slow.descent_s:
        text = f"'{drop.name}' is due at {_clock(early_s)}, and from {_clock(slow.descent_s)} on it surely comes down"
        section.no_go(f"{text}: {how}")
    elif fast.descent_s is not None and last_s >= fast.descent_s:
        text = f"'{drop.name}' is due until {_clock(last_s)}, and from {_clock(fast.descent_s)} on it may come down"
        section.look(f"{text}: {how}")


def _low(review: Review, section: Section, drop: Drop, fast: Course, early_s: float, patience_s: float | None) -> None:
    """Too early: minutes that were meant for something longer, or seconds."""
    lowest_m = review.mission.highest_ground_m + review.mission.min_agl_m
    height_m = fast.at(early_s).m
    if height_m >= lowest_m or (fast.descent_s is not None and early_s >= fast.descent_s):
        return
    text = f"'{drop.name}' is due at {_clock(early_s)}, when it is at most {height_m:.0f} m high, below {lowest_m} m"
    if patience_s is not None and fast.at(early_s + patience_s).m < lowest_m:
        section.no_go(f"{text}, and still at its latest moment: it is skipped")
    else:
        section.look(f"{text}: it waits for that height")


def _window(section: Section, drop: Drop, slow: Course, fast: Course, early_s: float, patience_s: float | None) -> None:
    """Conditions on the altitude that cannot hold while they are waited for."""
    until_s = min(fast.rows[-1].s if patience_s is None else early_s + patience_s, fast.rows[-1].s)
    way_out = "it is let go all the same at its latest moment" if drop.late == RELEASE else "it is not let go"
    if drop.min_altitude_m is not None:
        highest_m = max(course.highest_m(early_s, until_s) for course in (slow, fast))
        if highest_m < drop.min_altitude_m:
            text = f"'{drop.name}' waits for {drop.min_altitude_m} m, and it is at most {highest_m:.0f} m high by then"
            section.look(f"{text}: {way_out}")
    if drop.max_altitude_m is not None and slow.descent_s is not None and not drop.in_descent:
        if slow.at(early_s).m > drop.max_altitude_m and early_s < slow.descent_s:
            text = f"'{drop.name}' may go up to {drop.max_altitude_m} m, and even the slowest climb is higher by then"
            section.look(f"{text}: {way_out}")


def _clock(s: float) -> str:
    return str(clock_text(round(s) * 1000))
