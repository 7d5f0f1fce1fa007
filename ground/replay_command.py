"""`samara replay`: a log again, at any speed, through the very code that received it."""

import sqlite3
from pathlib import Path

import click

from ground import raw_log
from ground.bad_input import BadInput
from ground.flight_store import FlightStore
from ground.links import FileLink, LinkError
from ground.session import run
from ground.station import Station

_EXAMPLES = """
\b
Examples:
  samara replay logs/20260501T093000Z-ttyUSB0            what it came to
  samara replay logs/20260501T093000Z-ttyUSB0 --speed 60 watch it, a minute a second
  samara replay raw.log --json                           every record, for other programs
  samara replay raw.log --store flight.sqlite            build the store again from the bytes
"""


class _Speed(click.ParamType[float | None]):
    name = "N|max"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> float | None:
        if value == "max":
            return None
        try:
            speed = float(str(value))
        except ValueError:
            speed = 0.0
        if not 0.0 < speed <= 1e6:  # also refuses nan
            self.fail(f"{value!r} is no speed: give a number such as 60 (a minute a second), or max.", param, context)
        return speed


@click.command(name="replay", epilog=_EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--speed", type=_Speed(), default="max", show_default=True, help="Times real time, or max.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a record instead of the view.")
@click.option("--store", "store_path", type=click.Path(path_type=Path), help="Write the records to a new SQLite file.")
def command(path: Path, speed: float | None, as_json: bool, store_path: Path | None) -> None:
    """Read a log again: a log folder, a raw.log, or a file of received bytes."""
    if path.is_dir():
        path = path / raw_log.NAME
    try:
        link = FileLink(path, speed)
    except LinkError as error:
        raise BadInput(str(error)) from error
    try:
        store = None if store_path is None else _new_store(store_path)
    except BadInput:
        link.close()
        raise
    station = Station(link, store=store)
    run(station, as_json, quiet=speed is None and not as_json)
    if link.log is not None and link.log.damage:
        click.echo(link.log.damage, err=True)
    if not station.receiver.frames and not station.payloads.messages:
        raise BadInput(f"{path} holds no undamaged frame ({station.receiver.bytes} bytes of a link were found in it).")


def _new_store(path: Path) -> FlightStore:
    if path.exists():
        raise BadInput(f"{path} exists: give the name of a new file, nothing is overwritten.")
    try:
        return FlightStore(path)
    except (sqlite3.Error, OSError) as error:
        raise BadInput(f"{path} cannot be written ({error}): give another --store.") from error
