"""When GPS time makes up for an outage mission time jumps; what has to last a while lasts as long as without it."""

from firmware.protocol import drops, phases
from firmware.protocol.mission_plan import IN_ASCENT
from tests.portable.core_rig import Estimates
from tests.portable.release_rig import LAUNCH_MS, Rig, due_soon, plan_of

OFF_MS = 3600000
CUTDOWN = {"channel": "c", "latest_ms": 7200000}


def jump(state, by_ms=OFF_MS):
    """As MissionTime makes up for so much."""
    state.elapsed_ms += by_ms
    state.made_up_ms += by_ms


def seconds_until(rig, happened, most=4000):
    for second in range(most):
        if happened():
            return second
        rig.run(1000)
    return None


def rig_of(cutdown=None, **drop):
    plan = plan_of([dict({"channel": "a", "after_ms": 600000}, **drop)], cutdown=cutdown)
    return Rig(plan=plan)


def test_loaded_volts_low_for_10_min_are_ten_minutes_over_a_jump():
    rig = rig_of(dict(CUTDOWN, battery_mv=3600))
    rig.at(700000)
    rig.measured.logic_mv = 3500
    rig.run(5000)
    jump(rig.state)
    assert 590 <= seconds_until(rig, lambda: rig.state.cutdown_by) <= 600
    assert rig.state.cutdown_by == drops.BY_BATTERY


def test_a_ceiling_is_exceeded_for_10_s_over_a_jump():
    rig = rig_of(dict(CUTDOWN, ceiling_m=20000))
    rig.at(700000)
    rig.altitude.highest_m = 21000
    rig.run(3000)
    jump(rig.state, 60000)
    assert 6 <= seconds_until(rig, lambda: rig.state.cutdown_by, 20) <= 9


def test_after_a_reset_the_link_is_lost_only_after_its_time_without_a_command():
    rig = rig_of(dict(CUTDOWN, lost_link_ms=1800000))
    rig.at(2400000)
    rig.termination.link_heard_ms = rig.state.elapsed_ms
    rig.run(1000)
    rig.journal.write(0)
    rig.reset(ready=False)
    # Who spoke before the reset is not known any more.
    rig.termination.__init__(rig.mission, rig.state, rig.measured, rig.altitude, None)
    rig.run(5000)
    jump(rig.state, 1800000)
    assert 1790 <= seconds_until(rig, lambda: rig.state.cutdown_by) <= 1800


def test_conditions_hold_for_hold_s_over_a_jump():
    rig = rig_of(phases=IN_ASCENT, hold_ms=120000)
    rig.at(700000)
    rig.conditions.restart()
    rig.run(10000)
    jump(rig.state)
    assert 105 <= seconds_until(rig, lambda: rig.edges) <= 112


def test_the_rail_is_back_for_5_s_over_a_jump():
    rig = due_soon(-60000)
    rig.measured.cutter_mv = 0
    rig.run(2000)
    rig.edges.clear()
    rig.measured.cutter_mv = 4500
    rig.run(2000)
    jump(rig.state, 60000)
    rig.run(2000)
    assert rig.edges == []


def test_a_reset_in_firing_cools_10_s_over_a_jump():
    rig = due_soon(2000, wires=((1, 150, 9000), (2, 150, 2100), (3, 150, 1700)))
    rig.run(3000)
    assert rig.edges
    rig.reset(ready=True)
    reset_ms = rig.since_ms()
    rig.edges.clear()
    rig.run(3000)
    jump(rig.state, 60000)
    assert seconds_until(rig, lambda: rig.edges, 20) is not None
    assert 10000 <= rig.edges[0][0] - reset_ms <= 12000


def test_a_fall_of_a_minute_calls_off_what_waits_and_a_jump_makes_no_minute_of_a_second():
    rig = rig_of(patience_ms=7200000)
    rig.at(300000)
    rig.state.phase = phases.DESCENT
    rig.run(2000)
    jump(rig.state, 120000)
    rig.run(10000)
    assert rig.state.drop_states[0] == drops.WAITING
    rig.run(60000)
    assert rig.state.drop_states[0] == drops.CANCELLED


def test_a_jump_makes_no_float_and_no_landing():
    rig = Estimates()
    rig.run(120, 120)
    assert rig.arming.armed
    rig.run(400, 120, 5.0)
    assert rig.state.launch_ms is not None and rig.state.phase == phases.ASCENT
    for second in range(400, 500):
        if second == 450:
            jump(rig.state)
        rig.second(120 + 5 * second, 120 + 5 * second)
        assert rig.state.phase == phases.ASCENT and not rig.phase.landing_suspected


def test_120_s_of_beeping_inhibit_and_60_s_at_rest_are_as_long_over_a_jump():
    rig = Estimates(plugged=False)
    rig.run(20, 120)
    rig.plug(True)
    rig.run(10, 120)
    jump(rig.state)
    rig.run(108, 120)
    assert not rig.arming.armed
    rig.run(4, 120)
    assert rig.arming.armed


def test_a_launch_that_was_none_takes_two_minutes_back_at_pad_height_over_a_jump():
    rig = Estimates()
    rig.run(100, 120)
    rig.run(60, 120, 5.0)
    rig.run(60, 420)
    assert rig.state.launch_ms is not None
    rig.run(30, 120)
    assert rig.launch.back
    jump(rig.state)
    rig.run(80, 120)
    assert rig.state.launch_ms is not None
    rig.run(30, 120)
    assert rig.state.launch_ms is None


def test_gates_and_plan_go_by_mission_time_with_all_of_the_outage():
    rig = rig_of()
    rig.at(100000)
    rig.run(1000)
    jump(rig.state, 600000)
    assert seconds_until(rig, lambda: rig.edges, 5) is not None
    assert rig.state.elapsed_ms - LAUNCH_MS >= 700000
