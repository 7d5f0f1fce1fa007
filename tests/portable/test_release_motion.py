"""Evidence by motion at its very limits: seconds, noise and the rounding of a mean."""

from firmware.release.motion import MOVED, NOTHING, PENDING, Motion

STEADY = (500,) * 16


def begun(rates=STEADY, expected_cm_s=100):
    """Motion that knows these rates, a load gone at 1000 ms; None where it could never tell."""
    motion = Motion()
    for rate_cm_s in rates:
        motion.note(rate_cm_s)
    if not motion.begin(expected_cm_s, 1000):
        return None
    motion.restart()
    return motion


def note_all(motion, rate_cm_s, seconds=16):
    for _ in range(seconds):
        motion.note(rate_cm_s)


def test_sixteen_seconds_of_known_rates_are_needed_before_and_fifteen_are_not_enough():
    assert begun(STEADY[1:], 5000) is None
    assert begun(STEADY, 5000)
    motion = begun(STEADY, 5000)
    motion.note(None)
    note_all(motion, 500, 15)
    assert not motion.begin(5000, 0)
    motion.note(500)
    assert motion.begin(5000, 0)


def test_a_change_counts_after_twelve_seconds_and_is_waited_for_forty():
    motion = begun()
    note_all(motion, 600)
    assert motion.look(1000 + 11999) == PENDING and motion.look(1000 + 12000) == MOVED
    motion = begun()
    note_all(motion, 500)
    assert motion.look(1000 + 39999) == PENDING and motion.look(1000 + 40000) == NOTHING


def test_three_times_the_noise_exactly_is_enough_before_and_after():
    noisy = (467, 533) * 8
    assert begun(noisy, 99) and begun(noisy, -99) and begun(noisy, 98) is None
    motion = begun((480, 520) * 8, 100)
    note_all(motion, 560)
    assert motion.look(20000) == MOVED  # 60 cm/s are three times 20
    motion = begun((480, 520) * 8, 100)
    note_all(motion, 559)
    assert motion.look(20000) == PENDING


def test_a_load_that_made_it_climb_needs_half_of_the_fall_that_was_predicted():
    for change_cm_s, found in ((-49, PENDING), (-50, MOVED), (-10, PENDING), (50, PENDING)):
        motion = begun(STEADY, -100)
        note_all(motion, 500 + change_cm_s)
        assert motion.look(20000) == found, change_cm_s


def test_the_mean_and_the_noise_are_rounded_down_and_count_every_second_once():
    motion = begun((500,) * 15 + (499,), 100)  # 499 and fifteen sixteenths
    note_all(motion, 549)
    assert motion.look(20000) == MOVED
    # 271 cm/s of distance from the mean in all: noise is 16, and a change of 50 can be told from it.
    assert begun((483, 517) * 7 + (517, 484), 50)
    assert begun((483, 517) * 8, 50) is None
    # Still in the middle and noisy at both ends of the ring, or the other way round.
    assert begun((400,) + (500,) * 14 + (600,), 50)
    assert begun((500,) + (400, 600) * 7 + (500,), 50) is None
