"""Places: which are believed, which areas they lie in, and what it takes to have left one (release.md, 8 and 16)."""

import math

import micropython

from firmware.area_exit import AreaExit
from firmware.drivers.gps_fix import GpsFix
from firmware.measurements import Measurements
from firmware.position import Position, within
from firmware.protocol.mission_plan import KEEP_IN, KEEP_OUT, Area
from hardware.simulated.clock import Clock
from hardware.simulated.random_source import RandomSource
from tests.portable.core_rig import StillClock
from tests.portable.test_areas import pack

M = 90  # 1e-7 degree of latitude
HOME = (521500000, 206000000)


def box(name, kind, south_m, west_m, north_m, east_m, around=HOME):
    """A box of metres of latitude in both directions."""
    south, north = around[0] + south_m * M, around[0] + north_m * M
    west, east = around[1] + west_m * M, around[1] + east_m * M
    return Area(name, kind, pack(((south, west), (south, east), (north, east), (north, west))))


class Heights:
    """What the vote says, as far as an exit asks."""

    def __init__(self):
        self.gps_m = 20000
        self.pressure_altitude_m = 19800


class Rig:
    """A fix a second, ten passes between; places in metres of latitude and of longitude from HOME."""

    def __init__(self, areas=(), wrap_in_ms=15000, clock=None, home=HOME):
        self.clock = clock or Clock(wrap_in_ms=wrap_in_ms)
        self.home = home
        self.gps = GpsFix()
        self.gps.satellites = 9
        self.measured = Measurements(self.clock)
        self.position = Position(self.clock, self.measured, areas)
        self.heights = Heights()
        self.exit = AreaExit(self.position, self.measured, self.heights, 0)
        self.elapsed_ms = 5000
        self.proved_s = None
        self.seconds = 0
        self.working = True

    def fix(self, north_m, east_m, fix_type=3):
        gps = self.gps
        gps.fix_type = fix_type
        gps.latitude_e7 = self.home[0] + north_m * M
        gps.longitude_e7 = (self.home[1] + east_m * M + 1800000000) % 3600000000 - 1800000000
        # The last digit of a living receiver is never still.
        gps.latitude_e7 += self.seconds & 1
        gps.fix_ms = self.clock.ticks_ms()
        self.measured.take_fix(gps)
        self.position.take(self.clock.ticks_ms())

    def pass_(self, count=1):
        for _ in range(count):
            self.clock.advance(100000)
            self.elapsed_ms += 100
            if self.working:
                self.position.work(self.clock.ticks_ms())

    def second(self, north_m=None, east_m=0):
        self.seconds += 1
        if north_m is not None:
            self.fix(north_m, east_m)
        self.pass_(10)
        if self.exit.look(self.clock.ticks_ms(), self.elapsed_ms) and self.proved_s is None:
            self.proved_s = self.seconds
        return self.known()

    def run(self, seconds, north_m=0, east_m=0, north_m_s=0, east_m_s=0):
        """Fixes from a place on, at a speed. Returns for how many of the seconds the place was known."""
        known = 0
        for second in range(1, seconds + 1):
            known += self.second(north_m + north_m_s * second, east_m + east_m_s * second)
        return known

    def silence(self, seconds):
        for _ in range(seconds):
            self.second()

    def known(self):
        return self.position.known(self.clock.ticks_ms())


# No single sample --------------------------------------------------------------------------------------------------


def test_no_single_sample_is_a_place_it_takes_three_seconds_of_fixes():
    rig = Rig()
    assert not rig.known()
    seen = [rig.second(0) for _ in range(6)]
    assert seen == [False] * 3 + [True] * 3 and not rig.position.suspect


def test_first_fixes_that_contradict_each_other_are_no_place_and_no_suspicion_either():
    rig = Rig()
    for second in range(20):
        assert not rig.second(20000 * (second & 1))
    assert not rig.position.suspect
    assert rig.run(6) == 3


def test_a_stale_place_is_unknown_after_five_seconds_and_over_a_wrap():
    for wrap_in_ms in (9000, 11000, 15000, 1000000):
        rig = Rig(wrap_in_ms=wrap_in_ms)
        rig.run(8)
        seen = [rig.second() for _ in range(8)]
        assert seen == [True] * 4 + [False] * 4, wrap_in_ms


def test_five_seconds_are_five_thousand_milliseconds():
    rig = Rig()
    rig.run(8)
    fixed_ms = rig.position.place_ms
    for age_ms, known in ((0, True), (5000, True), (5001, False)):
        assert rig.position.known(rig.clock.ticks_add(fixed_ms, age_ms)) == known, age_ms


def test_what_the_receiver_no_longer_claims_is_not_taken():
    rig = Rig()
    for _ in range(10):
        rig.fix(0, 0, fix_type=0)
        rig.pass_(10)
        assert not rig.known()
    for _ in range(10):
        rig.seconds += 1
        rig.fix(0, 0, fix_type=2)
        rig.pass_(10)
    assert rig.known()


def test_a_fix_that_was_old_when_it_was_taken_is_none():
    rig = Rig()
    rig.run(8)
    for _ in range(8):
        rig.pass_(10)
        rig.position.take(rig.clock.ticks_ms())  # the same fix again and again
    assert not rig.known()


def test_two_sentences_of_one_second_and_a_fix_read_late_tell_of_no_speed():
    rig = Rig()
    for second in range(60):
        rig.seconds += 1
        # 90 m/s; every other fix is read 400 ms late, and each comes in two sentences.
        late = 4 * (second & 1)
        rig.pass_(late)
        rig.fix(90 * second, 0)
        rig.pass_(1)
        rig.fix(90 * second, 0)
        rig.pass_(9 - late)
    assert rig.known() and not rig.position.suspect


def test_a_place_frozen_to_the_centimetre_for_30_s_is_not_known():
    rig = Rig()
    rig.run(10)
    for second in range(60):
        rig.seconds = 1
        rig.fix(0, 0)
        rig.pass_(10)
        assert rig.known() == (second < 30), second
    assert not rig.position.suspect
    assert [rig.second(1) for _ in range(5)] == [False] * 3 + [True] * 2
    for _ in range(32):
        rig.seconds = 1
        rig.fix(0, 0)
        rig.pass_(10)
    assert not rig.known()
    assert [rig.second(1) for _ in range(5)] == [False] * 3 + [True] * 2


# Plausible rate ----------------------------------------------------------------------------------------------------


def test_any_wind_up_to_100_m_s_is_believed_at_every_latitude_and_across_the_antimeridian():
    for latitude in (0, 200000000, -450000000, 600000000, 700000000, -799000000):
        for longitude in (0, 1799990000, -1799990000, 1100000000):
            per_degree = math.cos(math.radians(latitude / 1e7))
            rig = Rig(home=(latitude, longitude))
            assert rig.run(40, north_m_s=98) == 37, (latitude, longitude)
            rig = Rig(home=(latitude, longitude))
            assert rig.run(40, east_m_s=int(98 / per_degree)) == 37, (latitude, longitude)
            rig = Rig(home=(latitude, longitude))
            assert rig.run(40, north_m_s=-68, east_m_s=-int(68 / per_degree)) == 37, (latitude, longitude)
            assert not rig.position.suspect


def test_faster_than_a_balloon_can_fly_is_suspect_at_every_latitude():
    for latitude in (0, 450000000, -700000000):
        per_degree = math.cos(math.radians(latitude / 1e7))
        for north_m_s, east_m_s in ((140, 0), (0, 140), (100, 100), (-140, 0)):
            rig = Rig(home=(latitude, 1799000000))
            rig.run(10)
            rig.run(40, north_m_s=north_m_s, east_m_s=int(east_m_s / per_degree))
            assert rig.position.suspect and not rig.known(), (latitude, north_m_s, east_m_s)


def test_in_one_second_a_fix_may_lie_100_m_away_and_30_m_more_for_its_noise():
    for north_m, suspect in ((130, False), (131, True), (-130, False), (-132, True)):
        rig = Rig()
        rig.run(10)
        rig.second(north_m)
        assert rig.position.suspect == suspect and rig.known() == (not suspect), north_m


def test_a_spoofed_jump_is_suspect_at_once_and_believed_only_after_60_s_of_fixes_that_agree():
    rig = Rig()
    rig.run(30)
    seen = []
    for _ in range(64):
        rig.second(50000)
        seen.append((rig.position.suspect, rig.known()))
    assert seen == [(True, False)] * 60 + [(False, True)] * 4
    assert abs(rig.position.latitude_e7 - HOME[0] - 50000 * M) <= 1


def test_another_jump_or_a_gap_begins_the_60_s_anew():
    rig = Rig()
    rig.run(30)
    rig.run(50, 50000)
    rig.run(59, 90000)
    assert rig.position.suspect
    rig.silence(7)
    rig.run(60, 90000)
    assert rig.position.suspect and not rig.known()
    rig.run(2, 90000)
    assert not rig.position.suspect and rig.known()


def test_a_single_spike_costs_a_minute_of_known_places_but_is_never_one():
    rig = Rig((box("far", KEEP_IN, 40000, -100, 60000, 100),))
    rig.run(30)
    rig.second(50000)
    assert not rig.known() and rig.position.inside == 0
    rig.run(60)
    assert not rig.known()
    rig.run(2)
    assert rig.known() and rig.position.inside == 0


def test_a_place_found_again_after_an_outage_is_believed_at_a_plausible_speed():
    for minutes, distance_m, plausible in (
        (5, 29000, True),
        (5, 31500, False),
        (40, 230000, True),
        (40, 250000, False),
    ):
        rig = Rig()
        rig.run(30)
        rig.silence(60 * minutes)
        known = rig.run(6, distance_m)
        assert rig.position.suspect == (not plausible), (minutes, distance_m)
        assert known == (3 if plausible else 0), (minutes, distance_m)


def test_after_an_outage_of_more_than_an_hour_any_place_may_be_true():
    for hours in (2, 12, 140, 160):  # past half the range of the ticks
        rig = Rig()
        rig.run(30)
        rig.clock.advance(hours * 3600000000)
        assert rig.run(6, 900000) == 3 and not rig.position.suspect, hours


def test_up_to_an_hour_of_outage_a_place_can_be_too_far():
    for outage_s, suspect in ((3598, True), (3602, False)):
        rig = Rig()
        rig.run(30)
        rig.clock.advance(outage_s * 1000000)
        rig.run(6, 500000)
        assert rig.position.suspect == suspect, outage_s


def test_a_suspicion_before_an_outage_outlives_it():
    rig = Rig()
    rig.run(30)
    rig.run(10, 50000)
    rig.silence(600)
    rig.run(10, 0)
    assert rig.position.suspect and not rig.known()


def test_distances_are_right_to_three_parts_in_a_hundred():
    random = RandomSource(11)
    for _ in range(400):
        latitude = random.below(1500000000) - 750000000
        longitude = random.below(2000000000) + random.below(1600000000) - 1800000000
        size_m = (30, 1000, 30000, 300000)[random.below(4)]
        angle = random.below(6283) / 1000
        north_m = size_m * math.sin(angle)
        east_m = size_m * math.cos(angle)
        there = latitude + int(north_m / 0.0111319)
        # Scaled where the way begins, as the firmware does: over 300 km the meridians draw together.
        east = int(east_m / 0.0111319 / math.cos(math.radians(latitude / 1e7)))
        beyond = (longitude + east + 1800000000) % 3600000000 - 1800000000
        assert within(latitude, longitude, there, beyond, size_m * 103 // 100 + 2), (latitude, longitude, size_m, angle)
        assert not within(latitude, longitude, there, beyond, size_m * 97 // 100 - 2), (latitude, size_m, angle)


def test_the_other_side_of_the_earth_is_far():
    for latitude, longitude in (
        (0, 1800000000),
        (0, -1800000000),
        (900000000, 0),
        (-900000000, 0),
        (500000000, 900000000),
    ):
        assert not within(0, 0, latitude, longitude, 360030)
    assert within(900000000, 0, 900000000, 0, 0) and within(0, 1800000000, 0, -1800000000, 0)


# Areas -------------------------------------------------------------------------------------------------------------


def three_areas():
    return (
        box("in", KEEP_IN, -1000, -1000, 1000, 1000),
        box("out", KEEP_OUT, 500, -1000, 2000, 1000),
        box("far", KEEP_OUT, 50000, 50000, 60000, 60000),
    )


def test_one_area_is_judged_per_pass_and_the_verdicts_of_one_fix_become_known_together():
    rig = Rig(three_areas())
    rig.run(8, 0)
    assert rig.known() and rig.position.inside == 0b001
    rig.fix(600, 0)  # inside two of them now; the fix is 600 m away, which is a jump
    rig.run(63, 600)
    assert rig.known() and rig.position.inside == 0b011
    rig.seconds += 1
    rig.fix(650, 10)
    seen = []
    for _ in range(4):
        rig.pass_()
        seen.append((rig.position.latitude_e7 - rig.home[0] - rig.seconds % 2) // M)
    assert seen == [600, 600, 650, 650]


def test_on_the_edge_is_inside_a_keep_out_and_outside_a_keep_in():
    for kind, inside in ((KEEP_IN, 0), (KEEP_OUT, 1)):
        # The edge runs on the even unit of latitude; odd ones are inside.
        corners = ((HOME[0], HOME[1] - 1000), (HOME[0], HOME[1] + 1000), (HOME[0] + 99, HOME[1]))
        rig = Rig((Area("a", kind, pack(corners)),))
        rig.run(8)
        for _ in range(4):
            rig.second(0)
            on_edge = rig.seconds & 1 == 0
            assert rig.known() and rig.position.inside == (inside if on_edge else 1), (kind, rig.seconds)


def test_verdicts_older_than_five_seconds_are_unknown_however_fresh_the_fixes():
    rig = Rig(three_areas())
    rig.run(8)
    assert rig.known()
    rig.working = False
    assert [rig.second(0) for _ in range(8)] == [True] * 4 + [False] * 4
    rig.working = True
    assert rig.second(0)


def test_a_fix_that_comes_while_another_is_judged_waits_its_turn():
    many = tuple([box("a%d" % place, KEEP_OUT, -1000, -1000, 300, 1000) for place in range(12)])
    rig = Rig(many)
    inside = 0
    for second in range(1, 40):
        rig.second(90 * second - 1800)
        if rig.known():
            # All twelve are the same area, so any mixture of two fixes would show.
            assert rig.position.inside in (0, 0xFFF)
            north_m = (rig.position.latitude_e7 - HOME[0]) // M
            assert (rig.position.inside == 0xFFF) == (-1000 <= north_m <= 300), north_m
            inside += rig.position.inside == 0xFFF
    assert inside > 8


def test_without_areas_a_place_is_known_without_any_work():
    rig = Rig()
    rig.working = False
    assert rig.run(10) == 7 and rig.position.inside == 0
    assert abs(rig.position.latitude_e7 - HOME[0]) <= 1 and rig.position.longitude_e7 == HOME[1]


def ask(position, clock):
    known = 0
    for _ in range(20):
        clock.ms += 100
        position.work(clock.ms)
        if position.known(clock.ms) and not position.suspect and position.inside == 0:
            known += 1
    return known


def test_reading_the_verdict_and_judging_far_areas_take_nothing_from_the_heap():
    class MovingClock(StillClock):
        def advance(self, us):
            self.ms += us // 1000

    rig = Rig(three_areas()[2:] + (box("b", KEEP_OUT, 70000, 0, 80000, 10),), clock=MovingClock())
    rig.run(8)
    rig.fix(5, 5)
    micropython.heap_lock()
    try:
        known = ask(rig.position, rig.clock)
    finally:
        micropython.heap_unlock()
    assert known == 20


# Having left an area -----------------------------------------------------------------------------------------------


def outside(rig, seconds, from_m=1150, pressure_m_s=5, north_m_s=10):
    for second in range(1, seconds + 1):
        rig.heights.gps_m += 5
        rig.heights.pressure_altitude_m += pressure_m_s
        rig.second(from_m + north_m_s * second)


def gone():
    """A rig that has just come outside its keep-in area, 1,000 m from its middle."""
    rig = Rig((box("in", KEEP_IN, -1000, -1000, 1000, 1000),))
    for second in range(12):
        rig.second(100 * second)
    assert rig.known() and not rig.position.inside
    rig.left_s = rig.seconds
    return rig


def test_an_area_exit_takes_three_fixes_60_s_apart():
    rig = gone()
    outside(rig, 118)
    assert rig.proved_s is None
    outside(rig, 6, 2300)
    assert 119 <= rig.proved_s - rig.left_s <= 123, rig.proved_s - rig.left_s
    assert not rig.exit.suspect and rig.exit.look(rig.clock.ticks_ms(), rig.elapsed_ms)


def test_a_fix_inside_begins_the_area_exit_anew():
    rig = gone()
    outside(rig, 100, 1050, north_m_s=0)
    rig.run(2, 990)
    outside(rig, 119, 1050, north_m_s=0)
    assert rig.proved_s is None
    outside(rig, 5, 1050, north_m_s=0)
    assert rig.proved_s is not None


def test_inside_the_area_no_exit_is_ever_proved():
    rig = Rig((box("in", KEEP_IN, -1000, -1000, 1000, 1000),))
    for _ in range(600):
        rig.heights.gps_m += 5
        rig.heights.pressure_altitude_m += 5
        rig.second(900)
    assert rig.proved_s is None


def test_an_area_exit_at_100_m_s_or_more_is_suspect():
    # Fixes a second apart may be wrong by 30 m each; a minute tells.
    for north_m_s, proved in ((97, True), (105, False)):
        rig = gone()
        outside(rig, 200, 1100, north_m_s=north_m_s)
        assert rig.known()
        assert (rig.proved_s is not None) == proved and rig.exit.suspect == (not proved), north_m_s


def test_an_area_exit_needs_gps_and_barometer_rates_within_3_m_s_else_it_is_suspect_and_begins_anew():
    for pressure_m_s, proved in ((3, True), (2, True), (7, True), (8, True), (1, False), (9, False), (-5, False)):
        rig = gone()
        outside(rig, 300, pressure_m_s=pressure_m_s)
        assert (rig.proved_s is not None) == proved, pressure_m_s
        assert rig.exit.suspect == (not proved), pressure_m_s
    rig = gone()
    outside(rig, 100)
    outside(rig, 30, 2050, pressure_m_s=15)
    assert rig.proved_s is None and rig.exit.suspect
    first_s = rig.seconds
    outside(rig, 200, 2350)
    assert rig.proved_s - first_s > 80, "two of its three fixes lie behind the suspect one"


def test_without_gps_height_or_barometer_no_area_exit_is_proved():
    for name in ("gps_m", "pressure_altitude_m"):
        rig = gone()
        for second in range(400):
            setattr(rig.heights, name, None)
            rig.second(1050 + 10 * second)
        assert rig.known() and rig.proved_s is None, name


def test_a_spoofed_jump_out_of_the_area_proves_nothing_for_three_minutes():
    rig = Rig((box("in", KEEP_IN, -1000, -1000, 1000, 1000),))
    rig.run(30)
    jumped_s = rig.seconds
    outside(rig, 170, 50000)
    assert rig.proved_s is None
    outside(rig, 20, 51700)
    assert rig.proved_s - jumped_s > 180


def test_an_area_exit_outlives_a_short_silence_and_begins_anew_after_a_long_one():
    for silence_s, most_s in ((40, 130), (103, 180), (112, 312), (130, 330)):
        rig = gone()
        outside(rig, 70)
        rig.silence(silence_s)
        outside(rig, 200, 1800)
        assert rig.proved_s is not None
        assert most_s - 30 <= rig.proved_s - rig.left_s <= most_s, (silence_s, rig.proved_s - rig.left_s)


def test_a_suspect_place_begins_the_area_exit_anew():
    rig = gone()
    outside(rig, 110)
    rig.second(90000)
    assert rig.position.suspect
    outside(rig, 60 + 110, 2200)
    assert rig.proved_s is None
    outside(rig, 30, 3900)
    assert rig.proved_s is not None
