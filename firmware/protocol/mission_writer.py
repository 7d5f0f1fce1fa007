"""Makes the bytes of a mission file; its reader and its format are in mission.py. A board never writes one."""

import hashlib
import struct

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission import (
    AREA_NUMBERS,
    AREAS,
    CHANNEL_NUMBERS,
    CHANNELS,
    CUTDOWN,
    CUTDOWN_NUMBERS,
    DROP_NUMBERS,
    DROPS,
    FLIGHT,
    FLIGHT_NUMBERS,
    MAGIC,
    NO_ALTITUDE,
    NO_CHANNEL,
    NO_INDEX,
    NO_POWER,
    NO_TIME,
    POINT_BYTES,
    RADIO,
    RADIO_NUMBERS,
    VERSION,
    either,
    order_of,
    refuse,
)
from firmware.protocol.mission_plan import BURN_WIRE, Area, Channel, Cutdown, Drop, Mission, MissionError

# number, name, what it holds
SECTIONS = (
    (
        FLIGHT,
        "flight",
        "flight id text, callsign text, net u16, pad altitude i16 m, highest ground i16 m, least height above it u16 "
        "m, nothing before u32 ms, end u32 ms, least gap u32 ms, blind window from u32 ms, until u32 ms, slowest climb "
        "u16 cm/s, fastest u16 cm/s, backup u32 ms (0 none), break wire fitted u8",
    ),
    (
        CHANNELS,
        "channels",
        "count u8; each: name text, kind u8, board output u8, pulse u16 ms, attempts u8, channel with the same load u8 "
        "(255 none), positions count u8, each u16 us",
    ),
    (AREAS, "areas", "count u8; each: name text, kind u8, corners u8, each latitude i32 and longitude i32, 1e-7 deg"),
    (
        DROPS,
        "drops",
        "count u8; each: name text, index of its channel u8, after launch u32 ms (all ones: none), at u32 s UTC (0 "
        "none), patience u32 ms (all ones: none), release when it ends u8, lowest i16 m, highest i16 m (-32768 none), "
        "inside area u8 (255 none), phases u8, hold u32 ms, in descent u8, every u32 ms, count u8, keep-outs u16, "
        "change of vertical speed i16 cm/s; earliest first",
    ),
    (
        CUTDOWN,
        "cutdown",
        "count u8, 0 or 1: index of its channel u8, latest u32 ms, ceiling i16 m (-32768 none), outside area u8 (255 "
        "none), battery u16 mV (0 none), lost link u32 ms (all ones: none), least height u16 m, change of vertical "
        "speed i16 cm/s",
    ),
    (
        RADIO,
        "radio",
        "profile u8, modem u8 (0 none), UKHAS sentences instead of frames u8, channel u16 (all ones: as it is), power "
        "i8 dBm (-128: as it is)",
    ),
)

_REQUIRED = ("flight_id", "callsign", "pad_altitude_m", "highest_ground_m", "end_ms")
_LISTS = ("channels", "areas", "drops", "cutdown")
# Of a row, what names another row: attribute, the list it points into
_CHANNEL_LINKS = (("same_load", "channels"),)
_DROP_LINKS = (("channel", "channels"), ("inside", "areas"))
_CUTDOWN_LINKS = (("channel", "channels"), ("outside", "areas"))


def build(description):
    """The bytes of a mission; MissionError lists all that is wrong.

    `description` is a dict with the attribute names of Mission, without `hash`. "channels", "areas" and "drops" are
    lists of dicts with the attribute names of Channel, Area and Drop, "cutdown" is one with those of Cutdown; what is
    an index there is a name here, `keep_outs` a list of names, and an area's `points` are pairs of integers. What has
    a default in mission_plan may be left out.
    """
    mission = Mission()
    for key in _REQUIRED:
        setattr(mission, key, None)
    for key in description:
        if key not in _LISTS:
            if not hasattr(mission, key) or key == "hash":
                raise MissionError("a mission has no '%s'" % key)
            setattr(mission, key, description[key])
    names = {}
    for key in ("channels", "areas"):
        names[key] = [row.get("name") for row in description.get(key, ())]
    mission.channels = tuple([_channel_of(row, names) for row in description.get("channels", ())])
    mission.areas = tuple([_area_of(row) for row in description.get("areas", ())])
    mission.drops = tuple([_drop_of(row, names) for row in description.get("drops", ())])
    if description.get("cutdown") is not None:
        row = description["cutdown"]
        mission.cutdown = _filled(Cutdown(row.get("channel"), row.get("latest_ms")), row, names, _CUTDOWN_LINKS)
    refuse(rules.problems(mission))
    content = MAGIC + struct.pack("<B", VERSION)
    for number, body in (
        (FLIGHT, _flight_bytes(mission)),
        (CHANNELS, _channel_bytes(mission)),
        (AREAS, _area_bytes(mission)),
        (DROPS, _drop_bytes(mission)),
        (CUTDOWN, _cutdown_bytes(mission.cutdown)),
        (RADIO, _radio_bytes(mission)),
    ):
        content += struct.pack("<BH", number, len(body)) + body
    return content + hashlib.sha256(content).digest()


def _channel_of(row, names):
    return _filled(Channel(row.get("name"), BURN_WIRE, None, None, 1), row, names, _CHANNEL_LINKS)


def _area_of(row):
    return Area(row.get("name"), row.get("kind"), _packed(row.get("points")))


def _packed(points):
    """The corners' bytes; None when they are no pairs of integers on this earth: the rules refuse that with words."""
    try:
        corners = [(latitude_e7, longitude_e7) for latitude_e7, longitude_e7 in points]
    except (TypeError, ValueError):
        return None
    packed = b""
    for latitude_e7, longitude_e7 in corners:
        if type(latitude_e7) is not int or type(longitude_e7) is not int:
            return None
        if not (-900000000 <= latitude_e7 <= 900000000 and -1800000000 <= longitude_e7 <= 1800000000):
            return None
        packed += struct.pack("<ii", latitude_e7, longitude_e7)
    return packed


def _drop_of(row, names):
    drop = _filled(Drop(row.get("name"), None), row, names, _DROP_LINKS)
    if "keep_outs" in row:
        drop.keep_outs = 0
        for name in row["keep_outs"]:
            index = _index(names["areas"], name)
            if type(index) is not int:
                drop.keep_outs = str(name)
                break
            drop.keep_outs |= 1 << index
    return drop


def _filled(holder, row, names, links):
    """`holder` with the values of a row; a name that points at another row becomes its index."""
    for key in row:
        if not hasattr(holder, key):
            raise MissionError("a %s has no '%s'" % (type(holder).__name__.lower(), key))
        setattr(holder, key, row[key])
    for key, into in links:
        setattr(holder, key, _index(names[into], row.get(key)))
    return holder


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
        mission.min_gap_ms,
        mission.blind_from_ms,
        mission.blind_until_ms,
        mission.slowest_cm_s,
        mission.fastest_cm_s,
        mission.backup_ms,
        1 if mission.break_wire else 0,
    )
    return _text(mission.flight_id) + _text(mission.callsign) + numbers


def _channel_bytes(mission):
    body = struct.pack("<B", len(mission.channels))
    for channel in mission.channels:
        body += _text(channel.name) + struct.pack(
            CHANNEL_NUMBERS,
            channel.kind,
            channel.output,
            channel.pulse_ms,
            channel.attempts,
            either(channel.same_load, NO_INDEX),
        )
        body += struct.pack("<B", len(channel.positions_us))
        for position_us in channel.positions_us:
            body += struct.pack("<H", position_us)
    return body


def _area_bytes(mission):
    body = struct.pack("<B", len(mission.areas))
    for area in mission.areas:
        body += _text(area.name) + struct.pack(AREA_NUMBERS, area.kind, len(area.points) // POINT_BYTES) + area.points
    return body


def _drop_bytes(mission):
    body = struct.pack("<B", len(mission.drops))
    # The place breaks ties: MicroPython's sort does not keep the order of equals.
    order = sorted([(order_of(mission.drops[place]), place) for place in range(len(mission.drops))])
    for _, place in order:
        drop = mission.drops[place]
        body += _text(drop.name) + struct.pack(
            DROP_NUMBERS,
            drop.channel,
            either(drop.after_ms, NO_TIME),
            drop.at_unix_s or 0,
            either(drop.patience_ms, NO_TIME),
            drop.late,
            either(drop.min_altitude_m, NO_ALTITUDE),
            either(drop.max_altitude_m, NO_ALTITUDE),
            either(drop.inside, NO_INDEX),
            drop.phases,
            drop.hold_ms,
            1 if drop.in_descent else 0,
            drop.every_ms,
            drop.count,
            drop.keep_outs,
            drop.motion_cm_s,
        )
    return body


def _cutdown_bytes(cutdown):
    if cutdown is None:
        return struct.pack("<B", 0)
    return struct.pack("<B", 1) + struct.pack(
        CUTDOWN_NUMBERS,
        cutdown.channel,
        cutdown.latest_ms,
        either(cutdown.ceiling_m, NO_ALTITUDE),
        either(cutdown.outside, NO_INDEX),
        cutdown.battery_mv or 0,
        either(cutdown.lost_link_ms, NO_TIME),
        cutdown.min_agl_m,
        cutdown.motion_cm_s,
    )


def _radio_bytes(mission):
    return struct.pack(
        RADIO_NUMBERS,
        mission.profile,
        mission.modem,
        1 if mission.sentences else 0,
        either(mission.radio_channel, NO_CHANNEL),
        either(mission.radio_dbm, NO_POWER),
    )


def _text(text):
    data = text.encode()
    return struct.pack("<B", len(data)) + data
