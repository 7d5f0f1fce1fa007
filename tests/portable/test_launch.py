"""The pad reference and the launch: two witnesses at once, one alone only after ten minutes, and the right T0."""

from firmware.launch import BY_BREAK_WIRE, BY_GPS, BY_PRESSURE
from firmware.protocol import phases
from tests.portable.core_rig import Estimates

PAD_M = 120


def armed(wire=False, gps=True, barometer=True, **settings):
    rig = Estimates(**settings)
    if wire:
        rig.measured.break_wire_open = False
    rig.run(62, PAD_M, gps=gps, barometer=barometer)
    assert rig.launch.armed
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


def test_the_pad_reference_needs_sixty_seconds_at_rest():
    rig = Estimates()
    rig.run(60, PAD_M)
    assert not rig.launch.armed and rig.state.pad_gps_m is None and rig.state.pad_pressure_altitude_m is None
    rig.run(1, PAD_M)
    assert rig.launch.armed and rig.state.pad_gps_m == PAD_M
    assert abs(rig.state.pad_pressure_altitude_m - PAD_M) <= 1


def test_moving_is_not_at_rest():
    rig = Estimates()
    rig.run(600, PAD_M, 0.2)  # carried up a gentle slope: 12 m a minute
    assert not rig.launch.armed
    rig.run(62, PAD_M + 120)
    assert rig.launch.armed and rig.state.pad_gps_m == PAD_M + 120


def test_noise_of_a_few_metres_is_at_rest():
    rig = Estimates()
    for second in range(62):
        rig.second(PAD_M + second * 7 % 8, PAD_M)
    assert rig.launch.armed


def test_without_any_height_nothing_is_armed():
    rig = Estimates()
    rig.run(300, PAD_M, gps=False, barometer=False)
    assert not rig.launch.armed


def test_one_source_is_enough_for_the_pad():
    assert armed(gps=False).state.pad_gps_m is None
    assert armed(barometer=False).state.pad_pressure_altitude_m is None


def test_the_plug_out_voids_the_reference():
    rig = armed()
    rig.measured.plug_in = False
    rig.run(6, PAD_M)
    assert not rig.launch.armed and rig.state.pad_gps_m is None and rig.state.pad_pressure_altitude_m is None
    assert ascend(rig, 400)[1] is None
    rig.measured.plug_in = True
    rig.run(60, PAD_M)
    assert not rig.launch.armed
    rig.run(1, PAD_M)
    assert rig.launch.armed


def test_a_bounce_of_the_plug_voids_nothing():
    rig = armed()
    ascend(rig, 50)
    rig.measured.plug_in = False
    rig.run(3, PAD_M + 250)
    rig.measured.plug_in = True
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
    rig = Estimates()
    rig.measured.plug_in = False
    rig.run(200, PAD_M)
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
    assert 29 <= seconds <= 32 and rig.launch.source == BY_BREAK_WIRE | BY_PRESSURE
    assert rig.state.launch_ms == off_ms + 1000


def test_a_break_wire_that_was_never_seen_whole_does_not_count():
    rig = armed(gps=False)  # open from the start
    _, seconds = ascend(rig, 300, 1.0, gps=False)
    assert seconds is None


def test_a_break_wire_alone_takes_ten_minutes():
    rig = armed(wire=True)
    off_ms = rig.state.elapsed_ms
    rig.measured.break_wire_open = True
    rig.run(600, PAD_M)
    assert rig.state.launch_ms is None
    rig.run(2, PAD_M)
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
    rig.run(2000, PAD_M)
    rig.measured.plug_in = False
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
