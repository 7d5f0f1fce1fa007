"""A link whose bytes, troubles and clock a test decides."""

import threading

from ground.raw_log import Chunk

SECOND = 1_000_000_000


class ScriptedLink:
    """Gives what `push` was given; its clock moves only when a test moves it."""

    def __init__(self, name="scripted"):
        self.name = name
        self.trouble = None
        self._over = False
        self.clock_ns = 1000 * SECOND
        self.closed = False
        self.written = []
        self.refuses = False
        self._ready = threading.Condition()
        self._chunks = []

    def push(self, data):
        with self._ready:
            self._chunks.append(Chunk(data, 1_777_000_000 * SECOND + self.clock_ns, self.clock_ns))
            self._ready.notify()

    def end(self):
        with self._ready:
            self._over = True
            self._ready.notify()

    @property
    def ended(self):
        return self._over and not self._chunks

    def read(self):
        with self._ready:
            if not self._chunks:
                self._ready.wait(0.05)
            return self._chunks.pop(0) if self._chunks else None

    def write(self, data):
        if self.refuses:
            return False
        self.written.append(data)
        return True

    def now_ns(self):
        return self.clock_ns

    def close(self):
        self.closed = True
