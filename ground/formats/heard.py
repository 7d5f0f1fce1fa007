"""One message of another payload, in one shape whatever its format was. Unknown is None, and never 0."""

from typing import NamedTuple

UKHAS = "UKHAS"
HORUS_1 = "HORUS1"
HORUS_2 = "HORUS2"
HORUS_3 = "HORUS3"


class Place(NamedTuple):
    latitude_e7: int
    longitude_e7: int


class Heard(NamedTuple):
    """A message whose checksum holds. A checksum of 16 bits is wrong once in 65536 messages that are damaged."""

    kind: str  # UKHAS, HORUS1, HORUS2 or HORUS3
    callsign: str  # "id 256" where a packet has only a number
    number: int | None = None  # counts the messages
    time_s: int | None = None  # seconds since midnight UTC, by the payload
    latitude_e7: int | None = None
    longitude_e7: int | None = None
    altitude_m: int | None = None
    speed_cm_s: int | None = None  # over ground
    climb_cm_s: int | None = None  # up is positive
    satellites: int | None = None
    temperature_c: float | None = None
    battery_mv: int | None = None
    course_deg: int | None = None
    extra: str = ""  # what has no field of its own, as text
    raw: bytes = b""  # the message as it came, checksum included
    wall_ns: int = 0
    monotonic_ns: int = 0
    receiver: int = 0

    @property
    def key(self) -> tuple[str, str, bytes]:
        """The same for a message that is heard again."""
        return self.kind, self.callsign, self.raw


def place_e7(latitude: float, longitude: float) -> Place | None:
    """Degrees as whole 1e-7 degrees; None for what is no place, and for 0, 0, which trackers send without a fix."""
    if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0):  # also refuses nan
        return None
    if latitude == 0.0 and longitude == 0.0:
        return None
    return Place(round(latitude * 1e7), round(longitude * 1e7))
