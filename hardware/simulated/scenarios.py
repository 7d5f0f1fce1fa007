"""Flights worth flying again and again, as tables. Every number is an integer: text parses differently elsewhere."""

_PLAIN_WINDS = (
    # altitude m, towards the east mm/s, towards the north mm/s
    (0, 2500, 1000),
    (1500, 7000, 2500),
    (5000, 13000, 1500),
    (9500, 24000, -4000),
    (12500, 19000, -6000),
    (18000, 5000, -1000),
    (24000, -4000, 2000),
    (32000, -11000, 4000),
)

FIRST_FLIGHT = {
    "name": "first_flight",
    "text": "a latex balloon to 30 km and back, three drops on the way up",
    "mission": "first_flight.toml",
    "seed": 1,
    "envelope": "latex",
    "ascent_mm_s": 4700,
    "burst_m": 30000,
    "descent_mm_s": 5500,
    "payload_g": 2400,
    "free_lift_g": 1500,
    "pad": (521500000, 206000000, 120),
    "ground_m": 140,
    "winds": _PLAIN_WINDS,
    "plug_in_s": 30,
    "launch_s": 300,
    "start_unix_s": 1780300800,
    # board output, what hangs on it in g (0: it ends the flight), ms of current that part the wire
    "wires": ((1, 150, 1400), (2, 150, 2100), (3, 150, 1700)),
    "expect_phases": ("ascent", "descent", "landed"),
}

FILM_TUBE = {
    "name": "film_tube",
    "text": "a 12 m film tube that vents and floats, climbs after each of two drops, and is ripped open",
    "mission": "film_tube.toml",
    "seed": 2,
    "envelope": "film_tube",
    "length_mm": 12000,
    "lay_flat_mm": 2000,
    "film_g": 2200,
    "payload_g": 7800,
    "free_lift_g": 1500,
    "leak_per_mille_h": 2,
    "descent_mm_s": 6500,
    "pad": (521500000, 206000000, 120),
    "ground_m": 140,
    "winds": _PLAIN_WINDS,
    "plug_in_s": 30,
    "launch_s": 300,
    "start_unix_s": 1780300800,
    "wires": ((1, 2000, 1500), (2, 2000, 1900), (3, 0, 1600)),
    "expect_phases": ("ascent", "float", "ascent", "float", "ascent", "float", "descent", "landed"),
}

# A recorded flight: ground/fly.py fills in what the track says.
TRACK = {
    "name": "track",
    "text": "a recorded flight as the world (--track FILE)",
    "mission": "radiosonde_track.toml",
    "seed": 3,
    "envelope": "track",
    "wires": ((1, 150, 1400), (2, 150, 2100), (3, 150, 1700)),
    "plug_in_s": 30,
    "launch_s": 300,
    "expect_phases": ("ascent", "descent", "landed"),
}

SCENARIOS = (FIRST_FLIGHT, FILM_TUBE)
