"""For the tests of the core: a mission, a board on simulated flash, and a day's air that a test sets by hand."""

from firmware.altitude import Altitude
from firmware.arming import Arming
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.launch import Launch
from firmware.measurements import Measurements
from firmware.pad import Pad
from firmware.protocol.mission import load
from firmware.protocol.mission_writer import build
from hardware.simulated import file_system
from hardware.simulated.air import exactly
from hardware.simulated.clock import Clock
from hardware.simulated.flash import Flash
from hardware.simulated.trace import Trace

GROUND_M = 350
MIN_AGL_M = 1000


def mission_bytes(drops=((1, 1800000),), attempts=2, pulse_ms=4000, not_before_ms=600000, end_ms=14400000):
    """A mission file. drops: rows of (board output, ms after launch), each output with a channel of its own."""
    outputs = []
    for output, _ in drops:
        if output not in outputs:
            outputs.append(output)
    return build(
        {
            "flight_id": "core-test",
            "callsign": "N0CALL",
            "net": 0x1234,
            "pad_altitude_m": 120,
            "highest_ground_m": GROUND_M,
            "min_agl_m": MIN_AGL_M,
            "not_before_ms": not_before_ms,
            "end_ms": end_ms,
            "channels": [
                {"name": "c%d" % one, "output": one, "pulse_ms": pulse_ms, "attempts": attempts} for one in outputs
            ],
            "drops": [
                {"name": "d%d" % place, "channel": "c%d" % drops[place][0], "after_ms": drops[place][1]}
                for place in range(len(drops))
            ],
        }
    )


def mission(**what):
    return load(mission_bytes(**what))


def has_littlefs():
    """False on a port without VfsLfs2 (WebAssembly), where the simulated flash is a plain folder."""
    try:
        import vfs
    except ImportError:
        return True  # CPython: littlefs-python
    return hasattr(vfs, "VfsLfs2")


def unmount():
    """Forget the file system of the test before, where there is one mount point for the whole process."""
    try:
        import vfs

        vfs.umount("/flight")
    except (ImportError, OSError):
        pass


def fresh_storage(clock=None):
    """(storage, flash) of a formatted flash."""
    clock = clock or Clock()
    flash = Flash(clock, Trace(clock))
    unmount()
    return file_system.mount(flash), flash


class Pin:
    """A pin that allocates nothing, for what is measured with the heap watched. Counts its rising edges."""

    def __init__(self):
        self.level = 0
        self.edges = 0

    def value(self, level=None):
        if level is None:
            return self.level
        if level and not self.level:
            self.edges += 1
        self.level = level


class StillClock:
    """Board ticks set by hand, without the big integers of the simulated clock."""

    def __init__(self):
        self.ms = 0

    def ticks_ms(self):
        return self.ms

    def ticks_diff(self, a, b):
        return a - b

    def ticks_add(self, a, delta):
        return a + delta


class Estimates:
    """Everything from measurements to the phase, a second at a time. Ticks wrap `wrap_in_ms` after the start.

    Heights are true heights; `day_pa` is how far the day's pressure is from the standard atmosphere's. The plug went in
    two minutes ago, unless `plugged` is false: then it is out.
    """

    def __init__(self, wrap_in_ms=30000, state=None, day_pa=0, plugged=True, break_wire=True):
        self.clock = Clock(wrap_in_ms=wrap_in_ms)
        self.state = state or FlightState()
        self.health = Health(self.clock)
        self.measured = Measurements(self.clock)
        self.altitude = Altitude(self.clock, self.measured, self.state)
        self.pad = Pad(self.altitude, self.state)
        self.arming = Arming(self.measured, self.state, self.pad)
        self.launch = Launch(self.measured, self.state, self.pad, self.arming, break_wire)
        self.phase = FlightPhase(self.measured, self.altitude, self.state, GROUND_M)
        self.reasons = 0  # of readiness, against arming
        self.measured.break_wire_open = True  # none fitted: the input floats high
        self.measured.ground_speed_cm_s = 0
        self.measured.satellites = 9
        self.measured.cutter_mv = 0
        self.day_pa = day_pa
        self.launched_at_ms = None
        self.changes = []  # (mission ms, phase) of every change
        if plugged:
            if not self.arming.armed:
                self.arming.update(0)
            self.plug(True)
            if not self.arming.armed and self.state.launch_ms is None:
                self.arming.update(0)
                self.state.elapsed_ms += 120000

    def plug(self, is_in, rail_mv=None):
        """Both keys at once: the sense line and the rail behind it."""
        self.measured.plug_in = is_in
        self.measured.cutter_mv = rail_mv if rail_mv is not None else 4500 if is_in else 0

    def fix(self, height_m, satellites=9, fix_type=3, model=7):
        measured = self.measured
        measured.fix_ms = self.clock.ticks_ms()
        measured.fix_type = fix_type
        measured.satellites = satellites
        measured.gps_altitude_m = height_m
        measured.dynamic_model = model

    def pressure(self, height_m):
        # A living sensor is never still to the pascal.
        noise_pa = self.clock.now_us // 1000000 & 1
        pressure_pa = int(exactly(float(height_m))[0]) + self.day_pa - noise_pa
        self.measured.take_wide(pressure_pa, self.clock.ticks_ms())

    def second(self, gps_m=None, barometer_m=None):
        """One second with a fresh fix and a fresh pressure, or without. True when launch was recognised in it."""
        self.clock.advance(1000000)
        self.state.elapsed_ms += 1000
        if gps_m is not None:
            self.fix(gps_m)
        if barometer_m is not None:
            self.pressure(barometer_m)
        self.altitude.update(self.clock.ticks_ms())
        self.arming.update(self.reasons)
        launched = self.launch.update()
        if launched:
            self.launched_at_ms = self.state.elapsed_ms
        if self.phase.update(self.launch.back):
            self.changes.append((self.state.elapsed_ms, self.state.phase))
        return launched

    def run(self, seconds, from_m, rate_m_s=0.0, gps=True, barometer=True):
        """Seconds at a rate; returns the height reached. Stops for nothing."""
        height_m = from_m
        for second in range(1, seconds + 1):
            height_m = from_m + rate_m_s * second
            whole_m = int(height_m)
            self.second(whole_m if gps else None, whole_m if barometer else None)
        return height_m
