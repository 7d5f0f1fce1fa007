"""The class of the balloon by what hangs below it: ICAO Annex 2, appendix 5, and 14 CFR 101.1(a)(4).

ICAO: heavy from 6 kg of payload, with a package of 3 kg, or of 2 kg over 13 g/cm2, or with a rope that parts only at
230 N; medium from 4 kg in two or more packages; light otherwise. 14 CFR part 101 holds for a package over 4 lb and
3 oz/in2, or over 6 lb, for 12 lb in two or more packages, and for a rope that parts only at more than 50 lbf.
"""

from __future__ import annotations

from dataclasses import replace

from ground.mission_preparation import Balloon
from ground.mission_review import Review, Section

_POUND_KG = 0.45359237
_POUND_FORCE_N = 4.4482216
_OUNCE_PER_INCH2 = 28.349523 / 6.4516  # g/cm2
_PAPER_G_CM2 = 0.01
LIGHT, MEDIUM, HEAVY = "light", "medium", "heavy"


def icao_class(balloon: Balloon) -> tuple[str, str]:
    """(class, why)."""
    largest_kg = _largest_kg(balloon)
    if balloon.payload_kg >= 6.0:
        return HEAVY, f"{balloon.payload_kg:.2f} kg of payload, 6 kg or more"
    if largest_kg >= 3.0:
        return HEAVY, f"a package of {largest_kg:.2f} kg, 3 kg or more"
    if largest_kg >= 2.0 and (balloon.density_g_cm2 is None or balloon.density_g_cm2 > 13.0):
        density = "unknown density" if balloon.density_g_cm2 is None else f"{balloon.density_g_cm2:g} g/cm2, over 13"
        return HEAVY, f"a package of {largest_kg:.2f} kg, 2 kg or more, with {density}"
    if balloon.rope_n is not None and balloon.rope_n >= 230.0:
        return HEAVY, f"a line that parts at {balloon.rope_n:g} N, 230 N or more"
    if balloon.packages >= 2 and balloon.payload_kg >= 4.0:
        return MEDIUM, f"{balloon.payload_kg:.2f} kg in {balloon.packages} packages, 4 kg or more"
    return LIGHT, f"{balloon.payload_kg:.2f} kg of payload, at most {largest_kg:.2f} kg in a package"


def part_101(balloon: Balloon) -> str | None:
    """Why 14 CFR 101.1(a)(4) holds, or None where it does not."""
    largest_kg = _largest_kg(balloon)
    if largest_kg > 6.0 * _POUND_KG:
        return f"a package of {largest_kg / _POUND_KG:.1f} lb, over 6 lb"
    if largest_kg > 4.0 * _POUND_KG:
        dense = balloon.density_g_cm2
        if dense is None:
            return f"a package of {largest_kg / _POUND_KG:.1f} lb, over 4 lb, with unknown weight to size"
        if dense > 3.0 * _OUNCE_PER_INCH2:
            return f"a package of {largest_kg / _POUND_KG:.1f} lb with {dense / _OUNCE_PER_INCH2:.1f} oz/in2, over 3"
    if balloon.packages >= 2 and balloon.payload_kg > 12.0 * _POUND_KG:
        return f"{balloon.payload_kg / _POUND_KG:.1f} lb in {balloon.packages} packages, over 12 lb"
    if balloon.rope_n is not None and balloon.rope_n > 50.0 * _POUND_FORCE_N:
        return f"a line that parts at {balloon.rope_n / _POUND_FORCE_N:.0f} lbf, over 50"
    return None


def needs_two_ways(balloon: Balloon) -> bool:
    """Whether the rules ask for two independent ways to end the flight: 14 CFR 101.35(a), ICAO Annex 2 for heavy."""
    return icao_class(balloon)[0] == HEAVY or part_101(balloon) is not None


def is_sure(balloon: Balloon) -> bool:
    """Whether that would be so whatever was not said of its packages."""
    lightest_kg = balloon.payload_kg / balloon.packages
    kindly = replace(
        balloon,
        density_g_cm2=_PAPER_G_CM2 if balloon.density_g_cm2 is None else balloon.density_g_cm2,
        largest_package_kg=lightest_kg if balloon.largest_package_kg is None else balloon.largest_package_kg,
    )
    return needs_two_ways(kindly) or not needs_two_ways(balloon)


def look(review: Review) -> Section:
    """Which classes; whether what they ask for is there is for mission_ending."""
    section = Section("weight")
    balloon = review.preparation.balloon
    if balloon is None:
        return section
    name, why = icao_class(balloon)
    us = part_101(balloon)
    section.lines.append(f"ICAO Annex 2: {name} ({why})")
    unless = ", if the line to the payload parts below 222 N: rope_n does not say" if balloon.rope_n is None else ""
    section.lines.append(f"14 CFR 101.1(a)(4): {'holds: ' + us if us else 'does not hold' + unless}")
    if not is_sure(balloon):
        section.look(
            "its class hangs on the largest package, its mass and density: say largest_package_g and density_g_cm2"
        )
    section.data = {
        "sure": is_sure(balloon),
        "icao": name,
        "icao_why": why,
        "part_101": us is not None,
        "part_101_why": us,
    }
    return section


def _largest_kg(balloon: Balloon) -> float:
    """Where nobody said, all of it is one package."""
    return balloon.payload_kg if balloon.largest_package_kg is None else balloon.largest_package_kg
