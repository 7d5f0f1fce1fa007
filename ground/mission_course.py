"""How the flight may go by its plan: the slowest and the fastest way that the balloon allows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from firmware.protocol.mission_plan import Drop, Mission
from ground.mission_preparation import Balloon, Preparation
from ground.prediction.fall import speed_at
from ground.prediction.float_height import float_height_m

_STEP_S = 10.0
_FALL_LONGEST_S = 12 * 3600.0


class Row(NamedTuple):
    """Seconds after launch; metres above sea level; metres from the pad towards the east and the north."""

    s: float
    m: float
    east_m: float
    north_m: float


@dataclass(frozen=True)
class Course:
    """One way: a row every 10 s. descent_s: when the descent begins, landed_s: when it ends; None: neither."""

    rows: tuple[Row, ...]
    descent_s: float | None
    landed_s: float | None

    def at(self, s: float) -> Row:
        """Where it is, at the nearest row not after `s`."""
        return self.rows[max(0, bisect_right(self.rows, s, key=_seconds) - 1)]

    def highest_m(self, from_s: float, until_s: float) -> float:
        """In a part of the flight, its ends included; after its end where it ended."""
        first = max(0, bisect_right(self.rows, from_s, key=_seconds) - 1)
        last = min(len(self.rows) - 1, bisect_left(self.rows, until_s, key=_seconds))
        return max(row.m for row in self.rows[first : max(first, last) + 1])

    def first_above_s(self, altitude_m: float) -> float | None:
        """None: never."""
        return next((row.s for row in self.rows if row.m >= altitude_m), None)


def _seconds(row: Row) -> float:
    return row.s


def courses(mission: Mission, preparation: Preparation) -> tuple[Course, Course] | None:
    """(slowest, fastest); None where nothing is said of the balloon."""
    balloon = preparation.balloon
    if balloon is None:
        return None
    return _course(mission, preparation, balloon, False), _course(mission, preparation, balloon, True)


def due_s(drop: Drop, preparation: Preparation, early: bool) -> float | None:
    """When a drop is first due, s after launch, at the earliest or the latest. None: by UTC, and no launch slot."""
    if drop.after_ms is not None:
        return float(drop.after_ms) / 1000.0
    launch = preparation.launch_until_unix_s if early else preparation.launch_from_unix_s
    return None if launch is None or drop.at_unix_s is None else float(drop.at_unix_s - launch)


def let_go(mission: Mission, preparation: Preparation, early: bool = True) -> list[tuple[float, float, str]]:
    """(s after launch, kg, drop) of every occasion whose time and mass are known, in order of time."""
    found = []
    for drop in mission.drops:
        first_s = due_s(drop, preparation, early)
        kg = preparation.load(drop.name).load_kg
        if first_s is not None and kg:
            found += [(first_s + place * drop.every_ms / 1000.0, kg, drop.name) for place in range(drop.count)]
    return sorted(found)


def climb_factor(balloon: Balloon, gone_kg: float) -> float:
    """How much faster it climbs without some of its load: the speed follows the root of the free lift."""
    if balloon.free_lift_kg is None:
        return 1.0
    return float(((balloon.free_lift_kg + gone_kg) / balloon.free_lift_kg) ** 0.5)


def _course(mission: Mission, preparation: Preparation, balloon: Balloon, fast: bool) -> Course:
    loads = let_go(mission, preparation, fast)
    ground_m = float(mission.pad_altitude_m)
    climb_m_s, burst_m = balloon.climb_m_s[fast], balloon.burst_m[not fast]
    fall_m_s = balloon.descent_m_s[fast]
    cutdown = mission.cutdown
    ceiling_m = None if cutdown is None or cutdown.ceiling_m is None else float(cutdown.ceiling_m)
    latest_s = None if cutdown is None else cutdown.latest_ms / 1000.0
    end_s = mission.end_ms / 1000.0
    s, m, east_m, north_m = 0.0, ground_m, 0.0, 0.0
    gone_kg, gone = 0.0, 0
    top_m = burst_m if balloon.bursts else _float_m(balloon, 0.0)
    rate_m_s = climb_m_s
    descent_s = landed_s = None
    rows = [Row(s, m, east_m, north_m)]
    while landed_s is None and s < end_s + (_FALL_LONGEST_S if descent_s is not None else 0.0):
        s += _STEP_S
        while gone < len(loads) and loads[gone][0] < s and descent_s is None:
            gone_kg += loads[gone][1]
            gone += 1
            if balloon.bursts:
                rate_m_s = climb_m_s * (climb_factor(balloon, gone_kg) if fast else 1.0)
            else:
                top_m = _float_m(balloon, gone_kg)
        if descent_s is None:
            m = max(m, min(m + rate_m_s * _STEP_S, top_m))
            over = (balloon.bursts and m >= top_m) or (latest_s is not None and s >= latest_s)
            if over or (ceiling_m is not None and m > ceiling_m):
                descent_s = s
        else:
            m -= speed_at(fall_m_s, m) * _STEP_S
            if m <= ground_m:
                m, landed_s = ground_m, s
        if preparation.wind is not None:
            east_m_s, north_m_s = preparation.wind.at(m)
            east_m += east_m_s * _STEP_S
            north_m += north_m_s * _STEP_S
        rows.append(Row(s, m, east_m, north_m))
    return Course(tuple(rows), descent_s, landed_s)


def _float_m(balloon: Balloon, gone_kg: float) -> float:
    return float_height_m(balloon.volume_m3, balloon.solid_kg - gone_kg, balloon.gas)
