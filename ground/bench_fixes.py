"""Where the balloon was, second by second: how much of it a ground station knows after a flight with gaps.

The channel is that of `samara fly --channel outages`: bursts, and outages of one to five minutes.
"""

from random import Random

from firmware.protocol import telemetry
from ground.bench_flight import NET, Truth, fix_frame, hist_frame, way
from ground.raw_log import Chunk
from ground.receiver import Receiver
from ground.track import Position, Track

_LOSS = 0.01
_BURST_EVERY_S, _BURST_S, _BURST_LOSS = 12.0, 2.2, 0.8
_OUTAGE_EVERY_S, _OUTAGE_S = 1750.0, (60.0, 300.0)
# A HIST unasked every so many seconds, over the last ten minutes; in this order what is oldest is told before it is too
# late, and every second is told again and again.
_FILLER_S = 5
_LOOK_BACK_S = 600
_LAST_WORDS_S = 660  # the station goes on listening after the flight
_PLACES = 6


def arrives(seconds: int, seed: int) -> list[bool]:
    """By second, whether a frame sent then comes through."""
    dice = Random(seed)
    burst_from = dice.expovariate(1 / _BURST_EVERY_S)
    burst_until = burst_from + dice.expovariate(1 / _BURST_S)
    outage_from = dice.expovariate(1 / _OUTAGE_EVERY_S)
    outage_until = outage_from + dice.uniform(*_OUTAGE_S)
    found = []
    for second in range(seconds):
        while burst_until <= second:
            burst_from = burst_until + dice.expovariate(1 / _BURST_EVERY_S)
            burst_until = burst_from + dice.expovariate(1 / _BURST_S)
        while outage_until <= second:
            outage_from = outage_until + dice.expovariate(1 / _OUTAGE_EVERY_S)
            outage_until = outage_from + dice.uniform(*_OUTAGE_S)
        lost = dice.random()
        found.append(second < outage_from and lost >= (_BURST_LOSS if second >= burst_from else _LOSS))
    return found


def known_by_repeating(heard: list[bool], seconds: int, before: int) -> float:
    """The share of seconds known where each frame repeats the places of so many before it."""
    known = sum(any(heard[second : second + before + 1]) for second in range(seconds))
    return known / seconds


def known_by_track(heard: list[bool], seconds: int, frame_type: int, fillers: bool, seed: int) -> float:
    """The share of seconds for which our receiver and track have a place, by real frames."""
    dice = Random(seed)
    places = way(seconds + _LAST_WORDS_S)
    receiver, track = Receiver(), Track(NET)
    for second in range(seconds + _LAST_WORDS_S):
        frames = []
        if heard[second]:
            frames.append(fix_frame(second, 2 * second, places, dice, frame_type))
        # It is sent in the middle between two reports: what became of the report before is not what becomes of it.
        start_s = _filler_start(second)
        if fillers and second % _FILLER_S == 0 and start_s is not None and heard[second]:
            frames.append(hist_frame(second, 2 * second + 1, start_s, places))
        for frame in frames:
            for record in receiver.feed(Chunk(frame, 0, second * 1_000_000_000)):
                track.update(record)
    known = {(position.mission_ms + 500) // 1000 for position in track.positions if _is_right(position, places)}
    return len(known & set(range(seconds))) / seconds


def _filler_start(second: int) -> int | None:
    """The first second that the HIST of this moment tells: it walks from ten minutes ago to now, and begins again."""
    rounds = second // _FILLER_S
    start_s = second - _LOOK_BACK_S + rounds * (_PLACES + _FILLER_S) % (_LOOK_BACK_S - _PLACES)
    return start_s if start_s >= 0 else None


def _is_right(position: Position, places: list[Truth]) -> bool:
    """Whether a place is the true one, within 60 m: a wrong one is not known."""
    latitude_e7, longitude_e7, _ = places[round(position.mission_ms / 1000)]
    return abs(position.latitude_e7 - latitude_e7) < 6000 and abs(position.longitude_e7 - longitude_e7) < 9000


def shares(seconds: int, flights: int) -> dict[str, float]:
    """Percent of the fixes known, by method, over so many flights."""
    sums: dict[str, float] = {}
    for seed in range(flights):
        heard = arrives(seconds + _LAST_WORDS_S, seed)
        found = {
            "nothing": known_by_repeating(heard, seconds, 0),
            "previous_two": known_by_repeating(heard, seconds, 2),
            "two": known_by_track(heard, seconds, telemetry.FIX_2, False, seed),
            "three": known_by_track(heard, seconds, telemetry.FIX_3, False, seed),
            "two_and_hist": known_by_track(heard, seconds, telemetry.FIX_2, True, seed),
        }
        for name, share in found.items():
            sums[name] = sums.get(name, 0.0) + share
    return {name: 100 * total / flights for name, total in sums.items()}
