"""The channels: shared, unused, wanted twice at once, or the only way to what must go."""

from __future__ import annotations

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import BURN_WIRE, Drop, Mission
from ground.mission_review import Review, Section


def look(review: Review) -> Section:
    """What may be meant, and deserves a second look all the same."""
    section = Section("channels")
    mission = review.mission
    _shared(mission, section)
    _at_once(mission, section)
    ends = None if mission.cutdown is None else mission.cutdown.channel
    used = {drop.channel for drop in mission.drops} | ({ends} if ends is not None else set())
    used |= {mission.channels[index].same_load for index in used}
    for index, channel in enumerate(mission.channels):
        if index not in used:
            section.look(f"channel '{channel.name}' has no drop")
    if not mission.drops:
        section.look("there is no drop: this flight will let nothing go")
    return section


def _shared(mission: Mission, section: Section) -> None:
    first: dict[int, Drop] = {}
    over = {channel.same_load: channel for channel in mission.channels if channel.same_load is not None}
    for drop in mission.drops:
        channel = mission.channels[drop.channel]
        if channel.kind == BURN_WIRE and drop.channel in first:
            section.look(
                f"'{first[drop.channel].name}' and '{drop.name}' share channel '{channel.name}': a burn wire cuts "
                "once, unless each load has its own part of it"
            )
        if channel.kind == BURN_WIRE and drop.count > 1:
            section.look(
                f"'{drop.name}' is repeated on channel '{channel.name}': a burn wire cuts once, "
                "unless each load has its own part of it"
            )
        if drop.channel in over:
            section.look(
                f"channel '{channel.name}' holds the same load as '{over[drop.channel].name}': with '{drop.name}' "
                "on it as well, one of them finds nothing left"
            )
        first.setdefault(drop.channel, drop)


def _occasions(drop: Drop) -> list[int]:
    return [drop.after_ms + place * drop.every_ms for place in range(drop.count)] if drop.after_ms is not None else []


def _at_once(mission: Mission, section: Section) -> None:
    """One channel fires at a time: what is due while another may still be firing comes late."""
    begins = sorted((at_ms, place) for place, drop in enumerate(mission.drops) for at_ms in _occasions(drop))
    busy_until_ms, busy = 0, -1
    said: set[tuple[int, int]] = set()
    for at_ms, place in begins:
        drop = mission.drops[place]
        if at_ms < busy_until_ms and (busy, place) not in said:
            said.add((busy, place))
            before = mission.drops[busy]
            if busy == place:
                section.look(
                    f"'{drop.name}' is repeated every {rules.seconds_text(drop.every_ms)}, and one occasion with all "
                    f"its attempts may take {rules.seconds_text(rules.all_busy_ms(mission, drop.channel))}"
                )
            else:
                section.look(
                    f"'{drop.name}' is due at {rules.clock_text(at_ms)} while '{before.name}' may still be firing, "
                    f"until {rules.clock_text(busy_until_ms)}: one channel fires at a time, so it may come late"
                )
        until_ms = at_ms + rules.all_busy_ms(mission, drop.channel)
        if until_ms > busy_until_ms:
            busy_until_ms, busy = until_ms, place
