"""Records of flights that never were, for the tests of pictures."""

import math
from dataclasses import replace

from ground.picture.flight_record import Drop, FlightRecord

HOSTILE = (
    "</title></style><script>alert(1)</script>\"'&]]>\x00\x1b[31m\ud800\u202e\ufffe"
    "[bold red]x[/] {0} %s --><img src=x onerror=y>"
)


def latex(drops=None, longitude=8.0, step_s=2, title="first flight", silence=range(0)):
    """Up at 5 m/s for 100 min, down at 12 m/s, with a wind that turns."""
    points, latitude = [], 50.0
    for t in range(-300, 9600, step_s):
        altitude_m = 120.0 if t < 0 else 120 + 5.0 * t if t < 6000 else max(150.0, 30120 - 12.0 * (t - 6000))
        if altitude_m > 150:
            latitude += 1e-6 * step_s * math.sin(t / 1500) * 60
            longitude += 1.2e-4 * step_s
        if t not in silence:
            points.append((float(t), latitude, (longitude + 180) % 360 - 180, altitude_m))
    if drops is None:
        drops = [
            Drop("north", 1800.0, 1800.3, True),
            Drop("middle", 3300.0, 3300.1, False),
            Drop("south", 4800.0, None, False),
        ]
    phases = [("ground", -300.0), ("ascent", 0.0), ("descent", 6000.0), ("landed", 8498.0)]
    last = points[-1]
    return FlightRecord(
        title, "seed 1", "simulated", points, phases, drops, (6000.0, 30120.0), (8498.0, last[1], last[2]),
        (False, "1 of 3 drops confirmed."), [("frames received", "9,608 of 9,608")],
    )  # fmt: skip


def float_flight():
    """Seven drops in a row at one altitude."""
    points = [
        (float(t), 37.0 + t * 1e-5, 127.0 + t * 1e-4, min(18000.0, max(0.0, t * 4.0))) for t in range(-60, 20000, 5)
    ]
    drops = [Drop(f"seeds {n}", 6000.0 + 1500 * n, 6000.0 + 1500 * n, n != 4) for n in range(1, 8)]
    phases = [("ground", -60.0), ("ascent", 0.0), ("float", 4500.0)]
    return FlightRecord("film tube", "", "simulated", points, phases, drops, (4500.0, 18000.0), None, (True, "Good."))


def dispenser(count=12):
    """A dispenser that lets go time after time, one other drop, and a cutdown that ends it."""
    drops = [
        Drop("seeds", 1800.0 + 120 * n, 1800.0 + 120 * n, n != 3, state="unconfirmed", occasion=n + 1)
        for n in range(count)
    ]
    drops.append(Drop("disc", 4800.0, None, False, state="skipped"))
    drops.append(Drop("cutdown", 6000.0, 6000.2, True, cutdown=True))
    return latex(drops, title="dispenser")


def cut_short(record, last_s, **changes):
    """The same flight, of which no position after last_s was heard, and no phase either."""
    points = [point for point in record.points if point[0] <= last_s]
    top = max(points, key=lambda point: point[3])
    return replace(
        record, points=points, phases=[(name, at_s) for name, at_s in record.phases if at_s <= last_s],
        apex=(top[0], top[3]), landing=None, **changes,
    )  # fmt: skip


def dead_in_the_climb():
    """The flight computer dies; later the independent backup cuts, much higher."""
    drops = [
        Drop("before", 900.0, 900.0, True, 4620.0, 50.001, 8.05),
        Drop("after", 1800.0, None, False, state="waiting"),
        Drop(
            "cutdown", 2400.0, 4495.6, False, 22100.0, 50.1, 8.3,
            state="pending", cutdown=True, by_backup=True, let_go=True,
        ),
    ]  # fmt: skip
    return cut_short(latex(drops, title="dead in the climb"), 1195)


def slipped():
    """A drop that was due before the launch and skipped after it, and one that came next."""
    drops = [
        Drop("slipped", -305.0, None, False, state="skipped", over_s=296.0),
        Drop("reached", 895.3, 896.0, True),
        Drop("kept", 9500.0, None, False, state="cancelled", over_s=6000.0),
        Drop("cutdown", 5999.0, 5999.3, True, cutdown=True),
    ]
    return latex(drops, title="slipped")


def beacon():
    """Heard every second until it lay for two minutes, then once a minute."""
    whole = latex()
    landed_s = whole.landing[0]
    points = [point for point in whole.points if point[0] <= landed_s]
    last = points[-1]
    points += [(landed_s + 60.0 * n, *last[1:]) for n in range(1, 10)]
    return replace(whole, title="beacon", points=points)


def never_launched():
    points = [(float(t), 50.0 + t % 3 * 1e-6, 8.0, 120.0) for t in range(600)]
    drops = [Drop("north", 1800.0, None, False), Drop("south", None, None, False)]
    return FlightRecord(
        "on the pad", "", "flown", points, [("ground", 0.0)], drops, None, None, (False, "It never launched.")
    )


def empty():
    return FlightRecord("nothing", "", "flown", [], [], [Drop("north", 60.0, None, False)], None, None, (False, "-"))


def one_point():
    return FlightRecord(
        "one", "", "flown", [(0.0, 50.0, 8.0, 100.0)], [("ascent", 0.0)], [], None, None, (False, "One position.")
    )


def hostile():
    drops = [Drop(f"{HOSTILE} {n}", 1800.0 + 300 * n, 1800.0 + 300 * n, n % 2 == 0) for n in range(8)]
    whole = latex(drops)
    phases = [(HOSTILE, -300.0), *((f"{HOSTILE * 3}{n}", n * 100.0) for n in range(60))]
    return FlightRecord(
        HOSTILE, HOSTILE, "recorded", whole.points, phases, drops, whole.apex, whole.landing,
        (False, HOSTILE * 4), [(HOSTILE, HOSTILE * 10)],
    )  # fmt: skip


def impossible():
    nan, inf = math.nan, math.inf
    drops = [
        Drop("a", nan, inf, True, nan, nan, inf),
        Drop("b", inf, None, False),
        Drop("c", 1e12, 5.0, True, 1e9, 1.0, 1.0),
    ]
    points = [(nan, nan, nan, nan), (0.0, 95.0, 8.0, 0.0), (0.0, 50.0, 8.0, 0.0), (inf, 1.0, 1.0, 1.0)]
    return FlightRecord(
        "impossible", "", "flown", points, [("ascent", nan), ("descent", -inf)], drops, (nan, inf), (inf, nan, inf),
        (True, ""),
    )  # fmt: skip


def all_of_them():
    return {
        "latex": latex(),
        "date line": latex(longitude=179.6),
        "silence": latex(silence=range(2000, 2600)),
        "float": float_flight(),
        "never launched": never_launched(),
        "empty": empty(),
        "one point": one_point(),
        "hostile": hostile(),
        "impossible": impossible(),
        "no drops": latex(drops=[]),
        "dispenser": dispenser(),
        "dead in the climb": dead_in_the_climb(),
        "lost in the descent": cut_short(latex(), 7000),
        "slipped": slipped(),
        "beacon": beacon(),
        "cutdown not needed": latex([Drop("cutdown", 9000.0, None, False, state="waiting", cutdown=True)]),
        "cutdown failed": latex([Drop("cutdown", 5000.0, 5000.0, False, state="failed", cutdown=True)]),
    }
