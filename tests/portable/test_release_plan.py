"""The timetable: what is due when, what is in focus, how long until then, and the summary of all."""

from firmware.flight_state import FlightState
from firmware.protocol import drops
from firmware.release.plan import NEVER_MS, Plan
from tests.portable.core_rig import mission
from tests.portable.release_rig import plan_of

TIMES = ((1, 900000), (2, 1800000), (3, 2700000))
NOON_S = 1780315200


def made(states=(), plan=None):
    state = FlightState()
    for place in range(len(states)):
        state.drop_states[place] = states[place]
    return state, Plan(plan or mission(drops=TIMES), state)


def test_the_focus_is_the_first_in_time_that_is_due_else_the_first_to_come():
    for states, focus in (
        ((), 0),
        ((drops.DUE,), 0),
        ((drops.FIRING,), 0),
        ((drops.FIRED,), 0),
        ((drops.CONFIRMED,), 1),
        ((drops.CONFIRMED, drops.FAILED), 2),
        ((drops.WAITING, drops.CONFIRMED), 0),
        ((drops.WAITING, drops.DUE), 1),
        ((drops.WAITING, drops.DUE, drops.DUE), 1),
        ((drops.DUE, drops.WAITING, drops.DUE), 0),
        ((drops.UNCONFIRMED, drops.SKIPPED, drops.ABORTED), None),
    ):
        _, plan = made(states)
        assert plan.focus == focus, states


def test_every_final_state_is_passed_over_and_no_other():
    for state in range(11):
        _, plan = made((state,))
        over = state in drops.FINAL_STATES
        assert (plan.due_ms[0] == NEVER_MS) == over
        assert plan.soonest_ms == TIMES[1 if over else 0][1]
        assert over == (state not in (drops.WAITING, drops.DUE, drops.FIRING, drops.FIRED))
        assert plan.pending(0) == (state in (drops.WAITING, drops.DUE))


def test_look_follows_the_states():
    state, plan = made()
    for place in range(3):
        assert plan.focus == place and plan.soonest_ms == TIMES[place][1]
        state.drop_states[place] = drops.CONFIRMED
        plan.look()
    assert plan.focus is None and plan.soonest_ms == NEVER_MS


def test_an_occasion_is_due_so_many_intervals_later_and_has_its_own_latest():
    flight = plan_of([{"channel": "a", "after_ms": 900000, "every_ms": 60000, "count": 5, "patience_ms": 7000}])
    state, plan = made(plan=flight)
    for step in range(5):
        state.drop_steps[0] = step
        plan.look()
        assert plan.due_ms[0] == 900000 + 60000 * step and plan.latest_ms[0] == plan.due_ms[0] + 7000


def test_a_time_in_utc_is_turned_into_elapsed_time_at_launch_and_never_moves():
    state, plan = made(plan=plan_of([{"channel": "a", "at_unix_s": NOON_S, "patience_ms": 60000}]))
    assert plan.due_ms[0] == NEVER_MS == plan.latest_ms[0]
    state.launch_ms = 5000
    state.launch_unix_s = NOON_S - 3600
    plan.look()
    assert plan.due_ms[0] == 3600000 and plan.latest_ms[0] == 3660000
    state.unix_s = NOON_S + 100000  # later jumps are ignored
    plan.look()
    assert plan.due_ms[0] == 3600000
    state.launch_unix_s = NOON_S + 600  # launched ten minutes too late
    plan.look()
    assert plan.due_ms[0] == -600000


def test_the_cutdown_comes_first_and_is_due_at_its_latest_or_at_once():
    flight = plan_of([{"channel": "a", "after_ms": 900000}], cutdown={"channel": "b", "latest_ms": 7200000})
    state, plan = made(plan=flight)
    assert plan.places == (drops.CUTDOWN, 0) and plan.due_ms[drops.CUTDOWN] == 7200000
    assert plan.drop(drops.CUTDOWN) is flight.cutdown and plan.drop(0) is flight.drops[0]
    assert plan.focus == 0
    state.cutdown_by = drops.BY_AREA
    plan.look()
    assert plan.due_ms[drops.CUTDOWN] == 0 and plan.soonest_ms == 0 and plan.focus == drops.CUTDOWN


def test_what_is_brought_forward_is_due_now():
    _state, plan = made()
    plan.bring_forward(2, 700000)
    assert plan.due_ms[2] == 700000 == plan.soonest_ms
    plan.bring_forward(1, 800000)
    assert plan.soonest_ms == 700000


def test_the_countdown_is_rounded_up_and_stops_at_zero():
    state, plan = made()
    assert plan.seconds_to_next() is None
    state.launch_ms = 1000
    for since_ms, seconds in ((0, 900), (1, 900), (1000, 899), (899999, 1), (900000, 0), (5000000, 0)):
        state.elapsed_ms = 1000 + since_ms
        assert plan.seconds_to_next() == seconds
    state.drop_states[:3] = bytes((drops.CONFIRMED,) * 3)
    plan.look()
    assert plan.seconds_to_next() is None
    state, plan = made(plan=plan_of([{"channel": "a", "at_unix_s": NOON_S, "patience_ms": 60000}]))
    state.launch_ms = 1000
    assert plan.focus == 0 and plan.seconds_to_next() is None  # nobody knows when


def test_the_summary_says_two_bits_a_place():
    for first, code in (
        (drops.WAITING, drops.SUMMARY_PENDING),
        (drops.DUE, drops.SUMMARY_ACTIVE),
        (drops.FIRING, drops.SUMMARY_ACTIVE),
        (drops.FIRED, drops.SUMMARY_ACTIVE),
        (drops.CONFIRMED, drops.SUMMARY_RELEASED),
        (drops.UNCONFIRMED, drops.SUMMARY_OVER),
        (drops.FAILED, drops.SUMMARY_OVER),
        (drops.SKIPPED, drops.SUMMARY_OVER),
        (drops.CANCELLED, drops.SUMMARY_OVER),
        (drops.ABORTED, drops.SUMMARY_OVER),
        (drops.PARTED_EARLY, drops.SUMMARY_OVER),
    ):
        assert made((first, drops.WAITING, drops.CONFIRMED))[1].summary() == code | drops.SUMMARY_RELEASED << 4
    flight = plan_of([], cutdown={"channel": "b", "latest_ms": 7200000})
    state, plan = made(plan=flight)
    state.drop_states[drops.CUTDOWN] = drops.CONFIRMED
    assert plan.summary() == drops.SUMMARY_RELEASED << 14


def test_without_a_mission_there_is_nothing_to_do():
    plan = Plan(None, FlightState())
    assert plan.count == 0 and plan.places == () and plan.focus is None
    assert plan.seconds_to_next() is None and plan.summary() == 0 and plan.soonest_ms == NEVER_MS


def test_never_is_later_than_any_mission_can_say_and_still_a_small_integer():
    from firmware.protocol.mission_rules import FLIGHT_LIMITS

    latest_ms = max([row[2] for row in FLIGHT_LIMITS if row[0] == "end_ms"])
    assert latest_ms < NEVER_MS < 1 << 30


def test_the_cutdown_comes_before_all_drops():
    rows = [{"channel": "a", "after_ms": 900000}, {"channel": "b", "after_ms": 1800000}]
    _, plan = made(plan=plan_of(rows, cutdown={"channel": "c", "latest_ms": 7200000}))
    assert plan.places == (drops.CUTDOWN, 0, 1)


def test_of_two_at_the_same_time_the_first_in_the_mission_is_in_focus():
    _, plan = made(plan=plan_of([{"channel": "a", "after_ms": 900000}, {"channel": "b", "after_ms": 900000}]))
    assert plan.focus == 0


def test_a_launch_that_was_none_takes_the_latest_of_a_time_in_utc_back():
    state, plan = made(plan=plan_of([{"channel": "a", "at_unix_s": NOON_S, "patience_ms": 60000}]))
    state.launch_ms = 5000
    state.launch_unix_s = NOON_S - 3600
    plan.look()
    assert plan.latest_ms[0] == 3660000
    state.cancel_launch()
    plan.look()
    assert plan.due_ms[0] == NEVER_MS == plan.latest_ms[0]
