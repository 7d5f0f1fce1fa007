"""Mission time: it goes on over wraps and resets, is put right by GPS once, and never turns back."""

from firmware.flight_state import FlightState
from firmware.mission_time import MissionTime
from hardware.simulated.clock import Clock


def test_it_counts_every_millisecond_over_many_wraps():
    clock = Clock(wrap_in_ms=12345)
    state = FlightState()
    time = MissionTime(clock, state)
    days = 30
    for _ in range(days * 24):
        clock.advance(3600000000)
        time.advance(clock.ticks_ms())
    assert state.elapsed_ms == days * 86400000


def test_it_starts_from_what_the_journal_gave():
    clock = Clock(wrap_in_ms=50)
    state = FlightState()
    state.elapsed_ms = 5000000
    time = MissionTime(clock, state)
    for step in range(10):
        clock.sleep_ms(100)
        time.advance(clock.ticks_ms())
        assert state.elapsed_ms == 5000000 + 100 * (step + 1)


def test_looking_twice_in_a_millisecond_or_with_an_older_tick_adds_nothing():
    clock = Clock(wrap_in_ms=50)
    state = FlightState()
    time = MissionTime(clock, state)
    before = clock.ticks_ms()
    clock.sleep_ms(100)
    time.advance(clock.ticks_ms())
    time.advance(clock.ticks_ms())
    time.advance(before)
    assert state.elapsed_ms == 100
    clock.sleep_ms(100)
    time.advance(clock.ticks_ms())
    assert state.elapsed_ms == 200


def resumed(elapsed_ms=1000000, unix_s=1780000000):
    clock = Clock(wrap_in_ms=50)
    state = FlightState()
    state.elapsed_ms = elapsed_ms
    state.unix_s = unix_s
    state.unix_elapsed_ms = elapsed_ms
    return clock, state, MissionTime(clock, state, True)


def hear(clock, time, unix_s, fixes=10):
    """So many fixes, a second apart, the first with this UTC."""
    for second in range(fixes):
        time.advance(clock.ticks_ms())
        time.hear_utc(unix_s + second)
        clock.sleep_ms(1000)
    time.advance(clock.ticks_ms())


def test_gps_time_adds_what_passed_while_the_board_was_off():
    clock, state, time = resumed()
    clock.sleep_ms(30000)  # it takes the receiver so long
    hear(clock, time, 1780000000 + 630)
    # One second less: whole seconds may be almost one too many, and a drop must never come early.
    assert state.elapsed_ms == 1000000 + 629000 + 10000


def test_one_wrong_time_after_a_reset_moves_nothing():
    clock, state, time = resumed()
    hear(clock, time, 1780000000 + 3600, fixes=2)
    assert state.elapsed_ms == 1002000
    hear(clock, time, 1780000000 + 62)
    assert state.elapsed_ms == 1000000 + 61000 + 10000


def test_gps_time_never_turns_mission_time_back():
    for unix_s in (1780000000 - 86400, 1780000000, 1780000029, 0):
        clock, state, time = resumed()
        clock.sleep_ms(30000)
        hear(clock, time, unix_s)
        assert state.elapsed_ms == 1040000


def test_it_is_made_up_once_only():
    clock, state, time = resumed()
    hear(clock, time, 1780000000 + 60)
    assert state.elapsed_ms == 1069000
    hear(clock, time, 1780000000 + 3600)
    assert state.elapsed_ms == 1079000


def test_a_receiver_whose_date_is_wrong_by_months_moves_nothing():
    clock, state, time = resumed()
    hear(clock, time, 1780000000 + 1024 * 604800)
    assert state.elapsed_ms == 1010000


def test_without_a_journalled_utc_nothing_is_made_up():
    clock, state, time = resumed(unix_s=None)
    hear(clock, time, 1780000000)
    assert state.elapsed_ms == 1010000
    assert state.utc_s() == 1780000010 and state.unix_s == 1780000009


def test_until_the_fixes_agree_the_journalled_time_stays_paired_with_its_utc():
    clock, state, time = resumed()
    hear(clock, time, 1780000000 + 630, fixes=5)
    assert (state.unix_s, state.unix_elapsed_ms) == (1780000000, 1000000)
