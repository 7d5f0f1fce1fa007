"""`samara report`: a flight as one page to read, to print and to keep."""

import webbrowser
from pathlib import Path

import click

from firmware.protocol.mission_plan import Mission
from ground.bad_input import BadInput
from ground.flight import FlightError
from ground.mission_file import MissionFileError, read_mission_file
from ground.report.document import make_report

NAME = "flight-report.html"
_EXAMPLES = """
\b
Examples:
  samara report logs/20260501T093000Z-ttyUSB0                      flight-report.html in the folder
  samara report logs/20260501T093000Z-ttyUSB0 --mission my.toml    with names, due times and areas
  samara report raw.log -o flight.html --open                      and show it
"""


@click.command(name="report", epilog=_EXAMPLES)
@click.argument("path", metavar="LOG", type=click.Path(path_type=Path))
@click.option("--mission", "mission_path", type=click.Path(path_type=Path), help="Mission file of this flight.")
@click.option("--title", help="Instead of the folder's name.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help=f"A file; {NAME} beside the log without it.")
@click.option("--open", "open_page", is_flag=True, help="Show it in the browser.")
def command(path: Path, mission_path: Path | None, title: str | None, output: Path | None, open_page: bool) -> None:
    """Write a report of a flight: one HTML page that needs nothing else.

    LOG is a log folder, a raw.log or a flight.sqlite; one that is being written is read as far as it goes. Track,
    altitude, events, drops with what speaks for them, link, commands, cells, and what was never heard.
    """
    mission: Mission | None = None
    if mission_path is not None:
        try:
            mission = read_mission_file(mission_path).mission
        except MissionFileError as error:
            raise BadInput(str(error)) from error
    try:
        report = make_report(path, mission, title)
    except FlightError as error:
        raise BadInput(str(error)) from error
    target = output or (path if path.is_dir() else path.parent) / NAME
    try:
        target.write_text(report.html, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"{target} cannot be written ({reason}): give another -o.") from error
    for sentence in report.sentences:
        click.echo(sentence)
    click.echo(f"report: {target}")
    if open_page and not webbrowser.open(target.resolve().as_uri()):
        click.echo("No browser could be started: open the file by hand.", err=True)
