"""The virtual clock: ticks that wrap like a board's, sleeps that jump, and events that come in their order."""

from hardware.simulated.clock import Clock


def test_ticks_wrap_at_2_to_the_30_when_they_are_told_to():
    clock = Clock(wrap_in_ms=1000)
    assert clock.ticks_ms() == (1 << 30) - 1000
    clock.sleep_ms(999)
    assert clock.ticks_ms() == (1 << 30) - 1
    clock.sleep_ms(1)
    assert clock.ticks_ms() == 0 and clock.now_us == 1000000
    clock.advance(((1 << 30) - 1) * 1000)
    assert clock.ticks_ms() == (1 << 30) - 1
    clock.sleep_ms(1)
    assert clock.ticks_ms() == 0


def test_microsecond_ticks_wrap_every_eighteen_minutes():
    clock = Clock()
    before = clock.ticks_us()
    clock.advance(1 << 30)
    assert clock.ticks_us() == before
    clock.sleep_us(5)
    assert clock.ticks_diff(clock.ticks_us(), before) == 5


def test_differences_are_signed_and_right_over_a_wrap():
    clock = Clock()
    for a, b, difference in (
        (5, (1 << 30) - 5, 10),
        ((1 << 30) - 5, 5, -10),
        (0, 0, 0),
        ((1 << 29) - 1, 0, (1 << 29) - 1),
        (1 << 29, 0, -(1 << 29)),
    ):
        assert clock.ticks_diff(a, b) == difference
    assert clock.ticks_add((1 << 30) - 1, 2) == 1 and clock.ticks_add(0, -1) == (1 << 30) - 1


def test_an_impossible_interval_is_refused_as_on_a_board():
    clock = Clock()
    for delta in (600000000, -600000000, 1 << 29):
        try:
            clock.ticks_add(0, delta)
        except OverflowError:
            continue
        raise AssertionError()


def test_sleeps_of_nothing_take_no_time():
    clock = Clock()
    for ms in (0, -5):
        clock.sleep_ms(ms)
        clock.sleep_us(ms)
    assert clock.now_us == 0
    clock.sleep(0.25)
    assert clock.now_us == 250000


def test_a_drifting_crystal_is_fast_or_slow_for_the_board_only():
    for drift_ppm, ms in ((200, 10002000), (-200, 9998000), (0, 10000000)):
        clock = Clock(drift_ppm=drift_ppm)
        before = clock.ticks_ms()
        clock.advance(10000000000)
        assert clock.ticks_diff(clock.ticks_ms(), before) == ms and clock.now_us == 10000000000


def test_events_come_at_their_own_time_and_in_their_order():
    clock = Clock()
    seen = []
    for at_us in (500, 100, 300, 300, 200):
        clock.call_at(at_us, lambda at_us=at_us: seen.append((clock.now_us, at_us)))
    clock.advance(400)
    assert seen == [(100, 100), (200, 200), (300, 300), (300, 300)] and clock.now_us == 400
    clock.advance(400)
    assert seen[-1] == (500, 500) and clock.now_us == 800


def test_events_of_one_moment_come_in_the_order_in_which_they_were_asked_for():
    clock = Clock()
    seen = []
    for number in range(5):
        clock.call_at(100, lambda number=number: seen.append(number))
    clock.advance(100)
    assert seen == [0, 1, 2, 3, 4]


def test_an_event_may_ask_for_another_and_let_time_pass():
    clock = Clock()
    seen = []

    def first():
        clock.call_at(150, lambda: seen.append(clock.now_us))
        clock.call_at(120, lambda: seen.append(clock.now_us))
        clock.advance(10)

    clock.call_at(100, first)
    clock.advance(130)
    assert seen == [120] and clock.now_us == 130
    clock.advance(100)
    assert seen == [120, 150]


def test_a_cancelled_event_does_not_come_and_cancelling_twice_is_no_error():
    clock = Clock()
    seen = []
    keep = clock.call_at(100, lambda: seen.append("keep"))
    drop = clock.call_at(50, lambda: seen.append("drop"))
    clock.cancel(drop)
    clock.cancel(drop)
    clock.advance(200)
    clock.cancel(keep)
    assert seen == ["keep"]


def test_the_boards_own_events_end_with_its_power_and_the_worlds_do_not():
    clock = Clock()
    seen = []
    clock.call_at(100, lambda: seen.append("board"), True)
    clock.call_at(150, lambda: seen.append("world"))
    clock.power_off()
    clock.advance(1000)
    assert seen == ["world"]
