"""What scenarios are made of: the pad, the winds, two balloons. Every number is an integer: text parses differently."""

_WINDS = (
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

_PAD = {
    "pad": (521500000, 206000000, 120),
    "ground_m": 140,
    "winds": _WINDS,
    "plug_in_s": 30,
    "launch_s": 300,
    "start_unix_s": 1780300800,  # 2026-06-01T08:00:00Z
}

_LATEX = {
    "envelope": "latex",
    "ascent_mm_s": 4700,
    "burst_m": 12000,
    "descent_mm_s": 5500,
    "payload_g": 2400,
    "free_lift_g": 1500,
    # board output, what hangs on it in g (0: it ends the flight), ms of current that part the wire
    "wires": ((1, 150, 1400), (2, 150, 2100), (3, 150, 1700)),
}

_TUBE = {
    "envelope": "film_tube",
    "length_mm": 12000,
    "lay_flat_mm": 2000,
    "film_g": 2200,
    "payload_g": 7800,
    "free_lift_g": 1500,
    "leak_per_mille_h": 2,
    "descent_mm_s": 6500,
    "wires": ((1, 2000, 1500), (2, 2000, 1900), (3, 0, 1600)),
}


def latex(**scenario):
    """A scenario with a latex balloon: it bursts at 12 km, 42 minutes after launch, unless the table says otherwise."""
    return _made(_LATEX, scenario)


def tube(**scenario):
    """A scenario with a film tube that vents and floats at some 8 km."""
    return _made(_TUBE, scenario)


def _made(balloon, scenario):
    made = {}
    for part in (_PAD, balloon, scenario):
        made.update(part)
    return made
