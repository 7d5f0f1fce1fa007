"""Flights as the pictures want them: one of ours by its telemetry, another's by what its places show."""

from collections.abc import Sequence

from firmware.protocol import phases
from firmware.protocol.mission_plan import KEEP_OUT, Mission
from ground.exports.times import iso
from ground.flight import Flight
from ground.formats.heard_track import HeardTrack
from ground.formats.words import kinds_words, title
from ground.picture.flight_record import FlightRecord, Origin, Outline
from ground.picture.words import clock, height
from ground.report.heard_drops import HeardDrop
from ground.report.judged import Judged, judge
from ground.track import Position, Track

_BAD_STATES = ("failed", "unconfirmed", "skipped", "aborted", "parted early", "over")


def own_record(
    flight: Flight, track: Track, drops_heard: Sequence[HeardDrop], mission: Mission | None, name: str, origin: Origin
) -> FlightRecord:
    """A flight of ours. Times count from the launch, or from the start of the payload where none was heard."""
    start_ms = track.launch_ms or 0
    landed = next((change for change in track.phases if change.phase == phases.LANDED), None)
    landing = None
    if landed is not None and track.positions:
        place = min(track.positions, key=lambda one: abs(one.mission_ms - landed.mission_ms))
        landing = ((landed.mission_ms - start_ms) / 1000, place.latitude_e7 / 1e7, place.longitude_e7 / 1e7)
    apex = track.apex
    launched = track.launch_ms is not None
    begins = iso(flight.utc_ns(track, start_ms))
    return FlightRecord(
        title=name,
        subtitle=f"{track.title}, {'launch' if launched else 'first frame'} {begins[:10]} {begins[11:19]} UTC",
        origin=origin,
        points=_points(track.positions, start_ms),
        phases=[(change.name, (change.mission_ms - start_ms) / 1000) for change in track.phases],
        drops=[one.picture for one in drops_heard],
        apex=None
        if apex is None or apex.altitude_m is None or not launched
        else ((apex.mission_ms - start_ms) / 1000, apex.altitude_m),
        landing=landing,
        verdict=verdict(track, drops_heard, landed is not None),
        areas=outlines(mission),
        graticule=True,
        launch_seen=launched,
    )


def other_record(
    flight: Flight, track: HeardTrack, origin: Origin = "flown", mission: Mission | None = None
) -> tuple[FlightRecord, Judged]:
    """Another payload's way, and what was judged of it."""
    way = track.way
    judged = judge(way.positions) if track.flies else Judged(None, [], None)
    start_ms = judged.launch_ms or 0
    apex = None
    if track.flies and way.apex is not None and way.apex.altitude_m is not None:
        apex = ((way.apex.mission_ms - start_ms) / 1000, float(way.apex.altitude_m))
    landing = None
    if judged.landed is not None:
        at = judged.landed
        landing = ((at.mission_ms - start_ms) / 1000, at.latitude_e7 / 1e7, at.longitude_e7 / 1e7)
    record = FlightRecord(
        title=title(track, flight.name_of),
        subtitle=_when(track),
        origin=origin,
        points=_points(way.positions, start_ms),
        phases=[(name, (mission_ms - start_ms) / 1000) for name, mission_ms in judged.phases],
        drops=[],
        apex=apex,
        landing=landing,
        verdict=(bool(way.positions), _other_verdict(track)),
        areas=outlines(mission),
        graticule=True,
        launch_seen=judged.launch_ms is not None,
    )
    return record, judged


def _when(track: HeardTrack) -> str:
    messages = track.way.messages
    if len(messages) > 1 and messages[0].wall_ns == messages[-1].wall_ns:
        return f"{kinds_words(track)}, at times that nobody wrote down"
    begins, ends = iso(messages[0].wall_ns), iso(messages[-1].wall_ns)
    day = "" if begins[:10] == ends[:10] else f"{ends[:10]} "
    return f"{kinds_words(track)}, heard {begins[:10]} {begins[11:19]} to {day}{ends[11:19]} UTC"


def outlines(mission: Mission | None) -> list[Outline]:
    """The areas of a mission."""
    found = []
    for area in () if mission is None else mission.areas:
        numbers = [
            int.from_bytes(area.points[at : at + 4], "little", signed=True) / 1e7
            for at in range(0, len(area.points), 4)
        ]
        corners = list(zip(numbers[::2], numbers[1::2], strict=True))
        found.append(Outline(area.name, area.kind == KEEP_OUT, corners))
    return found


def verdict(track: Track, drops_heard: Sequence[HeardDrop], landed: bool) -> tuple[bool, str]:
    """Whether all that was heard is as it should be, in a sentence or two."""
    said = []
    good = True
    if track.launch_ms is None:
        good = False
        said.append("No launch was heard.")
    wanted = [one.picture for one in drops_heard if not one.picture.cutdown]
    done = [drop for drop in wanted if drop.confirmed]
    if wanted:
        said.append(
            f"{'All' if len(done) == len(wanted) and len(wanted) > 1 else len(done)} "
            f"{'' if len(done) == len(wanted) and len(wanted) > 1 else 'of '}{len(wanted)} "
            f"drop{'' if len(wanted) == 1 else 's'} confirmed."
        )
        for drop in wanted:
            state = (drop.state or "nothing was heard of it").replace("_", " ")
            if not drop.confirmed:
                good = good and state not in _BAD_STATES and drop.state is not None
                said.append(f"{drop.title}: {state}.")
    ending = next((one.picture for one in drops_heard if one.picture.cutdown), None)
    if ending is not None and not ending.unneeded:
        state = (ending.state or "unknown").replace("_", " ")
        good = good and ending.confirmed
        said.append("The cutdown is confirmed." if ending.confirmed else f"The cutdown: {state}.")
    if landed:
        said.append("It was heard to land.")
    elif track.positions and track.launch_ms is not None:
        last = track.positions[-1]
        where = "" if last.altitude_m is None else f" at {height(last.altitude_m)}"
        said.append(f"Last heard {clock((last.mission_ms - track.launch_ms) / 1000)} after launch{where}.")
    return good, " ".join(said)


def _other_verdict(track: HeardTrack) -> str:
    way = track.way
    if not way.positions:
        return f"{len(way.messages)} messages, and no place in any of them."
    highest = ""
    if way.apex is not None and way.apex.altitude_m is not None:
        highest = f", {height(way.apex.altitude_m)} at the highest"
    kind = "in the air" if track.flies else "on the ground"
    suspects = f" {len(way.suspects)} places cannot be right and are left out." if way.suspects else ""
    return f"{len(way.positions):,} places {kind}{highest}.{suspects}"


def _points(positions: Sequence[Position], start_ms: int) -> list[tuple[float, float, float, float]]:
    return [
        (
            (place.mission_ms - start_ms) / 1000,
            place.latitude_e7 / 1e7,
            place.longitude_e7 / 1e7,
            float(place.altitude_m),
        )
        for place in positions
        if place.altitude_m is not None
    ]
