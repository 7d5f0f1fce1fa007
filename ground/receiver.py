"""Bytes in, records out: the one place where received bytes become numbers. Never raises, whatever arrives."""

from typing import NamedTuple

from firmware.protocol import authentication, deframing, framing, history, telemetry, unwinding, words
from firmware.protocol.fields import Layout
from firmware.protocol.unpacking import unpack
from ground.raw_log import Chunk

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
    layout: Layout | None
    size: int
    offsets: tuple[tuple[int, int], ...] = ()


_FIX_BYTES = telemetry.FIX_LAYOUT.size
_DECODERS = {
    **{number: _Decoder(_NAMES[number], layout, layout.size) for number, layout in telemetry.LAYOUTS},
    **{
        number: _Decoder(_NAMES[number], layout, layout.size + authentication.TAG_BYTES)
        for number, layout in telemetry.TAGGED_LAYOUTS
    },
    **{
        number: _Decoder("FIX", telemetry.FIX_LAYOUT, _FIX_BYTES + history.PLACE_BYTES * len(offsets), offsets)
        for number, offsets in ((telemetry.FIX_2, history.OFFSETS_2), (telemetry.FIX_3, history.OFFSETS_3))
    },
    telemetry.HIST: _Decoder("HIST", None, history.HIST_BYTES),
}
Place = tuple[int, int, int, int | None]  # mission_ms, latitude_e7, longitude_e7, altitude_m


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
    values: dict[str, int | None]
    payload: bytes
    places: tuple[Place, ...] = ()  # of the past, in HIST and in a FIX that tells it


class Net:
    """The frames heard of one flight: what came, what is missing."""

    def __init__(self) -> None:
        self.epoch = 0
        self.frames = 0
        self.repeated = 0
        self.late = 0
        self._missing_before = 0  # in epochs that are over
        self._begin()

    def _begin(self) -> None:
        self._heard: dict[int, int] = {}  # sequence -> mission_ms
        self._first = 0
        self._newest = -1
        self._in_span = 0  # heard, and not before the first
        self._behind: list[int] = []
        self._new_behind: list[int] = []

    @property
    def missing(self) -> int:
        """Frames between the first and the newest heard that did not come."""
        if self._newest < 0:
            return self._missing_before
        return self._missing_before + self._newest - self._first + 1 - self._in_span

    def order(self, sequence: int, mission_ms: int) -> str:
        """Where this frame stands among those heard; takes note of it."""
        self.frames += 1
        if sequence > self._newest:
            if self._newest < 0:
                self._first = sequence
            self._newest = sequence
            self._heard[sequence] = mission_ms
            self._in_span += 1
            if self._behind:
                self._behind = []
            return NEWEST
        if self._heard.get(sequence) == mission_ms:
            self.repeated += 1
            return REPEATED
        if not self._behind or sequence <= self._behind[-1]:
            self._behind = []
            self._new_behind = []
        self._behind.append(sequence)
        if len(self._behind) >= _RESTART_RUN:
            self._restart(sequence, mission_ms)
            return NEWEST
        self.late += 1
        if sequence not in self._heard:
            self._heard[sequence] = mission_ms
            self._new_behind.append(sequence)
            self._in_span += sequence >= self._first
        return LATE

    def _restart(self, sequence: int, mission_ms: int) -> None:
        # The run that gave the restart away filled no gaps of what was before.
        for earlier in self._new_behind:
            self._in_span -= earlier >= self._first
        self.late -= _RESTART_RUN - 1
        self._missing_before = self.missing
        self.epoch += 1
        self._begin()
        self._first = self._newest = sequence
        self._heard[sequence] = mission_ms
        self._in_span = 1


class Receiver:
    """Feed it chunks; it gives records and counts all that was not one."""

    def __init__(self) -> None:
        self._deframer = deframing.Deframer()
        self.nets: dict[int, Net] = {}
        self.bytes = 0
        self.frames = 0  # undamaged frames of this protocol version, repetitions and unknown types included
        self.frames_unknown = 0  # of a type this ground does not know
        self.frames_misfit = 0  # undamaged, and of the wrong length for their type
        self.frames_other_version = 0
        self._misfit_bytes = 0

    @property
    def frames_bad(self) -> int:
        """Damaged or impossible frames."""
        return int(self._deframer.bad_frames) + self.frames_misfit

    @property
    def bytes_discarded(self) -> int:
        """Bytes that were no part of an accepted frame; the zero bytes between frames are not counted."""
        return int(self._deframer.bad_bytes) + self._misfit_bytes

    @property
    def frames_missing(self) -> int:
        return sum(net.missing for net in self.nets.values())

    @property
    def frames_repeated(self) -> int:
        return sum(net.repeated for net in self.nets.values())

    def feed(self, chunk: Chunk) -> list[Record]:
        """The records whose last byte is in this chunk, in the order of arrival."""
        data, wall_ns, monotonic_ns = chunk[:3]
        self.bytes += len(data)
        records = []
        for packet in self._deframer.feed(data):
            version, frame_type, number, sequence, mission_ms = deframing.read_header(packet)
            if version != framing.VERSION:
                self.frames_other_version += 1
                continue
            payload = packet[framing.HEADER_BYTES :]
            values: dict[str, int | None] = {}
            places: tuple[Place, ...] = ()
            decoder = _DECODERS.get(frame_type)
            if decoder is None:
                kind = f"TYPE {frame_type}"
                self.frames_unknown += 1
            else:
                kind = decoder.kind
                if len(payload) != decoder.size:
                    self.frames_misfit += 1
                    self._misfit_bytes += len(packet) + framing.CRC_BYTES + 1
                    continue
                if decoder.layout is None:
                    places = tuple(unwinding.read_hist(payload))
                else:
                    values = unpack(decoder.layout, payload[: decoder.layout.size])
                if decoder.offsets:
                    places = tuple(
                        unwinding.past_of_fix(
                            payload,
                            _FIX_BYTES,
                            decoder.offsets,
                            mission_ms,
                            values["latitude_e7"],
                            values["longitude_e7"],
                        )
                    )
            net = self.nets.get(number)
            if net is None:
                net = self.nets[number] = Net()
            order = net.order(sequence, mission_ms)
            self.frames += 1
            records.append(
                Record(
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
                    payload,
                    places,
                )
            )
        return records
