"""The alarms of a flight: raised once, in order, kept until they are acknowledged. No clock, no file, no socket here.

After `from_json` feed the whole log again from its beginning: what was raised before is known by its key and raised no
second time, and what happened while nobody watched is found. Write `to_json` down before anybody is told: a process
that dies in between repeats an alarm rather than swallowing it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ground.alarms.flight_watch import FlightWatch
from ground.alarms.happening import Happening
from ground.alarms.laptop import Laptop, LaptopWatch
from ground.alarms.rows import BY_NAME, LATCHED, PASSING_S
from ground.alarms.signal_watch import SignalWatch
from ground.alarms.volts_watch import Limits
from ground.receiver import Record
from ground.track import Track

_VERSION = 1


@dataclass
class Alarm:
    """One that was raised. lasts: its cause goes on."""

    id: str
    name: str
    level: str
    words: str
    speech: str
    since_ms: int  # UTC
    acknowledged: bool = False
    lasts: bool = False


class Alarms:
    """Feed it with `update`; look with `state`."""

    def __init__(self, names: Mapping[int, str] | None = None, limits: Limits | None = None) -> None:
        """names: of the drops by place, as the mission calls them; limits: of the cells."""
        self._names = dict(names or {})
        self._limits = limits or Limits()
        self.raised: dict[str, Alarm] = {}  # by id, oldest first
        self._flights: dict[int, tuple[int, FlightWatch, SignalWatch]] = {}  # by net; with the epoch it is of
        self._laptop = LaptopWatch()
        self._tests = 0
        self._now_ms = 0

    def update(
        self,
        records: Iterable[Record],
        track: Track | None,
        now_ns: int,
        laptop: Laptop | None = None,
        now_ms: int | None = None,
    ) -> list[Alarm]:
        """Take what came; the alarms that are new, in order.

        track: of the flight that is followed, records of others are no alarm; None follows the first that is heard.
        now_ns: by the clock of the records' monotonic_ns, now_ms: UTC, by that of their wall_ns.
        """
        new: list[Alarm] = []
        net = None if track is None else track.net
        for record in records:
            if net is None:
                net = next(iter(self._flights), record.net)
            self._now_ms = max(self._now_ms, record.wall_ns // 1_000_000)
            if record.net == net:
                for happening in self._take(record):
                    self._raise(happening, _flight(record.net, record.epoch), new)
        self._now_ms = self._now_ms if now_ms is None else now_ms
        followed = net if net is not None else next(iter(self._flights), None)
        if followed in self._flights:
            epoch, _, signal = self._flights[followed]
            for happening in signal.look(now_ns):
                self._raise(happening, _flight(followed, epoch), new)
        if laptop is not None:
            for happening in self._laptop.take(laptop, self._now_ms):
                self._raise(happening, "laptop", new)
        return new

    def _take(self, record: Record) -> list[Happening]:
        epoch, flight, signal = self._flights.get(record.net, (-1, None, None))
        if flight is None or signal is None or record.epoch > epoch:
            flight, signal = FlightWatch(self._names, self._limits), signal or SignalWatch()
            self._flights[record.net] = (record.epoch, flight, signal)
            if epoch >= 0:
                signal.restart()
        elif record.epoch < epoch:
            return []
        return [*signal.take(record), *flight.take(record)]

    def _raise(self, happening: Happening, scope: str, new: list[Alarm]) -> None:
        if not happening.begins:
            for alarm in self.raised.values():
                if alarm.name == happening.name:
                    alarm.lasts = False
            return
        row = BY_NAME[happening.name]
        identity = ":".join(part for part in (happening.name, scope, happening.key) if part)
        words, speech = row.words.format(**happening.facts), row.speech.format(**happening.facts)
        known = self.raised.get(identity)
        if known is not None:
            known.lasts = happening.lasts
            known.words = max(known.words, words, key=len)  # the cause of a cutdown is told after the cutdown
            return
        alarm = Alarm(identity, row.name, row.level, words, speech, happening.wall_ms, False, happening.lasts)
        self.raised[identity] = alarm
        new.append(alarm)

    def test(self) -> Alarm:
        """One that means nothing, to hear whether it can be heard."""
        self._tests += 1
        new: list[Alarm] = []
        while not new:
            self._raise(Happening("test", str(self._tests), self._now_ms, {}), "", new)
            self._tests += not new
        return new[0]

    def acknowledge(self, identity: str) -> bool:
        """Somebody has seen it; False when there is none of that id. Harmless when repeated."""
        alarm = self.raised.get(identity)
        if alarm is None:
            return False
        alarm.acknowledged = True
        return True

    def acknowledge_all(self) -> None:
        for alarm in self.raised.values():
            alarm.acknowledged = True

    @property
    def sounding(self) -> list[Alarm]:
        """What is to be shown now, oldest first: not acknowledged yet, or going on."""
        return [alarm for alarm in self.raised.values() if self._shown(alarm)]

    def _shown(self, alarm: Alarm) -> bool:
        if alarm.lasts:
            return True
        if alarm.acknowledged:
            return False
        return BY_NAME[alarm.name].stays == LATCHED or self._now_ms - alarm.since_ms < PASSING_S * 1000

    def state(self) -> list[dict[str, Any]]:
        """For the page: `sounding`, a row of plain values each."""
        return [asdict(alarm) for alarm in self.sounding]

    def to_json(self) -> str:
        rows = [asdict(alarm) for alarm in self.raised.values()]
        return json.dumps({"version": _VERSION, "alarms": rows, "low": sorted(self._laptop.low)})

    @classmethod
    def from_json(cls, text: str, names: Mapping[int, str] | None = None, limits: Limits | None = None) -> "Alarms":
        """What `to_json` wrote. ValueError when it is anything else: begin with new ones then."""
        alarms = cls(names, limits)
        try:
            read = json.loads(text)
            if read["version"] != _VERSION:
                raise ValueError(f"alarms of version {read['version']}, expected {_VERSION}")
            for row in _rows(read["alarms"]):
                alarms.raised[row.id] = row
            alarms._laptop.low = {str(name) for name in read["low"]}
        except (KeyError, TypeError) as error:
            raise ValueError(f"not the alarms of a flight: {error}") from error
        return alarms


def _rows(rows: Sequence[dict[str, Any]]) -> Iterable[Alarm]:
    for row in rows:
        alarm = Alarm(**row)
        if alarm.name in BY_NAME:  # a row that this version does not have is forgotten
            yield alarm


def _flight(net: int, epoch: int) -> str:
    return f"{net:04x}.{epoch}"
