"""A drop's own conditions hold together, for a time, on more than one sample; `latest` waives them or skips."""

from firmware.protocol import drops, phases
from firmware.protocol.mission_plan import IN_ASCENT, IN_DESCENT, IN_FLOAT, KEEP_IN, KEEP_OUT, RELEASE, SKIP
from tests.portable.release_rig import DUE_MS, SQUARE, Rig, plan_of

AREAS = [{"name": "target", "kind": KEEP_IN, "points": SQUARE}, {"name": "town", "kind": KEEP_OUT, "points": SQUARE}]


def rig_of(before_ms=5000, areas=(), **drop):
    rig = Rig(plan=plan_of([dict(drop, channel="a", after_ms=DUE_MS)], areas=areas))
    rig.at(DUE_MS - before_ms)
    return rig


def fired_ms(rig):
    """When the first pulse began, after due; None when there was none."""
    rises = [at_ms for at_ms, _, level in rig.edges if level]
    return rises[0] - DUE_MS if rises else None


def set_height(rig, lowest_m, highest_m=None):
    rig.altitude.lowest_m = lowest_m
    rig.altitude.highest_m = lowest_m if highest_m is None else highest_m


def test_each_condition_alone_holds_the_drop_back_with_its_own_reason_until_it_holds():
    def low(rig):
        set_height(rig, 4999)

    def high(rig):
        set_height(rig, 8000, 9001)

    def unknown(rig):
        set_height(rig, None)
        rig.mission.blind_from_ms, rig.mission.blind_until_ms = 600000, 14400000

    def outside(rig):
        rig.position.inside = 0

    def nowhere(rig):
        rig.position.inside = 1
        rig.position.is_known = False

    def floating(rig):
        rig.state.phase = phases.FLOAT

    def opened(rig):
        set_height(rig, 8000)
        rig.position.inside = 1
        rig.position.is_known = True
        rig.state.phase = phases.ASCENT

    for spoil, reason in (
        (low, drops.OUT_OF_ALTITUDE),
        (high, drops.OUT_OF_ALTITUDE),
        (unknown, drops.OUT_OF_ALTITUDE),
        (outside, drops.OUT_OF_AREA),
        (nowhere, drops.OUT_OF_AREA),
        (floating, drops.OUT_OF_PHASE),
    ):
        rig = rig_of(
            areas=AREAS, min_altitude_m=5000, max_altitude_m=9000, inside="target", phases=IN_ASCENT, hold_ms=5000
        )
        opened(rig)
        spoil(rig)
        rig.run(60000)
        assert rig.edges == [] and rig.state.drop_states[0] == drops.DUE
        assert rig.controller.reasons[0] == reason == rig.state.reasons, reason
        opened(rig)
        rig.run(4000)
        assert rig.edges == [] and rig.controller.reasons[0] == drops.HOLDING_FOR
        rig.run(4000)
        assert len(rig.edges) == 1, reason


def test_windows_include_their_own_ends():
    for lowest_m, highest_m, fires in ((5000, 9000, True), (4999, 9000, False), (5000, 9001, False)):
        rig = rig_of(min_altitude_m=5000, max_altitude_m=9000)
        set_height(rig, lowest_m, highest_m)
        rig.run(10000)
        assert (fired_ms(rig) is not None) == fires


def test_every_phase_that_may_be_asked_for_is_the_one_that_opens():
    for mask in range(1, 8):
        for phase, bit in ((phases.ASCENT, IN_ASCENT), (phases.FLOAT, IN_FLOAT), (phases.DESCENT, IN_DESCENT)):
            rig = rig_of(phases=mask, in_descent=True)
            rig.state.phase = phase
            rig.run(10000)
            assert (fired_ms(rig) is not None) == (mask & bit != 0), (mask, phase)


def test_hold_s_counts_only_while_all_hold_together():
    rig = rig_of(30000, min_altitude_m=5000, phases=IN_ASCENT, hold_ms=20000)
    for _ in range(6):
        set_height(rig, 4000)
        rig.run(1000)
        set_height(rig, 8000)
        rig.run(17000)
        rig.state.phase = phases.FLOAT
        rig.run(1000)
        rig.state.phase = phases.ASCENT
    assert rig.edges == []
    rig.run(23000)
    assert len(rig.edges) == 1


def test_no_single_sample_fires_anything():
    rig = rig_of(min_altitude_m=5000)
    set_height(rig, 4000)
    rig.run(20000)
    for _ in range(10):
        set_height(rig, 8000)
        rig.run(1000)
        set_height(rig, 4000)
        rig.run(3000)
    assert rig.edges == []


def test_the_dwell_begins_again_after_the_rail_was_low():
    rig = rig_of(60000, min_altitude_m=5000, hold_ms=30000)
    rig.run(62000)
    assert len(rig.edges) == 1
    rig = rig_of(60000, min_altitude_m=5000, hold_ms=30000)
    rig.run(50000)
    rig.measured.cutter_mv = 0
    rig.run(2000)
    rig.measured.cutter_mv = 4500
    rig.run(29000)
    assert rig.edges == [] and rig.controller.reasons[0] == drops.HOLDING_FOR
    rig.run(5000)
    assert len(rig.edges) == 1


def test_before_the_first_look_a_condition_does_not_hold():
    rig = rig_of(min_altitude_m=5000)
    assert rig.conditions.reasons(0) == drops.HOLDING_FOR
    rig = rig_of()
    assert rig.conditions.reasons(0) == 0


def test_latest_release_waives_the_conditions_within_a_second_and_not_before():
    for patience_ms in (0, 700, 60000, 600000):
        rig = rig_of(min_altitude_m=20000, patience_ms=patience_ms, late=RELEASE)
        rig.run(patience_ms + 4900)
        assert rig.edges == [], patience_ms
        rig.run(2000)
        assert 0 <= fired_ms(rig) - patience_ms <= 1000
        rig.run(10000)
        assert rig.state.drop_states[0] == drops.CONFIRMED


def test_latest_skip_skips_when_the_conditions_do_not_hold_and_says_so():
    rig = rig_of(min_altitude_m=20000, patience_ms=60000, late=SKIP)
    rig.run(64900)
    assert rig.state.drop_states[0] == drops.DUE
    rig.run(300)
    assert rig.edges == [] and rig.states() == [drops.DUE, drops.SKIPPED]
    set_height(rig, 25000)
    rig.run(600000)
    assert rig.edges == []


def test_a_drop_whose_conditions_come_to_hold_before_latest_does_not_wait_for_it():
    for late in (SKIP, RELEASE):
        rig = rig_of(min_altitude_m=20000, patience_ms=600000, late=late)
        rig.run(100000)
        set_height(rig, 21000)
        rig.run(6000)
        assert 95000 <= fired_ms(rig) <= 101000


def test_a_hard_gate_closed_when_latest_comes_is_skipped_whatever_the_mission_says():
    for late in (SKIP, RELEASE):
        rig = rig_of(patience_ms=60000, late=late)
        set_height(rig, 1349)
        rig.run(64800)
        assert rig.state.drop_states[0] == drops.DUE and rig.controller.reasons[0] == drops.TOO_LOW
        rig.run(400)
        assert rig.state.drop_states[0] == drops.SKIPPED
        set_height(rig, 8000)
        rig.run(60000)
        assert rig.edges == []


def test_what_passes_by_itself_does_not_skip_a_drop_at_its_latest():
    rig = rig_of(patience_ms=2000, late=RELEASE)
    rig.run(3000)
    rig.state.over_ms = rig.state.elapsed_ms  # another drop has just gone
    rig.run(29000)
    assert rig.edges == [] and rig.controller.reasons[0] == drops.MIN_GAP
    rig.run(3000)
    assert len(rig.edges) == 1


def test_after_a_boot_nothing_is_too_late_before_the_sensors_have_spoken():
    rig = rig_of(-100000, patience_ms=60000, late=RELEASE)
    rig.controller._passes = 0
    set_height(rig, None)
    rig.run(14000)
    assert rig.state.drop_states[0] == drops.DUE
    set_height(rig, 8000)
    rig.run(3000)
    assert len(rig.edges) == 1


def test_a_condition_that_stops_holding_between_intent_and_pulse_takes_the_attempt_back():
    rig = rig_of(5500, min_altitude_m=5000)
    while rig.state.drop_states[0] != drops.FIRING:
        rig.pass_()
    set_height(rig, 4999)
    rig.run(3000)
    assert rig.edges == [] and rig.state.drop_attempts[0] == 0 and rig.state.drop_states[0] == drops.DUE
    assert drops.FIRING in rig.states()
    set_height(rig, 5000)
    rig.run(6000)
    assert len(rig.edges) == 1 and rig.state.drop_attempts[0] == 1


def conditions_of(areas=(), **drop):
    """A rig before launch-time matters: one drop's conditions, looked at by hand."""
    rig = rig_of(areas=areas, **drop)
    set_height(rig, 8000)
    return rig


def look(rig, ms=0):
    """`ms` later, one look."""
    rig.state.elapsed_ms += ms
    rig.conditions.update(rig.clock.ticks_ms())
    return rig.conditions.reasons(0)


def test_a_single_condition_of_any_kind_is_looked_at():
    for drop, spoil, reason in (
        ({"min_altitude_m": 5000}, lambda rig: set_height(rig, 4999), drops.OUT_OF_ALTITUDE),
        ({"max_altitude_m": 9000}, lambda rig: set_height(rig, 9001), drops.OUT_OF_ALTITUDE),
        ({"inside": "target"}, lambda rig: setattr(rig.position, "inside", 0), drops.OUT_OF_AREA),
        ({"phases": IN_ASCENT}, lambda rig: setattr(rig.state, "phase", phases.FLOAT), drops.OUT_OF_PHASE),
    ):
        rig = conditions_of(AREAS, **drop)
        rig.position.inside = 1
        assert look(rig) == drops.HOLDING_FOR and look(rig, 60000) == 0, drop
        spoil(rig)
        assert look(rig, 1000) == reason, drop


def test_an_area_is_found_by_its_place_among_all_areas():
    both = [{"name": "first", "kind": KEEP_IN, "points": SQUARE}, {"name": "second", "kind": KEEP_IN, "points": SQUARE}]
    both.append({"name": "third", "kind": KEEP_IN, "points": SQUARE})
    for name, bit in (("first", 1), ("second", 2), ("third", 4)):
        for inside in range(8):
            rig = conditions_of(both, inside=name)
            rig.position.inside = inside
            assert (look(rig) == drops.OUT_OF_AREA) == (inside & bit == 0), (name, inside)


def test_hold_s_is_over_at_its_very_millisecond_and_never_shorter_than_two_seconds():
    for hold_ms, least_ms in ((0, 2000), (2000, 2000), (2001, 2001), (60000, 60000)):
        rig = conditions_of(min_altitude_m=5000, hold_ms=hold_ms)
        assert look(rig) == drops.HOLDING_FOR
        assert look(rig, least_ms - 1) == drops.HOLDING_FOR
        assert look(rig, 1) == 0, hold_ms


def test_on_the_ground_and_after_landing_no_phase_that_can_be_asked_for_holds():
    for phase in (phases.GROUND, phases.LANDED):
        for mask in range(1, 8):
            rig = conditions_of(phases=mask)
            rig.state.phase = phase
            assert look(rig) == drops.OUT_OF_PHASE, (phase, mask)
