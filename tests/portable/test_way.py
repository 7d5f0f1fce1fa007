"""Where the balloon has been: every second of ten minutes, every thirtieth of three hours, and never an old lap."""

from firmware.way import COARSE_EVERY_S, FINE_S, Way

COARSE_S = 3 * 3600


def flown(seconds, from_s=0, latitude_e7=521000000, longitude_e7=206000000, north=450, east=1300, way=None):
    """A Way after that many seconds at a speed in 1e-7 degree a second, rising 5 m/s to 30 km."""
    way = way or Way()
    for second in range(from_s, from_s + seconds):
        way.note(second * 1000, latitude_e7 + north * second, wrapped(longitude_e7 + east * second), height(second))
    return way


def wrapped(longitude_e7):
    return (longitude_e7 + 1800000000) % 3600000000 - 1800000000


def height(second):
    return min(5 * second, 30000)


def close(place, latitude_e7, longitude_e7, altitude_m, slack_e7):
    beside = wrapped(place[1] - longitude_e7)
    return abs(place[0] - latitude_e7) <= slack_e7 and abs(beside) <= slack_e7 and abs(place[2] - altitude_m) <= 5


def test_nothing_is_known_before_the_first_place():
    way = Way()
    assert way.at(0) is None and way.at(600) is None and way.newest_s is None


def test_every_second_of_the_last_ten_minutes_is_known():
    way = flown(2000)
    assert way.newest_s == 1999
    for second in range(2000 - FINE_S, 2000):
        place = way.at(second)
        assert close(place, 521000000 + 450 * second, 206000000 + 1300 * second, height(second), 100), second


def test_beyond_ten_minutes_there_is_one_every_thirty_seconds_for_three_hours():
    way = flown(12000)
    oldest_s = (11999 // COARSE_EVERY_S) * COARSE_EVERY_S - COARSE_S + COARSE_EVERY_S
    assert way.oldest_s() == oldest_s
    for second in range(12000 - FINE_S):
        place = way.at(second)
        if second >= oldest_s and second % COARSE_EVERY_S == 0:
            assert close(place, 521000000 + 450 * second, 206000000 + 1300 * second, height(second), 500), second
        else:
            assert place is None, second


def test_nothing_is_known_of_the_future_and_of_before_the_start():
    way = flown(100, from_s=5000)
    assert way.at(5100) is None and way.at(5099) is not None
    assert way.at(4999) is None and way.at(0) is None and way.at(-1) is None


def test_seconds_without_a_fix_stay_unknown_though_an_older_lap_was_known():
    way = flown(1000)
    flown(100, from_s=1100, way=way)
    for second in range(1000, 1100):
        assert way.at(second) is None, second
    assert way.at(999) is not None and way.at(1100) is not None
    assert way.at(590) is not None and way.at(589) is None


def test_a_jump_of_mission_time_never_shows_an_old_lap_as_new():
    for jump_s in (1, 609, 610, 611, 1219, 1220, 10799, 10800, 10801, 21600):
        way = flown(1300)
        flown(1, from_s=1299 + jump_s, way=way)
        newest_s = 1299 + jump_s
        for second in range(newest_s - FINE_S, newest_s):
            place = way.at(second)
            if second > 1299:
                assert place is None, (jump_s, second)
            elif place is not None:
                assert close(place, 521000000 + 450 * second, 206000000 + 1300 * second, height(second), 500)
        # What was known of the ten minutes before the jump is, as long as it is within the reach of either ring.
        if jump_s < FINE_S - 1:
            assert way.at(1299) is not None


def test_mission_time_that_runs_back_forgets_everything_else():
    way = flown(1000)
    flown(1, from_s=500, way=way)
    assert way.newest_s == 500 and way.at(500) is not None
    assert way.at(499) is None and way.at(999) is None and way.at(501) is None


def test_a_loop_that_beats_at_the_half_of_a_second_leaves_none_out():
    way = Way()
    for second in range(300):
        late_ms = (0, 3, -3, 7, -7)[second % 5]
        way.note(second * 1000 + 500 + late_ms, second * 1000, 0, 100)
    missing = [second for second in range(1, 300) if way.at(second) is None]
    assert missing == []


def test_a_place_that_is_noted_twice_in_a_second_is_the_newer_one():
    way = flown(100)
    way.note(99050, 0, 0, 0)
    assert close(way.at(99), 0, 0, 0, 100)


def test_the_date_line_and_high_latitudes_make_no_difference():
    for latitude_e7 in (-899000000, -780000000, 0, 599000000, 850000000):
        for longitude_e7 in (-1799500000, 1799500000, 1799999999, -1800000000, 0):
            for east in (-3000, 3000):
                way = flown(1250, 0, latitude_e7, longitude_e7, 30, east)
                for second in list(range(640, 1250, 7)) + [600, 30]:
                    place = way.at(second)
                    where = wrapped(longitude_e7 + east * second)
                    assert close(place, latitude_e7 + 30 * second, where, height(second), 500), (longitude_e7, second)
                    assert -1800000000 <= place[1] <= 1800000000


def test_three_hours_of_jet_stream_are_told_apart():
    # 65 m/s northwards.
    way = flown(10800, 0, 100000000, -500000000, 5850, 5850)
    for second in range(0, 10800, 600):
        place = way.at(second)
        assert close(place, 100000000 + 5850 * second, -500000000 + 5850 * second, height(second), 500), second


def test_heights_beyond_what_a_place_can_hold_are_the_nearest_it_can():
    way = Way()
    for second, altitude_m, seen_m in ((0, -5000, -1000), (1, 39940, 39940), (2, 60000, 39940), (3, -3, 0)):
        way.note(second * 1000, 0, 0, altitude_m)
        assert way.at(second)[2] == seen_m
