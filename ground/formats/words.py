"""What another payload said, for a person."""

from collections.abc import Callable

from ground.exports.times import degrees, iso
from ground.flight_words import clock
from ground.formats.heard import ROW, TEXT, UKHAS, UNNAMED, Heard
from ground.formats.heard_track import HeardTrack
from ground.formats.own_sentence import flight_words

_KIND_WORDS = {ROW: "rows of a table", TEXT: "lines of text", UKHAS: "UKHAS sentences"}


def where(heard: Heard) -> str:
    """Place and altitude, and how our own board's flight goes."""
    if heard.latitude_e7 is None or heard.longitude_e7 is None:
        place = "position unknown"
    else:
        place = f"{degrees(heard.latitude_e7)}, {degrees(heard.longitude_e7)}"
    flight = flight_words(heard)
    return f"{place}, {height(heard)}{', ' if flight else ''}{flight}"


def height(heard: Heard) -> str:
    """Altitude in metres."""
    return "altitude unknown" if heard.altitude_m is None else f"{heard.altitude_m} m"


def who(heard: Heard, name_of: Callable[[int], str] = str) -> str:
    """Whose message it is; of one that names nobody, what the receiver is called that heard it."""
    return name_of(heard.receiver) if heard.callsign == UNNAMED else heard.callsign


def title(track: HeardTrack, name_of: Callable[[int], str] = str) -> str:
    """Its callsign; of one that nobody named, what the receiver that heard most of it is called."""
    if not track.unnamed or not track.counts:
        return track.callsign
    return name_of(max(track.counts, key=lambda receiver: (track.counts[receiver], -receiver)))


def way_words(track: HeardTrack, name_of: Callable[[int], str] = str) -> list[str]:
    """From when to when, how many, the highest point, what came late or cannot be; nothing of a single message."""
    way = track.way
    if len(way.messages) < 2:
        return []
    first, last = way.messages[0], way.messages[-1]
    if first.wall_ns == last.wall_ns:
        return [f"{len(way.messages)} messages, {len(way.positions)} places, and no time of any"]
    said = [
        f"{len(way.messages)} messages, {len(way.positions)} places, {iso(first.wall_ns)[:19]}Z to "
        f"{iso(last.wall_ns)[:19]}Z ({clock((last.wall_ns - first.wall_ns) // 1_000_000)})"
    ]
    if way.apex is not None:
        at = iso(way.start_ns + way.apex.mission_ms * 1_000_000)[:19]
        said.append(f"highest: {way.apex.altitude_m} m at {at}Z")
    if len(track.counts) > 1:
        both = sum(len(message.receivers) > 1 for message in way.messages)
        heard = ", ".join(f"{name_of(number)} {count}" for number, count in sorted(track.counts.items()))
        said.append(f"by several receivers: {heard}; {both} by more than one")
    for one in way.clocks:
        ahead = "ahead" if one.ahead_s > 0 else "behind"
        said.append(
            f"the clock of {name_of(one.receiver)} is {abs(one.ahead_s):.1f} s {ahead}, by {one.messages} messages: "
            "its times are put right"
        )
    late = sum(message.late for message in way.messages)
    if late:
        said.append(f"{late} came late, by their own counter, and are put where they belong")
    if way.suspects:
        said.append(f"{len(way.suspects)} places could not have been reached: suspect, and no part of the way")
    return said


def kinds_words(track: HeardTrack) -> str:
    """In which formats it was heard."""
    return ", ".join(_KIND_WORDS.get(kind, kind) for kind in track.kinds)
