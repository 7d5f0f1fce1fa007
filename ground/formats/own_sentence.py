"""What our own board's UKHAS sentences say after the altitude (firmware/sentences.py).

speed m/s, course degrees, satellites, inside C, logic V, phase, a digit for each drop, place:state, seconds to next
"""

import re

from firmware.protocol import drops
from ground.flight_words import PHASE_NAMES, clock, drop_state_name, place_name
from ground.formats.heard import UKHAS, Heard

_SHAPE = re.compile(
    r"(\d{0,3}),(\d{0,3}),(\d{0,2}),(-?\d{0,3}),(\d{1,2}\.\d\d|),([0-7]?),([0-3]{0,8}),([0-7]):(\d{1,2}),(\d{0,5})",
    re.ASCII,
)


def interpret(heard: Heard) -> Heard:
    """With the values of our own board in their fields; unchanged when it is another's. extra stays as it is."""
    match = _SHAPE.fullmatch(heard.extra) if heard.kind == UKHAS else None
    if match is None:
        return heard
    speed, course, satellites, inside, volts = match.groups()[:5]
    return heard._replace(
        speed_cm_s=int(speed) * 100 if speed else None,
        course_deg=int(course) if course else None,
        satellites=int(satellites) if satellites else None,
        temperature_c=int(inside) if inside.strip("-") else None,
        battery_mv=round(float(volts) * 1000) if volts else None,
    )


def flight_words(heard: Heard) -> str:
    """Phase, drops and time to the next; empty when it is another's sentence."""
    match = _SHAPE.fullmatch(heard.extra) if heard.kind == UKHAS else None
    if match is None:
        return ""
    phase, summary, place, state, seconds = match.groups()[5:]
    said = [PHASE_NAMES.get(int(phase), f"phase {phase}")] if phase else []
    said.append(f"{place_name(int(place))} {drop_state_name(int(state)).replace('_', ' ')}")
    if seconds:
        said.append(f"next in {clock(int(seconds) * 1000)}")
    released = summary.count(str(drops.SUMMARY_RELEASED))
    if summary:
        said.append(f"{released} of {len(summary)} released")
    return ", ".join(said)
