"""The timetable: which drop is next, how long until then, and the summary of all."""

from firmware.flight_state import FlightState
from firmware.protocol import drops
from firmware.release.plan import Plan
from tests.portable.core_rig import mission

TIMES = ((1, 900000), (2, 1800000), (3, 2700000))


def made(states=()):
    state = FlightState()
    for place in range(len(states)):
        state.drop_states[place] = states[place]
    return state, Plan(mission(drops=TIMES), state)


def test_the_focus_is_the_first_drop_that_is_not_over():
    for states, focus in (
        ((), 0),
        ((drops.DUE,), 0),
        ((drops.FIRING,), 0),
        ((drops.FIRED,), 0),
        ((drops.CONFIRMED,), 1),
        ((drops.CONFIRMED, drops.FAILED), 2),
        ((drops.WAITING, drops.CONFIRMED), 0),
        ((drops.UNCONFIRMED, drops.SKIPPED, drops.ABORTED), None),
    ):
        _, plan = made(states)
        assert plan.focus == focus, states
        assert focus is None or plan.next_due_ms == TIMES[focus][1]


def test_every_final_state_is_passed_over_and_no_other():
    for state in range(11):
        _, plan = made((state,))
        assert (plan.focus == 1) == (state in drops.FINAL_STATES)
        assert (state in drops.FINAL_STATES) == (state not in (drops.WAITING, drops.DUE, drops.FIRING, drops.FIRED))


def test_look_follows_the_states():
    state, plan = made()
    for place in range(3):
        assert plan.focus == place
        state.drop_states[place] = drops.CONFIRMED
        plan.look()
    assert plan.focus is None


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


def test_the_summary_says_two_bits_a_drop():
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


def test_without_a_mission_there_is_nothing_to_do():
    plan = Plan(None, FlightState())
    assert plan.count == 0 and plan.focus is None and plan.seconds_to_next() is None and plan.summary() == 0
