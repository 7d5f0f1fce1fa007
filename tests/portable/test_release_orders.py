"""What the crew may order: SAFE, HOLD, RESUME, a drop now, the end of the flight; and what no order can do."""

from firmware.protocol import drops, phases, telemetry
from firmware.protocol.mission_plan import LONGEST_HOLD_MS
from firmware.release.orders import DONE, REFUSED, TOO_LATE
from tests.portable.release_rig import DUE_MS, Rig, due_soon, plan_of


def with_cutdown(before_ms=5000, latest_ms=DUE_MS + 3600000, drops_=None, wires=None, **cutdown):
    rows = [{"channel": "a", "after_ms": DUE_MS}] if drops_ is None else drops_
    plan = plan_of(rows, cutdown=dict(cutdown, channel="c", latest_ms=latest_ms))
    rig = Rig(plan=plan, wires=wires or ((1, 150, 1400), (2, 150, 1400), (3, 0, 1400)))
    rig.at(DUE_MS - before_ms)
    return rig


def rises(rig):
    return [(at_ms, output) for at_ms, output, level in rig.edges if level]


def test_safe_ends_a_pulse_within_100_ms_and_the_drop_is_aborted():
    rig = due_soon(wires=((1, 150, None),))
    while not rig.edges:
        rig.pass_()
    rig.run(1000)
    before_ms = rig.since_ms()
    assert rig.orders.safe() == DONE
    assert rig.all_low() and rig.edges[-1][2] == 0 and rig.edges[-1][0] - before_ms <= 100
    assert rig.state.drop_states[0] == drops.ABORTED
    rig.run(60000)
    assert len(rises(rig)) == 1 and (telemetry.SAFE_CHANGED, 1, 0, 0) in rig.told


def test_safe_persists_over_a_reset_and_blocks_drops():
    rig = due_soon(60000)
    rig.orders.safe()
    rig.run(1000)
    rig.reset()
    assert rig.state.safe
    rig.run(120000)
    assert rig.edges == [] and rig.controller.reasons[0] == drops.SAFE
    assert rig.orders.resume() == DONE
    rig.run(2000)
    assert len(rises(rig)) == 1 and (telemetry.SAFE_CHANGED, 0, 0, 0) in rig.told


def test_safe_between_intent_and_pulse_takes_the_attempt_back():
    rig = due_soon()
    while rig.state.drop_states[0] != drops.FIRING:
        rig.pass_()
    rig.orders.safe()
    assert rig.state.drop_attempts[0] == 0 and rig.state.drop_states[0] == drops.DUE
    rig.run(10000)
    assert rig.edges == []


def test_safe_in_the_settling_time_keeps_what_is_already_known_of_the_pulse():
    rig = due_soon()
    while rig.state.drop_states[0] != drops.FIRED:
        rig.pass_()
    rig.orders.safe()
    assert rig.state.drop_states[0] == drops.ABORTED and rig.all_low()


def test_safe_does_not_block_termination():
    rig = with_cutdown()
    rig.orders.safe()
    assert rig.orders.cutdown() == DONE
    rig.run(20000)
    assert [output for _, output in rises(rig)] == [3]
    assert rig.state.drop_states[drops.CUTDOWN] == drops.CONFIRMED
    assert rig.state.drop_states[0] == drops.CANCELLED


def test_safe_does_not_end_a_termination_under_way():
    rig = with_cutdown()
    rig.orders.cutdown()
    while not rig.edges:
        rig.pass_()
    rig.orders.safe()
    assert not rig.all_low()
    rig.run(10000)
    assert rig.state.drop_states[drops.CUTDOWN] == drops.CONFIRMED


def test_the_answer_to_safe_shows_the_backups_time():
    cutdown = {"channel": "c", "latest_ms": 6900000}
    assert Rig(plan=plan_of([], cutdown=cutdown, backup_ms=9000000)).orders.backup_s() == 9000
    assert Rig(plan=plan_of([])).orders.backup_s() == 0


def test_a_hold_delays_and_ends_by_itself():
    rig = due_soon()
    assert rig.orders.hold(60) == DONE
    assert (telemetry.HOLD_CHANGED, 1, 0, 60) not in rig.told
    rig.run(59000)
    assert rig.edges == [] and rig.controller.reasons[0] == drops.HOLD
    assert (telemetry.HOLD_CHANGED, 1, 0, 60) in rig.told
    rig.run(3000)
    assert len(rises(rig)) == 1 and (telemetry.HOLD_CHANGED, 0, 0, 0) in rig.told


def test_holds_last_thirty_minutes_at_most_in_a_flight():
    rig = due_soon()
    assert rig.orders.hold(3600) == DONE
    assert rig.state.hold_until_ms - rig.state.elapsed_ms == LONGEST_HOLD_MS
    rig.run(600000)
    # A new one replaces the old: what the old one has left is not spent.
    assert rig.orders.hold(600) == DONE
    rig.run(610000)
    assert len(rises(rig)) == 1
    assert rig.orders.hold(3600) == DONE
    assert abs(rig.state.hold_until_ms - rig.state.elapsed_ms - (LONGEST_HOLD_MS - 1200000)) <= 100
    rig.run(700000)
    assert rig.orders.hold(1) == REFUSED and rig.orders.reasons == drops.HOLD


def test_hold_then_silence_never_moves_latest():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS, "patience_ms": 60000, "late": 1}]))
    rig.at(DUE_MS - 5000)
    rig.orders.hold(600)
    rig.run(66000)
    assert rig.state.drop_states[0] == drops.SKIPPED and rig.edges == []


def test_a_hold_that_comes_in_a_pulse_answers_too_late():
    rig = due_soon()
    while not rig.edges:
        rig.pass_()
    assert rig.orders.hold(60) == TOO_LATE
    rig.run(10000)
    assert rig.state.drop_states[0] == drops.CONFIRMED and rig.state.hold_until_ms is None


def test_a_hold_survives_a_reset_and_still_ends():
    rig = due_soon(60000)
    rig.orders.hold(120)
    rig.run(1000)
    rig.reset()
    rig.run(110000)
    assert rig.edges == []
    rig.run(20000)
    assert len(rises(rig)) == 1


def test_resume_ends_a_hold_and_gives_back_what_it_had_left():
    rig = due_soon(600000)
    rig.orders.hold(600)
    rig.run(100000)
    rig.orders.resume()
    assert rig.state.hold_until_ms is None and 99000 <= rig.state.hold_used_ms <= 101000
    rig.orders.hold(1)
    rig.run(3000)
    rig.state.hold_until_ms = rig.state.elapsed_ms  # just over, and not yet looked at
    used_ms = rig.state.hold_used_ms
    rig.orders.resume()
    assert rig.state.hold_used_ms == used_ms
    assert rig.orders.resume() == DONE


def test_a_drop_now_waives_its_conditions_and_its_time():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS, "min_altitude_m": 20000}]))
    rig.at(700000)
    rig.run(5000)
    assert rig.orders.release(0, rig.clock.ticks_ms()) == DONE
    rig.run(3000)
    ((at_ms, output),) = rises(rig)
    assert output == 1 and 705000 <= at_ms <= 708000
    rig.run(5000)
    assert rig.state.drop_states[0] == drops.CONFIRMED


def test_execute_against_a_closed_hard_gate_is_refused_with_the_reason_and_never_queued():
    for close, reason in (
        (lambda rig: rig.at(599000), drops.TOO_EARLY),
        (lambda rig: setattr(rig.altitude, "lowest_m", 1000), drops.TOO_LOW),
        (lambda rig: setattr(rig.state, "phase", phases.DESCENT), drops.DESCENT),
        (lambda rig: setattr(rig.state, "safe", True), drops.SAFE),
        (lambda rig: setattr(rig.measured, "cutter_mv", 0), drops.PLUG_OUT),
    ):
        rig = due_soon(600000)
        close(rig)
        assert rig.orders.release(0, rig.clock.ticks_ms()) == REFUSED and rig.orders.reasons & reason
        rig.at(700000)
        rig.altitude.lowest_m = 8000
        rig.state.phase = phases.ASCENT
        rig.state.safe = False
        rig.measured.cutter_mv = 4500
        rig.run(60000)
        assert rig.edges == []


def test_a_drop_that_is_over_cannot_be_ordered_again():
    rig = due_soon()
    rig.run(20000)
    assert rig.orders.release(0, rig.clock.ticks_ms()) == REFUSED and rig.orders.reasons == drops.ENDED
    rig.run(60000)
    assert len(rises(rig)) == 1


def test_an_order_to_end_the_flight_without_a_cutdown_or_twice_is_refused():
    rig = due_soon()
    assert rig.orders.cutdown() == REFUSED and rig.orders.reasons == drops.MISSION
    rig = with_cutdown()
    assert rig.orders.cutdown() == DONE
    assert rig.orders.cutdown() == REFUSED and rig.orders.reasons == drops.ENDED
    rig.state.launch_ms = None
    rig.state.cutdown_by = 0
    assert rig.orders.cutdown() == REFUSED and rig.orders.reasons == drops.NOT_LAUNCHED


def test_an_ordered_drop_that_still_hangs_is_tried_again_at_once_and_not_at_its_old_time():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS}]), wires=((1, 150, 6500),))
    rig.at(700000)
    rig.run(5000)
    assert rig.orders.release(0, rig.clock.ticks_ms()) == DONE
    rig.run(20000)
    assert len(rises(rig)) == 2 and rig.state.drop_states[0] == drops.CONFIRMED
    assert rises(rig)[1][0] < 720000


def test_an_order_is_not_forgotten_when_something_else_changes_the_timetable():
    rows = [{"channel": "a", "after_ms": DUE_MS}, {"channel": "b", "after_ms": DUE_MS + 60000}]
    rig = Rig(plan=plan_of(rows))
    rig.at(700000)
    rig.run(5000)
    assert rig.orders.release(1, rig.clock.ticks_ms()) == DONE
    rig.plan.look()
    rig.run(3000)
    assert [output for _, output in rises(rig)] == [2]


def test_an_order_that_a_gate_stops_at_the_last_moment_is_void_and_its_drop_waits_for_its_own_time():
    rig = Rig(plan=plan_of([{"channel": "a", "after_ms": DUE_MS, "min_altitude_m": 20000}]))
    rig.at(700000)
    rig.run(5000)
    rig.orders.release(0, rig.clock.ticks_ms())
    rig.pass_()
    assert rig.state.drop_states[0] == drops.FIRING
    rig.altitude.lowest_m = 1000
    rig.run(3000)
    rig.altitude.lowest_m = 8000
    rig.run(60000)
    assert rig.edges == [] and not rig.plan.is_brought(0)
    rig.at(DUE_MS - 1000)
    rig.altitude.lowest_m = 25000
    rig.run(10000)
    assert len(rises(rig)) == 1


def test_a_drop_whose_clock_is_not_known_can_be_ordered():
    rig = Rig(plan=plan_of([{"channel": "a", "at_unix_s": 1780315200, "patience_ms": 60000}]))
    rig.at(700000)
    rig.run(60000)
    assert rig.edges == []
    assert rig.orders.release(0, rig.clock.ticks_ms()) == DONE
    rig.run(3000)
    assert len(rises(rig)) == 1


def test_an_order_counts_for_one_occasion():
    rows = [{"channel": "a", "after_ms": DUE_MS, "every_ms": 60000, "count": 3, "min_altitude_m": 20000}]
    rig = Rig(plan=plan_of(rows), wires=((1, 150, None),))
    rig.at(700000)
    rig.run(5000)
    rig.orders.release(0, rig.clock.ticks_ms())
    rig.run(60000)
    assert rig.state.drop_steps[0] == 1 and not rig.plan.is_brought(0)
    assert len(rises(rig)) == 2


def test_every_order_reaches_flash_before_anything_else_happens():
    rig = due_soon(600000)
    assert len({DONE, TOO_LATE, REFUSED}) == 3
    for order in (lambda: rig.orders.hold(60), rig.orders.resume, rig.orders.safe, rig.orders.resume):
        rig.run(1000)
        assert not rig.journal.urgent
        assert order() == DONE
        assert rig.journal.wanted and rig.journal.urgent


def test_before_any_refusal_there_is_no_reason_and_without_a_mission_no_backup():
    from firmware.release.orders import Orders

    rig = due_soon()
    assert rig.orders.reasons == 0 and rig.orders.granted_s == 0
    without = Orders(rig.state, rig.controller, rig.termination, rig.journal, rig.news, None)
    assert without.backup_s() == 0


def test_resume_says_that_the_hold_is_over():
    rig = due_soon(600000)
    rig.orders.hold(60)
    rig.run(1000)
    rig.told.clear()
    rig.orders.resume()
    rig.run(100)
    assert rig.told == [(telemetry.HOLD_CHANGED, 0, 0, 0)]


def test_a_hold_is_counted_to_the_millisecond():
    rig = due_soon(600000)
    state = rig.state
    rig.orders.hold(60)
    assert state.hold_until_ms == state.elapsed_ms + 60000 and state.hold_used_ms == 60000
    state.elapsed_ms += 59999
    rig.orders.resume()
    assert state.hold_used_ms == 59999
    # One that is over and has not been looked at yet has nothing left to give back to the next.
    rig.orders.hold(60)
    state.elapsed_ms += 70000
    rig.orders.hold(10)
    assert state.hold_used_ms == 59999 + 60000 + 10000
    # The last millisecond may be used, and then there is none.
    state.hold_until_ms = None
    state.hold_used_ms = LONGEST_HOLD_MS - 1
    assert rig.orders.hold(1) == DONE and state.hold_until_ms == state.elapsed_ms + 1
    state.elapsed_ms += 1
    assert rig.orders.hold(1) == REFUSED and rig.orders.reasons == drops.HOLD
    state.hold_used_ms = 0
    assert rig.orders.hold(0) == REFUSED


def test_what_was_granted_is_what_was_left_to_give_in_whole_seconds():
    rig = due_soon(600000)
    assert rig.orders.hold(1000) == DONE and rig.orders.granted_s == 1000
    rig.state.elapsed_ms += 500500
    # Half a second of the first is spent besides its 500 s.
    assert rig.orders.hold(3600) == DONE and rig.orders.granted_s == 1299
    assert rig.state.hold_until_ms - rig.state.elapsed_ms == 1299500
    rig.run(100)
    assert rig.told[-1] == (telemetry.HOLD_CHANGED, 1, 0, 1299)


def test_a_hold_that_is_given_in_doubt_of_the_time_is_remembered_as_such():
    rig = due_soon(600000)
    rig.orders.hold(10)
    assert rig.state.hold_in_doubt is False
    rig.state.doubt_ms = 0
    rig.orders.hold(10)
    assert rig.state.hold_in_doubt is True
    rig.state.doubt_ms = None
    rig.orders.hold(10)
    assert rig.state.hold_in_doubt is False


def test_without_a_mission_every_order_to_let_go_or_to_end_is_refused():
    from firmware.release.orders import Orders

    rig = with_cutdown()
    without = Orders(rig.state, rig.controller, rig.termination, rig.journal, rig.news, None)
    assert without.release(0, rig.clock.ticks_ms()) == REFUSED and without.reasons
    assert without.cutdown() == REFUSED and without.reasons and rig.state.cutdown_by == 0
