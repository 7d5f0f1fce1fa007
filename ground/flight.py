"""A flight read back from a log, in order: what exports and reports are made from."""

import sqlite3
from itertools import pairwise
from pathlib import Path
from statistics import median, median_low

from ground import flight_store, raw_log
from ground.flight_store import FlightStore, NotAStore
from ground.formats.payloads import Payloads
from ground.formats.store import HeardStore
from ground.raw_log import RECEIVED, Chunk, RawLogReader, is_raw_log
from ground.receiver import NEWEST, REPEATED, Receiver, Record
from ground.track import Position, Track

_SHORTEST_GAP_MS = 30_000
_GAP_INTERVALS = 5
_CLOCK_STEP_NS = 60_000_000_000


class FlightError(Exception):
    """There is no flight to read. One sentence that says what to do."""


class Flight:
    """Every record heard once, by flight and sequence, and a track for each start of each net; and other payloads."""

    def __init__(
        self,
        name: str,
        records: list[Record],
        damage: str | None = None,
        payloads: Payloads | None = None,
        names: dict[int, str] | None = None,
    ) -> None:
        """name: for titles. records: sorted by net, epoch, sequence. damage: one sentence on what was unreadable.

        names: what the receivers are called, by their numbers.
        """
        self.name = name
        self.records = records
        self.damage = damage
        self.payloads = Payloads() if payloads is None else payloads
        self.names = names or {}
        self.tracks: dict[tuple[int, int], Track] = {}
        starts: dict[tuple[int, int], list[int]] = {}
        for record in records:
            key = (record.net, record.epoch)
            if key not in self.tracks:
                self.tracks[key] = Track(record.net)
            self.tracks[key].update(record)
            starts.setdefault(key, []).append(record.wall_ns - record.mission_ms * 1_000_000)
        self._start_ns = {key: _start(found) for key, found in starts.items()}

    def name_of(self, receiver: int) -> str:
        """What a receiver is called."""
        return self.names.get(receiver, f"receiver {receiver + 1}")

    @property
    def track(self) -> Track | None:
        """The one with the most frames; None without any."""
        counts: dict[tuple[int, int], int] = {}
        for record in self.records:
            key = (record.net, record.epoch)
            counts[key] = counts.get(key, 0) + 1
        return self.tracks[max(counts, key=lambda key: counts[key])] if counts else None

    def utc_ns(self, track: Track, mission_ms: int) -> int:
        """UTC of a mission time, ns since 1970: the payload's clock, set by the laptop's."""
        return self._start_ns[track.net, track.epoch] + mission_ms * 1_000_000


def _start(found: list[int]) -> int:
    """When the payload's clock began, by the frame that came with the least delay.

    A laptop whose clock was set in mid-flight has some that are far off: only those within a minute of the usual count.
    """
    usual = median_low(found)
    return min(start for start in found if abs(start - usual) <= _CLOCK_STEP_NS)


def segments(positions: list[Position]) -> list[list[Position]]:
    """The way, cut where it was not heard: at more than 30 s, or more than five usual intervals, without a position."""
    if not positions:
        return []
    steps = [after.mission_ms - before.mission_ms for before, after in pairwise(positions)]
    limit_ms = max(_SHORTEST_GAP_MS, int(_GAP_INTERVALS * median(steps))) if steps else _SHORTEST_GAP_MS
    parts = [[positions[0]]]
    for step, position in zip(steps, positions[1:], strict=True):
        if step > limit_ms:
            parts.append([])
        parts[-1].append(position)
    return parts


def read_flight(path: Path) -> Flight:
    """The flight in a log folder, a raw.log, a flight.sqlite or a file of received bytes. FlightError with a sentence.

    In a folder raw.log is asked first: it is the truth, flight.sqlite a view of it.
    """
    name = path.resolve().name
    if path.is_dir():
        for found in (path / raw_log.NAME, path / flight_store.NAME):
            if found.is_file() and found.stat().st_size:
                path = found
                break
        else:
            raise FlightError(
                f"{path} holds neither raw.log nor flight.sqlite: give the folder that `samara listen` made."
            )
    elif path.name in (raw_log.NAME, flight_store.NAME):
        name = path.resolve().parent.name
    try:
        with path.open("rb") as file:
            is_database = file.read(16) == b"SQLite format 3\0"
        return Flight(name, *(_from_database(path) if is_database else _from_bytes(path)))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FlightError(f"{path} cannot be read ({reason}): give a log folder, raw.log or flight.sqlite.") from error


def _from_database(path: Path) -> tuple[list[Record], None, Payloads]:
    payloads = Payloads()
    try:
        store = FlightStore(path)
        try:
            records = list(store.records())
        finally:
            store.close()
        heard = HeardStore(path)
        try:
            for message in heard.messages():
                payloads.add(message)
        finally:
            heard.close()
        return records, None, payloads
    except NotAStore as error:
        raise FlightError(str(error)) from error
    except sqlite3.Error as error:
        raise FlightError(f"{path} cannot be read ({error}): give the raw.log beside it.") from error


def _from_bytes(path: Path) -> tuple[list[Record], str | None, Payloads, dict[int, str]]:
    receiver = Receiver()
    payloads = receiver.others = Payloads()
    names: dict[int, str] = {}
    heard: dict[tuple[int, int, int, int, str], Record] = {}
    damage = None
    if is_raw_log(path):
        reader = RawLogReader(path)
        for chunk in reader:
            if chunk.kind == RECEIVED:
                _keep(heard, receiver.feed(chunk))
        damage, names = reader.damage, reader.names
    else:
        written_ns = path.stat().st_mtime_ns  # plain bytes have no receive times: their last one is the best known
        _keep(heard, receiver.feed(Chunk(path.read_bytes(), written_ns, 0)))
    if not heard and not payloads.messages:
        raise FlightError(
            f"{path} holds no undamaged frame ({receiver.bytes} bytes, {receiver.frames_bad} damaged frames): "
            "nothing was received, or it is not a Samara log."
        )
    return sorted(heard.values(), key=_place_in_flight), damage, payloads, names


def _keep(heard: dict[tuple[int, int, int, int, str], Record], records: list[Record]) -> None:
    """Each frame once, as a store keeps it: known to be new, whatever its order was when it came."""
    for record in records:
        if record.order is not REPEATED:
            key = (record.net, record.epoch, record.sequence, record.mission_ms, record.kind)
            heard.setdefault(key, record if record.order is NEWEST else record._replace(order=NEWEST))


def _place_in_flight(record: Record) -> tuple[int, int, int, int]:
    return record.net, record.epoch, record.sequence, record.mission_ms
