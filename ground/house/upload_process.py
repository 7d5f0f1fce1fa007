"""The process that uploads what the log says, where the settings ask for it; it is not begun otherwise.

python -m ground.house.upload_process        see lifeline.py for its orders: {"log", "mission"}
"""

import signal
import sqlite3
import sys
import threading
from pathlib import Path

from ground.house.lifeline import Lifeline
from ground.mission_file import MissionFileError, read_mission_file
from ground.settings import SettingsError, read_settings
from ground.uploads.queue import NotAQueue
from ground.uploads.uploader import Uploader
from ground.uploads.words import UploadsOff, words_of


def why_not(log: Path, mission: Path | None) -> str | None:
    """A sentence when nothing is to be uploaded."""
    try:
        _uploader(log, mission).close()
    except (UploadsOff, SettingsError, MissionFileError, NotAQueue, OSError, sqlite3.Error) as error:
        return str(error)
    return None


def _uploader(log: Path, mission_path: Path | None) -> Uploader:
    mission = None if mission_path is None else read_mission_file(mission_path).mission
    words = words_of(read_settings(), "" if mission is None else mission.callsign)
    return Uploader(log, words, None if mission is None else mission.net)


def main() -> None:
    stop = threading.Event()
    lifeline = Lifeline()
    orders = lifeline.orders()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    lifeline.when_cut(stop.set)
    try:
        uploader = _uploader(Path(orders["log"]), None if orders["mission"] is None else Path(orders["mission"]))
    except (UploadsOff, SettingsError, MissionFileError, NotAQueue, OSError, sqlite3.Error) as error:
        sys.exit(str(error))
    try:
        uploader.run(stop.wait, say=lambda words: None)
    finally:
        uploader.close()


if __name__ == "__main__":
    main()
