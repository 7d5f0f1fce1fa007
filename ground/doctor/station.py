"""What a ground station needs besides: a key, a place for its sockets, a map; and whether one is running."""

import time
from pathlib import Path

from ground.commander.stations import HAVE_SOCKETS, NoFolder, running
from ground.doctor.finding import LOOK, MISSING, OK, Finding
from ground.key_store import CAN_CHECK, KeyStore, KeyTrouble
from ground.lamps import duration
from ground.map.library import MapLibrary


def keys(file: Path | None = None) -> Finding:
    """The master key: there, whole, and nobody else's to read. file: instead of the usual place."""
    store = KeyStore(file)
    if not store.file.exists():
        fix = "`samara key new`, where flights are to be commanded"
        return Finding("key", LOOK, f"there is none at {store.file}: nothing can be commanded", fix)
    try:
        key = store.master()
        count = len(store.provisions())
    except KeyTrouble as trouble:
        words, _, fix = str(trouble).partition(": ")
        return Finding("key", MISSING, words, fix or str(trouble))
    checked = "nobody else can read it" if CAN_CHECK else "who can read it cannot be checked on this system"
    return Finding("key", OK, f"{key.fingerprint}, {count} board{'' if count == 1 else 's'} provisioned; {checked}")


def stations() -> list[Finding]:
    """Those that run now, and whether commands could reach one."""
    if not HAVE_SOCKETS:
        words = "commands need Unix sockets, which this system does not have"
        return [Finding("commands", LOOK, words, "command from Linux or macOS")]
    try:
        found = running()
    except NoFolder as trouble:
        words, _, fix = str(trouble).partition(": ")
        return [Finding("commands", MISSING, words, fix)]
    if not found:
        return [Finding("running", OK, "no ground station runs now")]
    now_ns = time.time_ns()
    return [
        Finding("running", OK, f"{one.link} into {one.log}, for {duration((now_ns - one.started_ns) / 1e9)}")
        for one in found
    ]


def maps(place: tuple[float, float] | None, log: Path | None = None) -> list[Finding]:
    """Whether a map has a place; without a place which maps there are."""
    library = MapLibrary(log)
    lines = [Finding("map", LOOK, trouble, "build it again, or move it away") for trouble in library.troubles()]
    titles = ", ".join(one.title for one in library.maps()) or "none but the coarse world"
    if place is None:
        fix = "ask with --place LAT,LON or --mission FILE whether one has your place"
        return [Finding("maps", OK, titles, fix), *lines]
    best = library.best(*place)
    said = f"{place[0]:.4f}, {place[1]:.4f}"
    if best is None:
        south, west = place[0] - 3, place[1] - 4
        box = f"{max(-85.0, south):.0f},{west:.0f},{min(85.0, south + 6):.0f},{west + 8:.0f}"
        fix = f"`samara map build --region {box}` while there is internet"
        return [Finding("map", LOOK, f"none has {said}: only the coarse world is shown (here: {titles})", fix), *lines]
    return [Finding("map", OK, f"{best.title} has {said}"), *lines]
