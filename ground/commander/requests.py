"""What a page may ask the commander for, as a table, and how it becomes a wish. Whatever does not fit is refused."""

from collections.abc import Callable
from typing import Any

from firmware.protocol import drops
from ground.commander import wish
from ground.commander.wish import LONGEST_HOLD_S, LONGEST_START_S, Wish

LONGEST_RATE_S = 240
LONGEST_REASON = 200

Maker = Callable[[int | None, Any, tuple[str, ...]], Wish]


class BadRequest(Exception):
    """It cannot be asked so. One sentence."""


def _number(value: Any, least: int, most: int, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadRequest(f"{what} is a whole number from {least} to {most}")
    return value


def _hold(place: int | None, argument: Any, names: tuple[str, ...]) -> Wish:
    return wish.hold(_number(argument, 1, LONGEST_HOLD_S, "how long to hold, in seconds,"))


def _release(place: int | None, argument: Any, names: tuple[str, ...]) -> Wish:
    which = _number(place, 0, (len(names) or drops.MOST_DROPS) - 1, "the place of a drop")
    return wish.release(which, names[which] if which < len(names) else None)


def _history(place: int | None, argument: Any, names: tuple[str, ...]) -> Wish:
    if not isinstance(argument, list) or len(argument) != 2:
        raise BadRequest("of which time: [from, to] in seconds of mission time")
    from_s, to_s = (_number(one, 0, LONGEST_START_S, "a mission time in seconds") for one in argument)
    if to_s < from_s:
        raise BadRequest("the earlier time comes first")
    return wish.request_history(from_s, to_s)


def _rate(place: int | None, argument: Any, names: tuple[str, ...]) -> Wish:
    return wish.set_rate(_number(argument, 0, LONGEST_RATE_S, "seconds from report to report"))


# op, whether it needs a reason and a fresh link, how it is made
_REQUESTS: tuple[tuple[str, bool, Maker], ...] = (
    ("noop", False, lambda place, argument, names: wish.noop()),
    ("hold", False, _hold),
    ("safe", False, lambda place, argument, names: wish.safe()),
    ("resume", False, lambda place, argument, names: wish.resume()),
    ("release", True, _release),
    ("cutdown", True, lambda place, argument, names: wish.cutdown()),
    ("request_history", False, _history),
    ("set_rate", False, _rate),
)
_BY_OP = {op: (needs, make) for op, needs, make in _REQUESTS}


def wish_of(asked: dict[str, Any], names: tuple[str, ...]) -> tuple[Wish, str]:
    """(what is wanted, its reason). names: of the drops. BadRequest for all else."""
    op = asked.get("op")
    if not isinstance(op, str) or op not in _BY_OP:
        raise BadRequest(f"there is no such command; there are: {', '.join(_BY_OP)}")
    needs_reason, make = _BY_OP[op]
    reason = asked.get("reason")
    reason = reason.strip() if isinstance(reason, str) else ""
    if needs_reason and not reason:
        raise BadRequest("say why: the reason is kept in the log")
    if len(reason) > LONGEST_REASON:
        raise BadRequest(f"the reason is longer than {LONGEST_REASON} letters")
    return make(asked.get("place"), asked.get("argument"), names), reason


def needs_fresh_link(op: str) -> bool:
    """Whether nothing may be said while the balloon is not heard."""
    return op in _BY_OP and _BY_OP[op][0]
