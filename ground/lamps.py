"""Five lamps from the port to the position, and one sentence for the first that is dark."""

from typing import NamedTuple

from ground.formats.own_sentence import flight_words
from ground.formats.words import who
from ground.source import Source
from ground.station import Station

# The payload sends about once a second; a slow radio every ten.
_FRESH_S = 15.0
_NOT_A_RADIO_BYTES = 200
_NOT_A_RADIO_S = 10.0
_NAMES = ("bytes", "frames", "clock", "GPS")
_NAMES_SHOWN = 3


class Lamp(NamedTuple):
    """lit: None when it cannot be known because one before it is dark. age_s: since it was last seen to be well."""

    name: str
    lit: bool | None
    age_s: float | None


class Lamps(NamedTuple):
    lamps: tuple[Lamp, ...]
    advice: str | None  # about the first dark lamp; None when all are lit


def look(station: Station) -> Lamps:
    """The lamps now, of all receivers together: the port is lit while one of them has its own.

    Call with the station's lock held, or accept that two of them are a moment apart.
    """
    now_ns = station.now_ns
    track = station.track
    ages = (
        None if station.bytes_ns is None else _age(station.bytes_ns, now_ns),
        None if track is None else track.age_s(now_ns),
        None if track is None or track.clock_advanced_ns is None else _age(track.clock_advanced_ns, now_ns),
        None if track is None or track.fixed_ns is None else _age(track.fixed_ns, now_ns),
    )
    lamps = _chain(any(link.trouble is None for link in station.links), ages)
    dark = next((at for at, lamp in enumerate(lamps) if not lamp.lit), None)
    return Lamps(lamps, None if dark is None else _advice(station, dark, lamps[dark].age_s))


def look_at(station: Station, source: Source) -> Lamps:
    """The first three lamps of one receiver; the advice is the trouble of its port."""
    now_ns = station.now_ns
    ages = tuple(None if at_ns is None else _age(at_ns, now_ns) for at_ns in (source.bytes_ns, source.frame_ns))
    return Lamps(_chain(source.link.trouble is None, ages), source.link.trouble)


def troubles(station: Station) -> list[str]:
    """What is wrong now, a sentence each: what `look` says first, then the ports that other receivers make up for."""
    advice = look(station).advice
    said = [] if advice is None else [advice]
    for link in station.links if len(station.links) > 1 else ():
        if link.trouble is not None and link.trouble not in said:
            said.append(link.trouble)
    return said


def _chain(port: bool, ages: tuple[float | None, ...]) -> tuple[Lamp, ...]:
    lamps = [Lamp("port", port, None)]
    for name, age_s in zip(_NAMES[: len(ages)], ages, strict=True):
        lit = None if not lamps[-1].lit else age_s is not None and age_s < _FRESH_S
        lamps.append(Lamp(name, lit, age_s))
    return tuple(lamps)


def _advice(station: Station, dark: int, age_s: float | None) -> str:
    since = "yet" if age_s is None else f"for {duration(age_s)}"
    if dark == 0:
        return station.link.trouble or "The port is not open."
    if dark == 1:
        if all(link.ended for link in station.links):
            return "The file is read to its end."
        return (
            f"Nothing received {since}: is the payload on, and does this radio have its antenna and the same settings?"
        )
    if dark == 2:
        if station.payloads.latest:
            own = next((heard for heard in station.payloads.latest.values() if flight_words(heard)), None)
            if own is not None:
                return f"{own.callsign} sends UKHAS sentences and no frames: it is shown, and cannot be commanded."
            names = [who(heard, station.name_of) for heard in station.payloads.latest.values()][-_NAMES_SHOWN:]
            return f"Other payloads are heard ({', '.join(names)}), and no frame of ours {since}."
        stranger = not_a_radio(station)
        if stranger:
            return stranger
        if station.receiver.frames_other_version and not station.receiver.frames:
            return (
                "Frames of another protocol version arrive: the payload and this ground need the same Samara version."
            )
        return f"Bytes arrive, but no undamaged frame {since}: weak signal, interference, or another baud rate."
    if dark == 3:
        return f"The payload's clock stands still {since}: it repeats itself; nothing shown below is new."
    fixes = "" if station.track is None else f" ({station.track.value('satellites') or 0} satellites)"
    return f"The payload has no GPS position {since}{fixes}: does its antenna see the sky?"


def not_a_radio(station: Station) -> str | None:
    """A sentence when a device talks and never says a frame; None while that cannot be said."""
    receiver = station.receiver
    if station.frames_this_session or receiver.frames_other_version:
        return None
    first_ns = station.first_bytes_ns
    if station.bytes_this_session < _NOT_A_RADIO_BYTES or first_ns is None:
        return None
    if not all(link.ended for link in station.links) and _age(first_ns, station.now_ns) < _NOT_A_RADIO_S:
        return None
    baud = getattr(station.link, "baud", None)
    rate = f" (it is read at {baud})" if baud else ""
    named = station.link.name if len(station.links) == 1 else "What is connected"
    return (
        f"{named} is not a Samara radio, or its baud rate is another{rate}: "
        f"{station.bytes_this_session} bytes, {receiver.frames_bad} damaged frames, no good one; try --baud."
    )


def duration(seconds: float) -> str:
    """A time for a person: 0.8 s, 42 s, 3 min 05 s, 2 h 07 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"


def _age(then_ns: int, now_ns: int) -> float:
    return max(0.0, (now_ns - then_ns) / 1e9)
