"""What the ground works out for the board: climb, blind window, motion of each drop, keep-outs as loads drift."""

from __future__ import annotations

from typing import Any

from firmware.protocol.mission_plan import KEEP_IN, Mission
from ground.mission_blind import blind_window_ms
from ground.mission_course import Course
from ground.mission_keep_outs import KeepOuts, keep_outs
from ground.mission_motion import climb_cm_s, cutdown_motion_cm_s, drop_motion_cm_s
from ground.mission_preparation import Preparation


def derive(
    description: dict[str, Any], mission: Mission, preparation: Preparation, ways: tuple[Course, Course] | None
) -> KeepOuts:
    """Fill in a description from the mission that was built of it as it was; the keep-outs that it now has.

    TooWide where a keep-out cannot be.
    """
    description["slowest_cm_s"], description["fastest_cm_s"] = climb_cm_s(mission, preparation)
    description["blind_from_ms"], description["blind_until_ms"] = blind_window_ms(mission, preparation, ways)
    made = keep_outs(mission, preparation, ways)
    description["areas"] = [row for row in description["areas"] if row["kind"] == KEEP_IN] + made.areas
    motions = {drop.name: drop_motion_cm_s(mission, preparation, drop) for drop in mission.drops}
    for row in description["drops"]:
        row["motion_cm_s"] = motions[row["name"]]
        row["keep_outs"] = made.names.get(row["name"], [])
    if mission.cutdown is not None:
        description["cutdown"]["motion_cm_s"] = cutdown_motion_cm_s(preparation, mission.cutdown)
    return made
