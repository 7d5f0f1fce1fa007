"""With what energy things land: each piece of each load, a load that stays one bundle, and the payload itself.

Limits to compare with: 11 and 25 foot-pounds, 14.9 and 33.9 J (14 CFR 107.120 and 107.130, operations over people).
"""

from __future__ import annotations

from ground.mission_review import Review, Section
from ground.prediction.fall import impact_j, speed_at

GENTLE_J, HARD_J = 14.9, 33.9


def look(review: Review) -> Section:
    """Energies, at the height of the highest ground, where the air is thinnest."""
    section = Section("impact", data={"limits_j": [GENTLE_J, HARD_J], "loads": [], "payload": None})
    mission, preparation = review.mission, review.preparation
    ground_m = float(mission.highest_ground_m)
    for drop in mission.drops:
        load = preparation.load(drop.name)
        piece_j = load.piece_j()
        if piece_j is None or load.piece_kg is None or load.typical_m_s is None:
            continue
        line = (
            f"'{drop.name}', {load.spoken}: {load.piece_kg * 1000:.3g} g at {load.typical_m_s:.3g} m/s, {_j(piece_j)}"
        )
        unopened = load.unopened()
        if unopened is not None:
            line += f"; if it stays one bundle {unopened[0]:.3g} m/s, {_j(unopened[1])}"
        section.lines.append(line)
        section.data["loads"].append(
            {"drop": drop.name, "piece_j": piece_j, "bundle_j": None if unopened is None else unopened[1]}
        )
        if piece_j > GENTLE_J:
            section.look(f"'{drop.name}' lands with {_j(piece_j)}: {_over(piece_j)}")
        elif unopened is not None and unopened[1] > GENTLE_J:
            text = f"'{drop.name}', if it does not open, lands with {_j(unopened[1])}: {_over(unopened[1])}"
            section.look(text + "; smaller bundles, or make sure that it opens")
    _payload(review, section, ground_m)
    return section


def _payload(review: Review, section: Section, ground_m: float) -> None:
    mission, preparation = review.mission, review.preparation
    balloon = preparation.balloon
    if balloon is None:
        return
    gone_kg = sum((preparation.load(drop.name).load_kg or 0.0) * drop.count for drop in mission.drops)
    speed_m_s = speed_at(balloon.descent_m_s[1], ground_m)
    empty_kg = max(balloon.payload_kg - gone_kg, 0.0)
    empty_j, full_j = impact_j(empty_kg, speed_m_s), impact_j(balloon.payload_kg, speed_m_s)
    how = "under its parachute" if balloon.parachute else "without a parachute"
    line = f"payload {how}: {empty_kg:.2f} kg at {speed_m_s:.1f} m/s, {_j(empty_j)}"
    if gone_kg:
        line += f"; {_j(full_j)} if nothing was let go"
    section.lines.append(line)
    section.lines.append(f"to compare: {GENTLE_J} J and {HARD_J} J (14 CFR 107.120, 107.130)")
    section.data["payload"] = {"speed_m_s": speed_m_s, "j": empty_j, "full_j": full_j}
    if not balloon.parachute:
        section.look("the payload has no parachute")
    if empty_j > HARD_J:
        section.look(f"the payload lands with {_j(empty_j)}: {_over(empty_j)}; a larger parachute")


def _over(joules: float) -> str:
    return f"over {HARD_J} J" if joules > HARD_J else f"over {GENTLE_J} J"


def _j(joules: float) -> str:
    return f"{joules:.0f} J" if joules >= 10.0 else f"{joules:.2g} J"
