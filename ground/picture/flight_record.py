"""What a picture of a flight is made from: plain values, filled by whoever heard or simulated the flight."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

# What happened to the air and the hardware: it decides the honest words under every picture.
Origin = Literal["flown", "simulated", "recorded"]
ORIGIN_WORDS: dict[Origin, tuple[str, str]] = {
    "flown": ("flight", "Drawn from what the ground station heard of this flight."),
    "simulated": (
        "simulated flight",
        "Simulated flight: the firmware is the real one; the balloon, the air, the chips and the wires were computed. "
        "Nothing left the ground.",
    ),
    "recorded": (
        "simulated flight over a recorded track",
        "Simulated flight over a recorded track: the way is one that a real balloon took; the firmware that flew "
        "it here is the real one, its chips and wires were computed. Nothing was let go on that day.",
    ),
}

# Nearly four times as high as any balloon has been: beyond it is a damaged number.
HIGHEST_M = 200_000


class Point(NamedTuple):
    """One position. elapsed_s counts from launch and is negative on the pad; from the start where none was seen."""

    elapsed_s: float
    latitude: float  # degrees, -90 to 90
    longitude: float  # degrees, -180 to 180
    altitude_m: float


class Fall(NamedTuple):
    """Where a moment of the flight lies. Used for apex, landing and what was let go."""

    at_s: float
    latitude: float
    longitude: float
    altitude_m: float


@dataclass(frozen=True)
class Drop:
    """One drop, one occasion of a drop that repeats, or the cutdown. None: not known. Times count from launch.

    confirmed: by telemetry. let_go: whether something fell, as a simulation knows; None too where nothing fired.
    state: what became of it in a word, such as skipped or failed. over_s: when that was so.
    occasion: counted from 1; None for what comes once. by_backup: the independent backup fired it.
    """

    name: str
    due_s: float | None
    fired_s: float | None
    confirmed: bool
    altitude_m: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    state: str | None = None
    occasion: int | None = None
    cutdown: bool = False
    over_s: float | None = None
    by_backup: bool = False
    let_go: bool | None = None

    @property
    def title(self) -> str:
        return self.name if self.occasion is None else f"{self.name} {self.occasion}"

    @property
    def unneeded(self) -> bool:
        """A cutdown that never had to end the flight."""
        quiet = self.state in (None, "waiting", "pending", "cancelled")
        return self.cutdown and quiet and self.fired_s is None and not self.confirmed

    @property
    def done(self) -> bool:
        """By telemetry, unless a simulation knows better. Of the backup there is no telemetry to wait for."""
        return self.let_go is not False if self.confirmed else self.by_backup and bool(self.let_go)


class Outline(NamedTuple):
    """An area of the mission. points: latitude and longitude in degrees; out: nothing may fall there."""

    name: str
    out: bool
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class FlightRecord:
    """One flight. Order of the points and phases does not matter; impossible points are left out and counted.

    apex is the highest that was heard, (at_s, altitude_m); landing is (at_s, latitude, longitude); None: not seen.
    verdict is (did it go as it should, one sentence); facts are pairs of label and value.
    """

    title: str
    subtitle: str
    origin: Origin
    points: Sequence[tuple[float, float, float, float]]
    phases: Sequence[tuple[str, float]]
    drops: Sequence[Drop]
    apex: tuple[float, float] | None
    landing: tuple[float, float, float] | None
    verdict: tuple[bool, str]
    facts: Sequence[tuple[str, str]] = field(default=())
    areas: Sequence[Outline] = field(default=())
    graticule: bool = False  # meridians and parallels on the map
    launch_seen: bool = True  # False: times count from the first message, wherever the flight was then

    @property
    def from_launch(self) -> bool:
        """Whether times count from a launch."""
        return self.launched and self.launch_seen

    @property
    def launched(self) -> bool:
        """Whether anything but waiting on the ground was seen."""
        return self.apex is not None or any(name.lower() not in ("ground", "landed") for name, _ in self.phases)


def possible_points(record: FlightRecord) -> list[Point]:
    """In order of time, one for each time; without NaN, infinity and places that are not on Earth."""
    found = {}
    for point in record.points:
        elapsed_s, latitude, longitude, altitude_m = point
        if (
            all(map(math.isfinite, point))
            and abs(latitude) <= 90
            and abs(longitude) <= 180
            and abs(altitude_m) < HIGHEST_M
        ):
            found[elapsed_s] = Point(elapsed_s, latitude, longitude, altitude_m)
    return [found[elapsed_s] for elapsed_s in sorted(found)]
