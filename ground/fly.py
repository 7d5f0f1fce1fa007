"""`samara fly`: the real firmware flies on simulated hardware; this ground station watches it over a serial port."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from firmware.protocol import provisioning
from firmware.protocol.backup_writer import backup_of
from ground.bad_input import BadInput
from ground.commander.desk import Desk
from ground.firmware_heap import measure
from ground.flight_expectations import of_any_mission
from ground.flight_report import make_report
from ground.fly_record import flight_record, show
from ground.link_figures import LinkFigures, link_figures
from ground.mission_file import MissionFile, MissionFileError, read_mission_file
from ground.raw_log import NAME as RAW_LOG
from ground.raw_log import RECEIVED, RawLogReader
from ground.simulation import PROJECT, Simulation, choose_interpreter, radio_of
from ground.station import Station, StationError
from ground.track import Track, clock
from hardware.simulated import channels, scenarios

_MISSIONS = PROJECT / "missions"
_LONGEST_S = 24 * 3600
_LANDED_S = 600
_DRAIN_S = 10.0
_LINE_S = 2.0

_EXAMPLES = """
\b
Examples:
  samara fly                                   the demonstration: a latex balloon, three drops
  samara fly --speed max --headless            the same as fast as it goes, no live view
  samara fly --scenario film_tube              a tube of film that floats and climbs after each drop
  samara fly --scenario primary_dead           the flight computer dies, the independent backup ends the flight
  samara fly --channel outages                 over a radio that fades; --list-channels has them all
  samara fly --speed 1 --key key.bin           in real time, with a key: command it with `samara command`
  samara fly --mission my.toml --seed 7        your own mission, another wind
  samara fly --track sonde.csv --mission missions/radiosonde_track.toml
                                               where a recorded balloon flew

Exit status: 0 the expected timeline happened, 1 it did not, 2 bad input.
"""


@click.command(name="fly", epilog=_EXAMPLES)
@click.option(
    "--mission", "mission_path", type=click.Path(path_type=Path), help="Mission file instead of the scenario's."
)
@click.option("--scenario", help="Which flight; see --list-scenarios. first_flight by default.")
@click.option("--list-scenarios", is_flag=True, help="Print the scenarios with a line each.")
@click.option("--track", "track_path", type=click.Path(path_type=Path), help="A recorded flight (CSV) as the world.")
@click.option("--pad", help="With --track: LATITUDE,LONGITUDE,ALTITUDE_M of the pad.")
@click.option("--channel", "channel_name", help="Over which radio channel; see --list-channels. A perfect one without.")
@click.option("--list-channels", is_flag=True, help="Print the channels with a line each.")
@click.option("--key", "key_path", type=click.Path(path_type=Path), help="A key.bin for the board: it then obeys.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Another wind, the same for a number.")
@click.option("--speed", default="300", show_default=True, help="Times real time, or max.")
@click.option("--headless", is_flag=True, help="No live view, only a line now and then.")
@click.option("--interpreter", type=click.Choice(["micropython", "cpython"]), help="What flies the firmware.")
@click.option("--report", "report_path", type=click.Path(path_type=Path), help="Write the report's JSON here as well.")
@click.option("--log", "log_folder", type=click.Path(path_type=Path), help="Folder of the log; logs/<UTC>-<scenario>.")
@click.option("--trace", "trace_path", type=click.Path(path_type=Path), help="Keep every record of the trace here.")
@click.option("--page", "with_page", is_flag=True, help="The ground station's page, too, for as long as it flies.")
@click.option("--open", "open_page", is_flag=True, help="Open the pages where there is a display.")
def command(
    mission_path: Path | None,
    scenario: str | None,
    list_scenarios: bool,
    track_path: Path | None,
    pad: str | None,
    channel_name: str | None,
    list_channels: bool,
    key_path: Path | None,
    seed: int | None,
    speed: str,
    headless: bool,
    interpreter: str | None,
    report_path: Path | None,
    log_folder: Path | None,
    trace_path: Path | None,
    with_page: bool,
    open_page: bool,
) -> None:
    """Fly the real firmware on simulated hardware, in virtual time.

    The firmware runs unmodified in its own MicroPython process; its telemetry comes out of a serial port, and this
    ground station receives it there as it would from a radio. At the end: a report with a picture.
    """
    if track_path is not None and scenario is not None:
        raise BadInput("--track is a world of its own: leave --scenario out.")
    scenario = scenario or "first_flight"
    if list_scenarios:
        for row in scenarios.SCENARIOS:
            click.echo(f"{row['name']:<19} {row['text']}")
        return
    if list_channels:
        for row in channels.CHANNELS:
            click.echo(f"{row['name']:<19} {row['text']}")
        return
    setup = _scenario(scenario, track_path)
    if channel_name is not None:
        setup["channel"] = _channel(channel_name)
    if key_path is not None:
        setup["key_bin"] = _key(key_path)
    if seed is not None:
        setup["seed"] = seed
    own_path = _MISSIONS / setup["mission"]
    mission = _mission(mission_path or own_path)
    if mission_path is not None and mission_path.resolve() != own_path:
        # A scenario's timeline is that of its own mission.
        setup["expect"] = of_any_mission(mission.mission, setup["envelope"] != "film_tube")
    setup["speed"] = _speed(speed)
    setup.update(radio_of(mission.mission))
    chosen, surprise = choose_interpreter(interpreter)
    if report_path is not None and not report_path.parent.is_dir():
        raise BadInput(f"the folder of --report {report_path} does not exist.")
    folder = (log_folder or _new_folder("track" if track_path else scenario)).resolve()
    if (folder / "raw.log").exists():
        raise BadInput(f"{folder} holds a log already: give another --log.")
    work = folder / "simulation"
    notes = []
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"the log folder {folder} cannot be made: {error.strerror}.") from error
    if track_path is not None:
        notes += _use_track(setup, track_path, mission, pad, work)
    elif pad is not None:
        raise BadInput("--pad goes with --track.")
    setup["mission_bin"] = str(work / "mission.bin")
    setup.setdefault("after_landing_s", _LANDED_S)
    setup["longest_s"] = min(_LONGEST_S, setup["launch_s"] + mission.mission.end_ms // 1000 + 3600)
    if key_path is not None:
        setup.pop("crew", None)  # there is one crew: the person with the key
        setup["expect"] = {name: value for name, value in setup["expect"].items() if name != "orders"}
    link = setup.get("channel") or setup.get("crew")
    if link:
        setup["sent"] = str(work / "sent.bin")
    if trace_path is not None:
        setup["trace"] = str(trace_path.resolve())
    if mission.mission.sentences:
        notes.append("its reports are UKHAS sentences: what is judged by frames is not met; see samara replay")
    for note in (surprise, *notes):
        if note:
            click.echo(note, err=True)
    try:
        (work / "mission.bin").write_bytes(mission.data)
        if mission.mission.backup_ms:
            setup["backup_bin"] = str(work / "backup.bin")
            (work / "backup.bin").write_bytes(backup_of(mission.mission))
        simulation = Simulation(setup, work, chosen)
        with _page(folder, mission_path or own_path, open_page) if with_page else contextlib.nullcontext():
            station, wall_s = _fly(simulation, folder, headless, mission.mission.net if key_path else None)
        heap = measure(simulation)
        figures = _link_figures(simulation, folder) if link else None
        report = make_report(station, mission.mission, simulation.truth(), setup, wall_s, heap, figures)
        text = json.dumps(report, indent=2) + "\n"
        (folder / "report.json").write_text(text)
        if report_path is not None:
            report_path.write_text(text)
        title = f"Samara, {setup['name'].replace('_', ' ')}"
        if track_path is not None:
            title = f"Samara over {track_path.stem}"
        track = station.track or Track(mission.mission.net)
        record = flight_record(report, mission.mission, title, "recorded" if track_path else "simulated", track)
        page = show(record, report, folder)
    except OSError as error:
        place = error.filename or folder
        raise BadInput(f"{place} cannot be written ({error.strerror}): make room, or give another --log.") from error
    if open_page:
        _open(page)
    sys.exit(0 if report["expected_timeline_met"] else 1)


@contextlib.contextmanager
def _page(folder: Path, mission: Path, open_it: bool) -> Iterator[None]:
    """The ground station's page beside the flight; where it cannot be, the flight goes on without."""
    from ground.house.beside import page_beside
    from ground.house.house import HouseError

    with contextlib.ExitStack() as stack:
        try:
            house = stack.enter_context(page_beside(folder, mission))
            click.echo(f"the ground station's page, for as long as it flies: {house.url}", err=True)
            if open_it and _has_display():
                click.launch(house.url)
        except HouseError as error:
            click.echo(f"no page: {error}", err=True)
        yield


def _scenario(name: str, track_path: Path | None) -> dict[str, Any]:
    if track_path is not None:
        return dict(scenarios.TRACK)
    for row in scenarios.SCENARIOS:
        if row["name"] == name:
            return dict(row)
    names = ", ".join(str(row["name"]) for row in scenarios.SCENARIOS)
    raise BadInput(f"there is no scenario '{name}'. There are: {names}.")


def _channel(name: str) -> str:
    try:
        return str(channels.row_of(name)["name"])
    except ValueError as error:
        raise BadInput(f"{error}.") from error


def _key(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"--key {path} cannot be read ({error.strerror}).") from error
    if provisioning.read_file(data) is None:
        raise BadInput(f"--key {path} is no key.bin, or a damaged one: `samara key provision` writes one.")
    return str(path.resolve())


def _link_figures(simulation: Simulation, folder: Path) -> LinkFigures | None:
    end = simulation.summary()
    if end is None:
        return None
    received = b"".join(chunk.data for chunk in RawLogReader(folder / RAW_LOG) if chunk.kind == RECEIVED)
    return link_figures(Path(simulation.setup["sent"]).read_bytes(), received, end)


def _mission(path: Path) -> MissionFile:
    try:
        return read_mission_file(path)
    except MissionFileError as error:
        raise BadInput(str(error)) from error


def _speed(text: str) -> int:
    if text == "max":
        return 0
    if text.isdecimal() and 1 <= int(text) <= 100_000:
        return int(text)
    raise BadInput(f"--speed is a whole number from 1 to 100000, or max, not '{text}'.")


def _new_folder(word: str) -> Path:
    start = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{word}"
    folder, number = Path("logs") / start, 2
    while folder.exists():
        folder, number = Path("logs") / f"{start}-{number}", number + 1
    return folder


def _use_track(setup: dict[str, Any], path: Path, mission: MissionFile, pad: str | None, work: Path) -> list[str]:
    from ground.track_file import make_world

    altitude_m = float(mission.mission.pad_altitude_m)
    place = None
    if pad is not None:
        try:
            latitude, longitude, altitude_m = (float(part) for part in pad.split(","))
            if not (abs(latitude) <= 90 and abs(longitude) <= 180 and -430 <= altitude_m <= 9000):
                raise ValueError(pad)
        except ValueError:
            raise BadInput(f"--pad is LATITUDE,LONGITUDE,ALTITUDE_M, as in 50.55,10.37,450, not '{pad}'.") from None
        place = (latitude, longitude)
    world = make_world(path, altitude_m, place)
    (work / "track.bin").write_bytes(world.rows)
    setup.update(
        track=str(work / "track.bin"),
        start_unix_s=world.start_unix_s,
        launch_s=world.launch_s,
        landing_s=world.landing_s,
    )
    place_text = f"{world.pad.latitude:.5f}, {world.pad.longitude:.5f}, {world.pad.altitude_m:.0f} m"
    return [f"pad: {place_text}", *world.notes]


def _fly(simulation: Simulation, folder: Path, headless: bool, net: int | None) -> tuple[Station, float]:
    """Fly to the end; the closed station, and the seconds from the start to the last frame stored.

    net: of the flight that `samara command` may command; None: nobody may.
    """
    try:
        port = simulation.open_port()
    except (ImportError, OSError) as error:
        raise BadInput(f"this machine has no pseudo-terminals ({error}): samara fly needs Linux or macOS.") from error
    try:
        station = Station(port, folder)
    except StationError as error:
        simulation.close()
        raise BadInput(str(error)) from error
    desk = None
    try:
        station.start()
        if net is not None:
            desk = Desk(station, str(folder), port, station.note, simulation.setup["profile"], lambda: net).start()
            if desk.trouble:
                click.echo(desk.trouble, err=True)
        started_ns = time.monotonic_ns()
        simulation.start()
        _watch(simulation, station, headless, desk)
        if simulation.failed:
            click.echo(f"the flight process failed: {simulation.failed}", err=True)
        end = simulation.summary()
        if end is not None:
            # The port is held open until every byte that was sent has been read.
            sent = end["bytes_arrived"]
            station.wait_until(lambda it: it.receiver.bytes >= sent, _DRAIN_S)
        station.flush()
    except KeyboardInterrupt:
        click.echo(f"stopped; what was flown is in {folder}", err=True)
        sys.exit(130)
    finally:
        if desk is not None:
            desk.close()
        simulation.close()
        station.close()
    stored_ns = station.last_stored_ns or time.monotonic_ns()
    return station, (stored_ns - started_ns) / 1e9


def _watch(simulation: Simulation, station: Station, headless: bool, desk: Desk | None) -> None:
    if headless or not sys.stdout.isatty():
        said_at = time.monotonic()
        while simulation.running:
            if time.monotonic() - said_at >= _LINE_S:
                said_at = time.monotonic()
                click.echo(_progress(station), err=True)
            time.sleep(0.02)
        return
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

    from ground.terminal_view import render

    console = Console()
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while simulation.running:
            news = () if desk is None else tuple(desk.news)
            view = render(station, console.width, news)
            live.update(Group(view, Text(_progress(station), style="dim")), refresh=True)
            time.sleep(0.1)


def _progress(station: Station) -> str:
    with station.lock:
        track = station.track
        frames = station.receiver.frames
        if track is None or track.mission_ms is None:
            return "waiting for the first frame"
        altitude_m = track.value("altitude_m")
        height = "no fix" if altitude_m is None else f"{altitude_m:,} m"
        time_ms = track.mission_ms if track.launch_ms is None else track.mission_ms - track.launch_ms
        since = "on the pad" if track.launch_ms is None else "since launch"
        return f"{clock(time_ms)} {since}  {track.phase_name or '?'}  {height}  {frames:,} frames"


def _open(page: Path) -> None:
    """Show the page where there is a display."""
    if _has_display():
        click.launch(str(page))


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
