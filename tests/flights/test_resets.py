"""Hangs, resets and power cuts in the air: the flight goes on, on time, and never too early."""

from firmware.protocol import drops, faults, phases, telemetry
from tests.flights.short_flight import DROPS, LAUNCH_S, Flight


def late_s(flight, output):
    """How late the first pulse was against the true time of lift-off as the first boot knew it."""
    after_s = dict(DROPS)[output] / 1000
    return flight.fired()[output] - after_s - flight.launch_error_s()


def test_a_hang_in_mid_flight_resets_the_board_and_the_flight_goes_on():
    flight = Flight([(LAUNCH_S + 200, lambda it: it.hang(5))])
    assert flight.boots == 2 and flight.computer.resumed and flight.computer.state.reset_count == 1
    assert flight.drop_states() == [drops.CONFIRMED] * 3
    for output, _ in DROPS:
        # GPS time makes up for the outage, but whole seconds only.
        assert -0.1 <= late_s(flight, output) <= 2.5, output
    assert flight.computer.state.phase == phases.LANDED
    assert telemetry.LAUNCHED not in [event["code"] for header, event in flight.events() if header[4] > 520_000]


def test_a_short_hang_is_only_an_overrun():
    flight = Flight([(LAUNCH_S + 200, lambda it: it.hang(2))])
    assert flight.boots == 1 and flight.computer.loop.overruns == 1
    assert flight.computer.health.counts[faults.LOOP_OVERRUN] == 1
    assert [event["subject"] for _, event in flight.events() if event["code"] == telemetry.FAULT_SEEN].count(
        faults.LOOP_OVERRUN
    ) == 1
    assert max(late_s(flight, output) for output, _ in DROPS) <= 1.0


def test_a_hang_with_fire_on_ends_the_pulse_by_the_timer_and_goes_on_after_the_reset():
    flight = Flight(
        [(LAUNCH_S + 295 + second, lambda it: it.edges and it.boots == 1 and it.hang(30)) for second in range(20)],
        wires=((1, 150, None), (2, 150, 2100), (3, 150, 1700)),
    )
    assert flight.boots >= 2
    for start, end in zip(flight.edges[::2], flight.edges[1::2], strict=True):
        assert start[2] == 1 and end[2] == 0 and end[0] - start[0] <= 6.2
    assert len([1 for _, output, level in flight.edges if output == 1 and level]) == 2
    assert flight.drop_states() == [drops.FAILED, drops.CONFIRMED, drops.CONFIRMED]


def test_a_power_cut_of_a_minute_is_made_up_for_by_gps_time():
    flight = Flight([(LAUNCH_S + 100, lambda it: it.off(60))])
    assert flight.boots == 2 and flight.drop_states() == [drops.CONFIRMED] * 3
    for output, _ in DROPS:
        assert -0.1 <= late_s(flight, output) <= 3.0, output


def test_a_power_cut_across_due_fires_soon_after_it():
    flight = Flight([(LAUNCH_S + 280, lambda it: it.off(60))])
    assert flight.drop_states() == [drops.CONFIRMED] * 3
    # Back at 340 s; then GPS must have a fix and time before it knows that it is late.
    assert 340 <= flight.fired()[1] <= 380


def test_gps_lost_long_before_a_reset_never_makes_a_drop_early():
    def jam(it):
        it.bench.gps.no_fix = True
        it.bench.gps.silent = True

    def clear(it):
        it.bench.gps.no_fix = it.bench.gps.silent = False

    flight = Flight(
        [
            (LAUNCH_S + 60, jam),
            (LAUNCH_S + 200, lambda it: it.hang(5)),
            (LAUNCH_S + 215, clear),
        ]
    )
    assert flight.boots == 2
    for output, _ in DROPS:
        assert -0.5 <= late_s(flight, output) <= 12, output


def test_a_reset_before_the_launch_is_recognised_does_not_lose_the_flight():
    flight = Flight([(LAUNCH_S + 12, lambda it: it.hang(5))])
    assert flight.boots == 2 and flight.computer.state.launch_ms is not None
    assert flight.drop_states() == [drops.CONFIRMED] * 3


def test_a_reset_on_the_pad_starts_the_rest_again_and_flies():
    flight = Flight([(200, lambda it: it.hang(5))])
    assert flight.boots == 2 and flight.drop_states() == [drops.CONFIRMED] * 3
    for output, _ in DROPS:
        assert -0.1 <= late_s(flight, output) <= 1.0


def test_resets_all_the_way_never_fire_twice_and_never_move_an_output():
    flight = Flight([(LAUNCH_S + 60 + 67 * number, lambda it: it.hang(5)) for number in range(8)])
    assert flight.boots == 9 and flight.computer.state.reset_count == 8
    assert [output for _, output in flight.parted] == [1, 2, 3]
    assert flight.drop_states() == [drops.CONFIRMED] * 3
    for output in (1, 2, 3):
        assert 1 <= len([1 for _, which, level in flight.edges if which == output and level]) <= 2


def test_frame_numbers_never_repeat_over_resets_in_flight():
    flight = Flight([(LAUNCH_S + 60 + 67 * number, lambda it: it.hang(5)) for number in range(4)])
    sequences = [header[3] for header, _ in flight.reports()] + [header[3] for header, _ in flight.events()]
    assert len(set(sequences)) == len(sequences)


def test_sensors_dying_in_flight_do_not_stop_the_loop():
    def kill(it):
        it.bench.wiring.i2c_held = True

    flight = Flight([(LAUNCH_S + 100, kill)])
    assert flight.boots == 1 and flight.drop_states() == [drops.CONFIRMED] * 3
    assert flight.computer.health.counts[faults.BUS_ERROR] > 10
    assert max(late_s(flight, output) for output, _ in DROPS) <= 1.0


def test_the_plug_pulled_in_flight_holds_every_drop_back():
    def pull(it):
        it.bench.plug_in = False

    flight = Flight([(LAUNCH_S + 200, pull)])
    assert flight.edges == []
    # Due, each of them, and never more than that; then the fall calls them off.
    changes = [event for _, event in flight.events() if event["code"] == telemetry.DROP_CHANGED]
    for place in range(3):
        assert [one["detail"] for one in changes if one["subject"] == place] == [drops.DUE, drops.CANCELLED]
    assert flight.drop_states() == [drops.CANCELLED] * 3
    overdue = [one for _, one in flight.reports() if one["drop_state"] == drops.DUE and one["phase"] == phases.ASCENT]
    assert len(overdue) > 300 and all(one["reasons"] == drops.PLUG_OUT for one in overdue[10:])
    told = [event for _, event in flight.events() if event["code"] == telemetry.REASONS_CHANGED]
    assert {one["argument"] for one in told if one["subject"] == 0} >= {drops.PLUG_OUT}


def test_without_a_launch_nothing_ever_fires():
    flight = Flight([], longest_s=1500, pad=(521500000, 206000000, 120), ascent_mm_s=1, burst_m=121)
    assert flight.edges == [] and flight.computer.state.launch_ms is None
