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
    # Half a second less: the fix before the reset may have been heard late, and a drop must never come early.
    assert state.elapsed_ms == 1000000 + 629500 + 10000


def test_one_wrong_time_after_a_reset_moves_nothing():
    clock, state, time = resumed()
    hear(clock, time, 1780000000 + 3600, fixes=2)
    assert state.elapsed_ms == 1002000
    hear(clock, time, 1780000000 + 62)
    assert state.elapsed_ms == 1000000 + 61500 + 10000


def test_gps_time_never_turns_mission_time_back():
    for unix_s in (1780000000 - 86400, 1780000000, 1780000029, 0):
        clock, state, time = resumed()
        clock.sleep_ms(30000)
        hear(clock, time, unix_s)
        assert state.elapsed_ms == 1040000


def test_it_is_made_up_once_only():
    clock, state, time = resumed()
    hear(clock, time, 1780000000 + 60)
    assert state.elapsed_ms == 1069500
    hear(clock, time, 1780000000 + 3600)
    assert state.elapsed_ms == 1079500


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


_KEPT = ("elapsed_ms", "made_up_ms", "doubt_ms", "launch_ms", "unix_s", "unix_elapsed_ms", "near_pad_ms", "over_ms")
_KEPT += ("hold_until_ms", "hold_in_doubt")


class Flying:
    """A board that hears a fix `heard_ms` after each second of UTC, in flight, and is reset at odd moments."""

    def __init__(self, aloft=True):
        self.clock = Clock(wrap_in_ms=50)
        self.state = FlightState()
        self.time = MissionTime(self.clock, self.state)
        self.fly(10300)
        if aloft:
            self.state.launch_ms = 5000

    def fly(self, ms, heard_ms=160):
        for _ in range(ms // 20):
            self.clock.sleep_ms(20)
            self.time.advance(self.clock.ticks_ms())
            if self.clock.now_us // 1000 % 1000 // 20 == heard_ms // 20:
                self.time.hear_utc(1780000000 + self.clock.now_us // 1000000)

    def reset(self, off_ms, old_ms=0):
        """The journal is so old when the power goes."""
        journalled = self.state
        self.fly_blind(old_ms)
        self.clock.sleep_ms(off_ms)
        state = self.state = FlightState()
        for name in _KEPT:
            setattr(state, name, getattr(journalled, name))
        self.time = MissionTime(self.clock, state, True)

    def fly_blind(self, ms):
        self.clock.sleep_ms(ms)

    def late_ms(self):
        """By how much mission time is behind."""
        return self.clock.now_us // 1000 - self.state.elapsed_ms


def test_after_a_reset_never_earlier_than_planned_and_at_most_a_second_late_whatever_the_parts_of_a_second():
    for old_ms in (0, 340, 1000, 9980):
        for off_ms in (1020, 1500, 1980, 7260, 599880):
            for heard_ms in (60, 160, 400):
                flight = Flying()
                flight.fly(3000, heard_ms)
                flight.reset(off_ms, old_ms)
                flight.fly(13000)
                assert 0 <= flight.late_ms() <= 1000, (old_ms, off_ms, heard_ms, flight.late_ms())


def test_the_errors_of_many_resets_in_flight_do_not_add_up():
    flight = Flying()
    for number in range(60):
        flight.reset(1000 + 380 * number, 140 * (number % 60))
        flight.fly(12000, (60, 160, 400)[number % 3])
        assert 0 <= flight.late_ms() <= 1000, number
    # Nor do those of resets that come before GPS time is back.
    for number in range(60):
        flight.reset(1000 + 20 * number, 300)
        flight.fly(3000)
    flight.fly(12000)
    assert 0 <= flight.late_ms() <= 1000


def test_on_the_pad_the_newest_fix_counts_and_in_flight_the_last_one_before_it():
    flight = Flying(aloft=False)
    flight.fly(3600000)
    assert flight.state.elapsed_ms - flight.state.unix_elapsed_ms < 1000
    pair = (flight.state.unix_s, flight.state.unix_elapsed_ms)
    flight.state.launch_ms = flight.state.elapsed_ms - 100
    flight.fly(100000)
    assert (flight.state.unix_s, flight.state.unix_elapsed_ms) == pair
    flight.reset(60000)
    flight.fly(100000)
    assert (flight.state.unix_s, flight.state.unix_elapsed_ms) == pair
    assert 0 <= 1780003870 - flight.state.utc_s() <= 1
    assert flight.time.clock_set


def test_what_was_noted_since_the_reset_moves_with_the_outage_and_what_was_noted_before_it_does_not():
    flight = Flying(aloft=False)
    flight.state.near_pad_ms = 9000
    flight.state.over_ms = 8000
    flight.reset(300000)
    flight.state.near_pad_ms = flight.state.elapsed_ms
    flight.fly(5000)
    flight.state.launch_ms = flight.state.elapsed_ms
    true_ms = flight.clock.now_us // 1000
    flight.fly(12000)
    # Launched while mission time was five minutes behind: no drop may come those five minutes early.
    assert 0 <= true_ms - flight.state.launch_ms <= 1000
    assert 0 <= true_ms - 5000 - flight.state.near_pad_ms <= 1000
    assert flight.state.over_ms == 8000


def test_the_moment_in_which_the_outage_is_made_up_for_is_told():
    clock, _, time = resumed()
    told = []
    for second in range(30):
        clock.sleep_ms(1000)
        time.advance(clock.ticks_ms())
        told.append(time.hear_utc(1780000000 + 100 + second))
    assert told == [False] * 9 + [True] + [False] * 20
    clock, _, time = resumed(unix_s=None)
    hear(clock, time, 1780000000)
    assert time.clock_set and time.hear_utc(1780000010) is False


def test_what_was_noted_in_doubt_moves_though_another_reset_came_before_gps_time():
    flight = Flying(aloft=False)
    flight.reset(300000)
    flight.fly(3000)
    flight.state.launch_ms = flight.state.elapsed_ms
    true_ms = flight.clock.now_us // 1000
    flight.fly(2000)
    flight.reset(4000)
    flight.fly(12000)
    assert flight.time.clock_set
    # Rather late by the second outage than early by the first.
    assert 0 <= flight.state.launch_ms + flight.late_ms() - true_ms <= 5000
    assert flight.state.doubt_ms is None


def test_a_hold_given_in_doubt_is_as_long_as_it_was_meant_and_one_given_before_ends_when_it_was_to_end():
    flight = Flying()
    flight.state.hold_until_ms = 400000
    flight.reset(100000)
    flight.fly(12000)
    assert flight.state.hold_until_ms == 400000
    flight.reset(100000)
    flight.fly(2000)
    flight.state.hold_until_ms = flight.state.elapsed_ms + 60000
    flight.state.hold_in_doubt = True
    true_ms = flight.clock.now_us // 1000
    flight.fly(12000)
    assert 59000 <= flight.state.hold_until_ms + flight.late_ms() - true_ms <= 61000
    assert not flight.state.hold_in_doubt


class Keeper:
    """A survivor: keeps a number over a reset of the processor."""

    def __init__(self):
        self.value = None

    def write(self, value):
        self.value = value

    def read(self):
        return self.value


def test_a_number_that_survived_is_never_ahead_of_the_journal_by_what_gps_time_has_made_up_for():
    keeper = Keeper()
    clock = Clock(wrap_in_ms=50)
    state = FlightState()
    state.elapsed_ms = 240000
    state.unix_s = 1780000000
    state.unix_elapsed_ms = 240000
    state.near_pad_ms = 239000
    time = MissionTime(clock, state, True, keeper)
    before = [(name, getattr(state, name)) for name in _KEPT]
    state.near_pad_ms = 240000
    hear(clock, time, 1780000100)
    assert state.elapsed_ms == 240000 + 10000 + 99500 and keeper.value == 250000
    # The processor is reset before any of that is on flash: moments and mission time must go together.
    again = FlightState()
    for name, value in before:
        setattr(again, name, value)
    time = MissionTime(clock, again, True, keeper)
    assert again.elapsed_ms == 250000 and again.doubt_ms == 240000
    # And once it is on flash nothing is lost.
    kept = FlightState()
    for name in _KEPT:
        setattr(kept, name, getattr(state, name))
    clock.sleep_ms(2000)
    time = MissionTime(clock, kept, True, keeper)
    assert kept.elapsed_ms == state.elapsed_ms and kept.doubt_ms == state.elapsed_ms
