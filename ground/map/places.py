"""Towns of GeoNames and airfields of airportsdata within a box: what a driver reads off the map."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ground.map.box import Box


@dataclass(frozen=True)
class Place:
    name: str
    latitude: float
    longitude: float
    people: int  # 0 for an airfield
    code: str = ""  # ICAO, of an airfield


def towns(folder: Path, box: Box) -> list[Place]:
    """Of 1000 people and more, the largest first."""
    rows = json.loads((folder / "cities1000.json").read_text(encoding="utf-8")).values()
    found = [
        Place(row["name"], row["latitude"], row["longitude"], row["population"])
        for row in rows
        if box.holds(row["latitude"], row["longitude"])
    ]
    return sorted(found, key=lambda place: (-place.people, place.name, place.latitude))


def airfields(folder: Path, box: Box) -> list[Place]:
    """By their code; heliports and closed strips too, as far as the list has them."""
    return sorted(_airfields(folder, box), key=lambda place: place.code)


def _airfields(folder: Path, box: Box) -> Iterator[Place]:
    with (folder / "airports.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            latitude, longitude = float(row["lat"]), float(row["lon"])
            if box.holds(latitude, longitude):
                yield Place(row["name"], latitude, longitude, 0, row["icao"])
