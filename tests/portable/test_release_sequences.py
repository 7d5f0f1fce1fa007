"""Sequences in which a rule of letting go was broken: early, late, lost, after the end, or without a reason."""

from firmware.activities import Activities
from firmware.flight_log import FlightLog
from firmware.launch import Launch
from firmware.mission_time import MissionTime
from firmware.protocol import drops, phases, telemetry
from firmware.protocol.mission import MissionError
from firmware.protocol.mission_plan import SERVO, SKIP
from firmware.release import life
from firmware.release.orders import REFUSED
from hardware.simulated.machine import SimulatedMachine
from tests.portable.core_rig import Estimates
from tests.portable.release_rig import DUE_MS, Rig, due_soon, plan_of
from tests.portable.test_launch import PAD_M, armed, launched
from tests.portable.test_mission_time import Flying
from tests.portable.test_release_orders import rises, with_cutdown
from tests.portable.test_release_repeat import dispenser

POWER = SimulatedMachine.PWRON_RESET
HOUR_MS = 3600000


def until(rig, happened):
    while not happened():
        rig.pass_()


# The end -------------------------------------------------------------------------------------------------------------


def test_after_end_s_nothing_ever_fires_also_in_the_second_in_which_the_end_is_noticed():
    rig = due_soon(2000)
    rig.at(rig.mission.end_ms - 1000)
    rig.measured.cutter_mv = 0
    rig.run(900)
    # GPS time has just made up for an outage, or the rail has just come back: `ended` is set within a second.
    rig.measured.cutter_mv = 4500
    rig.settle()
    rig.run(900)
    assert rig.edges == [] and rig.controller.reasons[0] & drops.ENDED


def test_what_was_wrong_at_the_end_is_not_said_of_a_flight_that_is_over():
    rig = due_soon()
    rig.altitude.lowest_m = 100
    rig.run(20000)
    rig.state.ended = True
    rig.controller.stop(life.TOO_LATE)
    rig.run(3000)
    assert rig.state.reasons & drops.TOO_LOW == 0


# Never early ---------------------------------------------------------------------------------------------------------


def test_the_cutdown_never_fires_before_its_latest_also_when_drops_still_wait():
    rig = with_cutdown(5000, latest_ms=DUE_MS, drops_=[{"channel": "a", "after_ms": DUE_MS + HOUR_MS}])
    rig.run(20000)
    ((at_ms, output),) = rises(rig)
    assert output == 3 and 0 <= at_ms - DUE_MS <= 1000, at_ms - DUE_MS


def test_a_balloon_let_go_long_after_its_wire_was_pulled_by_mistake_is_never_early():
    rig = armed(wire=True)
    rig.measured.break_wire_open = True
    # GPS and barometer say for ten minutes, and for one more, that it is on the pad.
    rig.run(660, PAD_M)
    off_ms = rig.state.elapsed_ms
    rig.run(300, PAD_M, 5.0)
    assert rig.state.launch_ms is not None and rig.state.launch_ms >= off_ms - 1000, off_ms - rig.state.launch_ms


# The height and the place --------------------------------------------------------------------------------------------


def test_no_single_sample_fires_anything_also_the_first_one_after_a_silence():
    rig = due_soon(-20000)
    rig.edges.clear()
    altitude = rig.altitude
    altitude.altitude_m = altitude.lowest_m = altitude.highest_m = None
    rig.state.drop_states[0] = drops.DUE
    rig.measured.satellites = 5
    rig.measured.dynamic_model = 6
    for second in range(40):
        if second >= 5:
            # The first fix of a cold receiver is one of four kilometres, the ones after it are right.
            rig.measured.fix_type = 3
            rig.measured.fix_ms = rig.clock.ticks_ms()
            rig.measured.latitude_e7 = 520000000 + 100 * second
            rig.measured.gps_altitude_m = 4000 if second == 5 else 400
        altitude.update(rig.clock.ticks_ms())
        rig.run(1000)
    assert rig.edges == []


def test_with_altitude_unknown_only_inside_the_blind_window_also_when_an_outage_hid_its_end():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS}], blind_from_ms=600000, blind_until_ms=DUE_MS + 60000))
    rig.at(DUE_MS - 120000)
    rig.journal.write(0)
    # Half an hour without power, then no GPS, no barometer: by mission time only two minutes are left to its time.
    rig.reset(POWER, off_ms=1800000)
    rig.time = MissionTime(rig.clock, rig.state, True)
    rig.altitude.altitude_m = rig.altitude.lowest_m = rig.altitude.highest_m = None
    rig.run(170000)
    assert rises(rig) == []


# Never lost ----------------------------------------------------------------------------------------------------------


def test_aloft_the_rail_decides_also_in_the_half_minute_before_the_launch_is_recognised():
    rig = armed()
    rig.run(10, PAD_M, 5.0)
    # The jerk of lift-off breaks the plug's sense wire; the plug is in, and the rail has its volts.
    rig.measured.plug_in = False
    rig.run(120, PAD_M + 50, 5.0)
    assert rig.arming.armed and rig.state.launch_ms is not None


def test_the_shortest_repeat_that_a_mission_may_have_lets_every_occasion_go_within_a_second_of_its_time():
    positions_us = tuple([600 + 75 * place for place in range(25)])
    channel = {"name": "s", "kind": SERVO, "output": 3, "pulse_ms": 1500, "attempts": 1, "positions_us": positions_us}
    row = {"channel": "s", "after_ms": DUE_MS, "every_ms": 30000, "count": 24}
    try:
        flight = plan_of([row], channels=(channel,))
    except MissionError:
        return  # no mission may ask for it
    rig = Rig(wires=(), plan=flight, settings={"servos": ((3, 50, positions_us),)})
    rig.at(DUE_MS - 5000)
    rig.run(24 * 30000 + 60000)
    late_ms = [at_ms - DUE_MS for at_ms, _ in rises(rig)]
    assert rig.bench.servos[0].released == 24, (rig.bench.servos[0].released, late_ms)
    assert all(0 <= late_ms[number] - 30000 * number <= 1000 for number in range(24))


def test_drops_a_minute_apart_each_begin_within_a_second_of_their_time():
    rows = [{"channel": "a", "after_ms": DUE_MS, "motion_cm_s": 80}, {"channel": "b", "after_ms": DUE_MS + 60000}]
    rig = Rig(plan=plan_of(rows))
    rig.bench.wires[0].whole = False  # its sense line: it is watched for what the balloon does
    rig.vertical_cm_s = 450
    rig.at(DUE_MS - 30000)
    rig.run(150000)
    assert [output for _, output in rises(rig)] == [1, 2]
    assert 0 <= rises(rig)[1][0] - DUE_MS - 60000 <= 1000, rises(rig)[1][0] - DUE_MS - 60000


def test_an_order_never_makes_occasions_lapse_whose_time_has_not_come():
    rig = dispenser(count=5, before_ms=600000)
    rig.run(5000)
    rig.orders.release(0, rig.clock.ticks_ms())
    rig.measured.cutter_mv = 0
    rig.run(200000)
    assert rig.state.drop_steps[0] == 0
    rig.measured.cutter_mv = 4500
    rig.run(900000)
    assert rig.servo.released == 5


def test_a_reset_after_a_dispenser_has_turned_does_not_cost_one_of_its_batches():
    rig = dispenser(count=3, attempts=1)
    until(rig, lambda: rig.servo.released == 1)
    rig.run(500)
    rig.reset()
    rig.run(200000)
    assert rig.servo.released == 3


def test_what_comes_back_from_high_up_has_landed_though_the_board_started_again_on_the_way_down():
    rig = launched()
    rig.run(900, PAD_M + 300, 5.0)
    rig.run(500, PAD_M + 4800, -8.0)
    again = Estimates(state=rig.state)
    again.run(90, 800, -7.5)
    for _ in range(300):
        again.second(PAD_M + 5, PAD_M + 5)
        assert not again.launch.cancelled
    assert again.state.phase == phases.LANDED and again.state.launch_ms is not None


# Orders --------------------------------------------------------------------------------------------------------------


def test_execute_is_never_queued_also_when_its_gate_closes_before_its_turn():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS}]))
    rig.at(700000)
    rig.run(5000)
    rig.orders.release(0, rig.clock.ticks_ms())
    rig.altitude.lowest_m = 1000
    rig.run(60000)
    rig.altitude.lowest_m = 8000
    rig.run(60000)
    assert rises(rig) == []


def test_an_order_for_what_the_mission_does_not_have_or_the_cutdown_is_refused():
    rig = with_cutdown(600000)
    for place in (1, 6, drops.CUTDOWN):
        assert rig.orders.release(place, rig.clock.ticks_ms()) == REFUSED, place
    rig = due_soon(600000)
    assert rig.orders.release(drops.CUTDOWN, rig.clock.ticks_ms()) == REFUSED


def test_an_order_to_end_the_flight_is_refused_with_its_true_reason_before_launch_and_after_the_end():
    rig = with_cutdown(600000)
    rig.state.launch_ms = None
    rig.state.phase = phases.GROUND
    assert rig.orders.cutdown() == REFUSED and rig.orders.reasons == drops.NOT_LAUNCHED
    for close, reason in (
        (lambda rig: setattr(rig.state, "ended", True), drops.ENDED),
        (lambda rig: setattr(rig.state, "phase", phases.LANDED), drops.LANDED),
    ):
        rig = with_cutdown(600000)
        close(rig)
        rig.controller.stop(life.CALLED_OFF)
        assert rig.orders.cutdown() == REFUSED and rig.orders.reasons & (reason | drops.ENDED), reason
        assert rig.state.cutdown_by == 0


# What is said --------------------------------------------------------------------------------------------------------


def test_what_is_skipped_at_once_says_why():
    rig = Rig(plan=plan_of([{"channel": "a", "at_unix_s": 1780315200, "patience_ms": 60000}]))
    rig.state.launch_unix_s = 1780315200 - 300
    rig.plan.look()
    rig.at(361000)  # overdue: its latest is earlier than anything may be let go
    rig.run(5000)
    assert rig.state.drop_states[0] == drops.SKIPPED
    told = [argument for code, place, _, argument in rig.told if code == telemetry.REASONS_CHANGED and place == 0]
    assert told and told[-1] & drops.TOO_EARLY


def test_a_drop_whose_evidence_was_awaited_when_it_landed_was_not_stopped_in_its_pulse():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS, "motion_cm_s": 80}]))
    rig.bench.wires[0].whole = False
    rig.vertical_cm_s = 450
    rig.at(DUE_MS - 30000)
    until(rig, lambda: rig.state.drop_states[0] == drops.FIRED)
    rig.run(3000)
    rig.controller.stop(life.CALLED_OFF)
    assert rig.state.drop_states[0] == drops.UNCONFIRMED


# Latest --------------------------------------------------------------------------------------------------------------


def test_latest_skip_is_skipped_also_when_latest_came_in_an_outage():
    row = {"channel": "a", "after_ms": DUE_MS, "patience_ms": 60000, "late": SKIP, "min_altitude_m": 5000}
    rig = Rig(plan=plan_of([row]))
    rig.at(DUE_MS - 5000)
    rig.journal.write(0)
    rig.reset(POWER, off_ms=HOUR_MS, ready=False)
    rig.at(DUE_MS + HOUR_MS)
    rig.run(60000)
    assert rises(rig) == [] and rig.state.drop_states[0] == drops.SKIPPED


# Flash, clock, battery -----------------------------------------------------------------------------------------------


class Idle:
    """A radio that sends nothing, and a receiver that is quiet for long."""

    def idle(self, now_ms):
        return True

    def quiet_ms(self, now_ms):
        return 1000


class Writer(Activities):
    """Of what the vehicle does only the writing."""

    def __init__(self, rig):
        self._ticks_diff = rig.clock.ticks_diff
        self._journal = rig.journal
        self._flight_log = FlightLog(rig.clock, rig.board.storage, rig.health)
        self._release = rig.controller
        self._radio = self._gps = Idle()
        self._waiting_since_ms = None
        self._waiting_urgently = False


def test_no_flash_is_written_during_a_pulse_whatever_happens_in_it():
    rows = [{"channel": "a", "after_ms": DUE_MS}, {"channel": "b", "after_ms": DUE_MS + HOUR_MS}]

    def fall(rig):
        rig.state.phase = phases.DESCENT
        rig.controller.look(rig.clock.ticks_ms())
        rig.state.elapsed_ms += 60000
        rig.controller.look(rig.clock.ticks_ms())

    for happen in (lambda rig: rig.orders.cutdown(), lambda rig: rig.orders.resume(), fall):
        rig = with_cutdown(drops_=rows, wires=((1, 150, None), (2, 150, None), (3, 0, None)))
        writer = Writer(rig)
        until(rig, lambda: rig.edges)
        rig.run(1000)
        written = rig.journal._counter
        happen(rig)
        assert rig.controller.pulse_on()
        writer.write(rig.clock.ticks_ms())
        assert rig.journal._counter == written


def test_utc_of_launch_is_right_within_2_s_also_when_the_board_was_off_on_the_pad():
    flight = Flying(aloft=False)
    flight.fly(15000)
    flight.state.near_pad_ms = flight.state.elapsed_ms
    flight.reset(600000)
    launch = Launch(None, flight.state, None, None, False)
    # It leaves the pad before GPS knows the time again.
    flight.fly(3000)
    true_s = 1780000000 + flight.clock.now_us // 1000000
    flight.state.near_pad_ms = flight.state.launch_ms = flight.state.elapsed_ms
    flight.state.launch_unix_s = launch._lift_off_unix_s(flight.state.launch_ms)
    flight.fly(20000)
    launch_unix_s = flight.state.launch_unix_s
    assert launch_unix_s is None or abs(launch_unix_s - true_s) <= 2, launch_unix_s - true_s


def test_loaded_volts_low_for_10_min_begin_anew_with_another_launch():
    rig = Rig(plan=plan_of([], cutdown={"channel": "c", "latest_ms": 7200000, "battery_mv": 3600}))
    rig.at(60000)
    rig.measured.logic_mv = 3500
    rig.run(5000)
    rig.state.cancel_launch()
    rig.measured.logic_mv = 4500
    rig.run(1200000)
    rig.state.launch_ms = rig.state.elapsed_ms
    rig.state.phase = phases.ASCENT
    rig.measured.logic_mv = 3500
    rig.run(5000)
    assert rig.state.cutdown_by == 0
