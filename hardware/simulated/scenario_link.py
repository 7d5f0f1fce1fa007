"""Scenarios of the link: a crew that commands, a radio that is jammed, somebody who wants to command and may not."""

from firmware.protocol import drops, telemetry
from hardware.simulated.expectations import drop, ends, event, timeline
from hardware.simulated.scenario_parts import latex

_UP_AND_DOWN = ("ascent", "descent", "landed")

COMMANDED_RELEASE = latex(
    name="commanded_release",
    text="the crew holds one drop back and lets another go early, over a modem that loses three frames in ten",
    mission="commanded_release.toml",
    seed=31,
    channel="half_duplex_9600",
    # second, command, argument
    crew=((1150, "hold", 120), (1500, "release", 1), (2000, "noop", 0)),
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(
            drop("held", late_s=(60, 80), reasons=drops.HOLD),
            drop("early", late_s=(0, 15), at_s=(1200, 1215)),
        ),
        events=(event(telemetry.HOLD_CHANGED, 850, 865, 1),),
        orders=(("hold", "done"), ("release", "done"), ("noop", "done")),
    ),
)

SAFE_IN_A_PULSE = latex(
    name="safe_in_a_pulse",
    text="the crew says SAFE while a cutter is hot: the pulse ends, its load stays, the next waits for RESUME",
    mission="safe_in_a_pulse.toml",
    seed=36,
    channel="fading",
    wires=((1, 150, 3500), (2, 150, 2100), (3, 150, 1700)),
    crew=((1205, "safe", 0), (1800, "resume", 0)),
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(
            drop("stopped", "aborted", pulses=((1, 1000, 2500),), gone=False),
            drop("blocked", late_s=None, at_s=(1500, 1520), reasons=drops.SAFE),
        ),
        events=(event(telemetry.SAFE_CHANGED, 900, 925, 1), event(telemetry.SAFE_CHANGED, 1500, 1530, 0)),
        orders=(("safe", "done"), ("resume", "done")),
    ),
)

JAMMED_FLIGHT = latex(
    name="jammed_flight",
    text="the radio is jammed from lift-off until the last drop is done: each goes in its second all the same",
    mission="jammed_flight.toml",
    seed=33,
    channel="clear",
    faults=(("radio_jam", 360, 2090, 0),),
    crew=((900, "safe", 0), (1600, "hold", 600)),
    expect=timeline(phases=_UP_AND_DOWN, orders=(("safe", None), ("hold", None))),
)

HOSTILE_LINK = latex(
    name="hostile_link",
    text="somebody without a key forges, repeats and bends what he hears; the crew ends the flight by radio",
    mission="hostile_link.toml",
    seed=34,
    channel="hostile",
    wires=((1, 150, 1400), (2, 150, 2100), (3, 0, 1700)),
    faults=(
        ("attacker_forges", 60, 3000, 1500),
        ("attacker_replays", 60, 3000, 5),
        ("attacker_flips", 60, 3000, 0),
        ("attacker_reflects", 600, 1500, 0),
        ("attacker_other_flight", 700, 60, 4),
        ("attacker_repeats_all", 1500, 300, 2000),
    ),
    crew=((800, "noop", 0), (1400, "hold", 30), (2100, "cutdown", 0)),
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(drop("first"), drop("never", "cancelled", pulses=())),
        cutdown=ends(late_s=(0, 20), at_s=(1800, 1830)),
        ended_by="primary",
        events=(event(telemetry.CUTDOWN_DUE, 1800, 1860, drops.BY_COMMAND),),
        orders=(("noop", "done"), ("hold", "done"), ("cutdown", "done")),
    ),
)

SCENARIOS = (COMMANDED_RELEASE, SAFE_IN_A_PULSE, JAMMED_FLIGHT, HOSTILE_LINK)
