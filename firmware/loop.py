"""The one loop: ten passes a second, each activity in its slots; overruns and exceptions are counted, never fatal."""

from firmware.protocol import faults
from firmware.protocol.faults import DeviceFault

PASS_MS = 100
SLOTS = 10
EVERY = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)


class Activity:
    """A function of now_ms, the slots of a second in which it runs, and whether the watchdog depends on it."""

    def __init__(self, name, run, slots=EVERY, critical=False):
        self.name = name
        self.run = run
        self.slots = slots
        self.critical = critical
        self.ended_ms = 0


class Loop:
    """Calls `activities` in their order. `spend` is for the simulation: it charges an activity's cost to the clock."""

    def __init__(self, clock, activities, health):
        self._clock = clock
        self._ticks_ms = clock.ticks_ms
        self._ticks_diff = clock.ticks_diff
        self._ticks_add = clock.ticks_add
        self._sleep_ms = clock.sleep_ms
        self._health = health
        self.activities = activities
        self.spend = None
        self._slots = tuple([tuple([one for one in activities if slot in one.slots]) for slot in range(SLOTS)])
        self._critical = tuple([one for one in activities if one.critical])
        self._slot = 0
        self._next_ms = self._ticks_ms()
        for one in activities:
            one.ended_ms = self._next_ms
        self.passes = 0
        self.overruns = 0
        self.longest_lag_ms = 0

    def run_for_ever(self):
        while True:
            self.run_pass()

    def run_pass(self):
        """Wait for the next slot and run what stands in it."""
        now_ms = self._ticks_ms()
        early_ms = self._ticks_diff(self._next_ms, now_ms)
        if early_ms > 0:
            self._sleep_ms(early_ms)
            now_ms = self._ticks_ms()
        elif early_ms < 0:
            self._late(-early_ms)
        self._next_ms = self._ticks_add(self._next_ms, PASS_MS)
        spend = self.spend
        for activity in self._slots[self._slot]:
            try:
                activity.run(now_ms)
                activity.ended_ms = now_ms
            except OSError:
                self._health.count(faults.BUS_ERROR)
            except DeviceFault as fault:
                self._health.count(fault.number)
            except Exception as error:
                self._health.count(faults.ACTIVITY_EXCEPTION)
                self._health.last_exception = error
            if spend is not None:
                spend(activity)
        self._slot += 1
        if self._slot == SLOTS:
            self._slot = 0
            self._health.feed(now_ms, self._critical)
        self.passes += 1

    def _late(self, lag_ms):
        if lag_ms > self.longest_lag_ms:
            self.longest_lag_ms = lag_ms
        if lag_ms >= PASS_MS:
            self.overruns += 1
            self._health.count(faults.LOOP_OVERRUN)
            # The passes that were missed are not made up for: time has moved on.
            while lag_ms >= PASS_MS:
                self._next_ms = self._ticks_add(self._next_ms, PASS_MS)
                lag_ms -= PASS_MS
