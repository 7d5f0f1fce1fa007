"""What the payload's mission time is now, told on from the newest frame."""

from ground.receiver import NEWEST, Record

# A tagged answer's time counts more than a report's, which anybody can send, for so long.
_TRUST_MS = 120_000
_JUMP_MS = 5_000  # a late report before this one may have made it so much slow


class PayloadClock:
    """All times in ms, `at_ms` by any one clock of the ground."""

    def __init__(self) -> None:
        self.heard_ms: int | None = None  # when the newest report came
        self._ahead_ms: int | None = None  # mission time less ground time
        self._trusted_ms: int | None = None  # when the newest tagged time came

    def hear(self, record: Record, at_ms: int) -> None:
        """A report. What comes late says nothing of now."""
        if record.kind != "FIX" or record.order != NEWEST:
            return
        self.heard_ms = at_ms
        ahead_ms = record.mission_ms - at_ms
        if self._ahead_ms is not None and ahead_ms > self._ahead_ms + _JUMP_MS:
            # Reports carry no tag: a made-up one could have a command signed for a later time, to be played back then.
            # Where the payload's time truly has jumped, its tagged answer to a stale command says so.
            return
        if self._trusted_ms is None or at_ms - self._trusted_ms > _TRUST_MS:
            self._ahead_ms = ahead_ms

    def trust(self, mission_ms: int, at_ms: int) -> None:
        """The time of an answer whose tag is true, and which came for the first time."""
        self._ahead_ms = mission_ms - at_ms
        self._trusted_ms = at_ms

    def mission_ms(self, now_ms: int) -> int | None:
        """None before the first report."""
        return None if self._ahead_ms is None else max(0, now_ms + self._ahead_ms)

    def age_ms(self, now_ms: int) -> int | None:
        """How long ago the newest report came."""
        return None if self.heard_ms is None else now_ms - self.heard_ms
