"""The keep-out areas that the board gets: each moved against the drift of a drop's load, and widened by its spread.

A load that is let go over P lands at P + drift. It must not land in a keep-out; so the balloon keeps out of that area
moved by -drift. Drops whose loads fall alike share their areas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import KEEP_OUT, RELEASE, Drop, Mission
from ground.mission_course import Course
from ground.mission_polygon import Corner, common, widened
from ground.mission_preparation import Outline, Preparation
from ground.prediction.float_height import float_height_m
from ground.prediction.footprint import Fall, Footprint, footprint

_VALLEY_M = 300.0  # the ground may be so much lower than the pad
_FLOAT_M = 300.0  # a float may be so much higher than it should
_OVER_CEILING_M = 300.0
_HIGHEST_M = 40000.0


@dataclass
class KeepOuts:
    """`areas`: rows for the description; `names`: of each drop's areas; `footprints`: of each drop's load."""

    areas: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    footprints: dict[str, Footprint] = field(default_factory=dict)
    merged: bool = False


class TooWide(Exception):
    """A keep-out that, once widened, is nothing a board could judge: `area`, and why."""

    def __init__(self, area: str, text: str) -> None:
        super().__init__(text)
        self.area = area


def keep_outs(mission: Mission, preparation: Preparation, ways: tuple[Course, Course] | None) -> KeepOuts:
    """All of them; TooWide where one cannot be."""
    made = KeepOuts()
    if not preparation.keep_outs:
        return made
    shapes: dict[tuple[str, tuple[Corner, ...]], list[int]] = {}
    for number, drop in enumerate(mission.drops):
        mark = footprint(_fall(mission, preparation, drop, ways), preparation.wind, preparation.widest_m_s)
        made.footprints[drop.name] = mark
        for outline in preparation.heeded(drop.name):
            shapes.setdefault((outline.name, tuple(_shape(outline, mark))), []).append(number)
    room = rules.MOST_AREAS - len(preparation.keep_ins)
    if len(shapes) > room:
        made.merged = True
        shapes = _merged(shapes)
    _name_them(made, mission, preparation, shapes)
    return made


def highest_m(mission: Mission, preparation: Preparation, drop: Drop) -> float:
    """The highest at which a drop may be let go, as far as anything says so."""
    highest = _HIGHEST_M
    balloon = preparation.balloon
    if balloon is not None:
        highest = balloon.burst_m[1]
        if not balloon.bursts:
            gone_kg = sum((preparation.load(each.name).load_kg or 0.0) * each.count for each in mission.drops)
            lightest_kg = max(balloon.solid_kg - gone_kg, balloon.film_kg)
            highest = float_height_m(balloon.volume_m3, lightest_kg, balloon.gas) + _FLOAT_M
    if mission.cutdown is not None and mission.cutdown.ceiling_m is not None:
        highest = min(highest, mission.cutdown.ceiling_m + _OVER_CEILING_M)
    if drop.max_altitude_m is not None and drop.late != RELEASE:
        highest = min(highest, float(drop.max_altitude_m))
    return max(highest, float(mission.highest_ground_m + mission.min_agl_m))


def _fall(mission: Mission, preparation: Preparation, drop: Drop, ways: tuple[Course, Course] | None) -> Fall:
    lowest_m = float(mission.highest_ground_m + mission.min_agl_m)
    top_m = highest_m(mission, preparation, drop)
    if drop.min_altitude_m is not None and drop.late != RELEASE:
        lowest_m = min(max(lowest_m, float(drop.min_altitude_m)), top_m)
    load = preparation.load(drop.name)
    return Fall(
        lowest_m,
        top_m,
        mission.pad_altitude_m - _VALLEY_M,
        float(mission.highest_ground_m),
        load.slowest_m_s,
        load.fastest_m_s,
    )


def _shape(outline: Outline, mark: Footprint) -> list[Corner]:
    try:
        return widened(outline.corners, -mark.east_m, -mark.north_m, mark.radius_m)
    except ValueError as error:
        text = f"widened by {mark.radius_m / 1000:.0f} km, the farthest that a load may drift, it {error}: "
        raise TooWide(outline.name, text + "give a [wind] file, or let go lower") from None


def _merged(
    shapes: dict[tuple[str, tuple[Corner, ...]], list[int]],
) -> dict[tuple[str, tuple[Corner, ...]], list[int]]:
    """One area for each keep-out, around those of all its drops."""
    found: dict[tuple[str, tuple[Corner, ...]], list[int]] = {}
    for name in dict.fromkeys(name for name, _ in shapes):
        mine = [(corners, numbers) for (one, corners), numbers in shapes.items() if one == name]
        numbers = sorted({number for _, each in mine for number in each})
        found[name, tuple(common([corners for corners, _ in mine]))] = numbers
    return found


def _name_them(
    made: KeepOuts,
    mission: Mission,
    preparation: Preparation,
    shapes: dict[tuple[str, tuple[Corner, ...]], list[int]],
) -> None:
    taken = {outline.name for outline in preparation.keep_ins}
    made.names = {drop.name: [] for drop in mission.drops}
    shared = {name: sum(one == name for one, _ in shapes) == 1 for name, _ in shapes}
    for (name, corners), numbers in shapes.items():
        label = name if shared[name] else f"{name[: rules.LONGEST_NAME - 2]}-{numbers[0] + 1}"
        attempt = 0
        while label in taken:
            attempt += 1
            label = f"{name[: rules.LONGEST_NAME - 5]}-{numbers[0] + 1}-{attempt}"
        taken.add(label)
        made.areas.append({"name": label, "kind": KEEP_OUT, "points": corners})
        for number in numbers:
            made.names[mission.drops[number].name].append(label)
