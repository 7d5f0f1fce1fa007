"""Once warm, time, gates and pulses allocate nothing: proved with the heap locked, on the 32-bit port above all."""

import gc
import sys

import micropython

from firmware.altitude import Altitude
from firmware.drivers.burn_wire import BurnWire
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.measurements import Measurements
from firmware.mission_time import MissionTime
from firmware.protocol import drops, phases
from firmware.release.channel import Channel
from firmware.release.controller import ReleaseController
from firmware.release.gates import Gates
from firmware.release.plan import Plan
from tests.portable.core_rig import Pin, StillClock, mission


class Cutter:
    """A cutter whose wire parts when it has been fired, on pins that allocate nothing."""

    def __init__(self):
        self.enable = Pin()
        self.fire = Pin()
        self.continuity = self

    def read_u16(self):
        return 0 if self.fire.edges else 65535


class Timer:
    def init(self, mode=0, period=0, callback=None):
        pass

    def deinit(self):
        pass


class Journal:
    """Settles a wish in the next pass; what a real one writes is written outside the release path."""

    def __init__(self):
        self.settled = True

    def want(self, urgent=False):
        self.settled = False


class Rig:
    def __init__(self, count):
        self.clock = StillClock()
        self.state = FlightState()
        self.state.launch_ms = 0
        self.state.phase = phases.ASCENT
        plan = mission(drops=[(place + 1, 1800000 + 60000 * place) for place in range(count)])
        self.measured = Measurements(self.clock)
        self.measured.cutter_mv = 4500
        altitude = Altitude(self.clock, self.measured, self.state)
        altitude.lowest_m = 9000
        self.altitude = altitude
        phase = FlightPhase(self.measured, altitude, self.state, 350)
        self.gates = Gates(plan, self.state, self.measured, altitude, phase)
        self.journal = Journal()
        self.cutters = [Cutter() for _ in range(count)]
        channels = tuple([Channel(self.clock, BurnWire(one, Timer()), 4000, 2) for one in self.cutters])
        self.plan = Plan(plan, self.state)
        self.controller = ReleaseController(self.clock, self.plan, self.gates, channels, self.state, self.journal)
        self.time = MissionTime(self.clock, self.state)

    def passes(self, count):
        clock = self.clock
        while count:
            clock.ms += 100
            self.time.advance(clock.ms)
            self.controller.poll(clock.ms)
            self.journal.settled = True
            count -= 1


def ready(rig, place):
    """Two seconds before drop `place` is due."""
    rig.state.elapsed_ms = 1798000 + 60000 * place


def locked(function, argument):
    micropython.heap_lock()
    try:
        function(argument)
    finally:
        micropython.heap_unlock()


def test_a_whole_drop_allocates_nothing_once_warm():
    rig = Rig(3)
    ready(rig, 0)
    rig.passes(120)
    assert rig.state.drop_states[0] == drops.CONFIRMED
    ready(rig, 1)
    locked(rig.passes, 120)
    assert rig.state.drop_states[1] == drops.CONFIRMED and rig.cutters[1].fire.edges == 1
    assert rig.cutters[1].fire.level == 0 and rig.cutters[1].enable.level == 0


def test_closed_gates_and_waiting_allocate_nothing():
    rig = Rig(2)
    rig.passes(2)
    locked(rig.passes, 50)
    ready(rig, 0)
    rig.gates.hold = True
    rig.passes(30)
    locked(rig.passes, 50)
    assert rig.cutters[0].fire.edges == 0 and rig.controller.closed == drops.HOLD
    rig.altitude.lowest_m = None
    locked(rig.passes, 5)
    rig.altitude.lowest_m = 9000
    rig.gates.hold = False
    locked(rig.passes, 10)
    assert rig.cutters[0].fire.edges == 1


def test_nothing_is_left_on_the_heap_after_it():
    if sys.implementation.name != "micropython":
        return
    rig = Rig(3)
    ready(rig, 0)
    rig.passes(120)
    ready(rig, 1)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    rig.passes(120)
    after = gc.mem_alloc()
    gc.enable()
    assert after == before, after - before
    assert rig.state.drop_states[1] == drops.CONFIRMED
