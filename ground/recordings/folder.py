"""Recordings written as a log folder: raw.log with their lines, flight.sqlite with what they say."""

import heapq
from pathlib import Path

from ground.exports.times import iso
from ground.formats.payloads import Payloads
from ground.keeper import Keeper
from ground.raw_log import NOTE, RECEIVED, Chunk, listening_note
from ground.receiver import Receiver
from ground.recordings.entries import Recording

_SYNC_CHUNKS = 5000
_FIRST_NS = 1_000_000_000


def write_folder(folder: Path, recordings: list[Recording]) -> Payloads:
    """Each recording is a receiver of the log, its entries are chunks at their own times; what was heard in them.

    The clock for ages counts from the first entry. LogInUse, OSError or sqlite3.Error when that cannot be.
    """
    keeper = Keeper()
    keeper.open(folder)
    receiver = Receiver()
    payloads = receiver.others = Payloads()
    try:
        first_ns = min(recording.entries[0].wall_ns for recording in recordings)
        for number, recording in enumerate(recordings):
            begins_ns = recording.entries[0].wall_ns
            note = listening_note(recording.name, f"{iso(begins_ns)[:19]}Z")
            keeper.append(Chunk(note, begins_ns, _FIRST_NS, NOTE, number))
            said = f"Samara imported {recording.path.name}: {len(recording.entries)} entries"
            keeper.append(Chunk(said.encode(), begins_ns, _FIRST_NS, NOTE, number))
        numbered = (
            [(entry.wall_ns, number, entry.data) for entry in recording.entries]
            for number, recording in enumerate(recordings)
        )
        for count, (wall_ns, number, data) in enumerate(heapq.merge(*numbered, key=lambda one: one[0])):
            chunk = Chunk(data, wall_ns, wall_ns - first_ns + _FIRST_NS, RECEIVED, number)
            keeper.append(chunk)
            keeper.add(receiver.feed(chunk), payloads.take())
            if count % _SYNC_CHUNKS == 0:
                keeper.sync()
        if keeper.trouble:
            raise OSError(keeper.trouble)
    finally:
        keeper.close()
    return payloads
