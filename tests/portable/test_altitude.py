"""The altitude vote: GPS where it is to be trusted, the barometer beside it, and no number where neither is."""

from tests.portable.core_rig import Estimates


def near(pressure_altitude_m, height_m):
    """Pressure altitude is geopotential: less than the true height by height squared over the Earth's radius."""
    return abs(pressure_altitude_m - (height_m - height_m * height_m // 6356766)) <= 3


def test_gps_is_believed_while_fresh_and_good():
    rig = Estimates()
    rig.second(5000, 5010)
    assert rig.altitude.altitude_m == 5000 and rig.altitude.gps_m == 5000
    assert near(rig.altitude.pressure_altitude_m, 5010)


def test_a_fix_that_is_not_3d_or_has_few_satellites_is_not_believed():
    for satellites, fix_type in ((3, 3), (None, 3), (9, 2), (9, 0)):
        rig = Estimates()
        rig.fix(5000, satellites, fix_type)
        rig.second()
        assert rig.altitude.gps_m is None and rig.altitude.altitude_m is None, (satellites, fix_type)
        rig.second(None, 700)
        assert abs(rig.altitude.altitude_m - 700) <= 1


def test_a_receiver_outside_its_airborne_model_is_believed_only_below_9_km():
    for model, height_m, believed in (
        (0, 8900, True),
        (0, 9100, False),
        (3, 9100, False),
        (6, 30000, True),
        (7, 30000, True),
        (8, 30000, True),
        (None, 8900, True),  # nobody knows
        (None, 30000, False),
    ):
        rig = Estimates()
        rig.clock.sleep_ms(500)
        rig.fix(height_m, model=model)
        rig.second()
        assert (rig.altitude.gps_m is not None) == believed, (model, height_m)


def test_a_place_that_stands_still_to_the_centimetre_for_half_a_minute_is_frozen():
    rig = Estimates()
    rig.measured.latitude_e7, rig.measured.longitude_e7 = 521500000, 206000000
    for second in range(60):
        rig.fix(3000)
        rig.second()
        assert (rig.altitude.gps_m is not None) == (second < 30), second
    rig.measured.longitude_e7 += 1
    rig.fix(3000)
    rig.second()
    assert rig.altitude.gps_m is not None


def test_values_older_than_five_seconds_are_gone_over_a_wrap():
    rig = Estimates(wrap_in_ms=3000)
    rig.second(1000, 1000)
    seen = []
    for _ in range(7):
        rig.second()
        seen.append((rig.altitude.gps_m, rig.altitude.altitude_m is None))
    assert seen == [(1000, False)] * 5 + [(None, True)] * 2
    assert rig.altitude.lowest_m is None and rig.altitude.highest_m is None and rig.altitude.vertical_cm_s is None


def test_one_source_alone_is_all_three_altitudes():
    rig = Estimates()
    rig.second(1000)
    assert (rig.altitude.altitude_m, rig.altitude.lowest_m, rig.altitude.highest_m) == (1000, 1000, 1000)
    rig = Estimates()
    rig.second(None, 1000)
    lone = rig.altitude.altitude_m
    assert abs(lone - 1000) <= 1 and rig.altitude.lowest_m == lone and rig.altitude.highest_m == lone


def test_the_bounds_hold_both_sources():
    rig = Estimates()
    rig.second(5000, 5200)
    assert rig.altitude.lowest_m == 5000 and near(rig.altitude.highest_m, 5200)
    rig = Estimates()
    rig.second(5000, 4800)
    assert near(rig.altitude.lowest_m, 4800) and rig.altitude.highest_m == 5000


def test_the_days_pressure_is_taken_out_at_the_pad():
    for day_pa in (-2500, -800, 0, 1500):
        rig = Estimates(day_pa=day_pa)
        rig.run(70, 120)
        assert rig.arming.armed and rig.state.pad_gps_m == 120
        rig.second(None, 120)
        rig.clock.advance(6000000)
        rig.second(None, 120)  # GPS is gone by now
        assert rig.altitude.gps_m is None and abs(rig.altitude.altitude_m - 120) <= 2, day_pa


def test_a_gps_jump_is_outvoted_by_the_barometer_and_never_raises_the_lowest():
    rig = Estimates()
    rig.run(20, 5000)
    rig.second(25000, 5005)
    assert near(rig.altitude.altitude_m, 5005) and near(rig.altitude.lowest_m, 5005)
    rig.second(5010, 5010)
    assert rig.altitude.altitude_m == 5010


def test_a_barometer_that_freezes_is_outvoted_by_gps():
    rig = Estimates()
    rig.run(20, 5000)
    frozen_pa = rig.measured.wide_pa
    for second in range(1, 1000):
        rig.measured.take_wide(frozen_pa, rig.clock.ticks_ms())
        rig.second(5000 + 5 * second)
        # For half a minute it counts for the bounds, like any valid source; from then on it is invalid.
        lowest_m = rig.altitude.lowest_m
        assert near(lowest_m, 5000) if second < 30 else lowest_m == 5000 + 5 * second, second
    assert rig.altitude.altitude_m == 5000 + 5 * 999 and rig.altitude.pressure_altitude_m is None


def test_the_rate_is_known_after_eight_seconds_and_right_over_a_wrap():
    for rate_m_s in (5, -5, -40, 1):
        rig = Estimates(wrap_in_ms=15000)
        seen = []
        for second in range(40):
            rig.second(20000 + rate_m_s * second)
            seen.append(rig.altitude.vertical_cm_s)
        assert seen[:8] == [None] * 8 and seen[8:] == [rate_m_s * 100] * 32
        assert rig.altitude.rate_cm_s(15) == rate_m_s * 100
        assert rig.altitude.rate_cm_s(3) == rate_m_s * 100


def test_a_rate_is_never_taken_across_a_gap():
    rig = Estimates()
    for second in range(20):
        rig.second(20000 + 5 * second)
    rig.clock.advance(90000000)  # long enough to have fallen so far
    seen = []
    for second in range(12):
        rig.second(10000 - 10 * second)
        seen.append(rig.altitude.vertical_cm_s)
    assert seen[:8] == [None] * 8 and seen[8:] == [-1000] * 4


def test_a_pad_reference_is_of_one_moment():
    # The receiver finds its satellites 1,000 m up; the barometer's pad reading is of the ground. Later it is lost.
    rig = Estimates()
    rig.run(80, 120, gps=False)
    assert rig.arming.armed
    rig.run(200, 120, 5.0, gps=False)
    rig.run(200, 1120, 5.0)
    rig.clock.advance(6000000)
    rig.second(None, 2120)
    assert rig.altitude.gps_m is None and abs(rig.altitude.altitude_m - 2120) <= 100
