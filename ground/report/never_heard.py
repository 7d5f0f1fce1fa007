"""What a flight never told: said as plainly as what it did."""

from collections.abc import Sequence

from firmware.protocol import phases, telemetry
from ground.flight import Flight
from ground.report.heard_drops import HeardDrop
from ground.report.log_facts import LogFacts
from ground.track import Track

_FIELDS = (
    ("latitude_e7", "where it was: no report had a position"),
    ("pressure_pa", "the pressure around it"),
    ("inside_c", "the temperature inside"),
    ("logic_mv", "the volts of the logic's cell"),
    ("cutter_mv", "the volts of the cutters' cell behind the plug"),
    ("vertical_cm_s", "how fast it climbed or fell, by its own word"),
    ("dynamic_model", "which model the GPS receiver flies"),
)


def never_heard(flight: Flight, track: Track, drops: Sequence[HeardDrop], facts: LogFacts) -> list[str]:
    """A line each; none where nothing is missing."""
    said = []
    codes = {event.code for event in track.events}
    seen = {change.phase for change in track.phases}
    if track.launch_ms is None:
        said.append("a launch")
    elif not track.launch_is_exact:
        said.append("the event of the launch: its moment is that of the first report aloft")
    if track.launch_ms is not None and phases.DESCENT not in seen and phases.LANDED not in seen:
        said.append("the end of the climb: the highest point is only the highest that was heard")
    if phases.LANDED not in seen:
        said.append("a landing: the last place is where it was last heard, not where it lies")
    if telemetry.MISSION_LOADED not in codes:
        said.append("which mission it has, by its own event")
    for one in drops:
        if one.picture.state is None:
            said.append(f"anything of {one.picture.title}")
        elif one.picture.fired_s is not None and one.picture.over_s is None and not one.picture.confirmed:
            said.append(f"how {one.picture.title} ended")
    said.extend(text for field, text in _FIELDS if field not in track.known)
    if track.value("backup_state") in (None, 0):
        said.append("the independent backup: its line was silent, or there is none")
    records = [one for one in flight.records if (one.net, one.epoch) == (track.net, track.epoch)]
    if not any(record.kind == "META" for record in records):
        said.append("how the board is (META): firmware, mission, key, free memory, commands it heard")
    if facts.sent and not facts.answers:
        said.append("an answer to what was sent from here")
    return said
