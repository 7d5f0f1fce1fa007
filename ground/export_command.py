"""`samara export`: a flight for spreadsheets and maps."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from ground.bad_input import BadInput
from ground.exports.geojson import to_geojson
from ground.exports.gpx import to_gpx
from ground.exports.kml import to_kml
from ground.exports.table import to_csv
from ground.flight import Flight, FlightError, read_flight

_EXAMPLES = """
\b
Examples:
  samara export logs/20260501T093000Z-ttyUSB0 --csv -o flight.csv
  samara export raw.log --kml -o flight.kml        for Google Earth
  samara export flight.sqlite --gpx > flight.gpx   for a hand-held GPS
  samara export raw.log --geojson                  for web maps and GIS
"""
_WRITERS: dict[str, Callable[[Flight], str]] = {"csv": to_csv, "kml": to_kml, "gpx": to_gpx, "geojson": to_geojson}


@click.command(name="export", epilog=_EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--csv", "form", flag_value="csv", help="Every FIX and EVENT, a row each.")
@click.option("--kml", "form", flag_value="kml", help="The way, the drops and the events, longitude first.")
@click.option("--gpx", "form", flag_value="gpx", help="Track and waypoints.")
@click.option("--geojson", "form", flag_value="geojson", help="RFC 7946.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; standard output without it.")
def command(path: Path, form: str | None, output: Path | None) -> None:
    """Write a flight for other programs. PATH is a log folder, a raw.log or a flight.sqlite."""
    if form is None:
        raise BadInput("say what to write: --csv, --kml, --gpx or --geojson.")
    try:
        flight = read_flight(path)
    except FlightError as error:
        raise BadInput(str(error)) from error
    data = _WRITERS[form](flight).encode()
    if flight.damage:
        click.echo(flight.damage, err=True)
    if output is None:
        try:
            sys.stdout.buffer.write(data)  # bytes: a console's encoding or newline must not change a file format
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who reads has read enough
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            reason = (error.strerror or str(error)).lower()
            raise BadInput(f"standard output cannot be written ({reason}): give a file with -o.") from error
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise BadInput(
            f"{output} cannot be written ({(error.strerror or str(error)).lower()}): give another -o."
        ) from error
