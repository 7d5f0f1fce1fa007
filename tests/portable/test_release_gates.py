"""Every hard gate closes alone, at its very limit, and only then."""

from firmware.altitude import Altitude
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.measurements import Measurements
from firmware.protocol import drops, phases
from firmware.release.gates import Gates
from hardware.simulated.clock import Clock
from tests.portable.core_rig import GROUND_M, MIN_AGL_M, mission


class Rig:
    def __init__(self, plan=None):
        clock = Clock()
        self.state = FlightState()
        self.measured = Measurements(clock)
        self.altitude = Altitude(clock, self.measured, self.state)
        self.phase = FlightPhase(self.measured, self.altitude, self.state, GROUND_M)
        self.gates = Gates(plan, self.state, self.measured, self.altitude, self.phase)
        self.state.launch_ms = 50000
        self.state.elapsed_ms = 50000 + 700000
        self.state.phase = phases.ASCENT
        self.measured.cutter_mv = 4500
        self.altitude.altitude_m = self.altitude.lowest_m = self.altitude.highest_m = 5000


def test_all_open_is_zero():
    assert Rig(mission()).gates.closed() == 0


def test_without_a_mission_nothing_is_open():
    assert Rig(None).gates.closed() == drops.MISSION


def test_a_board_that_knows_nothing_has_every_gate_closed_that_needs_knowledge():
    rig = Rig(mission())
    clock = Clock()
    state = FlightState()
    measured = Measurements(clock)
    gates = Gates(mission(), state, measured, Altitude(clock, measured, state), rig.phase)
    assert gates.closed() == drops.NOT_LAUNCHED | drops.PLUG_OUT | drops.ALTITUDE_UNKNOWN


def test_each_gate_closes_at_its_limit():
    lowest_m = GROUND_M + MIN_AGL_M

    def elapsed(ms):
        return lambda rig: setattr(rig.state, "elapsed_ms", 50000 + ms)

    def rail(mv):
        return lambda rig: setattr(rig.measured, "cutter_mv", mv)

    def height(low_m):
        return lambda rig: setattr(rig.altitude, "lowest_m", low_m)

    for set_, closed in (
        (lambda rig: setattr(rig.state, "launch_ms", None), drops.NOT_LAUNCHED),
        (elapsed(599999), drops.TOO_EARLY),
        (elapsed(600000), 0),
        (elapsed(0), drops.TOO_EARLY),
        (lambda rig: setattr(rig.state, "phase", phases.LANDED), drops.LANDED),
        (lambda rig: setattr(rig.state, "phase", phases.FLOAT), 0),
        (lambda rig: setattr(rig.state, "phase", phases.DESCENT), drops.CONDITION),
        (lambda rig: setattr(rig.phase, "landing_suspected", True), drops.LANDED),
        (lambda rig: setattr(rig.state, "ended", True), drops.ENDED),
        (lambda rig: setattr(rig.gates, "safe", True), drops.SAFE),
        (lambda rig: setattr(rig.gates, "hold", True), drops.HOLD),
        (rail(None), drops.PLUG_OUT),
        (rail(0), drops.PLUG_OUT),
        (rail(2499), drops.PLUG_OUT),
        (rail(2500), 0),
        (height(None), drops.ALTITUDE_UNKNOWN),
        (height(lowest_m - 1), drops.TOO_LOW),
        (height(lowest_m), 0),
        (height(-400), drops.TOO_LOW),
    ):
        rig = Rig(mission())
        set_(rig)
        assert rig.gates.closed() == closed


def test_the_minimum_is_judged_by_the_lowest_altitude():
    rig = Rig(mission())
    rig.altitude.altitude_m = rig.altitude.highest_m = 20000
    rig.altitude.lowest_m = 1000
    assert rig.gates.closed() == drops.TOO_LOW


def test_closed_gates_add_up():
    rig = Rig(mission())
    rig.gates.safe = rig.gates.hold = rig.state.ended = True
    rig.measured.cutter_mv = None
    assert rig.gates.closed() == drops.SAFE | drops.HOLD | drops.ENDED | drops.PLUG_OUT


def test_every_gate_is_a_bit_of_its_own_in_sixteen():
    names = (
        "NOT_LAUNCHED LANDED ENDED SAFE HOLD PLUG_OUT TOO_EARLY TOO_LOW ALTITUDE_UNKNOWN KEEP_OUT POSITION_UNKNOWN "
        "CONDITION CHANNEL_BUSY MIN_GAP COOLING MISSION"
    ).split()
    together = 0
    for name in names:
        bit = getattr(drops, name)
        assert bit & (bit - 1) == 0 and together & bit == 0 and bit < 1 << 16, name
        together |= bit
    assert together == 0xFFFF
