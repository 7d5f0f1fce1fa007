"""Lines of words that say a place (`cfdr la:43.126101,lo:141.430831,a:8.2`) or a battery (`Vbat = 8.69V, ...`)."""

import re

from ground.formats.heard import TEXT, UNNAMED, Heard, place_e7

_PLACE = re.compile(
    rb"`?(?:[A-Za-z][\w-]{0,19}[ :,]+)?la(?:t|titude)?[:=] ?(-?\d{1,2}\.\d{1,9}),? ?"
    rb"lo(?:n|ng|ngitude)?[:=] ?(-?\d{1,3}\.\d{1,9}),? ?(?:a(?:lt|ltitude)?[:=] ?(-?\d{1,5}(?:\.\d{1,6})?)?)?m?`?\s*"
)
_BATTERY = re.compile(rb"V(?:bat|batt|battery) ?[=:] ?(\d{1,2}\.\d{1,3}) ?V\b([ -~]{0,80})\s*")


def decode(line: bytes) -> Heard | None:
    """What such a line says, 0, 0 being no place; None when it is none."""
    if (match := _PLACE.fullmatch(line)) is not None:
        place = place_e7(float(match[1]), float(match[2]))
        return Heard(
            TEXT,
            UNNAMED,
            latitude_e7=None if place is None else place.latitude_e7,
            longitude_e7=None if place is None else place.longitude_e7,
            altitude_m=None if place is None or match[3] is None else round(float(match[3])),
            raw=line,
        )
    if (match := _BATTERY.fullmatch(line)) is not None:
        said = match[2].decode("ascii", "replace").strip(" ,.")
        return Heard(TEXT, UNNAMED, battery_mv=round(float(match[1]) * 1000), extra=said, raw=line)
    return None
