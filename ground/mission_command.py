"""`samara mission`: look at a mission, build it for a board, begin a new one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from firmware.protocol import mission_rules as rules
from ground.mission_file import MissionFile, MissionFileError, read_mission_file
from ground.mission_timeline import timeline

EXAMPLE = """\
# A Samara mission: what to let go, and when. `samara mission check FILE` reads it aloud.
# Every time says its unit: "45 min", "1 h 30 min", "5400 s". A bare number is refused.

[flight]
id = "my-flight"            # up to 16 letters, digits, _ and -; a new flight needs a new id
callsign = "N0CALL"         # yours, as your licence says it
pad_altitude_m = 120        # of the launch site, above mean sea level
highest_ground_m = 350      # the highest ground anywhere the balloon may drift over
min_agl_m = 1000            # nothing is let go lower than this above the highest ground
not_before = "10 min"       # nothing is let go earlier after launch than this
end = "4 h"                 # nothing is ever let go later after launch than this
# net = 4711                # 1 to 65535, tells this flight's frames from others'; made from the hash if left out

# One table for each release channel that is used; `output` is the number printed on the board.
[[channel]]
name = "a"
kind = "burn_wire"
output = 1
pulse_s = 4                 # 0.5 to 15; the wire is heated for this long
attempts = 2                # 1 to 3; another pulse, half as long again, only if the wire is still whole

# One table for each thing to let go; `after` counts from launch.
[[drop]]
name = "payload"
channel = "a"
after = "45 min"
"""


@click.group("mission")
def command() -> None:
    """Check a mission file, build it for a board, or begin a new one.

    \b
    samara mission new my_flight.toml      write a commented example
    samara mission check my_flight.toml    read it aloud, name everything that is wrong
    samara mission build my_flight.toml    write mission.bin for the board
    """


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a timeline.")
def check(file: Path, as_json: bool) -> None:
    """Read FILE (mission.toml, or a built mission.bin) aloud, or name everything that is wrong with it."""
    try:
        found = read_mission_file(file)
    except MissionFileError as error:
        if as_json:
            problems = [{"line": each.line, "key": each.key, "text": each.text} for each in error.problems]
            click.echo(json.dumps({"ok": False, "errors": problems, "warnings": []}, indent=2))
            raise SystemExit(2) from None
        _refuse(error)
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2))
    else:
        show(found, Console(highlight=False))


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("mission.bin"),
    show_default=True,
    help="Where to write the built mission.",
)
def build(file: Path, output: Path) -> None:
    """Check FILE and write the bytes a board loads. `samara board flash` does this by itself."""
    try:
        found = read_mission_file(file)
    except MissionFileError as error:
        _refuse(error)
    if output.exists() and (output.is_dir() or output.samefile(file) or output.suffix == ".toml"):
        _stop(f"{output} is {'a folder' if output.is_dir() else 'a mission file'}: say another name with -o")
    if output.exists() and not output.is_file():
        _stop(f"{output} is no ordinary file and would be replaced by one: say another name with -o")
    unfinished = output.with_name(output.name + ".unfinished")
    try:
        unfinished.write_bytes(found.data)
        os.replace(unfinished, output)
    except OSError as error:
        _stop(f"{output} cannot be written: {error.strerror or error}")
    for warning in found.warnings:
        click.echo(f"look again: {warning}", err=True)
    click.echo(f"{output}: {len(found.data)} bytes, hash {_hash(found)[:16]}")


@command.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path("mission.toml"))
def new(file: Path) -> None:
    """Write a commented example to FILE, mission.toml unless told; never over a file that exists."""
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(EXAMPLE)
    except FileExistsError:
        _stop(f"{file} exists already, nothing was written: say another name")
    except OSError as error:
        _stop(f"{file} cannot be written: {error.strerror or error}")
    click.echo(f"{file} written; edit it, then: samara mission check {file}")


def show(found: MissionFile, console: Console) -> None:
    """Print a mission so that it can be read aloud before a launch."""
    mission = found.mission
    console.print(Text.assemble((mission.flight_id, "bold"), f"  callsign {mission.callsign}, net {mission.net}"))
    lowest_m = mission.highest_ground_m + mission.min_agl_m
    console.print(f"pad at {mission.pad_altitude_m} m; nothing is let go below {lowest_m} m above sea level")
    console.print(f"({mission.min_agl_m} m above the highest ground, {mission.highest_ground_m} m)\n")
    for at_ms, text in timeline(mission):
        style = "bold" if text.startswith("'") else "dim"
        console.print(Text(f"{rules.clock_text(at_ms)} after launch: {text}", style=style), soft_wrap=True)
    for warning in found.warnings:
        console.print(Text.assemble("\n", ("look again: ", "yellow"), warning), soft_wrap=True)
    console.print(f"\n{len(found.data)} bytes, hash {_hash(found)[:16]}")


def _as_json(found: MissionFile) -> dict[str, Any]:
    mission = found.mission
    channels = [
        {
            "name": each.name,
            "kind": each.kind,
            "output": each.output,
            "pulse_ms": each.pulse_ms,
            "attempts": each.attempts,
        }
        for each in mission.channels
    ]
    return {
        "ok": True,
        "errors": [],
        "warnings": found.warnings,
        "mission": {
            "flight_id": mission.flight_id,
            "callsign": mission.callsign,
            "net": mission.net,
            "hash": _hash(found),
            "pad_altitude_m": mission.pad_altitude_m,
            "highest_ground_m": mission.highest_ground_m,
            "min_agl_m": mission.min_agl_m,
            "not_before_ms": mission.not_before_ms,
            "end_ms": mission.end_ms,
            "channels": channels,
            "drops": [
                {"name": each.name, "channel": mission.channels[each.channel].name, "after_ms": each.after_ms}
                for each in mission.drops
            ],
        },
        "timeline": [{"after_ms": at_ms, "text": text} for at_ms, text in timeline(mission)],
    }


def _hash(found: MissionFile) -> str:
    return found.mission.hash.hex()


def _refuse(error: MissionFileError) -> None:
    for line in error.lines():
        click.echo(line, err=True)
    count = len(error.problems)
    _stop(f"{count} error{'' if count == 1 else 's'}: this mission cannot fly")


def _stop(text: str) -> None:
    click.echo(text, err=True)
    raise SystemExit(2)
