"""A page beside a program that writes a log itself, as a simulated flight does: for as long as a `with` lasts."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from ground.house.house import House, Plan


@contextlib.contextmanager
def page_beside(
    log: Path, mission: Path | None = None, say: Callable[[str], None] = lambda words: None, port: int | None = None
) -> Iterator[House]:
    """The house of a page that follows the log; `house.url` is ready to be opened. HouseError when it cannot begin."""
    house = House(Plan(log.resolve(), mission=None if mission is None else mission.resolve(), port=port), say).open()
    thread = threading.Thread(target=house.run, name="page", daemon=True)
    thread.start()
    try:
        yield house
    finally:
        house.end()
        thread.join()
