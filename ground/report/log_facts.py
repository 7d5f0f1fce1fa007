"""What a raw.log says beside its flights: who heard what, what was sent, what was noted, when nothing came."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ground import raw_log
from ground.flight_store import NAME as STORE_NAME
from ground.formats.payloads import Payloads
from ground.raw_log import NOTE, RECEIVED, SENT, Chunk, RawLogReader, is_raw_log
from ground.receiver import Receiver, Record

_COMMAND_NOTE = "command "


@dataclass
class LogFacts:
    """Empty where only a store is left of a log."""

    receiver: Receiver = field(default_factory=Receiver)
    payloads: Payloads = field(default_factory=Payloads)
    names: dict[int, str] = field(default_factory=dict)
    answers: list[Record] = field(default_factory=list)  # ACK and CHAL, each time they were heard
    notes: list[Chunk] = field(default_factory=list)  # what was said about commands
    sent: list[Chunk] = field(default_factory=list)
    sessions: int = 0  # how often somebody began to listen
    first_ns: int | None = None  # of the first and the newest bytes, UTC
    last_ns: int | None = None
    path: Path | None = None


def silences(times_ns: Iterable[int], shortest_s: float) -> list[tuple[int, float]]:
    """(UTC ns, seconds) of the times in which nothing came, the longest first."""
    found = [
        (before, (after - before) / 1e9)
        for before, after in pairwise(sorted(times_ns))
        if after - before >= shortest_s * 1e9
    ]
    return sorted(found, key=lambda one: -one[1])


def read_facts(path: Path) -> LogFacts:
    """Of a log folder, a raw.log or a file of received bytes. OSError when it cannot be read."""
    if path.is_dir():
        path = path / raw_log.NAME
    if not path.is_file() or path.name == STORE_NAME:
        return LogFacts()
    facts = LogFacts(path=path)
    facts.receiver.others = facts.payloads
    if not is_raw_log(path):
        with path.open("rb") as file:
            head = file.read(16)
            if head == b"SQLite format 3\0":
                return LogFacts()
            facts.receiver.feed(Chunk(head + file.read(), path.stat().st_mtime_ns, 0))
        return facts
    reader = RawLogReader(path)
    for chunk in reader:
        if chunk.kind == RECEIVED:
            _receive(facts, chunk)
        elif chunk.kind == SENT:
            facts.sent.append(chunk)
        elif chunk.kind == NOTE:
            facts.sessions += chunk.data.startswith(b"Samara listens to ") and chunk.receiver == 0
            if chunk.data.startswith(_COMMAND_NOTE.encode()):
                facts.notes.append(chunk)
    facts.names = reader.names
    return facts


def note_words(note: Chunk) -> str:
    """What a note about a command says."""
    return note.data.decode(errors="replace").removeprefix(_COMMAND_NOTE)


def _receive(facts: LogFacts, chunk: Chunk) -> None:
    records = facts.receiver.feed(chunk)
    if facts.first_ns is None:
        facts.first_ns = chunk.wall_ns
    facts.last_ns = chunk.wall_ns
    facts.payloads.take()
    facts.answers.extend(record for record in records if record.kind in ("ACK", "CHAL"))
