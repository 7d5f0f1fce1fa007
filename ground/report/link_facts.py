"""How well the link carried a flight, in pairs of label and words."""

from bisect import bisect_left

from firmware.protocol import words
from ground.flight import Flight
from ground.formats.heard_track import HeardTrack
from ground.lamps import duration
from ground.receiver import Record
from ground.report.log_facts import LogFacts
from ground.track import Position, Track

_PROFILES = {row[0]: row[1] for row in words.PROFILES}
_KNOWN_S = 5.0  # a moment is known when a place of so many seconds around it is


def own_facts(flight: Flight, track: Track, facts: LogFacts) -> list[tuple[str, str]]:
    """Of a flight of ours."""
    records = [one for one in flight.records if (one.net, one.epoch) == (track.net, track.epoch)]
    net = facts.receiver.nets.get(track.net)
    said = [("frames heard", f"{len(records):,}, each counted once")]
    if net is not None:
        whole = len(net.heard) + net.missing
        part = f" ({net.missing / whole:.1%} of those it sent while it was heard)" if whole else ""
        said.append(("frames missing", f"{net.missing:,}{part}"))
        said.append(("heard again", f"{net.repeated:,} frames"))
    receiver = facts.receiver
    if receiver.streams:
        damaged = f"{receiver.frames_bad:,}"
        discarded = max(0, receiver.bytes_discarded - sum(facts.payloads.bytes_used(one) for one in receiver.streams))
        said.append(("damaged", f"{damaged} frames, {discarded:,} bytes that were part of none"))
        if receiver.frames_other_version:
            said.append(("of another version", f"{receiver.frames_other_version:,} frames"))
    said.extend(_places(track))
    said.extend(_payload_side(records))
    if facts.sent:
        said.append(
            ("sent from here", f"{len(facts.sent):,} frames, {sum(len(one.data) for one in facts.sent):,} bytes")
        )
    return said


def other_facts(track: HeardTrack, said: list[str]) -> list[tuple[str, str]]:
    """Of another payload. said: its way in words."""
    numbers = sorted({one.heard.number for one in track.way.messages if one.heard.number is not None})
    found = [("heard", said[0])] if said else []
    found.extend(("", line) for line in said[1:])
    if len(numbers) > 10 and numbers[-1] - numbers[0] < 10 * len(numbers):
        missing = numbers[-1] - numbers[0] + 1 - len(numbers)
        found.append(("missing", f"{missing:,} messages, by its own counter"))
    else:
        found.append(("missing", "unknown: it does not count its messages"))
    return found


def known_part(positions: list[Position], begin_ms: int, end_ms: int) -> float | None:
    """Which part of a time has a place within 5 s; None of no time."""
    seconds = range(begin_ms // 1000, end_ms // 1000 + 1)
    if end_ms <= begin_ms or not positions:
        return None
    times = [place.mission_ms for place in positions]
    known = 0
    for second in seconds:
        at = bisect_left(times, second * 1000)
        known += any(
            abs(times[near] - second * 1000) <= _KNOWN_S * 1000 for near in (at - 1, at) if 0 <= near < len(times)
        )
    return known / len(seconds)


def _places(track: Track) -> list[tuple[str, str]]:
    alone = [place for place in track.positions if not place.told_later]
    later = len(track.positions) - len(alone)
    said = [("places heard", f"{len(alone):,} by their own report, {later:,} told by a later one")]
    begin_ms = track.launch_ms
    landed_ms = next((change.mission_ms for change in track.phases if change.name == "landed"), track.mission_ms)
    if begin_ms is not None and landed_ms is not None:
        first, both = (known_part(some, begin_ms, landed_ms) for some in (alone, track.positions))
        if first is not None and both is not None:
            said.append(
                (
                    "of the time aloft",
                    f"a place within 5 s is known of {first:.1%}, of {both:.1%} with those told later",
                )
            )
    if track.suspects:
        said.append(("suspect places", f"{len(track.suspects):,}, not to be reached from those around: left out"))
    return said


def _payload_side(records: list[Record]) -> list[tuple[str, str]]:
    metas = [record.values for record in records if record.kind == "META"]
    if not metas:
        return [("by its own count", "unknown: no META frame was heard")]
    last = metas[-1]
    profile = last["profile"]
    said = [("radio profile", "unknown" if profile is None else _PROFILES.get(profile, f"profile {profile}"))]
    heard, bad = last["commands_heard"] or 0, last["tags_bad"] or 0
    keyed = "" if last["key_id"] else "; it has no key, so it obeys nobody"
    said.append(("commands it heard", f"{heard} with a good tag, {bad} with a bad one{keyed}"))
    age_s = last["uplink_age_s"]
    if age_s is not None:
        said.append(("the last of them", f"{duration(float(age_s))} before its newest META, about"))
    said.append(
        ("faults it counted", f"{last['faults_counted']}, passes of its loop that began late: {last['overruns']}")
    )
    return said
