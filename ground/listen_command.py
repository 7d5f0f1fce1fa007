"""`samara listen`: receive, log and show a flight."""

from functools import partial
from pathlib import Path

import click

from ground.bad_input import BadInput
from ground.commander.desk import Desk
from ground.links import FileLink, Link, LinkError, open_link
from ground.new_folder import new_folder
from ground.port_trouble import ports
from ground.session import run
from ground.station import Station, StationError

_EXAMPLES = """
\b
Examples:
  samara listen                              which ports there are
  samara listen /dev/ttyUSB0                 a radio on a serial port, 57600 baud
  samara listen COM3 --baud 9600             the same on Windows, another rate
  samara listen socket://192.168.4.1:5000    a byte stream over TCP
  samara listen udp://:5000                  datagrams sent to this machine
  samara listen rfc2217://10.0.0.2:2217      a serial port server
  samara listen file://received.bin          a recorded byte stream
  samara listen /dev/ttyUSB0 /dev/ttyUSB1    two radios at once: what one misses, the other may have
"""


@click.command(name="listen", epilog=_EXAMPLES)
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option(
    "--log", "log_folder", type=click.Path(path_type=Path), help="Folder of the log; an old one is continued."
)
@click.option("--baud", type=int, help="Bits per second of the serial ports; 57600 by default.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a record instead of the view.")
def command(urls: tuple[str, ...], log_folder: Path | None, baud: int | None, as_json: bool) -> None:
    """Receive, log and show a flight.

    URL is a device or a link; several are heard at once and merged, each frame once. Every byte goes to raw.log in the
    log folder (logs/<UTC>-<first port> by default) before anything reads it. A port that is missing, busy or unplugged
    is said in one sentence and tried for ever; the others go on. UKHAS sentences and Horus packets of other payloads
    are shown and kept too.
    """
    if not urls:
        found = ports()
        lines = [f"  {device}  {text}".rstrip() for device, text in found] or ["  none: plug the radio in"]
        raise BadInput(
            "say where to listen, as in `samara listen /dev/ttyUSB0`. Serial ports now:\n" + "\n".join(lines)
        )
    if len(set(urls)) < len(urls):
        raise BadInput("one of these links is given twice: a port can be opened once.")
    links: list[Link] = []
    try:
        for url in urls:
            links.append(open_link(url, baud))
        station = Station(links, log_folder or new_folder(links[0].name))
    except (LinkError, StationError) as error:
        for link in links:
            link.close()
        raise BadInput(str(error)) from error
    desk = None
    if not all(isinstance(link, FileLink) for link in links):  # nobody is at the other end of a recording
        log = str(station.log_folder)
        desk = Desk(station, log, links[0].name, station.note, net=partial(_followed, station))
    run(station, as_json, desk=desk)


def _followed(station: Station) -> int | None:
    track = station.track
    return None if track is None else track.net
