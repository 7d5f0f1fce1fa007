"""The pad reference and the launch: two witnesses at once, one alone only after ten minutes, and the right T0."""

from firmware.launch import BY_BREAK_WIRE, BY_GPS, BY_PRESSURE
from firmware.protocol import phases
from tests.portable.core_rig import Estimates

PAD_M = 120


def launched(**settings):
    """A rig that has just been seen to leave the pad, at 5 m/s."""
    rig = armed(**settings)
    assert ascend(rig, 60)[1] is not None
    return rig


def armed(wire=False, gps=True, barometer=True, **settings):
    rig = Estimates(**settings)
    if wire:
        rig.measured.break_wire_open = False
    rig.run(62, PAD_M, gps=gps, barometer=barometer)
    assert rig.arming.armed
    return rig


def ascend(rig, seconds, rate_m_s=5.0, gps=True, barometer=True, wire_after_s=None):
    """Ascend from the pad; returns (mission ms of lift-off, seconds after it of recognition or None)."""
    off_ms = rig.state.elapsed_ms
    for second in range(1, seconds + 1):
        if wire_after_s is not None and second > wire_after_s:
            rig.measured.break_wire_open = True
        height_m = PAD_M + int(rate_m_s * second)
        if rig.second(height_m if gps else None, height_m if barometer else None):
            assert rig.state.phase == phases.ASCENT
            return off_ms, second
    return off_ms, None


def test_a_bounce_of_the_plug_voids_nothing():
    rig = armed()
    ascend(rig, 50)
    rig.plug(False)
    rig.run(3, PAD_M + 250)
    rig.plug(True)
    rig.run(60, PAD_M + 265, 5.0)
    assert rig.state.launch_ms is not None


def test_a_payload_at_rest_on_a_roof_is_not_launched():
    # The pad reference is of the street; nothing climbs any more, though both sources stand 300 m above it.
    rig = armed()
    rig.run(3600, PAD_M)
    rig.run(1, PAD_M + 300)
    rig.run(1800, PAD_M + 300)
    assert rig.state.launch_ms is None


def test_without_the_plug_nothing_is_ever_armed_or_launched():
    rig = Estimates(plugged=False)
    rig.run(200, PAD_M)
    assert not rig.arming.armed
    assert ascend(rig, 1000)[1] is None and rig.state.phase == phases.GROUND


def test_barometer_and_gps_together_recognise_a_launch_with_the_right_t0():
    for wrap_in_ms in (30000, 70000, 100000):
        rig = armed(wrap_in_ms=wrap_in_ms)
        off_ms, seconds = ascend(rig, 300)
        assert 30 <= seconds <= 60
        assert rig.launch.source == BY_PRESSURE | BY_GPS
        assert rig.state.launch_ms == off_ms + 3000  # 15 m up: the last second within 20 m


def test_t0_is_the_last_moment_near_the_pad_not_the_arming():
    rig = armed()
    rig.run(3000, PAD_M)
    rig.run(15, PAD_M, 1.0)  # held on a line at 15 m
    rig.run(400, PAD_M + 15)
    off_ms = rig.state.elapsed_ms
    for second in range(1, 200):
        if rig.second(PAD_M + 15 + 5 * second, PAD_M + 15 + 5 * second):
            break
    assert off_ms <= rig.state.launch_ms <= off_ms + 1000


def test_the_break_wire_gives_t0_and_is_a_witness():
    rig = armed(wire=True, gps=False)
    off_ms, seconds = ascend(rig, 300, gps=False, wire_after_s=0)
    assert 34 <= seconds <= 37 and rig.launch.source == BY_BREAK_WIRE | BY_PRESSURE
    assert rig.state.launch_ms == off_ms + 1000


def test_a_break_wire_that_was_never_seen_whole_does_not_count():
    rig = armed(gps=False)  # open from the start
    _, seconds = ascend(rig, 300, 1.0, gps=False)
    assert seconds is None


def test_a_break_wire_alone_takes_ten_minutes():
    rig = armed(wire=True)
    off_ms = rig.state.elapsed_ms
    rig.measured.break_wire_open = True
    # Every sensor dies: nothing contradicts.
    rig.run(600, PAD_M, gps=False, barometer=False)
    assert rig.state.launch_ms is None
    rig.run(2, PAD_M, gps=False, barometer=False)
    assert rig.state.launch_ms == off_ms + 1000 and rig.launch.source == BY_BREAK_WIRE


def test_a_wire_that_is_put_back_counts_for_nothing():
    rig = armed(wire=True)
    rig.measured.break_wire_open = True
    rig.run(500, PAD_M)
    rig.measured.break_wire_open = False
    rig.run(300, PAD_M)
    rig.measured.break_wire_open = True
    rig.run(500, PAD_M)
    assert rig.state.launch_ms is None


def test_a_lift_by_barometer_alone_is_no_launch():
    rig = armed()
    for second in range(1, 300):
        rig.second(PAD_M, PAD_M + min(5 * second, 290))
    rig.run(900, PAD_M)
    assert rig.state.launch_ms is None and rig.state.phase == phases.GROUND


def test_a_hill_of_140_m_is_no_launch():
    rig = armed()
    rig.run(140, PAD_M, 1.0)
    rig.run(1500, PAD_M + 140)
    assert rig.state.launch_ms is None


def test_a_pressure_door_is_no_launch():
    rig = armed(gps=False)
    for _burst in range(5):
        rig.run(120, PAD_M + 500, gps=False)
        rig.run(5, PAD_M, gps=False)
    assert rig.state.launch_ms is None


def test_a_lone_barometer_recognises_a_launch_after_ten_minutes():
    rig = armed(gps=False)
    off_ms, seconds = ascend(rig, 1000, gps=False)
    assert 655 <= seconds <= 665  # 300 m, and ten minutes
    assert rig.state.launch_ms == off_ms + 3000 and rig.launch.source == BY_PRESSURE


def test_a_lone_gps_recognises_a_launch_after_ten_minutes():
    rig = armed(barometer=False)
    off_ms, seconds = ascend(rig, 1000, barometer=False)
    assert 655 <= seconds <= 665
    assert rig.state.launch_ms == off_ms + 3000 and rig.launch.source == BY_GPS


def test_a_gps_height_that_jumps_and_freezes_is_not_a_launch_while_the_barometer_is_at_rest():
    rig = armed()
    for _ in range(1500):
        rig.second(PAD_M + 5000, PAD_M)
    assert rig.state.launch_ms is None


def test_a_barometer_that_jumps_is_not_a_launch_while_gps_is_at_rest():
    rig = armed()
    for _ in range(1500):
        rig.second(PAD_M, PAD_M + 900)
    assert rig.state.launch_ms is None


def test_a_launch_is_recognised_once_and_its_time_never_moves():
    rig = armed()
    _off_ms, _seconds = ascend(rig, 300)
    launch_ms = rig.state.launch_ms
    rig.run(1000, PAD_M + 1000, 5.0)
    rig.run(2000, PAD_M)
    rig.plug(False)
    rig.run(10, PAD_M)
    assert rig.state.launch_ms == launch_ms and rig.changes[0][1] == phases.ASCENT


def test_a_slow_ascent_is_recognised_too():
    rig = armed()
    _, seconds = ascend(rig, 900, 0.3)
    assert 500 <= seconds <= 580


def test_a_reset_between_lift_off_and_recognition_does_not_lose_the_launch():
    rig = armed()
    _off_ms, seconds = ascend(rig, 10)
    assert seconds is None
    again = Estimates(state=rig.state)  # what the journal gave back
    for second in range(16, 1500):
        again.second(PAD_M + 5 * second, PAD_M + 5 * second)
        if again.state.launch_ms is not None:
            break
    assert again.state.launch_ms is not None


def test_launch_by_two_of_barometer_150_m_and_gps_150_m_and_climbing_for_20_s_and_break_wire():
    for wire, gps, barometer, source in (
        (True, True, False, BY_BREAK_WIRE | BY_GPS),
        (True, False, True, BY_BREAK_WIRE | BY_PRESSURE),
        (False, True, True, BY_PRESSURE | BY_GPS),
    ):
        rig = armed(wire=wire, gps=gps, barometer=barometer)
        _, seconds = ascend(rig, 100, gps=gps, barometer=barometer, wire_after_s=0 if wire else None)
        assert seconds is not None and rig.launch.source == source
        assert not rig.launch.wire_alone


def test_gps_150_m_up_and_not_climbing_is_no_witness():
    rig = armed(wire=True, barometer=False)
    rig.measured.break_wire_open = True
    rig.run(500, PAD_M + 400, barometer=False)
    assert rig.state.launch_ms is None and rig.launch.wire_alone


def test_no_single_sample_of_pressure_is_a_witness():
    rig = armed(wire=True)
    rig.measured.break_wire_open = True
    for _ in range(100):
        rig.run(4, PAD_M)
        rig.run(1, PAD_M + 900, gps=False)
    assert rig.state.launch_ms is None
    rig.run(14, PAD_M + 900, gps=False)  # ten seconds until such a jump is believed
    assert rig.state.launch_ms is None
    rig.run(2, PAD_M + 900, gps=False)
    assert rig.launch.source == BY_BREAK_WIRE | BY_PRESSURE


def test_a_lone_sensor_only_when_at_least_300_m_up_for_10_minutes():
    for height_m, expected in ((295, False), (330, True)):
        rig = armed(gps=False)
        for second in range(1300):
            # Unfrozen: it wanders by 40 m, but never comes down to 295 m in the second case.
            wander_m = second // 10 % 5 * 10
            rig.second(None, PAD_M + height_m + (-wander_m if height_m < 300 else wander_m))
        assert (rig.state.launch_ms is not None) == expected, height_m


def test_a_lone_sensor_only_when_unfrozen():
    rig = armed(gps=False)
    rig.run(3000, PAD_M + 900, gps=False)
    assert rig.state.launch_ms is None


def test_the_break_wire_alone_sounds_the_alarm_for_10_minutes():
    rig = armed(wire=True)
    assert not rig.launch.wire_alone
    rig.measured.break_wire_open = True
    for _ in range(600):
        rig.second()
        assert rig.launch.wire_alone and rig.state.launch_ms is None
    while rig.state.launch_ms is None:
        rig.second()
    rig.second()
    assert not rig.launch.wire_alone


def test_all_sensors_dead_on_the_pad_and_no_break_wire_never_is_a_launch():
    for wire in (True, False):
        rig = armed(wire=wire)
        rig.run(7200, PAD_M, gps=False, barometer=False)
        assert rig.state.launch_ms is None
    # Nor where the mission has none and its input floats.
    rig = armed(wire=True, break_wire=False)
    rig.measured.break_wire_open = True
    rig.run(7200, PAD_M, gps=False, barometer=False)
    assert rig.state.launch_ms is None and not rig.launch.wire_alone


def test_a_loose_break_wire_that_touches_again_keeps_its_t0():
    rig = armed(wire=True, gps=False)
    off_ms = rig.state.elapsed_ms
    for second in range(1, 60):
        rig.measured.break_wire_open = second % 6 != 5
        if rig.second(None, PAD_M + 5 * second):
            break
    assert rig.state.launch_ms == off_ms + 1000


def test_a_wire_pulled_by_hand_long_before_lift_off_gives_no_t0():
    rig = armed(wire=True)
    rig.measured.break_wire_open = True
    rig.run(400, PAD_M)
    assert rig.launch.wire_alone and rig.state.launch_ms is None
    off_ms, _ = ascend(rig, 300)
    assert off_ms <= rig.state.launch_ms <= off_ms + 4000


def test_a_break_wire_pulled_before_arming_counts_for_nothing():
    rig = Estimates()
    rig.measured.break_wire_open = False
    rig.run(40, PAD_M)
    rig.measured.break_wire_open = True
    rig.run(1000, PAD_M)
    assert rig.arming.armed and not rig.launch.wire_alone and rig.state.launch_ms is None


def test_a_reset_in_the_ten_minutes_of_the_break_wire_does_not_lose_the_launch():
    rig = armed(wire=True)
    rig.measured.break_wire_open = True
    rig.run(300, PAD_M, gps=False, barometer=False)
    again = Estimates(state=rig.state)
    again.run(299, PAD_M, gps=False, barometer=False)
    assert again.launch.wire_alone and again.state.launch_ms is None
    again.run(3, PAD_M, gps=False, barometer=False)
    assert again.state.launch_ms is not None and again.launch.source == BY_BREAK_WIRE


def test_a_reset_with_an_open_wire_that_was_never_whole_is_no_launch():
    rig = armed()
    again = Estimates(state=rig.state)
    again.run(1000, PAD_M)
    assert again.arming.armed and again.state.launch_ms is None


def test_utc_of_launch_is_by_the_clock_known_before_it_and_later_jumps_are_ignored():
    rig = armed()
    rig.state.unix_s = 1900000000
    rig.state.unix_elapsed_ms = rig.state.elapsed_ms - 3000
    off_ms, _ = ascend(rig, 100)
    expected_s = 1900000000 + (rig.state.launch_ms - off_ms + 3000) // 1000
    assert rig.state.launch_unix_s == expected_s
    rig.state.unix_s += 100000
    rig.run(100, PAD_M + 500, 5.0)
    assert rig.state.launch_unix_s == expected_s


def test_utc_of_launch_is_unknown_without_a_clock_or_with_one_an_hour_old():
    for unix_s, age_ms in ((None, 0), (1900000000, 3700000)):
        rig = armed()
        rig.state.unix_s = unix_s
        rig.state.unix_elapsed_ms = rig.state.elapsed_ms - age_ms
        ascend(rig, 100)
        assert rig.state.launch_ms is not None and rig.state.launch_unix_s is None


# A launch that was none --------------------------------------------------------------------------------------------


def back_on_the_pad(rig, most_s=300, height_m=PAD_M, **sources):
    """Seconds at the height until the launch was cancelled, None if it was not."""
    for second in range(1, most_s + 1):
        rig.run(1, height_m, **sources)
        if rig.launch.cancelled:
            return second
    return None


def test_before_any_drop_120_s_back_at_pad_height_cancels_the_launch():
    for height_m in (PAD_M - 18, PAD_M, PAD_M + 18):
        rig = launched()
        rig.run(3, PAD_M + 240, -60.0)  # down no faster than a balloon can come
        assert back_on_the_pad(rig, height_m=height_m) == 121
        assert rig.state.launch_ms is None and rig.state.launch_unix_s is None
        assert rig.state.phase == phases.GROUND and not rig.arming.armed
        rig.second(height_m, height_m)
        assert not rig.launch.cancelled


def test_119_s_back_at_pad_height_cancel_nothing():
    rig = launched()
    for _ in range(3):
        assert back_on_the_pad(rig, 119) is None
        rig.run(2, PAD_M + 25)
    assert rig.state.launch_ms is not None


def test_after_a_cancelled_launch_the_rest_begins_again_and_a_launch_is_recognised():
    rig = launched()
    assert back_on_the_pad(rig) is not None
    rig.run(60, PAD_M)
    assert not rig.arming.armed and rig.state.pad_gps_m is None
    rig.run(2, PAD_M)
    assert rig.arming.armed
    rig.run(30, PAD_M)
    off_ms, seconds = ascend(rig, 100)
    assert seconds is not None and rig.state.launch_ms == off_ms + 3000


def test_back_at_pad_height_means_by_every_source_that_speaks():
    for gps_m, barometer_m, expected in (
        (PAD_M, PAD_M + 500, False),
        (PAD_M + 500, PAD_M, False),
        (PAD_M, None, True),
        (None, PAD_M, True),
        (None, None, False),
        (PAD_M - 21, PAD_M, False),
        (PAD_M, PAD_M + 21, False),
    ):
        rig = launched()
        cancelled = False
        for _ in range(300):
            rig.second(gps_m, barometer_m)
            cancelled = cancelled or rig.launch.cancelled
        assert cancelled == expected, (gps_m, barometer_m)


def test_after_an_attempt_or_a_step_of_any_drop_no_launch_is_cancelled():
    for place in (0, 6, 7):
        for counts in ("drop_attempts", "drop_steps"):
            rig = launched()
            getattr(rig.state, counts)[place] = 1
            assert back_on_the_pad(rig, 110) is None
            rig.run(8, PAD_M)
            assert rig.state.launch_ms is not None and not rig.launch.back


def test_what_comes_back_from_high_up_has_landed_and_its_launch_is_not_cancelled():
    rig = launched()
    rig.run(300, PAD_M + 200, 5.0)
    rig.run(320, PAD_M + 1700, -5.0)
    for _ in range(300):
        rig.second(PAD_M, PAD_M)
        assert not rig.launch.cancelled
    assert rig.state.phase == phases.LANDED


def test_a_launch_that_was_none_is_cancelled_and_not_landed():
    rig = launched()
    rig.run(13, PAD_M + 150, -10.0)
    assert back_on_the_pad(rig) is not None
    assert rig.state.phase == phases.GROUND


def test_a_wire_pulled_by_mistake_is_no_launch_while_a_sensor_says_it_is_on_the_pad():
    for sources in ({}, {"gps": False}, {"barometer": False}):
        rig = armed(wire=True)
        rig.measured.break_wire_open = True
        rig.run(3600, PAD_M, **sources)
        assert rig.arming.armed and rig.state.launch_ms is None and rig.launch.wire_alone
        # Put back, it is as if nothing had been.
        rig.measured.break_wire_open = False
        rig.run(10, PAD_M, **sources)
        assert not rig.launch.wire_alone


def test_an_ended_flight_is_not_taken_back():
    rig = launched()
    rig.state.ended = True
    assert back_on_the_pad(rig) is None
