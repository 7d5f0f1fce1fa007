"""What another payload said, for a person."""

from ground.exports.times import degrees
from ground.formats.heard import Heard
from ground.formats.own_sentence import flight_words


def where(heard: Heard) -> str:
    """Place and altitude, and how our own board's flight goes."""
    if heard.latitude_e7 is None or heard.longitude_e7 is None:
        place = "position unknown"
    else:
        place = f"{degrees(heard.latitude_e7)}, {degrees(heard.longitude_e7)}"
    flight = flight_words(heard)
    return f"{place}, {height(heard)}{', ' if flight else ''}{flight}"


def height(heard: Heard) -> str:
    """Altitude in metres."""
    return "altitude unknown" if heard.altitude_m is None else f"{heard.altitude_m} m"
