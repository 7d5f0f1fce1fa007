"""`samara board`: firmware and mission onto a board, its log off it, and what lies on it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from firmware.protocol import mission_rules as rules
from firmware.protocol import words
from firmware.protocol.mission import load
from firmware.protocol.mission_plan import MissionError
from ground.bad_input import BadInput
from ground.board_error import BoardError
from ground.board_flash import Flasher, check_board, state_of
from ground.board_image import MANIFEST, MISSION, build_image
from ground.board_link import BoardLink, Survey
from ground.board_scripts import JOURNAL
from ground.mission_command import show
from ground.mission_file import MissionFile, MissionFileError, read_mission_file

LOGS = ("flight.log", "journal.0", "journal.1", MISSION, MANIFEST)


@click.group("board")
def command() -> None:
    """Put firmware and mission on a Pico, copy its log off, see what lies on it.

    \b
    samara board flash /dev/ttyACM0 --mission my_flight.toml
    samara board status /dev/ttyACM0
    samara board mission /dev/ttyACM0                   show the mission on the board
    samara board mission /dev/ttyACM0 my_flight.toml    put another one on it
    samara board log /dev/ttyACM0 -o logs/my_flight

    The arming plug must be out: with it in, the watchdog runs and the board answers nobody on USB.
    """


@command.command()
@click.argument("port", required=False)
@click.option("--port", "port_option", help="The same as PORT.")
@click.option(
    "--mission", "mission", type=click.Path(path_type=Path), required=True, help="mission.toml or mission.bin"
)
def flash(port: str | None, port_option: str | None, mission: Path) -> None:
    """Compile the firmware, put it and a mission on the board at PORT, verify every file, and start it."""
    link = BoardLink(_port(port or port_option))
    found = _mission_file(mission)
    with tempfile.TemporaryDirectory() as folder:
        image = build_image(Path(folder))
        with _progress() as progress:
            done = Flasher(link, Path(folder), progress).flash(image, found.data)
    size = sum(len(data) for data in image.files.values())
    copied = sum(done.copied.values())
    click.echo(f"{done.survey.machine}, MicroPython {done.survey.release}")
    click.echo(f"firmware {done.firmware_hash[:16]}: {len(image.files)} files, {size} bytes")
    click.echo(f"mission  {found.mission.hash.hex()[:16]}: {found.mission.flight_id}, {_drops(found)}")
    there = f"{done.unchanged} were there already" if done.unchanged else "none was there before"
    click.echo(f"copied {len(done.copied)} files, {copied} bytes, all verified on the board; {there}")
    if done.removed:
        click.echo(f"removed {len(done.removed)} left over from another version: {', '.join(sorted(done.removed)[:5])}")
    for note in [*done.notes, *(f"look again: {warning}" for warning in found.warnings)]:
        click.echo(note)
    click.echo("the board has been reset and starts now")


@command.command()
@click.argument("port")
def status(port: str) -> None:
    """Firmware, mission, journal and free space of the board at PORT. It stops what runs, and starts it again."""
    link = BoardLink(_port(port))
    survey = link.survey()
    click.echo(f"board     {survey.machine}, MicroPython {survey.release}")
    click.echo(f"firmware  {_firmware_line(link, survey)}")
    click.echo(f"mission   {_mission_line(survey)}")
    click.echo(f"journal   {_journal_line(link, survey)}")
    log = survey.files.get("flight.log")
    click.echo(f"log       {f'{log[0]} bytes' if log else 'none'}")
    click.echo(f"free      {survey.free_bytes // 1024} of {survey.total_bytes // 1024} kB")
    link.reset()


@command.command()
@click.argument("port")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder to make; logs/board-<UTC time> unless given."
)
def log(port: str, output: Path | None) -> None:
    """Copy flight log, journal and mission off the board at PORT into a new folder. Nothing on the board changes."""
    if output is None:
        output = Path("logs") / f"board-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}"
    link = BoardLink(_port(port))
    survey = link.survey()
    names = [name for name in LOGS if name in survey.files]
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
                Flasher(link, Path(folder), progress).replace(MISSION, found.data)
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


def _firmware_line(link: BoardLink, survey: Survey) -> str:
    if MANIFEST not in survey.files:
        some = "main.py" in survey.files or any(path.startswith("firmware/") for path in survey.files)
        return "not whole: flash it again" if some else "none"
    found, wrong = state_of(survey, survey.contents.get(MANIFEST, b""))
    if wrong:
        return f"{found[:16]}, damaged: {', '.join(wrong[:3])}{' and more' if len(wrong) > 3 else ''}; flash it again"
    try:
        check_board(survey, link.port)
    except BoardError as error:
        return f"{found[:16]}, but {error.message}"
    with tempfile.TemporaryDirectory() as folder:
        same = build_image(Path(folder)).hash == found
    return f"{found[:16]}, whole, {'the same as here' if same else 'another version than here'}"


def _mission_line(survey: Survey) -> str:
    if MISSION not in survey.files:
        return "none: it will not arm"
    try:
        plan = load(survey.contents.get(MISSION, b""))
    except MissionError as error:
        return f"refused: {error}"
    found = ", ".join(f"'{drop.name}' at {rules.clock_text(drop.after_ms)}" for drop in plan.drops)
    return f"{plan.hash.hex()[:16]}, {plan.flight_id}: {found or 'no drop'}"


def _journal_line(link: BoardLink, survey: Survey) -> str:
    """What the firmware on the board makes of its own journal."""
    if not any(name in survey.files for name in ("journal.0", "journal.1")):
        return "none: the next flight begins at its beginning"
    try:
        answers = link.ask(JOURNAL)
    except BoardError as error:
        return f"cannot be read by the firmware on the board ({error.message})"
    if not answers:
        return "cannot be read by the firmware on the board"
    said = answers[0]
    seen = ", ".join(name for number, name, _ in words.FAULTS if number in said["faults"])
    seen = f"; {seen}" if seen else ""
    if not said["fits"]:
        return f"of another mission or unreadable{seen}"
    phase = next((name for number, name, *_ in words.PHASES if number == said["phase"]), str(said["phase"]))
    text = io.StringIO()
    text.write(f"{phase}, {rules.clock_text(said['elapsed_ms'] // 1000 * 1000)} of mission time")
    if said["launch_ms"] is not None:
        text.write(f", launched at {rules.clock_text(said['launch_ms'] // 1000 * 1000)}")
    text.write(f", {said['resets']} resets")
    names = {number: name for number, name, _ in words.DROP_STATES}
    states = [names.get(state, str(state)) for state in said["drop_states"][: said["drops"]]]
    if states:
        text.write("; drops " + ", ".join(states))
    if said["ended"]:
        text.write("; ended")
    return text.getvalue() + seen
