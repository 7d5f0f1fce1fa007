"""A station in the foreground until it ends or the user ends it: live view, plain lines or JSON; then the summary."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from types import FrameType

import click

from ground.commander.desk import Desk
from ground.record_json import heard_json, to_json
from ground.station import Station
from ground.summary import summary

_LINE_S = 5.0
_FRAME_S = 0.25


def run(station: Station, as_json: bool, quiet: bool = False, desk: Desk | None = None) -> None:
    """Start, show, and close the station. Ctrl-C, SIGTERM and a closed terminal end it cleanly.

    desk: where commands come in, started and closed with it.
    as_json: one line a record on standard output, words to standard error. quiet: nothing until the summary.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [(number, signal.signal(number, on_signal)) for number in numbers]
    if as_json:
        station.on_update = lambda _, records: _print_lines(map(to_json, records), stop)
        station.on_others = lambda others: _print_lines(map(heard_json, others), stop)
    station.start()
    try:
        if desk is not None:
            desk.start()
            if desk.trouble:
                click.echo(desk.trouble, err=True)
        if as_json or quiet:
            _wait(station, stop, None if quiet else 0.0)
        elif sys.stdout.isatty():
            _show_live(station, stop, desk)
        else:
            _wait(station, stop, _LINE_S)
    finally:
        if desk is not None:
            desk.close()
        station.close()
        for number, handler in before:
            signal.signal(number, handler)
        for line in summary(station.receiver, station.tracks.values(), station.payloads, station.name_of):
            click.echo(line, err=as_json)
        for trouble in (station.damage, station.log_trouble, station.failure):
            if trouble:
                click.echo(trouble, err=True)
        if station.bytes_unlogged:
            click.echo(f"{station.bytes_unlogged} bytes are not in the log: the disk refused them.", err=True)
        if station.log_folder is not None:
            click.echo(f"log: {station.log_folder}", err=as_json)


def _show_live(station: Station, stop: threading.Event, desk: Desk | None) -> None:
    from rich.console import Console
    from rich.live import Live

    from ground.terminal_view import render

    console = Console()
    with Live(render(station, console.width), console=console, auto_refresh=False) as live:
        while not stop.is_set() and not station.ended:
            stop.wait(_FRAME_S)
            news = () if desk is None else tuple(desk.news)
            live.update(render(station, console.width, news), refresh=True)


def _wait(station: Station, stop: threading.Event, every_s: float | None) -> None:
    """every_s: between lines; 0 says only what is wrong, when that changes; None says nothing."""
    from ground.lamps import troubles
    from ground.terminal_view import line

    said: set[str] = set()
    say_at = 0.0
    while not stop.is_set() and not station.ended:
        if every_s == 0.0:
            with station.lock:
                wrong = troubles(station)
            # The sentences carry ages and counts: only their beginning tells a new one.
            beginnings = {sentence: sentence.split(" for ")[0][:40] for sentence in wrong}
            for sentence, beginning in beginnings.items():
                if beginning not in said:
                    click.echo(sentence, err=True)
            said = set(beginnings.values()) or said
        elif every_s is not None and time.monotonic() >= say_at:
            say_at = time.monotonic() + every_s
            click.echo(line(station))
        stop.wait(0.1)


def _print_lines(lines: Iterable[str], stop: threading.Event) -> None:
    try:
        sys.stdout.write("".join(line + "\n" for line in lines))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has had enough, as `head` does
        stop.set()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
