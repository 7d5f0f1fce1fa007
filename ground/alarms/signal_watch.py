"""Whether the payload is heard, and whether its clock goes on: judged by the laptop's uptime at each frame and now.

Silence is seen at the frame that ends it too, so that a replay at any speed, and a process that was not there, tell the
same as one that watched.
"""

from collections.abc import Iterator

from firmware.protocol import phases, telemetry
from ground.alarms.happening import Happening, ends
from ground.receiver import Record

_LIMITS = (("no_signal", 30.0, 2.5), ("no_signal_long", 120.0, 6.0))  # row, seconds, and never below so many reports
# After landing the payload reports every minute, after a day every ten; on the ground every other may be lost.
_LANDED_RATE_S = 120
_RESTING_RATE_S = 1200
_RESTS_AFTER_MS = 24 * 3600 * 1000
_FROZEN_FRAMES = 3
_CLOCK_STEP_S = 5.0


class SignalWatch:
    """One flight. Feed it every frame of it, in the order of arrival, repetitions too."""

    def __init__(self) -> None:
        self._heard: tuple[int, int] | None = None  # uptime and wall clock in ns, at the newest frame
        self._silent: list[str] = []
        self._mission_ms = -1
        self._sequence = -1  # of the newest frame that tells the phase
        self._standing: tuple[int, int] | None = None  # uptime, and frames, since the clock last went on
        self._frozen = False
        self._rate_s = 1
        self._landed_ms: int | None = None

    def take(self, record: Record) -> Iterator[Happening]:
        yield from self.look(record.monotonic_ns)
        yield from self._take_signal(record)
        yield from self._take_clock(record)
        if record.kind == "META":
            self._rate_s = record.values["rate_s"] or self._rate_s
        phase = _phase(record)
        if phase is not None and record.sequence > self._sequence:
            self._sequence = record.sequence
            if phase != phases.LANDED:
                self._landed_ms = None
            elif self._landed_ms is None:
                self._landed_ms = record.mission_ms
        self._heard = (record.monotonic_ns, record.wall_ns)

    def restart(self) -> None:
        """The payload counts its time from the beginning again."""
        self._mission_ms = self._sequence = -1
        self._landed_ms = None

    def look(self, now_ns: int) -> Iterator[Happening]:
        """Whether it has been silent for too long by now."""
        if self._heard is None:
            return
        heard_ns, wall_ns = self._heard
        for name, limit_s in self._limits():
            if name not in self._silent and now_ns - heard_ns >= limit_s * 1e9:
                self._silent.append(name)
                at_ms = (wall_ns + int(limit_s * 1e9)) // 1_000_000
                yield Happening(name, str(wall_ns // 1_000_000), at_ms, {"limit": _duration(limit_s)}, lasts=True)

    def _limits(self) -> list[tuple[str, float]]:
        rate_s = float(self._rate_s)
        if self._landed_ms is not None:
            rests = self._mission_ms - self._landed_ms >= _RESTS_AFTER_MS
            rate_s = max(rate_s, _RESTING_RATE_S if rests else _LANDED_RATE_S)
        return [(name, max(limit_s, reports * rate_s)) for name, limit_s, reports in _LIMITS]

    def _take_signal(self, record: Record) -> Iterator[Happening]:
        if not self._silent or self._heard is None:
            return
        heard_ns, wall_ns = self._heard
        at_ms = record.wall_ns // 1_000_000
        for name in self._silent:
            yield ends(name, at_ms)
        self._silent = []
        silence_s = (record.monotonic_ns - heard_ns) / 1e9
        yield Happening("signal_back", str(wall_ns // 1_000_000), at_ms, {"silence": _duration(silence_s)})

    def _take_clock(self, record: Record) -> Iterator[Happening]:
        at_ms = record.wall_ns // 1_000_000
        if record.mission_ms > self._mission_ms:
            self._mission_ms = record.mission_ms
            self._standing = None
            if self._frozen:
                self._frozen = False
                yield ends("clock_frozen", at_ms)
        elif self._standing is None:
            self._standing = (record.monotonic_ns, 1)
        else:
            since_ns, frames = self._standing
            self._standing = (since_ns, frames + 1)
            stands_s = (record.monotonic_ns - since_ns) / 1e9
            if not self._frozen and frames >= _FROZEN_FRAMES and stands_s >= self._limits()[0][1]:
                self._frozen = True
                yield Happening("clock_frozen", str(self._mission_ms), at_ms, {}, lasts=True)
        if self._heard is None:
            return
        # The laptop's clock against the laptop's uptime: whoever sets it in a flight spoils every time in the log.
        heard_ns, wall_ns = self._heard
        elapsed_ns = record.monotonic_ns - heard_ns
        step_s = (record.wall_ns - wall_ns - elapsed_ns) / 1e9
        if elapsed_ns >= 0 and abs(step_s) >= _CLOCK_STEP_S:
            how = f"it was set {_duration(abs(step_s))} {'forward' if step_s > 0 else 'back'}"
            yield Happening("clock_off", f"{record.epoch}:{record.sequence}", at_ms, {"how": how})


def _phase(record: Record) -> int | None:
    """Of a report, or of the event that may be the last frame before the payload reports once a minute."""
    if record.kind == "FIX":
        return record.values["phase"]
    is_change = record.kind == "EVENT" and record.values["code"] == telemetry.PHASE_CHANGED
    return record.values["subject"] if is_change else None


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 120:
        return f"{whole} seconds"
    return f"{whole // 60} minutes" if whole < 7200 else f"{whole // 3600} hours"
