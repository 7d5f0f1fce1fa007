"""Scenarios in which nothing fails."""

from firmware.protocol import drops, telemetry
from hardware.simulated.expectations import drop, ends, event, timeline
from hardware.simulated.scenario_parts import latex, tube

FIRST_FLIGHT = latex(
    name="first_flight",
    text="a latex balloon to 30 km and back, three drops on the way up",
    mission="first_flight.toml",
    seed=1,
    burst_m=30000,
    expect=timeline(phases=("ascent", "descent", "landed")),
)

FILM_TUBE = tube(
    name="film_tube",
    text="a 12 m film tube that vents and floats, climbs after each of two drops, and is ripped open",
    mission="film_tube.toml",
    seed=2,
    expect=timeline(
        phases=("ascent", "float", "ascent", "float", "ascent", "float", "descent", "landed"),
        cutdown=ends(),
        ended_by="primary",
    ),
)

THREE_DROPS = latex(
    name="three_drops",
    text="three drops that wait: for a height, for a place, and in vain until the latest moment",
    mission="three_drops.toml",
    seed=3,
    burst_m=30000,
    expect=timeline(
        phases=("ascent", "descent", "landed"),
        drops=(
            drop("window", late_s=None, at_s=(1270, 1300), reasons=drops.OUT_OF_ALTITUDE | drops.HOLDING_FOR),
            drop("field", late_s=None, at_s=(1900, 2400), reasons=drops.OUT_OF_AREA | drops.HOLDING_FOR),
            drop("whatever", late_s=(600, 601), reasons=drops.OUT_OF_ALTITUDE),
        ),
        quiet=((0, 1270),),
    ),
)

DISPENSER = latex(
    name="dispenser",
    text="a drum that a servo turns lets go of a batch of leaflets a minute, ten times",
    mission="dispenser.toml",
    seed=4,
    burst_m=30000,
    wires=(),
    # board output, what each batch weighs in g, the drum's positions in us, the closed one first
    servos=((1, 125, (1000, 1080, 1160, 1240, 1320, 1400, 1480, 1560, 1640, 1720, 1800)),),
    expect=timeline(phases=("ascent", "descent", "landed"), quiet=((0, 1200), (1760, 20000))),
)

CUTDOWN_ON_EXIT = latex(
    name="cutdown_on_exit",
    text="the wind carries it out of its area: three fixes outside of it, and the flight is ended",
    mission="cutdown_on_exit.toml",
    seed=5,
    burst_m=30000,
    wires=((1, 150, 1400), (2, 150, 2100), (3, 0, 1700)),
    expect=timeline(
        phases=("ascent", "descent", "landed"),
        drops=(drop("inside"), drop("too-late", "cancelled", pulses=())),
        cutdown=ends(at_s=(2240, 2320)),
        ended_by="primary",
        events=(event(telemetry.CUTDOWN_DUE, 2240, 2320, drops.BY_AREA),),
    ),
)

# A recorded flight: ground/fly.py fills in what the track says.
TRACK = {
    "name": "track",
    "text": "a recorded flight as the world (--track FILE)",
    "mission": "radiosonde_track.toml",
    "seed": 6,
    "envelope": "track",
    "wires": ((1, 150, 1400), (2, 150, 2100), (3, 150, 1700)),
    "plug_in_s": 30,
    "launch_s": 300,
    "expect": timeline(phases=("ascent", "descent", "landed")),
}

SCENARIOS = (FIRST_FLIGHT, FILM_TUBE, THREE_DROPS, DISPENSER, CUTDOWN_ON_EXIT)
