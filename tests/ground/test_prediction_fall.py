"""How things fall: terminal speeds, times and drifts, and where what is let go may land."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.prediction.fall import AirColumn, impact_j, speed_at, terminal_m_s
from ground.prediction.footprint import Fall, footprint
from ground.prediction.wind import Wind, blowing_from, make_wind

STEADY = Wind(((0.0, 10.0, 0.0), (40000.0, 10.0, 0.0)))


def test_paper_of_75_to_80_g_falls_with_0_8_to_1_1_m_s():
    for paper_g_m2 in (75, 80):
        for drag, low, high in ((1.0, 1.09, 1.14), (2.0, 0.77, 0.81)):
            assert low < terminal_m_s(paper_g_m2 / 1000, 1.0, drag) < high


@pytest.mark.parametrize(
    ("mass_kg", "area_m2", "drag", "speed_m_s", "joules"),
    [
        (0.0153, 0.01131, 1.12, 4.4, 0.15),  # a DVD, flat
        (0.010, 0.00101, 1.1, 12.0, 0.7),  # a USB stick
        (1.0, 0.0311, 1.1, 21.6, 234.0),  # a bundle that did not open
    ],
)
def test_heavier_things_fall_and_land_as_they_are_known_to(mass_kg, area_m2, drag, speed_m_s, joules):
    speed = terminal_m_s(mass_kg, area_m2, drag)
    assert speed == pytest.approx(speed_m_s, rel=0.01)
    assert impact_j(mass_kg, speed) == pytest.approx(joules, rel=0.04)


def test_terminal_speed_follows_the_root_of_the_density():
    assert speed_at(5.0, 0.0) == pytest.approx(5.0)
    assert speed_at(5.0, 30000.0) == pytest.approx(5.0 * math.sqrt(1.225 / 0.0184102), rel=1e-5)


def test_leaflets_from_3_km_in_10_m_s_drift_about_30_km():
    near = AirColumn(0.0, 3000.0, STEADY).fall(3000.0, 1.1)
    far = AirColumn(0.0, 3000.0, STEADY).fall(3000.0, 0.8)
    assert 25_000 < near.east_m < 30_000 < far.east_m < 36_000
    assert near.north_m == far.north_m == 0.0


def test_a_fall_is_as_long_as_one_that_is_stepped_second_by_second():
    height_m, seconds, east_m = 12000.0, 0.0, 0.0
    wind = Wind(((0.0, 2.0, -1.0), (5000.0, 20.0, 3.0), (12000.0, -5.0, 9.0)))
    while height_m > 200.0:
        height_m -= speed_at(4.0, height_m) * 0.5
        east_m += wind.at(height_m)[0] * 0.5
        seconds += 0.5
    fall = AirColumn(200.0, 20000.0, wind).fall(12000.0, 4.0)
    assert fall.seconds == pytest.approx(seconds, abs=2.0)
    assert fall.east_m == pytest.approx(east_m, abs=30.0)


@given(st.floats(-500, 30000), st.floats(0.5, 50))
def test_twice_as_fast_takes_half_the_time_and_half_the_way(from_m, speed_m_s):
    column = AirColumn(-500.0, 30000.0, STEADY)
    slow, fast = column.fall(from_m, speed_m_s), column.fall(from_m, 2 * speed_m_s)
    assert fast.seconds == pytest.approx(slow.seconds / 2)
    assert fast.east_m == pytest.approx(slow.east_m / 2)
    assert slow.east_m == pytest.approx(10.0 * slow.seconds)


def test_beyond_the_ends_of_a_column_nothing_is_added():
    column = AirColumn(100.0, 1000.0)
    assert column.fall(50.0, 1.0).seconds == 0.0
    assert column.fall(5000.0, 1.0) == column.fall(1000.0, 1.0)
    assert AirColumn(100.0, 100.0).fall(5000.0, 1.0).seconds == 0.0


def test_a_wind_is_named_by_where_it_comes_from():
    assert blowing_from(270, 10) == pytest.approx((10, 0))
    assert blowing_from(0, 10) == pytest.approx((0, -10))
    assert blowing_from(225, math.sqrt(2)) == pytest.approx((1, 1))


def test_a_wind_is_linear_between_its_rows_and_constant_beyond():
    wind = make_wind([(2000, 270, 20), (1000, 270, 10), (1000, 90, 99)])
    assert wind.at(0) == wind.at(1000) == pytest.approx((10, 0))
    assert wind.at(1500) == pytest.approx((15, 0))
    assert wind.at(9999) == wind.at(2000) == pytest.approx((20, 0))
    assert (wind.top_m, wind.fastest_m_s()) == (2000, pytest.approx(20))
    with pytest.raises(ValueError, match="two altitudes"):
        make_wind([(1000, 1, 1), (1000, 2, 2)])


def leaflets(lowest_m=1350.0, highest_m=9000.0):
    return Fall(lowest_m, highest_m, -180.0, 350.0, 0.8, 1.1)


def test_without_a_wind_a_footprint_is_as_wide_as_the_widest_drift():
    mark = footprint(leaflets(), None, 50.0)
    longest_s = AirColumn(-180.0, 9000.0).fall(9000.0, 0.8).seconds
    assert (mark.east_m, mark.north_m, mark.longest_s) == (0.0, 0.0, longest_s)
    assert longest_s * 50 < mark.radius_m < longest_s * 50 * 1.03 + 300


def test_with_a_wind_it_is_moved_by_the_drift_and_holds_every_landing_within_the_winds_error():
    wind = Wind(((0.0, 3.0, 1.0), (3000.0, 12.0, -2.0), (9000.0, 25.0, 6.0)))
    mark = footprint(leaflets(), wind, 50.0)
    assert mark.east_m > 0 and mark.radius_m < footprint(leaflets(), None, 50.0).radius_m
    for height_m in (1350.0, 1400.0, 2300.0, 5000.0, 7777.0, 9000.0):
        for speed_m_s in (0.8, 0.87, 0.95, 1.1):
            for ground_m in (-180.0, 0.0, 120.0, 350.0):
                fall = AirColumn(ground_m, 9000.0, wind).fall(height_m, speed_m_s)
                for error in ((5.0, 0.0), (-3.5, 3.5), (0.0, -5.0)):
                    east_m = fall.east_m + error[0] * fall.seconds - mark.east_m
                    north_m = fall.north_m + error[1] * fall.seconds - mark.north_m
                    assert math.hypot(east_m, north_m) < mark.radius_m


def test_above_the_top_of_a_wind_the_widest_drift_is_reckoned_with():
    low = Wind(((0.0, 0.0, 0.0), (3000.0, 0.0, 0.0)))
    full = Wind(((0.0, 0.0, 0.0), (9000.0, 0.0, 0.0)))
    column = AirColumn(-180.0, 9000.0)
    unknown_s = column.fall(9000.0, 0.8).seconds - column.fall(3000.0, 0.8).seconds
    more_m = footprint(leaflets(), low, 50.0).radius_m - footprint(leaflets(), full, 50.0).radius_m
    assert more_m == pytest.approx(unknown_s * 50 * 1.02, abs=20)
