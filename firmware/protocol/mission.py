"""The mission file: the bytes that say what one flight shall let go, read and checked; mission_writer makes them.

    "SMRM" | version u8 | sections | SHA-256 of all before it, 32 bytes          little-endian
    section: number u8 | length u16 | content          each exactly once, in the order of SECTIONS
    text:    length u8 | ASCII

The hash stands at the end in every version, so that damage is told from another version.
"""

import hashlib
import struct

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import Area, Channel, Cutdown, Drop, Mission, MissionError

__all__ = ("Mission", "MissionError", "check_outputs", "load")

MAGIC = b"SMRM"
VERSION = 3
HASH_BYTES = 32
MOST_BYTES = 4096

FLIGHT = 1
CHANNELS = 2
AREAS = 3
DROPS = 4
CUTDOWN = 5
RADIO = 6
_SECTIONS = (
    (FLIGHT, "flight"),
    (CHANNELS, "channels"),
    (AREAS, "areas"),
    (DROPS, "drops"),
    (CUTDOWN, "cutdown"),
    (RADIO, "radio"),
)

FLIGHT_NUMBERS = "<HhhHIIIIIHHIB"
CHANNEL_NUMBERS = "<BBHBB"
AREA_NUMBERS = "<BB"
POINT_BYTES = 8
DROP_NUMBERS = "<BIIIBhhBBIBIBHh"
CUTDOWN_NUMBERS = "<BIhBHIHh"
RADIO_NUMBERS = "<BBBHb"
NO_INDEX = 255
NO_ALTITUDE = -32768
NO_TIME = 0xFFFFFFFF
NO_CHANNEL = 0xFFFF
NO_POWER = -128


def load(data):
    """The Mission in the bytes of a mission.bin; MissionError says why it cannot be one. Checks everything again."""
    if len(data) > MOST_BYTES:
        raise MissionError("%d bytes are more than a mission can have, %d" % (len(data), MOST_BYTES))
    if data[: len(MAGIC)] != MAGIC:
        raise MissionError("this is not a mission file: it does not begin with " + MAGIC.decode())
    body = max(len(data) - HASH_BYTES, 0)
    digest = hashlib.sha256(data[:body]).digest()
    if body <= len(MAGIC) or digest != data[body:]:
        raise MissionError("the mission file is damaged: its hash does not fit its content")
    version = data[len(MAGIC)]
    if version != VERSION:
        age = "older" if version < VERSION else "newer"
        text = "the mission file has format %d, %s than format %d, which this firmware reads: build it again"
        raise MissionError(text % (version, age, VERSION))
    mission = Mission()
    at = len(MAGIC) + 1
    for number, name in _SECTIONS:
        if at + 3 > body or data[at] != number:
            raise MissionError("the mission file has no section '%s' where it belongs" % name)
        end = at + 3 + data[at + 1] + (data[at + 2] << 8)
        if end > body:
            raise MissionError("section '%s' is longer than the mission file" % name)
        reader = _Reader(data[at + 3 : end])
        _READERS[number](mission, reader)
        if reader.left():
            raise MissionError("section '%s' holds %d bytes too many" % (name, reader.left()))
        at = end
    if at != body:
        raise MissionError("the mission file holds sections that format %d does not know" % VERSION)
    mission.hash = digest
    refuse(rules.problems(mission))
    if not mission.net:
        mission.net = digest[0] | digest[1] << 8 or 1
    for index in range(1, len(mission.drops)):
        if order_of(mission.drops[index]) < order_of(mission.drops[index - 1]):
            raise MissionError("the drops of the mission file are not in the order of their times")
    return mission


def order_of(drop):
    """What drops stand in order by: after launch, then those by UTC."""
    return (either(drop.after_ms, NO_TIME), either(drop.at_unix_s, 0))


def check_outputs(mission, outputs):
    """MissionError when the mission needs a board output beyond 1 to `outputs`."""
    found = []
    for index in range(len(mission.channels)):
        output = mission.channels[index].output
        if output > outputs:
            text = "the board has outputs 1 to %d, channel '%s' needs output %d"
            found.append((("channels", index, "output"), text % (outputs, mission.channels[index].name, output)))
    refuse(found)


def refuse(found):
    """MissionError with all of `found`, a list of (path, sentence), unless that is empty."""
    if found:
        lines = []
        for path, text in found:
            lines.append(".".join([str(step) for step in path]) + ": " + text)
        raise MissionError("; ".join(lines), found)


def _read_flight(mission, reader):
    mission.flight_id = reader.text()
    mission.callsign = reader.text()
    (
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
        break_wire,
    ) = reader.numbers(FLIGHT_NUMBERS)
    mission.break_wire = break_wire == 1


def _read_channels(mission, reader):
    channels = []
    for _ in range(reader.count(rules.MOST_CHANNELS)):
        name = reader.text()
        kind, output, pulse_ms, attempts, same_load = reader.numbers(CHANNEL_NUMBERS)
        count = reader.count(rules.MOST_POSITIONS)
        positions_us = reader.numbers("<%dH" % count)
        channels.append(Channel(name, kind, output, pulse_ms, attempts, _or_none(same_load, NO_INDEX), positions_us))
    mission.channels = tuple(channels)


def _read_areas(mission, reader):
    areas = []
    for _ in range(reader.count(rules.MOST_AREAS)):
        name = reader.text()
        kind, count = reader.numbers(AREA_NUMBERS)
        areas.append(Area(name, kind, reader.take(count * POINT_BYTES)))
    mission.areas = tuple(areas)


def _read_drops(mission, reader):
    drops = []
    for _ in range(reader.count(rules.MOST_DROPS)):
        drop = Drop(reader.text(), None)
        (
            drop.channel,
            after_ms,
            at_unix_s,
            patience_ms,
            drop.late,
            min_altitude_m,
            max_altitude_m,
            inside,
            drop.phases,
            drop.hold_ms,
            in_descent,
            drop.every_ms,
            drop.count,
            drop.keep_outs,
            drop.motion_cm_s,
        ) = reader.numbers(DROP_NUMBERS)
        drop.after_ms = _or_none(after_ms, NO_TIME)
        drop.at_unix_s = _or_none(at_unix_s, 0)
        drop.patience_ms = _or_none(patience_ms, NO_TIME)
        drop.min_altitude_m = _or_none(min_altitude_m, NO_ALTITUDE)
        drop.max_altitude_m = _or_none(max_altitude_m, NO_ALTITUDE)
        drop.inside = _or_none(inside, NO_INDEX)
        drop.in_descent = in_descent == 1
        drops.append(drop)
    mission.drops = tuple(drops)


def _read_cutdown(mission, reader):
    if not reader.count(1):
        return
    cutdown = Cutdown(None, None)
    (
        cutdown.channel,
        cutdown.latest_ms,
        ceiling_m,
        outside,
        battery_mv,
        lost_link_ms,
        cutdown.min_agl_m,
        cutdown.motion_cm_s,
    ) = reader.numbers(CUTDOWN_NUMBERS)
    cutdown.ceiling_m = _or_none(ceiling_m, NO_ALTITUDE)
    cutdown.outside = _or_none(outside, NO_INDEX)
    cutdown.battery_mv = _or_none(battery_mv, 0)
    cutdown.lost_link_ms = _or_none(lost_link_ms, NO_TIME)
    mission.cutdown = cutdown


def _read_radio(mission, reader):
    mission.profile, mission.modem, sentences, channel, dbm = reader.numbers(RADIO_NUMBERS)
    mission.sentences = sentences == 1
    mission.radio_channel = _or_none(channel, NO_CHANNEL)
    mission.radio_dbm = _or_none(dbm, NO_POWER)


def either(value, nothing):
    return nothing if value is None else value


def _or_none(value, nothing):
    return None if value == nothing else value


_READERS = {
    FLIGHT: _read_flight,
    CHANNELS: _read_channels,
    AREAS: _read_areas,
    DROPS: _read_drops,
    CUTDOWN: _read_cutdown,
    RADIO: _read_radio,
}


class _Reader:
    """Takes one section apart; MissionError when it ends too early."""

    def __init__(self, data):
        self._data = data
        self._at = 0

    def left(self):
        return len(self._data) - self._at

    def take(self, size):
        if size > self.left():
            raise MissionError("the mission file ends in the middle of a section")
        self._at += size
        return self._data[self._at - size : self._at]

    def numbers(self, layout):
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def count(self, most):
        count = self.take(1)[0]
        if count > most:
            raise MissionError("the mission file names %d of what there can be only %d" % (count, most))
        return count

    def text(self):
        # Beyond ASCII every byte becomes "?", which no name may hold: the rules then refuse it with words.
        return "".join([chr(byte) if byte < 128 else "?" for byte in self.take(self.take(1)[0])])
