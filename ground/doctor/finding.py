"""What the doctor found in one place: how it is, in words, and what to do where something is wrong."""

from typing import NamedTuple

OK = "ok"
LOOK = "look"  # something that one should know; the ground station works without it
MISSING = "missing"  # something that is needed


class Finding(NamedTuple):
    """what: two or three words; fix: the exact thing to do, empty where nothing is."""

    what: str
    state: str
    words: str
    fix: str = ""
