"""Whole flights in which a rule of letting go was once broken: after the end, or without a reason."""

from firmware.protocol import drops, telemetry
from firmware.protocol.mission_writer import build
from tests.flights.short_flight import LAUNCH_S, Flight

HOUR_MS = 3600000


def plan(**what):
    description = {
        "flight_id": "review",
        "callsign": "N0CALL",
        "net": 0x1234,
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "not_before_ms": 60000,
        "end_ms": 14400000,
        "channels": [
            {"name": "abc"[place], "output": place + 1, "pulse_ms": 4000, "attempts": 2} for place in range(3)
        ],
        "drops": [{"name": "d1", "channel": "a", "after_ms": 390000, "min_altitude_m": 1000}],
    }
    description.update(what)
    return build(description)


def whole_flight(data, actions=(), off_s=None, cold=False, until_s=430, **changes):
    """With the unmodified firmware; off_s: (s after launch, for how long) without power, cold: the receiver as well."""

    def begin(flight):
        clock = flight.clock

        def off():
            if cold:
                clock.call_at(clock.now_us + off_s[1] * 1000000, lambda: flight.bench.gps.reset(True))
            flight.off(off_s[1])

        if off_s is not None:
            clock.call_at((LAUNCH_S + off_s[0]) * 1000000, off)

    over_us = (LAUNCH_S + until_s) * 1000000
    return Flight(
        actions, data, begin=begin, until=lambda flight: flight.clock.now_us >= over_us, judged=False, **changes
    )


def test_after_end_s_nothing_ever_fires_when_an_outage_that_passed_the_end_is_made_up_for():
    flight = whole_flight(
        plan(end_ms=700000), off_s=(350, 600), cold=True, burst_m=20000, until_s=1100, wires=((1, 150, 1400),)
    )
    assert [edge for edge in flight.edges if edge[2]] == []
    assert flight.drop_states() == [drops.SKIPPED]


def test_why_the_flight_is_ended_is_told_for_every_cause():
    for order_s, latest_ms, cause in ((None, 400000, drops.BY_TIME), (380, HOUR_MS, drops.BY_COMMAND)):
        actions = [] if order_s is None else [(300 + order_s, lambda flight: flight.computer.orders.cutdown())]
        flight = whole_flight(
            plan(cutdown={"channel": "c", "latest_ms": latest_ms}), actions, wires=((1, 150, 1400), (3, 0, 1400))
        )
        assert flight.computer.state.cutdown_by == cause
        told = [event["subject"] for _, event in flight.events() if event["code"] == telemetry.CUTDOWN_DUE]
        assert told == [cause]
