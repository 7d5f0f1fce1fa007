"""The mission's file for the page: names of the drops, areas to draw, where the pad is. Without one, what is known."""

import struct
from pathlib import Path
from typing import Any

from firmware.protocol import drops, mission_plan
from ground.flight_words import clock, place_name
from ground.mission_file import MissionFile, MissionFileError, read_mission_file
from ground.mission_timeline import conditions_text

_KINDS = {mission_plan.KEEP_IN: "keep_in", mission_plan.KEEP_OUT: "keep_out"}


class MissionWords:
    """`trouble`: why there is no mission although a file was given. `document`: for /api/mission, or None."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.file: MissionFile | None = None
        self.trouble: str | None = None
        self.title: str | None = None
        self.callsign: str | None = None
        self.drops: tuple[str, ...] = ()
        self.has_cutdown = False
        self.pad_altitude_m: float | None = None
        self.document: dict[str, Any] | None = None
        if path is not None:
            self._read(path)

    def name_of(self, place: int) -> str:
        """What the mission calls it; drop 1, cutdown where there is none."""
        return self.drops[place] if place < len(self.drops) else place_name(place)

    def _read(self, path: Path) -> None:
        try:
            self.file = read_mission_file(path)
        except MissionFileError as error:
            self.trouble = str(error)
            return
        plan = self.file.mission
        self.title = plan.flight_id or None
        self.callsign = plan.callsign or None
        self.drops = tuple(drop.name for drop in plan.drops)
        self.has_cutdown = plan.cutdown is not None
        self.pad_altitude_m = plan.pad_altitude_m
        pad = self.file.review.preparation.pad
        self.document = {
            "name": plan.flight_id,
            "callsign": plan.callsign,
            "net": f"{plan.net:04X}",
            "hash": plan.hash[:4].hex(),
            "go": self.file.go,
            "remarks": [*self.file.no_go, *self.file.warnings],
            "drops": [_drop(place, drop, plan) for place, drop in enumerate(plan.drops)],
            "cutdown": None if plan.cutdown is None else _cutdown(plan.cutdown),
            "areas": {"type": "FeatureCollection", "features": [_area(area) for area in plan.areas]},
            "pad": None
            if pad is None
            else {"latitude": pad[0] / 1e7, "longitude": pad[1] / 1e7, "altitude_m": plan.pad_altitude_m},
        }


def _drop(place: int, drop: Any, plan: Any) -> dict[str, Any]:
    channel = plan.channels[drop.channel]
    said = []
    if drop.after_ms is not None:
        said.append(f"{clock(drop.after_ms)} after launch")
    if drop.count > 1:
        said.append(f"{drop.count} times, every {clock(drop.every_ms)}")
    return {
        "place": place,
        "name": drop.name,
        "after_s": None if drop.after_ms is None else drop.after_ms / 1000,
        "at_unix_s": drop.at_unix_s,
        "patience_s": None if drop.patience_ms is None else drop.patience_ms / 1000,
        "min_altitude_m": drop.min_altitude_m,
        "max_altitude_m": drop.max_altitude_m,
        "count": drop.count,
        "channel": channel.name,
        "output": channel.output,
        "words": (", ".join(said) + conditions_text(plan, drop)).removeprefix(", "),
    }


def _cutdown(cutdown: Any) -> dict[str, Any]:
    return {
        "place": drops.CUTDOWN,
        "name": "cutdown",
        "after_s": cutdown.latest_ms / 1000,
        "ceiling_m": cutdown.ceiling_m,
        "words": f"at the latest {clock(cutdown.latest_ms)} after launch",
    }


def _area(area: Any) -> dict[str, Any]:
    corners = [
        [longitude_e7 / 1e7, latitude_e7 / 1e7] for latitude_e7, longitude_e7 in struct.iter_unpack("<ii", area.points)
    ]
    return {
        "type": "Feature",
        "properties": {"name": area.name, "kind": _KINDS.get(area.kind, "area")},
        "geometry": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
    }
