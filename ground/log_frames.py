"""The frames of one type as columns, and how parts of them become one."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np

from ground.log_columns import Bytes, Truth, Whole


class Places(NamedTuple):
    """Past places: a row a frame, a column a moment; `known` says which of them there are."""

    mission_ms: Whole
    latitude_e7: Whole
    longitude_e7: Whole
    altitude_m: Whole
    known: Truth
    altitude_known: Truth


@dataclass(frozen=True)
class Frames:
    """All frames of one type in the order of arrival; a value is 0 where `unknown` has its field as True."""

    frame_type: int
    name: str
    receiver: Whole
    arrival: Whole  # the place of the last byte among all received: orders frames of all types and receivers
    wall_ns: Whole
    monotonic_ns: Whole
    net: Whole
    sequence: Whole
    mission_ms: Whole
    values: dict[str, Whole]
    unknown: dict[str, Truth]  # only of fields that can be unknown
    places: Places | None
    payload: Bytes  # a row a frame: what the values do not hold, a tag or the payload of an unknown type

    def __len__(self) -> int:
        return int(self.sequence.size)


def concatenated(parts: list[Frames]) -> Frames:
    """Parts with payloads of one length as one."""
    return _made(parts[0], lambda get: np.concatenate([get(part) for part in parts]))


def by_arrival(frames: Frames) -> Frames:
    """The same in the order of arrival."""
    order = np.argsort(frames.arrival, kind="stable")
    return _made(frames, lambda get: get(frames)[order])


def _made(like: Frames, make: Callable[[Callable[[Frames], Whole]], Whole]) -> Frames:
    """Frames of which every array is made by `make`, which is told how to get that array out of others."""
    arrays: dict[str, Any] = {
        field.name: make(lambda one, name=field.name: getattr(one, name))  # type: ignore[misc]
        for field in fields(like)
        if isinstance(getattr(like, field.name), np.ndarray)
    }
    values = {name: make(lambda one, name=name: one.values[name]) for name in like.values}  # type: ignore[misc]
    unknown = {name: make(lambda one, name=name: one.unknown[name]) for name in like.unknown}  # type: ignore[misc]
    places = None
    if like.places is not None:
        places = Places(*(make(lambda one, at=at: one.places[at]) for at in range(len(like.places))))  # type: ignore[misc]
    return replace(like, **arrays, values=values, unknown=unknown, places=places)
