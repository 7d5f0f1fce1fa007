"""Launch and phases of a payload that does not say them, judged by its heights alone."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from ground.track import Position

_WINDOW_S = 240.0
_CLIMBS_M_S = 0.9
_SHORTEST_S = 900.0  # of a phase between two others
_OFF_THE_GROUND_M = 80
_AT_REST_M = 60
_LOW_M = 150  # as near to the lowest place nothing floats
_MOVED_E7 = 50_000  # 0.005 degrees: who moves as far has not landed
_REST_S = 600.0


class Judged(NamedTuple):
    """launch_ms: None where it was aloft already when it was first heard. phases: (name, mission ms)."""

    launch_ms: int | None
    phases: list[tuple[str, int]]
    landed: Position | None


def judge(positions: list[Position]) -> Judged:
    """Of positions in order of time. Nothing is judged of fewer than ten, or of what never climbed 500 m."""
    way = [place for place in positions if place.altitude_m is not None]
    heights = [place.altitude_m or 0 for place in way]
    if len(way) < 10 or max(heights) - min(heights) < 500:
        return Judged(None, [], None)
    times = [place.mission_ms / 1000 for place in way]
    launch = _launch(heights, times)
    landing = _landing(way, heights, times)
    end = len(way) if landing is None else landing + 1
    runs: list[tuple[str, int]] = []
    begin = launch or 0
    for at in range(begin, end):
        name = _motion(times, heights, at, begin, end)
        if not runs or runs[-1][0] != name:
            runs.append((name, at))
    phases = [(name, way[at].mission_ms) for name, at in _merged(runs, times, end)]
    if launch:
        phases.insert(0, ("ground", way[0].mission_ms))
    if landing is not None:
        phases.append(("landed", way[landing].mission_ms))
    launch_ms = None if launch is None else way[launch].mission_ms
    return Judged(launch_ms, phases, None if landing is None else way[landing])


def _launch(heights: list[int], times: list[float]) -> int | None:
    """The last place on the ground before it rose for good; None where the first place is in the air already."""
    top = heights.index(max(heights))
    ground = heights[0]
    on_ground = [at for at in range(top) if abs(heights[at] - ground) < _AT_REST_M]
    last = on_ground[-1] if on_ground else 0
    # One place says nothing about the ground; a rise that is steady from the first one on began before it.
    return last if last > 0 and times[last] - times[0] >= 20 and heights[top] - ground > _OFF_THE_GROUND_M else None


def _landing(way: list[Position], heights: list[int], times: list[float]) -> int | None:
    """The first of the places at the end that are one and the same for ten minutes."""
    last = len(heights) - 1
    at = last
    while at > 0 and abs(heights[at - 1] - heights[last]) < _AT_REST_M and not _moved(way[at - 1], way[last]):
        at -= 1
    return at if times[last] - times[at] >= _REST_S else None


def _moved(one: Position, other: Position) -> bool:
    north, east = one.latitude_e7 - other.latitude_e7, one.longitude_e7 - other.longitude_e7
    return max(abs(north), abs(east)) > _MOVED_E7


def _motion(times: list[float], heights: list[int], at: int, begin: int, end: int) -> str:
    """By the places within a few minutes; those beyond the highest one say nothing about this side of it."""
    first = max(begin, bisect_left(times, times[at] - _WINDOW_S))
    last = min(end, bisect_right(times, times[at] + _WINDOW_S)) - 1
    top = heights.index(max(heights))
    if at < top:
        last = min(last, top)
    else:
        first = max(first, top)
    if first == last:
        first, last = max(begin, at - 1), min(end - 1, at + 1 if at == begin else at)
    seconds = times[last] - times[first]
    rate = (heights[last] - heights[first]) / seconds if seconds else 0.0
    if abs(rate) <= _CLIMBS_M_S and heights[at] - min(heights) < _LOW_M:
        return "ground"
    return "ascent" if rate > _CLIMBS_M_S else "descent" if rate < -_CLIMBS_M_S else "float"


def _merged(runs: list[tuple[str, int]], times: list[float], end: int) -> list[tuple[str, int]]:
    """A phase that is over in a quarter of an hour, with others before and after it, is none."""
    kept: list[tuple[str, int]] = []
    for at, (name, begin) in enumerate(runs):
        until = runs[at + 1][1] if at + 1 < len(runs) else end - 1
        short = times[until] - times[begin] < _SHORTEST_S
        if kept and short and at + 1 < len(runs):
            continue
        if kept and kept[-1][0] == name:
            continue
        if not kept and short and name == "float":
            continue
        kept.append((name, begin if kept else runs[0][1]))
    return kept
