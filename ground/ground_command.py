"""`samara ground`: the ground station with its page; receives, logs, stores, commands and shows a flight."""

import contextlib
import json
import os
import sys
import webbrowser
from pathlib import Path

import click

from ground import raw_log
from ground.bad_input import BadInput
from ground.house.house import House, HouseError, Plan
from ground.links import LinkError, open_link
from ground.mission_file import MissionFileError, read_mission_file
from ground.new_folder import new_folder
from ground.port_trouble import ports
from ground.raw_log import LogInUse, RawLog, is_raw_log

_EXAMPLES = """
\b
Examples:
  samara ground /dev/ttyUSB0                          receive a radio, and show the page
  samara ground /dev/ttyUSB0 /dev/ttyUSB1 --mission flight.toml
                                                      two radios, names and areas of the mission
  samara ground /dev/ttyUSB0 --lan                    phones may look on, with a PIN
  samara ground --log logs/20260501T093000Z-ttyUSB0   look at a log that somebody else writes
  samara ground --replay logs/20260501T093000Z-ttyUSB0 --speed 30
                                                      the flight again, half a minute a second
"""


@click.command(name="ground", epilog=_EXAMPLES)
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option("--log", "log_folder", type=click.Path(path_type=Path), help="Folder of the log; an old one goes on.")
@click.option("--mission", "mission_path", type=click.Path(path_type=Path), help="The mission's file.")
@click.option("--key", "key_path", type=click.Path(path_type=Path), help="The master key's file, for commands.")
@click.option("--baud", type=int, help="Bits per second of the serial ports; 57600 by default.")
@click.option("--port", type=click.IntRange(1, 65535), help="Of the page; 8420 or the next free one by default.")
@click.option("--lan", is_flag=True, help="Let others of this network look on, on another port, with a PIN.")
@click.option("--replay", "replay_path", type=click.Path(path_type=Path), help="A log to play again.")
@click.option("--speed", type=click.FloatRange(0, 10000), default=1.0, help="Of the replay, times real time; 1.")
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON when it is ready, and for whatever happens.")
def command(
    urls: tuple[str, ...],
    log_folder: Path | None,
    mission_path: Path | None,
    key_path: Path | None,
    baud: int | None,
    port: int | None,
    lan: bool,
    replay_path: Path | None,
    speed: float,
    no_browser: bool,
    as_json: bool,
) -> None:
    """The ground station: its page is on this machine, and needs no internet.

    URL is a device or a link, as for `samara listen`; several are heard at once. Without one, --log shows a log that
    another samara writes, and --replay one that was written. Each part is a process of its own, and is begun again
    when it dies; every byte is in raw.log before anything reads it. Ctrl-C ends them all.
    """
    plan = _plan(urls, log_folder, mission_path, key_path, baud, port, lan, replay_path, speed)

    def say(words: str) -> None:
        with contextlib.suppress(OSError):  # nobody listens any more: no reason to end a flight's station
            click.echo(json.dumps({"words": words}) if as_json else words, err=not as_json)
            sys.stdout.flush()

    try:
        house = House(plan, say).open()
    except HouseError as error:
        raise BadInput(str(error)) from error
    _greet(house, as_json)
    if not no_browser:
        _show(house.url)
    house.run()


def _plan(
    urls: tuple[str, ...],
    log_folder: Path | None,
    mission_path: Path | None,
    key_path: Path | None,
    baud: int | None,
    port: int | None,
    lan: bool,
    replay_path: Path | None,
    speed: float,
) -> Plan:
    """BadInput for what can never work."""
    if mission_path is not None:
        try:
            read_mission_file(mission_path)
        except MissionFileError as error:
            raise BadInput(str(error)) from error
        mission_path = mission_path.resolve()
    if replay_path is not None:
        if urls or log_folder is not None:
            raise BadInput("--replay plays one log: leave URL and --log out.")
        path = replay_path / raw_log.NAME if replay_path.is_dir() else replay_path
        try:
            if not is_raw_log(path):
                raise BadInput(f"{path} is no raw.log: give a log folder.")
        except OSError as error:
            raise BadInput(f"{path} cannot be read ({error.strerror}): give a log folder.") from error
        path = path.resolve()
        return Plan(path.parent, mission=mission_path, port=port, lan=lan, replay=(path, speed))
    key = None if key_path is None else key_path.resolve()
    if not urls:
        if log_folder is None:
            found = ports()
            lines = [f"  {device}  {text}".rstrip() for device, text in found] or ["  none: plug the radio in"]
            raise BadInput(
                "say what to show, as in `samara ground /dev/ttyUSB0`, `--log FOLDER` or `--replay LOG`. Serial ports "
                "now:\n" + "\n".join(lines)
            )
        return Plan(log_folder.resolve(), mission=mission_path, key=key, port=port, lan=lan)
    if len(set(urls)) < len(urls):
        raise BadInput("one of these links is given twice: a port can be opened once.")
    try:
        links = [open_link(url, baud) for url in urls]
    except LinkError as error:
        raise BadInput(str(error)) from error
    folder = (log_folder or new_folder(links[0].name)).resolve()
    for link in links:
        link.close()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        RawLog(folder / raw_log.NAME).close()
    except LogInUse as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(f"The log folder {folder} cannot be used ({error.strerror}): give another --log.") from error
    return Plan(folder, urls, baud, mission_path, key, port, lan)


def _greet(house: House, as_json: bool) -> None:
    if as_json:
        told = {
            "url": house.url,
            "log": str(house.plan.log),
            "processes": {child.name: child.pid for child in house.children},
            "lan_port": house.lan_port,
            "pin": house.pin if house.lan_port else None,
        }
        click.echo(json.dumps(told))
    else:
        click.echo(f"page: {house.url}\nlog:  {house.plan.log}")
        if house.lan_port:
            click.echo(f"for phones of this network: port {house.lan_port}, PIN {house.pin}; the page has the QR code")
    sys.stdout.flush()


def _show(url: str) -> None:
    """Open the page where there is a display."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
