"""The backup's height: what dwells for how long, what is falling, at rest and landed; a reading a second by hand."""

from firmware.backup_timer.height import Band, Height
from firmware.backup_timer.state import BackupState
from firmware.protocol.backup_plan import load
from hardware.simulated.air import exactly
from tests.portable.backup_rig import HIGHEST_M, LOWEST_M, PAD_M, plan_bytes
from tests.portable.core_rig import StillClock


class Readings:
    """A barometer whose newest value a test sets, and the height that hears it, a second at a time."""

    def __init__(self, pad_m=PAD_M):
        self.pressure_pa = None
        self.value_ms = None
        self.clock = StillClock()
        self.state = BackupState()
        self.state.pad_pressure_altitude_m = pad_m
        self.height = Height(self.clock, self, load(plan_bytes()), self.state)

    def second(self, height_m=None):
        """A reading at this height, or none."""
        self.clock.ms += 1000
        if height_m is not None:
            self.pressure_pa = int(exactly(float(height_m))[0])
            self.value_ms = self.clock.ms - 400
        self.height.update(self.clock.ms)

    def seconds(self, count, height_m=None, rate_m_s=0.0):
        for second in range(1, count + 1):
            self.second(None if height_m is None else height_m + rate_m_s * second)


def test_before_the_first_reading_nothing_is_known_and_nothing_is_so():
    height = Readings().height
    assert (height.pressure_altitude_m, height.height_m) == (None, None)
    for name in ("known", "unknown", "high_enough", "up", "near", "falling", "at_rest", "landing", "landed"):
        assert getattr(height, name) is False, name


def test_an_altitude_is_known_after_ten_readings_in_a_row_and_unknown_after_15_s_without():
    air = Readings()
    air.seconds(9, 2000)
    assert not air.height.known and not air.height.unknown and abs(air.height.height_m - 2000) <= 2
    air.second(2000)
    assert air.height.known
    air.seconds(3)  # the last reading is 3.4 s old by now
    assert not air.height.known and air.height.height_m is None
    air.seconds(13)
    assert not air.height.unknown
    air.second()
    assert air.height.unknown
    air.seconds(9, 2000)
    assert air.height.unknown
    air.second(2000)
    assert air.height.known and not air.height.unknown


def test_a_reading_two_seconds_old_is_no_new_one_and_no_fault():
    air = Readings()
    air.seconds(10, 2000)
    air.seconds(2)
    assert air.height.known and air.height.high_enough
    air.second(2000)
    assert air.height.known


def test_without_a_pad_reference_the_altitude_is_unknown_and_the_pressure_altitude_is_not():
    air = Readings(pad_m=None)
    air.seconds(20, 2000)
    assert air.height.unknown and not air.height.known and air.height.height_m is None
    assert abs(air.height.pressure_altitude_m - 2000) <= 2


def test_the_days_pressure_is_taken_out_at_the_pad():
    air = Readings(pad_m=PAD_M - 80)
    air.seconds(10, 1000)
    assert abs(air.height.height_m - 1080) <= 2


def test_high_enough_and_up_are_ten_readings_in_a_row():
    for name, limit_m in (("high_enough", LOWEST_M), ("up", PAD_M + 150)):
        air = Readings()
        air.seconds(30, limit_m - 3)
        assert not getattr(air.height, name)
        air.seconds(9, limit_m + 3)
        assert not getattr(air.height, name)
        air.second(limit_m - 3)
        air.seconds(9, limit_m + 3)
        assert not getattr(air.height, name), name
        air.second(limit_m + 3)
        assert getattr(air.height, name), name


def test_near_is_within_20_m_of_the_pad():
    for height_m, near in ((PAD_M - 23, False), (PAD_M - 17, True), (PAD_M + 17, True), (PAD_M + 23, False)):
        air = Readings()
        air.second(height_m)
        assert air.height.near == near


def test_faster_than_100_m_s_is_no_motion_and_begins_every_dwell_again():
    air = Readings()
    air.seconds(20, 1000)
    air.second(1110)
    assert not air.height.known and not air.height.high_enough and not air.height.up
    assert abs(air.height.height_m - 1110) <= 2
    air.seconds(8, 1110)
    assert not air.height.known
    air.second(1110)
    assert air.height.known
    for step_m in (90, -90):
        air = Readings()
        air.seconds(20, 2000)
        air.second(2000 + step_m)
        assert air.height.known
    air = Readings()
    air.seconds(20, 2000)
    air.second(1890)
    assert not air.height.known


def test_falling_is_more_than_2_m_s_over_nine_seconds_or_thirty():
    for rate_m_s, falling in ((-1.7, False), (-2.3, True), (-5.0, True), (-40.0, True), (3.0, False), (0.0, False)):
        for seconds in (10, 31, 60):
            air = Readings()
            air.seconds(seconds, 8000, rate_m_s)
            assert air.height.falling == falling, (rate_m_s, seconds)
    air = Readings()
    air.seconds(9, 8000, -40.0)
    assert not air.height.falling


def test_after_a_fall_it_falls_until_thirty_seconds_are_slow_enough():
    air = Readings()
    air.seconds(60, 8000, -4.0)
    air.seconds(14, 7760)
    assert air.height.falling
    air.seconds(3, 7760)
    assert not air.height.falling


def test_what_fell_when_the_readings_ended_falls_still():
    air = Readings()
    air.seconds(60, 8000, -4.0)
    air.seconds(100)
    assert air.height.falling
    air.seconds(10, 7000)
    assert not air.height.falling


def test_at_rest_is_a_minute_within_8_m():
    air = Readings()
    air.seconds(60, 120)
    assert not air.height.at_rest
    air.second(126)
    assert air.height.at_rest
    air.second(129)
    assert not air.height.at_rest
    air.seconds(59, 129)
    assert not air.height.at_rest
    air.second(129)
    assert air.height.at_rest
    air.height.begin_rest()
    assert not air.height.at_rest
    air.seconds(60, 129)
    assert not air.height.at_rest


def test_landing_after_a_minute_and_landed_after_two_within_20_m_and_low():
    low_m = HIGHEST_M + 295
    air = Readings()
    air.seconds(60, low_m)
    assert not air.height.landing
    air.second(low_m - 17)
    assert air.height.landing and not air.height.landed
    air.seconds(59, low_m)
    assert not air.height.landed
    air.second(low_m)
    assert air.height.landed
    air.second(low_m - 23)
    assert not air.height.landed and not air.height.landing
    air = Readings()
    air.seconds(300, HIGHEST_M + 305)
    assert not air.height.landing and not air.height.landed
    air = Readings()
    air.seconds(300, 600, -0.5)
    assert not air.height.landing


def test_a_missing_reading_begins_the_landing_again():
    air = Readings()
    air.seconds(115, 300)
    air.seconds(4)
    air.seconds(60, 300)
    assert not air.height.landing and not air.height.landed
    air.second(300)
    assert air.height.landing


def test_a_band_counts_what_lies_within_its_width_and_never_runs_over():
    band = Band(8)
    assert [band.look(height_m) for height_m in (100, 104, 96, 104, 105, 100)] == [1, 2, 3, 4, 1, 2]
    band.count = 999999
    assert (band.look(104), band.look(104)) == (1000000, 1000000)
