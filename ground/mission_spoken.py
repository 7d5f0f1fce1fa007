"""A mission as it is read aloud before a launch: timeline, facts, what to look at again, and GO or NO GO."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from firmware.protocol import mission_rules as rules
from ground.mission_file import MissionFile
from ground.mission_timeline import timeline


def show(found: MissionFile, console: Console) -> None:
    """Print it; every line says what it is by itself, without its colour."""
    mission = found.mission
    console.print(Text.assemble((mission.flight_id, "bold"), f"  callsign {mission.callsign}, net {mission.net}"))
    lowest_m = mission.highest_ground_m + mission.min_agl_m
    console.print(f"pad at {mission.pad_altitude_m} m; nothing is let go below {lowest_m} m above sea level")
    console.print(f"({mission.min_agl_m} m above the highest ground, {mission.highest_ground_m} m)\n")
    for entry in timeline(found.review):
        style = "bold" if "'" in entry.text or "flight is ended" in entry.text else "dim"
        when = "" if entry.after_ms is None else f"{rules.clock_text(entry.after_ms)} after launch: "
        console.print(Text(when + entry.text, style=style), soft_wrap=True)
    facts = [(section.name, line) for section in found.sections for line in section.lines]
    if facts:
        console.print()
    before = ""
    for name, line in facts:
        console.print(Text(f"{'' if name == before else name + ':':<9}{line}"), soft_wrap=True)
        before = name
    for text in found.warnings:
        console.print(Text.assemble("\n", ("look again: ", "yellow"), text), soft_wrap=True)
    for text in found.no_go:
        console.print(Text.assemble("\n", ("NO GO: ", "bold red"), text), soft_wrap=True)
    console.print(f"\n{len(found.data)} bytes, hash {mission.hash.hex()[:16]}")
    console.print(verdict(found), style="bold")


def verdict(found: MissionFile) -> str:
    """The last line: GO, or NO GO with how many reasons."""
    looks = len(found.warnings)
    again = f"{looks} thing{'' if looks == 1 else 's'} to look at again"
    if found.no_go:
        count = len(found.no_go)
        return f"NO GO: {count} reason{'' if count == 1 else 's'} above" + (f", and {again}" if looks else "")
    return "GO" + (f", with {again}" if looks else "")
