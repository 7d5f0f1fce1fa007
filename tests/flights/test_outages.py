"""When GPS time makes up for an outage mission time jumps; nothing that has to last a while lasts less by it."""

from firmware.protocol import drops, telemetry
from firmware.protocol.mission_plan import IN_ASCENT
from firmware.protocol.mission_writer import build
from hardware.simulated.faults import Faults
from tests.flights.dead_flights import GPS, LOW, WIDE, DeadFlight
from tests.flights.reset_flights import description
from tests.flights.short_flight import LAUNCH_S, Flight

_OFF_S = 200
_SENSORS = 1 << GPS | 1 << WIDE | 1 << LOW


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


def test_with_no_altitude_the_blind_window_is_closed_while_nobody_knows_how_long_the_power_was_gone():
    at_s = LAUNCH_S + 250
    for off_s in (1, 400):
        flown = DeadFlight(_SENSORS, 0, at_s=at_s - 10, off_s=(at_s, off_s), longest_s=LAUNCH_S + 1000)
        assert flown.flight.boots == 2 and flown.flight.edges == [], flown.text()
        assert flown.flight.drop_states() == [drops.SKIPPED] * 3
        told = [event for _, event in flown.flight.events() if event["code"] == telemetry.REASONS_CHANGED]
        assert all(one["argument"] & drops.ALTITUDE_UNKNOWN for one in told if one["subject"] == 2)
        assert 2 in [one["subject"] for one in told]


def test_once_gps_time_has_said_how_long_the_blind_window_is_open_again():
    at_s = LAUNCH_S + 250

    def only_high(flight):
        """The barometers are dead, and GPS falls silent when it has set the clock."""
        faults = Faults(flight.bench)
        for name in ("wide_missing", "low_missing"):
            faults.add(name, (at_s - 10) * 1_000_000)
        faults.add("gps_silent", (at_s + 38) * 1_000_000)

    flown = DeadFlight(0, 0, off_s=(at_s, 20), also=only_high)
    assert flown.flight.boots == 2 and not flown.wrong(2000), flown.text()
