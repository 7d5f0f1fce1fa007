"""The mission file: the bytes that say what one flight shall let go, read and checked; mission_writer makes them.

    "SMRM" | version u8 | sections | SHA-256 of all before it, 32 bytes          little-endian
    section: number u8 | length u16 | content          each exactly once, in the order of SECTIONS
    text:    length u8 | ASCII

The hash stands at the end in every version, so that damage is told from another version.
"""

import hashlib
import struct

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import Channel, Drop, Mission, MissionError

__all__ = ("Mission", "MissionError", "check_outputs", "load")

MAGIC = b"SMRM"
VERSION = 1
HASH_BYTES = 32
MOST_BYTES = 1024

FLIGHT = 1
CHANNELS = 2
DROPS = 3
_SECTIONS = ((FLIGHT, "flight"), (CHANNELS, "channels"), (DROPS, "drops"))

FLIGHT_NUMBERS = "<HhhHII"
CHANNEL_NUMBERS = "<BBHB"
DROP_NUMBERS = "<BI"


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
        if mission.drops[index].after_ms < mission.drops[index - 1].after_ms:
            raise MissionError("the drops of the mission file are not in the order of their times")
    return mission


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
    ) = reader.numbers(FLIGHT_NUMBERS)


def _read_channels(mission, reader):
    channels = []
    for _ in range(reader.count(rules.MOST_CHANNELS)):
        name = reader.text()
        number, output, pulse_ms, attempts = reader.numbers(CHANNEL_NUMBERS)
        kinds = [row[1] for row in rules.KINDS if row[0] == number]
        channels.append(Channel(name, kinds[0] if kinds else number, output, pulse_ms, attempts))
    mission.channels = tuple(channels)


def _read_drops(mission, reader):
    drops = []
    for _ in range(reader.count(rules.MOST_DROPS)):
        name = reader.text()
        channel, after_ms = reader.numbers(DROP_NUMBERS)
        drops.append(Drop(name, channel, after_ms))
    mission.drops = tuple(drops)


_READERS = {FLIGHT: _read_flight, CHANNELS: _read_channels, DROPS: _read_drops}


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
