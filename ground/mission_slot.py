"""The launch slot: whether every drop that is due by UTC still fits, whenever in it the balloon is let go."""

from __future__ import annotations

from firmware.protocol.mission_plan import RELEASE, Drop
from firmware.protocol.mission_rules import clock_text
from ground.mission_moment import utc_text
from ground.mission_review import Review, Section


def look(review: Review) -> Section:
    """Drops by UTC against both ends of the slot."""
    section = Section("slot")
    preparation = review.preparation
    begin, end = preparation.launch_from_unix_s, preparation.launch_until_unix_s
    if begin is not None and end is not None:
        section.lines.append(f"launch slot {utc_text(begin)} to {utc_text(end)}")
    section.data = {"from_unix_s": begin, "until_unix_s": end}
    if end is not None and end < review.now_unix_s:
        section.look(f"the launch slot ended at {utc_text(end)}")
    by_utc = [drop for drop in review.mission.drops if drop.at_unix_s is not None]
    if by_utc and (begin is None or end is None) and preparation.written:
        section.look(
            f"'{by_utc[0].name}' is due by UTC: say launch_from and launch_until, so that both ends are checked"
        )
    for drop in by_utc:
        _by_utc(review, section, drop)
    return section


def _by_utc(review: Review, section: Section, drop: Drop) -> None:
    mission, preparation = review.mission, review.preparation
    assert drop.at_unix_s is not None
    last_s = (drop.count - 1) * drop.every_ms // 1000
    end, begin = preparation.launch_until_unix_s, preparation.launch_from_unix_s
    if end is not None:
        soonest_ms = (drop.at_unix_s - end) * 1000
        latest_ms = None if drop.patience_ms is None else soonest_ms + drop.patience_ms
        if latest_ms is not None and latest_ms < mission.not_before_ms:
            what = "late" if soonest_ms < 0 else "only " + clock_text(soonest_ms) + " before it is due"
            section.no_go(
                f"launched at {utc_text(end)}, {what}, '{drop.name}' is skipped: its latest moment comes before "
                f"anything may be let go, {clock_text(mission.not_before_ms)} after launch"
            )
        elif soonest_ms < mission.not_before_ms:
            section.look(
                f"launched at {utc_text(end)}, '{drop.name}' is overdue when it is first allowed, "
                f"{clock_text(mission.not_before_ms)} after launch, and goes then"
            )
    if begin is not None:
        longest_ms = (drop.at_unix_s + last_s - begin) * 1000
        if longest_ms + (drop.patience_ms or 0) >= mission.end_ms:
            how = "and is not let go" if drop.late != RELEASE or longest_ms >= mission.end_ms else "and must not wait"
            section.no_go(
                f"launched at {utc_text(begin)}, '{drop.name}' comes {clock_text(max(longest_ms, 0))} after launch: "
                f"the flight ends at {clock_text(mission.end_ms)}, {how}"
            )
