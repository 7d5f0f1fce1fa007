"""A whole log at once: every frame of it as columns, vectorised; what Receiver finds, many times as fast.

The same frames, values and counts as ground/receiver.py gives for the same bytes; tests hold the two together. The
order among frames (late, repeated, restarted) is a question of one after another and is told by `arrivals`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from firmware.protocol import authentication, framing, history, telemetry, words
from ground.log_bytes import Heard, read_bytes, read_log
from ground.log_columns import Bytes, Whole, columns, crc_holds, undo_cobs
from ground.log_fields import PAYLOAD_AT, hist_places, past_places, unpack, word
from ground.log_frames import Frames, by_arrival, concatenated
from ground.receiver import SIZES, Net
from ground.stream import ANY, OTHER_VERSION

_SHORTEST = PAYLOAD_AT + framing.CRC_BYTES
_LONGEST = framing.LONGEST_CONTENT + 1
_BLOCK = 16384  # frames at once: what they need stays in the cache


class Decoded:
    """What a log came to. The counts are those of ground/receiver.py, of all receivers together."""

    def __init__(self) -> None:
        self.frames: dict[int, list[Frames]] = {}  # by type; more than one part for a type of several lengths
        self.bytes = 0
        self.frames_total = 0
        self.frames_unknown = 0
        self.frames_misfit = 0
        self.frames_damaged = 0
        self.frames_other_version = 0
        self.bytes_discarded = 0

    @property
    def frames_bad(self) -> int:
        return self.frames_damaged + self.frames_misfit

    def parts(self) -> Iterable[Frames]:
        """Every part, by type."""
        for number in sorted(self.frames):
            yield from self.frames[number]

    def arrivals(self) -> "Arrivals":
        """Every frame in the order of arrival, with its epoch and its order among the others."""
        return _arrivals(list(self.parts()))


class Arrivals(NamedTuple):
    """By arrival: which part of `Decoded.parts`, which row in it, and what ground/receiver.py says of it."""

    part: Whole
    row: Whole
    epoch: Whole
    order: list[str]
    nets: dict[int, Net]


def decode_log(path: Path) -> Decoded:
    """A raw.log or a file of received bytes. OSError when it cannot be read."""
    return _decode(read_log(path))


def decode_bytes(data: bytes) -> Decoded:
    """Bytes of one receiver."""
    return _decode(read_bytes(data, 0))


def _decode(streams: Iterable[Heard]) -> Decoded:
    result = Decoded()
    for stream in streams:
        _take(result, stream)
    result.frames = {number: _joined(parts) for number, parts in result.frames.items()}
    return result


def _take(result: Decoded, stream: Heard) -> None:
    data = stream.data
    result.bytes += data.size
    zeros = np.flatnonzero(data == 0)
    starts = np.empty(zeros.size, dtype=np.int64)
    if zeros.size:
        starts[0] = 0
        starts[1:] = zeros[:-1] + 1
    sizes = zeros - starts
    tail = int(data.size - (zeros[-1] + 1 if zeros.size else 0))
    if tail > _LONGEST:
        result.frames_damaged += 1
        result.bytes_discarded += tail
    impossible = (sizes > 0) & ((sizes < _SHORTEST) | (sizes > _LONGEST))
    result.frames_damaged += int(np.count_nonzero(impossible))
    result.bytes_discarded += int(sizes[impossible].sum())
    for size in np.unique(sizes[(sizes >= _SHORTEST) & (sizes <= _LONGEST)]).tolist():
        _take_size(result, stream, starts[sizes == size], size)


def _take_size(result: Decoded, stream: Heard, starts: Whole, size: int) -> None:
    """All pieces of one length."""
    kept: dict[int, list[tuple[Whole, Bytes]]] = {}
    for at in range(0, starts.size, _BLOCK):
        block = starts[at : at + _BLOCK]
        content = columns(stream.data, block, size)
        good = undo_cobs(content)
        good &= crc_holds(content[1:])
        if not good.all():
            damaged = int(np.count_nonzero(~good))
            result.frames_damaged += damaged
            result.bytes_discarded += damaged * size
            content, block = np.ascontiguousarray(content[:, good]), block[good]
        for first in np.unique(content[1]).tolist():
            which = content[1] == first
            count = int(np.count_nonzero(which))
            expected = SIZES[first]
            if expected not in (ANY, size + 2):
                result.bytes_discarded += count * size
                if expected == OTHER_VERSION:
                    result.frames_other_version += count
                else:
                    result.frames_misfit += count
                continue
            result.frames_total += count
            if expected == ANY:
                result.frames_unknown += count
            part = content if count == block.size else np.ascontiguousarray(content[:, which])
            kept.setdefault(first & 0x3F, []).append((block[which], part))
    for number, blocks in kept.items():
        parts = [_frames(number, stream, block, content) for block, content in blocks]
        result.frames.setdefault(number, []).append(parts[0] if len(parts) == 1 else concatenated(parts))


_LAYOUTS = {
    **dict(telemetry.LAYOUTS),
    **dict(telemetry.TAGGED_LAYOUTS),
    telemetry.FIX_2: telemetry.FIX_LAYOUT,
    telemetry.FIX_3: telemetry.FIX_LAYOUT,
}
_NAMES = {number: name for number, name, _, _ in words.FRAMES}
_OFFSETS = {telemetry.FIX_2: history.OFFSETS_2, telemetry.FIX_3: history.OFFSETS_3}


def _frames(number: int, stream: Heard, starts: Whole, content: Bytes) -> Frames:
    size = content.shape[0]
    ends = starts + size
    chunk = np.searchsorted(stream.ends, ends, side="right")
    chunk_starts = np.append(0, stream.ends)[chunk]
    mission_ms = word(content, 7, 3).astype(np.int64) * 100
    values: dict[str, Whole] = {}
    unknown: dict[str, Whole] = {}
    places = None
    payload = np.empty((starts.size, 0), dtype=np.uint8)
    layout = _LAYOUTS.get(number)
    if layout is not None:
        unpack(layout, content, values, unknown)
        if number in _OFFSETS:
            places = past_places(content, PAYLOAD_AT + layout.size, _OFFSETS[number], mission_ms, values, unknown)
        if size != PAYLOAD_AT + layout.size + framing.CRC_BYTES and places is None:
            end = size - framing.CRC_BYTES
            payload = np.ascontiguousarray(content[end - authentication.TAG_BYTES : end].T)
    elif number == telemetry.HIST:
        places = hist_places(content)
    else:
        payload = np.ascontiguousarray(content[PAYLOAD_AT : size - framing.CRC_BYTES].T)
    return Frames(
        number,
        _NAMES.get(number, f"TYPE {number}"),
        np.full(starts.size, stream.receiver),
        stream.begins_at[chunk] + ends - chunk_starts,
        stream.wall_ns[chunk],
        stream.monotonic_ns[chunk],
        word(content, 2, 2).astype(np.int64),
        word(content, 4, 3).astype(np.int64),
        mission_ms,
        values,
        unknown,
        places,
        payload,
    )


def _joined(parts: list[Frames]) -> list[Frames]:
    """Parts of one type as one, in the order of arrival; those whose payloads have another length stay apart."""
    by_width: dict[int, list[Frames]] = {}
    for part in parts:
        by_width.setdefault(part.payload.shape[1], []).append(part)
    return [by_arrival(concatenated(same)) if len(same) > 1 else same[0] for same in by_width.values()]


def _arrivals(parts: list[Frames]) -> Arrivals:
    part: Whole = np.concatenate([np.full(len(one), at, dtype=np.int64) for at, one in enumerate(parts)] or [_NOTHING])
    row = np.concatenate([np.arange(len(one), dtype=np.int64) for one in parts] or [_NOTHING])
    order = np.argsort(np.concatenate([one.arrival for one in parts] or [_NOTHING]), kind="stable")
    part, row = part[order], row[order]

    def told(name: str) -> list[int]:
        found: list[int] = np.concatenate([getattr(one, name) for one in parts] or [_NOTHING])[order].tolist()
        return found

    nets: dict[int, Net] = {}
    epochs = []
    orders = []
    headers = zip(*(told(name) for name in ("net", "sequence", "mission_ms", "receiver")), strict=True)
    for number, sequence, mission_ms, receiver in headers:
        net = nets.get(number)
        if net is None:
            net = nets[number] = Net()
        orders.append(net.order(sequence, mission_ms, receiver))
        epochs.append(net.epoch)
    return Arrivals(part, row, np.array(epochs, dtype=np.int64), orders, nets)


_NOTHING = np.empty(0, dtype=np.int64)
