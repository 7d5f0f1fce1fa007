"""What a session or a log came to, in a few plain lines."""

from collections.abc import Callable, Iterable

from ground.exports.times import degrees
from ground.flight_words import clock
from ground.formats.payloads import Payloads
from ground.formats.words import title, way_words, where
from ground.receiver import Receiver
from ground.track import Track


def summary(
    receiver: Receiver,
    tracks: Iterable[Track],
    payloads: Payloads | None = None,
    name_of: Callable[[int], str] = str,
) -> list[str]:
    """Counts, each receiver where there are several, each flight with its phases, drops and last position, the others.

    name_of: what the receiver of a number is called.
    """
    used = {number: 0 if payloads is None else payloads.bytes_used(number) for number in receiver.streams}
    lines = [
        f"{receiver.bytes} bytes, {receiver.frames} frames, {receiver.frames_missing} missing, "
        f"{receiver.frames_bad} damaged, {receiver.frames_repeated} repeated, "
        f"{max(0, receiver.bytes_discarded - sum(used.values()))} bytes discarded"
    ]
    if len(receiver.streams) > 1:
        for number, stream in sorted(receiver.streams.items()):
            lines.append(
                f"  {name_of(number)}: {stream.bytes} bytes, {stream.frames} frames, "
                f"{stream.frames - stream.repeated} unique, {stream.repeated} repeated, {stream.damaged} damaged, "
                f"{max(0, stream.bytes_discarded - used[number])} bytes discarded"
            )
    if receiver.frames_unknown:
        lines.append(f"{receiver.frames_unknown} frames of a type this version does not know were kept")
    if receiver.frames_other_version:
        lines.append(f"{receiver.frames_other_version} frames of another protocol version: use the matching Samara")
    for track in tracks:
        lines.append(f"{track.title}: heard until mission time {clock(track.mission_ms or 0)}")
        for change in track.phases:
            lines.append(f"  {clock(change.mission_ms):>8}  {change.name}")
        for mission_ms in track.launches_cancelled:
            lines.append(f"  the launch before {clock(mission_ms)} was none")
        for drop in track.drops_known():
            occasions = f", {drop.step} occasions over" if drop.step else ""
            lapsed = f", {drop.lapsed} missed" if drop.lapsed else ""
            lines.append(f"  {drop.name}: {drop.word.replace('_', ' ')}{occasions}{lapsed}")
        if track.apex is not None:
            lines.append(f"  highest: {track.apex.altitude_m} m at {clock(track.apex.mission_ms)}")
        if track.positions:
            last = track.positions[-1]
            height = "" if last.altitude_m is None else f", {last.altitude_m} m"
            place = f"{degrees(last.latitude_e7)}, {degrees(last.longitude_e7)}"
            lines.append(f"  last position: {place}{height} at {clock(last.mission_ms)}")
    if payloads is not None:
        lines.extend(others_summary(payloads, name_of))
    return lines


def others_summary(payloads: Payloads, name_of: Callable[[int], str] = str) -> list[str]:
    """Each other payload with its way; nothing where none was heard."""
    if not payloads.messages:
        return []
    repeated = sum(len(track.heard) - len(track.way.messages) for track in payloads.tracks.values())
    lines = [f"other payloads: {payloads.messages} messages, {repeated} repeated"]
    for heard in payloads.latest.values():
        if heard.callsign not in payloads.tracks:
            lines.append(f"  {heard.callsign} ({heard.kind}): {where(heard)}")
    for track in payloads.tracks.values():
        if track.newest is not None:
            lines.append(f"  {title(track, name_of)} ({', '.join(track.kinds)}): {where(track.newest)}")
        lines.extend(f"    {line}" for line in way_words(track, name_of))
    return lines
