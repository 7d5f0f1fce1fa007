"""The blind window: the time after launch in which the balloon is high enough even if nothing tells its height.

From the moment when the slowest climb has passed the lowest height at which anything is let go, until the earliest
descent: burst, cutdown, or for a tube the sinking of one that leaks as badly as it may.
"""

import math

from firmware.protocol.mission_plan import Mission
from ground.mission_course import Course
from ground.mission_preparation import Balloon, Preparation
from ground.prediction.atmosphere import density
from ground.prediction.fall import G
from ground.prediction.float_height import float_height_m

# Of each time, and besides: what a climb and a recognised launch may be off by.
_MARGIN, _MARGIN_S = 0.05, 60.0
_STEP_S = 10.0
# A sinking tube lies, or stands on end, with this drag on its cross-section at the least.
_TUBE_DRAG = 0.8


def blind_window_ms(mission: Mission, preparation: Preparation, ways: tuple[Course, Course] | None) -> tuple[int, int]:
    """(from, until); 0, 0 where nothing is said of the balloon, or where there is no such time."""
    balloon = preparation.balloon
    if balloon is None or ways is None:
        return 0, 0
    lowest_m = float(mission.highest_ground_m + mission.min_agl_m)
    up_s = (lowest_m - mission.pad_altitude_m) / balloon.climb_m_s[0] * (1.0 + _MARGIN) + _MARGIN_S
    if not balloon.bursts and lowest_m >= float_height_m(balloon.volume_m3, balloon.solid_kg, balloon.gas):
        return 0, 0
    # What the plan itself ends, it ends by its own clock: no margin.
    planned_ms = mission.end_ms if mission.cutdown is None else min(mission.end_ms, mission.cutdown.latest_ms)
    fastest = ways[1]
    until_s = math.inf
    if fastest.descent_s is not None and fastest.descent_s * 1000.0 < planned_ms:
        until_s = fastest.descent_s
    if not balloon.bursts:
        until_s = min(until_s, _sunk_s(balloon, fastest, lowest_m))
    until_ms = planned_ms
    if until_s != math.inf:
        until_ms = min(planned_ms, math.floor(until_s * (1.0 - _MARGIN) - _MARGIN_S) * 1000)
    from_ms = max(math.ceil(up_s) * 1000, mission.not_before_ms)
    return (from_ms, until_ms) if from_ms < until_ms else (0, 0)


def _sunk_s(balloon: Balloon, course: Course, lowest_m: float) -> float:
    """The earliest moment at which a leaking tube is down at `lowest_m` again: full at float, then ever less gas.

    No drop helps it up. Below its float height the gas that is left carries the same at every height.
    """
    if balloon.leak_per_h <= 0.0:
        return math.inf
    height_m = float_height_m(balloon.volume_m3, balloon.solid_kg, balloon.gas)
    s = course.first_above_s(height_m - 1.0) or 0.0
    area_m2 = math.pi / 4.0 * balloon.diameter_m**2
    gas_left = 1.0
    while height_m > lowest_m:
        gas_left *= 1.0 - balloon.leak_per_h * _STEP_S / 3600.0
        lack_kg = balloon.solid_kg * (1.0 - gas_left)
        height_m -= _STEP_S * math.sqrt(2.0 * lack_kg * G / (density(height_m) * _TUBE_DRAG * area_m2))
        s += _STEP_S
    return s
