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
    """Calls `activities` in their order. `spend` is for the simulation: after each pass it charges the
    cost of the activities in that slot to the clock."""

    def __init__(self, clock, activities, health):
        self._clock = clock
        self._ticks_ms = clock.ticks_ms
        self._ticks_diff = clock.ticks_diff
        self._ticks_add = clock.ticks_add
        self._sleep_ms = clock.sleep_ms
        self._health = health
        self.activities = activities
        self.spend = None
        self.slots = tuple([tuple([one for one in activities if slot in one.slots]) for slot in range(SLOTS)])
        self._critical = tuple([one for one in activities if one.critical])
        self._slot = 0
        self._pending = None  # the activities of the pass under way
        self._place = 0  # which of them is next
        self._left = 0
        self._now_ms = 0
        self._next_ms = self._ticks_ms()
        for one in activities:
            one.ended_ms = self._next_ms
        self.passes = 0
        self.overruns = 0
        self.longest_lag_ms = 0

    def run_for_ever(self):
        while True:
            self.run(1000000)

    def run(self, passes):
        """Run this many passes. An exception ends the activity that raised it; the pass goes on with the next."""
        self._left = passes
        while self._left:
            try:
                self._go_on()
            except Exception as error:
                self._count(error)

    # Small functions on purpose: MicroPython takes a frame of more than eleven words from the heap.

    def _go_on(self):
        while self._left:
            if self._pending is None:
                self._now_ms = self._wait()
                self._pending = self.slots[self._slot]
                self._place = 0
            self._run_pending(self._pending, self._now_ms)
            if self.spend is not None:
                self.spend(self._slot)
            self._pending = None
            self._left -= 1
            self.passes += 1
            self._slot += 1
            if self._slot == SLOTS:
                self._slot = 0
                self._health.feed(self._now_ms, self._critical)

    def _run_pending(self, pending, now_ms):
        while self._place < len(pending):
            activity = pending[self._place]
            self._place += 1
            activity.run(now_ms)
            activity.ended_ms = now_ms

    def _wait(self):
        now_ms = self._ticks_ms()
        early_ms = self._ticks_diff(self._next_ms, now_ms)
        if early_ms > 0:
            self._sleep_ms(early_ms)
            now_ms = self._ticks_ms()
        elif early_ms < 0:
            self._late(-early_ms)
        self._next_ms = self._ticks_add(self._next_ms, PASS_MS)
        return now_ms

    def _count(self, error):
        if isinstance(error, OSError):
            self._health.count(faults.BUS_ERROR)
        elif isinstance(error, DeviceFault):
            self._health.count(error.number)
        else:
            self._health.count(faults.ACTIVITY_EXCEPTION)
            self._health.last_exception = error

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
