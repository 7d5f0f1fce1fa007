"""Whole lines of text among the bytes of one receiver, and what they say: APRS, rows of tables, words with a place."""

import re

from ground.formats import aprs, free_text
from ground.formats.heard import Heard
from ground.formats.stamps import read_stamp
from ground.formats.table_rows import Table, heading

LONGEST_BYTES = 1024
_STAMP_BEGINS = b" \t[0123456789"
_MAYBE_HEADING = re.compile(rb"(?i)lat|\((?:C|V)\)")
_END = re.compile(rb"[\r\n\0]")


class Lines:
    """Feed it bytes; it keeps at most one unfinished line, and the heading of the table that the lines are of."""

    def __init__(self) -> None:
        self.table: Table | None = None
        self._unfinished = b""
        self._skipping = False  # inside of what is longer than any line, or no text

    def feed(self, data: bytes) -> list[tuple[int, int, Heard]]:
        """(bytes of the line and its end, where it ends counted from the end of the data, what it says)."""
        # A zero byte is never in a line: what is before it was none.
        if b"\n" not in data and b"\r" not in data and b"\0" not in data:
            self._keep(data)
            return []
        text = self._unfinished + data
        found = []
        at = 0
        for end in (match.start() for match in _END.finditer(text)):
            line, last = text[at:end], text[end]
            if last == 0 or self._skipping or len(line) > LONGEST_BYTES:
                self._skipping = False
            elif line and (heard := self._decode(line)) is not None:
                found.append((len(line) + 1, end + 1 - len(text), heard))
            at = end + 1
        self._unfinished = b""
        self._keep(text[at:])
        return found

    def _keep(self, data: bytes) -> None:
        self._unfinished += data
        if len(self._unfinished) > LONGEST_BYTES:
            self._skipping = True
            self._unfinished = b""

    def _decode(self, line: bytes) -> Heard | None:
        if b"$$" in line:  # a sentence, which has been read
            return None
        begin = read_stamp(line)[1] if line[0] in _STAMP_BEGINS else 0
        body = line[begin:] if begin else line
        heard = aprs.decode(body) if b">" in body else None
        if heard is None and (b"la" in body or b"V" in body):
            heard = free_text.decode(body)
        if heard is not None:
            return heard
        if _MAYBE_HEADING.search(line) is not None and (opened := heading(line)) is not None:
            self.table = opened
            return None
        return None if self.table is None else self.table.decode(line)
