"""Once warm, time, gates and pulses allocate nothing: proved with the heap locked, on the 32-bit port above all."""

import gc
import sys

import micropython

from firmware.altitude import Altitude
from firmware.drivers.burn_wire import BurnWire
from firmware.drivers.servo_dropper import ServoDropper
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.measurements import Measurements
from firmware.mission_time import MissionTime
from firmware.protocol import drops, phases
from firmware.protocol.mission_plan import KEEP_IN, KEEP_OUT, RELEASE, SERVO
from firmware.release.channel import Channel
from firmware.release.conditions import Conditions
from firmware.release.controller import ReleaseController
from firmware.release.gates import Gates
from firmware.release.motion import Motion
from firmware.release.news import News
from firmware.release.orders import Orders
from firmware.release.plan import Plan
from firmware.release.termination import Termination
from tests.portable.core_rig import Pin, StillClock
from tests.portable.release_rig import SQUARE, Place, plan_of

POSITIONS_US = (1000, 1300, 1600, 1900)


class Fire:
    """A PWM that allocates nothing; counts its rises."""

    def __init__(self):
        self.duty = 0
        self.edges = 0

    def duty_u16(self, duty):
        if duty and not self.duty:
            self.edges += 1
        self.duty = duty

    def duty_ns(self, width_ns):
        pass


class Cutter:
    """A cutter whose wire parts when it has been fired, on pins that allocate nothing."""

    def __init__(self):
        self.enable = Pin()
        self.fire = Fire()
        self.continuity = self

    def read_u16(self):
        return 0 if self.fire.edges & 1 else 65535


class Current:
    def read_u16(self):
        return 40000


class Survivor:
    def read(self):
        return None

    def write(self, value):
        self.value = value


class Timer:
    def init(self, mode=0, period=0, callback=None):
        pass

    def deinit(self):
        pass


class Journal:
    """Has a wish on flash in the next pass; what a real one writes is written outside the release path."""

    def __init__(self):
        self.urgent = False

    def want(self, urgent=False):
        if urgent:
            self.urgent = True


def plan(count):
    """Drops a minute apart with conditions, a keep-out and a latest; a dispenser ten minutes later; a cutdown."""
    rows = []
    for place in range(count):
        rows.append(
            {
                "channel": "w%d" % place,
                "after_ms": 1800000 + 60000 * place,
                "patience_ms": 30000,
                "late": RELEASE,
                "min_altitude_m": 5000,
                "max_altitude_m": 15000,
                "inside": "target",
                "hold_ms": 3000,
                "keep_outs": ["town"],
                "motion_cm_s": 80,
            }
        )
    rows.append({"channel": "s", "after_ms": 2400000, "every_ms": 60000, "count": 3, "motion_cm_s": 80})
    channels = [{"name": "w%d" % place, "output": place + 1} for place in range(count)]
    channels.append({"name": "s", "kind": SERVO, "output": count + 1, "pulse_ms": 1500, "positions_us": POSITIONS_US})
    return plan_of(
        rows,
        channels=channels,
        areas=[
            {"name": "target", "kind": KEEP_IN, "points": SQUARE},
            {"name": "town", "kind": KEEP_OUT, "points": SQUARE},
        ],
    )


class Rig:
    def __init__(self, count=2):
        self.clock = clock = StillClock()
        self.state = state = FlightState()
        state.launch_ms = 0
        state.phase = phases.ASCENT
        flight = plan(count)
        self.measured = Measurements(clock)
        self.measured.cutter_mv = 4500
        self.altitude = altitude = Altitude(clock, self.measured, state)
        altitude.lowest_m = altitude.highest_m = 9000
        altitude.seconds_known = 60
        self.position = Place()
        self.position.inside = 1
        phase = FlightPhase(self.measured, altitude, state, 350)
        self.gates = Gates(flight, state, self.measured, altitude, phase, self.position)
        self.journal = Journal()
        self.cutters = [Cutter() for _ in range(count + 1)]
        devices = [BurnWire(self.cutters[place], Timer(), Current()) for place in range(count)]
        devices.append(ServoDropper(self.cutters[count], Timer(), Fire(), POSITIONS_US))
        channels = tuple([Channel(clock, devices[place], flight.channels[place]) for place in range(count + 1)])
        self.plan = Plan(flight, state)
        self.conditions = Conditions(flight, state, altitude, self.position)
        self.motion = Motion()
        self.news = News()
        self.controller = ReleaseController(
            flight,
            self.plan,
            self.gates,
            self.conditions,
            self.motion,
            channels,
            state,
            self.journal,
            self.news,
        )
        self.termination = Termination(flight, state, self.measured, altitude, None)
        self.orders = Orders(state, self.controller, self.termination, self.journal, self.news, flight)
        self.time = MissionTime(clock, state, False, Survivor())
        self.told = 0
        self._tell = self._count

    def _count(self, code, subject, detail, argument):
        self.told += 1

    def passes(self, count):
        clock = self.clock
        while count:
            clock.ms += 100
            self.time.advance(clock.ms)
            self.controller.poll(clock.ms)
            if count % 10 == 0:
                self.measured.rail_ms = clock.ms
                self.gates.watch_rail(clock.ms)
                self.conditions.update(clock.ms)
                self.motion.note(450)
                self.termination.update(clock.ms)
                self.controller.look(clock.ms)
            self.news.take(self._tell)
            self.journal.urgent = False
            count -= 1


def ready(rig, place):
    """Ten seconds before drop `place` is due: the rail has to settle, and conditions have to hold."""
    rig.state.elapsed_ms = 1790000 + 60000 * place


def locked(function, argument):
    micropython.heap_lock()
    try:
        function(argument)
    finally:
        micropython.heap_unlock()


def test_due_gates_and_pulse_allocate_nothing_once_warm():
    rig = Rig()
    ready(rig, 0)
    rig.passes(200)
    assert rig.state.drop_states[0] == drops.CONFIRMED
    ready(rig, 1)
    told = rig.told
    locked(rig.passes, 200)
    assert rig.state.drop_states[1] == drops.CONFIRMED and rig.cutters[1].fire.edges == 1
    assert rig.cutters[1].fire.duty == 0 and rig.cutters[1].enable.level == 0
    assert rig.told - told >= 4


def test_a_dispensers_occasion_and_a_lapse_allocate_nothing():
    rig = Rig()
    for place in (0, 1):
        ready(rig, place)
        rig.passes(200)
    rig.state.elapsed_ms = 2390000
    rig.passes(600)
    assert rig.state.drop_steps[2] == 1
    rig.state.elapsed_ms = 2400000 + 125000
    locked(rig.passes, 600)
    assert rig.state.drop_steps[2] == 2 and rig.cutters[2].fire.edges == 2


def test_closed_gates_and_waiting_allocate_nothing():
    rig = Rig()
    rig.passes(20)
    locked(rig.passes, 50)
    ready(rig, 0)
    rig.state.hold_until_ms = 0x3FFFFFF
    rig.passes(130)
    locked(rig.passes, 50)
    assert rig.cutters[0].fire.edges == 0 and rig.controller.reasons[0] == drops.HOLD
    rig.altitude.lowest_m = None
    rig.position.is_known = False
    locked(rig.passes, 20)
    rig.altitude.lowest_m = 9000
    rig.position.is_known = True
    rig.state.hold_until_ms = None
    locked(rig.passes, 60)
    assert rig.cutters[0].fire.edges == 1


def test_orders_allocate_nothing():
    rig = Rig()
    ready(rig, 0)
    rig.orders.hold(5)
    rig.orders.resume()
    rig.orders.safe()
    rig.orders.resume()
    rig.passes(20)

    def order(_):
        rig.orders.hold(5)
        rig.orders.resume()
        rig.orders.release(1, rig.clock.ms)
        rig.orders.safe()

    locked(order, None)
    assert rig.state.safe


def test_nothing_is_left_on_the_heap_after_it():
    if sys.implementation.name != "micropython":
        return
    rig = Rig()
    ready(rig, 0)
    rig.passes(200)
    ready(rig, 1)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    rig.passes(200)
    after = gc.mem_alloc()
    gc.enable()
    assert after == before, after - before
    assert rig.state.drop_states[1] == drops.CONFIRMED
