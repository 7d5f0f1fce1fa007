"""The altitude vote: GPS where it is to be trusted, the barometer beside it, and no number where neither is."""

import gc
import sys

from firmware.altitude import Altitude
from firmware.flight_state import FlightState
from firmware.measurements import Measurements
from firmware.protocol.mission_plan import Mission
from hardware.simulated.air import exactly
from hardware.simulated.clock import Clock
from hardware.simulated.random_source import RandomSource
from tests.portable.core_rig import Estimates, StillClock


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
    rig = Estimates()
    rig.fix(5000, 4)
    rig.second()
    assert rig.altitude.gps_m == 5000


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


# Rule 9, with two barometers ---------------------------------------------------------------------------------------


def pascals(height_m):
    return int(exactly(float(height_m))[0])


class Vote:
    """Both barometers and GPS, a second at a time, in ticks that wrap. Heights are true heights, None: silent."""

    def __init__(self, pad=True, plan=None, launched=True, seed=7):
        self.clock = Clock(wrap_in_ms=20000)
        self.state = FlightState()
        if pad:
            self.state.pad_gps_m = self.state.pad_pressure_altitude_m = 120
        if launched:
            self.state.launch_ms = 0
        self.measured = Measurements(self.clock)
        self.altitude = Altitude(self.clock, self.measured, self.state, plan)
        self.random = RandomSource(seed)
        self.measured.satellites = 9
        self.measured.dynamic_model = 6
        self.noise_pa = 2

    def noisy(self, pressure_pa):
        return pressure_pa + self.random.below(2 * self.noise_pa + 1) - self.noise_pa

    def second(self, gps_m=None, wide_m=None, low_m=None, wide_pa=None, low_pa=None):
        self.clock.advance(1000000)
        self.state.elapsed_ms += 1000
        now_ms = self.clock.ticks_ms()
        if gps_m is not None:
            self.measured.fix_type = 3
            self.measured.fix_ms = now_ms
            self.measured.gps_altitude_m = gps_m
        if wide_m is not None:
            wide_pa = self.noisy(pascals(wide_m))
        if low_m is not None:
            low_pa = self.noisy(pascals(low_m))
        if wide_pa is not None:
            self.measured.take_wide(wide_pa, now_ms)
        if low_pa is not None:
            self.measured.take_low(low_pa, now_ms)
        self.altitude.update(now_ms)
        return self.altitude

    def run(self, seconds, gps_m=None, wide_m=None, low_m=None, climb_m_s=0):
        """Seconds from these heights on, all at the same rate."""
        for second in range(seconds):
            up_m = int(climb_m_s * second)
            heights_m = [None if one is None else one + up_m for one in (gps_m, wide_m, low_m)]
            self.second(heights_m[0], heights_m[1], heights_m[2])
        return self.altitude

    def bounds(self):
        return self.altitude.altitude_m, self.altitude.lowest_m, self.altitude.highest_m


def about(value_m, expected_m, most_m=12):
    return value_m is not None and abs(value_m - expected_m) <= most_m


def test_altitude_is_voted_and_the_two_that_agree_outvote_the_third():
    for wrong_m in (4000, -3000):
        vote = Vote()
        vote.run(20, 5000, 5000, 5000)
        vote.run(30, 5000 + wrong_m, 5000, 5000)
        assert vote.altitude.gps_m is None
        for height_m in vote.bounds():
            assert about(height_m, 4996), (wrong_m, vote.bounds())
        vote = Vote()
        vote.run(20, 5000, 5000, 5000)
        vote.run(30, 5000, 5000 + wrong_m, 5000)
        assert vote.bounds()[0] == 5000 and about(vote.altitude.lowest_m, 4996) and vote.altitude.highest_m == 5000
        assert about(vote.altitude.pressure_altitude_m, 4996)
        vote = Vote()
        vote.run(20, 5000, 5000, 5000)
        vote.run(30, 5000, 5000, 5000 + wrong_m)
        assert vote.bounds()[0] == 5000 and about(vote.altitude.lowest_m, 4996) and vote.altitude.highest_m == 5000
        assert about(vote.altitude.pressure_altitude_m, 4996)


def test_before_the_pad_is_known_two_barometers_do_not_outvote_gps():
    # 50 hPa above or below the day's usual: no barometer is wrong, and neither is GPS.
    for height_m in (-450, 700):
        vote = Vote(pad=False, launched=False)
        vote.run(20, 120, height_m, height_m)
        assert vote.altitude.gps_m == 120 and vote.altitude.altitude_m == 120


def test_a_second_barometer_replaces_one_that_is_silent_or_wrong():
    vote = Vote()
    vote.run(20, None, 5000, 5000)
    vote.run(10, None, None, 5000)
    assert about(vote.altitude.altitude_m, 4996) and about(vote.altitude.pressure_altitude_m, 4996)
    vote = Vote()
    vote.run(20, None, 5000, 5000)
    vote.run(10, None, 5000, None)
    assert about(vote.altitude.altitude_m, 4996)
    vote = Vote()
    vote.run(20, None, 5000, 5000)
    assert about(vote.second(None, 9000, 5000).altitude_m, 4996), "a spike"


def test_two_barometers_that_contradict_each_other_both_count_for_the_bounds():
    vote = Vote()
    vote.run(20, None, 5000, 5000)
    vote.run(30, None, 5000, 6000)
    altitude_m, lowest_m, highest_m = vote.bounds()
    assert about(altitude_m, 4996) and about(lowest_m, 4996) and about(highest_m, 5994)
    vote = Vote()
    vote.run(2, None, 5000, 6000)
    assert about(vote.altitude.altitude_m, 4996), "the lower one, where nothing else is known"
    vote = Vote()
    vote.run(20, 5500, 5000, 6000)
    assert vote.altitude.altitude_m == 5500, "GPS contradicts neither"
    assert about(vote.altitude.lowest_m, 5500 - 300) and about(vote.altitude.highest_m, 5500 + 300)


def test_barometers_up_to_3_hpa_apart_agree():
    for apart_pa, highest_m in ((300, 4996), (-300, 4996), (301, 5036), (-302, 4996)):
        vote = Vote()
        vote.second(wide_pa=54048, low_pa=54048 - apart_pa)
        assert about(vote.altitude.highest_m, highest_m, 5), (apart_pa, vote.bounds())


def test_the_days_pressure_counts_for_every_barometer_and_every_comparison():
    for day_m in (600, -600):  # how much higher than it is the barometers believe themselves
        for wrong in (0, 1, 2, None):
            vote = Vote()
            vote.state.pad_pressure_altitude_m = 120 + day_m
            heights_m = [5000, 5000 + day_m, 5000 + day_m]
            vote.run(20, *heights_m)
            assert vote.altitude.altitude_m == 5000 and about(vote.altitude.lowest_m, 4996)
            if wrong is not None:
                heights_m[wrong] += 3000
            vote.run(30, *heights_m)
            for height_m in vote.bounds():
                assert about(height_m, 4996), (day_m, wrong, vote.bounds())
        vote = Vote()
        vote.state.pad_pressure_altitude_m = 120 + day_m
        vote.run(20, None, 5000 + day_m, 5700 + day_m)
        assert about(vote.altitude.lowest_m, 4996) and about(vote.altitude.highest_m, 5696)
        vote.run(2, None, 5000 + day_m, 5700 + day_m)
        assert about(vote.altitude.altitude_m, 4996), "where it was"


def test_a_pad_that_is_forgotten_corrects_nothing():
    vote = Vote(launched=False)
    vote.state.pad_pressure_altitude_m = 320
    assert about(vote.second(None, 5000).altitude_m, 4796)
    vote.state.pad_pressure_altitude_m = None
    assert about(vote.second(None, 5000).altitude_m, 4996)


def test_a_barometer_is_valid_in_its_range_bme280_from_300_to_1100_hpa():
    for pressure_pa, valid in ((30000, False), (30009, False), (30010, True), (109990, True), (110000, False)):
        vote = Vote()
        for second in range(20):
            vote.second(low_pa=pressure_pa + (second & 1 if pressure_pa < 50000 else -(second & 1)))
            if not valid:
                break
        assert (vote.altitude.altitude_m is not None) == valid, pressure_pa


def test_a_barometer_is_valid_in_its_range_ms5611_from_10_to_1200_hpa():
    for pressure_pa, valid in ((1000, False), (1001, True), (113900, True), (113901, False), (120000, False)):
        vote = Vote()
        vote.second(wide_pa=pressure_pa)
        assert (vote.altitude.altitude_m is not None) == valid, pressure_pa


def test_a_reading_clamped_at_a_range_end_is_invalid():
    vote = Vote()
    for second in range(1200):
        height_m = 8000 + 5 * second
        vote.second(None, None, low_pa=max(pascals(height_m), 30000))
    assert vote.altitude.altitude_m is None and vote.altitude.lowest_m is None
    vote = Vote()
    for second in range(600):
        height_m = 30500 + 5 * second
        vote.second(height_m, None, wide_pa=max(pascals(height_m), 1000))
    assert vote.altitude.lowest_m == vote.altitude.gps_m and vote.altitude.pressure_altitude_m is None


def test_1_5_hpa_is_850_m_at_30_km_and_counts_where_the_barometer_is_alone():
    for height_m, error_m in ((1000, 0), (8000, 0), (10000, 38), (20000, 184), (30000, 850)):
        vote = Vote()
        vote.noise_pa = 0
        vote.run(5, None, height_m)
        altitude_m, lowest_m, highest_m = vote.bounds()
        assert about(altitude_m - lowest_m, error_m, 10), (height_m, vote.bounds())
        assert highest_m - altitude_m == altitude_m - lowest_m


def test_a_barometer_at_30_km_moves_the_bounds_by_no_more_than_its_error_while_gps_agrees():
    for pressure_m, lowest_m, highest_m in (
        (29900, 29760, 30000),
        (29300, 29164, 30000),
        (28000, 30000 - 300 - 631, 30000),
        (30500, 30000, 30355),
        (27000, 30000 - 300 - 542, 30000),
    ):
        vote = Vote()
        vote.noise_pa = 0
        vote.run(5, 30000, pressure_m)
        assert vote.altitude.altitude_m == 30000
        assert about(vote.altitude.lowest_m, lowest_m, 60), (pressure_m, vote.bounds())
        assert about(vote.altitude.highest_m, highest_m, 60), (pressure_m, vote.bounds())


def test_beyond_what_weather_explains_the_bounds_hold_both_and_the_altitude_stays_where_it_was():
    vote = Vote()
    vote.run(20, 20000, 20000)
    before = vote.bounds()[0]
    vote.run(20, 20000, 12000)
    altitude_m, lowest_m, highest_m = vote.bounds()
    assert altitude_m == before and about(lowest_m, 11977 - 52, 15) and highest_m == 20000
    high = Vote()
    high.run(5, 12000, 20000)
    assert high.altitude.lowest_m == 12000 and about(high.altitude.highest_m, 19937 + 184, 15)
    vote.run(20, 26000, 12000)
    altitude_m, lowest_m, highest_m = vote.bounds()
    assert about(altitude_m, 11977), "now it is GPS that has jumped"
    assert about(lowest_m, 11977 - 52, 15) and highest_m == 26000


# Frozen ------------------------------------------------------------------------------------------------------------


def test_a_reading_frozen_to_the_pascal_for_30_s_while_gps_moves_is_invalid_until_it_lives_again():
    for launched in (True, False):
        vote = Vote(launched=launched)
        for second in range(60):
            vote.second(5000 + 4 * second, wide_pa=54020)
            assert (vote.altitude.pressure_altitude_m is None) == (second >= 30), (launched, second)
        vote.second(5240, wide_pa=54019)
        assert vote.altitude.pressure_altitude_m is not None


def test_a_reading_frozen_aloft_is_invalid_without_gps_too_if_the_sensor_was_lively_on_the_pad():
    vote = Vote(launched=False)
    vote.run(100, None, 120)
    vote.state.launch_ms = vote.state.elapsed_ms
    vote.run(100, None, 120, climb_m_s=5)
    for second in range(1, 60):
        vote.second(wide_pa=vote.measured.wide_pa)
        assert (vote.altitude.altitude_m is None) == (second >= 30), second


def test_a_float_in_calm_air_with_a_coarse_sensor_is_not_frozen():
    vote = Vote(launched=False)
    vote.noise_pa = 0
    vote.run(200, None, 120)  # to the pascal on the pad, too
    vote.state.launch_ms = vote.state.elapsed_ms
    vote.run(100, None, 120, climb_m_s=5)
    for second in range(3000):
        # GPS wanders, as it does in a float.
        vote.second(620 + second * 7 % 20 if second > 1000 else None, wide_pa=vote.measured.wide_pa)
        assert vote.altitude.pressure_altitude_m is not None, second


def test_a_sensor_that_stood_still_on_the_pad_at_last_is_coarse_however_lively_it_was():
    vote = Vote(launched=False)
    vote.run(200, None, 120)
    for _ in range(11):
        vote.second(wide_pa=vote.measured.wide_pa)
    vote.run(50, None, 120)
    vote.state.launch_ms = vote.state.elapsed_ms
    for _ in range(60):
        vote.second(wide_pa=54020)
    assert vote.altitude.altitude_m is not None


def test_gps_that_is_found_later_shows_a_frozen_barometer_too():
    vote = Vote()
    for _ in range(60):
        vote.second(wide_pa=54020)
    for second in range(30):
        vote.second(5000 + 4 * second, wide_pa=54020)
        assert (vote.altitude.pressure_altitude_m is None) == (second >= 13), second


def test_a_lively_sensor_at_rest_is_never_frozen():
    vote = Vote(launched=False)
    vote.noise_pa = 1
    for second in range(4000):
        if second == 1000:
            vote.state.launch_ms = vote.state.elapsed_ms
        vote.second(120 + second // 4 % 100, 120)
        assert vote.altitude.pressure_altitude_m is not None, second


# No single sample --------------------------------------------------------------------------------------------------


def test_no_single_sample_moves_a_bound_whichever_source_spikes():
    for spikes_m in ((4000, 0, 0), (-4000, 0, 0), (0, 4000, 0), (0, -4000, 0), (0, 160, 0), (200, 0, 0)):
        for with_low in (True, False):
            vote = Vote()
            vote.run(20, 6000, 6000, 6000 if with_low else None)
            for second in range(100):
                on = second & 3 == 1
                vote.second(
                    6000 + on * spikes_m[0], 6000 + on * spikes_m[1], 6000 + on * spikes_m[2] if with_low else None
                )
                assert about(vote.altitude.lowest_m, 5994, 20), (spikes_m, with_low, second)
                assert about(vote.altitude.highest_m, 6000, 20), (spikes_m, with_low, second)


def test_a_jump_is_not_believed_until_it_has_held_for_ten_seconds():
    for jump_m in (155, 300, 20000, -200, -5000):
        vote = Vote()
        vote.run(20, 8000)
        seen = [vote.second(8000 + jump_m + second).altitude_m is not None for second in range(14)]
        assert seen == [False] * 10 + [True] * 4, jump_m
        vote = Vote()
        vote.run(20, None, 8000)
        seen = [vote.second(None, 8000 + jump_m).altitude_m is not None for second in range(14)]
        assert seen == [False] * 10 + [True] * 4, jump_m


def test_two_samples_in_a_row_move_no_bound_either_however_often_they_come():
    for source in (0, 1):
        vote = Vote()
        heights_m = [6000, 6000]
        vote.run(20, *heights_m)
        for second in range(120):
            heights_m[source] = 9000 if second % 5 < 2 else 6000
            vote.second(*heights_m)
            assert about(vote.altitude.highest_m, 6000, 20), (source, second)


def test_the_way_back_from_a_jump_takes_ten_seconds_too():
    vote = Vote()
    vote.run(20, 8000)
    vote.run(15, 12000)
    assert vote.altitude.gps_m == 12000
    seen = [vote.second(8000).gps_m for _ in range(12)]
    assert seen == [None] * 10 + [8000] * 2


def test_a_fall_goes_on_while_a_source_is_silent_for_some_seconds():
    for source in (0, 1):
        vote = Vote()
        seen = []
        for second in range(60):
            heights_m = [None, None]
            if second % 5 == 0:
                heights_m[source] = 20000 - 70 * second
            vote.second(*heights_m)
            seen.append(vote.altitude.altitude_m)
        assert None not in seen and about(seen[-1], 20000 - 70 * 55, 60), (source, seen)


def test_a_jump_that_is_not_said_again_has_not_held():
    vote = Vote()
    vote.run(20, 8000)
    for _ in range(8):
        vote.second(9000)
        assert [vote.second().gps_m for _ in range(3)] == [None] * 3
        vote.second(8000)


def test_after_days_of_silence_any_height_is_believed_at_once():
    vote = Vote(launched=False)
    vote.run(20, 20000)
    vote.clock.advance(150 * 3600000000)  # past half the range of the ticks
    assert vote.second(500).gps_m == 500


def test_a_jump_that_is_silent_for_a_while_has_not_held():
    vote = Vote()
    vote.run(20, 8000)
    vote.second(9000)
    vote.run(15)
    assert vote.second(9000).gps_m is None


def test_a_rate_that_no_balloon_has_is_implausible_and_every_rate_of_a_flight_is_not():
    for rate_m_s, believed in ((10, True), (20, True), (-60, True), (-110, True), (28, False), (-140, False)):
        for source in (0, 1):
            vote = Vote()
            seen = 0
            for second in range(60):
                height_m = 14000 + rate_m_s * second
                vote.second(*((height_m,) if source == 0 else (None, height_m)))
                seen += vote.altitude.altitude_m is not None
            assert seen == 60 if believed else seen < 35, (rate_m_s, source, seen)
            assert (vote.altitude.altitude_m is not None) == believed


def test_an_implausible_rate_is_seen_after_hours_of_float_and_a_jump_in_the_midst_of_a_fall():
    vote = Vote()
    vote.run(3000, 14000)
    believed = [vote.second(14000 + 28 * second).altitude_m is not None for second in range(60)]
    assert believed.count(True) < 40 and not believed[-1]
    vote = Vote()
    vote.run(100, 20000, climb_m_s=-60)
    assert vote.second(14000 - 300).gps_m is None
    assert vote.second(14000 - 120).gps_m is not None


def test_after_an_outage_a_height_that_could_be_reached_is_believed_at_once():
    for minutes, up_m, believed in ((10, 11000, True), (10, -19000, True), (10, 13000, False), (70, 20000, True)):
        vote = Vote()
        vote.run(20, 20000)
        vote.clock.advance(minutes * 60000000)
        assert (vote.second(20000 + up_m).altitude_m is not None) == believed, (minutes, up_m)


# Expected climb ----------------------------------------------------------------------------------------------------


def plan(fastest_cm_s=600):
    one = Mission()
    one.pad_altitude_m = 120
    one.fastest_cm_s = fastest_cm_s
    return one


def test_a_height_above_the_expected_climb_is_invalid_from_every_source():
    for source in (0, 1, 2):
        vote = Vote(plan=plan())
        # 6 m/s for 500 s, three tenths more, and 500 m above the pad at 120 m
        vote.state.elapsed_ms = 500000 - 1000
        heights_m = [None, None, None]
        heights_m[source] = 4460
        assert vote.second(*heights_m).altitude_m is not None, source
        vote = Vote(plan=plan())
        vote.state.elapsed_ms = 500000 - 1000
        heights_m[source] = 4545
        assert vote.second(*heights_m).altitude_m is None, source


def test_the_expected_climb_is_held_against_the_height_without_the_days_pressure():
    for height_m, believed in ((4460, True), (4560, False)):
        vote = Vote(plan=plan())
        vote.state.pad_pressure_altitude_m = 720
        vote.state.elapsed_ms = 500000 - 1000
        assert (vote.second(None, height_m + 600).altitude_m is not None) == believed, height_m


def test_a_source_beyond_the_expected_climb_does_not_outvote_one_within_it():
    vote = Vote(plan=plan())
    for second in range(400):
        vote.second(120 + 5 * second, 120 + 5 * second + (6000 if second > 100 else 0))
    assert vote.altitude.lowest_m == vote.altitude.highest_m == vote.altitude.gps_m == 120 + 5 * 399
    assert vote.altitude.pressure_altitude_m is None


def test_gps_and_pressure_that_agree_outvote_the_expected_climb():
    # After a reset mission time may be minutes behind, and with it the forecast.
    vote = Vote(plan=plan())
    vote.run(20, 9000, 8900)
    assert vote.altitude.altitude_m == 9000 and about(vote.altitude.lowest_m, 8888)
    assert vote.second(9000, 8900).gps_m == 9000
    vote = Vote(plan=plan())
    vote.run(20, 9000, 7000)
    assert vote.bounds() == (None, None, None) and vote.altitude.pressure_altitude_m is None
    vote = Vote(plan=plan())
    vote.run(20, 9000, 150)
    assert about(vote.altitude.highest_m, 150) and vote.altitude.gps_m is None
    vote = Vote(plan=plan())
    vote.run(20, None, 8000, 8000)  # two barometers see the same air
    assert vote.bounds() == (None, None, None)


def test_without_a_forecast_or_before_launch_there_is_no_expected_climb():
    for one, launched in ((plan(0), True), (None, True), (plan(), False)):
        vote = Vote(plan=one, launched=launched)
        assert vote.second(30000).altitude_m == 30000
    vote = Vote(plan=plan())
    vote.state.elapsed_ms = 500000000  # a week aloft
    assert vote.second(30000).altitude_m == 30000


def test_a_launch_that_was_none_takes_the_expected_climb_with_it():
    vote = Vote(plan=plan())
    assert vote.second(3000).altitude_m is None
    vote.state.launch_ms = None
    assert vote.second(3000).altitude_m == 3000


def test_the_expected_climb_begins_at_the_pad_that_gps_found():
    vote = Vote(plan=plan())
    vote.state.pad_gps_m = vote.state.pad_pressure_altitude_m = 2000
    vote.state.elapsed_ms = 100000
    assert vote.second(3200).altitude_m == 3200
    vote = Vote(pad=False, plan=plan())
    vote.state.elapsed_ms = 100000
    assert vote.second(3200).altitude_m is None


# The rate over a change of source ----------------------------------------------------------------------------------


def test_a_change_of_source_is_no_climb_and_no_fall():
    vote = Vote()
    vote.noise_pa = 0
    vote.run(100, 25000, 23500, climb_m_s=5)  # weather: pressure altitude is 1,500 m lower
    assert vote.altitude.vertical_cm_s == 500
    rates = []
    for second in range(100, 140):
        vote.second(None if second < 120 else 25000 + 5 * second, 23500 + 5 * second)
        rates.append(vote.altitude.vertical_cm_s)
        assert (vote.altitude.altitude_m < 24500) == (105 <= second < 120)
    # The last fix counts for five seconds more, in which the balloon seems to stand.
    assert min(rates) > 150 and max(rates) < 650 and min(rates[14:]) > 450, rates


def test_with_the_altitude_the_rate_is_lost_and_begins_anew():
    vote = Vote()
    vote.run(20, 5000, climb_m_s=5)
    assert vote.altitude.vertical_cm_s == 500
    vote.run(8)
    assert vote.altitude.altitude_m is None and vote.altitude.vertical_cm_s is None
    rates = [vote.second(5140 + 5 * second).vertical_cm_s for second in range(10)]
    assert rates == [None] * 8 + [500] * 2


def test_from_one_barometer_to_the_other_the_rate_is_unknown_until_it_has_been_seen_again():
    vote = Vote()
    vote.noise_pa = 0
    vote.run(30, None, 5000, 5020, climb_m_s=5)
    rates = [vote.run(1, None, None, 5170 + 5 * second).vertical_cm_s for second in range(20)]
    assert rates.count(None) == 8 and rates[-1] is not None and 450 <= rates[-1] <= 550, rates


# Cost --------------------------------------------------------------------------------------------------------------


def test_the_vote_leaves_nothing_on_the_heap():
    if sys.implementation.name != "micropython":
        return
    clock = StillClock()
    state = FlightState()
    state.launch_ms = 0
    measured = Measurements(clock)
    altitude = Altitude(clock, measured, state, plan())
    measured.satellites, measured.fix_type, measured.dynamic_model = 9, 3, 6

    def seconds(count):
        for _ in range(count):
            clock.ms += 1000
            state.elapsed_ms = clock.ms
            measured.fix_ms = clock.ms
            measured.gps_altitude_m = 120 + clock.ms // 200
            measured.take_wide(90000 - clock.ms // 20, clock.ms)
            measured.take_low(90500 - clock.ms // 20, clock.ms)
            altitude.update(clock.ms)

    seconds(30)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    seconds(30)
    after = gc.mem_alloc()
    gc.enable()
    assert after == before, after - before
    assert altitude.altitude_m is not None
