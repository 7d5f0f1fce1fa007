"""Scenarios in which something fails: sensors, cutters, processor, plug, and the whole flight computer."""

from firmware.protocol import drops, telemetry
from hardware.simulated.expectations import drop, ends, event, timeline
from hardware.simulated.scenario_parts import latex

_UP_AND_DOWN = ("ascent", "descent", "landed")

DEAD_SENSORS = latex(
    name="dead_sensors",
    text="GPS and both barometers die after launch: in the blind window the clock alone lets go",
    mission="dead_sensors.toml",
    seed=11,
    burst_m=18000,
    # name, start in s, length in s (0: for good), size
    faults=(("gps_silent", 700, 0, 0), ("wide_missing", 720, 0, 0), ("low_missing", 740, 0, 0)),
    after_landing_s=1800,
    expect=timeline(
        phases=("ascent",),
        drops=(
            drop("blind", late_s=(300, 301), reasons=drops.OUT_OF_ALTITUDE),
            drop("beyond", "skipped", pulses=(), reasons=drops.ALTITUDE_UNKNOWN),
        ),
        events=(event(telemetry.FLIGHT_ENDED, 7200, 7210),),
        quiet=((1510, 20000),),
    ),
)

WEAK_CUTTER = latex(
    name="weak_cutter",
    text="a wire that never cuts hands over to the other one on its load; a weak cell needs a longer pulse",
    mission="weak_cutter.toml",
    seed=12,
    wires=((1, 400, 1400), (2, 400, 2100), (3, 150, 1700)),
    faults=(("never_cuts", 300, 0, 1), ("cutter_weak", 1795, 13, 900)),
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(
            drop("heavy", pulses=((1, 3900, 4200), (1, 5900, 6200), (2, 8900, 9200))),
            drop("light", pulses=((3, 3900, 4200), (3, 5900, 6200))),
        ),
        events=(event(telemetry.HANDED_OVER, 900, 930, 0, 1),),
    ),
)

RESET_WHILE_FIRING = latex(
    name="reset_while_firing",
    text="the watchdog bites in one pulse and the supply fails in the next: counted, cooled, and gone on with",
    mission="reset_while_firing.toml",
    seed=13,
    wires=((1, 150, 6000), (2, 150, 2100)),
    faults=(("hang", 1205, 10, 0), ("brown_out", 1211, 12, 1000)),
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(drop("first", pulses=((1, 3900, 4200), (1, 0, 1000), (1, 13000, 14000)), reasons=drops.COOLING),),
        boots=3,
    ),
)

PRIMARY_DEAD = latex(
    name="primary_dead",
    text="the flight computer dies after launch: the independent backup ends the flight in its window",
    mission="primary_dead.toml",
    seed=14,
    burst_m=30000,
    wires=((1, 150, 1400), (2, 150, 2100), (3, 0, 1600)),
    faults=(("power_cut", 1500, 86400, 0),),
    expect=timeline(
        phases=("ascent",),
        drops=(drop("before"), drop("after", "waiting", pulses=())),
        cutdown=ends(None, pulses=((9, 3900, 4200),), late_s=None, at_s=(4500, 4520)),
        ended_by="backup",
        events=(
            event(telemetry.BACKUP_CHANGED, -300, 0, drops.BACKUP_READY),
            event(telemetry.BACKUP_CHANGED, 0, 60, drops.BACKUP_RUNNING),
        ),
        quiet=((905, 4500), (4520, 20000)),
    ),
)

PLUG_SHAKEN_OUT = latex(
    name="plug_shaken_out",
    text="the arming plug shakes loose aloft and comes back: what is due waits for it, and begins afresh",
    mission="plug_shaken_out.toml",
    seed=15,
    faults=(("plug_out", 1100, 240, 0), ("plug_out", 1700, 240, 0)),
    expect=timeline(
        phases=_UP_AND_DOWN,
        drops=(
            drop("waits", late_s=None, at_s=(1069, 1075), reasons=drops.PLUG_OUT | drops.HOLDING_FOR),
            drop("missed", "skipped", pulses=(), reasons=drops.PLUG_OUT),
        ),
        quiet=((800, 1069), (1400, 1640)),
    ),
)

SCENARIOS = (DEAD_SENSORS, WEAK_CUTTER, RESET_WHILE_FIRING, PRIMARY_DEAD, PLUG_SHAKEN_OUT)
