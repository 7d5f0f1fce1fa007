"""`samara mission`: look at a mission, build it for a board, begin a new one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from rich.console import Console

from ground.mission_example import EXAMPLE
from ground.mission_file import MissionFileError, read_mission_file
from ground.mission_json import as_json, errors_as_json
from ground.mission_spoken import show, verdict

__all__ = ("command", "show")


@click.group("mission")
def command() -> None:
    """Check a mission file, build it for a board, or begin a new one.

    \b
    samara mission new my_flight.toml      write a commented example
    samara mission check my_flight.toml    read it aloud, name everything that is wrong
    samara mission build my_flight.toml    write mission.bin for the board, and backup.bin for the backup

    Exit status of check and build: 0 GO, 1 NO GO, 2 it cannot fly.
    """


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json_", is_flag=True, help="Print one JSON object instead of a timeline.")
def check(file: Path, as_json_: bool) -> None:
    """Read FILE (mission.toml, or a built mission.bin) aloud, or name everything that is wrong with it."""
    try:
        found = read_mission_file(file)
    except MissionFileError as error:
        if as_json_:
            click.echo(json.dumps(errors_as_json(error), indent=2))
            raise SystemExit(2) from None
        _refuse(error)
    if as_json_:
        click.echo(json.dumps(as_json(found), indent=2))
    else:
        show(found, Console(highlight=False))
    raise SystemExit(0 if found.go else 1)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("mission.bin"),
    show_default=True,
    help="Where to write the built mission; backup.bin goes beside it.",
)
def build(file: Path, output: Path) -> None:
    """Check FILE and write the bytes a board loads. `samara board flash` does this by itself."""
    try:
        found = read_mission_file(file)
    except MissionFileError as error:
        _refuse(error)
    written = [(output, found.data)]
    if found.backup is not None:
        written.append((output.with_name("backup.bin"), found.backup))
    for path, _ in written:
        _may_be_replaced(path, file)
    for path, data in written:
        _write(path, data)
    for warning in found.warnings:
        click.echo(f"look again: {warning}", err=True)
    for reason in found.no_go:
        click.echo(f"NO GO: {reason}", err=True)
    for path, data in written:
        what = f"hash {found.mission.hash.hex()[:16]}" if path == output else "for the backup's own board"
        click.echo(f"{path}: {len(data)} bytes, {what}")
    click.echo(verdict(found))
    raise SystemExit(0 if found.go else 1)


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


def _may_be_replaced(path: Path, file: Path) -> None:
    if not path.exists():
        return
    if path.is_dir() or path.samefile(file) or path.suffix == ".toml":
        _stop(f"{path} is {'a folder' if path.is_dir() else 'a mission file'}: say another name with -o")
    if not path.is_file():
        _stop(f"{path} is no ordinary file and would be replaced by one: say another name with -o")


def _write(path: Path, data: bytes) -> None:
    """Whole, or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    except OSError as error:
        _stop(f"{path} cannot be written: {error.strerror or error}")


def _refuse(error: MissionFileError) -> None:
    for line in error.lines():
        click.echo(line, err=True)
    count = len(error.problems)
    _stop(f"{count} error{'' if count == 1 else 's'}: this mission cannot fly")


def _stop(text: str) -> None:
    click.echo(text, err=True)
    raise SystemExit(2)
