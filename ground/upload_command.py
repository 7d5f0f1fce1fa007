"""`samara upload`: the positions of a log for SondeHub-Amateur and for chasemapper, now or when there is a network."""

import signal
import sqlite3
import threading
from pathlib import Path
from types import FrameType

import click

from ground.bad_input import BadInput
from ground.mission_file import MissionFileError, read_mission_file
from ground.raw_log import NAME
from ground.settings import SettingsError, read_settings
from ground.uploads.queue import NotAQueue
from ground.uploads.uploader import Uploader
from ground.uploads.words import UploadsOff, words_of

_EXAMPLES = """
\b
Examples:
  samara upload logs/my_flight --mission my_flight.toml         beside a station that writes this log
  samara upload logs/my_flight --mission my_flight.toml --once  all of it, back home, and then end
  samara upload logs/simulated --dev --once                     a test: the server checks it and throws it away

\b
Off until the settings have this, in ~/.config/samara/config.toml:
  [uploads]
  callsign = "YOUR-CALL"
"""


@click.command(name="upload", epilog=_EXAMPLES)
@click.argument("folder", metavar="LOG_FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--mission", "mission_path", type=click.Path(path_type=Path), help="Says what flies, and which flight it is."
)
@click.option(
    "--uploads", "settings_path", type=click.Path(path_type=Path), help="Settings instead of the laptop's own."
)
@click.option("--once", is_flag=True, help="End when all of the log is sent.")
@click.option("--dev", is_flag=True, help="A test: allowed with a simulation's log; the server throws it away.")
def command(folder: Path, mission_path: Path | None, settings_path: Path | None, once: bool, dev: bool) -> None:
    """Send the positions in a log folder to the public map. What cannot be sent now waits on the disk."""
    if once and not (folder / NAME).is_file():
        raise BadInput(f"{folder} holds no {NAME}: give the folder that a station writes.")
    try:
        mission = None if mission_path is None else read_mission_file(mission_path).mission
        words = words_of(read_settings(settings_path), "" if mission is None else mission.callsign, dev)
        folder.mkdir(parents=True, exist_ok=True)
        uploader = Uploader(folder, words, None if mission is None else mission.net)
    except (UploadsOff, SettingsError, MissionFileError, NotAQueue, OSError, sqlite3.Error) as error:
        raise BadInput(str(error)) from error
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), on_signal)
    try:
        uploader.run(stop.wait, once, click.echo)
    except sqlite3.Error as error:
        raise BadInput(f"the queue in {folder} cannot be written ({error}).") from error
    finally:
        refusals = uploader.queue.refusals()
        uploader.close()
    for said, count in refusals.items():
        click.echo(f"refused, {count} times: {said}")
