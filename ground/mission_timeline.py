"""A mission in words: what happens when, and what deserves a second look."""

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import Mission


def warnings(mission: Mission) -> list[str]:
    """What may be meant, and deserves a second look all the same."""
    found = []
    used: dict[int, str] = {}
    busy_until_ms, busy_name = 0, ""
    for drop in mission.drops:
        channel = mission.channels[drop.channel]
        if drop.channel in used:
            found.append(
                f"'{used[drop.channel]}' and '{drop.name}' share channel '{channel.name}': a burn wire cuts once, "
                "unless each load has its own part of it"
            )
        if drop.after_ms < busy_until_ms:
            found.append(
                f"'{drop.name}' is due at {rules.clock_text(drop.after_ms)} while '{busy_name}' may still be firing, "
                f"until {rules.clock_text(busy_until_ms)}: one channel fires at a time, so it may come late"
            )
        used[drop.channel] = drop.name
        until_ms = drop.after_ms + rules.busy_ms(channel)
        if until_ms > busy_until_ms:
            busy_until_ms, busy_name = until_ms, drop.name
    for index, channel in enumerate(mission.channels):
        if index not in used:
            found.append(f"channel '{channel.name}' has no drop")
    if not mission.drops:
        found.append("there is no drop: this flight will let nothing go")
    return found


def timeline(mission: Mission) -> list[tuple[int, str]]:
    """(milliseconds after launch, sentence), in order, of everything the mission plans."""
    entries: list[tuple[int, str]] = [(mission.not_before_ms, "nothing fires before this")]
    for drop in mission.drops:
        channel = mission.channels[drop.channel]
        kind = channel.kind.replace("_", " ")
        text = f"'{drop.name}' on channel {channel.name}, {kind} {channel.output}, "
        text += f"{rules.seconds_text(channel.pulse_ms)} pulse"
        if channel.attempts > 1:
            text += f", up to {channel.attempts} attempts"
        entries.append((drop.after_ms, text))
    entries.append((mission.end_ms, "end of the flight: nothing fires any more"))
    return sorted(entries, key=lambda entry: entry[0])
