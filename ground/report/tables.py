"""The tables of a report: drops with their evidence, events, receivers, silences, commands and their answers."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from firmware.protocol import words
from ground.exports.times import iso
from ground.flight import Flight
from ground.lamps import duration
from ground.picture.page import copyable, say, table
from ground.picture.way import Way
from ground.picture.words import MISSING, clock, height, look, outcome
from ground.receiver import Record
from ground.report.heard_drops import HeardDrop
from ground.report.log_facts import LogFacts, note_words, silences
from ground.track import Track

_COMMAND_NAMES = {row[0]: row[1] for row in words.COMMANDS}
_RESULTS = {row[0]: (row[1], row[2]) for row in words.COMMAND_RESULTS}
_SILENCE_S = 15.0
_SILENCE_STEPS = 4  # shorter than so many usual ones is none
_SILENCES_SHOWN = 8
_SAME_ANSWER_NS = 30_000_000_000


def drops_table(drops: Sequence[HeardDrop], way: Way) -> str:
    """Each occasion, with what speaks for its outcome."""
    if not drops:
        return "<p class=soft>No drop is known of: nothing was heard of one, and no mission was given.</p>"
    rows = []
    for one in drops:
        drop = one.picture
        place = way.drop_place(drop) if drop.fired_s is not None else None
        kind = look(drop, way.last_s)
        sign = {"good": "&#10003; ", "bad": "&#10007; "}.get(kind, "")
        rows.append(
            (
                say(drop.title),
                MISSING if drop.due_s is None else clock(drop.due_s),
                MISSING if one.pulse_s is None else clock(one.pulse_s),
                MISSING if drop.over_s is None else clock(drop.over_s),
                f'<span class="{kind}">{sign}{say(outcome(drop, way.last_s))}</span>',
                MISSING if one.attempts is None else str(one.attempts),
                MISSING if place is None else height(place.altitude_m),
                MISSING if place is None else copyable(place.latitude, place.longitude),
                say("; ".join(one.evidence)) or MISSING,
            )
        )
    columns = (
        ("drop", "fixed"), ("due", "number"), ("pulse told", "number"), ("end told", "number"), ("outcome", "fixed"),
        ("pulses", "number"), ("altitude", "number"), ("where", "fixed"), ("what speaks for it", ""),
    )  # fmt: skip
    return table(columns, rows, "cards")


def events_table(flight: Flight, track: Track) -> str:
    """What happened, with times since launch."""
    start_ms = track.launch_ms or 0
    rows = [
        (
            clock((event.mission_ms - start_ms) / 1000),
            iso(flight.utc_ns(track, event.mission_ms))[11:19],
            say(event.text),
        )
        for event in track.events
    ]
    if not rows:
        return "<p class=soft>No event was heard.</p>"
    return table((("time", "number"), ("UTC", "number"), ("what happened", "")), rows)


def receivers_table(facts: LogFacts) -> str:
    """What each receiver heard."""
    ours = facts.receiver.frames > 0
    rows = []
    for number, stream in sorted(facts.receiver.streams.items()):
        others = sum(track.counts.get(number, 0) for track in facts.payloads.tracks.values())
        nothing = max(0, stream.bytes_discarded - facts.payloads.bytes_used(number))
        counts = (stream.frames, stream.frames - stream.repeated, stream.damaged + stream.misfits)
        row = [facts.names.get(number, f"receiver {number + 1}"), f"{stream.bytes:,}"]
        row.extend(f"{count:,}" for count in counts if ours)
        rows.append([say(cell) for cell in (*row, f"{others:,}", f"{nothing:,}")])
    columns = [("receiver", ""), ("bytes", "number")]
    if ours:
        columns += [("frames", "number"), ("first to have it", "number"), ("damaged", "number")]
    columns += [("messages of others", "number"), ("bytes that said nothing", "number")]
    return table(columns, rows, "cards") if rows else ""


def silences_table(times_ns: Iterable[int], since_ns: int) -> str:
    """The longest times in which nothing was heard."""
    times = sorted(times_ns)
    steps = sorted((after - before) / 1e9 for before, after in pairwise(times))
    found = silences(times, max(_SILENCE_S, _SILENCE_STEPS * steps[len(steps) // 2] if steps else 0.0))
    if not found:
        return "<p class=soft>No silence worth a line.</p>"
    shown = sorted(found[:_SILENCES_SHOWN])
    rows = [(clock((at_ns - since_ns) / 1e9), iso(at_ns)[11:19], duration(seconds)) for at_ns, seconds in shown]
    count = "One silence" if len(found) == 1 else f"{len(found)} silences"
    head = f"<p class=soft>{count}, {duration(sum(one[1] for one in found))} altogether"
    more = "" if len(found) <= len(shown) else f"; the {len(shown)} longest are shown"
    return f"{head}{more}.</p>" + table((("from", "number"), ("UTC", "number"), ("lasted", "number")), rows)


def commands_table(flight: Flight, track: Track, facts: LogFacts) -> str:
    """What was said to the payload and about it, and what it answered; nothing where there was nothing.

    Answers have the payload's time, what the crew did has the laptop's.
    """
    since_ns = flight.utc_ns(track, track.launch_ms or 0)
    said: list[tuple[int, str, str]] = [(note.wall_ns, "crew", note_words(note)) for note in facts.notes]
    newest: dict[tuple[object, ...], int] = {}
    for record in facts.answers:
        if (record.net, record.epoch) != (track.net, track.epoch):
            continue
        at_ns = flight.utc_ns(track, record.mission_ms)
        answer = answer_words(record)
        key = (record.kind, answer)
        if at_ns - newest.get(key, -_SAME_ANSWER_NS) >= _SAME_ANSWER_NS:
            said.append((at_ns, "payload", answer))
        newest[key] = at_ns
    if not said:
        return ""
    said.sort(key=lambda one: one[0])
    rows = [(clock((at_ns - since_ns) / 1e9), iso(at_ns)[11:19], who, say(what)) for at_ns, who, what in said]
    return table((("time", "number"), ("UTC", "number"), ("who", ""), ("what was said", "")), rows)


def answer_words(record: Record) -> str:
    """An ACK or a CHAL for a person."""
    values = record.values
    op = values["op"] or 0
    name = _COMMAND_NAMES.get(op, f"command {op}")
    if record.kind == "CHAL":
        return f"asks for the second step of {name} (counter {values['counter']})"
    result, means = _RESULTS.get(values["result"] or 0, (f"result {values['result']}", "unknown to this ground"))
    return f"{name}: {result.replace('_', ' ')}, {means} (counter {values['counter']})"
