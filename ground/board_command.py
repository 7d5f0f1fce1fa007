"""`samara board`: firmware and mission onto a board, its log off it, and what lies on it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from firmware.protocol.backup_writer import backup_of
from firmware.protocol.mission_plan import MissionError
from ground import board_flight_command
from ground.bad_input import BadInput
from ground.board_error import BoardError
from ground.board_flash import Flasher
from ground.board_image import BACKUP, MANIFEST, MISSION, PRIMARY, ROLES, build_image
from ground.board_link import BoardLink
from ground.board_status import is_log, status_lines
from ground.mission_command import show
from ground.mission_file import MissionFile, MissionFileError, read_mission_file

# Everything on a board that tells of flights and is not firmware.
_KEPT = {MANIFEST, *(name for role in ROLES for name in (role.plan, *role.journals))}


@click.group("board")
def command() -> None:
    """Put firmware and mission on a Pico, copy its log off, see what lies on it.

    \b
    samara board flash /dev/ttyACM0 --mission my_flight.toml
    samara board status /dev/ttyACM0
    samara board mission /dev/ttyACM0                   show the mission on the board
    samara board mission /dev/ttyACM0 my_flight.toml    put another one on it
    samara board log /dev/ttyACM0 -o logs/my_flight
    samara board new-flight /dev/ttyACM0                forget the last flight, keep its log
    samara board test-fire /dev/ttyACM0 2               one pulse on output 2, on the bench
    samara board rehearse /dev/ttyACM0                  the whole mission with lamps and no current

    The arming plug must be out: with it in, the watchdog runs and the board answers nobody on USB.
    """


for _one in (board_flight_command.new_flight, board_flight_command.test_fire, board_flight_command.rehearse):
    command.add_command(_one)


@command.command()
@click.argument("port", required=False)
@click.option("--port", "port_option", help="The same as PORT.")
@click.option(
    "--mission", "mission", type=click.Path(path_type=Path), required=True, help="mission.toml or mission.bin"
)
@click.option("--backup", is_flag=True, help="The board is the independent backup, not the flight computer.")
@click.option(
    "--change-role", is_flag=True, help="Make a flight computer of a backup, or a backup of a flight computer."
)
def flash(port: str | None, port_option: str | None, mission: Path, backup: bool, change_role: bool) -> None:
    """Compile the firmware, put it and a mission on the board at PORT, verify every file, and start it."""
    link = BoardLink(_port(port or port_option))
    role = BACKUP if backup else PRIMARY
    found = _mission_file(mission)
    plan = _backup_plan(found) if backup else found.data
    with tempfile.TemporaryDirectory() as folder:
        image = build_image(Path(folder), role)
        with _progress() as progress:
            done = Flasher(link, Path(folder), progress).flash(image, plan, role, change_role)
    size = sum(len(data) for data in image.files.values())
    copied = sum(done.copied.values())
    click.echo(f"{done.survey.machine}, MicroPython {done.survey.release}")
    click.echo(f"firmware {done.firmware_hash[:16]}, {role.name}: {len(image.files)} files, {size} bytes")
    click.echo(f"mission  {found.mission.hash.hex()[:16]}: {found.mission.flight_id}, {_drops(found)}")
    there = f"{done.unchanged} were there already" if done.unchanged else "none was there before"
    click.echo(f"copied {len(done.copied)} files, {copied} bytes, all verified on the board; {there}")
    if done.removed:
        click.echo(f"removed {len(done.removed)} left over from another version: {', '.join(sorted(done.removed)[:5])}")
    remarks = [*(f"NO GO: {reason}" for reason in found.no_go), *(f"look again: {text}" for text in found.warnings)]
    for note in [*done.notes, *remarks]:
        click.echo(note)
    click.echo("the board has been reset and starts now")


@command.command()
@click.argument("port")
def status(port: str) -> None:
    """Firmware, mission, journal, plug and wires of the board at PORT. It stops what runs, and starts it again."""
    link = BoardLink(_port(port))
    for word, text in status_lines(link, link.survey()):
        click.echo(f"{word:<9} {text}")
    link.reset()


@command.command()
@click.argument("port")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder to make; logs/board-<UTC time> unless given."
)
@click.option("--remove-old", is_flag=True, help="Then remove the logs of earlier flights, whose copies are verified.")
def log(port: str, output: Path | None, remove_old: bool) -> None:
    """Copy flight logs, journal and mission off the board at PORT into a new folder. Nothing on the board changes."""
    if output is None:
        output = Path("logs") / f"board-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}"
    link = BoardLink(_port(port))
    survey = link.survey()
    names = sorted(name for name in survey.files if is_log(name) or name in _KEPT or name.startswith("rehearsal."))
    if not names:
        link.reset()
        raise BoardError(
            f"there is no log on {port}, nor anything else of ours: `samara board flash` puts the firmware on"
        )
    try:
        output.mkdir(parents=True)
    except FileExistsError:
        raise BadInput(f"{output} exists already, nothing was copied: say another folder with -o") from None
    except OSError as error:
        raise BadInput(f"{output} cannot be made: {error.strerror or error}") from None
    on_board = link.digests(names)
    for name in names:
        place = output / name
        for _ in range(3):
            link.get(name, place.resolve())
            if hashlib.sha256(place.read_bytes()).hexdigest() == on_board[name]:
                break
        else:
            raise BoardError(
                f"{name} came off the board damaged three times: try another cable; it is still on the board"
            )
        click.echo(f"{place}: {place.stat().st_size} bytes")
    old = [name for name in names if is_log(name) and name != "flight.log"]
    if remove_old and old:
        link.prepare([], old, [])
        click.echo(f"removed from the board: {', '.join(old)}")
    link.reset()
    if "flight.log" in names:
        click.echo(f"to see it: samara replay {output / 'flight.log'}")


@command.command()
@click.argument("port")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def mission(port: str, file: Path | None) -> None:
    """Show the mission on the board at PORT, or put FILE on it in its place."""
    link = BoardLink(_port(port))
    with tempfile.TemporaryDirectory() as folder:
        if file is not None:
            found = _mission_file(file)
            with _progress() as progress:
                Flasher(link, Path(folder), progress).replace(found.data)
            click.echo(f"{found.mission.flight_id}, {_drops(found)}, is on the board; it has been reset")
            return
        survey = link.survey()
        if MISSION not in survey.files:
            link.reset()
            raise BoardError(f"there is no mission on {port}: `samara board mission {port} FILE` puts one on")
        link.reset()
        place = Path(folder) / MISSION
        place.write_bytes(survey.contents.get(MISSION, b""))
        try:
            found = read_mission_file(place)
        except MissionFileError as error:
            raise BoardError(f"the mission on {port} cannot fly: {error.problems[0]}") from None
    show(found, Console(highlight=False))


def _port(port: str | None) -> str:
    if not port:
        raise BadInput("say which port the board is on: samara board flash /dev/ttyACM0 --mission FILE")
    return port


def _mission_file(path: Path) -> MissionFile:
    try:
        return read_mission_file(path)
    except MissionFileError as error:
        raise BadInput("\n".join([*error.lines(), "nothing was put on the board"])) from None


def _backup_plan(found: MissionFile) -> bytes:
    try:
        return bytes(backup_of(found.mission))
    except MissionError as error:
        raise BadInput(f"{found.path}: {error}\nnothing was put on the board") from None


def _drops(found: MissionFile) -> str:
    count = len(found.mission.drops)
    return f"{count} drop{'' if count == 1 else 's'}"


@contextlib.contextmanager
def _progress() -> Iterator[Any]:
    """A bar on a terminal; elsewhere nothing, the summary says it all."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<40}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("looking at the board", total=None)

        def update(done: int, total: int, path: str) -> None:
            bar.update(task, completed=done, total=total, description=path)

        yield update
