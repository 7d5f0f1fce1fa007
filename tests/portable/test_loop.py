"""The loop: a fixed rate, exceptions and overruns that are counted and stop nothing, and a watchdog that is earned."""

from firmware.health import Health
from firmware.loop import EVERY, Activity, Loop
from firmware.protocol import faults
from firmware.protocol.faults import DeviceFault
from hardware.simulated.clock import Clock
from hardware.simulated.machine import BoardReset, SimulatedMachine, Wiring

WRAP_MS = 4950  # in the middle of a pass, in the middle of every test


class Recorder:
    """An activity's function: remembers when it ran, and does what the test wants done."""

    def __init__(self, clock, act=None):
        self.clock = clock
        self.at_us = []
        self.ticks = []
        self.act = act

    def __call__(self, now_ms):
        self.at_us.append(self.clock.now_us)
        self.ticks.append(now_ms)
        if self.act is not None:
            self.act(len(self.at_us) - 1)


def made(clock, *functions):
    """(loop, health, activities) of critical activities in every pass."""
    health = Health(clock)
    activities = tuple([Activity("a%d" % place, functions[place], EVERY, True) for place in range(len(functions))])
    return Loop(clock, activities, health), health, activities


def raises(error):
    def act(_):
        raise error

    return act


def test_ten_passes_a_second_at_even_times_over_a_wrap_of_the_ticks():
    clock = Clock(wrap_in_ms=WRAP_MS)
    seen = Recorder(clock)
    loop, health, _ = made(clock, seen)
    loop.run(150)
    assert loop.passes == 150 and loop.overruns == 0
    assert seen.at_us == [pass_ * 100000 for pass_ in range(150)]
    assert max(seen.ticks) >= (1 << 30) - 100 and seen.ticks[-1] < 10000  # they did wrap
    assert sum(health.counts) == 0


def test_work_within_a_pass_does_not_move_the_passes():
    clock = Clock(wrap_in_ms=WRAP_MS)
    seen = Recorder(clock, lambda count: clock.sleep_ms(count % 90))
    loop, _, _ = made(clock, seen)
    loop.run(150)
    assert seen.at_us == [pass_ * 100000 for pass_ in range(150)] and loop.overruns == 0


def test_each_activity_runs_in_its_slots_and_in_its_order():
    clock = Clock(wrap_in_ms=WRAP_MS)
    order = []
    health = Health(clock)
    activities = (
        Activity("all", lambda now_ms: order.append((clock.now_us // 100000 % 10, "all"))),
        Activity("two", lambda now_ms: order.append((clock.now_us // 100000 % 10, "two")), (2, 7)),
        Activity("last", lambda now_ms: order.append((clock.now_us // 100000 % 10, "last")), (7,)),
    )
    Loop(clock, activities, health).run(20)
    assert len(order) == 26
    assert [name for slot, name in order if slot == 7] == ["all", "two", "last"] * 2
    assert [name for slot, name in order if slot == 2] == ["all", "two"] * 2
    assert [slot for slot, name in order if name == "two"] == [2, 7, 2, 7]


def test_an_exception_stops_neither_the_others_nor_the_pass():
    clock = Clock(wrap_in_ms=WRAP_MS)
    before, after = Recorder(clock), Recorder(clock)
    broken = Recorder(clock, raises(ValueError("a bug")))
    loop, health, _ = made(clock, before, broken, after)
    loop.run(100)
    expected = [pass_ * 100000 for pass_ in range(100)]
    assert before.at_us == expected and broken.at_us == expected and after.at_us == expected
    assert loop.passes == 100
    assert health.counts[faults.ACTIVITY_EXCEPTION] == 100
    assert isinstance(health.last_exception, ValueError)


def test_every_kind_of_exception_is_counted_under_its_own_number():
    clock = Clock(wrap_in_ms=WRAP_MS)
    for error, number in (
        (OSError(5), faults.BUS_ERROR),
        (DeviceFault(faults.BAROMETER_RANGE), faults.BAROMETER_RANGE),
        (ZeroDivisionError(), faults.ACTIVITY_EXCEPTION),
        (MemoryError(), faults.ACTIVITY_EXCEPTION),
        (StopIteration(), faults.ACTIVITY_EXCEPTION),
    ):
        loop, health, _ = made(clock, Recorder(clock, raises(error)), Recorder(clock))
        loop.run(7)
        assert health.counts[number] == 7 and sum(health.counts) == 7, error


def test_all_activities_of_one_pass_may_fail_together():
    clock = Clock(wrap_in_ms=WRAP_MS)
    recorders = [Recorder(clock, raises(KeyError(place))) for place in range(6)]
    loop, health, _ = made(clock, *recorders)
    loop.run(30)
    assert [len(one.at_us) for one in recorders] == [30] * 6
    assert health.counts[faults.ACTIVITY_EXCEPTION] == 180 and loop.passes == 30


def test_a_pass_that_takes_too_long_is_counted_and_the_grid_is_kept():
    clock = Clock(wrap_in_ms=WRAP_MS)
    # The slow pass begins before the wrap of the ticks and ends after it.
    seen = Recorder(clock, lambda count: clock.sleep_ms(360) if count == 48 else None)
    loop, health, _ = made(clock, seen)
    loop.run(60)
    assert loop.overruns == 1 and health.counts[faults.LOOP_OVERRUN] == 1
    assert loop.longest_lag_ms == 260
    assert seen.at_us[48] == 4800000
    assert seen.at_us[49] == 5160000  # at once
    assert seen.at_us[50:] == [5200000 + 100000 * pass_ for pass_ in range(10)]


def test_a_small_lag_is_not_an_overrun():
    clock = Clock(wrap_in_ms=WRAP_MS)
    seen = Recorder(clock, lambda count: clock.sleep_ms(150) if count == 3 else None)
    loop, health, _ = made(clock, seen)
    loop.run(8)
    assert loop.overruns == 0 and loop.longest_lag_ms == 50 and sum(health.counts) == 0
    assert seen.at_us == [0, 100000, 200000, 300000, 450000, 500000, 600000, 700000]


def test_every_late_pass_of_an_overloaded_loop_is_counted():
    clock = Clock(wrap_in_ms=WRAP_MS)
    loop, health, _ = made(clock, Recorder(clock, lambda count: clock.sleep_ms(250)))
    loop.run(40)
    assert loop.passes == 40 and loop.overruns >= 19
    assert health.counts[faults.LOOP_OVERRUN] == loop.overruns


def test_costs_are_charged_to_the_clock_pass_by_pass_and_can_make_an_overrun():
    clock = Clock(wrap_in_ms=WRAP_MS)
    seen = Recorder(clock)
    loop, _, _ = made(clock, seen)
    slots = []

    def spend(slot):
        slots.append(slot)
        clock.advance(230000 if slot == 7 else 2000)

    loop.spend = spend
    loop.run(12)
    assert slots == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert seen.at_us[:8] == [pass_ * 100000 for pass_ in range(8)]
    assert seen.at_us[8:] == [930000, 1000000, 1100000, 1200000] and loop.overruns == 1


def test_a_pass_with_an_exception_is_charged_too():
    clock = Clock(wrap_in_ms=WRAP_MS)
    loop, _, _ = made(clock, Recorder(clock, raises(ValueError())), Recorder(clock))
    slots = []
    loop.spend = slots.append
    loop.run(25)
    assert slots == [pass_ % 10 for pass_ in range(25)]


class Watchdog:
    def __init__(self, clock):
        self.clock = clock
        self.fed_us = []

    def feed(self):
        self.fed_us.append(self.clock.now_us)


def test_the_watchdog_is_fed_once_a_second_over_a_wrap():
    clock = Clock(wrap_in_ms=WRAP_MS)
    loop, health, _ = made(clock, Recorder(clock))
    watchdog = Watchdog(clock)
    health.guard_with(watchdog)
    loop.run(100)
    assert watchdog.fed_us == [900000 + second * 1000000 for second in range(10)]


def test_a_critical_activity_that_only_fails_starves_the_watchdog():
    clock = Clock(wrap_in_ms=WRAP_MS)
    loop, health, _ = made(clock, Recorder(clock), Recorder(clock, raises(ValueError())), Recorder(clock))
    watchdog = Watchdog(clock)
    health.guard_with(watchdog)
    loop.run(100)
    assert [at for at in watchdog.fed_us if at > 1500000] == []


def test_an_activity_that_is_not_critical_may_fail_for_ever():
    clock = Clock(wrap_in_ms=WRAP_MS)
    health = Health(clock)
    watchdog = Watchdog(clock)
    health.guard_with(watchdog)
    needed = Activity("needed", Recorder(clock), EVERY, True)
    other = Activity("other", Recorder(clock, raises(OSError(5))), EVERY)
    Loop(clock, (other, needed), health).run(100)
    assert len(watchdog.fed_us) == 10


def test_a_critical_activity_once_a_second_is_enough():
    clock = Clock(wrap_in_ms=WRAP_MS)
    health = Health(clock)
    watchdog = Watchdog(clock)
    health.guard_with(watchdog)
    Loop(clock, (Activity("slow", Recorder(clock), (0,), True),), health).run(100)
    assert len(watchdog.fed_us) == 10


def test_the_watchdog_is_fed_again_when_the_activity_has_recovered():
    clock = Clock(wrap_in_ms=WRAP_MS)

    def act(count):
        if 20 <= count < 50:
            raise ValueError

    loop, health, _ = made(clock, Recorder(clock, act))
    watchdog = Watchdog(clock)
    health.guard_with(watchdog)
    loop.run(80)
    assert [at // 1000000 for at in watchdog.fed_us] == [0, 1, 2, 5, 6, 7]


def reset_at_us(act):
    """When the simulated 4 s watchdog resets the board, or None in 20 s."""
    clock = Clock(wrap_in_ms=WRAP_MS)
    machine = SimulatedMachine(clock, Wiring())
    loop, health, _ = made(clock, Recorder(clock, lambda count: act(clock, count)))
    health.guard_with(machine.WDT(timeout=4000))
    try:
        loop.run(200)
    except BoardReset as reset:
        assert reset.args[0] == SimulatedMachine.WDT_RESET
        return clock.now_us
    return None


def test_a_hang_resets_the_board_and_a_healthy_loop_never_does():
    assert reset_at_us(lambda clock, count: None) is None
    assert reset_at_us(lambda clock, count: clock.sleep_ms(3000) if count == 40 else None) is None
    # Fed last at 3.9 s.
    assert reset_at_us(lambda clock, count: clock.sleep_ms(60000) if count == 40 else None) == 7900000
    assert reset_at_us(lambda clock, count: raises(ValueError())(0) if count >= 40 else None) is not None
