"""Once launch is known, timing depends on no sensor: every subset of what can die, at many moments, in every way."""

import pytest

from firmware.protocol import drops, phases, telemetry
from tests.flights.dead_flights import (
    BLIND_S,
    DEVICES,
    FLASH,
    GPS,
    LATEST_S,
    LOW,
    SUBSETS,
    WAYS,
    WIDE,
    DeadFlight,
    mission,
    names,
)
from tests.flights.short_flight import LAUNCH_S, Flight

ALL = (1 << len(DEVICES)) - 1
BLIND = 1 << GPS | 1 << WIDE | 1 << LOW
MOMENTS = 2


@pytest.mark.parametrize("subset", SUBSETS, ids=names)
def test_a_drop_with_latest_release_happens_within_1_s_of_it_with_any_of_these_dead(subset):
    for seed in range(MOMENTS):
        flown = DeadFlight(subset, seed)
        assert not flown.wrong(), flown.wrong()
        print(flown.text())


def test_what_is_dead_is_not_heard_of_any_more():
    at_s = LAUNCH_S + 100
    flown = DeadFlight(ALL, 3, at_s=at_s)
    computer = flown.flight.computer
    assert computer.altitude.altitude_m is None and computer.altitude.lowest_m is None
    assert not computer.journal.ok and flown.flight.invariants.promises.failed > 20
    assert max(header[4] for header, _ in flown.flight.reports()) <= at_s * 1000 + 1000
    assert flown.late_ms[0] is not None and flown.flight.clock.now_us > (LAUNCH_S + 500) * 1_000_000


def test_every_way_to_die_is_tried():
    ways = {way for subset in (1 << one for one in range(5)) for seed in range(40) for way in _ways(subset, seed)}
    assert ways == {way for row in WAYS for way in row if way} | {"radio_dead"}


def _ways(subset, seed):
    """Only up to the launch: what is drawn is drawn before that."""
    return DeadFlight(subset, seed, latest_s=(1,), longest_s=1, data=mission()).ways


def test_all_dead_and_a_watchdog_reset_after_it_costs_no_drop():
    for seed in range(4):
        flown = DeadFlight(ALL & ~(1 << FLASH), seed, at_s=LAUNCH_S + 60, hang_s=LAUNCH_S + 350 + 13 * seed)
        # What the watchdog was patient for is lost: no GPS time ever makes up for it.
        assert flown.flight.boots == 2 and not flown.wrong(5000), flown.text()
        assert max(flown.late_ms) >= 3000


def test_outside_the_blind_window_an_unknown_altitude_keeps_everything_closed():
    data = mission(blind_from_ms=300_000, blind_until_ms=520_000)
    flown = DeadFlight(BLIND, 1, at_s=LAUNCH_S + 100, data=data)
    # Before it, in it, and after it.
    assert flown.late_ms[0] is None and -100 <= flown.late_ms[1] <= 1000 and flown.late_ms[2] is None
    assert flown.flight.drop_states() == [drops.SKIPPED, drops.CONFIRMED, drops.SKIPPED]
    closed = [
        event["argument"]
        for _, event in flown.flight.events()
        if event["code"] == telemetry.REASONS_CHANGED and event["subject"] != 1
    ]
    assert any(one & drops.ALTITUDE_UNKNOWN for one in closed)


def test_all_of_them_dead_from_boot_without_a_break_wire_nothing_ever_fires():
    for seed in range(6):
        flown = DeadFlight(ALL, seed, at_s=0.001, longest_s=LAUNCH_S + BLIND_S[1] + 100)
        flight = flown.flight
        assert flight.edges == [] and flight.computer.state.launch_ms is None, flown.text()
        assert not flight.computer.arming.armed and flight.computer.state.phase == phases.GROUND


def test_dead_on_the_pad_after_arming_without_a_break_wire_nothing_ever_fires():
    for seed in range(3):
        flown = DeadFlight(ALL, seed, at_s=LAUNCH_S - 20 + 10 * seed, longest_s=LAUNCH_S + BLIND_S[1] + 100)
        assert flown.flight.edges == [] and flown.flight.computer.state.launch_ms is None, flown.text()


def test_dead_on_the_pad_with_a_break_wire_it_is_believed_after_ten_minutes_and_timing_is_right():
    latest_s = (640, 700, 760)
    rows = [{"after_ms": 300_000, "patience_ms": (one - 300) * 1000, "min_altitude_m": 30_000} for one in latest_s]
    given = {"data": mission(rows, break_wire=True), "latest_s": latest_s, "break_wire": True}
    for seed in range(3):
        flown = DeadFlight(ALL, seed, at_s=LAUNCH_S - 30, **given)
        assert not flown.wrong(), flown.wrong()
        assert abs(flown.flight.invariants.launch_us / 1e6 - LAUNCH_S) <= 1.1
        assert 599 <= flown.flight.invariants.recognised_us / 1e6 - LAUNCH_S <= 603


def test_with_nothing_dead_the_same_mission_drops_at_the_same_moments():
    flown = DeadFlight(0, 0)
    assert not flown.wrong() and flown.ways == []
    assert Flight(data=mission(), ascent_mm_s=7000, longest_s=LAUNCH_S + LATEST_S[0] - 5).edges == []
