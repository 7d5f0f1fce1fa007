"""Where a tube floats, with everything on and after each drop, against every height that the mission names."""

from __future__ import annotations

from ground.mission_course import let_go
from ground.mission_review import Review, Section
from ground.prediction.float_height import float_height_m

_LANDING_BAND_M = 300.0  # at rest below the highest ground and this, it is taken for landed (firmware/flight_phase.py)
_SURE_M = 200.0  # a float height is not known better


def look(review: Review) -> Section:
    """Nothing for a balloon that bursts."""
    section = Section("float")
    mission, preparation = review.mission, review.preparation
    balloon = preparation.balloon
    if balloon is None or balloon.bursts:
        return section
    volume_m3 = balloon.volume_m3
    gone_kg = 0.0
    floats: list[tuple[str | None, float]] = [(None, float_height_m(volume_m3, balloon.solid_kg, balloon.gas))]
    for _, kg, name in let_go(mission, preparation):
        gone_kg += kg
        floats.append((name, float_height_m(volume_m3, balloon.solid_kg - gone_kg, balloon.gas)))
    section.lines.append(
        f"{volume_m3:.1f} m3 of {balloon.gas}, {balloon.solid_kg:.2f} kg: floats at {_km(floats[0][1])}"
    )
    for after, height_m in _last_of_each(floats[1:]):
        section.lines.append(f"after '{after}' at {_km(height_m)}")
    section.data = {
        "volume_m3": volume_m3,
        "floats": [{"after": name, "altitude_m": round(height_m)} for name, height_m in floats],
    }
    if floats[0][1] <= mission.pad_altitude_m:
        section.no_go(f"it does not lift off: {balloon.solid_kg:.2f} kg are too much for {volume_m3:.1f} m3")
        return section
    _bands(review, section, floats)
    _ceiling(review, section, floats)
    if balloon.free_lift_kg is not None:
        _filling(review, section)
    return section


def _bands(review: Review, section: Section, floats: list[tuple[str | None, float]]) -> None:
    mission = review.mission
    lowest_m = mission.highest_ground_m + mission.min_agl_m
    band_m = mission.highest_ground_m + _LANDING_BAND_M
    for place, (name, height_m) in enumerate(floats):
        when = "with everything on" if name is None else f"after '{name}'"
        if height_m < band_m + _SURE_M:
            section.look(f"{when} it floats at {_km(height_m)}: so low, at rest, it is taken for landed")
        if height_m < lowest_m + _SURE_M and place + 1 < len(floats):
            following = floats[place + 1][0]
            text = f"{when} it floats at {_km(height_m)}, and nothing is let go below {lowest_m} m"
            sure = height_m < lowest_m - _SURE_M
            (section.no_go if sure else section.look)(f"{text}: '{following}' {'cannot' if sure else 'may not'} go")
            return


def _ceiling(review: Review, section: Section, floats: list[tuple[str | None, float]]) -> None:
    mission = review.mission
    ceiling_m = None if mission.cutdown is None else mission.cutdown.ceiling_m
    for place, (name, height_m) in enumerate(floats):
        when = "with everything on" if name is None else f"after '{name}'"
        if ceiling_m is not None and height_m > ceiling_m - _SURE_M:
            section.look(f"{when} it floats at {_km(height_m)}: the ceiling, {ceiling_m} m, ends the flight")
            return
        following = next((drop for drop in mission.drops if drop.name == floats[place + 1][0]), None) if (
            place + 1 < len(floats)
        ) else None  # fmt: skip
        if following is None or following.name == name:
            continue
        if following.max_altitude_m is not None and height_m > following.max_altitude_m:
            section.look(f"{when} it floats at {_km(height_m)}, above '{following.name}'s {following.max_altitude_m} m")
        if following.min_altitude_m is not None and height_m < following.min_altitude_m:
            section.look(f"{when} it floats at {_km(height_m)}, below '{following.name}'s {following.min_altitude_m} m")


def _filling(review: Review, section: Section) -> None:
    """Whether the tube can hold the gas for its free lift on the ground."""
    balloon = review.preparation.balloon
    assert balloon is not None and balloon.free_lift_kg is not None
    full_m = float_height_m(balloon.volume_m3, balloon.solid_kg + balloon.free_lift_kg, balloon.gas)
    if full_m < review.mission.pad_altitude_m:
        text = f"the full tube does not lift {balloon.free_lift_kg * 1000:.0f} g beyond its load on the ground"
        section.look(text + ": less free lift, or less load")


def _last_of_each(floats: list[tuple[str | None, float]]) -> list[tuple[str | None, float]]:
    """Of a repeated drop only the end is read aloud."""
    return [each for place, each in enumerate(floats) if place + 1 == len(floats) or floats[place + 1][0] != each[0]]


def _km(metres: float) -> str:
    return f"{metres / 1000:.1f} km"
