"""The drops of a simulated flight, a row for each occasion: when it was due, its pulses, and what was heard of it."""

from dataclasses import dataclass, field
from typing import Any

from firmware.protocol import drops as drop_states
from firmware.protocol import telemetry
from firmware.protocol.mission_plan import Cutdown, Mission
from ground.flight_truth import BACKUP_OUTPUT, PRIMARY, Pulse, Truth
from ground.flight_words import drop_state_name, place_name, reason_names
from ground.track import Track

_DONE = "done"
_BEFORE_US = 1_000_000  # a pulse that early would still be this occasion's, and too early


@dataclass
class Occasion:
    """One time at which a drop, or the cutdown, was to let something go. step counts from 1. None: not known."""

    place: int
    name: str
    step: int
    steps: int
    channel: str
    outputs: tuple[int, ...]
    due_us: int | None  # of the simulation, by the launch that the firmware recognised
    state: str
    attempts: int | None
    over_ms: int | None  # mission time at which it was over, by what the ground heard
    reasons: int  # bits of all that the ground heard while it was due
    pulses: list[Pulse] = field(default_factory=list)

    @property
    def title(self) -> str:
        if self.place == drop_states.CUTDOWN:
            return place_name(self.place)
        return f"drop '{self.name}'" + (f", occasion {self.step}" if self.steps > 1 else "")

    @property
    def gone(self) -> bool:
        """Whether something truly fell."""
        return any(pulse.let_go for pulse in self.pulses)

    def late_s(self) -> float | None:
        """From due to the first pulse."""
        if not self.pulses or self.due_us is None:
            return None
        return (self.pulses[0].at_us - self.due_us) / 1e6

    def row(self, launch_us: int | None, launch_ms: int) -> dict[str, Any]:
        """As the report JSON has it; times ending in _s count from the launch that the firmware recognised."""
        # Of several pulses the one that did it; without one, the first.
        first = self.pulses[0] if self.pulses else None
        done = next((pulse for pulse in self.pulses if pulse.let_go), first)
        known = launch_us is not None
        return {
            "name": self.name,
            "step": self.step,
            "steps": self.steps,
            "cutdown": self.place == drop_states.CUTDOWN,
            "channel": self.channel,
            "by": PRIMARY if done is None else done.by,
            "due_s": None if self.due_us is None or launch_us is None else (self.due_us - launch_us) / 1e6,
            "fired_s": round((first.at_us - (launch_us or 0)) / 1e6, 3) if first is not None and known else None,
            "over_s": None if self.over_ms is None else (self.over_ms - launch_ms) / 1000,
            "pulses": [{"output": pulse.output, "length_ms": pulse.length_ms} for pulse in self.pulses],
            "confirmed": self.state == drop_state_name(drop_states.CONFIRMED),
            "truly_let_go": self.gone,
            "state": self.state,
            "reasons": list(reason_names(self.reasons)),
            "altitude_m": None if done is None else done.altitude_m,
            "latitude": None if done is None else done.latitude,
            "longitude": None if done is None else done.longitude,
        }


def occasions(mission: Mission, track: Track, truth: Truth, launch_us: int | None) -> list[Occasion]:
    """Every occasion in the order of the mission, the cutdown last; every pulse that can be told is one's own."""
    found = []
    for place, drop in enumerate(mission.drops):
        due_us = _forward(_due_us(drop.after_ms, drop.at_unix_s, truth, launch_us), "release", place, truth)
        for step in range(drop.count):
            each_us = None if due_us is None else due_us + step * drop.every_ms * 1000
            found.append(_occasion(mission, track, place, drop.name, drop.channel, step, drop.count, each_us))
    if mission.cutdown is not None:
        found.append(_ending(mission, mission.cutdown, track, truth, launch_us))
    for pulse in truth.pulses:
        owner = _owner(pulse, found)
        if owner is not None:
            owner.pulses.append(pulse)
    return found


def cutdown_due_ms(cutdown: Cutdown, track: Track) -> int:
    """After launch: when its cause was found, by what the ground heard; else its latest."""
    start_ms = track.launch_ms or 0
    heard = [
        event.mission_ms - start_ms
        for event in track.events
        if event.code == telemetry.CUTDOWN_DUE and event.mission_ms >= start_ms
    ]
    return int(min([cutdown.latest_ms, *heard]))


def _due_us(after_ms: int | None, at_unix_s: int | None, truth: Truth, launch_us: int | None) -> int | None:
    if launch_us is None:
        return None
    if after_ms is not None:
        return launch_us + after_ms * 1000
    return None if at_unix_s is None else (at_unix_s - truth.start_unix_s) * 1_000_000


def _forward(due_us: int | None, command: str, argument: int, truth: Truth) -> int | None:
    """The crew may bring a drop or the end forward: due is when they say so."""
    said = [
        int(order["at_s"] * 1_000_000)
        for order in truth.orders
        if (order["command"], order["argument"], order["result"]) == (command, argument, _DONE)
    ]
    return min([*said, *([] if due_us is None else [due_us])], default=None)


def _ending(mission: Mission, cutdown: Cutdown, track: Track, truth: Truth, launch_us: int | None) -> Occasion:
    due_us = None if launch_us is None else launch_us + cutdown_due_ms(cutdown, track) * 1000
    due_us = _forward(due_us, "cutdown", 0, truth)
    one = _occasion(mission, track, drop_states.CUTDOWN, cutdown.name, cutdown.channel, 0, 1, due_us)
    if mission.backup_ms:
        one.outputs = (*one.outputs, BACKUP_OUTPUT)
    return one


def _occasion(
    mission: Mission, track: Track, place: int, name: str, channel: int, step: int, steps: int, due_us: int | None
) -> Occasion:
    own = mission.channels[channel]
    outputs = [own.output]
    if own.same_load is not None:
        outputs.append(mission.channels[own.same_load].output)
    state, attempts, over_ms = _heard(track, place, step, steps)
    reasons = _reasons(track, place, step)
    return Occasion(place, name, step + 1, steps, own.name, tuple(outputs), due_us, state, attempts, over_ms, reasons)


def _owner(pulse: Pulse, found: list[Occasion]) -> Occasion | None:
    """The newest of those on its output that were due by then, less a second."""
    owner = None
    for one in found:
        if pulse.output in one.outputs and one.due_us is not None and one.due_us - _BEFORE_US <= pulse.at_us:
            if owner is None or owner.due_us is None or one.due_us >= owner.due_us:
                owner = one
    return owner


def _since_ms(track: Track) -> int:
    """What was heard before a launch that was none says nothing of this one."""
    return track.launches_cancelled[-1] if track.launches_cancelled else 0


def _heard(track: Track, place: int, step: int, steps: int) -> tuple[str, int | None, int | None]:
    """(state, attempts) in which an occasion ended, or is, by what the ground heard, and when it was over."""
    known = track.drops[place]
    changes = [one for one in known.history if one.step == step and one.mission_ms >= _since_ms(track)]
    final = next((one for one in changes if one.state in drop_states.FINAL_STATES), None)
    if final is not None:
        return drop_state_name(final.state), final.attempts, final.mission_ms
    if any(first <= step < then for first, then in _lapsed(track, place)):
        return "lapsed", 0, None
    if steps == 1:
        return known.word, known.attempts, None
    return (drop_state_name(changes[-1].state), changes[-1].attempts, None) if changes else ("waiting", None, None)


def _lapsed(track: Track, place: int) -> list[tuple[int, int]]:
    """(first, the one after the last) of the occasions that were missed."""
    return [
        ((event.argument or 0) - event.detail, event.argument or 0)
        for event in track.events
        if event.code == telemetry.STEP_LAPSED and event.subject == place
    ]


def _reasons(track: Track, place: int, step: int) -> int:
    bits = at_step = 0
    for event in track.events:
        if event.subject != place or event.mission_ms < _since_ms(track):
            continue
        if event.code == telemetry.DROP_CHANGED:
            at_step = (event.argument or 0) & 0xFF
        elif event.code == telemetry.REASONS_CHANGED and at_step == step:
            bits |= event.argument or 0
    return bits
