"""The numbers of a flight as a person reads them: states, reasons, places and times."""

from collections.abc import Iterator, Sequence

from firmware.protocol import drops, words

PHASE_NAMES = {number: name for number, name, _ in words.PHASES}
DROP_STATE_NAMES = {number: name for number, name, _ in words.DROP_STATES}
BACKUP_STATE_NAMES = {number: name for number, name, _ in words.BACKUP_STATES}


def drop_state_name(state: int) -> str:
    return DROP_STATE_NAMES.get(state, f"state {state}")


def backup_state_name(state: int) -> str:
    return BACKUP_STATE_NAMES.get(state, f"state {state}")


def place_name(place: int) -> str:
    """drop 1, drop 2, ... cutdown."""
    return "cutdown" if place == drops.CUTDOWN else f"drop {place + 1}"


def reason_names(bits: int) -> tuple[str, ...]:
    """What keeps a drop from firing, in the protocol's own names, lowest bit first."""
    return tuple(_named(bits, [(bit, name) for bit, name, _ in words.REASONS]))


def reason_texts(bits: int) -> tuple[str, ...]:
    """The same as sentences for a person."""
    return tuple(_named(bits, [(bit, text) for bit, _, text in words.REASONS]))


def readiness_names(bits: int) -> tuple[str, ...]:
    """What speaks against a launch, in the protocol's own names."""
    return tuple(_named(bits, [(bit, name) for bit, name, _, _ in words.READINESS]))


def readiness_texts(bits: int) -> tuple[str, ...]:
    """The same as sentences for a person."""
    return tuple(_named(bits, [(bit, text) for bit, _, text, _ in words.READINESS]))


def readiness_advice(bits: int) -> tuple[str, ...]:
    """The same, each with what to do about it."""
    return tuple(_named(bits, [(bit, f"{text} ({what})") for bit, _, text, what in words.READINESS]))


def clock(milliseconds: float) -> str:
    """1:02:03 of a time in ms, with a minus sign before zero."""
    seconds = round(abs(milliseconds) / 1000)
    text = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "-" + text if milliseconds < 0 and seconds else text


def _named(bits: int, rows: Sequence[tuple[int, str]]) -> Iterator[str]:
    """A bit of a newer payload, which has no name here, is a reason all the same."""
    names = dict(rows)
    for at in range(bits.bit_length() if bits >= 0 else 0):
        if bits >> at & 1:
            yield names.get(1 << at, f"bit {at}")
