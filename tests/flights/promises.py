"""What the flash has promised: every journal record and every byte of the flight log whose write came to its end."""

import struct

from firmware.journal import HEAD, TABLES
from firmware.journal_reader import Record

LOG = "flight.log"
_JOURNAL = "journal."
_ELAPSED_AT = 11  # see firmware/journal.py


class Promises:
    """Stands between the firmware and its storage: `over(storage)` for every board that is started.

    `journal` is the last record that was written to its end, `open_records` what was begun since: after a reset one of
    them must be what is found. `log` is all that was appended to its end, `open_log` what was begun after it.
    """

    def __init__(self):
        self.journal = None
        self.open_records = []
        self.log = b""
        self.open_log = b""
        self.writes = 0
        self.failed = 0  # writes in a row that ended with an error: nothing can be promised there
        self.on_journal = None  # function(record), called when one has been kept

    def over(self, storage):
        return _Storage(storage, self)

    def found(self, counter):
        """A board has loaded the record with this counter: its bytes, or None where it should not have been there."""
        for record in self.open_records + [self.journal]:
            if record is not None and Record(record).counter == counter:
                # What has been found once must be found again.
                self.journal = record
                self.open_records = []
                return record
        return None

    def found_log(self, data):
        """The flight log as it is after a reset; False where something is missing or does not belong there."""
        if data != self.log and data != self.log + self.open_log:
            return False
        self.log = data
        self.open_log = b""
        return True

    def begin(self, name, data):
        if name == LOG:
            self.open_log = data
        else:
            self.open_records.append(data)

    def end(self, name, error):
        if error is not None:
            self.failed += 1
            return
        self.failed = 0
        self.writes += 1
        if name == LOG:
            self.log += self.open_log
            self.open_log = b""
        else:
            self.journal = self.open_records[-1]
            self.open_records = []
            if self.on_journal is not None:
                self.on_journal(self.journal)


class _Storage:
    def __init__(self, storage, promises):
        self._storage = storage
        self._promises = promises
        self.size = storage.size
        self.free_bytes = storage.free_bytes
        self.remove = storage.remove

    def open(self, name, mode):
        try:
            file = self._storage.open(name, mode)
        except OSError as error:
            if "r" not in mode:
                self._promises.failed += 1
            raise error  # the machine code of MicroPython knows no raise by itself
        if "r" in mode or not (name == LOG or name.startswith(_JOURNAL)):
            return file
        return _File(file, name, self._promises)


class _File:
    """A promise is given when the file has been closed without an error."""

    def __init__(self, file, name, promises):
        self._file = file
        self._name = name
        self._promises = promises

    def __enter__(self):
        self._file.__enter__()
        return self

    def write(self, data):
        self._promises.begin(self._name, bytes(data))
        return self._file.write(data)

    def __exit__(self, kind, error, trace):
        try:
            self._file.__exit__(kind, error, trace)
        except OSError as failure:
            self._promises.failed += 1
            raise failure
        self._promises.end(self._name, error)


def elapsed_ms(record):
    """Mission time in a journal record's bytes."""
    return struct.unpack_from("<i", record, _ELAPSED_AT)[0]


def table(record, wanted):
    """One of the tables of a journal record's bytes, by its name."""
    at = HEAD
    for name, size in TABLES:
        if name == wanted:
            return record[at : at + size]
        at += size
    raise ValueError("a journal record has no table " + wanted)
