"""A report: one page that needs nothing else, of everything that a log holds."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from firmware.protocol.mission_plan import Mission
from ground.exports.times import iso
from ground.flight import Flight, read_flight
from ground.formats.heard import ROW
from ground.formats.heard_track import HeardTrack
from ground.formats.words import way_words
from ground.picture import svg
from ground.picture.flight_record import FlightRecord, Origin
from ground.picture.page import figure, page, say, table
from ground.picture.way import Way
from ground.picture.words import clock, coordinates, height
from ground.report.chart import Series, chart
from ground.report.heard_drops import heard_drops
from ground.report.link_facts import other_facts, own_facts
from ground.report.log_facts import LogFacts, read_facts
from ground.report.never_heard import never_heard
from ground.report.records import other_record, own_record
from ground.report.tables import commands_table, drops_table, events_table, receivers_table, silences_table
from ground.track import Track

_SIMULATED = "report.json"  # which `samara fly` leaves beside the log of a flight that was none
_OTHERS_DRAWN = 12
_NAMED_VALUE = re.compile(r"(\w+) (-?\d+(?:\.\d+)?)(?: (\w+))?(?:,|$)", re.ASCII)
_NAMED_DRAWN = 4


class Report(NamedTuple):
    html: str
    sentences: list[str]  # title, verdict and what was wrong with the log, for a terminal


def make_report(path: Path, mission: Mission | None = None, name: str | None = None) -> Report:
    """Of a log folder, a raw.log or a flight.sqlite, also one that is being written. FlightError with a sentence."""
    flight = read_flight(path)
    facts = read_facts(path)
    origin = _origin(path)
    track = flight.track
    others = sorted((one for one in flight.payloads.tracks.values() if one.way.messages), key=lambda one: not one.flies)
    if track is not None:
        record, more, own = _own(flight, track, facts, mission, name or flight.name, origin)
    else:
        first, *others = others
        record, more = _other(flight, first, facts, name, mission)
        own = frozenset({"drops"})
    for at, other in enumerate([one for one in flight.tracks.values() if one is not track]):
        more += _second(flight, other, at, origin)
    more += _others(flight, others)
    if flight.damage:
        more += f"<section><h2>The log</h2><p>{say(flight.damage)}</p></section>"
    sentences = [record.title, record.verdict[1]]
    if flight.damage:
        sentences.append(flight.damage)
    return Report(page(record, more, _rules(), own), sentences)


def _own(
    flight: Flight, track: Track, facts: LogFacts, mission: Mission | None, name: str, origin: Origin
) -> tuple[FlightRecord, str, frozenset[str]]:
    launch_ns = None if track.launch_ms is None else flight.utc_ns(track, track.launch_ms)
    drops = heard_drops(track, mission, None if launch_ns is None else launch_ns / 1e9)
    record = own_record(flight, track, drops, mission, name, origin)
    way = Way(record)
    since_ns = flight.utc_ns(track, track.launch_ms or 0)
    fits = "" if mission is None else _mission_words(flight, track, mission)
    parts = [
        _section(
            "Drops",
            drops_table(drops, way)
            + "<p class=soft>Told is when it was heard; the pulse itself begins within a second of being told.</p>"
            + fits,
        ),
        _section("What happened", events_table(flight, track)),
        _section("Measured", _pairs(_own_charts(flight, track))),
        '<div class="pair">'
        + _section("The link", _facts(own_facts(flight, track, facts)))
        + _section("Silences", silences_table(_times(flight, track), since_ns))
        + "</div>",
        _section("Receivers", receivers_table(facts)),
        _section(
            "Commands and their answers", commands_table(flight, track, facts) or _nothing("None was sent or heard.")
        ),
        _section("Never heard", _list(never_heard(flight, track, drops, facts))),
    ]
    return record, "".join(parts), frozenset({"drops"})


def _other(
    flight: Flight, track: HeardTrack, facts: LogFacts, name: str | None, mission: Mission | None
) -> tuple[FlightRecord, str]:
    record, judged = other_record(flight, track, mission=mission)
    if name is not None:
        record = replace(record, title=name)
    way = track.way
    since_ns = way.start_ns + (judged.launch_ms or 0) * 1_000_000
    said = [
        "No telemetry of a Samara board was heard: launch and phases are judged by the heights, drops are unknown.",
    ]
    parts = [
        '<div class="pair">'
        + _section("What was heard", _facts(other_facts(track, way_words(track, flight.name_of))))
        + _section("Silences", silences_table((one.wall_ns for one in way.messages), since_ns))
        + "</div>",
        _section("Measured", _pairs(_other_charts(track, judged.launch_ms or 0, "main"))),
        _section("Receivers", receivers_table(facts)),
        _section("Suspect places", _suspects(track, judged.launch_ms or 0)),
        _section("Never heard", _list(said)),
    ]
    return record, "".join(parts)


def _second(flight: Flight, track: Track, at: int, origin: Origin) -> str:
    """Another flight of ours in the same log, or another start of the same."""
    record = own_record(flight, track, heard_drops(track, None, None), None, track.title, origin)
    drawn = f"<figure>{figure(record, f'own{at}-')}</figure>" if record.points else ""
    return _section(f"Also heard: {track.title}", f"<p>{say(record.verdict[1])}</p>{drawn}")


def _others(flight: Flight, others: list[HeardTrack]) -> str:
    parts = []
    for at, track in enumerate(others[:_OTHERS_DRAWN]):
        record, judged = other_record(flight, track)
        drawn = f"<figure>{figure(record, f'other{at}-')}</figure>" if record.points else ""
        said = _facts(other_facts(track, way_words(track, flight.name_of)))
        charts = _pairs(_other_charts(track, judged.launch_ms or 0, f"other{at}"))
        head = f"<p><span class=soft>{say(record.subtitle)}</span> {say(record.verdict[1])}</p>"
        parts.append(_section(f"Other payload: {record.title}", head + drawn + said + charts))
    if len(others) > _OTHERS_DRAWN:
        parts.append(_section("More payloads", _nothing(f"{len(others) - _OTHERS_DRAWN} more were heard.")))
    return "".join(parts)


def _own_charts(flight: Flight, track: Track) -> list[str]:
    start_ms = track.launch_ms or 0
    fixes = [one for one in flight.records if one.kind == "FIX" and (one.net, one.epoch) == (track.net, track.epoch)]

    def series(label: str, look: str, field: str, scale: float) -> Series:
        points = []
        for record in fixes:
            value = record.values[field]
            if value is not None:
                points.append(((record.mission_ms - start_ms) / 1000, value / scale))
        return Series(label, look, points)

    return [
        chart(
            "volts",
            "Cells",
            "V",
            [series("logic", "ascent", "logic_mv", 1000), series("cutters", "descent", "cutter_mv", 1000)],
        ),
        chart("inside", "Inside", "\N{DEGREE SIGN}C", [series("inside", "float", "inside_c", 1)]),
        chart("climb", "Climb", "m/s", [series("climb", "ascent", "vertical_cm_s", 100)]),
        chart("pressure", "Pressure", "hPa", [series("pressure", "descent", "pressure_pa", 100)]),
    ]


def _other_charts(track: HeardTrack, start_ms: int, prefix: str) -> list[str]:
    way = track.way
    timed = len(way.messages) > 1 and way.messages[-1].wall_ns > way.messages[0].wall_ns

    def series(label: str, look: str, field: str, scale: float) -> Series:
        points = []
        for row, message in enumerate(way.messages):
            value = getattr(message.heard, field)
            if value is not None:
                at_s = (message.wall_ns - way.start_ns) / 1e9 - start_ms / 1000 if timed else float(row)
                points.append((at_s, value / scale))
        return Series(label, look, points)

    rows = "" if timed else ", by row, as no time is known"
    drawn = [
        chart(f"{prefix}-volts", f"Battery{rows}", "V", [series("it", "ascent", "battery_mv", 1000)], timed),
        chart(
            f"{prefix}-celsius",
            f"Temperature{rows}",
            "\N{DEGREE SIGN}C",
            [series("it", "float", "temperature_c", 1)],
            timed,
        ),
        chart(f"{prefix}-pressure", f"Pressure{rows}", "hPa", [series("it", "descent", "pressure_pa", 100)], timed),
        chart(
            f"{prefix}-climb", f"Climb by its own word{rows}", "m/s", [series("it", "ascent", "climb_cm_s", 100)], timed
        ),
    ]
    if not way.positions:
        for name, unit, points in _named_values(track):
            drawn.append(chart(f"{prefix}-{name}", f"{name}{rows}", unit, [Series(name, "descent", points)], timed))
    return drawn


def _named_values(track: HeardTrack) -> list[tuple[str, str, list[tuple[float, float]]]]:
    """(name, unit, values by row) of columns that have no field of their own."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row, message in enumerate(track.way.messages):
        if message.heard.kind == ROW:
            for name, value, unit in _NAMED_VALUE.findall(message.heard.extra):
                found.setdefault((name, unit), []).append((float(row), float(value)))
    return [(name, unit, points) for (name, unit), points in list(found.items())[:_NAMED_DRAWN]]


def _suspects(track: HeardTrack, start_ms: int) -> str:
    rows = [
        (
            clock((place.mission_ms - start_ms) / 1000),
            iso(track.way.start_ns + place.mission_ms * 1_000_000)[11:19],
            "unknown" if place.altitude_m is None else height(place.altitude_m),
            f"<code>{coordinates(place.latitude_e7 / 1e7, place.longitude_e7 / 1e7)}</code>",
        )
        for place in track.way.suspects
    ]
    if not rows:
        return ""
    return table((("time", "number"), ("UTC", "number"), ("altitude", "number"), ("where", "fixed")), rows)


def _mission_words(flight: Flight, track: Track, mission: Mission) -> str:
    metas = [one for one in flight.records if one.kind == "META" and one.net == track.net]
    told = next((one.values["mission_hash"] for one in reversed(metas) if one.values["mission_hash"]), None)
    wanted = int.from_bytes(mission.hash[:4], "little")
    if told is None:
        said = "Whether it flew the given mission is unknown: it never told the mission's hash."
    elif told == wanted:
        said = "It flew the mission that was given: the hashes are the same."
    else:
        said = (
            f"It flew another mission than the one given ({told:08x}, not {wanted:08x}): names and times may be wrong."
        )
    return f"<p>{say(said)}</p>"


def _origin(path: Path) -> Origin:
    folder = path if path.is_dir() else path.parent
    try:
        told = json.loads((folder / _SIMULATED).read_text())
    except (OSError, ValueError):
        return "flown"
    return "simulated" if isinstance(told, dict) and "scenario" in told else "flown"


def _times(flight: Flight, track: Track) -> Iterable[int]:
    """By the payload's clock, set by the laptop's: a modem or a simulation may bend our own."""
    mine = (one for one in flight.records if (one.net, one.epoch) == (track.net, track.epoch))
    return (flight.utc_ns(track, one.mission_ms) for one in mine)


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{say(title)}</h2>{inside}</section>" if inside else ""


def _nothing(text: str) -> str:
    return f"<p class=soft>{say(text)}</p>"


def _facts(facts: list[tuple[str, str]]) -> str:
    return (
        "<dl>" + "".join(f"<div><dt>{say(label)}</dt><dd>{say(value)}</dd></div>" for label, value in facts) + "</dl>"
    )


def _list(lines: list[str]) -> str:
    if not lines:
        return _nothing("Nothing that one would miss.")
    return "<ul>" + "".join(f"<li>{say(line)}</li>" for line in lines) + "</ul>"


def _pairs(charts: list[str]) -> str:
    drawn = "".join(f"<div>{one}</div>" for one in charts if one)
    return f'<div class="pair charts">{drawn}</div>' if drawn else ""


def _rules() -> str:
    def paints(colours: svg.Colours) -> str:
        return (
            (
                f".area.out{{stroke:{colours.bad};fill:{colours.bad}}}.area.in{{stroke:{colours.good}}}"
                f".graticule{{stroke:{colours.base}}}"
            )
            .replace(".area", ".samara-flight .area")
            .replace(".graticule", ".samara-flight .graticule")
        )

    return (
        ".samara-flight .area{stroke-width:1.4px;stroke-dasharray:6 3}.samara-flight .area.out{fill-opacity:.08}"
        ".samara-flight .graticule{stroke-width:1px;stroke-dasharray:1 4}"
        ".samara-flight .way.thin{stroke-width:1.6px}.charts svg{margin:0 0 18px}"
        ".charts{grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr))}ul{margin:0;padding-left:20px}"
        f"{paints(svg.DAY)}@media screen and (prefers-color-scheme:dark){{{paints(svg.NIGHT)}}}"
    )
