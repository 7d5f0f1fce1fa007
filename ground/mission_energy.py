"""What all pulses of a flight take out of the cells that heat the wires, and how hot they get."""

from __future__ import annotations

from firmware.protocol.mission_plan import BURN_WIRE, MOST_ATTEMPTS, Channel, Mission, attempt_ms
from ground.mission_review import Review, Section

# Ten seconds with about 75 J part a wire in any case, four under tension; with less than this it hardly glows.
_LEAST_PULSE_J = 10.0
_SERVO_A = 0.6  # of a small servo that works hard, through the same switch
_MOST_OF_COLD = 0.5


def look(review: Review) -> Section:
    """All attempts of all drops and of the cutdown, hand-over included, whether or not they will be needed."""
    section = Section("energy")
    mission, supply = review.mission, review.preparation.supply
    wire_s, servo_s = _seconds(mission)
    if not wire_s and not servo_s:
        return section
    mah = supply.mah(wire_s) + _SERVO_A * servo_s / 3.6
    cell = supply.cell
    name = f"{supply.cells} x {cell.name}"
    section.lines.append(
        f"all pulses, with every further attempt: {wire_s + servo_s:.0f} s, {mah:.1f} mAh of the "
        f"{supply.cold_mah():.0f} that {name} still give in the cold"
    )
    section.data = {
        "pulse_s": wire_s + servo_s,
        "mah": round(mah, 2),
        "cold_mah": supply.cold_mah(),
        "warm_a": round(supply.amperes(False), 2),
        "cold_a": round(supply.amperes(True), 2),
    }
    if wire_s:
        section.lines.append(f"{supply.amperes(False):.1f} A through a wire, {supply.amperes(True):.1f} A in the cold")
    if mah > supply.cold_mah() * _MOST_OF_COLD:
        section.look(f"all pulses together may take more than half of what {name} give in the cold")
    if cell.coldest_c > -40:
        section.look(f"{cell.name} cells are made for {cell.coldest_c} C and more: it is colder above some 5 km")
    for channel in mission.channels:
        joules = supply.joules(channel.pulse_ms / 1000.0, True)
        if channel.kind == BURN_WIRE and joules < _LEAST_PULSE_J:
            section.look(
                f"channel '{channel.name}': its first pulse gives the wire {joules:.0f} J in the cold: it hardly glows"
            )
    return section


def _seconds(mission: Mission) -> tuple[float, float]:
    """(of burn wires, of servos): every attempt that a drop may make, on whatever channel, MOST_ATTEMPTS at most."""
    wire_s = servo_s = 0.0
    for drop in mission.drops:
        channel = mission.channels[drop.channel]
        seconds = _all_attempts_s(mission, channel) * drop.count
        if channel.kind == BURN_WIRE:
            wire_s += seconds
        else:
            servo_s += seconds
    if mission.cutdown is not None:
        channel = mission.channels[mission.cutdown.channel]
        seconds = _all_attempts_s(mission, channel)
        if channel.kind == BURN_WIRE:
            wire_s += seconds
        else:
            servo_s += seconds
    return wire_s, servo_s


def _all_attempts_s(mission: Mission, channel: Channel) -> float:
    lengths = [attempt_ms(channel.pulse_ms, attempt) for attempt in range(1, channel.attempts + 1)]
    if channel.same_load is not None:
        other = mission.channels[channel.same_load]
        lengths += [attempt_ms(other.pulse_ms, attempt) for attempt in range(1, other.attempts + 1)]
    return float(sum(lengths[:MOST_ATTEMPTS])) / 1000.0
