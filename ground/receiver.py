"""Bytes in, records out: the one place where received bytes become numbers. Never raises, whatever arrives."""

from collections.abc import Iterable
from typing import NamedTuple

from firmware.protocol import authentication, framing, history, telemetry, unwinding, words
from ground.fast_unpacking import AFTER_PAYLOAD, PAYLOAD_AT, Place, PlaceReader, Reader, Values, place_reader, reader
from ground.raw_log import Chunk
from ground.stream import ANY, OTHER_VERSION, Others, Stream

# The first time a sequence number is heard; out of order, so it fills a gap; heard before.
NEWEST = "newest"
LATE = "late"
REPEATED = "repeated"

# A modem delays single frames, and new ones arrive between them. This many never-heard frames in a row, in ascending
# order and all behind the newest, mean that the payload counts from the beginning again.
_RESTART_RUN = 4

_NAMES = {number: name for number, name, _, _ in words.FRAMES}


class _Decoder(NamedTuple):
    kind: str
    frame_type: int
    size: int  # of the payload
    read: Reader
    places: PlaceReader | None = None


_FIX_BYTES = telemetry.FIX_LAYOUT.size


def _decoders() -> list[_Decoder]:
    made = []
    for number, layout in telemetry.LAYOUTS:
        made.append(_Decoder(_NAMES[number], number, layout.size, reader(layout)))
    for number, layout in telemetry.TAGGED_LAYOUTS:
        made.append(_Decoder(_NAMES[number], number, layout.size + authentication.TAG_BYTES, reader(layout)))
    for number, offsets in ((telemetry.FIX_2, history.OFFSETS_2), (telemetry.FIX_3, history.OFFSETS_3)):
        size = _FIX_BYTES + history.PLACE_BYTES * len(offsets)
        places = place_reader(offsets, PAYLOAD_AT + _FIX_BYTES)
        made.append(_Decoder("FIX", number, size, reader(telemetry.FIX_LAYOUT), places))
    made.append(_Decoder("HIST", telemetry.HIST, history.HIST_BYTES, _read_header, _read_hist))
    return made


def _read_header(content: bytes) -> tuple[int, int, int, Values]:
    """A Reader for frames without values."""
    whole = int.from_bytes(content[3:PAYLOAD_AT], "little")
    return whole & 0xFFFF, whole >> 16 & 0xFFFFFF, (whole >> 40) * 100, {}


def _read_hist(content: bytes, _mission_ms: int, _values: Values) -> tuple[Place, ...]:
    """A PlaceReader."""
    return tuple(unwinding.read_hist(content[PAYLOAD_AT:-AFTER_PAYLOAD]))


def _by_first_byte() -> tuple[list[_Decoder], list[int]]:
    decoders = [_Decoder(f"TYPE {first & 0x3F}", first & 0x3F, 0, _read_header) for first in range(256)]
    sizes = [ANY if first >> 6 == framing.VERSION else OTHER_VERSION for first in range(256)]
    for decoder in _decoders():
        first = framing.VERSION << 6 | decoder.frame_type
        decoders[first] = decoder
        sizes[first] = PAYLOAD_AT + decoder.size + AFTER_PAYLOAD
    return decoders, sizes


# By the first byte of a frame: version and type.
_DECODERS, SIZES = _by_first_byte()
# As plain tuples, which come apart in a third of the time.
_READERS = [(one.kind, one.frame_type, one.read, one.places) for one in _DECODERS]


class Record(NamedTuple):
    """One undamaged frame. `values` by field name, units in the names, None where unknown; empty for unknown types."""

    kind: str  # FIX, EVENT, ...; "TYPE 9" for a type this ground does not know
    frame_type: int
    net: int
    epoch: int  # counts payload restarts that began the sequence again
    sequence: int
    mission_ms: int
    wall_ns: int
    monotonic_ns: int
    order: str  # NEWEST, LATE or REPEATED
    values: Values
    content: bytes  # the frame without COBS, with a zero where that stood (stream.py); empty when it is not kept
    places: tuple[Place, ...] = ()  # of the past, in HIST and in a FIX that tells it
    receiver: int = 0  # which one heard it

    @property
    def packet(self) -> bytes:
        """Header and payload: what a tag is made over."""
        return self.content[2:-AFTER_PAYLOAD]

    @property
    def payload(self) -> bytes:
        return self.content[PAYLOAD_AT:-AFTER_PAYLOAD]


_new_record = tuple.__new__  # half the time of Record(...), which is a function around it


class Net:
    """The frames heard of one flight: what came, what is missing."""

    def __init__(self) -> None:
        self.epoch = 0
        self.repeated = 0
        self.late = 0
        self._missing_before = 0  # in epochs that are over
        self._heard_before: dict[int, int] = {}  # in the epoch before this one
        self._begin()

    def _begin(self) -> None:
        self.heard: dict[int, int] = {}  # sequence -> mission_ms
        self.newest = -1
        # The receiver whose next frame can be the newest and is nothing to think about; -1: none is.
        self.calm_for = -1
        self._first = 0
        self._before_first = 0  # how many of those heard
        # The receiver that heard the newest, and the newest of the others: one that is slower than another comes behind
        # it, and only who is behind itself tells of a restart.
        self._ahead = 0
        self._newest_of: dict[int, int] = {}
        self._behind: list[int] = []
        self._new_behind: list[int] = []

    @property
    def missing(self) -> int:
        """Frames between the first and the newest heard that did not come."""
        if self.newest < 0:
            return self._missing_before
        span = self.newest - self._first + 1
        return self._missing_before + span - (len(self.heard) - self._before_first)

    def order(self, sequence: int, mission_ms: int, receiver: int = 0) -> str:
        """Where this frame stands among those heard by any receiver; takes note of it."""
        if sequence > self.newest:
            if self._heard_before.get(sequence) == mission_ms:
                self.repeated += 1  # a slower receiver has not come to the restart yet
                return REPEATED
            if receiver != self._ahead:
                self._newest_of[self._ahead] = self.newest
                self._ahead = receiver
            if self.newest < 0:
                self._first = sequence
            self.newest = sequence
            self.heard[sequence] = mission_ms
            self._behind = []
            self.calm_for = -1 if self._heard_before else receiver
            return NEWEST
        is_behind = receiver == self._ahead or sequence <= self._newest_of.get(receiver, -1)
        if not is_behind:
            self._newest_of[receiver] = sequence
        if self.heard.get(sequence) == mission_ms:
            self.repeated += 1
            return REPEATED
        if is_behind:
            if not self._behind or sequence <= self._behind[-1]:
                self._behind = []
                self._new_behind = []
            self._behind.append(sequence)
            self.calm_for = -1
            if len(self._behind) >= _RESTART_RUN:
                self._restart(sequence, mission_ms, receiver)
                return NEWEST
        self.late += 1
        if sequence not in self.heard:
            self.heard[sequence] = mission_ms
            self._before_first += sequence < self._first
            if is_behind:
                self._new_behind.append(sequence)
        return LATE

    def _restart(self, sequence: int, mission_ms: int, receiver: int) -> None:
        # The run that gave the restart away filled no gaps of what was before.
        for earlier in self._new_behind:
            self._before_first -= earlier < self._first
            del self.heard[earlier]
        self.late -= _RESTART_RUN - 1
        self._missing_before = self.missing
        self.epoch += 1
        self._heard_before = self.heard
        self._begin()
        self._first = self.newest = sequence
        self._ahead = receiver
        self.heard[sequence] = mission_ms


class Receiver:
    """Feed it chunks of any number of receivers; it gives records and counts all that was not one."""

    def __init__(self) -> None:
        self.nets: dict[int, Net] = {}
        self.streams: dict[int, Stream] = {}  # by the number of the receiver: what each heard and threw away
        self.others: Others | None = None  # who is given the bytes that are in no accepted frame

    @property
    def bytes(self) -> int:
        return sum(stream.bytes for stream in self.streams.values())

    @property
    def frames(self) -> int:
        """Undamaged frames of this protocol version, repetitions and unknown types included."""
        return sum(stream.frames for stream in self.streams.values())

    @property
    def frames_unknown(self) -> int:
        """Of a type this ground does not know."""
        return sum(stream.unknown for stream in self.streams.values())

    @property
    def frames_misfit(self) -> int:
        """Undamaged, and of the wrong length for their type."""
        return sum(stream.misfits for stream in self.streams.values())

    @property
    def frames_other_version(self) -> int:
        return sum(stream.other_version for stream in self.streams.values())

    @property
    def frames_bad(self) -> int:
        """Damaged or impossible frames."""
        return sum(stream.damaged + stream.misfits for stream in self.streams.values())

    @property
    def bytes_discarded(self) -> int:
        """Bytes that were no part of an accepted frame; the zero bytes between frames are not counted."""
        return sum(stream.bytes_discarded for stream in self.streams.values())

    @property
    def frames_missing(self) -> int:
        return sum(net.missing for net in self.nets.values())

    @property
    def frames_repeated(self) -> int:
        return sum(net.repeated for net in self.nets.values())

    def feed(self, chunk: Chunk) -> list[Record]:
        """The records whose last byte is in this chunk, in the order of arrival."""
        data, wall_ns, monotonic_ns, _, receiver = chunk
        try:
            stream = self.streams[receiver]
        except KeyError:
            stream = self.streams[receiver] = Stream(receiver, SIZES)
        content = stream.whole(data)
        contents: Iterable[bytes]
        if content is not None:
            contents = (content,)
        elif self.others is None:
            contents = stream.feed(data)
        else:
            rest: list[bytes] = []
            contents = stream.feed(data, rest)
            if rest:
                self.others.feed(b"".join(rest), wall_ns, monotonic_ns, receiver)
        records = []
        for content in contents:
            kind, frame_type, read, read_places = _READERS[content[2]]
            number, sequence, mission_ms, values = read(content)
            places = () if read_places is None else read_places(content, mission_ms, values)
            try:
                net = self.nets[number]
            except KeyError:
                net = self.nets[number] = Net()
            if sequence > net.newest and net.calm_for == receiver:
                # By far the most frequent case, without a call.
                net.newest = sequence
                net.heard[sequence] = mission_ms
                order = NEWEST
            else:
                order = net.order(sequence, mission_ms, receiver)
                stream.repeated += order is REPEATED
            records.append(
                _new_record(
                    Record,
                    (
                        kind,
                        frame_type,
                        number,
                        net.epoch,
                        sequence,
                        mission_ms,
                        wall_ns,
                        monotonic_ns,
                        order,
                        values,
                        content,
                        places,
                        receiver,
                    ),
                )
            )
        return records
