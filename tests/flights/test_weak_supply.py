"""A cell that gives less than a rail under the load of its own pulse: no attempt, dwell or drop is lost by it."""

from firmware.protocol import drops
from firmware.protocol.mission_plan import RELEASE
from tests.flights.short_flight import LAUNCH_S, Flight
from tests.portable.release_rig import plan_bytes

FIRST_MS = 300000


def weak(**drop_b):
    """Two drops; the first one's wire needs two pulses, and its latest moment comes in the first of them."""
    return plan_bytes(
        [
            {"channel": "a", "after_ms": FIRST_MS, "patience_ms": 3000, "late": RELEASE},
            dict(drop_b, channel="b", after_ms=FIRST_MS + 120000),
        ],
        not_before_ms=60000,
    )


def tire(flight):
    flight.bench.cutter_battery.resistance_factor = 4.9


def test_a_rail_that_sags_below_its_limit_in_the_pulse_itself_costs_neither_retry_nor_drop():
    loaded_mv = []

    def look(flight):
        if flight.computer.release.pulse_on():
            loaded_mv.append(flight.bench.cutter_battery.millivolts())

    actions = [(LAUNCH_S + 60, tire)]
    actions += [(LAUNCH_S + 295 + second, look) for second in range(20)]
    flight = Flight(actions, weak(), wires=((1, 150, 5500), (2, 150, 1400), (3, 150, 1400)))
    # It did sag below what counts as a rail, and the wire was heated all the same.
    assert loaded_mv and min(loaded_mv) < 2500
    assert len([1 for _, output, level in flight.edges if output == 1 and level]) == 2
    assert flight.drop_states()[0] == drops.CONFIRMED


def test_a_pulse_that_sags_the_rail_does_not_begin_the_dwell_of_another_drop_anew():
    waiting = {"min_altitude_m": 500, "hold_ms": 180000, "patience_ms": 20000}
    flight = Flight([(LAUNCH_S + 60, tire)], weak(**waiting), wires=((1, 150, 5500), (2, 150, 1400), (3, 150, 1400)))
    assert flight.drop_states() == [drops.CONFIRMED, drops.CONFIRMED]
