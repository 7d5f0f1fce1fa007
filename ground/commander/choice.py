"""Which payload is spoken to, with which keys, and what its drops are called: from the records and the key folder."""

import struct

from firmware.protocol import drops, telemetry
from ground.key_store import Provision
from ground.receiver import Record


class NoChoice(Exception):
    """It cannot be told which keys; one sentence. `wait`: another META may tell."""

    def __init__(self, text: str, wait: bool = False) -> None:
        super().__init__(text)
        self.wait = wait


def followed_net(records: list[Record], told: int | None) -> int | None:
    """The net the station follows, else that of the newest report."""
    if told is not None:
        return told
    nets = [record.net for record in records if record.kind == "FIX"]
    return nets[-1] if nets else None


def newest(records: list[Record], net: int, kind: str) -> Record | None:
    """The newest record of a kind and net."""
    found = [record for record in records if record.net == net and record.kind == kind]
    return max(found, key=lambda record: record.monotonic_ns) if found else None


def provision_for(provisions: list[Provision], net: int, meta: Record | None, key_id: int | None) -> Provision:
    """The keys for that payload: as asked for, as META says, as the net says, or the only ones. NoChoice otherwise."""
    if not provisions:
        raise NoChoice("no board has keys from this laptop yet: `samara key provision PORT`")
    told = key_id
    if told is None and meta is not None:
        told = meta.values["key_id"]
        if told == 0:
            raise NoChoice("the payload has no key, so it takes no commands: its drops go by their own plan")
    if told is not None:
        fitting = [one for one in provisions if one.key_id == told]
        if not fitting:
            raise NoChoice(f"the keys of the payload (id {told:04x}) were not made here: see `samara key list`")
        return fitting[-1]
    fitting = [one for one in provisions if one.net == net]
    if fitting:
        return fitting[-1]
    if len(provisions) == 1:
        return provisions[0]
    raise NoChoice("which keys the payload has is not known before its next META: wait a minute, or --key-id", True)


def names_of(provision: Provision, meta: Record | None) -> tuple[str, ...]:
    """What the drops are called; nothing where META tells of another mission than the one that was on the board."""
    if meta is not None:
        told = struct.pack("<I", meta.values["mission_hash"] or 0).hex()
        if told != provision.mission_hash:
            return ()
    return provision.drops


def place_of(text: str, names: tuple[str, ...]) -> int:
    """The place, from 0, of a drop by its number (from 1) or its name. ValueError says what there is."""
    if text.isascii() and text.isdigit():
        place = int(text) - 1
        if 0 <= place < (len(names) or drops.MOST_DROPS):
            return place
    else:
        fitting = [place for place, name in enumerate(names) if name.casefold() == text.casefold()]
        if len(fitting) == 1:
            return fitting[0]
    there = ", ".join(f"{place + 1} {name}" for place, name in enumerate(names))
    raise ValueError(f"there is no drop {text!r}: " + (there or f"say a number from 1 to {drops.MOST_DROPS}"))


def report_text(record: Record | None, age_s: float | None) -> str:
    """What the newest report says, in a line, for somebody about to decide."""
    if record is None or age_s is None:
        return "no report has been heard"
    values = record.values
    altitude = "height unknown" if values["altitude_m"] is None else f"{values['altitude_m']} m"
    safe = ", SAFE" if values["safe"] else ""
    return f"the newest report is {age_s:.0f} s old: {altitude}{safe}"


def is_report(record: Record) -> bool:
    return record.kind == "FIX" or record.frame_type == telemetry.META
