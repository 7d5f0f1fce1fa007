"""The live view in a terminal: the station at a glance. Only draws; knows nothing that the station does not."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from firmware.protocol import drops, phases, telemetry, words
from ground.altitude_profile import profile
from ground.big_digits import big
from ground.drop_track import Drop
from ground.exports.times import degrees, iso
from ground.flight_words import backup_state_name, clock, readiness_advice, reason_texts
from ground.formats.words import height as height_of
from ground.formats.words import title, where, who
from ground.lamps import Lamps, duration, look, look_at
from ground.station import Station
from ground.track import Track

_PHASE_STYLES = {
    phases.GROUND: "white",
    phases.ASCENT: "bold cyan",
    phases.FLOAT: "bold blue",
    phases.DESCENT: "bold yellow",
    phases.LANDED: "bold green",
}
_DROP_STYLES = {
    drops.WAITING: "dim",
    drops.DUE: "bold yellow",
    drops.FIRING: "bold red",
    drops.FIRED: "bold yellow",
    drops.CONFIRMED: "bold green",
    drops.UNCONFIRMED: "yellow",
    drops.FAILED: "bold red",
}
_BACKUP_TEXTS = {number: text for number, _, text in words.BACKUP_STATES}
_BACKUP_STYLES = {
    drops.BACKUP_SILENT: "dim",
    drops.BACKUP_SAFE: "yellow",
    drops.BACKUP_READY: "green",
    drops.BACKUP_RUNNING: "green",
}
_PROFILE_NAMES = {number: name for number, name, _ in words.PROFILES}
_CAUSE_TEXTS = {number: text for number, _, text in words.CUTDOWN_CAUSES}
_PROFILE_ROWS = 5
_NARROW = 60  # characters; big digits and the words beside them need as much
_EVENTS_SHOWN = 3
_PAYLOADS_SHOWN = 5
_NEWS_SHOWN = 4
_WAY_LOOKED_AT = 600  # places
_OLD_S = 60.0  # of another payload, which may well speak once in 30 s
# Events whose newest content has a row of its own.
_SAID_ABOVE = (telemetry.REASONS_CHANGED, telemetry.READINESS)
_UNKNOWN = Text("unknown", style="dim")
# u-blox numbers: airborne below 1, 2 and 4 g.
_AIRBORNE_MODELS = (6, 7, 8)


def render(station: Station, width: int = 100, news: Sequence[tuple[int, str]] = ()) -> RenderableType:
    """A picture of this moment, for rich. width: of the terminal, in characters; news: (wall_ns, text) of commands."""
    with station.lock:
        lamps = look(station)
        now_ns = station.now_ns
        track = station.track
        parts: list[RenderableType] = [_lamp_line(lamps)]
        if lamps.advice:
            parts.append(Text(lamps.advice, style="yellow"))
        for trouble in (station.log_trouble, station.failure):
            if trouble:
                parts.append(Text(trouble, style="bold red"))
        if len(station.sources) > 1:
            parts.append(_receivers(station, lamps.advice))
        parts.append(Text())
        if track is None:
            parts.append(Text("No frame heard yet.", style="dim"))
        else:
            parts.extend(_flight(track, now_ns, max(20, min(width - 4, 116))))
        if station.payloads.latest:
            parts.append(Text())
            parts.append(_others(station, now_ns))
            if track is None:
                parts.extend(_other_way(station, max(20, min(width - 4, 116))))
        if news:
            parts.append(Text())
        for wall_ns, said in news[-_NEWS_SHOWN:]:
            parts.append(Text.assemble((f"{iso(wall_ns)[11:19]}  ", "dim"), said))
        parts.append(Text())
        parts.append(_counts(station))
    title = f"Samara  {'' if track is None else track.title}".rstrip()
    return Panel(Group(*parts), title=Text(title), title_align="left", border_style="dim", padding=(0, 1))


def line(station: Station) -> str:
    """The same in one line, for a log or a pipe."""
    with station.lock:
        lamps = look(station)
        now_ns = station.now_ns
        track = station.track
        others = _others_words(station, now_ns)
        if track is None:
            return "  ".join([lamps.advice or "waiting", *others])
        height = track.value("altitude_m")
        said = [
            f"T {_flight_time(track)}",
            track.phase_name or "phase unknown",
            "altitude unknown" if height is None else f"{height} m",
            _climb_words(track),
            _position_words(track),
        ]
        due_s = track.next_drop_s(now_ns)
        if due_s is not None:
            said.append(f"next drop in {clock(due_s * 1000)}")
        said.extend(f"{drop.name} {drop.word}" for drop in track.drops_known())
        for held in track.held():
            said.extend(f"{held.name} held by: {text}" for text in reason_texts(held.reasons or 0))
        said.extend(word.upper() for word in ("safe", "hold") if track.value(word))
        said.append(f"{station.receiver.frames} frames, {station.receiver.frames_missing} missing")
        if len(station.sources) > 1:
            hearing = [look_at(station, source).lamps[-1].lit for source in station.sources.values()]
            said.append(f"{sum(map(bool, hearing))} of {len(hearing)} receivers hear it")
        said.extend(others)
        if lamps.advice:
            said.append(lamps.advice)
    return "  ".join(said)


def _lamp_line(lamps: Lamps) -> Text:
    text = Text()
    for lamp in lamps.lamps:
        style = "green" if lamp.lit else "dim" if lamp.lit is None else "bold red"
        text.append("● " if lamp.lit else "○ ", style=style)
        text.append(lamp.name)
        if lamp.age_s is not None:
            text.append(f" {duration(lamp.age_s)}", style="dim")
        text.append("   ")
    return text


def _receivers(station: Station, said: str | None) -> Table:
    """A line for each: its lamps, what it had, and what is wrong with its port unless that has been said."""
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for number, source in sorted(station.sources.items()):
        lamps = look_at(station, source)
        stream = station.receiver.streams.get(number)
        counts = Text(style="dim")
        if stream is not None:
            counts.append(f"{stream.frames:,} frames   {stream.frames - stream.repeated:,} unique")
            if stream.damaged:
                counts.append(f"   {stream.damaged:,} damaged")
        if lamps.advice and lamps.advice != said:
            counts.append(f"{'   ' if counts else ''}{lamps.advice}", style="not dim yellow")
        table.add_row(Text(f"{number + 1}", style="dim"), Text(station.name_of(number)), _lamp_line(lamps), counts)
    return table


def _others(station: Station, now_ns: int) -> Table:
    """Other payloads, the one heard last first."""
    table = Table.grid(padding=(0, 2))
    for heard in list(station.payloads.latest.values())[::-1][:_PAYLOADS_SHOWN]:
        age_s = max(0.0, (now_ns - heard.monotonic_ns) / 1e9)
        place = Text(where(heard), style="" if age_s < _OLD_S else "dim")
        place.append(f"  {duration(age_s)} ago", style="dim")
        table.add_row(Text(who(heard, station.name_of), style="bold"), Text(heard.kind, style="dim"), place)
    return table


def _other_way(station: Station, width: int) -> list[RenderableType]:
    """Of the payload that flies, where one does: its way, as of ours."""
    flying = [one for one in station.payloads.tracks.values() if one.flies and len(one.drawn_way.positions) > 1]
    if not flying:
        return []
    one = max(flying, key=lambda track: len(track.heard))
    apex = one.drawn_way.apex
    way = Text("\n".join(profile(one.drawn_way.positions, width, _PROFILE_ROWS)), style="cyan", no_wrap=True)
    highest = "" if apex is None else f"highest {apex.altitude_m:,} m   "
    suspect = f"   {len(one.drawn_way.suspects)} places suspect" if one.drawn_way.suspects else ""
    said = f"{highest}{len(one.drawn_way.positions):,} places of {title(one, station.name_of)}{suspect}"
    return [Text(), way, Text(said, style="dim")]


def _others_words(station: Station, now_ns: int) -> list[str]:
    return [
        f"{who(heard, station.name_of)} {height_of(heard)} "
        f"{duration(max(0.0, (now_ns - heard.monotonic_ns) / 1e9))} ago"
        for heard in list(station.payloads.latest.values())[::-1][:_PAYLOADS_SHOWN]
    ]


def _flight(track: Track, now_ns: int, width: int) -> list[RenderableType]:
    height = track.last_known("altitude_m", now_ns)
    now_known = track.value("altitude_m") is not None
    beside = Text(no_wrap=True)
    beside.append(_climb_words(track))
    beside.append("   ")
    phase = track.phase
    if phase is not None:
        beside.append((track.phase_name or "").upper(), style=_PHASE_STYLES.get(phase, "bold"))
    beside.append(f"\nT {_flight_time(track)}\n")
    if height is None:
        beside.append("altitude unknown", style="yellow")
    elif not now_known:
        beside.append(f"altitude of {duration(height[1])} ago", style="yellow")
    elif track.apex is not None and phase in (phases.DESCENT, phases.LANDED):
        beside.append(f"highest {track.apex.altitude_m:,} m", style="dim")
    head = Table.grid(padding=(0, 3))
    if height is None:
        head.add_row(beside)
    elif width < _NARROW:
        # Big digits that are cut off would be another number.
        plain = Text(f"{height[0]:,} m", style="bold" if now_known else "dim")
        head.add_row(Text("\n").join([plain, beside]))
    else:
        digits = big(f"{height[0]:,}".replace(",", " "))
        digits[-1] += " m"
        head.add_row(Text("\n".join(digits), style="bold" if now_known else "dim", no_wrap=True), beside)

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1)
    table.add_row("position", _position(track, now_ns))
    said = _crew(track)
    if said is not None:
        table.add_row("crew", said)
    ready = _ready(track)
    if ready is not None:
        table.add_row("ready", ready)
    table.add_row("next drop", _next_drop(track, now_ns))
    table.add_row("drops", _drops(track))
    table.add_row("held by", _held(track))
    if track.cutdown.heard_of:
        table.add_row("cutdown", _cutdown(track))
    table.add_row("backup", _backup(track))
    table.add_row("power", _quantities(track, (("logic", "logic_mv", 1000, "V"), ("cutter", "cutter_mv", 1000, "V"))))
    table.add_row("air", _quantities(track, (("pressure", "pressure_pa", 100, "hPa"), ("inside", "inside_c", 1, "°C"))))
    link = _link(track, now_ns)
    if link is not None:
        table.add_row("link", link)
    for event in [event for event in track.events[-99:] if event.code not in _SAID_ABOVE][-_EVENTS_SHOWN:]:
        table.add_row(clock(event.mission_ms), Text(event.text))
    way = Text("\n".join(profile(track.positions, width, _PROFILE_ROWS)), style="cyan", no_wrap=True)
    return [head, Text(), way, table]


def _flight_time(track: Track) -> str:
    now_ms = track.mission_ms or 0
    if track.launch_ms is None:
        return f"{clock(now_ms)} since start"
    return f"+{clock(now_ms - track.launch_ms)}"


def _climb_words(track: Track) -> str:
    climb = track.climb_cm_s()
    if climb is None:
        return "rate unknown"
    arrow = "↑" if climb > 30 else "↓" if climb < -30 else "→"
    return f"{arrow} {abs(climb) / 100:.1f} m/s"


def _position_words(track: Track) -> str:
    latitude, longitude = track.value("latitude_e7"), track.value("longitude_e7")
    if latitude is None or longitude is None:
        return "position unknown"
    return f"{degrees(latitude)}, {degrees(longitude)}"


def _position(track: Track, now_ns: int) -> Text:
    latitude, longitude = track.last_known("latitude_e7", now_ns), track.last_known("longitude_e7", now_ns)
    if latitude is None or longitude is None:
        return _UNKNOWN
    record = track.known["latitude_e7"]
    age_s = latitude[1] + (record.values["gps_age_s"] or 0)
    old = age_s > 15
    text = Text(f"{degrees(latitude[0])}, {degrees(longitude[0])}", style="bold yellow" if old else "bold")
    text.append(f"  {duration(age_s)} ago", style="yellow" if old else "dim")
    satellites, course, speed = (track.value(name) for name in ("satellites", "course_cdeg", "ground_speed_cm_s"))
    if satellites is not None:
        text.append(f"  {satellites} satellites", style="dim")
    model = track.value("dynamic_model")
    if model is not None and model not in _AIRBORNE_MODELS:
        text.append(f"  GPS model {model} is not airborne: no fix above 12 km", style="bold red")
    suspect = track.newest_event(telemetry.POSITION_SUSPECT)
    if suspect is not None and suspect.subject:
        text.append("  it contradicts itself: not trusted", style="bold red")
    if course is not None and speed is not None:
        text.append(f"  {speed / 100:.1f} m/s towards {course / 100:.0f}°", style="dim")
    return text


def _next_drop(track: Track, now_ns: int) -> Text:
    due_s = track.next_drop_s(now_ns)
    if due_s is None:
        over = track.drops_known() and all(drop.is_over for drop in track.drops_known())
        return Text("none left", style="dim") if over else _UNKNOWN
    focus = {} if track.focus is None else track.focus.values
    index = focus.get("drop")
    over = index is None or focus.get("drop_state") in drops.FINAL_STATES
    name = "" if over else f"{track.drops[index or 0].name} "
    return Text(f"{name}in {clock(due_s * 1000)}", style="bold yellow" if due_s < 60 else "bold")


def _crew(track: Track) -> Text | None:
    """What the crew said and has not taken back."""
    text = Text(style="bold red")
    if track.value("safe"):
        text.append("SAFE: nothing is let go")
    if track.value("hold"):
        left_s = track.hold_left_s()
        text.append("   " if text else "")
        text.append("HOLD" if left_s is None else f"HOLD for {clock(left_s * 1000)} more")
    return text or None


def _ready(track: Track) -> Text | None:
    """On the pad: GO or NO GO, and what to do."""
    event = track.newest_event(telemetry.READINESS)
    if event is None or track.launch_ms is not None or track.phase not in (None, phases.GROUND):
        return None
    text = Text("GO" if event.subject else "NO GO", style="bold green" if event.subject else "bold red")
    for advice in readiness_advice(event.argument or 0):
        text.append(f"\n{advice}", style="not bold yellow")
    return text


def _drops(track: Track) -> Text:
    known = [drop for drop in track.drops_known() if drop is not track.cutdown]
    if not known:
        return _UNKNOWN if track.drop_total is None else Text("the mission has none", style="dim")
    text = Text()
    for drop in known:
        text.append(f"{drop.index + 1} ", style="dim")
        text.append_text(_state(drop))
        text.append("   ")
    return text


def _state(drop: Drop) -> Text:
    text = Text(drop.word.replace("_", " "), style="" if drop.state is None else _DROP_STYLES.get(drop.state, "bold"))
    if drop.step:
        text.append(f" ({drop.step} over)", style="not bold dim")
    if drop.wire_parted and not drop.is_over:
        text.append(" wire open", style="bold red")
    return text


def _held(track: Track) -> Text:
    if track.fix is None:
        return _UNKNOWN
    held = track.held()
    if not held:
        return Text("nothing", style="dim")
    text = Text()
    for drop in held:
        text.append("\n" if text else "")
        text.append(f"{drop.name}  ", style="dim")
        text.append("; ".join(reason_texts(drop.reasons or 0)) or "it does not say by what", style="yellow")
    return text


def _cutdown(track: Track) -> Text:
    text = _state(track.cutdown)
    event = track.newest_event(telemetry.CUTDOWN_DUE)
    if event is not None and track.cutdown.state != drops.WAITING:
        text.append(f"  {_CAUSE_TEXTS.get(event.subject, f'cause {event.subject}')}", style="not bold dim")
    return text


def _backup(track: Track) -> Text:
    state = track.value("backup_state")
    if state is None:
        return _UNKNOWN
    text = Text(backup_state_name(state), style=_BACKUP_STYLES.get(state, "bold red"))
    text.append(f"  {_BACKUP_TEXTS.get(state, 'unknown to this ground')}", style="not bold dim")
    return text


def _quantities(track: Track, rows: tuple[tuple[str, str, int, str], ...]) -> Text:
    text = Text()
    for label, field, scale, unit in rows:
        value = track.value(field)
        text.append(f"{label} ", style="dim")
        if value is None:
            text.append("unknown", style="dim")
        else:
            digits = 2 if unit == "V" else 1 if unit == "hPa" else 0
            text.append(f"{value / scale:.{digits}f} {unit}")
        text.append("   ")
    return text


def _link(track: Track, now_ns: int) -> Text | None:
    """How the radio is used, by the payload's own word, and how much of the way was told later."""
    said = []
    if track.meta is not None:
        values = track.meta.values
        profile, rate_s, uplink_s = values["profile"], values["rate_s"], values["uplink_age_s"]
        if profile is not None:
            said.append(_PROFILE_NAMES.get(profile, f"profile {profile}"))
        if rate_s:
            said.append(f"a report every {rate_s} s")
        if not values["key_id"]:
            said.append("it has no key and obeys nobody")
        elif uplink_s is None:
            said.append("it has heard no command")
        else:
            said.append(f"it heard us about {duration(uplink_s + (now_ns - track.meta.monotonic_ns) / 1e9)} ago")
        if values["tags_bad"]:
            said.append(f"{values['tags_bad']:,} commands with a bad tag")
    newest = track.positions[-_WAY_LOOKED_AT:]
    later = sum(place.told_later for place in newest)
    if later:
        said.append(f"{later} of the newest {len(newest)} places told later")
    if track.suspects:
        said.append(f"{len(track.suspects)} places suspect")
    return Text("   ".join(said), style="dim") if said else None


def _counts(station: Station) -> Text:
    receiver = station.receiver
    text = Text(style="dim")
    name = station.link.name if len(station.sources) == 1 else f"{len(station.sources)} receivers"
    text.append(f"{name}   {receiver.bytes:,} bytes   {receiver.frames:,} frames")
    for count, word in (
        (receiver.frames_missing, "missing"),
        (receiver.frames_bad, "damaged"),
        (receiver.frames_repeated, "repeated"),
        (receiver.frames_unknown, "of unknown type"),
        (receiver.frames_other_version, "of another version"),
    ):
        if count:
            text.append(f"   {count:,} {word}")
    others = [track.title for track in station.tracks.values() if track is not station.track]
    if others:
        text.append(f"   also heard: {', '.join(others[:4])}")
    if station.log_folder is not None:
        text.append(f"\nlog {station.log_folder}")
    return text
