"""`samara bench`: what this machine measures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ground.bad_input import BadInput

# name, what ours and the peer are
_MEANINGS = (
    ("decode_live", "single frames as they arrive, every field; pymavlink, a message of five kinds"),
    ("decode_live_with_past_places", "the same of frames that tell two past places"),
    ("decode_live_same_content", "the same; pymavlink, five messages with the same content"),
    ("decode_live_ukhas", "the same; a plain parser of UKHAS sentences"),
    ("decode_log", "a raw.log, every field; pymavlink, the same messages out of a file"),
    ("bytes_same_content", "on the wire; MAVLink 2"),
    ("bytes_same_content_signed", "on the wire; MAVLink 2, signed"),
    ("bytes_same_content_ukhas", "on the wire; a UKHAS sentence"),
    ("undamaged_lost", "whole frames lost among changed bytes; pymavlink"),
    ("undamaged_lost_inserted", "whole frames lost among lost and added bytes; pymavlink"),
    ("fixes_known", "after bursts and outages, two past places a frame; none"),
    ("fixes_known_three", "three past places; the previous two repeated"),
    ("fixes_known_two_and_hist", "two past places and HIST; the previous two repeated"),
)
_WIDE = 110  # columns of a terminal from which on each row says what it means


@click.group("bench")
def command() -> None:
    """Measure on this machine, ours beside others.

    \b
    samara bench link                    the radio link: speed, bytes, what damage and gaps cost
    samara bench link --json link.json   the same for other programs
    """


@command.command("link")
@click.option("--json", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here as well.")
@click.option("--quick", is_flag=True, help="Ten seconds instead of a minute, and less exact.")
def link_command(path: Path | None, quick: bool) -> None:
    """Ours against pymavlink and against UKHAS sentences, in one run on this machine."""
    from ground import bench_link, bench_peers

    def say(text: str) -> None:
        click.echo(f"measuring: {text}", err=True)

    if bench_peers.mavlink() is None:
        click.echo(f"{bench_peers.INSTALL}: its columns stay empty.", err=True)
    found = bench_link.rows(bench_link.QUICK if quick else bench_link.FULL, say)
    if path is not None:
        try:
            path.write_text(json.dumps({"rows": [row._asdict() for row in found]}, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BadInput(f"{path} cannot be written ({reason}): give another --json.") from error
    _show(found)


def _show(found: Sequence[tuple[str, float, float | None, float | None, str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    meanings = dict(_MEANINGS)
    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False)
    for label in ("", "ours", "peer", "times", "unit"):
        table.add_column(label, justify="right" if label in ("ours", "peer", "times") else "left", no_wrap=True)
    if wide:
        table.add_column("ours; peer")
    for name, ours, peer, ratio, unit in found:
        cells = (_figure(ours), "-" if peer is None else _figure(peer), "-" if ratio is None else f"{ratio:.2f}")
        table.add_row(name, *cells, unit, *([meanings[name]] if wide else []))
    console.print(table)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"
