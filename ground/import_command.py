"""`samara import`: other people's logs as a log folder, so that everything here reads them as it reads its own."""

from datetime import timezone
from pathlib import Path

import click

from ground.bad_input import BadInput
from ground.formats.payloads import Payloads
from ground.formats.stamps import zone_named
from ground.raw_log import NAME, RECEIVERS, LogInUse
from ground.recordings.entries import Recording, RecordingError, read_recording
from ground.recordings.folder import write_folder
from ground.summary import others_summary

_EXAMPLES = """
\b
Examples:
  samara import sonde.csv -o logs/sonde                     a table with time, latitude, longitude, altitude
  samara import aprs.txt van.txt -o logs/chase              APRS lines of a TNC, of Direwolf or of a web site
  samara import one.log two.log --zone JST -o logs/moere    two receivers of one flight
  samara report logs/chase                                  and then: report, replay, export
"""


class _Zone(click.ParamType[timezone]):
    name = "ZONE"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> timezone:
        found = value if isinstance(value, timezone) else zone_named(str(value))
        if found is None:
            self.fail(f"{value!r} is no time zone: say UTC, JST, EDT, +9 or -04:30.", param, context)
        return found


@click.command(name="import", epilog=_EXAMPLES)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path), required=True, help="A new log folder.")
@click.option("--zone", type=_Zone(), help="Of times that say no zone: JST, EDT, +9, -04:30; UTC by default.")
@click.option("--name", "names", multiple=True, help="What a file's receiver is called; once a file, in their order.")
def command(files: tuple[Path, ...], folder: Path, zone: timezone | None, names: tuple[str, ...]) -> None:
    """Turn other people's logs into a log folder.

    Every line is kept as it is, with its own time as the time of reception; what can be read of it (APRS, UKHAS
    sentences, tables, lines that say a place) is decoded from there. Several files are several receivers: a message
    that more than one of them heard counts once.
    """
    if len(files) > RECEIVERS:
        raise BadInput(f"{len(files)} files at once are too many: a log has at most {RECEIVERS} receivers.")
    if len(names) > len(files):
        raise BadInput(f"{len(names)} names for {len(files)} files: give one --name a file.")
    if (folder / NAME).exists():
        raise BadInput(f"{folder} holds a log already: give another -o, nothing is overwritten.")
    recordings: list[Recording] = []
    try:
        for at, path in enumerate(files):
            recordings.append(read_recording(path, zone, names[at] if at < len(names) else None))
        payloads = write_folder(folder, recordings)
    except (RecordingError, LogInUse) as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"{folder} cannot be written ({reason}): give another -o.") from error
    _say(recordings, payloads, folder)


def _say(recordings: list[Recording], payloads: Payloads, folder: Path) -> None:
    for recording in recordings:
        click.echo(f"{recording.path}: {len(recording.entries)} entries, {recording.described}")
        for note in recording.notes:
            click.echo(f"  {note}")
    for line in others_summary(payloads, dict(enumerate(one.name for one in recordings)).__getitem__):
        click.echo(line)
    if not payloads.messages:
        click.echo("Nothing in it could be read: the lines are kept, and nobody's place is known.", err=True)
    click.echo(f"log: {folder}")
