"""Makes the bytes of a mission file; its reader and its format are in mission.py. A board never writes one."""

import hashlib
import struct

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission import (
    CHANNEL_NUMBERS,
    CHANNELS,
    DROP_NUMBERS,
    DROPS,
    FLIGHT,
    FLIGHT_NUMBERS,
    MAGIC,
    VERSION,
    refuse,
)
from firmware.protocol.mission_plan import Channel, Drop, Mission, MissionError

# number, name, what it holds
SECTIONS = (
    (
        FLIGHT,
        "flight",
        "flight id text, callsign text, net u16, pad altitude i16 m, highest ground i16 m, "
        "least height above it u16 m, nothing before u32 ms, end u32 ms",
    ),
    (CHANNELS, "channels", "count u8; each: name text, kind u8, board output u8, pulse u16 ms, attempts u8"),
    (DROPS, "drops", "count u8; each: name text, index of its channel u8, time after launch u32 ms; earliest first"),
)

_REQUIRED = ("flight_id", "callsign", "pad_altitude_m", "highest_ground_m", "end_ms")


def build(description):
    """The bytes of a mission; MissionError lists all that is wrong.

    `description` is a dict with the attribute names of Mission, without `hash`. "channels" and "drops" are lists of
    dicts with the attribute names of Channel and Drop, but a drop names its channel by the channel's name.
    `net`, `min_agl_m`, `not_before_ms` and a channel's `kind` and `attempts` may be left out.
    """
    mission = Mission()
    for key in _REQUIRED:
        setattr(mission, key, None)
    for key in description:
        if key not in ("channels", "drops"):
            if not hasattr(mission, key) or key == "hash":
                raise MissionError("a mission has no '%s'" % key)
            setattr(mission, key, description[key])
    channels = description.get("channels", ())
    names = [row.get("name") for row in channels]
    mission.channels = tuple([_channel_of(row) for row in channels])
    mission.drops = tuple([
        Drop(row.get("name"), _index(names, row.get("channel")), row.get("after_ms"))
        for row in description.get("drops", ())
    ])  # fmt: skip
    refuse(rules.problems(mission))
    content = MAGIC + struct.pack("<B", VERSION)
    for number, body in (
        (FLIGHT, _flight_bytes(mission)),
        (CHANNELS, _channel_bytes(mission)),
        (DROPS, _drop_bytes(mission)),
    ):
        content += struct.pack("<BH", number, len(body)) + body
    return content + hashlib.sha256(content).digest()


def _channel_of(row):
    kind = row.get("kind", "burn_wire")
    return Channel(row.get("name"), kind, row.get("output"), row.get("pulse_ms"), row.get("attempts", 1))


def _index(names, name):
    """The index of a name; the name itself when there is none, for the error message."""
    for index in range(len(names)):
        if names[index] == name and name is not None:
            return index
    return None if name is None else str(name)


def _flight_bytes(mission):
    numbers = struct.pack(
        FLIGHT_NUMBERS,
        mission.net,
        mission.pad_altitude_m,
        mission.highest_ground_m,
        mission.min_agl_m,
        mission.not_before_ms,
        mission.end_ms,
    )
    return _text(mission.flight_id) + _text(mission.callsign) + numbers


def _channel_bytes(mission):
    body = struct.pack("<B", len(mission.channels))
    for channel in mission.channels:
        kind = next(row[0] for row in rules.KINDS if row[1] == channel.kind)
        body += _text(channel.name) + struct.pack(
            CHANNEL_NUMBERS, kind, channel.output, channel.pulse_ms, channel.attempts
        )
    return body


def _drop_bytes(mission):
    body = struct.pack("<B", len(mission.drops))
    # The place breaks ties: MicroPython's sort does not keep the order of equals.
    for _, place in sorted([(mission.drops[i].after_ms, i) for i in range(len(mission.drops))]):
        drop = mission.drops[place]
        body += _text(drop.name) + struct.pack(DROP_NUMBERS, drop.channel, drop.after_ms)
    return body


def _text(text):
    data = text.encode()
    return struct.pack("<B", len(data)) + data
