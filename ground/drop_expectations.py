"""What was expected of drops, cutdown and pulses, against the truth and what the ground heard: a line for each."""

from typing import Any

from firmware.protocol import drops as drop_states
from firmware.protocol.backup_plan import LEAST_AGL_M
from firmware.protocol.mission_plan import Mission
from ground.expectation import Expectation, plural
from ground.flight_drops import Occasion
from ground.flight_truth import BACKUP, BACKUP_OUTPUT, Pulse, Truth
from ground.flight_words import drop_state_name, reason_names

_CLOCK_US = 20_000  # a pass of the loop may be so early
_HEIGHT_M = 50.0  # a voted height may be so wrong
_SKIPPED = drop_state_name(drop_states.SKIPPED)
_PLAIN: dict[str, Any] = {
    "state": drop_state_name(drop_states.CONFIRMED),
    "pulses": None,
    "late_s": (0, 1),
    "at_s": None,
    "reasons": 0,
}


def drop_lines(found: list[Occasion], truth: Truth, expect: dict[str, Any]) -> list[Expectation]:
    """A line for each drop, or for each occasion of which something else is expected than of the others."""
    lines = []
    for place in dict.fromkeys(one.place for one in found):
        if place == drop_states.CUTDOWN:
            continue
        each = [one for one in found if one.place == place]
        groups: list[tuple[dict[str, Any], list[Occasion]]] = []
        for one in each:
            row = _row(expect, one)
            if not groups or groups[-1][0] is not row:
                groups.append((row, []))
            groups[-1][1].append(one)
        lines += [_line(row, some, truth) for row, some in groups]
    return lines


def cutdown_line(found: list[Occasion], truth: Truth, expect: dict[str, Any]) -> Expectation | None:
    """None where the mission has no cutdown, or nothing is said of it."""
    ending = next((one for one in found if one.place == drop_states.CUTDOWN), None)
    if ending is None or "cutdown" not in expect:
        return None
    row = expect["cutdown"]
    if row is None:
        return Expectation("cutdown: nothing to do", not ending.pulses, plural(len(ending.pulses), "pulse"))
    return _line(row, [ending], truth)


def _row(expect: dict[str, Any], one: Occasion) -> dict[str, Any]:
    """What is expected of an occasion: the row for it, for all of its drop, or what is expected of every drop."""
    rows = [row for row in expect["drops"] if row["name"] == one.name and row["step"] in (None, one.step)]
    return next((row for row in rows if row["step"] is not None), rows[0] if rows else _PLAIN)


def _line(row: dict[str, Any], some: list[Occasion], truth: Truth) -> Expectation:
    title = some[0].title
    if len(some) > 1:
        title = f"drop '{some[0].name}', occasions {some[0].step} to {some[-1].step}"
    wrong = next((one for one in some if not _met(row, one, truth)), None)
    shown = _found(row, wrong or some[-1], truth)
    if len(some) > 1:
        shown = f"occasion {(wrong or some[-1]).step}: {shown}"
    return Expectation(f"{title}: {_wanted(row)}", wrong is None, shown)


def _met(row: dict[str, Any], one: Occasion, truth: Truth) -> bool:
    if row.get("optional") and one.state == _SKIPPED and not one.pulses:
        return True
    if row["state"] is not None and one.state != row["state"]:
        return False
    if row["reasons"] & ~one.reasons or one.gone != _goes(row):
        return False
    if not _pulses_fit(row, one):
        return False
    # The backup's pulses are none of the primary's attempts.
    own = sum(pulse.by != BACKUP for pulse in one.pulses)
    if one.attempts is not None and one.attempts != own:
        return False
    if not one.pulses:
        return True
    late_s, at_s = one.late_s(), truth.since_launch_s(one.pulses[0].at_us)
    if row["at_s"] is not None and (at_s is None or not _within(at_s, row["at_s"])):
        return False
    return row["late_s"] is None or (late_s is not None and _within(late_s, row["late_s"]))


def _within(value: float, limits: tuple[float, float | None]) -> bool:
    return limits[0] - _CLOCK_US / 1e6 <= value and (limits[1] is None or value <= limits[1])


def _fires(row: dict[str, Any]) -> bool:
    return row["pulses"] is None or bool(row["pulses"])


def _goes(row: dict[str, Any]) -> bool:
    return _fires(row) if row.get("gone") is None else bool(row["gone"])


def _pulses_fit(row: dict[str, Any], one: Occasion) -> bool:
    if row["pulses"] is None:
        return len(one.pulses) == 1 and one.pulses[0].output == one.outputs[0]
    if len(row["pulses"]) != len(one.pulses):
        return False
    for (output, shortest_ms, longest_ms), pulse in zip(row["pulses"], one.pulses, strict=True):
        length_ms = pulse.length_ms
        if pulse.output != output or length_ms is None or not shortest_ms <= length_ms <= longest_ms:
            return False
    return True


def _wanted(row: dict[str, Any]) -> str:
    words = []
    if _fires(row):
        if row["at_s"] is not None:
            words.append(f"fired {_span(row['at_s'])} after lift-off")
        if row["late_s"] is not None:
            words.append(f"fired {_span(row['late_s'])} after due")
        if row["pulses"] is not None:
            lengths = [f"{least / 1000:g} to {most / 1000:g} s on {output}" for output, least, most in row["pulses"]]
            words.append("pulses of " + ", ".join(lengths))
    else:
        words.append("no pulse")
    if row["state"] is not None:
        words.append(f"{row['state']} or skipped" if row.get("optional") else row["state"])
    words.append("truly let go" if _goes(row) else "still on board")
    if row["reasons"]:
        words.append("held by " + ", ".join(reason_names(row["reasons"])))
    return ", ".join(words)


def _span(limits: tuple[float, float | None]) -> str:
    least, most = limits
    return f"from {least:g} s on" if most is None else f"{least:g} to {most:g} s"


def _found(row: dict[str, Any], one: Occasion, truth: Truth) -> str:
    words = []
    if one.pulses:
        late_s, at_s = one.late_s(), truth.since_launch_s(one.pulses[0].at_us)
        if row["at_s"] is not None:
            words.append("never launched" if at_s is None else f"{at_s:.3f} s")
        elif late_s is not None:
            words.append(f"{round(late_s, 3) + 0.0:+.3f} s")
        if row["pulses"] is not None or len(one.pulses) != 1:
            words.append("pulses of " + ", ".join(_shown(pulse) for pulse in one.pulses))
    else:
        words.append("no pulse")
    words += [one.state, "gone" if one.gone else "still on board"]
    if row["reasons"]:
        words.append("held by " + (", ".join(reason_names(one.reasons)) or "nothing"))
    return ", ".join(words)


def _shown(pulse: Pulse) -> str:
    length_ms = pulse.length_ms
    return ("? s" if length_ms is None else f"{length_ms / 1000:g} s") + f" on {pulse.output}"


def pulse_lines(
    found: list[Occasion], truth: Truth, mission: Mission, expect: dict[str, Any]
) -> list[Expectation]:  # fmt: skip
    """What no pulse may ever be, and the times in which there is to be none."""
    early = [pulse for pulse in truth.pulses if _early(pulse, found, truth, mission)]
    low = [pulse for pulse in truth.pulses if pulse.altitude_m < _lowest_m(pulse, found, mission) - _HEIGHT_M]
    lines = [
        Expectation("no pulse before its time", not early, plural(len(early), "pulse")),
        Expectation("no pulse lower than allowed", not low, plural(len(low), "pulse")),
    ]
    for from_s, until_s in expect.get("quiet", ()):
        count = 0
        for pulse in truth.pulses:
            at_s = truth.since_launch_s(pulse.at_us)
            count += at_s is not None and from_s <= at_s <= until_s
        what = f"no pulse from {from_s} to {until_s} s after lift-off"
        lines.append(Expectation(what, not count, plural(count, "pulse")))
    return lines


def _owner(pulse: Pulse, found: list[Occasion]) -> Occasion | None:
    return next((one for one in found if pulse in one.pulses), None)


def _early(pulse: Pulse, found: list[Occasion], truth: Truth, mission: Mission) -> bool:
    if pulse.output == BACKUP_OUTPUT:
        at_s = truth.since_launch_s(pulse.at_us)
        return at_s is None or at_s < mission.backup_ms / 1000 - 1
    owner = _owner(pulse, found)
    return owner is None or owner.due_us is None or pulse.at_us < owner.due_us - _CLOCK_US


def _lowest_m(pulse: Pulse, found: list[Occasion], mission: Mission) -> float:
    owner = _owner(pulse, found)
    least_m = mission.min_agl_m
    if mission.cutdown is not None and (owner is None or owner.place == drop_states.CUTDOWN):
        least_m = min(least_m, mission.cutdown.min_agl_m)
        if pulse.by == BACKUP:
            least_m = max(least_m, LEAST_AGL_M)
    return float(mission.highest_ground_m + least_m)
