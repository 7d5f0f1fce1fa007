"""How the flight ends, and whether it can: the cutdown, the second way to end it, and what hangs on one thing alone."""

from __future__ import annotations

from firmware.protocol.mission_plan import RELEASE
from firmware.protocol.mission_rules import clock_text
from ground.mission_review import Review, Section
from ground.mission_weight import is_sure, needs_two_ways


def look(review: Review) -> Section:
    """What the law asks for, what a balloon that does not burst needs, and what could fail alone."""
    section = Section("ending")
    mission, balloon = review.mission, review.preparation.balloon
    section.data = {
        "cutdown_ms": None if mission.cutdown is None else mission.cutdown.latest_ms,
        "backup_ms": mission.backup_ms or None,
    }
    if balloon is not None:
        _ways(review, section)
    if mission.cutdown is not None:
        _cutdown(review, section)
    _landing(review, section)
    _launch(review, section)
    return section


def _ways(review: Review, section: Section) -> None:
    mission, balloon = review.mission, review.preparation.balloon
    assert balloon is not None
    heavy = needs_two_ways(balloon)
    say = section.no_go if is_sure(balloon) else section.look
    needed = "14 CFR 101.35 and ICAO Annex 2 ask for two independent ways to end the flight"
    if mission.cutdown is None and not balloon.bursts:
        section.no_go("a tube of film does not burst: it needs a [cutdown], a rip line or a vent, to come down")
    elif mission.cutdown is None and heavy:
        say(f"as far as is said, it is heavy: {needed}; there is no [cutdown] and no [backup]")
    elif not mission.backup_ms and heavy:
        say(f"as far as is said, it is heavy: {needed}; there is no [backup] behind the cutdown")
    elif not mission.backup_ms and not balloon.bursts:
        section.look("it comes down by one board, one cell and one wire alone: a [backup] would be a second way")


def _cutdown(review: Review, section: Section) -> None:
    mission, balloon = review.mission, review.preparation.balloon
    cutdown = mission.cutdown
    assert cutdown is not None
    channel = mission.channels[cutdown.channel]
    if channel.attempts == 1 and channel.same_load is None:
        section.look(f"the cutdown has one attempt on one wire, channel '{channel.name}': give it more attempts")
    for drop in mission.drops:
        if drop.after_ms is not None and drop.after_ms + (drop.count - 1) * drop.every_ms >= cutdown.latest_ms:
            section.no_go(
                f"'{drop.name}' is due until {clock_text(drop.after_ms + (drop.count - 1) * drop.every_ms)}, "
                f"after the flight is ended at {clock_text(cutdown.latest_ms)}, which cancels it"
            )
    if cutdown.ceiling_m is not None:
        lowest_m = mission.highest_ground_m + cutdown.min_agl_m
        if cutdown.ceiling_m <= lowest_m:
            section.look(
                f"the ceiling, {cutdown.ceiling_m} m, is not above {lowest_m} m, below which no flight is ended"
            )
        if balloon is not None and balloon.bursts and review.fast is not None:
            _ceiling(review, section, cutdown.ceiling_m)


def _ceiling(review: Review, section: Section, ceiling_m: int) -> None:
    """Drops that are due when a fast climb has met the ceiling already."""
    balloon = review.preparation.balloon
    assert balloon is not None and review.fast is not None
    met_s = review.fast.first_above_s(ceiling_m)
    if met_s is None:
        return
    for drop in review.mission.drops:
        if drop.after_ms is not None and drop.after_ms / 1000.0 >= met_s:
            text = f"'{drop.name}' is due at {clock_text(drop.after_ms)}, and the ceiling, {ceiling_m} m, may be met at"
            section.look(f"{text} {clock_text(round(met_s) * 1000)}: that ends the flight and cancels it")
            return


def _landing(review: Review, section: Section) -> None:
    mission, slow = review.mission, review.slow
    if slow is None:
        return
    if slow.landed_s is None:
        if mission.cutdown is not None or (review.preparation.balloon and review.preparation.balloon.bursts):
            section.look(f"it may still be up at the end of the flight, {clock_text(mission.end_ms)}")
    elif slow.landed_s * 1000.0 > mission.end_ms:
        section.look(
            f"it may land as late as {clock_text(round(slow.landed_s) * 1000)}, after the end of the flight, "
            f"{clock_text(mission.end_ms)}: was more meant?"
        )


def _launch(review: Review, section: Section) -> None:
    """What is to go whatever happens, and yet hangs on sensors."""
    mission = review.mission
    sure = [drop for drop in mission.drops if drop.late == RELEASE and drop.patience_ms is not None]
    if not sure or not review.preparation.written:
        return
    if not mission.break_wire:
        names = ", ".join(f"'{drop.name}'" for drop in sure)
        section.look(f"{names}: to go at the latest whatever happens, and without a break wire launch hangs on sensors")
    for drop in sure:
        if drop.after_ms is None or not mission.blind_until_ms or drop.patience_ms is None:
            continue
        latest_ms = drop.after_ms + drop.patience_ms
        if not mission.blind_from_ms <= latest_ms < mission.blind_until_ms:
            section.look(
                f"'{drop.name}' is to go at {clock_text(latest_ms)} at the latest, outside of the blind window, "
                f"{clock_text(mission.blind_from_ms)} to {clock_text(mission.blind_until_ms)}: it then needs a known "
                "height"
            )
