"""A recorded track as the world: between its rows everything is linear, before and after it stands still."""

import os
import struct

from hardware.simulated.track_world import TrackWorld

PATH = "track_world_test.bin"
ROWS = (
    (10000, 500000000, 100000000, 120000),
    (20000, 500010000, 100020000, 170000),
    (50000, 500010000, 100020000, 320000),
    (60000, 499990000, 100000000, 20000),
)


_flown = []


def made(rows=ROWS, launch_s=10, landing_s=60):
    with open(PATH, "wb") as file:
        for row in rows:
            file.write(struct.pack("<Iiii", *row))
    try:
        one = TrackWorld(PATH, launch_s * 1000000, landing_s * 1000000, 1780000000000)
    finally:
        os.remove(PATH)
    # A world keeps its file for the whole flight; these flights are over when the next begins.
    while _flown:
        _flown.pop()._file.close()
    _flown.append(one)
    return one


def place(one, at_ms):
    one.at(at_ms * 1000)
    return one.latitude_e7, one.longitude_e7, one.altitude_mm


def test_it_is_at_every_row_in_its_time_and_between_them_on_a_line():
    one = made()
    assert place(one, 0) == ROWS[0][1:]
    assert place(one, 10000) == ROWS[0][1:]
    assert place(one, 15000) == (500005000, 100010000, 145000)
    assert (one.north_mm_s, one.down_mm_s) == (11132, -5000)
    assert abs(one.east_mm_s - int(2 * 11132 * 0.6428)) <= 250
    assert place(one, 20000) == ROWS[1][1:]
    assert place(one, 50000) == ROWS[2][1:]
    assert place(one, 55000) == (500000000, 100010000, 170000) and one.down_mm_s == 30000
    assert place(one, 60000) == ROWS[3][1:]
    assert place(one, 900000) == ROWS[3][1:] and one.down_mm_s == one.north_mm_s == one.east_mm_s == 0


def test_launch_landing_and_apex_are_noticed():
    one = made()
    one.at(9000000)
    assert not one.aloft and one.launched_us is None
    one.at(10000000)
    assert one.aloft and one.launched_us == 10000000
    one.at(100000000)
    assert not one.aloft and one.landed_us == 60000000 and one.apex_mm == 320000 and one.apex_us == 50000000


def test_a_long_track_is_read_piece_by_piece():
    rows = [(second * 1000, second, -second, 100000 + second) for second in range(1000)]
    one = made(rows, 0, 999)
    for second in range(1000):
        assert place(one, second * 1000) == (second, -second, 100000 + second)


def test_it_takes_the_short_way_over_the_date_line():
    one = made(((0, 0, 1799990000, 0), (10000, 0, -1799990000, 0)), 0, 10)
    seen = [place(one, second * 1000)[1] for second in range(11)]
    assert seen[1] == 1799992000 and seen[9] == -1799992000
    assert all(abs(longitude) >= 1799990000 for longitude in seen)
    assert one.altitude_mm == 0


def test_the_air_is_that_of_its_height():
    one = made()
    one.at(50000000)
    assert abs(one.pressure_pa - 97540) < 200 and abs(one.temperature_c - 12.9) < 0.1


def test_an_empty_track_is_refused():
    try:
        import warnings

        warnings.simplefilter("ignore", ResourceWarning)  # the refused world has no way to close its file
    except ImportError:
        pass
    try:
        made(())
    except ValueError:
        return
    raise AssertionError()


def test_nothing_that_is_let_go_moves_a_recorded_balloon():
    one = made()
    one.let_go(5.0)
    one.cut_down()
    assert place(one, 15000) == (500005000, 100010000, 145000)
