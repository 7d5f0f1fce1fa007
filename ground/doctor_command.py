"""`samara doctor`: what is missing on this laptop, each with what to do about it."""

import json
import shutil
import sys
from collections import Counter
from pathlib import Path

import click

from ground.bad_input import BadInput
from ground.doctor.finding import LOOK, MISSING, OK, Finding

_EXAMPLES = """
\b
Examples:
  samara doctor                            all of it
  samara doctor --place 37.57,126.98       and whether a map has that place
  samara doctor --mission my.toml --json   the pad of a mission; for other programs

Exit status: 0 nothing that is needed is missing, 1 something is, 2 bad input.
"""
_STYLES = {OK: "green", LOOK: "yellow", MISSING: "bold red"}


class _Place(click.ParamType[tuple[float, float]]):
    name = "LAT,LON"

    def convert(
        self, value: object, param: click.Parameter | None, context: click.Context | None
    ) -> tuple[float, float]:
        try:
            latitude, longitude = (float(part) for part in str(value).split(","))
        except ValueError:
            latitude = longitude = 999.0
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            self.fail(f"{value!r} is no place: give degrees, as in 37.57,126.98.", param, context)
        return latitude, longitude


@click.command(name="doctor", epilog=_EXAMPLES)
@click.option("--place", type=_Place(), help="Where you will be: is there a map of it?")
@click.option("--mission", "mission_path", type=click.Path(path_type=Path), help="The same of this mission's pad.")
@click.option("--log", "log_folder", type=click.Path(path_type=Path), default=Path("logs"), help="Where logs go.")
@click.option("--key", "key_file", type=click.Path(path_type=Path), help="Master key instead of the usual place.")
@click.option("--json", "as_json", is_flag=True, help="A list of what was found, for other programs.")
def command(
    place: tuple[float, float] | None, mission_path: Path | None, log_folder: Path, key_file: Path | None, as_json: bool
) -> None:
    """Say what is missing on this laptop, and how to mend it.

    Three words: ok; look, where something is worth knowing; missing, where something is needed.
    """
    found = examine(place or _pad(mission_path), log_folder, key_file)
    if as_json:
        click.echo(json.dumps([one._asdict() for one in found], indent=2))
    else:
        _show(found)
    sys.exit(1 if any(one.state == MISSING for one in found) else 0)


def examine(place: tuple[float, float] | None, log_folder: Path, key_file: Path | None) -> list[Finding]:
    """Everything, in the order in which it is needed. Never raises: what breaks is itself a finding."""
    from ground.doctor import software

    found = [software.python(), *software.packages()]
    if any(one.state == MISSING for one in found):
        return found  # the rest cannot even be imported
    from ground.doctor import laptop, radios, station
    from ground.simulation import micropython

    found.extend(radios.serial_ports())
    found.extend((laptop.log_folder(log_folder), laptop.disk(log_folder), laptop.battery(), laptop.clock_now()))
    found.extend((software.browser(), *station.maps(place, log_folder if log_folder.is_dir() else None)))
    found.extend((station.keys(key_file), *station.stations()))
    found.extend((software.micropython(micropython()), software.mpy_cross(), software.node(shutil.which("node"))))
    return found


def _pad(path: Path | None) -> tuple[float, float] | None:
    if path is None:
        return None
    from ground.mission_file import MissionFileError, read_mission_file

    try:
        review = read_mission_file(path).review
    except MissionFileError as error:
        raise BadInput(str(error)) from error
    pad = review.preparation.pad
    if pad is None:
        raise BadInput(f"{path} does not say where its pad is: give --place LAT,LON.")
    return pad[0] / 1e7, pad[1] / 1e7


def _show(found: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for one in found:
        words = Text(one.words)
        if one.fix:
            words.append(f"\n{one.fix}", style="" if one.state != OK else "dim")
        table.add_row(Text(one.state, _STYLES[one.state]), Text(one.what), words)
    console = Console(file=sys.stdout)
    console.print(table)
    count = Counter(one.state for one in found)
    if count[MISSING]:
        console.print(Text(f"{count[MISSING]} missing: mend that first.", "bold red"))
    elif count[LOOK]:
        console.print(Text(f"Nothing that is needed is missing; {count[LOOK]} to look at.", "yellow"))
    else:
        console.print(Text("All is well.", "green"))
