"""`samara map`: maps of a region for the ground station, built while there is internet and used where there is none."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ground.bad_input import BadInput
from ground.map import build as building
from ground.map import sources
from ground.map.box import Box, region
from ground.map.library import MapLibrary, user_folder

_EXAMPLES = """
\b
Examples:
  samara map list                                       the maps that are found, and where
  samara map build --region korea                       the region that is shipped, again
  samara map build --region 47,5,55,15 --name alps      two corners, into the folder of this user
  samara map build --region 47,5,55,15 --out logs/maps/alps.pmtiles --preview alps.svg
"""


class _Region(click.ParamType[Box]):
    name = "NAME|LAT,LON,LAT,LON"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> Box:
        return value if isinstance(value, Box) else region(str(value))


@click.group(name="map", epilog=_EXAMPLES)
def command() -> None:
    """Maps for the ground station: build one for a region, or list what there is."""


@command.command(name="build", epilog=_EXAMPLES)
@click.option("--region", "box", type=_Region(), required=True, help="A name, or two corners of a box.")
@click.option("--name", default=None, help="What the map is called; the file is named after it without --out.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; without it, this user's maps.")
@click.option("--roads", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="GeoJSON lines to add.")
@click.option("--preview", type=click.Path(path_type=Path, dir_okay=False), help="Draw what went in, as SVG.")
def build(box: Box, name: str | None, out: Path | None, roads: Path | None, preview: Path | None) -> None:
    """Build a map of a region: coastline, lakes, rivers, borders, towns and airfields, cut to one PMTiles file."""
    name = name or (out.stem if out else f"{box.south:g}_{box.west:g}_{box.north:g}_{box.east:g}")
    path = out or user_folder() / f"{name.lower()}.pmtiles"
    if path.suffix != ".pmtiles":
        raise BadInput(f"{path} would not be found as a map: give a name that ends in .pmtiles.")
    sources.require()
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=1.0)
        built = building.build(
            box,
            name,
            path,
            lambda words, share: bar.update(task, description=words, completed=share),
            roads=roads,
            picture=preview,
        )
    counts = ", ".join(f"{count} {layer}" for layer, count in built.counts.items() if layer != "region")
    click.echo(f"{built.path}: {built.bytes / 1e6:.2f} MB ({counts})")
    click.echo(f"{built.notice.name} beside it says where the data come from: pass it on with the map.")
    if built.preview is not None:
        click.echo(f"{built.preview}: what it looks like.")


@command.command(name="list")
@click.option("--log", type=click.Path(path_type=Path, file_okay=False), help="Look in this log folder too.")
def show(log: Path | None) -> None:
    """The maps that a ground station finds here, the coverage of each, and what is wrong with files that are none."""
    library = MapLibrary(log)
    for entry in library.maps():
        box, header = entry.box, entry.header
        bounds = f"{box.south:g},{box.west:g},{box.north:g},{box.east:g}"
        click.echo(f"{entry.title:<16} {bounds:<28} zoom {header.min_zoom}-{header.max_zoom}  {entry.path}")
    for trouble in library.troubles():
        click.echo(trouble, err=True)
