"""When GPS time makes up for an outage mission time jumps; nothing that has to last a while lasts less by it."""

from firmware.protocol import drops, telemetry
from firmware.protocol.mission_plan import IN_ASCENT
from firmware.protocol.mission_writer import build
from tests.flights.reset_flights import description
from tests.flights.short_flight import LAUNCH_S, Flight

_OFF_S = 200


def out_of_power(at_s):
    """Off at that second for 200 s; the receiver starts cold: GPS time is back half a minute after the power."""

    def begin(flight):
        clock = flight.clock

        def off():
            clock.call_at(clock.now_us + _OFF_S * 1_000_000, lambda: flight.bench.gps.reset(True))
            flight.off(_OFF_S)

        clock.call_at(at_s * 1_000_000, off)

    return begin


def jumped_s(flight):
    """When mission time jumped, in s of the simulation, and by how much."""
    ((at_us, by_ms),) = flight.invariants.boots[-1].made_up
    return at_us / 1e6, by_ms / 1000


def when(flight, code):
    return [header[4] / 1000 for header, event in flight.events() if event["code"] == code]


def test_120_s_of_beeping_inhibit_are_120_s_though_the_board_was_off_before():
    plug_in_s = 320
    flight = Flight(begin=out_of_power(100), plug_in_s=plug_in_s, launch_s=900, longest_s=600)
    at_s, by_s = jumped_s(flight)
    assert plug_in_s < at_s < plug_in_s + 100 and by_s > 190
    (armed_s,) = when(flight, telemetry.ARMED)
    assert 120 <= armed_s - plug_in_s <= 130


def test_conditions_hold_for_hold_s_though_the_board_was_off_before():
    drop = {"name": "d1", "channel": "c1", "after_ms": 600_000, "phases": IN_ASCENT, "hold_ms": 120_000}
    data = build(description((600,), 4000, 2, drops=[drop], break_wire=True))
    flight = Flight(data=data, begin=out_of_power(LAUNCH_S + 400), burst_m=9000, longest_s=LAUNCH_S + 900)
    at_s, by_s = jumped_s(flight)
    assert at_s > LAUNCH_S + 600 and by_s > 190
    # The conditions are looked at from the boot on, not from before the jump.
    assert 120 <= flight.fired()[1] - 600 <= 140
    assert flight.drop_states() == [drops.CONFIRMED]
