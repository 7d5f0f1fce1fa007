"""Scenarios in which the hardware is well and the flight is not: no launch, a slow one, a late one, a leak."""

from firmware.protocol import drops, telemetry
from hardware.simulated.expectations import drop, ends, event, timeline
from hardware.simulated.scenario_parts import latex, tube

_UP_AND_DOWN = ("ascent", "descent", "landed")

FALSE_LAUNCH = latex(
    name="false_launch",
    text="driven up a hill and back before the launch: that one is cancelled aloud, the real one flies",
    mission="false_launch.toml",
    seed=21,
    launch_s=1200,
    faults=(("carried", 400, 300, 300),),
    expect=timeline(
        phases=("ascent", "descent", "ground", "ascent", "descent", "landed"),
        events=(
            event(telemetry.LAUNCHED, -800, -500),
            event(telemetry.LAUNCH_CANCELLED, -500, -300),
            event(telemetry.ARMED, -350, -200),
            event(telemetry.LAUNCHED, 0, 60),
        ),
        quiet=((-1200, 600),),
        cancelled=1,
    ),
)

SLOW_ASCENT = latex(
    name="slow_ascent",
    text="a climb of 0.3 m/s: what is due waits until it is high enough, or is skipped",
    mission="slow_ascent.toml",
    seed=22,
    ascent_mm_s=300,
    wires=((1, 100, 1400), (2, 100, 2100), (3, 0, 1600)),
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(
            drop("patient", late_s=None, at_s=(4000, 4300), reasons=drops.TOO_LOW),
            drop("missed", "skipped", pulses=(), reasons=drops.TOO_LOW),
        ),
        cutdown=ends(),
        ended_by="primary",
        quiet=((0, 4000),),
        launch_found_s=80,
    ),
)

LATE_LAUNCH = latex(
    name="late_launch",
    text="the launch slips past a drop by the clock: NO GO, and let go all the same, it is skipped",
    mission="late_launch.toml",
    seed=23,
    launch_s=2700,
    burst_m=18000,
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(
            drop("slipped", "skipped", pulses=(), reasons=drops.TOO_EARLY | drops.TOO_LOW),
            drop("reached", late_s=(0, 2)),
        ),
        events=(event(telemetry.READINESS, -320, -290, 0),),
        no_go=drops.OVERDUE_AT_LAUNCH,
    ),
)

LEAKING_LOW = tube(
    name="leaking_low",
    text="a film tube leaks and sinks: too low at its latest time, the load stays on board",
    mission="leaking_low.toml",
    seed=24,
    faults=(("leak", 1700, 0, 16),),
    expect=timeline(
        phases=("ascent", "float", "landed"),
        drops=(drop("leaflets", "skipped", pulses=(), reasons=drops.TOO_LOW | drops.OUT_OF_ALTITUDE),),
        quiet=((0, 20000),),
    ),
)

SCENARIOS = (FALSE_LAUNCH, SLOW_ASCENT, LATE_LAUNCH, LEAKING_LOW)
