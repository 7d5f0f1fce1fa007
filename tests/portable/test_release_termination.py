"""The end of the flight: each cause has to be sure; it follows a running pulse and cancels what still waits."""

from firmware.protocol import drops, phases
from firmware.release import life
from tests.portable.release_rig import DUE_MS, Rig, plan_of
from tests.portable.test_release_orders import rises, with_cutdown


class Exit:
    """An area exit that is proved when the test says so."""

    def __init__(self):
        self.proved = False

    def look(self, now_ms, elapsed_ms):
        return self.proved


def test_termination_comes_at_its_latest_within_a_second():
    rig = with_cutdown(5000, latest_ms=DUE_MS, drops_=[])
    rig.run(20000)
    ((at_ms, output),) = rises(rig)
    assert output == 3 and 0 <= at_ms - DUE_MS <= 1000
    assert rig.state.drop_states[drops.CUTDOWN] == drops.CONFIRMED and rig.state.cutdown_by == drops.BY_TIME


def test_termination_follows_a_running_pulse_and_cancels_pending_drops():
    later = [{"channel": "a", "after_ms": DUE_MS}, {"channel": "b", "after_ms": DUE_MS + 60000}]
    rig = with_cutdown(drops_=later, wires=((1, 150, 1400), (2, 150, 1400), (3, 0, 1400)))
    while not rig.edges:
        rig.pass_()
    rig.orders.cutdown()
    rig.run(20000)
    assert [output for _, output in rises(rig)] == [1, 3]
    first, second = rig.pulses()
    assert second[0] >= first[0] + first[1]
    assert rig.state.drop_states[0] == drops.CONFIRMED and rig.state.drop_states[1] == drops.CANCELLED
    rig.run(100000)
    assert len(rises(rig)) == 2


def test_termination_keeps_its_own_gates():
    for close, bit in (
        (lambda rig: setattr(rig.altitude, "lowest_m", 849), drops.TOO_LOW),
        (lambda rig: setattr(rig.altitude, "lowest_m", None), drops.ALTITUDE_UNKNOWN),
        (lambda rig: setattr(rig.state, "phase", phases.DESCENT), drops.DESCENT),
        (lambda rig: setattr(rig.state, "phase", phases.LANDED), drops.LANDED),
        (lambda rig: setattr(rig.state, "ended", True), drops.ENDED),
        (lambda rig: setattr(rig.measured, "cutter_mv", 0), drops.PLUG_OUT),
    ):
        rig = with_cutdown(drops_=[])
        rig.orders.cutdown()
        close(rig)
        rig.run(20000)
        assert rig.edges == [] and rig.controller.reasons[drops.CUTDOWN] & bit, bit


def test_termination_respects_the_parachutes_opening_altitude_and_not_that_of_drops():
    # 350 m of ground: drops need 1350 m, the cutdown 850.
    rig = with_cutdown(drops_=[], min_agl_m=500)
    rig.altitude.lowest_m = 850
    rig.orders.cutdown()
    rig.run(20000)
    assert len(rises(rig)) == 1


def test_a_hold_delays_termination_and_an_area_or_safe_does_not():
    rig = with_cutdown(drops_=[])
    rig.orders.hold(60)
    rig.orders.cutdown()
    rig.run(59000)
    assert rig.edges == [] and rig.controller.reasons[drops.CUTDOWN] == drops.HOLD
    rig.run(5000)
    assert len(rises(rig)) == 1


def test_termination_waits_for_no_gap():
    rig = with_cutdown(drops_=[])
    rig.state.over_ms = rig.state.elapsed_ms
    rig.orders.cutdown()
    rig.run(3000)
    assert len(rises(rig)) == 1


def test_the_ceiling_is_judged_by_the_highest_altitude_for_ten_seconds():
    rig = with_cutdown(60000, drops_=[], ceiling_m=25000)
    rig.altitude.highest_m = 24999
    rig.run(30000)
    assert rig.state.cutdown_by == 0
    for _ in range(3):
        rig.altitude.highest_m = 25000
        rig.run(9000)
        rig.altitude.highest_m = None
        rig.run(1000)
    assert rig.state.cutdown_by == 0
    rig.altitude.highest_m = 25000
    rig.run(13000)
    assert rig.state.cutdown_by == drops.BY_CEILING and len(rises(rig)) == 1


def test_the_battery_counts_only_when_its_loaded_volts_are_low_for_ten_minutes():
    rig = with_cutdown(1200000, drops_=[], battery_mv=3600)
    rig.measured.logic_mv = 3599
    rig.run(590000)
    rig.measured.logic_mv = 3600
    rig.run(2000)
    rig.measured.logic_mv = 3599
    rig.run(590000)
    rig.measured.logic_mv = None
    rig.run(2000)
    assert rig.state.cutdown_by == 0
    rig.measured.logic_mv = 3000
    rig.run(598000)
    assert rig.state.cutdown_by == 0
    rig.run(6000)
    assert rig.state.cutdown_by == drops.BY_BATTERY and len(rises(rig)) == 1


def test_a_lost_link_ends_the_flight_only_where_it_was_opted_in():
    rig = with_cutdown(-1000000, drops_=[])
    rig.run(10000)
    assert rig.state.cutdown_by == 0
    rig = with_cutdown(1, drops_=[], lost_link_ms=1800000)
    rig.run(3000)
    assert rig.state.cutdown_by == drops.BY_LOST_LINK
    rig = with_cutdown(1, drops_=[], lost_link_ms=1800000)
    rig.termination.link_heard_ms = rig.state.elapsed_ms - 1700000
    rig.run(99000)
    assert rig.state.cutdown_by == 0
    rig.run(3000)
    assert rig.state.cutdown_by == drops.BY_LOST_LINK
    # Heard on the pad only: the time runs from launch.
    rig = with_cutdown(100000, drops_=[], lost_link_ms=1800000)
    rig.termination.link_heard_ms = 0
    rig.run(90000)
    assert rig.state.cutdown_by == 0
    rig.run(15000)
    assert rig.state.cutdown_by == drops.BY_LOST_LINK


def test_leaving_the_area_ends_the_flight_when_it_is_proved():
    rig = with_cutdown(drops_=[])
    rig.termination._area_exit = Exit()
    rig.run(10000)
    assert rig.state.cutdown_by == 0
    rig.termination._area_exit.proved = True
    rig.run(3000)
    assert rig.state.cutdown_by == drops.BY_AREA and len(rises(rig)) == 1


def test_nothing_is_terminated_before_launch_after_landing_or_after_the_end():
    for spoil in (
        lambda rig: setattr(rig.state, "launch_ms", None),
        lambda rig: setattr(rig.state, "phase", phases.GROUND),
        lambda rig: setattr(rig.state, "phase", phases.LANDED),
        lambda rig: setattr(rig.state, "ended", True),
    ):
        rig = with_cutdown(-7200000, drops_=[], ceiling_m=5000)
        spoil(rig)
        assert not rig.termination.update(0) and rig.state.cutdown_by == 0
    rig = Rig(plan=plan_of([]))
    assert not rig.termination.update(0)
    rig.termination._cutdown = None
    assert not rig.termination.order()


def test_the_cause_of_a_termination_survives_a_reset():
    rig = with_cutdown(drops_=[], ceiling_m=5000)
    rig.measured.cutter_mv = 0
    rig.run(15000)
    assert rig.state.cutdown_by == drops.BY_CEILING and rig.edges == []
    rig.reset()
    assert rig.state.cutdown_by == drops.BY_CEILING
    rig.altitude.highest_m = 1000
    rig.run(10000)
    assert len(rises(rig)) == 1


def test_descent_cancels_pending_drops_after_a_minute_unless_a_drop_says_release():
    rows = [
        {"channel": "a", "after_ms": DUE_MS + 3600000},
        {"channel": "b", "after_ms": DUE_MS + 90000, "in_descent": True},
    ]
    rig = with_cutdown(0, drops_=rows)
    rig.state.phase = phases.DESCENT
    rig.run(59000)
    assert rig.state.drop_states[1] == drops.WAITING
    rig.state.phase = phases.ASCENT
    rig.run(2000)
    rig.state.phase = phases.DESCENT
    rig.run(59000)
    assert rig.state.drop_states[1] == drops.WAITING
    rig.run(4000)
    # Drops stand in the order of their times: the one that may fall in a descent is the first.
    assert [rig.state.drop_states[place] for place in (0, 1)] == [drops.CONFIRMED, drops.CANCELLED]
    assert rig.state.drop_states[drops.CUTDOWN] == drops.WAITING
    rig.run(40000)
    assert [output for _, output in rises(rig)] == [2]


def test_a_drop_in_descent_waits_with_its_reason():
    rig = with_cutdown()
    rig.state.phase = phases.DESCENT
    rig.run(20000)
    assert rig.edges == [] and rig.controller.reasons[0] == drops.DESCENT


def test_landing_cancels_and_the_end_skips_everything_for_good():
    for event, after in ((life.CALLED_OFF, drops.CANCELLED), (life.TOO_LATE, drops.SKIPPED)):
        rig = with_cutdown(60000)
        rig.run(1000)
        rig.controller.stop(event)
        rig.run(200000)
        assert rig.edges == [] and rig.state.drop_states[0] == after == rig.state.drop_states[drops.CUTDOWN]


def judged(**cutdown):
    """A termination in flight, a second after launch, asked by hand: its state, and update `ms` later."""
    rig = with_cutdown(drops_=[], **cutdown)
    rig.at(1000)
    rig.measured.logic_mv = 4000

    def later(ms):
        rig.state.elapsed_ms += ms
        return rig.termination.update(rig.clock.ticks_ms())

    return rig, later


def test_each_cause_of_a_termination_comes_at_its_very_millisecond_and_says_which_it_was():
    rig, later = judged(latest_ms=7200000)
    assert not later(7200000 - 1001) and later(1)
    assert rig.state.cutdown_by == drops.BY_TIME and not later(1000)
    rig, later = judged(ceiling_m=25000)
    rig.altitude.highest_m = 25000
    assert not later(0) and not later(9999) and later(1) and rig.state.cutdown_by == drops.BY_CEILING
    rig, later = judged(battery_mv=3600)
    rig.measured.logic_mv = 3599
    assert not later(0) and not later(599999) and later(1) and rig.state.cutdown_by == drops.BY_BATTERY
    rig, later = judged(lost_link_ms=1800000)
    rig.termination.link_heard_ms = rig.state.steady_ms()
    assert not later(1799999) and later(1) and rig.state.cutdown_by == drops.BY_LOST_LINK


def test_a_dwell_counts_from_the_first_second_over_the_limit_and_not_from_the_last_below_it():
    rig, later = judged(ceiling_m=25000)
    rig.altitude.highest_m = 24999
    assert not later(1000)
    rig.altitude.highest_m = 25000
    assert not later(1000) and not later(9999) and later(1)
    rig, later = judged(battery_mv=3600)
    assert not later(1000)
    rig.measured.logic_mv = 3599
    assert not later(1000) and not later(599999) and later(1)


def test_a_cause_that_the_mission_does_not_name_ends_no_flight():
    rig, later = judged(ceiling_m=None, battery_mv=None, lost_link_ms=None)
    rig.measured.logic_mv = 1
    rig.altitude.highest_m = 39000
    for _ in range(10):
        assert later(200000) is False
    assert rig.state.cutdown_by == 0


def test_without_a_mission_no_order_and_no_cause_ends_anything():
    from firmware.release.termination import Termination

    rig = with_cutdown(drops_=[])
    termination = Termination(None, rig.state, rig.measured, rig.altitude, None)
    assert termination.order() is False and termination.update(0) is False and rig.state.cutdown_by == 0


def test_an_order_to_end_the_flight_counts_once_after_launch_and_never_replaces_an_earlier_cause():
    rig = with_cutdown(drops_=[])
    launch_ms = rig.state.launch_ms
    rig.state.launch_ms = None
    assert rig.termination.order() is False and rig.state.cutdown_by == 0
    rig.state.launch_ms = launch_ms
    rig.state.cutdown_by = drops.BY_CEILING
    assert rig.termination.order() is False and rig.state.cutdown_by == drops.BY_CEILING
    rig.state.cutdown_by = 0
    assert rig.termination.order() is True and rig.state.cutdown_by == drops.BY_COMMAND


def test_after_a_reset_in_flight_the_link_has_the_whole_time_again():
    from firmware.release.termination import Termination

    rig = with_cutdown(drops_=[], lost_link_ms=1800000)
    rig.at(3000000)
    after = Termination(rig.mission, rig.state, rig.measured, rig.altitude, None)
    rig.at(3000000 + 1799999)
    assert not after.update(0)
    rig.at(3000000 + 1800000)
    assert after.update(0) and rig.state.cutdown_by == drops.BY_LOST_LINK
