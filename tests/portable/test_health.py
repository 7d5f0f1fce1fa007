"""Health: faults by number, each told once, and the question whether the watchdog may be fed."""

from firmware.health import Health
from firmware.loop import Activity
from firmware.protocol import faults
from hardware.simulated.clock import Clock


class Watchdog:
    fed = 0

    def feed(self):
        self.fed += 1


def test_faults_are_counted_by_number_and_told_when_new():
    health = Health(Clock())
    assert health.newest == 0
    health.count(faults.BUS_ERROR)
    assert health.newest == faults.BUS_ERROR
    health.newest = 0
    for _ in range(1000):
        health.count(faults.BUS_ERROR)
    assert health.newest == 0 and health.counts[faults.BUS_ERROR] == 1001
    assert sum(health.counts) == 1001


def test_every_fault_number_can_be_counted():
    health = Health(Clock())
    for name in dir(faults):
        number = getattr(faults, name)
        if isinstance(number, int) and name != "HIGHEST_FAULT":
            health.count(number)
            assert health.counts[number] == 1, name


def test_the_watchdog_waits_for_every_critical_activity_over_a_wrap():
    clock = Clock(wrap_in_ms=1000)
    health = Health(clock)
    watchdog = Watchdog()
    health.guard_with(watchdog)
    both = (Activity("a", None), Activity("b", None))
    for one in both:
        one.ended_ms = clock.ticks_ms()
    clock.sleep_ms(1500)  # the ticks have wrapped
    assert clock.ticks_ms() < 1000
    assert health.feed(clock.ticks_ms(), both) and watchdog.fed == 1
    clock.sleep_ms(1)
    assert not health.feed(clock.ticks_ms(), both)
    both[0].ended_ms = clock.ticks_ms()
    assert not health.feed(clock.ticks_ms(), both) and watchdog.fed == 1
    both[1].ended_ms = clock.ticks_ms()
    assert health.feed(clock.ticks_ms(), both) and watchdog.fed == 2


def test_without_a_watchdog_feeding_is_no_error():
    clock = Clock()
    health = Health(clock)
    health.guard_with(None)
    assert health.feed(clock.ticks_ms(), ())
