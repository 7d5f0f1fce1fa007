"""A track for a page: its way and its charts as columns, its events told, and how the last minute of the link was."""

from collections import deque
from collections.abc import Callable

from firmware.protocol import telemetry
from ground.receiver import REPEATED, Record
from ground.track import Event, Track
from ground.web.series import Series
from ground.web.way import Way

_MINUTE_NS = 60_000_000_000


class WatchedTrack(Track):
    """`on_event` is called with every event once. `generation` is another number whenever all rows begin anew."""

    def __init__(self, net: int, on_event: Callable[["WatchedTrack", Event], None] | None = None) -> None:
        self._on_event = on_event
        super().__init__(net)

    def _forget(self) -> None:
        super()._forget()
        self.way = Way()
        self.positions = self.way  # type: ignore[assignment]
        self.series = Series()
        self.meta: Record | None = None
        self._recent: deque[tuple[int, int]] = deque()

    def update(self, record: Record) -> None:
        super().update(record)
        if record.order is REPEATED or record.epoch != self.epoch:
            return
        recent = self._recent
        recent.append((record.monotonic_ns, record.sequence))
        while recent[-1][0] - recent[0][0] > _MINUTE_NS:
            recent.popleft()
        if record.frame_type == telemetry.META and self.newest is record:
            self.meta = record

    @property
    def generation(self) -> str:
        return f"{self.net:04x}-{self.epoch}"

    def percent_last_minute(self, now_ns: int) -> int | None:
        """How many of the frames of the last minute came, by their numbers; None when there were none."""
        sequences = [sequence for at_ns, sequence in list(self._recent) if now_ns - at_ns <= _MINUTE_NS]
        if not sequences:
            return None
        return round(100 * len(set(sequences)) / (max(sequences) - min(sequences) + 1))

    def _take_fix(self, record: Record, newest: bool) -> None:
        super()._take_fix(record, newest)
        self.series.take(record.mission_ms, record.values)

    def _take_event(self, record: Record) -> None:
        before = len(self.events)
        super()._take_event(record)
        if len(self.events) > before and self._on_event is not None:
            self._on_event(self, next(event for event in reversed(self.events) if event.record is record))
