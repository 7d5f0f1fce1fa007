"""The link measured here and now: ours beside pymavlink and beside UKHAS sentences, in rounds that take turns."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from firmware.protocol import telemetry
from ground import bench_fixes, bench_peers
from ground.bench_damage import damaged
from ground.bench_flight import fix_frames
from ground.log_decoder import decode_log
from ground.raw_log import NAME, Chunk, RawLog
from ground.receiver import Receiver

_READ_BYTES = 4096  # what a serial port gives at once, where a log or a backlog is read
_STREAM_FRAMES = 40
# One byte in so many is changed; or one is lost and a few are put in.
_BYTES_A_BLOW = 250


class Size(NamedTuple):
    """How much to measure with."""

    rounds: int
    frames: int
    log_frames: int
    streams: int  # damaged ones that ours reads; the peer reads the first tenth of them
    flight_s: int
    flights: int


FULL = Size(rounds=15, frames=10_000, log_frames=500_000, streams=10_000, flight_s=10_800, flights=8)
QUICK = Size(rounds=5, frames=4_000, log_frames=100_000, streams=600, flight_s=7_200, flights=2)


class Row(NamedTuple):
    """One figure. ratio: how many times as good ours is; None where that is no number. peer: None without a peer."""

    name: str
    ours: float
    peer: float | None
    ratio: float | None
    unit: str


def rows(size: Size, say: Callable[[str], None]) -> list[Row]:
    """All of them. say: is told what is being measured."""
    dialect = bench_peers.mavlink()
    found: list[Row] = []
    for text, part in (
        ("single frames as they arrive", _live),
        ("a recorded log", _log),
        ("bytes for the same content", _bytes),
        ("undamaged frames in damaged streams", _lost),
        ("fixes known after bursts and outages", _fixes),
    ):
        say(text)
        found += part(size, dialect)
    return found


def _row(name: str, ours: float, peer: float | None, unit: str, less_is_better: bool = False) -> Row:
    better, worse = (peer, ours) if less_is_better else (ours, peer)
    ratio = None if not better or not worse else better / worse
    return Row(name, ours, peer, ratio, unit)


def _best_s(rounds: int, jobs: Sequence[Callable[[], float]]) -> list[float]:
    """The shortest of each job's times, seconds. The jobs take turns, so that a slow moment of the machine hits all."""
    best = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for at, job in enumerate(jobs):
            best[at] = min(best[at], job())
    return best


def _feeding(frames: Sequence[bytes]) -> Callable[[], float]:
    chunks = [Chunk(frame, at, at) for at, frame in enumerate(frames)]

    def run() -> float:
        receiver = Receiver()
        feed = receiver.feed
        begin = time.perf_counter()
        for chunk in chunks:
            feed(chunk)
        spent_s = time.perf_counter() - begin
        assert receiver.frames == len(chunks)
        return spent_s

    return run


def _parsing(dialect: Any, pieces: Sequence[bytes], messages: int) -> Callable[[], float]:
    def run() -> float:
        parser = dialect.MAVLink(None)
        parse = parser.parse_buffer
        begin = time.perf_counter()
        for piece in pieces:
            parse(piece)
        spent_s = time.perf_counter() - begin
        assert parser.total_packets_received == messages
        return spent_s

    return run


def _parsing_sentences(lines: Sequence[bytes]) -> Callable[[], float]:
    def run() -> float:
        parse = bench_peers.parse_sentence
        begin = time.perf_counter()
        for line in lines:
            parse(line)
        return time.perf_counter() - begin

    return run


def _live(size: Size, dialect: Any) -> list[Row]:
    count = size.frames
    sentences = bench_peers.ukhas_sentences(count)
    jobs = [
        _feeding(fix_frames(count)),
        _feeding(fix_frames(count, telemetry.FIX_2)),
        _parsing_sentences(sentences),
    ]
    if dialect is not None:
        messages = bench_peers.mavlink_messages(dialect, count // bench_peers.MESSAGES_EACH)
        jobs.append(_parsing(dialect, messages, len(messages)))
    ours_s, with_places_s, ukhas_s, *rest = _best_s(size.rounds, jobs)
    ours, with_places, ukhas = (count / spent_s for spent_s in (ours_s, with_places_s, ukhas_s))
    peer = len(messages) / rest[0] if rest else None
    each = None if peer is None else peer / bench_peers.MESSAGES_EACH
    return [
        _row("decode_live", ours, peer, "frames/s"),
        _row("decode_live_with_past_places", with_places, peer, "frames/s"),
        _row("decode_live_same_content", ours, each, "reports/s"),
        _row("decode_live_ukhas", ours, ukhas, "frames/s"),
    ]


def _log(size: Size, dialect: Any) -> list[Row]:
    few = fix_frames(size.frames)
    frames = [few[at % len(few)] for at in range(size.log_frames)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        log = RawLog(path)
        for at, frame in enumerate(frames):
            log.append(Chunk(frame, at, at))
        log.close()

        def decode() -> float:
            begin = time.perf_counter()
            decoded = decode_log(path)
            spent_s = time.perf_counter() - begin
            assert decoded.frames_total == len(frames)
            return spent_s

        jobs: list[Callable[[], float]] = [decode]
        if dialect is not None:
            messages = bench_peers.mavlink_messages(dialect, size.frames // bench_peers.MESSAGES_EACH)
            data = b"".join(messages)
            parts = [data[at : at + _READ_BYTES] for at in range(0, len(data), _READ_BYTES)]
            jobs.append(_parsing(dialect, parts, len(messages)))
        ours_s, *rest = _best_s(max(3, size.rounds // 3), jobs)
    peer = len(messages) / rest[0] if rest else None
    return [_row("decode_log", len(frames) / ours_s, peer, "frames/s")]


def _bytes(size: Size, dialect: Any) -> list[Row]:
    seconds = 600
    ours = sum(map(len, fix_frames(seconds))) / seconds
    ukhas = sum(map(len, bench_peers.ukhas_sentences(seconds))) / seconds
    plain = signed = None
    if dialect is not None:
        plain = sum(map(len, bench_peers.mavlink_messages(dialect, seconds))) / seconds
        signed = sum(map(len, bench_peers.mavlink_messages(dialect, seconds, signed=True))) / seconds
    return [
        _row("bytes_same_content", ours, plain, "bytes", less_is_better=True),
        _row("bytes_same_content_signed", ours, signed, "bytes", less_is_better=True),
        _row("bytes_same_content_ukhas", ours, ukhas, "bytes", less_is_better=True),
    ]


def lost_of_ours(frames: Sequence[bytes], streams: int, inserted: bool, seed: int = 3) -> tuple[int, int]:
    """(undamaged frames, those of them that were not received) of so many damaged streams."""
    dice = Random(seed)
    contents = {}
    for frame in frames:
        (record,) = Receiver().feed(Chunk(frame, 0, 0))
        contents[frame] = record.content
    undamaged = lost = 0
    for _ in range(streams):
        part, data, whole = _stream(frames, dice, inserted)
        records = Receiver().feed(Chunk(data, 0, 0))
        heard = {record.content for record in records}
        undamaged += len(whole)
        lost += sum(contents[part[number]] not in heard for number in whole)
    return undamaged, lost


def lost_of_mavlink(
    dialect: Any, frames: Sequence[bytes], streams: int, inserted: bool, seed: int = 3
) -> tuple[int, int]:
    """The same of pymavlink, which says of bad bytes what they are instead of giving up."""
    dice = Random(seed)
    undamaged = lost = 0
    for _ in range(streams):
        part, data, whole = _stream(frames, dice, inserted)
        parser = dialect.MAVLink(None)
        parser.robust_parsing = True
        heard = {bytes(message.get_msgbuf()) for message in parser.parse_buffer(data) or ()}
        undamaged += len(whole)
        lost += sum(part[number] not in heard for number in whole)
    return undamaged, lost


def _stream(frames: Sequence[bytes], dice: Random, inserted: bool) -> tuple[Sequence[bytes], bytes, list[int]]:
    first = dice.randrange(len(frames) - _STREAM_FRAMES)
    part = frames[first : first + _STREAM_FRAMES]
    blows = dice.randrange(1, 2 * sum(map(len, part)) // _BYTES_A_BLOW)
    kinds = (0, (blows + 1) // 2, blows // 2) if inserted else (blows, 0, 0)
    return part, *damaged(part, dice, *kinds)


def _lost(size: Size, dialect: Any) -> list[Row]:
    frames = fix_frames(2000)
    found = []
    for name, inserted in (("undamaged_lost", False), ("undamaged_lost_inserted", True)):
        undamaged, lost = lost_of_ours(frames, size.streams, inserted)
        peer = None
        if dialect is not None:
            messages = bench_peers.mavlink_messages(dialect, 400)
            all_of_them, of_them = lost_of_mavlink(dialect, messages, max(1, size.streams // 10), inserted)
            peer = 100 * of_them / all_of_them
        found.append(_row(name, 100 * lost / undamaged, peer, "%", less_is_better=True))
    return found


def _fixes(size: Size, _dialect: Any) -> list[Row]:
    share = bench_fixes.shares(size.flight_s, size.flights)
    return [
        _row("fixes_known", share["two"], share["nothing"], "%"),
        _row("fixes_known_three", share["three"], share["previous_two"], "%"),
        _row("fixes_known_two_and_hist", share["two_and_hist"], share["previous_two"], "%"),
    ]
