"""Every hard gate closes alone, at its very limit, and only then."""

from firmware.altitude import Altitude
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.measurements import Measurements
from firmware.protocol import drops, phases
from firmware.protocol.mission_plan import KEEP_OUT
from firmware.release.gates import Gates
from hardware.simulated.clock import Clock
from tests.portable.core_rig import GROUND_M, MIN_AGL_M, mission
from tests.portable.release_rig import SQUARE, Place, plan_of

LOWEST_M = GROUND_M + MIN_AGL_M
BLIND_FROM_MS, BLIND_UNTIL_MS = 900000, 3600000


class Rig:
    def __init__(self, plan=None):
        self.clock = Clock()
        self.state = FlightState()
        self.measured = Measurements(self.clock)
        self.altitude = Altitude(self.clock, self.measured, self.state)
        self.phase = FlightPhase(self.measured, self.altitude, self.state, GROUND_M)
        self.position = Place()
        self.gates = Gates(plan, self.state, self.measured, self.altitude, self.phase, self.position)
        self.state.launch_ms = 50000
        self.state.elapsed_ms = 50000 + 700000
        self.state.phase = phases.ASCENT
        self.measured.cutter_mv = 4500
        self.measured.rail_ms = self.clock.ticks_ms()
        self.altitude.altitude_m = self.altitude.lowest_m = self.altitude.highest_m = 5000
        self.altitude.seconds_known = 60
        if self.gates.watch_rail(self.clock.ticks_ms()):
            self.state.elapsed_ms += 5000

    def closed(self, place=0):
        return self.gates.closed(place, self.clock.ticks_ms())

    def elapse(self, ms):
        """The clock and mission time, and fresh volts."""
        self.clock.sleep_ms(ms)
        self.state.elapsed_ms += ms
        self.measured.rail_ms = self.clock.ticks_ms()
        self.gates.watch_rail(self.clock.ticks_ms())


def full_plan():
    """A drop with a keep-out, one that may fall in a descent, a cutdown, a blind window."""
    return plan_of(
        [
            {"channel": "a", "after_ms": 1800000, "keep_outs": ["town"]},
            {"channel": "b", "after_ms": 2400000, "in_descent": True},
        ],
        areas=[
            {"name": "lake", "kind": KEEP_OUT, "points": SQUARE},
            {"name": "town", "kind": KEEP_OUT, "points": SQUARE},
        ],
        cutdown={"channel": "c", "latest_ms": 7200000, "min_agl_m": 500},
        blind_from_ms=BLIND_FROM_MS,
        blind_until_ms=BLIND_UNTIL_MS,
    )


def test_all_open_is_zero():
    assert Rig(mission()).closed() == 0
    rig = Rig(full_plan())
    assert rig.closed(0) == rig.closed(1) == rig.closed(drops.CUTDOWN) == 0


def test_without_a_mission_nothing_is_open():
    assert Rig(None).closed() == drops.MISSION


def test_a_board_that_knows_nothing_has_every_gate_closed_that_needs_knowledge():
    clock = Clock()
    state = FlightState()
    measured = Measurements(clock)
    altitude = Altitude(clock, measured, state)
    place = Place()
    place.is_known = False
    gates = Gates(full_plan(), state, measured, altitude, FlightPhase(measured, altitude, state, GROUND_M), place)
    knows_nothing = drops.NOT_LAUNCHED | drops.PLUG_OUT | drops.ALTITUDE_UNKNOWN
    assert gates.closed(0, 0) == knows_nothing | drops.POSITION_UNKNOWN | drops.KEEP_OUT
    assert gates.closed(1, 0) == gates.closed(drops.CUTDOWN, 0) == knows_nothing


def test_each_gate_closes_at_its_limit():
    def elapsed(ms):
        return lambda rig: setattr(rig.state, "elapsed_ms", 50000 + ms)

    def rail(mv):
        return lambda rig: setattr(rig.measured, "cutter_mv", mv)

    def height(low_m):
        return lambda rig: setattr(rig.altitude, "lowest_m", low_m)

    for set_, closed in (
        (lambda rig: setattr(rig.state, "launch_ms", None), drops.NOT_LAUNCHED),
        (elapsed(705000), 0),
        (elapsed(599999), drops.TOO_EARLY),
        (elapsed(0), drops.TOO_EARLY),
        (lambda rig: setattr(rig.state, "phase", phases.LANDED), drops.LANDED),
        (lambda rig: setattr(rig.state, "phase", phases.FLOAT), 0),
        (lambda rig: setattr(rig.state, "phase", phases.DESCENT), drops.DESCENT),
        (lambda rig: setattr(rig.phase, "landing_suspected", True), drops.LANDED),
        (lambda rig: setattr(rig.state, "ended", True), drops.ENDED),
        (lambda rig: setattr(rig.state, "safe", True), drops.SAFE),
        (lambda rig: setattr(rig.state, "hold_until_ms", rig.state.elapsed_ms + 1), drops.HOLD),
        (lambda rig: setattr(rig.state, "hold_until_ms", rig.state.elapsed_ms), 0),
        (rail(None), drops.PLUG_OUT),
        (rail(0), drops.PLUG_OUT),
        (rail(2499), drops.PLUG_OUT),
        (rail(2500), 0),
        (lambda rig: setattr(rig.measured, "rail_ms", None), drops.PLUG_OUT),
        (height(None), drops.ALTITUDE_UNKNOWN),
        (height(LOWEST_M - 1), drops.TOO_LOW),
        (height(LOWEST_M), 0),
        (height(-400), drops.TOO_LOW),
    ):
        rig = Rig(mission())
        set_(rig)
        if set_ is not None and rig.state.elapsed_ms < 50000 + 700000 and rig.state.launch_ms is not None:
            rig.gates._rail_since_ms = -5000  # the clock was turned back, the rail has been up all the same
        assert rig.closed() == closed, closed


def test_not_before_s_opens_at_its_very_millisecond():
    rig = Rig(mission(not_before_ms=800000))
    rig.state.elapsed_ms = 50000 + 799999
    assert rig.closed() == drops.TOO_EARLY
    rig.state.elapsed_ms += 1
    assert rig.closed() == 0


def test_the_minimum_is_judged_by_the_lowest_altitude():
    rig = Rig(mission())
    rig.altitude.altitude_m = rig.altitude.highest_m = 20000
    rig.altitude.lowest_m = 1000
    assert rig.closed() == drops.TOO_LOW


def test_with_altitude_unknown_only_inside_the_blind_window():
    rig = Rig(full_plan())
    rig.altitude.lowest_m = None
    for since_ms, closed in (
        (BLIND_FROM_MS - 1, drops.ALTITUDE_UNKNOWN),
        (BLIND_FROM_MS, 0),
        (BLIND_UNTIL_MS - 1, 0),
        (BLIND_UNTIL_MS, drops.ALTITUDE_UNKNOWN),
    ):
        rig.state.elapsed_ms = 50000 + since_ms
        for place in (0, 1, drops.CUTDOWN):
            assert rig.closed(place) == closed, since_ms
    # A known altitude is never waived by it.
    rig.altitude.lowest_m = LOWEST_M - 1
    rig.state.elapsed_ms = 50000 + BLIND_FROM_MS
    assert rig.closed(0) == drops.TOO_LOW
    # And before launch there is none.
    rig.altitude.lowest_m = None
    rig.state.launch_ms = None
    assert rig.closed(0) & drops.ALTITUDE_UNKNOWN


def test_outside_every_keep_out_and_with_position_unknown_inside_every_one_there_is():
    rig = Rig(full_plan())
    rig.position.inside = 1  # the lake is not this drop's
    assert rig.closed(0) == 0
    rig.position.inside = 2
    assert rig.closed(0) == drops.KEEP_OUT
    rig.position.inside = 3
    assert rig.closed(0) == drops.KEEP_OUT
    assert rig.closed(1) == 0 and rig.closed(drops.CUTDOWN) == 0
    rig.position.inside = 0
    rig.position.is_known = False
    assert rig.closed(0) == drops.POSITION_UNKNOWN | drops.KEEP_OUT
    assert rig.closed(1) == 0 and rig.closed(drops.CUTDOWN) == 0


def test_safe_and_areas_do_not_stop_the_cutdown_and_its_minimum_is_its_own():
    rig = Rig(full_plan())
    rig.state.safe = True
    rig.position.inside = 3
    assert rig.closed(drops.CUTDOWN) == 0
    rig.altitude.lowest_m = GROUND_M + 500
    assert rig.closed(drops.CUTDOWN) == 0
    rig.altitude.lowest_m -= 1
    assert rig.closed(drops.CUTDOWN) == drops.TOO_LOW
    rig.altitude.lowest_m = 9000
    rig.state.phase = phases.DESCENT
    assert rig.closed(drops.CUTDOWN) == drops.DESCENT


def test_in_a_descent_only_what_says_release():
    rig = Rig(full_plan())
    rig.state.phase = phases.DESCENT
    assert rig.closed(0) == drops.DESCENT and rig.closed(1) == 0


def test_rail_back_for_five_seconds_before_the_gate_opens():
    rig = Rig(mission())
    rig.elapse(1000)
    rig.measured.cutter_mv = 2000
    rig.elapse(1000)
    assert rig.closed() == drops.PLUG_OUT
    rig.measured.cutter_mv = 4500
    assert rig.closed() == drops.RAIL_SETTLING  # not even looked at yet
    rig.elapse(1000)
    for _ in range(4):
        rig.elapse(1000)
        assert rig.closed() == drops.RAIL_SETTLING
    rig.elapse(999)
    assert rig.closed() == drops.RAIL_SETTLING
    rig.elapse(1)
    assert rig.closed() == 0


def test_volts_older_than_three_seconds_are_no_rail():
    rig = Rig(mission())
    rig.elapse(0)
    rig.clock.sleep_ms(3000)
    assert rig.closed() == 0
    rig.clock.sleep_ms(1)
    assert rig.closed() == drops.PLUG_OUT


def test_the_second_in_which_the_rail_comes_back_is_told_once():
    rig = Rig(mission())
    now_ms = rig.clock.ticks_ms()
    assert not rig.gates.watch_rail(now_ms)
    rig.measured.cutter_mv = None
    assert not rig.gates.watch_rail(now_ms)
    rig.measured.cutter_mv = 4500
    assert rig.gates.watch_rail(now_ms) and not rig.gates.watch_rail(now_ms)


def test_closed_gates_add_up():
    rig = Rig(mission())
    rig.state.safe = rig.state.ended = True
    rig.state.hold_until_ms = 0x3FFFFFFF
    rig.measured.cutter_mv = None
    assert rig.closed() == drops.SAFE | drops.HOLD | drops.ENDED | drops.PLUG_OUT


def test_every_reason_is_a_bit_of_its_own_and_hard_passing_or_a_condition():
    names = (
        "NOT_LAUNCHED LANDED ENDED SAFE HOLD PLUG_OUT TOO_EARLY TOO_LOW ALTITUDE_UNKNOWN KEEP_OUT POSITION_UNKNOWN "
        "DESCENT CHANNEL_BUSY MIN_GAP COOLING MISSION RAIL_SETTLING OUT_OF_ALTITUDE OUT_OF_AREA OUT_OF_PHASE "
        "HOLDING_FOR"
    ).split()
    together = 0
    for name in names:
        bit = getattr(drops, name)
        assert bit & (bit - 1) == 0 and together & bit == 0 and bit < 1 << drops.REASON_BITS, name
        together |= bit
    assert together == (1 << drops.REASON_BITS) - 1 == drops.HARD | drops.PASSING | drops.CONDITIONS
    assert drops.HARD & drops.PASSING == drops.HARD & drops.CONDITIONS == drops.PASSING & drops.CONDITIONS == 0


def test_aloft_the_rail_decides_and_the_sense_line_only_alarms():
    rig = Rig(mission())
    rig.measured.plug_in = False
    assert rig.closed() == 0
    rig.measured.plug_in = True
    rig.measured.cutter_mv = 0
    assert rig.closed() == drops.PLUG_OUT


def test_a_rail_that_nobody_has_looked_at_yet_is_not_back_however_long_it_has_been_up():
    rig = Rig(mission())
    fresh = Gates(mission(), rig.state, rig.measured, rig.altitude, rig.phase, rig.position)
    assert fresh.closed(0, rig.clock.ticks_ms()) == drops.RAIL_SETTLING
    assert fresh.watch_rail(rig.clock.ticks_ms())
    rig.state.elapsed_ms += 5000
    assert fresh.closed(0, rig.clock.ticks_ms()) == 0


def test_no_single_sample_opens_the_height_gate_it_takes_three_seconds_of_a_known_height():
    rig = Rig(full_plan())
    for seconds, closed in ((0, drops.ALTITUDE_UNKNOWN), (2, drops.ALTITUDE_UNKNOWN), (3, 0)):
        rig.altitude.seconds_known = seconds
        for place in (0, 1, drops.CUTDOWN):
            assert rig.closed(place) == closed
    # Too low is said at once.
    rig.altitude.seconds_known = 1
    rig.altitude.lowest_m = 100
    assert rig.closed(0) == drops.TOO_LOW


def test_the_blind_window_is_shut_while_mission_time_is_behind_by_an_outage():
    rig = Rig(full_plan())
    rig.altitude.lowest_m = None
    rig.state.elapsed_ms = 50000 + BLIND_FROM_MS
    assert rig.closed(0) == 0
    rig.state.behind = True
    assert rig.closed(0) == drops.ALTITUDE_UNKNOWN


def test_from_end_s_on_nothing_ever_fires_at_its_very_millisecond():
    rig = Rig(mission(end_ms=14400000))
    rig.state.elapsed_ms = 50000 + 14399999
    assert rig.closed() == 0
    rig.state.elapsed_ms += 1
    assert rig.closed() == drops.ENDED


def test_the_rail_is_journalled_in_steps_of_50_mv_rounded_down_and_nought_is_unknown():
    rig = Rig(mission())
    for rail_mv, steps in ((None, 0), (0, 0), (49, 0), (50, 1), (4499, 89), (4500, 90), (12749, 254), (12750, 255)):
        rig.measured.cutter_mv = rail_mv
        assert rig.gates.rail_50mv() == steps, rail_mv
    rig.measured.cutter_mv = 30000
    assert rig.gates.rail_50mv() == 255
