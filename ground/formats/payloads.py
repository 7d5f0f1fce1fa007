"""Other payloads on the same radios: who was heard, what they said last, and what is new since somebody asked."""

from ground.formats.heard import Heard
from ground.formats.heard_track import HeardTrack
from ground.formats.scanner import Scanner

_MOST_PAYLOADS = 100
_MOST_FRESH = 100_000


class Payloads:
    """Give it to a Receiver as its `others`. Not for several threads at once."""

    def __init__(self) -> None:
        self.latest: dict[tuple[str, str], Heard] = {}  # by kind and callsign; the one heard last stands last
        self.tracks: dict[str, HeardTrack] = {}  # by callsign: the way of each
        self.messages = 0
        self.repeated = 0  # the same message again, as by another receiver
        self._scanner = Scanner()
        self._fresh: list[Heard] = []

    def bytes_used(self, receiver: int) -> int:
        """Bytes that were part of a message, and that the receiver of our own frames has counted as discarded."""
        return self._scanner.bytes_used(receiver)

    def feed(self, data: bytes, wall_ns: int, monotonic_ns: int, receiver: int) -> None:
        """Take bytes that are in no frame of ours. Times: UTC, and the clock that ages are counted by."""
        for heard in self._scanner.feed(data, wall_ns, monotonic_ns, receiver):
            self.add(heard)
            if len(self._fresh) < _MOST_FRESH:
                self._fresh.append(heard)

    def add(self, heard: Heard) -> None:
        """Take a message that was read already, as by a store."""
        name = (heard.kind, heard.callsign)
        before = self.latest.pop(name, None)
        self.messages += 1
        if before is not None and before.key == heard.key:
            self.repeated += 1
        elif len(self.latest) >= _MOST_PAYLOADS:
            del self.latest[next(iter(self.latest))]
        self.latest[name] = heard
        track = self.tracks.get(heard.callsign)
        if track is None:
            if len(self.tracks) >= _MOST_PAYLOADS:
                del self.tracks[min(self.tracks, key=self._last_heard_ns)]
            track = self.tracks[heard.callsign] = HeardTrack(heard.callsign)
        track.add(heard)

    def _last_heard_ns(self, callsign: str) -> int:
        newest = self.tracks[callsign].newest
        return 0 if newest is None else newest.monotonic_ns

    def take(self) -> list[Heard]:
        """What was heard since the last time."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def rebase(self, wall_ns: int, monotonic_ns: int) -> None:
        """Count ages from now on by another clock: what was heard has the age that UTC gives it at this moment."""
        for name, heard in self.latest.items():
            age_ns = max(0, wall_ns - heard.wall_ns)
            self.latest[name] = heard._replace(monotonic_ns=monotonic_ns - age_ns)
