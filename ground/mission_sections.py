"""Everything that a careful friend looks at, in the order in which it is read aloud."""

from __future__ import annotations

from ground import (
    mission_channels,
    mission_ending,
    mission_energy,
    mission_float,
    mission_heights,
    mission_impact,
    mission_places,
    mission_radio,
    mission_slot,
    mission_times,
    mission_weight,
    mission_wind,
)
from ground.mission_review import Review, Section

LOOKS = (
    mission_slot.look,
    mission_times.look,
    mission_channels.look,
    mission_heights.look,
    mission_float.look,
    mission_ending.look,
    mission_wind.look,
    mission_places.look,
    mission_energy.look,
    mission_weight.look,
    mission_impact.look,
    mission_radio.look,
)


def look_over(review: Review) -> list[Section]:
    """A section for each look; one that has nothing to say is empty."""
    return [look(review) for look in LOOKS]
