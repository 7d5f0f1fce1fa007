"""What is known of one flight: newest values with their ages, phases, drops, events, and the way it took.

Only the newest frame by sequence says what is true now; late ones fill the way and the list of events.
Times are mission_ms (the payload's clock) and monotonic_ns (ours); ages use the second only.
"""

from bisect import bisect_left, insort
from math import cos, hypot, radians
from typing import NamedTuple

from firmware.protocol import drops, phases, telemetry
from ground.drop_track import Change, Drop
from ground.event_words import event_name, event_text
from ground.flight_words import PHASE_NAMES as PHASE_NAMES
from ground.flight_words import clock as clock
from ground.flight_words import reason_names
from ground.receiver import NEWEST, REPEATED, Record

# A position this old (seconds, a power of two) is a memory, not a place on the way.
STALE_S = 8
_SPACE_FIX = 3
_FOCUS_FRAMES = 12  # three rounds of focus, or one with the repetitions of two events between
# A place that is told later fills a gap only where none was heard within this; one that nobody could have reached from
# the places around it was resolved wrongly, or told by a payload that is confused.
_SAME_MS = 500
_FASTEST_M_S = 200
_SLACK_M = 500
_SUSPECTS_COMPARED = 16
_METRES_PER_E7 = 0.011132  # of latitude
# What a payload says of itself in these is forgotten by its resets.
_UNTIL_RESET = (telemetry.READINESS, telemetry.POSITION_SUSPECT, telemetry.BREAK_WIRE_ALONE)


class Position(NamedTuple):
    """A fresh position. altitude_m is None for a fix in the plane."""

    mission_ms: int
    latitude_e7: int
    longitude_e7: int
    altitude_m: int | None
    told_later: bool = False  # the frame of that moment was not heard; a later one told it, less exactly


class PhaseChange(NamedTuple):
    mission_ms: int
    phase: int

    @property
    def name(self) -> str:
        return PHASE_NAMES.get(self.phase, f"phase {self.phase}")


class Event(NamedTuple):
    """Something that happened, once, however often it was sent."""

    mission_ms: int  # of the first frame heard that told it
    event_id: int
    code: int
    subject: int
    detail: int
    argument: int | None
    record: Record

    @property
    def name(self) -> str:
        return event_name(self.code)

    @property
    def text(self) -> str:
        """For a person."""
        return event_text(self.code, self.subject, self.detail, self.argument)


class Track:
    """One flight. Feed it records in the order of arrival."""

    def __init__(self, net: int) -> None:
        self.net = net
        self._forget()
        self.epoch = 0

    def _forget(self) -> None:
        self.sequence = -1
        self.mission_ms: int | None = None
        self.fix: Record | None = None  # the newest FIX
        self.focus: Record | None = None  # the newest FIX about a drop that is not over, or the newest of all
        self.newest: Record | None = None  # the newest frame of any kind
        self.meta: Record | None = None  # the newest META
        self.clock_advanced_ns: int | None = None  # our clock when the payload's clock was last seen to go on
        self.fixed_ns: int | None = None  # our clock at the last frame with a fresh position
        self.known: dict[str, Record] = {}  # field -> the newest FIX that had a value for it
        self.positions: list[Position] = []
        self.suspects: list[Position] = []  # told later, and not to be reached from the places around
        self.apex: Position | None = None
        self.phases: list[PhaseChange] = []
        self.events: list[Event] = []
        self.launch_ms: int | None = None
        self.launch_is_exact = False
        self.launches_cancelled: list[int] = []  # mission times at which a launch turned out to be none
        self.drop_total: int | None = None
        self.drops = [Drop(index) for index in range(drops.PLACES)]  # the cutdown is the last of them
        self._launch_sequence = -1
        self._newest_events: dict[int, Event] = {}
        self._event_ids: dict[int, tuple[int, int, int, int | None]] = {}

    def update(self, record: Record) -> None:
        """Take one record of this net."""
        if record.order is REPEATED:
            return
        if record.epoch != self.epoch:
            if record.epoch < self.epoch:
                return
            self._forget()
            self.epoch = record.epoch
        newest = record.order is NEWEST and record.sequence > self.sequence
        if newest:
            self.sequence = record.sequence
            self.newest = record
            if self.mission_ms is None or record.mission_ms > self.mission_ms:
                self.mission_ms = record.mission_ms
                self.clock_advanced_ns = record.monotonic_ns
        if record.kind == "FIX":
            self._take_fix(record, newest)
        elif record.kind == "EVENT":
            self._take_event(record)
        elif record.kind == "META" and newest:
            self.meta = record
        for place in record.places:
            if place[0] <= record.mission_ms:
                self._take_place(Position(*place, told_later=True))

    @property
    def title(self) -> str:
        return f"net {self.net:04X}" + (f", start {self.epoch + 1}" if self.epoch else "")

    def value(self, name: str) -> int | None:
        """What the newest FIX says; None when it is unknown there, however well it was known before."""
        return None if self.fix is None else self.fix.values[name]

    def last_known(self, name: str, now_ns: int) -> tuple[int, float] | None:
        """The newest value that was not unknown and its age in seconds; None when there never was one."""
        record = self.known.get(name)
        value = None if record is None else record.values[name]
        if record is None or value is None:
            return None
        return value, (now_ns - record.monotonic_ns) / 1e9

    def age_s(self, now_ns: int) -> float | None:
        """Seconds since the newest frame."""
        return None if self.newest is None else max(0.0, (now_ns - self.newest.monotonic_ns) / 1e9)

    @property
    def phase(self) -> int | None:
        return self.phases[-1].phase if self.phases else None

    @property
    def phase_name(self) -> str | None:
        return self.phases[-1].name if self.phases else None

    @property
    def cutdown(self) -> Drop:
        return self.drops[drops.CUTDOWN]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of what keeps the next or active drop from firing."""
        return reason_names(0 if self.focus is None else self.focus.values["reasons"] or 0)

    def newest_event(self, code: int) -> Event | None:
        """The newest event of one kind; None when there was none, or a reset of the payload has made it void."""
        event = self._newest_events.get(code)
        if event is None or code not in _UNTIL_RESET:
            return event
        reset = self._newest_events.get(telemetry.BOOTED)
        return None if reset is not None and reset.record.sequence > event.record.sequence else event

    def hold_left_s(self) -> float | None:
        """How long HOLD still lasts by what the payload said; None when it is not on, or nobody heard for how long."""
        event = self.newest_event(telemetry.HOLD_CHANGED)
        if event is None or not event.subject or event.argument is None or not self.value("hold"):
            return None
        return max(0.0, event.argument - ((self.mission_ms or 0) - event.mission_ms) / 1000)

    def next_drop_s(self, now_ns: int) -> float | None:
        """Seconds until the next drop is due, by our clock since the payload last said it; never below 0."""
        due_s = self.value("next_drop_s")
        if due_s is None or self.fix is None:
            return None
        return max(0.0, due_s - (now_ns - self.fix.monotonic_ns) / 1e9)

    def climb_cm_s(self) -> int | None:
        """The payload's own vertical speed; without one, from positions 5 to 60 s apart."""
        reported = self.value("vertical_cm_s")
        if reported is not None or not self.positions:
            return reported
        last = self.positions[-1]
        for earlier in reversed(self.positions[-120:-1]):
            elapsed_ms = last.mission_ms - earlier.mission_ms
            if elapsed_ms > 60_000:
                return None
            if elapsed_ms >= 5_000 and last.altitude_m is not None and earlier.altitude_m is not None:
                return (last.altitude_m - earlier.altitude_m) * 100_000 // elapsed_ms
        return None

    def _take_fix(self, record: Record, newest: bool) -> None:
        values = record.values
        latitude, longitude, altitude_m = values["latitude_e7"], values["longitude_e7"], values["altitude_m"]
        age_s = values["gps_age_s"]
        fresh = values["fix_type"] and age_s is not None and age_s < STALE_S
        if fresh and latitude is not None and longitude is not None:
            if values["fix_type"] != _SPACE_FIX:
                altitude_m = None
            self._put(Position(record.mission_ms, latitude, longitude, altitude_m))
            if newest:
                self.fixed_ns = record.monotonic_ns
        if not newest:
            return
        self.fix = record
        for name, value in values.items():
            if value is not None:
                self.known[name] = record
        phase = values["phase"]
        if phase is not None and phase != self.phase:
            self._take_phase(record.mission_ms, phase, record.sequence)
        summary = values["drop_summary"] or 0
        for drop in self.drops:
            drop.take_summary(summary & 3, record.sequence)
            summary >>= 2
        self.drops[values["drop"] or 0].take_fix(values, record.sequence)
        # Every fourth frame is about a drop that is over; what holds that one back says nothing about the next.
        is_over = values["drop_state"] in drops.FINAL_STATES
        if self.focus is None or not is_over or record.sequence - self.focus.sequence > _FOCUS_FRAMES:
            self.focus = record

    def _put(self, place: Position) -> None:
        """Onto the way, in its order. A place that was heard takes that of one that was told."""
        positions = self.positions
        at = len(positions)
        if positions and place.mission_ms <= positions[-1].mission_ms:
            at = bisect_left(positions, place.mission_ms, key=_mission_time)
        if not place.told_later:
            while at < len(positions) and positions[at].told_later and _same(positions[at], place):
                del positions[at]
            while at and positions[at - 1].told_later and _same(positions[at - 1], place):
                at -= 1
                del positions[at]
        positions.insert(at, place)
        height = place.altitude_m
        if height is not None and (self.apex is None or height > (self.apex.altitude_m or height - 1)):
            self.apex = place

    def _take_place(self, place: Position) -> None:
        """A place of the past, where none is known."""
        positions = self.positions
        at = bisect_left(positions, place.mission_ms, key=_mission_time)
        around = positions[max(0, at - 1) : at + 1]
        if any(_same(one, place) for one in around):
            return
        if all(_can_reach(one, place) for one in around):
            self._put(place)
        elif place not in self.suspects[-_SUSPECTS_COMPARED:]:
            self.suspects.append(place)

    def _take_phase(self, mission_ms: int, phase: int, sequence: int) -> None:
        if self.launch_ms is None and phase and self.phase == phases.GROUND:
            self.launch_ms = mission_ms
        self.phases.append(PhaseChange(mission_ms, phase))
        if phase == phases.GROUND and len(self.phases) > 1:
            # Nothing else leads back to the pad.
            self._cancel_launch(mission_ms, sequence)

    def _cancel_launch(self, mission_ms: int, sequence: int) -> None:
        if sequence <= self._launch_sequence:
            return
        self._launch_sequence = sequence
        if self.launch_ms is not None:
            self.launches_cancelled.append(mission_ms)
        self.launch_ms = None
        self.launch_is_exact = False
        for drop in self.drops:
            drop.wait_again(sequence)

    def _take_event(self, record: Record) -> None:
        values = record.values
        number, code = values["event_id"] or 0, values["code"] or 0
        subject, detail, argument = values["subject"] or 0, values["detail"] or 0, values["argument"]
        content = (code, subject, detail, argument)
        if self._event_ids.get(number) == content:
            return
        self._event_ids[number] = content
        # Identifiers come round after 256 events: forget those half a turn away.
        self._event_ids.pop((number + 128) & 0xFF, None)
        event = Event(record.mission_ms, number, *content, record)
        if not self.events or event.mission_ms >= self.events[-1].mission_ms:
            self.events.append(event)
        else:
            insort(self.events, event, key=_mission_time)
        before = self._newest_events.get(code)
        if before is None or record.sequence > before.record.sequence:
            self._newest_events[code] = event
        if code == telemetry.LAUNCHED and argument is not None:
            if record.sequence > self._launch_sequence:
                self._launch_sequence = record.sequence
                self.launch_ms = argument
                self.launch_is_exact = True
        elif code == telemetry.LAUNCH_CANCELLED:
            self._cancel_launch(record.mission_ms, record.sequence)
        elif code == telemetry.PHASE_CHANGED:
            self._take_phase_event(event)
        elif code == telemetry.MISSION_LOADED:
            self.drop_total = min(subject, drops.MOST_DROPS) if detail else 0
        elif subject < drops.PLACES:
            self._take_drop_event(event)

    def _take_phase_event(self, event: Event) -> None:
        """An event may come after a FIX that already shows the new phase, or fill in a phase that no FIX showed."""
        for at, change in enumerate(self.phases):
            if change.phase == event.subject and abs(change.mission_ms - event.mission_ms) <= 30_000:
                if event.mission_ms < change.mission_ms:
                    self.phases[at] = PhaseChange(event.mission_ms, change.phase)
                return
        change = PhaseChange(event.mission_ms, event.subject)
        if event.record.sequence >= self.sequence or not self.phases:
            self._take_phase(event.mission_ms, event.subject, event.record.sequence)
        else:
            newest = self.phases.pop()
            insort(self.phases, change, key=_mission_time)
            self.phases.append(newest)

    def _take_drop_event(self, event: Event) -> None:
        """Events whose subject is a place; any other is none of a drop's business."""
        drop = self.drops[event.subject]
        sequence = event.record.sequence
        if event.code == telemetry.DROP_CHANGED:
            argument = event.argument or 0
            drop.take_change(Change(event.mission_ms, event.detail, argument & 0xFF, argument >> 8 & 0xFF), sequence)
        elif event.code == telemetry.REASONS_CHANGED:
            drop.take_reasons(event.argument or 0, sequence)
        elif event.code == telemetry.STEP_LAPSED:
            drop.lapsed += event.detail
        elif event.code == telemetry.HANDED_OVER:
            drop.channel = event.detail
        elif event.code == telemetry.WIRE_PARTED_EARLY:
            drop.wire_parted = True

    def drops_known(self) -> list[Drop]:
        """The drops that the mission has, or, before it said how many, those that did something; then the cutdown."""
        ordinary = self.drops[: drops.CUTDOWN]
        if self.drop_total is not None:
            known = ordinary[: self.drop_total]
        else:
            known = [drop for drop in ordinary if drop.heard_of]
        return [*known, self.cutdown] if self.cutdown.heard_of else known

    def held(self) -> list[Drop]:
        """The drops that are due and wait; before one is due, the next one if something would hold it back now."""
        due = [drop for drop in self.drops_known() if drop.state == drops.DUE]
        if due or self.focus is None:
            return due
        focus = self.drops[self.focus.values["drop"] or 0]
        return [focus] if focus.reasons else []


def _same(one: Position, other: Position) -> bool:
    return abs(one.mission_ms - other.mission_ms) <= _SAME_MS


def _can_reach(one: Position, other: Position) -> bool:
    north = (other.latitude_e7 - one.latitude_e7) * _METRES_PER_E7
    turn = 3_600_000_000
    east_e7 = (other.longitude_e7 - one.longitude_e7 + turn // 2) % turn - turn // 2
    east = east_e7 * _METRES_PER_E7 * cos(radians(one.latitude_e7 / 1e7))
    return hypot(north, east) <= _SLACK_M + _FASTEST_M_S * abs(other.mission_ms - one.mission_ms) / 1000


def _mission_time(entry: Position | PhaseChange | Event) -> int:
    return entry.mission_ms
