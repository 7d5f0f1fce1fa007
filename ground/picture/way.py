"""The way a flight took, cut into runs of one phase that were heard without a gap, and thinned for drawing."""

import math
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import NamedTuple

from ground.picture.flight_record import HIGHEST_M, Drop, Fall, FlightRecord, Point, possible_points

# A silence longer than this, and than six usual steps, is drawn as a silence.
GAP_S = 30.0
# After landing a payload reports once a minute, to be found for longer.
LANDED_GAP_S = 90.0
# This far below the highest point the way is no longer at its top: more than GPS and a barometer differ by.
_BELOW_TOP_M = 100.0
_LONGER = 0.35
_KINDS = {"ground": "rest", "landed": "rest", "ascent": "ascent", "float": "float", "descent": "descent"}


class Run(NamedTuple):
    kind: str  # rest, ascent, float, descent, other; the last of an unknown phase
    heard: bool  # False: a gap between two points
    points: list[Point]


class Span(NamedTuple):
    """One phase from start to end."""

    name: str
    kind: str
    start_s: float
    end_s: float


class Way:
    """Everything the panels ask of a record, worked out once."""

    def __init__(self, record: FlightRecord) -> None:
        self.record = record
        self.points = possible_points(record)
        self.left_out = len(record.points) - len(self.points)
        self.times = [point.elapsed_s for point in self.points]
        self.first_s = self.times[0] if self.times else 0.0
        self.last_s = self.times[-1] if self.times else None
        steps = sorted(later - earlier for earlier, later in pairwise(self.times))
        self.gap_s = max(GAP_S, 6 * steps[len(steps) // 2]) if steps else GAP_S
        self.phases = self._phases()
        self._landed_s = max((span.start_s for span in self.phases if span.name.lower() == "landed"), default=math.inf)
        self.runs = self._runs()
        gaps = [run.points[1].elapsed_s - run.points[0].elapsed_s for run in self.runs if not run.heard]
        self.gaps = len(gaps)
        self.longest_gap_s = max(gaps, default=0.0)
        self.apex = self._apex()
        self.last = self._last()
        self.end_s = self._end_s()
        self.low_m, self.high_m = self._altitudes_m()

    def _phases(self) -> list[Span]:
        changes = sorted((at_s, name) for name, at_s in self.record.phases if math.isfinite(at_s))
        for at, (before, after) in enumerate(pairwise(changes)):
            if before[0] < 0 < after[0] and before[1].lower() == "ground":
                # A launch is found some time after it, and then dated back: so is the phase that it began.
                changes[at + 1] = (0.0, after[1])
        end_s = self.last_s if self.last_s is not None else max((at_s for at_s, _ in changes), default=0.0)
        spans = []
        for at, (at_s, name) in enumerate(changes):
            until_s = changes[at + 1][0] if at + 1 < len(changes) else max(end_s, at_s)
            spans.append(Span(name, _KINDS.get(name.lower(), "other"), at_s, until_s))
        return spans

    def _is_gap(self, earlier_s: float, later_s: float) -> bool:
        landed_s = self._landed_s
        if later_s <= landed_s:
            return later_s - earlier_s > self.gap_s
        return landed_s - earlier_s > self.gap_s or later_s - max(earlier_s, landed_s) > max(self.gap_s, LANDED_GAP_S)

    def _runs(self) -> list[Run]:
        runs: list[Run] = []
        starts = [span.start_s for span in self.phases]
        run: list[Point] = []
        kind = ""
        for point in self.points:
            at = bisect_right(starts, point.elapsed_s) - 1
            now = self.phases[at].kind if at >= 0 else "rest" if self.phases else "other"
            if run and self._is_gap(run[-1].elapsed_s, point.elapsed_s):
                runs.append(Run(kind, True, run))
                runs.append(Run(kind, False, [run[-1], point]))
                run = []
            elif run and now != kind:
                run.append(point)
                runs.append(Run(kind, True, run))
                run = []
            run.append(point)
            kind = now
        if run:
            runs.append(Run(kind, True, run))
        return runs

    def _apex(self) -> tuple[float, float] | None:
        """None where the highest point is only the last that was heard of a climb."""
        apex = self.record.apex
        if apex is None or not self.points:
            return apex
        rising = self.runs[-1].kind in ("ascent", "other")
        return None if rising and self.points[-1].altitude_m > apex[1] - _BELOW_TOP_M else apex

    def _last(self) -> Fall | None:
        """Where the flight was last heard of, if that is not where it landed."""
        flying = (self.record.launched or not self.record.launch_seen) and self.record.landing is None
        return Fall(*self.points[-1]) if self.points and flying else None

    def _end_s(self) -> float:
        """Of the time axis, with a drop soon after the last position; one much later would squeeze the rest."""
        end_s = self.last_s if self.last_s is not None else self.first_s
        reach_s = end_s + _LONGER * max(end_s - self.first_s, 60)
        times = [self.drop_time_s(drop) for drop in self.record.drops if not drop.unneeded]
        return max([end_s, self.first_s + 60, *(at_s for at_s in times if at_s is not None and at_s <= reach_s)])

    def _altitudes_m(self) -> tuple[float, float]:
        """(least, most) of what the time axis shows, and of the ground."""
        altitudes = [0.0, *(point.altitude_m for point in self.points)]
        for drop in self.record.drops:
            place = self.drop_place(drop) if self.shows(drop) else None
            if place is not None:
                altitudes.append(place.altitude_m)
        return min(altitudes), max(100.0, *altitudes)

    def shows(self, drop: Drop) -> bool:
        """Whether a drop has its mark within the time axis."""
        at_s = self.drop_time_s(drop)
        return at_s is not None and self.first_s <= at_s <= self.end_s and not drop.unneeded

    def at(self, at_s: float | None) -> Fall | None:
        """Where the flight was at a moment, straight between its neighbours; None outside of what was heard."""
        if at_s is None or not self.points or not self.times[0] <= at_s <= self.times[-1]:
            return None
        at = bisect_left(self.times, at_s)
        after = self.points[at]
        if after.elapsed_s == at_s:
            return Fall(*after)
        before = self.points[at - 1]
        part = (at_s - before.elapsed_s) / (after.elapsed_s - before.elapsed_s)
        east = (after.longitude - before.longitude + 180) % 360 - 180
        return Fall(
            at_s,
            before.latitude + part * (after.latitude - before.latitude),
            (before.longitude + part * east + 180) % 360 - 180,
            before.altitude_m + part * (after.altitude_m - before.altitude_m),
        )

    def drop_time_s(self, drop: Drop) -> float | None:
        """When it fired, else when it was over, else when it was due."""
        times = (drop.fired_s, drop.over_s, drop.due_s)
        at_s = next((each for each in times if each is not None), None)
        return at_s if at_s is not None and math.isfinite(at_s) else None

    def drop_place(self, drop: Drop) -> Fall | None:
        """Where it was let go, or where the flight was when it was over or should have been; None: not known."""
        at_s = self.drop_time_s(drop)
        way = self.at(at_s)
        if at_s is None or drop.latitude is None or drop.longitude is None:
            return way
        if not (abs(drop.latitude) <= 90 and abs(drop.longitude) <= 180):
            return way
        altitude_m = drop.altitude_m if drop.altitude_m is not None else way.altitude_m if way else None
        if altitude_m is None or not abs(altitude_m) < HIGHEST_M:
            return way
        return Fall(at_s, drop.latitude, drop.longitude, altitude_m)


def thin(points: list[tuple[float, float]], tolerance: float) -> list[tuple[float, float]]:
    """The same line with fewer of its points: nothing that is left out lies much further from it than tolerance.

    One pass: from the last point kept, every point allows a sector of directions; the line goes on while the
    next point lies within what all of them allow, and does not turn back.
    """
    if len(points) < 3:
        return points
    kept = [points[0]]
    x0, y0 = points[0]
    low, high, reach, base = -math.inf, math.inf, 0.0, None
    previous = points[0]
    for point in points[1:]:
        x, y = point
        while True:
            far = math.hypot(x - x0, y - y0)
            if far > tolerance:
                angle = math.atan2(y - y0, x - x0)
                base = angle if base is None else base
                turned = (angle - base + math.pi) % (2 * math.pi) - math.pi
                if low <= turned <= high and far >= reach - tolerance / 2:
                    half = math.asin(tolerance / far)
                    low, high, reach = max(low, turned - half), min(high, turned + half), max(reach, far)
                    break
            elif reach <= tolerance:
                break
            # The line turns at the point before; from there any direction is allowed again.
            kept.append(previous)
            x0, y0 = previous
            low, high, reach, base = -math.inf, math.inf, 0.0, None
        previous = point
    kept.append(points[-1])
    return kept
