"""What another payload said, for a person."""

from ground.exports.times import degrees
from ground.formats.heard import Heard


def where(heard: Heard) -> str:
    """Place and altitude."""
    if heard.latitude_e7 is None or heard.longitude_e7 is None:
        place = "position unknown"
    else:
        place = f"{degrees(heard.latitude_e7)}, {degrees(heard.longitude_e7)}"
    return f"{place}, {height(heard)}"


def height(heard: Heard) -> str:
    """Altitude in metres."""
    return "altitude unknown" if heard.altitude_m is None else f"{heard.altitude_m} m"


def time_of_day(heard: Heard) -> str:
    """The payload's own UTC."""
    if heard.time_s is None:
        return "time unknown"
    return f"{heard.time_s // 3600:02}:{heard.time_s // 60 % 60:02}:{heard.time_s % 60:02}"
