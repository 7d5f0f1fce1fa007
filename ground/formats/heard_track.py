"""The way of another payload, put together from all that any receiver heard of it.

A message that several receivers heard counts once. Receivers whose clocks disagree are told apart by the messages that
both heard: their times are shifted to the clock of the one that heard most. A message whose own counter says that it
was sent earlier is put where it belongs. Places that nothing could have reached from those around are suspect, and no
part of the way.
"""

from math import cos, hypot, radians
from statistics import median
from typing import NamedTuple

from ground.formats.heard import ROW, UNNAMED, Heard
from ground.track import Position

MOST_MESSAGES = 100_000  # more than a day of one a second
# The same words from another receiver within this are the same message, whatever its clock says.
_SAME_MESSAGE_NS = 120_000_000_000
# From the same receiver: what a digipeater said again. APRS 1.0.1 takes 28 s; beacons that stand still come every 30.
_REPEATED_NS = 20_000_000_000
_CLOCKS_DIFFER_NS = 2_000_000_000
_FEWEST_PAIRS = 5
_LATE_NUMBERS = 30  # a counter that is further behind began again
_OLD_NUMBERS = 200  # unless it says what was said before, within this
_FASTEST_M_S = 150.0
_SLACK_M = 600.0
_CLIMB_M_S = 40.0  # no balloon is faster
_FALL_M_S = 120.0  # seen after bursts above 30 km: 67
_SLACK_UP_M = 150.0
_LOOK_BACK = 40
_METRES_PER_E7 = 0.011132  # of latitude
_BALLOON_SYMBOLS = ("/O", "\\O")
_CLIMBED_M = 1500
_NEWEST_PART = 50


class Message(NamedTuple):
    """One thing that was said, with everybody who heard it. wall_ns: by the clock that the track goes by."""

    wall_ns: int
    heard: Heard
    receivers: tuple[int, ...]
    late: bool = False  # its own counter says that it was sent before one that came earlier


class Clock(NamedTuple):
    """How far the clock of a receiver is ahead of the one that the track goes by, and by how many messages."""

    receiver: int
    ahead_s: float
    messages: int


class Way(NamedTuple):
    """Worked out anew when something came."""

    start_ns: int  # UTC of the first message
    messages: list[Message]
    positions: list[Position]
    suspects: list[Position]
    clocks: list[Clock]
    apex: Position | None


class HeardTrack:
    """Of one payload. Feed it messages in the order of arrival."""

    def __init__(self, callsign: str) -> None:
        self.callsign = callsign
        self.heard: list[Heard] = []
        self.kinds: dict[str, int] = {}
        self.counts: dict[int, int] = {}  # receiver -> messages
        self.symbol = ""
        self.newest: Heard | None = None
        self._way: Way | None = None
        self._way_of = 0  # messages that it was worked out from

    def add(self, heard: Heard) -> None:
        """One message; beyond a limit they are counted only."""
        self.kinds[heard.kind] = self.kinds.get(heard.kind, 0) + 1
        self.counts[heard.receiver] = self.counts.get(heard.receiver, 0) + 1
        self.symbol = heard.symbol or self.symbol
        self.newest = heard
        if len(self.heard) < MOST_MESSAGES:
            self.heard.append(heard)

    @property
    def way(self) -> Way:
        """All that is known of it by now."""
        if self._way is None or self._way_of < len(self.heard):
            self._way = _way(self.heard)
            self._way_of = len(self.heard)
        return self._way

    @property
    def drawn_way(self) -> Way:
        """For who draws four times a second: it may lack the newest, at most one message in fifty."""
        if self._way is not None and len(self.heard) - self._way_of <= len(self.heard) // _NEWEST_PART:
            return self._way
        return self.way

    @property
    def unnamed(self) -> bool:
        return self.callsign == UNNAMED

    @property
    def flies(self) -> bool:
        """Whether it is a balloon, by its own word or because it climbed; vans and houses are not."""
        heights = [place.altitude_m for place in self.drawn_way.positions if place.altitude_m is not None]
        return self.symbol in _BALLOON_SYMBOLS or (bool(heights) and max(heights) - min(heights) > _CLIMBED_M)


def _way(heard: list[Heard]) -> Way:
    clocks = _clocks(heard)
    ahead_ns = {clock.receiver: round(clock.ahead_s * 1e9) for clock in clocks}
    messages = _by_number(_once([(one.wall_ns - ahead_ns.get(one.receiver, 0), one) for one in heard]))
    start_ns = messages[0].wall_ns if messages else 0
    placed = []
    for message in messages:
        place = message.heard.place
        if place is not None:
            mission_ms = (message.wall_ns - start_ns) // 1_000_000
            placed.append(Position(mission_ms, *place, message.heard.altitude_m, message.late))
    good, suspects = _possible(placed)
    heights = [one for one in good if one.altitude_m is not None]
    highest = max(heights, key=lambda one: one.altitude_m or 0, default=None)
    return Way(start_ns, messages, good, suspects, clocks, highest)


def _clocks(heard: list[Heard]) -> list[Clock]:
    """Receivers whose clock is more than 2 s off, by the messages that both they and the busiest one heard."""
    by_receiver: dict[int, dict[tuple[object, ...], list[int]]] = {}
    counts: dict[int, int] = {}
    for one in heard:
        if one.kind == ROW:  # its time is what the table says, no clock of a receiver
            continue
        by_receiver.setdefault(one.receiver, {}).setdefault(one.key, []).append(one.wall_ns)
        counts[one.receiver] = counts.get(one.receiver, 0) + 1
    if len(by_receiver) < 2:
        return []
    first = max(counts, key=lambda receiver: (counts[receiver], -receiver))
    found = []
    for receiver, said in sorted(by_receiver.items()):
        differences = [
            times[0] - by_receiver[first][key][0]
            for key, times in said.items()
            if len(times) == 1 and len(by_receiver[first].get(key, ())) == 1
        ]
        if receiver == first or len(differences) < _FEWEST_PAIRS:
            continue
        ahead_ns = median(differences)
        if abs(ahead_ns) > _CLOCKS_DIFFER_NS:
            found.append(Clock(receiver, ahead_ns / 1e9, len(differences)))
    return found


def _once(timed: list[tuple[int, Heard]]) -> list[Message]:
    """In order of time, what is the same message as one."""
    timed.sort(key=lambda one: one[0])
    open_: dict[tuple[object, ...], int] = {}  # key -> place of its newest among the messages
    messages: list[Message] = []
    for wall_ns, heard in timed:
        at = open_.get(heard.key)
        if at is not None:
            before = messages[at]
            limit_ns = _REPEATED_NS if heard.receiver in before.receivers else _SAME_MESSAGE_NS
            if wall_ns - before.wall_ns <= limit_ns:
                receivers = before.receivers
                if heard.receiver not in receivers:
                    receivers = (*receivers, heard.receiver)
                messages[at] = before._replace(receivers=receivers)
                continue
        open_[heard.key] = len(messages)
        messages.append(Message(wall_ns, heard, (heard.receiver,)))
    return messages


def _by_number(messages: list[Message]) -> list[Message]:
    """Put right by their own counter: what comes again is no news, what comes late gets the time when it was sent."""
    numbers = [message.heard.number for message in messages if message.heard.number is not None]
    if len(set(numbers)) * 2 <= len(numbers):  # it counts nothing
        return messages
    kept: list[Message] = []
    known: dict[int, int] = {}  # number -> place among those kept
    newest = -1
    late: list[int] = []
    for message in messages:
        number = message.heard.number
        if number is not None:
            at = known.get(number)
            if at is not None and number > newest - _OLD_NUMBERS:
                receivers = kept[at].receivers
                more = tuple(one for one in message.receivers if one not in receivers)
                kept[at] = kept[at]._replace(receivers=receivers + more)
                continue
            if number > newest:
                newest = number
            elif number > newest - _LATE_NUMBERS:
                late.append(len(kept))
            else:  # it began again
                known, newest = {}, number
            known[number] = len(kept)
        kept.append(message)
    return _moved(kept, known, late)


def _moved(kept: list[Message], known: dict[int, int], late: list[int]) -> list[Message]:
    """Those that came late between those that were sent before and after them."""
    in_time = {number: at for number, at in known.items() if at not in set(late)}
    for at in late:
        number = kept[at].heard.number or 0
        before = max((one for one in in_time if one < number), default=None)
        after = min((one for one in in_time if one > number), default=None)
        if before is None or after is None or after - before > _LATE_NUMBERS:
            continue
        first_ns, then_ns = kept[in_time[before]].wall_ns, kept[in_time[after]].wall_ns
        wall_ns = first_ns + round((number - before) / (after - before) * (then_ns - first_ns))
        if wall_ns < kept[at].wall_ns:
            kept[at] = kept[at]._replace(wall_ns=wall_ns, late=True)
    return sorted(kept, key=lambda message: message.wall_ns)


def _possible(placed: list[Position]) -> tuple[list[Position], list[Position]]:
    """(the longest way that could have been gone, the places that are no part of it)."""
    best: list[int] = []
    before: list[int] = []
    for at, place in enumerate(placed):
        length, previous = 1, -1
        for back in range(at - 1, max(-1, at - 1 - _LOOK_BACK), -1):
            if best[back] + 1 > length and _can_reach(placed[back], place):
                length, previous = best[back] + 1, back
                if best[back] == max(best[max(0, at - _LOOK_BACK) : at]):
                    break
        best.append(length)
        before.append(previous)
    on_the_way = set()
    at = max(range(len(best)), key=best.__getitem__, default=-1)
    while at >= 0:
        on_the_way.add(at)
        at = before[at]
    good = [place for at, place in enumerate(placed) if at in on_the_way]
    return good, [place for at, place in enumerate(placed) if at not in on_the_way]


def _can_reach(one: Position, other: Position) -> bool:
    seconds = max(0.0, (other.mission_ms - one.mission_ms) / 1000)
    north = (other.latitude_e7 - one.latitude_e7) * _METRES_PER_E7
    turn = 3_600_000_000
    east_e7 = (other.longitude_e7 - one.longitude_e7 + turn // 2) % turn - turn // 2
    east = east_e7 * _METRES_PER_E7 * cos(radians(one.latitude_e7 / 1e7))
    if hypot(north, east) > _SLACK_M + _FASTEST_M_S * seconds:
        return False
    if one.altitude_m is None or other.altitude_m is None:
        return True
    up = other.altitude_m - one.altitude_m
    return -_SLACK_UP_M - _FALL_M_S * seconds <= up <= _SLACK_UP_M + _CLIMB_M_S * seconds
