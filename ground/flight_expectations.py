"""The expected timeline of a simulated flight: every line of hardware/simulated/expectations.py, met or not."""

from typing import Any

from firmware.protocol import faults, phases, telemetry
from firmware.protocol.mission_plan import SKIP, Mission
from ground.drop_expectations import cutdown_line, drop_lines, pulse_lines
from ground.event_words import event_name, event_text
from ground.expectation import Expectation, plural
from ground.flight_drops import Occasion
from ground.flight_truth import Truth
from ground.flight_words import readiness_names
from ground.link_figures import LinkFigures
from ground.station import Station
from ground.track import PHASE_NAMES, Event, Track

_BURST_NOTICED_S = 60.0
_LANDING_FOUND_DEG = 0.002
_NOBODY = "nothing but itself"
# The alarm for a launch that was none: as long, and with a tone as long, as firmware/protocol/signals.py has it.
_ALARM_S, _ALARM_TONE_MS, _ALARM_LATE_S = 50.0, 900, 5.0


def of_any_mission(mission: Mission, bursts: bool) -> dict[str, Any]:
    """What can be expected of somebody's own mission: every drop at its time, or once what it asks for is so."""
    rows: list[dict[str, Any]] = []
    for drop in mission.drops:
        asks = drop.min_altitude_m is not None or drop.max_altitude_m is not None or drop.inside is not None
        if not (asks or drop.phases):
            continue
        patience_s = None if drop.patience_ms is None else drop.patience_ms / 1000 + 1
        row = {"name": drop.name, "step": None, "state": "confirmed", "pulses": None, "at_s": None, "reasons": 0}
        rows.append(row | {"late_s": (0, patience_s), "optional": patience_s is not None and drop.late == SKIP})
    found: dict[str, Any] = {"phases": None, "drops": tuple(rows), "launch_found_s": 20}
    if bursts and mission.cutdown is None:
        found["phases"] = ("ascent", "descent", "landed")
    return found


def expectations(
    station: Station,
    track: Track,
    truth: Truth,
    mission: Mission,
    found: list[Occasion],
    launch_us: int | None,
    expect: dict[str, Any],
    landing: dict[str, Any] | None,
    link: LinkFigures | None = None,
) -> list[Expectation]:
    """Every line. found: the occasions of all drops. landing: as the ground heard of it. link: of a channel."""
    end = truth.end
    if end is None:
        return [Expectation("the flight process flies to the end", False, "it stopped before")]
    lines = [_launch(truth, launch_us, expect["launch_found_s"]), _phases(track, expect["phases"])]
    lines += drop_lines(found, truth, expect)
    ending = cutdown_line(found, truth, expect)
    if ending is not None:
        lines.append(ending)
    if "ended_by" in expect:
        lines.append(_ended_by(truth, expect["ended_by"]))
    lines += pulse_lines(found, truth, mission, expect)
    lines += [_event(track, truth, row) for row in expect.get("events", ())]
    lines += _crew(track, truth, expect)
    if expect["phases"] is None or "descent" in expect["phases"]:
        lines.append(_descent(track, end, launch_us))
    if expect["phases"] is None or "landed" in expect["phases"]:
        lines.append(_landing(landing, end))
    if "orders" in expect:
        lines += _orders(truth, expect["orders"])
    lines += _machine(truth, end, expect)
    lines.append(_received(station, end) if link is None else _accepted(link))
    return lines


def _launch(truth: Truth, launch_us: int | None, within_s: float) -> Expectation:
    what = f"launch found within {within_s:.0f} s"
    if launch_us is None or truth.launched_us is None:
        return Expectation(what, False, "never")
    error_s = (launch_us - truth.launched_us) / 1e6
    return Expectation(what, abs(error_s) <= within_s, f"{error_s:+.1f} s")


def _phases(track: Track, wanted: tuple[str, ...] | None) -> Expectation:
    names = [PHASE_NAMES.get(change.phase, f"phase {change.phase}") for change in track.phases]
    heard = tuple(names[1:] if names[:1] == [PHASE_NAMES[phases.GROUND]] else names)
    found = ", ".join(heard) or "none"
    if wanted is None:
        return Expectation("from ascent to landed", heard[:1] == ("ascent",) and heard[-1:] == ("landed",), found)
    return Expectation("phases: " + ", ".join(wanted), heard == tuple(wanted), found)


def _ended_by(truth: Truth, wanted: str | None) -> Expectation:
    what = f"the flight is ended by {wanted or _NOBODY}"
    return Expectation(what, truth.ended_by == wanted, truth.ended_by or _NOBODY)


def _event(track: Track, truth: Truth, row: tuple[int, int | None, int | None, float, float]) -> Expectation:
    code, subject, detail, from_s, until_s = row
    what = f"{_event_words(code, subject, detail)} {from_s:g} to {until_s:g} s after lift-off"
    heard = [
        event
        for event in track.events
        if event.code == code
        and (subject is None or event.subject == subject)
        and (detail is None or event.detail == detail)
    ]
    times = [_event_s(event, truth) for event in heard]
    within = [at_s for at_s in times if at_s is not None and from_s <= at_s <= until_s]
    shown = ", ".join("?" if at_s is None else f"{at_s:.1f} s" for at_s in (within[:1] or times)) or "never"
    return Expectation(what, bool(within), shown)


def _event_words(code: int, subject: int | None, detail: int | None) -> str:
    if subject is None:
        return event_name(code).replace("_", " ")
    return event_text(code, subject, detail or 0, None)


def _event_s(event: Event, truth: Truth) -> float | None:
    """After lift-off. Mission time begins with the first start of the board."""
    return truth.since_launch_s((truth.boots[0] if truth.boots else 0) + event.mission_ms * 1000)


def _crew(track: Track, truth: Truth, expect: dict[str, Any]) -> list[Expectation]:
    """What the people on the ground are to be told before launch."""
    lines = []
    if "no_go" in expect:
        said = None
        for event in track.events:
            at_s = _event_s(event, truth)
            if event.code == telemetry.READINESS and at_s is not None and at_s < 0:
                said = event.argument or 0
        wanted = expect["no_go"]
        what = "readiness at lift-off: " + ("NO GO by " + ", ".join(readiness_names(wanted)) if wanted else "GO")
        found = "nothing said" if said is None else ", ".join(readiness_names(said)) or "GO"
        lines.append(Expectation(what, said == wanted, found))
    if "cancelled" in expect:
        count = len(track.launches_cancelled)
        loud = sum(_alarm(truth, at_ms) for at_ms in track.launches_cancelled)
        wanted = expect["cancelled"]
        what = (
            f"{wanted} launch{'es' if wanted > 1 else ''} cancelled, with the alarm"
            if wanted
            else "no launch cancelled"
        )
        shown = f"{count}, {loud} with the alarm" if count else "none"
        lines.append(Expectation(what, count == loud == wanted, shown))
    return lines


def _alarm(truth: Truth, mission_ms: int) -> bool:
    at_us = (truth.boots[0] if truth.boots else 0) + mission_ms * 1000
    return any(
        abs(sound.at_us - at_us) <= _ALARM_LATE_S * 1e6
        and sound.longest_ms >= _ALARM_TONE_MS
        and sound.until_us - sound.at_us >= _ALARM_S * 1e6
        for sound in truth.sounds
    )


def _descent(track: Track, end: dict[str, Any], launch_us: int | None) -> Expectation:
    """The last fall against the moment in which it truly began: burst or rip, or the apex of a recorded track."""
    what = f"descent noticed within {_BURST_NOTICED_S:.0f} s of its beginning"
    fell = [change for change in track.phases if change.phase == phases.DESCENT]
    began_us = end["apex_us"] if end["descending_us"] is None else end["descending_us"]
    if not fell or track.launch_ms is None or launch_us is None:
        return Expectation(what, False, "never")
    noticed_s = (launch_us - began_us) / 1e6 + (fell[-1].mission_ms - track.launch_ms) / 1000
    return Expectation(what, 0 <= noticed_s <= _BURST_NOTICED_S, f"{noticed_s:.1f} s after it")


def _landing(landing: dict[str, Any] | None, end: dict[str, Any]) -> Expectation:
    off = None
    if landing is not None:
        off = max(
            abs(landing["latitude"] - end["latitude_e7"] / 1e7),
            abs(landing["longitude"] - end["longitude_e7"] / 1e7),
        )
    return Expectation(
        "landing reported where it was",
        off is not None and off <= _LANDING_FOUND_DEG,
        "never" if off is None else f"{off:.5f} degrees off",
    )


def _orders(truth: Truth, wanted: tuple[tuple[str, str | None], ...]) -> list[Expectation]:
    """The answers to what the simulated crew said, in their order."""
    lines = []
    for at, (command, result) in enumerate(wanted):
        what = f"the crew says {command}: {result or 'no answer'}"
        order = truth.orders[at] if at < len(truth.orders) else None
        if order is None:
            lines.append(Expectation(what, False, "never said"))
            continue
        took = (
            "" if order["took_s"] is None else f" after {order['took_s']:.1f} s, said {plural(order['tries'], 'time')}"
        )
        found = f"{order['command']}: {order['result'] or 'no answer'}{took}"
        lines.append(Expectation(what, (order["command"], order["result"]) == (command, result), found))
    if len(truth.orders) > len(wanted):
        lines.append(Expectation("the crew says nothing else", False, plural(len(truth.orders), "command")))
    return lines


def _machine(truth: Truth, end: dict[str, Any], expect: dict[str, Any]) -> list[Expectation]:
    lines = []
    if "boots" in expect:
        what = f"{plural(expect['boots'], 'start')} of the flight computer"
        lines.append(Expectation(what, len(truth.boots) == expect["boots"], str(len(truth.boots))))
    raised = sum(count for number, count in end["faults"] if number == faults.ACTIVITY_EXCEPTION)
    lines.append(
        Expectation(
            "no part of the firmware raised an error", not raised, str(end["last_exception"]) if raised else "none"
        )
    )
    return lines


def _received(station: Station, end: dict[str, Any]) -> Expectation:
    received = station.receiver
    return Expectation(
        "every frame that was sent is received",
        received.frames == end["frames_sent"] and received.frames_bad == 0,
        f"{received.frames} of {end['frames_sent']}, {received.frames_bad} damaged",
    )


def _accepted(link: LinkFigures) -> Expectation:
    """Over a channel: what arrives whole is received, and what was never sent is not."""
    down = link.fates["down"]
    # What a modem that is being set up lets through is no frame.
    whole = down["whole"] - max(0, down["sent"] - len(link.sent.frames))
    accepted = len(link.received.frames)
    return Expectation(
        "every frame that arrives whole is received, and none that was not sent",
        accepted >= whole and not link.never_sent,
        f"{accepted} of {whole}, {link.never_sent} never sent",
    )
