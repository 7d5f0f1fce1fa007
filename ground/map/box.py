"""A box of latitude and longitude, in degrees, and the regions that have a name."""

from dataclasses import dataclass

from ground.bad_input import BadInput


@dataclass(frozen=True)
class Box:
    south: float
    west: float
    north: float
    east: float

    def wider(self, degrees: float) -> "Box":
        return Box(self.south - degrees, self.west - degrees, self.north + degrees, self.east + degrees)

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    @property
    def area(self) -> float:
        """Square degrees: only to tell the smaller of two."""
        return (self.north - self.south) * (self.east - self.west)


REGIONS = {
    "korea": Box(32.8, 123.8, 43.2, 132.0),
}

# The projection of every web map ends here.
_FARTHEST_LATITUDE = 85.0


def region(text: str) -> Box:
    """A region by its name or as LAT,LON,LAT,LON: any two opposite corners. Raises BadInput with what to write."""
    if text.lower() in REGIONS:
        return REGIONS[text.lower()]
    hint = f"give a name ({', '.join(REGIONS)}) or two corners as LAT,LON,LAT,LON, such as 47,5,55,15"
    try:
        latitude, longitude, other_latitude, other_longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise BadInput(f"{text!r} is no region: {hint}.") from None
    south, north = sorted((latitude, other_latitude))
    west, east = sorted((longitude, other_longitude))
    if not (-_FARTHEST_LATITUDE <= south < north <= _FARTHEST_LATITUDE and -180.0 <= west < east <= 180.0):
        raise BadInput(f"{text!r} is no box within latitude ±{_FARTHEST_LATITUDE:.0f} and longitude ±180: {hint}.")
    if east - west > 180.0:
        raise BadInput(f"{text!r} spans more than half the world or the date line: build one map for each side.")
    return Box(south, west, north, east)
