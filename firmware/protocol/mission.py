"""The mission file: what one flight shall let go, when and by which channel, as the bytes a board loads.

    "SMRM" | version u8 | sections | SHA-256 of all before it, 32 bytes          little-endian
    section: number u8 | length u16 | content          each exactly once, in the order of SECTIONS
    text:    length u8 | ASCII

The hash stands at the end in every version, so that damage is told from another version.
"""

import hashlib
import struct

from firmware.protocol import mission_rules as rules

MAGIC = b"SMRM"
VERSION = 1
HASH_BYTES = 32
MOST_BYTES = 1024

FLIGHT = 1
CHANNELS = 2
DROPS = 3
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
_FLIGHT = "<HhhHII"
_CHANNEL = "<BBHB"
_DROP = "<BI"


class MissionError(Exception):
    """A mission that cannot fly. `problems` is a tuple of (path, sentence), see mission_rules.problems."""

    def __init__(self, text, problems=()):
        super().__init__(text)
        self.problems = tuple(problems)


class Channel:
    """One way to let something go: `output` is the number printed on the board, from 1."""

    def __init__(self, name, kind, output, pulse_ms, attempts):
        self.name = name
        self.kind = kind
        self.output = output
        self.pulse_ms = pulse_ms
        self.attempts = attempts


class Drop:
    """One thing to let go: `channel` is an index into the mission's channels, `after_ms` counts from launch."""

    def __init__(self, name, channel, after_ms):
        self.name = name
        self.channel = channel
        self.after_ms = after_ms


class Mission:
    """A whole flight's plan. `hash` is the SHA-256 of the content, `net` tells this flight's frames from others'."""

    def __init__(self):
        self.flight_id = ""
        self.callsign = ""
        self.net = 0
        self.hash = b""
        self.pad_altitude_m = 0
        self.highest_ground_m = 0
        self.min_agl_m = rules.MIN_AGL_M
        self.not_before_ms = rules.NOT_BEFORE_MS
        self.end_ms = 0
        self.channels: tuple = ()
        self.drops: tuple = ()


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
    for number, name, _ in SECTIONS:
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
    _refuse(rules.problems(mission))
    if not mission.net:
        mission.net = digest[0] | digest[1] << 8 or 1
    for index in range(1, len(mission.drops)):
        if mission.drops[index].after_ms < mission.drops[index - 1].after_ms:
            raise MissionError("the drops of the mission file are not in the order of their times")
    return mission


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
    _refuse(rules.problems(mission))
    content = MAGIC + struct.pack("<B", VERSION)
    for number, body in (
        (FLIGHT, _flight_bytes(mission)),
        (CHANNELS, _channel_bytes(mission)),
        (DROPS, _drop_bytes(mission)),
    ):
        content += struct.pack("<BH", number, len(body)) + body
    return content + hashlib.sha256(content).digest()


def check_outputs(mission, outputs):
    """MissionError when the mission needs a board output beyond 1 to `outputs`."""
    found = []
    for index in range(len(mission.channels)):
        output = mission.channels[index].output
        if output > outputs:
            text = "the board has outputs 1 to %d, channel '%s' needs output %d"
            found.append((("channels", index, "output"), text % (outputs, mission.channels[index].name, output)))
    _refuse(found)


def _refuse(found):
    if found:
        lines = []
        for path, text in found:
            lines.append(".".join([str(step) for step in path]) + ": " + text)
        raise MissionError("; ".join(lines), found)


def _channel_of(row):
    kind = row.get("kind", "burn_wire")
    return Channel(row.get("name"), kind, row.get("output"), row.get("pulse_ms"), row.get("attempts", 1))


def _index(names, name):
    """The index of a name; the name itself when there is none, for the error message."""
    for index in range(len(names)):
        if names[index] == name and name is not None:
            return index
    return None if name is None else str(name)


# The sections, each written and read side by side ----------------------------------------------------------------


def _flight_bytes(mission):
    numbers = struct.pack(
        _FLIGHT,
        mission.net,
        mission.pad_altitude_m,
        mission.highest_ground_m,
        mission.min_agl_m,
        mission.not_before_ms,
        mission.end_ms,
    )
    return _text(mission.flight_id) + _text(mission.callsign) + numbers


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
    ) = reader.numbers(_FLIGHT)


def _channel_bytes(mission):
    body = struct.pack("<B", len(mission.channels))
    for channel in mission.channels:
        kind = next(row[0] for row in rules.KINDS if row[1] == channel.kind)
        body += _text(channel.name) + struct.pack(_CHANNEL, kind, channel.output, channel.pulse_ms, channel.attempts)
    return body


def _read_channels(mission, reader):
    channels = []
    for _ in range(reader.count(rules.MOST_CHANNELS)):
        name = reader.text()
        number, output, pulse_ms, attempts = reader.numbers(_CHANNEL)
        kinds = [row[1] for row in rules.KINDS if row[0] == number]
        channels.append(Channel(name, kinds[0] if kinds else number, output, pulse_ms, attempts))
    mission.channels = tuple(channels)


def _drop_bytes(mission):
    body = struct.pack("<B", len(mission.drops))
    # The place breaks ties: MicroPython's sort does not keep the order of equals.
    for _, place in sorted([(mission.drops[i].after_ms, i) for i in range(len(mission.drops))]):
        drop = mission.drops[place]
        body += _text(drop.name) + struct.pack(_DROP, drop.channel, drop.after_ms)
    return body


def _read_drops(mission, reader):
    drops = []
    for _ in range(reader.count(rules.MOST_DROPS)):
        name = reader.text()
        channel, after_ms = reader.numbers(_DROP)
        drops.append(Drop(name, channel, after_ms))
    mission.drops = tuple(drops)


_READERS = {FLIGHT: _read_flight, CHANNELS: _read_channels, DROPS: _read_drops}


def _text(text):
    data = text.encode()
    return struct.pack("<B", len(data)) + data


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
