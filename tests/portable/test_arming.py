"""Arming as the crew does it, and everything that must forbid it: rules 5, 13, 17 and 18."""

from firmware.arming import ARMED, INHIBIT, OUT, REFUSED, RESTING
from firmware.protocol import drops
from firmware.readiness import Readiness
from tests.portable.core_rig import Estimates, mission

PAD_M = 120


def changes(rig, seconds, height_m=PAD_M):
    """(second, stage) of every change of the stage."""
    found = []
    stage = rig.arming.stage
    for second in range(1, seconds + 1):
        rig.second(height_m, height_m)
        if rig.arming.stage != stage:
            stage = rig.arming.stage
            found.append((second, stage))
    return found


def rested(**settings):
    """Two minutes on the pad, the plug out."""
    rig = Estimates(plugged=False, **settings)
    rig.run(120, PAD_M)
    assert rig.arming.stage == OUT
    return rig


def armed(**settings):
    rig = rested(**settings)
    rig.plug(True)
    rig.run(121, PAD_M)
    assert rig.arming.armed
    return rig


# The way there -----------------------------------------------------------------------------------------------------


def test_plug_out_boot_plug_in_120_s_of_inhibit_armed():
    rig = rested()
    rig.plug(True)
    assert changes(rig, 200) == [(1, INHIBIT), (121, ARMED)]
    state = rig.state
    assert state.pad_taken_ms == 120000 + 121000 and state.pad_gps_m == PAD_M
    assert abs(state.pad_pressure_altitude_m - PAD_M) <= 1


def test_the_pad_reference_is_taken_at_arming_after_60_s_at_rest():
    rig = rested()
    rig.plug(True)
    rig.run(119, PAD_M)
    rig.run(1, PAD_M + 30)  # carried a little further in the last second
    assert rig.state.pad_taken_ms is None and rig.state.pad_gps_m is None
    assert changes(rig, 100, PAD_M + 30) == [(1, RESTING), (60, ARMED)]
    assert rig.state.pad_gps_m == PAD_M + 30


def test_moving_is_not_at_rest():
    rig = Estimates()
    rig.run(600, PAD_M, 0.2)  # carried up a gentle slope: 12 m a minute
    assert not rig.arming.armed
    rig.run(62, PAD_M + 120)
    assert rig.arming.armed and rig.state.pad_gps_m == PAD_M + 120


def test_noise_of_a_few_metres_is_at_rest():
    rig = Estimates()
    for second in range(62):
        rig.second(PAD_M + second * 7 % 8, PAD_M)
    assert rig.arming.armed


def test_without_any_height_nothing_is_armed():
    rig = Estimates()
    rig.run(300, PAD_M, gps=False, barometer=False)
    assert rig.arming.stage == RESTING and not rig.arming.armed


def test_one_source_is_enough_and_the_other_gives_its_own_height_when_it_comes():
    for late in ("gps", "barometer"):
        rig = Estimates()
        rig.run(62, PAD_M, gps=late != "gps", barometer=late == "gps")
        assert rig.arming.armed
        assert (rig.state.pad_gps_m if late == "gps" else rig.state.pad_pressure_altitude_m) is None
        rig.run(62, PAD_M)
        assert rig.state.pad_gps_m == PAD_M and abs(rig.state.pad_pressure_altitude_m - PAD_M) <= 1


def test_a_source_that_comes_to_rest_away_from_the_pad_gives_no_reference():
    rig = Estimates()
    rig.run(62, PAD_M, gps=False)
    rig.run(120, PAD_M + 100)
    assert rig.arming.armed and rig.state.pad_gps_m is None


def test_the_plug_is_in_only_when_its_sense_and_the_rail_say_so():
    for sensed, rail_mv, expected in (
        (True, 2500, True),
        (True, 2499, False),
        (True, None, False),
        (False, 4500, False),
        (False, 0, False),
    ):
        rig = rested()
        rig.measured.plug_in = sensed
        rig.measured.cutter_mv = rail_mv
        rig.run(200, PAD_M)
        assert rig.arming.armed == expected, (sensed, rail_mv)


# Starting over -----------------------------------------------------------------------------------------------------


def test_unplugging_before_launch_starts_over_and_the_pad_reference_is_void():
    for sensed, rail_mv in ((False, 0), (True, 0), (False, 4500)):
        rig = armed()
        rig.measured.plug_in = sensed
        rig.measured.cutter_mv = rail_mv
        rig.run(6, PAD_M)
        state = rig.state
        assert rig.arming.stage == OUT and not rig.arming.armed
        assert state.pad_taken_ms is None and state.pad_gps_m is None and state.pad_pressure_altitude_m is None
        assert state.near_pad_ms is None
        rig.plug(True)
        assert changes(rig, 130) == [(1, INHIBIT), (121, ARMED)]


def test_out_for_less_than_5_s_is_a_bounce_and_none():
    rig = armed()
    for _ in range(10):
        rig.plug(False)
        rig.run(4, PAD_M)
        rig.plug(True)
        rig.run(1, PAD_M)
    assert rig.arming.armed and rig.state.pad_taken_ms is not None


def test_a_bounce_does_not_begin_the_inhibit_anew_nor_arm_with_the_plug_out():
    rig = rested()
    rig.plug(True)
    rig.run(118, PAD_M)
    rig.plug(False)
    rig.run(4, PAD_M)
    assert not rig.arming.armed
    rig.plug(True)
    rig.run(1, PAD_M)
    assert rig.arming.armed


def test_a_boot_with_the_plug_in_never_arms_until_the_plug_has_been_out():
    for sensed, rail_mv in ((True, 4500), (False, 4500), (True, 0)):
        rig = Estimates(plugged=False)
        rig.measured.plug_in = sensed
        rig.measured.cutter_mv = rail_mv
        rig.run(1, PAD_M)
        rig.plug(True)
        rig.run(4000, PAD_M)
        assert rig.arming.booted_with_plug and rig.arming.stage == REFUSED and not rig.arming.armed
        rig.plug(False)
        rig.run(3, PAD_M)
        rig.plug(True)
        rig.run(300, PAD_M)
        assert rig.arming.booted_with_plug and not rig.arming.armed  # a bounce
        # Half out is not out.
        rig.measured.plug_in = False
        rig.run(10, PAD_M)
        assert rig.arming.booted_with_plug
        rig.plug(False)
        rig.run(6, PAD_M)
        assert not rig.arming.booted_with_plug
        rig.plug(True)
        assert changes(rig, 130) == [(1, INHIBIT), (121, ARMED)]


def test_a_reset_while_armed_resumes_armed():
    rig = armed()
    again = Estimates(state=rig.state)
    again.run(10, PAD_M)
    assert again.arming.armed and again.arming.stage == ARMED and not again.arming.booted_with_plug


def test_a_reset_while_armed_with_the_plug_out_starts_over():
    rig = armed()
    again = Estimates(state=rig.state, plugged=False)
    again.run(4, PAD_M)
    assert again.arming.armed
    again.run(2, PAD_M)
    assert not again.arming.armed and again.state.pad_taken_ms is None


def test_a_reset_aloft_resumes_armed_and_the_plug_changes_nothing_any_more():
    rig = armed()
    rig.state.launch_ms = rig.state.elapsed_ms
    again = Estimates(state=rig.state, plugged=False)
    again.run(20, PAD_M + 4000, 5.0)
    assert again.arming.armed and again.state.pad_taken_ms is not None


# The hour ----------------------------------------------------------------------------------------------------------


def test_the_pad_reference_lapses_in_60_min_and_is_taken_again_silently_at_rest():
    rig = armed()
    taken_ms = rig.state.pad_taken_ms
    assert changes(rig, 3599, PAD_M + 7) == []
    assert rig.state.pad_taken_ms == taken_ms and rig.state.pad_gps_m == PAD_M
    assert changes(rig, 1, PAD_M + 7) == []
    assert rig.state.pad_taken_ms == taken_ms + 3600000 and rig.state.pad_gps_m == PAD_M + 7


def test_a_reference_that_lapses_while_it_moves_is_void():
    rig = armed()
    for second in range(3600 + 120):
        assert rig.arming.armed
        height_m = PAD_M + second // 10 % 2 * 12
        rig.second(height_m, height_m)
    assert rig.arming.stage == RESTING and rig.state.pad_gps_m is None
    assert changes(rig, 70) == [(61, ARMED)]


def test_a_reference_never_lapses_once_the_balloon_is_away_from_the_pad():
    rig = armed()
    rig.run(3590, PAD_M)
    rig.run(7, PAD_M, 5.0)
    rig.run(7200, PAD_M + 35)  # on a long line, not recognised as a launch
    assert rig.arming.armed and rig.state.pad_gps_m == PAD_M


def test_a_balloon_let_go_in_the_very_second_of_the_lapse_keeps_its_flight():
    for early_s in range(4):
        rig = armed()
        for second in range(3598 - early_s):
            height_m = PAD_M + second // 10 % 2 * 12
            rig.second(height_m, height_m)
        rig.run(60, PAD_M, 5.0)
        assert rig.state.launch_ms is not None, early_s


def test_a_reference_that_lapses_without_any_height_is_void_unless_the_break_wire_is_open():
    for opened in (True, False):
        rig = Estimates()
        rig.measured.break_wire_open = False
        rig.run(62, PAD_M)
        rig.run(3500, PAD_M, gps=False, barometer=False)
        rig.measured.break_wire_open = opened
        rig.run(300, PAD_M, gps=False, barometer=False)
        assert rig.arming.armed == opened


# Readiness ---------------------------------------------------------------------------------------------------------


class Wire:
    is_whole = True

    def closed(self):
        return self.is_whole


class Journal:
    ok = True


class Ready:
    """A rig whose readiness is looked at every second, and forbids arming."""

    def __init__(self, plan, fresh=True, **settings):
        self.rig = rig = Estimates(plugged=False, **settings)
        self.wires = (Wire(), Wire())
        self.journal = Journal()
        self.backup_state = drops.BACKUP_READY
        self.readiness = Readiness(
            plan, rig.state, rig.measured, rig.altitude, rig.pad, rig.arming, self.journal, self.wires, fresh
        )
        rig.measured.logic_mv = 4500

    def run(self, seconds, height_m=PAD_M, **sources):
        for _ in range(seconds):
            self.readiness.update(self.backup_state)
            self.rig.reasons = self.readiness.bits
            self.rig.run(1, height_m, **sources)
        self.readiness.update(self.backup_state)
        return self.readiness.bits


def test_readiness_is_go_on_the_pad_with_the_plug_out_and_in():
    ready = Ready(mission())
    assert ready.run(30) == drops.NOT_AT_REST
    assert ready.run(40) == 0
    ready.rig.plug(True)
    assert ready.run(130) == 0 and ready.rig.arming.armed
    assert ready.run(10, PAD_M + 15) == 0  # in the crew's hands


def test_a_missing_unreadable_or_unchecked_mission_refuses_to_arm_and_says_why():
    ready = Ready(None)
    assert ready.run(100) == drops.NO_MISSION
    ready.rig.plug(True)
    assert ready.run(1000) == drops.NO_MISSION
    assert ready.rig.arming.stage == REFUSED and not ready.rig.arming.armed


def test_a_journal_that_is_not_fresh_is_no_go_and_refuses_to_arm():
    ready = Ready(mission(), fresh=False)
    ready.rig.plug(True)
    assert ready.run(1000) & drops.JOURNAL_NOT_FRESH
    assert not ready.rig.arming.armed


def test_every_reason_that_forbids_arming_forbids_it_and_the_others_do_not():
    for bit in range(15):
        rig = rested()
        rig.plug(True)
        rig.reasons = 1 << bit
        rig.run(300, PAD_M)
        assert rig.arming.armed == (not drops.NEVER_ARM >> bit & 1), bit
        assert rig.arming.armed or rig.state.pad_taken_ms is None


def test_a_reason_that_goes_away_lets_the_inhibit_begin():
    rig = rested()
    rig.plug(True)
    rig.reasons = drops.NO_MISSION
    rig.run(300, PAD_M)
    assert rig.arming.stage == REFUSED
    rig.reasons = 0
    assert changes(rig, 130) == [(1, INHIBIT), (121, ARMED)]


def _spoil(ready, bit):
    measured = ready.rig.measured
    if bit == drops.WIRE_OPEN:
        ready.wires[1].is_whole = False
    elif bit == drops.CUTTER_WEAK:
        ready.rig.plug(True, 2999)
    elif bit == drops.LOGIC_WEAK:
        measured.logic_mv = 3599
    elif bit == drops.BACKUP_NOT_READY:
        ready.backup_state = drops.BACKUP_SILENT
    elif bit == drops.FLASH_BAD:
        ready.journal.ok = False
    elif bit == drops.BREAK_WIRE_OPEN:
        measured.break_wire_open = True
    elif bit == drops.NOT_AIRBORNE_MODEL:
        measured.dynamic_model = 3
    elif bit == drops.BOOTED_WITH_PLUG:
        ready.rig.arming.booted_with_plug = True


def test_every_no_go_has_its_own_bit():
    for bit in (
        drops.WIRE_OPEN,
        drops.CUTTER_WEAK,
        drops.LOGIC_WEAK,
        drops.BACKUP_NOT_READY,
        drops.FLASH_BAD,
        drops.BREAK_WIRE_OPEN,
        drops.NOT_AIRBORNE_MODEL,
        drops.BOOTED_WITH_PLUG,
    ):
        plan = mission()
        plan.break_wire = True
        plan.backup_ms = 9000000
        ready = Ready(plan)
        ready.rig.measured.break_wire_open = False
        assert ready.run(70) == 0
        _spoil(ready, bit)
        ready.readiness.update(ready.backup_state)
        assert ready.readiness.bits == bit


def test_the_cutters_volts_count_only_with_the_plug_in_and_unknown_volts_are_weak():
    ready = Ready(mission())
    ready.run(70)
    ready.rig.plug(False, 0)
    assert ready.run(1) == 0
    ready.rig.plug(True, 3000)
    assert ready.run(1) == 0
    ready.rig.measured.cutter_mv = None
    ready.rig.measured.logic_mv = None
    ready.readiness.update(0)
    assert ready.readiness.bits == drops.CUTTER_WEAK | drops.LOGIC_WEAK


def test_no_fix_and_no_altitude_are_no_go():
    ready = Ready(mission())
    assert ready.run(70, gps=False) & (drops.NO_GPS | drops.NO_ALTITUDE) == drops.NO_GPS
    ready = Ready(mission())
    assert ready.run(70, gps=False, barometer=False) & drops.NO_ALTITUDE
    ready = Ready(mission())
    assert ready.run(70, barometer=False) == 0


def test_an_unused_backup_or_break_wire_is_not_missed():
    ready = Ready(mission())
    ready.backup_state = drops.BACKUP_SILENT
    assert ready.run(70) == 0


def test_a_drop_overdue_at_launch_is_no_go():
    for patience_ms, expected in ((99999, drops.OVERDUE_AT_LAUNCH), (100000, 0), (None, 0)):
        plan = mission(not_before_ms=600000)
        plan.drops[0].after_ms = 500000
        plan.drops[0].patience_ms = patience_ms
        assert Ready(plan).run(70) == expected


def test_a_drop_at_a_time_of_day_needs_the_clock_and_a_time_still_to_come():
    now_s = 1900000000
    for at_s, patience_ms, expected in (
        (now_s + 1000, None, 0),
        (now_s, None, drops.OVERDUE_AT_LAUNCH),
        (now_s + 1, None, 0),
        (now_s - 100, 9000000, drops.OVERDUE_AT_LAUNCH),
        (now_s + 500, 99000, drops.OVERDUE_AT_LAUNCH),  # over before the 600 s in which nothing is let go
        (now_s + 500, 100000, 0),
    ):
        plan = mission(not_before_ms=600000)
        plan.drops[0].after_ms = None
        plan.drops[0].at_unix_s = at_s
        plan.drops[0].patience_ms = patience_ms
        ready = Ready(plan)
        assert ready.run(70) == drops.NO_CLOCK
        ready.rig.state.unix_s = now_s
        ready.rig.state.unix_elapsed_ms = ready.rig.state.elapsed_ms
        ready.readiness.update(0)
        assert ready.readiness.bits == expected, (at_s - now_s, patience_ms)
