"""What runs once a second for the crew and for launch allocates nothing once warm."""

import micropython

from firmware.arming import Arming
from firmware.beacon import Beacon
from firmware.crew import Crew
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.launch import Launch
from firmware.measurements import Measurements
from firmware.pad import Pad
from firmware.protocol import drops, phases, signals
from firmware.readiness import Readiness
from firmware.signals import Signals
from tests.portable.core_rig import Pin, StillClock, mission


class Altitude:
    altitude_m = 120
    gps_m = 120
    pressure_altitude_m = 120
    vertical_cm_s = 0


class Wire:
    def closed(self):
        return True


class Journal:
    ok = True


class Rig:
    def __init__(self):
        self.state = FlightState()
        self.measured = Measurements(StillClock())
        self.measured.logic_mv = 4500
        self.measured.dynamic_model = 6
        self.measured.cutter_mv = 0
        self.measured.break_wire_open = False
        self.altitude = Altitude()
        plan = mission()
        plan.break_wire = True
        plan.drops[0].after_ms = None
        plan.drops[0].at_unix_s = 1000000000
        self.state.unix_s = 990000000  # a small integer on a board; a real one is none, and costs 32 bytes for a moment
        self.pad = Pad(self.altitude, self.state)
        self.arming = Arming(self.measured, self.state, self.pad)
        self.launch = Launch(self.measured, self.state, self.pad, self.arming, True)
        self.phase = FlightPhase(self.measured, self.altitude, self.state, 350)
        self.readiness = Readiness(
            plan, self.state, self.measured, self.altitude, self.pad, self.arming, Journal(), (Wire(),), True
        )
        self.signals = Signals(Pin(), Pin())
        self.crew = Crew(self.signals, self.state, self.readiness, self.arming, self.launch, True)
        self.beacon = Beacon()
        self.climbs_m = 0

    def seconds(self, count):
        altitude = self.altitude
        while count:
            self.state.elapsed_ms += 1000
            altitude.altitude_m += self.climbs_m
            altitude.gps_m += self.climbs_m
            altitude.pressure_altitude_m += self.climbs_m
            self.readiness.update(drops.BACKUP_SILENT)
            self.arming.update(self.readiness.bits)
            self.launch.update()
            self.phase.update(self.launch.back)
            self.crew.update(False)
            self.beacon.due(self.state.elapsed_ms)
            count -= 1


def locked(function, argument):
    micropython.heap_lock()
    try:
        function(argument)
    finally:
        micropython.heap_unlock()


def test_the_whole_checklist_and_a_launch_allocate_nothing_once_warm():
    rig = Rig()
    rig.seconds(2)
    locked(rig.seconds, 100)
    assert rig.signals.number == signals.GO
    rig.measured.plug_in = True
    rig.measured.cutter_mv = 4500
    locked(rig.seconds, 125)
    assert rig.arming.armed
    locked(rig.seconds, 3700)  # over the hour
    assert rig.arming.armed
    rig.measured.break_wire_open = True
    rig.climbs_m = 5
    rig.altitude.vertical_cm_s = 500
    locked(rig.seconds, 60)
    assert rig.state.phase == phases.ASCENT and rig.signals.number == signals.FLIGHT


def test_a_cancelled_launch_and_a_scrub_allocate_nothing():
    rig = Rig()
    rig.seconds(70)
    rig.measured.plug_in = True
    rig.measured.cutter_mv = 4500
    rig.seconds(125)
    rig.climbs_m = 5
    rig.seconds(60)
    assert rig.state.launch_ms is not None
    rig.climbs_m = -5
    locked(rig.seconds, 60)
    rig.climbs_m = 0
    locked(rig.seconds, 125)
    assert rig.state.launch_ms is None
    locked(rig.seconds, 70)
    assert rig.arming.armed
    rig.measured.plug_in = False
    rig.measured.cutter_mv = 0
    locked(rig.seconds, 10)
    assert not rig.arming.armed
