"""The wind that keep-outs were moved by: how old, how high, or why there is none."""

from __future__ import annotations

from ground.mission_keep_outs import highest_m
from ground.mission_moment import utc_text
from ground.mission_review import Review, Section

OLDEST_S = 12 * 3600


def look(review: Review) -> Section:
    """A wind that is older than 12 h at launch is none: NO GO."""
    section = Section("wind")
    preparation = review.preparation
    wind = preparation.wind
    if wind is None:
        if preparation.keep_outs:
            section.lines.append(
                f"none is given: keep-outs are widened by {preparation.widest_m_s:g} m/s for all of the fall"
            )
        return section
    valid = wind.valid_unix_s
    assert valid is not None  # a wind of no known time is refused with the file
    section.data = {"file": preparation.wind_name, "valid_unix_s": valid, "top_m": round(wind.top_m)}
    reach = f"up to {wind.top_m / 1000:.1f} km, at most {wind.fastest_m_s():.0f} m/s"
    section.lines.append(f"{preparation.wind_name} for {utc_text(valid)}, {reach}")
    _age(review, section, valid)
    top_m = max((highest_m(review.mission, preparation, drop) for drop in review.mission.drops), default=0.0)
    if preparation.keep_outs and top_m > wind.top_m:
        section.look(
            f"the wind ends at {wind.top_m / 1000:.1f} km, and things may be let go up to {top_m / 1000:.1f} km: "
            f"above, {preparation.widest_m_s:g} m/s are reckoned with"
        )
    return section


def _age(review: Review, section: Section, valid: int) -> None:
    launch = review.launch_unix_s
    section.data["age_at_launch_s"] = launch - valid
    until = review.preparation.launch_until_unix_s
    hours = abs(launch - valid) / 3600
    if hours * 3600 > OLDEST_S:
        side = "before" if valid < launch else "after"
        section.no_go(f"the wind is for {utc_text(valid)}, {hours:.0f} h {side} launch: 12 h at the most")
    elif until is not None and until - valid > OLDEST_S:
        section.look(f"the wind is too old from {utc_text(valid + OLDEST_S)} on, before the launch slot ends")
