"""One message of another payload, in one shape whatever its format was. Unknown is None, and never 0."""

from typing import NamedTuple

UKHAS = "UKHAS"
HORUS_1 = "HORUS1"
HORUS_2 = "HORUS2"
HORUS_3 = "HORUS3"
APRS = "APRS"
ROW = "ROW"  # of a table whose heading was heard before it
TEXT = "TEXT"  # a line of words that says a place or a voltage
TEXT_KINDS = (UKHAS, APRS, ROW, TEXT)
# Whom a line is about that names nobody: the receiver's name stands for it.
UNNAMED = "unnamed"


class Place(NamedTuple):
    latitude_e7: int
    longitude_e7: int


class Heard(NamedTuple):
    """One message. A checksum of 16 bits is wrong once in 65536 messages that are damaged.

    APRS came out of a TNC that has checked it; rows and texts have no checksum of their own.
    """

    kind: str  # UKHAS, HORUS1, HORUS2, HORUS3, APRS, ROW or TEXT
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
    pressure_pa: int | None = None
    symbol: str = ""  # of APRS, table and code: /O is a balloon, /> a car
    extra: str = ""  # what has no field of its own, as text
    raw: bytes = b""  # the message as it came, checksum included
    wall_ns: int = 0
    monotonic_ns: int = 0
    receiver: int = 0

    @property
    def place(self) -> "Place | None":
        """Where it was; None when that is unknown."""
        if self.latitude_e7 is None or self.longitude_e7 is None:
            return None
        return Place(self.latitude_e7, self.longitude_e7)

    @property
    def key(self) -> tuple[str, str, int | None, bytes]:
        """The same for a message that is heard again, for APRS whichever way it came; rows of a table may be alike."""
        said = self.raw.partition(b":")[2] if self.kind == APRS else self.raw
        return self.kind, self.callsign, self.number, said


def place_e7(latitude: float, longitude: float) -> Place | None:
    """Degrees as whole 1e-7 degrees; None for what is no place, and for 0, 0, which trackers send without a fix."""
    if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0):  # also refuses nan
        return None
    if latitude == 0.0 and longitude == 0.0:
        return None
    return Place(round(latitude * 1e7), round(longitude * 1e7))
