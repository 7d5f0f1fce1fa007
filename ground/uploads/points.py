"""Which of the records are worth sending, and when each of them was: a position in five seconds of the payload's clock.

Frames have no time of day. It is made from the frame that came with the least delay, as exports do.
"""

from typing import NamedTuple

from ground.receiver import REPEATED, Record
from ground.track import STALE_S

EVERY_MS = 5000
_SPACE_FIX = 3
_CLOCK_STEP_MS = 60_000


class Point(NamedTuple):
    """key: the same in every reading of a log. real: whether the payload is known to be no simulation."""

    key: str
    net: int
    record: Record
    utc_ms: int


class _Flight:
    def __init__(self) -> None:
        self.start_ms: int | None = None  # UTC of mission time 0, the earliest that a frame allows
        self.real: bool | None = None

    def utc_ms(self, record: Record) -> int:
        start_ms = record.wall_ns // 1_000_000 - record.mission_ms
        if self.start_ms is None or start_ms < self.start_ms or start_ms > self.start_ms + _CLOCK_STEP_MS:
            self.start_ms = start_ms
        return self.start_ms + record.mission_ms


class Points:
    """Feed it the records of a log from its beginning."""

    def __init__(self, every_ms: int = EVERY_MS) -> None:
        self._every_ms = every_ms
        self._flights: dict[tuple[int, int], _Flight] = {}
        self._taken: set[str] = set()

    def is_real(self, net: int, epoch: int) -> bool:
        """A simulation's firmware has no hash. Until a META has told it, a flight is not known to be real."""
        flight = self._flights.get((net, epoch))
        return flight is not None and flight.real is True

    def take(self, record: Record) -> Point | None:
        if record.order is REPEATED:
            return None
        flight = self._flights.setdefault((record.net, record.epoch), _Flight())
        if record.kind == "META":
            flight.real = bool(record.values["firmware_hash"])
        if record.kind != "FIX":
            return None
        utc_ms = flight.utc_ms(record)
        key = f"{record.net:04x}:{record.epoch}:{record.mission_ms // self._every_ms}"
        if key in self._taken or not _has_place(record):
            return None
        self._taken.add(key)
        return Point(key, record.net, record, utc_ms)


def _has_place(record: Record) -> bool:
    values = record.values
    age_s = values["gps_age_s"]
    if values["fix_type"] != _SPACE_FIX or age_s is None or age_s >= STALE_S or not values["satellites"]:
        return False
    if values["altitude_m"] is None or values["latitude_e7"] is None or values["longitude_e7"] is None:
        return False
    return bool(values["latitude_e7"] or values["longitude_e7"])  # 0, 0 is a receiver that knows nothing
