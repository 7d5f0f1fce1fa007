"""The process that owns the ports: every byte into raw.log, and the desk through which commands go up. Nothing else.

python -m ground.house.link_process        see lifeline.py for its orders: {"urls", "baud", "log"}
"""

import importlib
import signal
import sys
import threading
from functools import partial
from pathlib import Path

from ground.commander.desk import Desk
from ground.house.lifeline import Lifeline
from ground.links import FileLink, LinkError, open_link
from ground.station import Station, StationError

_STAND_S = 3600.0
# Read now, and not when the port is to be opened: a spare shall be there at once.
importlib.import_module("serial.tools.list_ports")


def main() -> None:
    stop = threading.Event()
    lifeline = Lifeline()
    orders = lifeline.orders()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    lifeline.when_cut(stop.set)
    folder = Path(orders["log"])
    try:
        links = [open_link(url, orders.get("baud")) for url in orders["urls"]]
        station = Station(links, folder, bytes_only=True)
    except (LinkError, StationError) as error:
        sys.exit(str(error))
    station.start()
    desk = None
    if not all(isinstance(link, FileLink) for link in links):  # nobody is at the other end of a recording
        desk = Desk(station, str(folder), links[0].name, station.note, net=partial(_followed, station)).start()
    try:
        while not stop.wait(_STAND_S):
            continue
    finally:
        if desk is not None:
            desk.close()
        station.close()


def _followed(station: Station) -> int | None:
    track = station.track
    return None if track is None else track.net


if __name__ == "__main__":
    main()
