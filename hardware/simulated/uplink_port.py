"""The bytes that a person's ground station sends to the flight process: its standard input, read without waiting."""

import select
import sys

_MOST_BYTES = 512


class UplinkPort:
    """`read()`: what has come, b"" for nothing. Once the other end is gone it says nothing more."""

    def __init__(self):
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        if sys.implementation.name == "micropython":
            self._read = sys.stdin.buffer.read
        else:
            from os import read

            self._read = lambda size: read(0, size)
        self._open = True

    def read(self):
        data = b""
        # A byte at a time: MicroPython's read waits until it has all that it was asked for.
        while self._open and len(data) < _MOST_BYTES and self._poll.poll(0):
            try:
                byte = self._read(1)
            except OSError:
                byte = b""
            if not byte:
                self._open = False
            data += byte
        return data
