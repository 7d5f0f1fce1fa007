"""What the watches tell: something that has happened, by a key that is the same in every replay of the same log."""

from typing import NamedTuple


class Happening(NamedTuple):
    """name: of its row. key: tells it from others of that name. begins: False when a lasting thing is over."""

    name: str
    key: str
    wall_ms: int
    facts: dict[str, str]
    begins: bool = True
    lasts: bool = False  # it goes on until it is told to be over


def ends(name: str, wall_ms: int) -> Happening:
    return Happening(name, "", wall_ms, {}, begins=False)
