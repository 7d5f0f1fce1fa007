"""The end of `samara fly`: the record of the flight, its picture, its page, and a few lines in the terminal."""

import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from firmware.protocol.mission import Mission
from ground.flight_truth import BACKUP
from ground.link_figures import link_words
from ground.picture import page, svg, terminal
from ground.picture.flight_record import Drop, FlightRecord, Origin
from ground.track import Track

PICTURE = "flight.svg"
PAGE = "report.html"
_POWER_CUT = "power_cut"


def flight_record(report: dict[str, Any], mission: Mission, title: str, origin: Origin, track: Track) -> FlightRecord:
    """What was heard of this flight, as the pictures want it; times from launch, positions in degrees."""
    start_ms = track.launch_ms or 0
    points = [
        (
            (place.mission_ms - start_ms) / 1000,
            place.latitude_e7 / 1e7,
            place.longitude_e7 / 1e7,
            float(place.altitude_m),
        )
        for place in track.positions
        if place.altitude_m is not None
    ]
    apex = track.apex
    landing = report["landing"]
    missed = [line for line in report["expectations"] if not line["met"]]
    met = "The expected timeline happened." if not missed else f"Not as expected: {missed[0]['what']}."
    return FlightRecord(
        title=title,
        subtitle=f"{mission.callsign}, mission {mission.flight_id}",
        origin=origin,
        points=points,
        phases=[(row["name"], row["at_s"]) for row in report["phases"] if row["at_s"] is not None],
        drops=[
            Drop(
                name=row["name"],
                due_s=row["due_s"],
                fired_s=row["fired_s"],
                confirmed=row["confirmed"],
                altitude_m=row["altitude_m"],
                latitude=row["latitude"],
                longitude=row["longitude"],
                state=row["state"],
                occasion=row["step"] if row["steps"] > 1 else None,
                cutdown=row["cutdown"],
                over_s=row["over_s"],
                by_backup=row["by"] == BACKUP,
                let_go=row["truly_let_go"] if row["pulses"] else None,
            )
            for row in report["drops"]
        ],
        apex=None
        if apex is None or apex.altitude_m is None
        else ((apex.mission_ms - start_ms) / 1000, apex.altitude_m),
        landing=None if landing is None else (landing["elapsed_s"], landing["latitude"], landing["longitude"]),
        verdict=(not missed, met),
        facts=_facts(report),
    )


def _facts(report: dict[str, Any]) -> list[tuple[str, str]]:
    facts = []
    if report["frames_sent"] is not None:
        facts.append(("frames received", f"{report['frames_received']:,} of {report['frames_sent']:,}"))
        if report["link"] is not None:
            facts.extend(link_words(report["link"]))
        facts.append(("simulated time", f"{report['flight_s'] / 3600:.2f} h in {report['wall_s']:.1f} s"))
        if _POWER_CUT not in report["faults_made"]:
            # An average over the time in which the board was dead would look like a slow loop.
            passes = f"{report['loop_hz']:.2f} a second, {report['loop_overruns']} late"
            facts.append(("passes of the control loop", passes))
        facts.append(("flown by", str(report["interpreter"])))
    if report["firmware_heap_bytes"] is not None:
        facts.append(("heap of the firmware", f"{report['firmware_heap_bytes'] / 1000:.0f} kB"))
    return facts


def show(record: FlightRecord, report: dict[str, Any], folder: Path) -> Path:
    """Write picture and page into the folder, draw the flight in the terminal; the page's path."""
    (folder / PICTURE).write_text(svg.picture(record), encoding="utf-8")
    page_path = folder / PAGE
    page_path.write_text(page.page(record), encoding="utf-8")
    console = Console(file=sys.stdout)
    terminal.draw(record, console)
    lines = Table.grid(padding=(0, 1))
    for line in report["expectations"]:
        mark = Text("met", "green") if line["met"] else Text("NOT MET", "bold red")
        # What happened to the letter is not said twice.
        same = line["met"] and line["what"].endswith(f" {line['found']}")
        lines.add_row(mark, Text(line["what"] if same else f"{line['what']}: {line['found']}"))
    console.print(lines)
    if report["link"] is not None:
        console.print()
        for title, text in link_words(report["link"]):
            console.print(Text(f"{title}: {text}"))
    console.print()
    for word, path in (
        ("report", page_path),
        ("picture", folder / PICTURE),
        ("log", folder / "raw.log"),
        ("figures", folder / "report.json"),
    ):
        console.print(Text(f"{word:>8}  {path}"), soft_wrap=True)
    console.print(Text(f"  export  samara export {folder} --kml -o flight.kml"), soft_wrap=True)
    return page_path
