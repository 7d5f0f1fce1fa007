"""The release path pass by pass: its moments to the millisecond, drops that do not stand in each other's way, words."""

from firmware.protocol import drops, phases, telemetry
from firmware.protocol.mission_plan import RELEASE, SERVO
from firmware.release import life
from hardware.simulated.machine import SimulatedMachine
from tests.portable.release_rig import DUE_MS, Rig, due_soon, plan_of
from tests.portable.test_release_evidence import HAND_OVER, blind_drop
from tests.portable.test_release_orders import rises, with_cutdown
from tests.portable.test_release_repeat import EVERY_MS, dispenser


def rig_of(*rows, **flight):
    """Three channels, these drops (without a channel: in their order), five seconds before the first is due."""
    filled = []
    for place in range(len(rows)):
        row = {"channel": "abc"[place], "after_ms": DUE_MS}
        row.update(rows[place])
        filled.append(row)
    rig = Rig(plan=plan_of(filled, **flight))
    rig.at(DUE_MS - 5000)
    return rig


def poll_at(rig, since_ms):
    """One pass at this moment after launch, with fresh volts; the state of the first drop after it."""
    rig.at(since_ms)
    rig.gates.watch_rail(rig.clock.ticks_ms())
    rig.controller.poll(rig.clock.ticks_ms())
    return rig.state.drop_states[0]


def look_at(rig, since_ms):
    rig.at(since_ms)
    rig.controller.look(rig.clock.ticks_ms())


def run_until(rig, happened):
    while not happened():
        rig.pass_()


def reasons_told(rig):
    rig.news.take(rig._tell)
    return [(place, reasons) for code, place, _, reasons in rig.told if code == telemetry.REASONS_CHANGED]


# Moments -----------------------------------------------------------------------------------------------------------


def test_the_intent_is_made_in_the_second_before_due_and_the_pulse_begins_at_due_to_the_millisecond():
    rig = rig_of({})
    assert poll_at(rig, DUE_MS - 1001) == drops.WAITING
    assert poll_at(rig, DUE_MS - 1000) == drops.FIRING and rig.journal.urgent
    rig.journal.write(rig.clock.ticks_ms())
    poll_at(rig, DUE_MS - 1)
    assert rig.edges == []
    poll_at(rig, DUE_MS)
    assert len(rig.edges) == 1


def test_no_pulse_begins_before_its_intent_is_on_flash_however_late_that_is():
    rig = rig_of({})
    assert poll_at(rig, DUE_MS - 500) == drops.FIRING
    for since_ms in (DUE_MS, DUE_MS + 100, DUE_MS + 60000):
        assert poll_at(rig, since_ms) == drops.FIRING and rig.edges == []
    rig.journal.write(rig.clock.ticks_ms())
    poll_at(rig, DUE_MS + 60100)
    assert len(rig.edges) == 1


def test_latest_release_waives_to_the_millisecond():
    rig = rig_of({"min_altitude_m": 20000, "patience_ms": 60000, "late": RELEASE})
    latest_ms = DUE_MS + 60000
    assert poll_at(rig, latest_ms - 1001) == drops.DUE
    assert poll_at(rig, latest_ms - 1000) == drops.FIRING
    rig.journal.write(rig.clock.ticks_ms())
    poll_at(rig, latest_ms - 1)
    assert rig.edges == []
    poll_at(rig, latest_ms)
    assert len(rig.edges) == 1


def test_a_hard_gate_closed_is_skipped_at_the_very_millisecond_of_latest():
    rig = rig_of({"patience_ms": 60000})
    rig.altitude.lowest_m = 1000
    assert poll_at(rig, DUE_MS + 59999) == drops.DUE
    assert poll_at(rig, DUE_MS + 60000) == drops.SKIPPED
    assert rig.controller.reasons[0] == 0


def test_after_a_boot_nothing_is_too_late_for_150_passes():
    rig = rig_of({"patience_ms": 60000, "late": RELEASE})
    rig.start()
    rig.gates._rail_since_ms = -1000000
    rig.altitude.lowest_m = None
    for _ in range(149):
        assert poll_at(rig, DUE_MS + 70000) == drops.DUE
    assert poll_at(rig, DUE_MS + 70000) == drops.SKIPPED


def test_a_minute_of_fall_calls_off_what_waits_at_its_very_millisecond():
    rig = rig_of({"after_ms": DUE_MS + 600000})
    rig.state.phase = phases.DESCENT
    look_at(rig, DUE_MS)
    look_at(rig, DUE_MS + 59999)
    assert rig.state.drop_states[0] == drops.WAITING
    look_at(rig, DUE_MS + 60000)
    assert rig.state.drop_states[0] == drops.CANCELLED


def test_a_drop_that_says_release_in_descent_is_not_called_off_however_long_it_falls():
    rig = rig_of({"after_ms": DUE_MS + 300000, "in_descent": True}, {"after_ms": DUE_MS + 400000})
    rig.state.phase = phases.DESCENT
    rig.run(280000)
    assert [rig.state.drop_states[place] for place in (0, 1)] == [drops.WAITING, drops.CANCELLED]
    rig.run(40000)
    assert rig.state.drop_states[0] == drops.CONFIRMED


def test_half_a_minute_open_is_thirty_looks_and_not_twenty_nine():
    rig = rig_of({"after_ms": DUE_MS + 600000})
    look_at(rig, DUE_MS)
    rig.bench.wires[0].whole = False
    for _ in range(29):
        look_at(rig, DUE_MS)
    assert rig.state.parted_early == 0
    rig.journal.write(0)
    look_at(rig, DUE_MS)
    assert rig.state.parted_early == 1 and rig.journal.wanted


def test_a_hold_ends_at_its_very_millisecond_and_that_is_said_once():
    rig = rig_of({"after_ms": DUE_MS + 600000})
    rig.orders.hold(60)
    rig.news.take(lambda *row: None)
    rig.journal.write(0)
    look_at(rig, DUE_MS - 5000 + 59999)
    assert rig.state.hold_until_ms is not None
    look_at(rig, DUE_MS - 5000 + 60000)
    assert rig.state.hold_until_ms is None and rig.journal.wanted
    look_at(rig, DUE_MS + 120000)
    rig.news.take(rig._tell)
    assert rig.told == [(telemetry.HOLD_CHANGED, 0, 0, 0)]


def test_min_gap_is_over_at_its_very_millisecond():
    rig = rig_of({}, min_gap_ms=45000)
    rig.state.over_ms = rig.state.elapsed_ms
    over_ms = rig.state.over_ms - rig.state.launch_ms
    assert poll_at(rig, over_ms + 44999) == drops.DUE and rig.controller.reasons[0] == drops.MIN_GAP
    assert poll_at(rig, over_ms + 45000) == drops.FIRING


def test_a_further_attempt_waits_for_no_gap_after_another_drop():
    rig = rig_of({})
    rig.state.drop_states[0] = drops.DUE
    rig.state.drop_attempts[0] = 1
    rig.state.over_ms = rig.state.elapsed_ms
    assert poll_at(rig, DUE_MS) == drops.FIRING and rig.state.drop_attempts[0] == 2


def test_ten_seconds_of_cooling_after_a_reset_in_firing_end_at_their_very_millisecond():
    rig = due_soon(wires=((1, 150, None),))
    run_until(rig, lambda: rig.edges)
    rig.run(500)
    rig.reset()
    began_ms = rig.state.elapsed_ms - rig.state.launch_ms
    assert poll_at(rig, began_ms + 9999) == drops.DUE and rig.controller.reasons[0] == drops.COOLING
    assert poll_at(rig, began_ms + 10000) == drops.FIRING and rig.controller.reasons[0] == 0


def test_after_any_reset_with_an_attempt_made_the_wire_cools_first():
    def in_firing(rig):
        run_until(rig, lambda: rig.edges)

    def in_fired(rig):
        run_until(rig, lambda: rig.state.drop_states[0] == drops.FIRED)

    def in_due(rig):
        rig.run(5000)
        rig.state.drop_states[0] = drops.DUE
        rig.state.drop_attempts[0] = 1

    def not_yet(rig):
        rig.state.drop_states[0] = drops.DUE

    for until, reasons in (
        (in_firing, drops.COOLING),
        (in_fired, drops.COOLING),
        (in_due, drops.COOLING),
        (not_yet, 0),
    ):
        rig = due_soon(wires=((1, 150, None),))
        until(rig)
        rig.journal.write(0)
        rig.reset()
        assert rig.state.drop_states[0] == drops.DUE
        rig.gates.watch_rail(rig.clock.ticks_ms())
        look_at(rig, rig.state.since_launch_ms() + 9000)
        assert rig.controller.reasons[0] == reasons, until


def test_a_gap_is_kept_from_when_a_drop_will_fire_and_not_from_when_its_turn_begins():
    for before_ms, state in ((30000, drops.FIRING), (29999, drops.DUE)):
        rig = rig_of({})
        rig.state.over_ms = rig.state.launch_ms + DUE_MS - before_ms
        assert poll_at(rig, DUE_MS - 1000) == state
        assert rig.controller.reasons[0] == (0 if state == drops.FIRING else drops.MIN_GAP)


def test_a_gap_runs_from_the_plan_for_what_is_in_time_and_from_the_pulse_for_what_is_late():
    for late_ms, over_ms in ((0, DUE_MS), (999, DUE_MS), (1000, DUE_MS + 1000), (5000, DUE_MS + 5000)):
        rig = rig_of({})
        poll_at(rig, DUE_MS - 500)
        rig.journal.write(0)
        poll_at(rig, DUE_MS + late_ms)
        assert len(rig.edges) == 1 and rig.state.over_ms - rig.state.launch_ms == over_ms


def test_a_gap_is_shown_for_what_has_no_time_yet_too_and_asked_for_on_the_pad():
    rig = rig_of({"at_unix_s": 1780315200, "after_ms": None, "patience_ms": 0})
    rig.state.over_ms = rig.state.elapsed_ms
    look_at(rig, DUE_MS - 5000)
    assert rig.controller.reasons[0] == drops.MIN_GAP
    rig = rig_of({})
    rig.state.over_ms = rig.state.elapsed_ms
    rig.state.launch_ms = None
    rig.controller.look(rig.clock.ticks_ms())
    assert rig.controller.reasons[0] == drops.NOT_LAUNCHED | drops.MIN_GAP


# In nobody's way ---------------------------------------------------------------------------------------------------


def test_a_drop_that_is_held_back_does_not_hold_up_another():
    rig = rig_of({"min_altitude_m": 20000}, {"after_ms": DUE_MS + 60000})
    rig.run(72000)
    assert [output for _, output in rises(rig)] == [2]
    assert rig.state.drop_states[0] == drops.DUE and rig.state.drop_states[1] == drops.CONFIRMED


def test_a_drop_that_is_skipped_does_not_hold_up_another():
    rig = rig_of({"min_altitude_m": 20000, "patience_ms": 60000}, {"after_ms": DUE_MS + 60000})
    rig.run(80000)
    assert [output for _, output in rises(rig)] == [2] and rig.state.drop_states[0] == drops.SKIPPED
    assert 0 <= rises(rig)[0][0] - DUE_MS - 60000 <= 1000


def test_without_an_attempt_left_a_due_drop_has_failed_and_no_current_flows():
    rig = rig_of({})
    rig.state.drop_states[0] = drops.DUE
    rig.state.drop_attempts[0] = 2
    rig.run(60000)
    assert rig.edges == [] and rig.state.drop_states[0] == drops.FAILED and rig.state.drop_attempts[0] == 2


def test_what_passes_by_itself_is_waited_for_beyond_latest_at_every_place():
    for place in range(3):
        rows = [{"after_ms": DUE_MS + 60000 * other, "patience_ms": 2000} for other in range(3)]
        rig = rig_of(*rows)
        due_ms = DUE_MS + 60000 * place
        rig.at(due_ms - 5000)
        for other in range(place):
            rig.state.drop_states[other] = drops.CONFIRMED
        rig.plan.look()
        rig.state.over_ms = rig.state.elapsed_ms
        rig.run(34000)
        assert [output for _, output in rises(rig)] == [place + 1], place


def test_a_pulse_that_lasts_beyond_anothers_latest_moment_delays_it_and_does_not_skip_it():
    rig = rig_of({}, {"after_ms": DUE_MS + 1000, "patience_ms": 2000}, {"after_ms": DUE_MS + 2000, "patience_ms": 0})
    rig.run(90000)
    assert [output for _, output in rises(rig)] == [1, 2, 3]
    assert [rig.state.drop_states[place] for place in range(3)] == [drops.CONFIRMED] * 3


def test_a_latest_that_says_skip_and_passed_without_the_board_skips_with_every_gate_open():
    for place in range(3):
        for late_ms, state in ((2999, drops.FIRING), (3000, drops.SKIPPED)):
            rig = rig_of(*[{"after_ms": DUE_MS + 60000 * other, "patience_ms": 2000} for other in range(3)])
            for other in range(3):
                if other != place:
                    rig.state.drop_states[other] = drops.CONFIRMED
            rig.plan.look()
            poll_at(rig, DUE_MS + 60000 * place + late_ms)
            assert rig.state.drop_states[place] == state, (place, late_ms)
            rig.run(10000)
            assert len(rises(rig)) == (1 if state == drops.FIRING else 0)


def test_what_waits_for_its_conditions_ends_no_watch_for_evidence_by_motion():
    rig = rig_of({"motion_cm_s": 100}, {"after_ms": DUE_MS + 31000, "min_altitude_m": 20000})
    rig.at(DUE_MS - 30000)
    rig.vertical_cm_s = 450
    rig.bench.wires[0].continuity = "open"
    run_until(rig, lambda: rig.edges)
    rig.run(35000)
    assert rig.state.drop_states[0] == drops.FIRED and rig.controller.reasons[1] & drops.OUT_OF_ALTITUDE
    rig.run(10000)
    assert rig.state.drop_states[0] == drops.UNCONFIRMED


def test_what_was_skipped_for_an_outage_takes_no_turn_from_the_next():
    rig = rig_of({"patience_ms": 2000}, {"after_ms": DUE_MS + 60000})
    rig.at(DUE_MS + 5000)
    rig.run(70000)
    assert rig.state.drop_states[0] == drops.SKIPPED and rig.state.drop_attempts[0] == 0
    assert [output for _, output in rises(rig)] == [2] and 0 <= rises(rig)[0][0] - DUE_MS - 60000 <= 1000


def test_a_single_look_in_the_second_before_due_is_enough_to_have_been_there():
    for looked_ms, state in ((1001, drops.SKIPPED), (1000, drops.FIRING), (0, drops.FIRING)):
        rig = rig_of({"patience_ms": 0})
        look_at(rig, DUE_MS - looked_ms)
        assert poll_at(rig, DUE_MS + 5000) == state, looked_ms


def test_an_attempt_that_was_made_in_time_is_followed_by_the_next_after_an_outage_beyond_latest():
    rig = rig_of({"patience_ms": 2000})
    rig.state.drop_states[0] = drops.DUE
    rig.state.drop_attempts[0] = 1
    assert poll_at(rig, DUE_MS + 60000) == drops.FIRING


def test_each_occasion_has_to_be_looked_at_before_its_own_latest_moment():
    for place in (0, 1):
        row = {"channel": "s", "after_ms": DUE_MS, "every_ms": EVERY_MS, "count": 3, "patience_ms": 2000}
        servo = {"name": "s", "kind": SERVO, "output": 3, "pulse_ms": 1500, "positions_us": (1000, 1200, 1400, 1600)}
        rows = [row] if place == 0 else [{"channel": "a", "after_ms": 700000}, row]
        plan = plan_of(rows, channels=(servo, {"name": "a", "output": 1}))
        rig = Rig(wires=((1, 150, 1400),), plan=plan, settings={"servos": ((3, 50, (1000, 1200, 1400, 1600)),)})
        if place:
            rig.state.drop_states[0] = drops.CONFIRMED
            rig.plan.look()
        rig.at(DUE_MS - 5000)
        rig.run(20000)
        assert rig.state.drop_steps[place] == 1 and rig.state.drop_states[place] == drops.WAITING
        # The loop stands still over the second one, all of its window.
        rig.at(DUE_MS + EVERY_MS + 3000)
        rig.controller.poll(rig.clock.ticks_ms())
        assert rig.state.drop_steps[place] == 2 and rig.state.drop_states[place] == drops.WAITING, place
        assert drops.SKIPPED in _told_states(rig, place)


def _told_states(rig, place):
    rig.news.take(rig._tell)
    return rig.states(place)


def test_what_is_due_in_two_seconds_ends_the_watch_for_evidence_by_motion():
    rig = rig_of({"motion_cm_s": 100}, {"after_ms": DUE_MS + 31000})
    rig.at(DUE_MS - 30000)
    rig.vertical_cm_s = 450
    rig.bench.wires[0].continuity = "open"
    run_until(rig, lambda: rig.edges)
    run_until(rig, lambda: rig.controller._watching_motion)
    rig.at(DUE_MS + 28999)
    assert not rig.controller._another_is_due(0)
    rig.at(DUE_MS + 29000)
    assert rig.controller._another_is_due(0)
    rig.pass_()
    assert rig.state.drop_states[0] == drops.UNCONFIRMED
    rig.run(10000)
    assert 0 <= rises(rig)[1][0] - DUE_MS - 31000 <= 1000


def test_the_wires_of_all_places_are_told_apart():
    """What is known of one drop's wire is never taken for another's."""
    for place in range(3):
        rig = rig_of(*[{"after_ms": DUE_MS + 60000 * later} for later in range(3)])
        rig.at(DUE_MS + 60000 * place - 5000)
        for other in range(place):
            rig.state.drop_states[other] = drops.CONFIRMED
        rig.plan.look()
        rig.state.wires_whole = 0xFF & ~(1 << place)
        run_until(rig, lambda: rig.state.drop_states[place] == drops.FIRING)
        assert rig.state.wires_whole == 0xFF
        run_until(rig, lambda: rig.parted)
        rig.reset()
        assert rig.state.drop_states[place] == drops.CONFIRMED, place


def test_a_wire_that_was_open_at_its_second_attempt_is_not_confirmed_by_what_it_was_at_the_first():
    for place in range(3):
        rig = rig_of(*[{"after_ms": DUE_MS + 60000 * later} for later in range(3)])
        rig.at(DUE_MS + 60000 * place - 5000)
        for other in range(place):
            rig.state.drop_states[other] = drops.CONFIRMED
        rig.plan.look()
        rig.state.wires_whole = 0xFF
        rig.bench.wires[place].whole = False
        run_until(rig, lambda: rig.edges)
        assert rig.state.wires_whole == 0xFF & ~(1 << place)
        rig.reset()
        assert rig.state.drop_states[place] == drops.UNCONFIRMED, place


def test_a_wire_that_parts_early_is_said_of_its_own_drop_at_every_place():
    for place in range(3):
        rig = rig_of(*[{"after_ms": DUE_MS + 600000 + 60000 * later} for later in range(3)])
        rig.run(3000)
        rig.bench.wires[place].whole = False
        rig.run(60000)
        assert rig.state.parted_early == 1 << place
        parted = [row for row in rig.told if row[0] == telemetry.WIRE_PARTED_EARLY]
        assert parted == [(telemetry.WIRE_PARTED_EARLY, place, place, 0)]
        rig.at(DUE_MS + 600000 + 60000 * place - 5000)
        for other in range(place):
            rig.state.drop_states[other] = drops.CANCELLED
        rig.plan.look()
        rig.run(20000)
        assert rig.state.drop_states[place] == drops.PARTED_EARLY


def test_a_wire_that_has_let_go_has_not_parted_before_its_time():
    rig = rig_of({}, {"after_ms": DUE_MS + 600000})
    rig.run(200000)
    assert rig.state.drop_states[0] == drops.CONFIRMED and rig.state.parted_early == 0


def test_the_switch_of_a_dispenser_is_no_wire_that_parts():
    rig = dispenser(before_ms=600000)
    rig.run(3000)
    rig.servo.jammed = True
    rig.bench.servos[0].switch_fitted = False
    rig.run(60000)
    assert rig.state.parted_early == 0


def test_while_a_pulse_is_on_the_others_wait_for_the_channel():
    rig = rig_of({}, {"after_ms": DUE_MS + 1000})
    run_until(rig, lambda: rig.edges)
    rig.run(2000)
    assert rig.controller.active == 0
    assert rig.controller.reasons[1] & drops.CHANNEL_BUSY and rig.controller.reasons[0] == 0
    rig.run(8000)
    assert rig.controller.active is None and not rig.controller.reasons[1] & drops.CHANNEL_BUSY


# Words -------------------------------------------------------------------------------------------------------------


def test_before_its_time_and_on_the_pad_the_crew_sees_what_would_hold_a_drop_back():
    rig = Rig(launched=False, plan=plan_of([{"channel": "a", "after_ms": DUE_MS, "patience_ms": 0, "late": RELEASE}]))
    assert rig.controller.reasons == [0] * drops.PLACES
    rig.run(1000)
    assert rig.controller.reasons[0] == drops.NOT_LAUNCHED == rig.state.reasons
    rig = rig_of({"after_ms": DUE_MS + 600000})
    rig.altitude.lowest_m = 1000
    rig.run(1000)
    assert rig.controller.reasons[0] == drops.TOO_LOW == rig.state.reasons
    # It is a report, not news: only of what is due every change is told.
    assert reasons_told(rig) == []


def test_every_change_of_the_reasons_of_a_due_drop_is_told_once_and_kept():
    rig = rig_of({})
    rig.altitude.lowest_m = 1000
    rig.run(20000)
    assert reasons_told(rig) == [(0, drops.TOO_LOW)]
    rig.state.safe = True
    rig.journal.write(0)
    rig.controller.look(rig.clock.ticks_ms())
    assert reasons_told(rig) == [(0, drops.TOO_LOW), (0, drops.TOO_LOW | drops.SAFE)] and rig.journal.wanted
    rig.state.safe = False
    rig.run(20000)
    assert reasons_told(rig)[2:] == [(0, drops.TOO_LOW)]


def test_a_due_drop_with_nothing_in_its_way_has_no_reasons_to_tell():
    rig = rig_of({})
    rig.state.drop_states[0] = drops.DUE
    look_at(rig, DUE_MS)
    assert reasons_told(rig) == []
    rig = rig_of({})
    rig.controller._happen(0, life.TIME_CAME)
    look_at(rig, DUE_MS)
    assert reasons_told(rig) == []


def test_a_reason_that_comes_back_after_an_intent_was_taken_back_is_told_again():
    rig = rig_of({})
    rig.state.safe = True
    rig.run(6000)
    rig.state.safe = False
    run_until(rig, lambda: rig.state.drop_states[0] == drops.FIRING)
    rig.state.safe = True
    run_until(rig, lambda: rig.state.drop_states[0] == drops.DUE)
    assert rig.controller.reasons[0] == drops.SAFE  # at once
    rig.run(3000)
    assert [reasons for _, reasons in reasons_told(rig)].count(drops.SAFE) == 2


def test_what_is_over_has_no_reasons_any_more():
    rig = rig_of({})
    rig.altitude.lowest_m = 1000
    rig.run(10000)
    assert rig.state.reasons == drops.TOO_LOW
    rig.altitude.lowest_m = 8000
    rig.run(20000)
    assert rig.state.drop_states[0] == drops.CONFIRMED
    assert rig.controller.reasons[0] == 0 == rig.state.reasons
    rig = rig_of({"after_ms": DUE_MS + 600000})
    rig.altitude.lowest_m = 1000
    rig.state.phase = phases.DESCENT
    look_at(rig, DUE_MS)
    assert rig.controller.reasons[0] == drops.TOO_LOW | drops.DESCENT
    look_at(rig, DUE_MS + 60000)
    assert rig.state.drop_states[0] == drops.CANCELLED and rig.controller.reasons[0] == 0


def test_reasons_are_told_once_of_what_is_skipped_and_not_of_what_is_called_off():
    rig = rig_of({"patience_ms": 60000})
    rig.altitude.lowest_m = 1000
    rig.run(70000)
    assert rig.state.drop_states[0] == drops.SKIPPED and reasons_told(rig) == [(0, drops.TOO_LOW)]
    rig = rig_of({"after_ms": DUE_MS + 600000})
    rig.altitude.lowest_m = 1000
    rig.state.phase = phases.DESCENT
    rig.run(70000)
    assert rig.state.drop_states[0] == drops.CANCELLED and reasons_told(rig) == []


def test_with_the_flight_over_no_reason_is_left():
    rig = rig_of({})
    rig.altitude.lowest_m = 1000
    rig.run(10000)
    assert rig.state.reasons == drops.TOO_LOW
    rig.controller.stop(life.TOO_LATE)
    assert rig.state.reasons == 0


def test_the_rail_at_an_intent_is_kept():
    rig = rig_of({})
    poll_at(rig, DUE_MS - 500)
    assert rig.state.intent_rail_50mv == 4500 // 50


def test_after_a_pulse_that_was_stopped_the_rail_is_read_again_before_anything_fires():
    rig = rig_of({}, {"after_ms": DUE_MS + 60000})
    run_until(rig, lambda: rig.edges)
    rig.orders.safe()
    assert rig.gates.closed(1, rig.clock.ticks_ms()) & drops.RAIL_SETTLING


def test_what_was_brought_forward_and_refused_at_the_last_moment_waits_for_its_own_time():
    rig = rig_of({"after_ms": DUE_MS + 600000})
    assert rig.orders.release(0, rig.clock.ticks_ms()) == 0
    run_until(rig, lambda: rig.state.drop_states[0] == drops.FIRING)
    rig.state.safe = True
    run_until(rig, lambda: rig.state.drop_states[0] == drops.DUE)
    rig.state.safe = False
    rig.run(60000)
    assert rig.edges == []


def test_what_the_table_of_a_life_does_not_say_changes_nothing_and_is_not_told():
    rig = rig_of({})
    for state in range(11):
        for event in range(1, 14):
            if life.after(state, event) is None:
                rig.state.drop_states[0] = state
                rig.controller._happen(0, event)
                assert rig.state.drop_states[0] == state
    assert rig.news.waiting == 0


def test_every_change_of_a_drop_reaches_flash_before_anything_else_happens():
    rig = rig_of({})
    rig.journal.write(0)
    rig.controller._happen(0, life.TIME_CAME)
    assert rig.journal.urgent
    rig = with_cutdown()
    rig.journal.write(0)
    rig.controller.cutdown_is_due()
    assert rig.journal.urgent


# Occasions ---------------------------------------------------------------------------------------------------------


def test_occasions_that_lapse_are_counted_exactly_and_reach_flash_before_the_next_pulse():
    for step, missed, then in ((0, 1, 1), (0, 3, 3), (0, 4, 4), (0, 50, 4), (2, 1, 3), (2, 2, 4), (2, 9, 4), (4, 9, 4)):
        rig = dispenser()
        rig.state.drop_steps[0] = step
        rig.plan.look()
        rig.journal.write(0)
        rig.at(DUE_MS + EVERY_MS * (step + missed) + 1000)
        rig.controller.poll(rig.clock.ticks_ms())
        assert rig.state.drop_steps[0] == then, (step, missed)
        assert rig.journal.urgent
        rig.news.take(rig._tell)
        lapsed = [row for row in rig.told if row[0] == telemetry.STEP_LAPSED]
        assert lapsed == ([(telemetry.STEP_LAPSED, 0, then - step, then)] if then > step else [])


def test_occasions_that_lapse_while_one_is_due_reach_flash_as_well():
    rig = dispenser()
    rig.state.drop_states[0] = drops.DUE
    rig.state.safe = True
    rig.journal.write(0)
    rig.at(DUE_MS + EVERY_MS + 1000)
    rig.controller.poll(rig.clock.ticks_ms())
    assert rig.state.drop_steps[0] == 1 and rig.journal.urgent


def test_after_a_reset_in_its_last_attempt_a_dispenser_counts_on_having_turned_on_its_own_channel():
    servo = {"name": "s", "kind": SERVO, "output": 3, "pulse_ms": 1500, "attempts": 1, "positions_us": (1000, 1200)}
    plan = plan_of([{"channel": "s", "after_ms": DUE_MS}], channels=({"name": "a", "output": 1}, servo))
    rig = Rig(wires=((1, 150, 1400),), plan=plan, settings={"servos": ((3, 50, (1000, 1200)),)})
    rig.at(DUE_MS - 5000)
    run_until(rig, lambda: rig.edges)
    rig.reset()
    assert rig.state.drop_states[0] == drops.UNCONFIRMED
    assert rig.state.positions[1] == 1 and rig.state.positions[0] == 0


def test_an_occasion_whose_attempt_has_been_made_does_not_lapse():
    rig = dispenser()
    rig.state.drop_states[0] = drops.DUE
    rig.state.drop_attempts[0] = 1
    rig.at(DUE_MS + 2 * EVERY_MS + 1000)
    rig.controller.poll(rig.clock.ticks_ms())
    assert rig.state.drop_steps[0] == 0 and rig.state.drop_attempts[0] == 2


def test_an_occasion_that_is_stopped_in_its_pulse_leaves_its_step_and_its_attempts_as_they_were():
    rig = dispenser()
    run_until(rig, lambda: rig.edges)
    rig.orders.safe()
    assert rig.state.drop_states[0] == drops.ABORTED
    assert rig.state.drop_steps[0] == 0 and rig.state.drop_attempts[0] == 1


def test_the_last_word_of_a_dispenser_is_the_worst_of_all_its_occasions_said_once():
    rig = dispenser(count=3, attempts=1)
    rig.state.drop_steps[0] = 1
    rig.state.drop_worst[0] = drops.FAILED
    rig.state.drop_states[0] = drops.FIRED
    rig.controller._conclude(0, life.NO_EVIDENCE)
    assert rig.state.drop_worst[0] == drops.FAILED and rig.state.drop_states[0] == drops.WAITING
    rig.state.drop_states[0] = drops.FIRED
    rig.controller._conclude(0, life.LET_GO)
    assert _told_states(rig, 0) == [drops.UNCONFIRMED, drops.WAITING, drops.CONFIRMED, drops.FAILED]
    # What was worst is not said twice where the last one ended the same.
    rig = dispenser(count=2, attempts=1)
    rig.servo.jammed = True
    rig.servo.look()
    rig.run(3 * EVERY_MS)
    assert rig.states().count(drops.FAILED) == 2 and rig.states()[-1] == drops.FAILED


def test_the_end_of_the_flight_leaves_a_dispenser_at_its_last_step():
    rig = dispenser()
    rig.run(20000)
    rig.controller.stop(life.TOO_LATE)
    assert rig.controller.stopped
    assert rig.state.drop_steps[0] == 4 and rig.state.drop_states[0] == drops.SKIPPED


# Stopping, power, evidence ------------------------------------------------------------------------------------------


def test_landing_between_intent_and_pulse_takes_the_attempt_back_and_in_a_pulse_it_is_aborted():
    rig = rig_of({})
    run_until(rig, lambda: rig.state.drop_states[0] == drops.FIRING)
    rig.controller.stop(life.CALLED_OFF)
    assert rig.state.drop_states[0] == drops.CANCELLED and rig.state.drop_attempts[0] == 0
    rig = rig_of({})
    run_until(rig, lambda: rig.edges)
    rig.controller.stop(life.CALLED_OFF)
    assert rig.state.drop_states[0] == drops.ABORTED and rig.state.drop_attempts[0] == 1


def test_a_brown_out_in_a_pulse_is_counted_for_its_channel_up_to_255():
    for before, counted in ((0, 1), (1, 2), (253, 254), (254, 255), (255, 255)):
        rig = rig_of({"channel": "b"})
        rig.bench.wires[1].parts_after_ms = None
        run_until(rig, lambda: rig.edges)
        rig.state.brown_outs[1] = before
        rig.journal.write(0)
        rig.reset(SimulatedMachine.PWRON_RESET)
        assert rig.state.brown_outs[1] == counted and rig.state.brown_outs[0] == 0


def test_a_second_brown_out_hands_over_to_the_channel_with_the_same_load():
    for counted, output in ((0, 1), (1, 1), (2, 2), (3, 2)):
        rig = rig_of({}, channels=HAND_OVER)
        rig.state.brown_outs[0] = counted
        run_until(rig, lambda: rig.edges)
        assert rises(rig)[0][1] == output, counted


def test_a_drop_now_that_is_accepted_has_no_reasons():
    rig = rig_of({"after_ms": DUE_MS + 600000})
    assert rig.orders.release(0, rig.clock.ticks_ms()) == 0 and rig.orders.reasons == 0


def test_the_cutdown_waits_for_its_own_evidence_by_motion():
    rig = with_cutdown(30000, latest_ms=DUE_MS, drops_=[], motion_cm_s=-900)
    rig.bench.wires[2].continuity = "open"
    rig.vertical_cm_s = 500
    run_until(rig, lambda: rig.edges)
    rig.vertical_cm_s = -2000
    rig.run(20000)
    assert rig.state.drop_states[drops.CUTDOWN] == drops.CONFIRMED


def test_only_what_was_measured_after_a_pulse_speaks_of_afterwards():
    # Just over half of the change: with seconds from before it would be found later, if at all.
    rig = blind_drop(100, 52)
    rig.run(14500)
    assert rig.state.drop_states[0] == drops.CONFIRMED


def test_a_dispenser_that_motion_confirms_is_one_position_further():
    channel = {"name": "s", "kind": SERVO, "output": 3, "pulse_ms": 1500, "positions_us": (1000, 1200, 1400)}
    rows = [{"channel": "s", "after_ms": DUE_MS, "motion_cm_s": 100}]
    plan = plan_of(rows, channels=(channel,))
    rig = Rig(wires=(), plan=plan, settings={"servos": ((3, 50, (1000, 1200, 1400)),)})
    rig.bench.servos[0].switch_fitted = False
    rig.at(DUE_MS - 30000)
    rig.vertical_cm_s = 450
    run_until(rig, lambda: rig.edges)
    rig.vertical_cm_s = 550
    rig.run(20000)
    assert rig.state.drop_states[0] == drops.CONFIRMED and rig.state.positions[0] == 1
