"""One line of an expected timeline."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expectation:
    """What, whether it happened, and the figure that says so."""

    what: str
    met: bool
    found: str


def plural(count: int, word: str) -> str:
    """1 pulse, 2 pulses."""
    return f"{count} {word}{'' if count == 1 else 's'}"
