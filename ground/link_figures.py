"""What a flight's link came to: frames at the antenna and at the ground, and of how many reports the place is known."""

from dataclasses import dataclass, field
from typing import Any

from firmware.protocol import commands, framing, history, phases, telemetry, unwinding
from firmware.protocol.deframing import Deframer, read_header
from firmware.protocol.unpacking import unpack

_ALOFT = (phases.ASCENT, phases.FLOAT, phases.DESCENT)
# A place of the past is that of a whole second; a report is made in the course of one.
_SAME_MS = 600
_FIXES: dict[int, tuple[tuple[int, int], ...]] = {
    telemetry.FIX: (),
    telemetry.FIX_2: history.OFFSETS_2,
    telemetry.FIX_3: history.OFFSETS_3,
}


@dataclass
class Heard:
    """Distinct undamaged frames in some bytes, and the moments (mission ms) of which they tell the place."""

    frames: set[bytes] = field(default_factory=set)
    reports: set[int] = field(default_factory=set)  # moments of reports aloft that know their own place
    past: set[int] = field(default_factory=set)  # moments told afterwards
    bad_frames: int = 0


def heard_in(data: bytes) -> Heard:
    """Everything in these bytes; commands, which are no frames of a balloon, left out."""
    found = Heard()
    deframer = Deframer()
    for packet in deframer.feed(data):
        version, kind, _, _, mission_ms = read_header(packet)
        if version != framing.VERSION or kind == commands.CMD or packet in found.frames:
            continue
        found.frames.add(packet)
        payload = packet[framing.HEADER_BYTES :]
        if kind in _FIXES:
            _take_fix(found, payload, _FIXES[kind], mission_ms)
        elif kind == telemetry.HIST and len(payload) == history.HIST_BYTES:
            found.past.update(place[0] for place in unwinding.read_hist(payload))
    found.bad_frames = deframer.bad_frames
    return found


def _take_fix(found: Heard, payload: bytes, offsets: tuple[tuple[int, int], ...], mission_ms: int) -> None:
    size = telemetry.FIX_LAYOUT.size
    if len(payload) != size + history.PLACE_BYTES * len(offsets):
        return
    values = unpack(telemetry.FIX_LAYOUT, payload[:size])
    latitude, longitude = values["latitude_e7"], values["longitude_e7"]
    if latitude is None or longitude is None:
        return
    if values["phase"] in _ALOFT and values["fix_type"]:
        found.reports.add(mission_ms)
    found.past.update(
        place[0] for place in unwinding.past_of_fix(payload, size, offsets, mission_ms, latitude, longitude)
    )


@dataclass(frozen=True)
class LinkFigures:
    """sent: bytes at the antenna; received: bytes at the ground; end: the summary of the flight, with its `link`."""

    sent: Heard
    received: Heard
    fates: dict[str, dict[str, int]]

    @property
    def never_sent(self) -> int:
        """Accepted frames that the balloon did not send."""
        return len(self.received.frames - self.sent.frames)

    @property
    def known_alone(self) -> float:
        """The fraction of all reports aloft that arrived."""
        reports = self.sent.reports
        return len(reports & self.received.reports) / len(reports) if reports else 1.0

    @property
    def known_with_past(self) -> float:
        """The fraction of all reports aloft of whose moment the place is known, from whichever frame."""
        reports = self.sent.reports
        told = {moment // 100 for moment in self.received.past}
        spread = range(-_SAME_MS // 100, _SAME_MS // 100 + 1)
        known = sum(
            moment in self.received.reports or any(moment // 100 + step in told for step in spread)
            for moment in reports
        )
        return known / len(reports) if reports else 1.0

    def row(self) -> dict[str, Any]:
        """For the report's JSON."""
        return {
            "frames_sent": len(self.sent.frames),
            "frames_arrived": len(self.received.frames),
            "frames_damaged": self.received.bad_frames,
            "frames_never_sent": self.never_sent,
            "fixes_sent": len(self.sent.reports),
            "fixes_known_alone": round(self.known_alone, 4),
            "fixes_known_with_history": round(self.known_with_past, 4),
            "fates": self.fates,
        }


def link_figures(sent: bytes, received: bytes, end: dict[str, Any]) -> LinkFigures:
    return LinkFigures(heard_in(sent), heard_in(received), end["link"] or {})


_FATE_WORDS = (
    ("whole", "arrived whole"),
    ("damaged", "damaged"),
    ("faded", "faded"),
    ("burst", "lost in bursts"),
    ("outage", "lost in outages"),
    ("out_of_reach", "out of reach"),
    ("jammed", "jammed"),
    ("collided", "in collisions"),
    ("refused", "refused by a full modem"),
    ("twice", "came twice"),
    ("late", "came late"),
)


def link_words(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Title and text of each line about the link, for a person."""
    lines = []
    for direction, title in (("down", "frames of the balloon"), ("up", "commands"), ("attacker", "of somebody else")):
        fates = row["fates"].get(direction)
        if fates and fates["sent"]:
            words = [f"{fates[name]:,} {text}" for name, text in _FATE_WORDS if fates[name]]
            lines.append((title, f"{fates['sent']:,} sent: " + ", ".join(words)))
    lines.append(
        (
            "places known",
            f"{row['fixes_known_alone']:.1%} of {row['fixes_sent']:,} aloft by their own report, "
            f"{row['fixes_known_with_history']:.1%} with the places of the past in later ones",
        )
    )
    return lines
