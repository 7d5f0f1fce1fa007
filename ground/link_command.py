"""`samara link`: what a radio can carry, and a whole log in columns."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from firmware.protocol import profiles
from ground.bad_input import BadInput
from ground.link_budget import NAMES, Budget, budget

_NUMBERS = {name: number for number, name in NAMES.items()}


@click.group("link")
def command() -> None:
    """What the radio link can carry, and what a log of it holds.

    \b
    samara link budget                          all profiles: sizes, times, duty cycle, seconds to an answer
    samara link budget --profile lora_2400      one of them, frame by frame
    samara link decode raw.log -o flight.npz    every frame of a log as columns, for numpy and other programs

    Exit status of budget: 0 all fits, 1 something does not.
    """


@command.command("budget")
@click.option("--profile", "name", type=click.Choice(list(_NUMBERS)), help="Only this one, frame by frame.")
@click.option(
    "--loss",
    type=click.FloatRange(0, 0.99),
    default=0.3,
    show_default=True,
    help="Share of the frames that are lost, each way.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def budget_command(name: str | None, loss: float, as_json: bool) -> None:
    """Work out for each radio profile what goes over the air, and say what does not fit."""
    numbers = range(len(profiles.PROFILES)) if name is None else [_NUMBERS[name]]
    found = [budget(number, loss) for number in numbers]
    if as_json:
        click.echo(json.dumps({"profiles": [asdict(one) for one in found]}, indent=2))
    else:
        _show(found, frame_by_frame=name is not None)
    raise SystemExit(1 if any(one.problems for one in found) else 0)


def _show(found: list[Budget], frame_by_frame: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", style="dim", no_wrap=True)
    for one in found:
        table.add_column(one.name, justify="right", no_wrap=True)
    rows = (
        ("report", [one.report for one in found]),
        ("its bytes", [str(one.sizes[one.report]) for one in found]),
        ("on the air", [f"{one.air_ms[one.report]} ms" for one in found]),
        ("every", [f"{one.rate_s} s" for one in found]),
        ("slot for commands", [f"{one.slot_ms} ms" for one in found]),
        ("command and answer", [f"{one.slot_needed_ms} ms" for one in found]),
        ("duty cycle", [f"{one.duty_permille / 10:.1f} %" for one in found]),
        ("allowed", [_limit(one) for one in found]),
        ("bytes an hour", [f"{one.bytes_an_hour:,}" for one in found]),
        ("tries of a command", [f"{one.tries_expected:.1f}" for one in found]),
        ("until its answer", [f"{one.answer_expected_s:.1f} s" for one in found]),
        ("if nothing is lost", [f"{one.answer_longest_s:.1f} s" for one in found]),
        ("fits", ["[red]no[/red]" if one.problems else "[green]yes[/green]" for one in found]),
    )
    for label, cells in rows:
        table.add_row(label, *cells)
    console.print(table)
    if frame_by_frame:
        console.print()
        frames = Table(box=None, pad_edge=False)
        for label in ("frame", "bytes", "on the air"):
            frames.add_column(label, justify="left" if label == "frame" else "right")
        for name, size in found[0].sizes.items():
            frames.add_row(name, str(size), f"{found[0].air_ms[name]} ms")
        console.print(frames)
    console.print(
        f"\nTries and seconds where {found[0].loss * 100:.0f} % of the frames are lost, each way.", style="dim"
    )
    for one in found:
        for problem in one.problems:
            console.print(f"[red]{one.name}: {problem}[/red]")


def _limit(one: Budget) -> str:
    return "all" if one.duty_limit_permille >= 1000 else f"{one.duty_limit_permille / 10:.0f} %"


@command.command("decode")
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A .csv, .npz or .json file; without it only the counts are said.",
)
def decode_command(log: Path, output: Path | None) -> None:
    """Decode all of LOG (a log folder, a raw.log or a file of received bytes) at once, every field of every frame.

    \b
    .csv   a row a frame in the order of arrival, empty where unknown
    .npz   numpy arrays named FIX.altitude_m, and FIX.altitude_m.unknown where a field can be unknown
    .json  {"counts": ..., "frames": {"FIX": {"altitude_m": [...]}}}, null where unknown
    """
    from ground import raw_log
    from ground.log_decoder import decode_log
    from ground.log_writers import WRITERS, counts

    writer = None
    if output is not None:
        writer = WRITERS.get(output.suffix)
        if writer is None:
            raise BadInput(f"{output}: the name must end in {', '.join(WRITERS)}.")
    path = log / raw_log.NAME if log.is_dir() else log
    try:
        decoded = decode_log(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({(error.strerror or str(error)).lower()}).") from error
    for name, count in counts(decoded).items():
        click.echo(f"{name.replace('_', ' '):24} {count:>12,}", err=output is not None)
    if writer is not None and output is not None:
        try:
            writer(decoded, output)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BadInput(f"{output} cannot be written ({reason}): give another -o.") from error
    if not decoded.frames_total:
        raise BadInput(f"{path} holds no undamaged frame ({decoded.bytes} bytes of a link were found in it).")
