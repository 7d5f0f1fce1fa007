"""How much faster the balloon climbs, or falls, once something has gone: what the board may take as evidence of it."""

import math

from firmware.protocol.mission_plan import Cutdown, Drop, Mission
from ground.mission_course import climb_factor, due_s, let_go
from ground.mission_preparation import Balloon, Preparation
from ground.prediction.atmosphere import density
from ground.prediction.fall import G
from ground.prediction.float_height import float_height_m

_LEAST_M_S = 0.5  # less is not told from the air's own motion
_TUBE_DRAG = 0.8  # of a tube that stands on end, on its cross-section
_MOST_CM_S = 5000


def _cm_s(change_m_s: float) -> int:
    if abs(change_m_s) < _LEAST_M_S:
        return 0
    return max(-_MOST_CM_S, min(_MOST_CM_S, round(change_m_s * 100.0)))


def drop_motion_cm_s(mission: Mission, preparation: Preparation, drop: Drop) -> int:
    """The least change of vertical speed that the going of one occasion makes; 0 where it cannot be told."""
    balloon, load = preparation.balloon, preparation.load(drop.name)
    due = due_s(drop, preparation, True)
    if balloon is None or not load.load_kg or due is None:
        return 0
    # Whatever else has gone by then: the later the occasion, the smaller the change.
    last_s = due + (drop.count - 1) * drop.every_ms / 1000.0
    before_kg = sum(kg for s, kg, name in let_go(mission, preparation) if s < last_s)
    changes = []
    if balloon.bursts:
        if balloon.free_lift_kg is None:
            return 0
        before, after = climb_factor(balloon, before_kg), climb_factor(balloon, before_kg + load.load_kg)
        changes.append(balloon.climb_m_s[0] * (after - before))
    else:
        changes.append(_from_float_m_s(balloon, before_kg, load.load_kg))
    if drop.in_descent:
        left = 1.0 - load.load_kg / max(balloon.payload_kg, load.load_kg)
        changes.append(balloon.descent_m_s[0] * (1.0 - math.sqrt(left)))
    return _cm_s(min(changes))


def _from_float_m_s(balloon: Balloon, before_kg: float, load_kg: float) -> float:
    """A tube at rest at its float height that has lost `load_kg`: its weight is the lift that it climbs with."""
    height_m = float_height_m(balloon.volume_m3, balloon.solid_kg - before_kg, balloon.gas)
    area_m2 = math.pi / 4.0 * balloon.diameter_m**2
    return math.sqrt(2.0 * load_kg * G / (density(height_m) * _TUBE_DRAG * area_m2))


def cutdown_motion_cm_s(preparation: Preparation, _cutdown: Cutdown) -> int:
    """The least change when the flight is ended: from the slowest climb, or a float, to the slowest fall, low down."""
    balloon = preparation.balloon
    if balloon is None:
        return 0
    return _cm_s(-balloon.descent_m_s[0] - (balloon.climb_m_s[0] if balloon.bursts else 0.0))


def climb_cm_s(mission: Mission, preparation: Preparation) -> tuple[int, int]:
    """(slowest, fastest) climb to expect in the whole flight; 0, 0 where nothing is known of the balloon."""
    balloon = preparation.balloon
    if balloon is None:
        return 0, 0
    slowest, fastest = balloon.climb_m_s
    loads = let_go(mission, preparation)
    if balloon.bursts:
        fastest *= climb_factor(balloon, sum(kg for _, kg, _ in loads))
    else:
        gone_kg = 0.0
        for _, kg, _ in loads:
            fastest = max(fastest, _from_float_m_s(balloon, gone_kg, kg))
            gone_kg += kg
    return math.floor(slowest * 100.0), min(2000, math.ceil(fastest * 100.0))
