"""From the plug to the pull pin: nothing moves at boot, and nothing but the whole checklist makes the backup ready."""

from firmware.protocol import faults, signals
from firmware.protocol.drops import (
    BACKUP_DONE,
    BACKUP_FIRING,
    BACKUP_READY,
    BACKUP_REFUSED,
    BACKUP_RUNNING,
    BACKUP_SAFE,
    BOOTED_WITH_PLUG,
    BREAK_WIRE_OPEN,
    CUTTER_WEAK,
    FLASH_BAD,
    NO_ALTITUDE,
    NO_MISSION,
    NOT_AT_REST,
    WIRE_OPEN,
)
from tests.portable.backup_rig import DUE_S, FLOAT_M, LAUNCH_S, PAD_M, DrawnWorld, Rig, aloft, plan_bytes
from tests.portable.core_rig import has_littlefs

LATE = 100000  # a launch that does not come in this test


def on_pad(seconds, **setup):
    rig = Rig(launch_s=LATE, **setup)
    rig.run(seconds)
    return rig


def shown(rig):
    return rig.backup.computer.signals.number


def test_nothing_moves_at_boot_in_whatever_state_it_comes_back():
    for state in (BACKUP_SAFE, BACKUP_READY, BACKUP_RUNNING, BACKUP_FIRING, BACKUP_DONE):
        for cause in ("reset", "off"):
            rig = aloft(((0, 500),))
            enables = []
            rig.backup.wiring.outputs[21] = enables.append
            rig.state.state = state
            rig.state.changed = True
            rig.run(0.3)
            if cause == "reset":
                rig.backup.reset()
            else:
                rig.backup.off(2)
            rig.run(30)
            assert rig.backup.boots == 2 and rig.edges == [] and enables == [], (state, cause)


def test_the_checklist_makes_it_ready_two_minutes_after_the_plug_and_not_before():
    rig = on_pad(19, plug_in_s=20)
    assert rig.state.state == BACKUP_SAFE and shown(rig) == signals.GO
    rig.run(3)
    assert shown(rig) == signals.INHIBIT
    rig.run(117.5)
    assert rig.states == [BACKUP_SAFE] and shown(rig) == signals.INHIBIT
    rig.run(3)
    assert rig.states == [BACKUP_SAFE, BACKUP_READY] and shown(rig) == signals.ARMED
    assert abs(rig.state.pad_pressure_altitude_m - PAD_M) <= 2


def test_a_plug_that_was_in_at_the_start_must_come_out_first():
    rig = on_pad(400, plug_in_s=0)
    assert rig.states == [BACKUP_SAFE] and rig.state.not_ready == BOOTED_WITH_PLUG
    assert shown(rig) == signals.PLUG_REFUSED
    rig.backup.plug_in = False
    rig.run(6)
    assert rig.state.not_ready & ~NOT_AT_REST == CUTTER_WEAK
    rig.run(5)
    rig.backup.plug_in = True
    rig.run(125)
    assert rig.states == [BACKUP_SAFE, BACKUP_READY]


def test_each_thing_that_is_missing_keeps_it_from_ready_and_is_named():
    def pin_out(rig):
        rig.backup.pull_pin_out = True

    def wire_open(rig):
        rig.backup.wire.whole = False

    def cell_flat(rig):
        rig.backup.battery.broken = True

    def no_barometer(rig):
        rig.backup.barometer.vanished = True

    def carried_about(rig):
        rig.backup.barometer.offset_pa = 0.0
        for step in range(40):
            rig.backup.barometer.offset_pa = 200.0 * (step & 1)
            rig.run(10)

    def flash_dead(rig):
        rig.backup.flash.failing = True
        rig.backup.computer.state.changed = True

    flash = ((flash_dead, FLASH_BAD, signals.PLUG_REFUSED),) if has_littlefs() else ()
    for spoil, bit, signal in flash + (
        (pin_out, BREAK_WIRE_OPEN, signals.WIRE_ALONE),
        (wire_open, WIRE_OPEN, signals.PLUG_REFUSED),
        (cell_flat, CUTTER_WEAK, signals.PLUG_REFUSED),
        (no_barometer, NO_ALTITUDE, signals.RESTING),
        (carried_about, NOT_AT_REST, signals.RESTING),
    ):
        rig = on_pad(10)
        spoil(rig)
        rig.run(200)
        if spoil is carried_about:
            rig = on_pad(10)
            spoil(rig)
        assert rig.states == [BACKUP_SAFE] and rig.state.not_ready == bit, (spoil, rig.state.not_ready)
        assert shown(rig) == signal, spoil


def test_without_a_plan_or_with_nonsense_for_one_it_refuses_and_says_why():
    for data, fault in ((b"", faults.MISSION_REFUSED), (plan_bytes()[:-1], faults.MISSION_REFUSED)):
        rig = on_pad(200, plan=data)
        assert rig.states == [BACKUP_REFUSED] and rig.state.not_ready == NO_MISSION
        assert rig.backup.computer.health.counts[fault] == 1 and shown(rig) == signals.MISSION_REFUSED
    rig = Rig(launch_s=200, plan=b"SMRB")
    rig.run_to(DUE_S + 100)
    assert rig.edges == [] and rig.states == [BACKUP_REFUSED]


def test_no_plan_at_all_is_a_fault_of_its_own():
    from tests.portable.backup_rig import Stage, unmount

    unmount()
    from hardware.simulated.backup_bench import BackupBench

    stage = Stage(DrawnWorld(()))
    backup = BackupBench(stage, {"seed": 1}, None, print)
    stage.clock.advance(2000000)
    assert backup.computer.state.state == BACKUP_REFUSED
    assert backup.computer.health.counts[faults.MISSION_MISSING] == 1


def test_unplugging_before_launch_starts_over_and_a_bounce_does_not():
    rig = on_pad(160)
    for _ in range(4):
        rig.backup.plug_in = False
        rig.run(3)
        rig.backup.plug_in = True
        rig.run(3)
    assert rig.states == [BACKUP_SAFE, BACKUP_READY]
    rig.backup.plug_in = False
    rig.run(8)
    assert rig.state.state == BACKUP_SAFE and rig.state.pad_pressure_altitude_m is None
    rig.backup.plug_in = True
    rig.run(118)
    assert rig.state.state == BACKUP_SAFE
    rig.run(6)
    assert rig.state.state == BACKUP_READY


def test_what_goes_wrong_while_ready_takes_it_back_and_comes_back_by_itself_when_mended():
    rig = on_pad(160)
    rig.backup.wire.whole = False
    rig.run(4)
    assert rig.state.state == BACKUP_READY
    rig.run(4)
    assert rig.state.state == BACKUP_SAFE and rig.state.not_ready & WIRE_OPEN
    rig.backup.wire.whole = True
    rig.run(70)
    assert rig.state.state == BACKUP_READY


def test_the_pad_reference_follows_the_weather_and_lapses_in_60_minutes_without_a_barometer():
    rig = on_pad(160)
    before_m = rig.state.pad_pressure_altitude_m
    for _ in range(20):
        rig.backup.barometer.offset_pa -= 12.0
        rig.run(90)
    assert before_m + 15 <= rig.state.pad_pressure_altitude_m <= before_m + 25
    rig.backup.barometer.vanished = True
    rig.run(3500)
    assert rig.state.state == BACKUP_READY
    rig.run(200)
    assert rig.state.state == BACKUP_SAFE


def test_a_pad_that_has_risen_by_more_than_the_weather_is_another_pad_and_the_old_one_lapses_first():
    rig = on_pad(160)
    before_m = rig.state.pad_pressure_altitude_m
    rig.backup.barometer.offset_pa = -900.0
    rig.run(600)
    assert rig.state.state == BACKUP_READY and abs(rig.state.pad_pressure_altitude_m - before_m) <= 2
    rig.run(3150)
    assert rig.states == [BACKUP_SAFE, BACKUP_READY, BACKUP_SAFE, BACKUP_READY]
    assert rig.state.pad_pressure_altitude_m > before_m + 60


def test_the_pin_pulled_for_five_seconds_runs_and_a_bounce_does_not():
    rig = on_pad(160)
    for _ in range(10):
        rig.backup.pull_pin_out = True
        rig.run(4)
        rig.backup.pull_pin_out = False
        rig.run(1)
    assert rig.states == [BACKUP_SAFE, BACKUP_READY]
    rig.backup.pull_pin_out = True
    rig.run(4.5)
    assert rig.state.state == BACKUP_READY
    rig.run(1)
    assert rig.state.state == BACKUP_RUNNING and shown(rig) in (signals.ARMED, signals.WIRE_ALONE)
    rig.run(1)
    assert shown(rig) == signals.WIRE_ALONE


def test_its_time_counts_from_the_moment_at_which_the_pin_was_pulled():
    rig = Rig()
    rig.run_to(100)
    assert rig.state.state == BACKUP_RUNNING
    assert 98900 <= rig.state.since_ms <= 100100  # the world moves once a second
    assert rig.state.flown and shown(rig) == signals.FLIGHT


def test_a_pin_pulled_long_before_the_launch_counts_from_leaving_the_pad():
    rig = Rig(launch_s=LAUNCH_S + 4000)
    rig.run_to(-4000)
    rig.backup.pull_pin_out = True
    rig.run_to(-3000)
    assert rig.state.state == BACKUP_RUNNING and rig.state.since_ms <= 1000 and shown(rig) == signals.WIRE_ALONE
    rig.run_to(DUE_S - 1)
    assert rig.edges == []
    rig.run(30)
    # 20 m above the pad after 4.5 s.
    assert DUE_S <= rig.pulses()[0][0] <= DUE_S + 8


def test_a_pin_pulled_less_than_two_minutes_before_the_launch_still_counts_from_then():
    for before_s, counted_s in ((105, 105), (140, -5)):
        rig = Rig(launch_s=LAUNCH_S + 200)
        rig.run_to(-before_s)
        rig.backup.pull_pin_out = True
        rig.run_to(100)
        assert abs(rig.state.since_ms / 1000 - 100 - counted_s) <= 1.5


def test_a_scrub_with_the_pin_out_begins_again_with_the_plug_out_and_only_near_the_pad():
    rig = on_pad(160)
    rig.backup.pull_pin_out = True
    rig.run(10)
    assert rig.state.state == BACKUP_RUNNING
    rig.backup.plug_in = False
    rig.run(8)
    assert rig.state.state == BACKUP_SAFE and rig.state.since_ms == 0
    rig.backup.plug_in = True
    rig.run(200)
    assert rig.state.state == BACKUP_SAFE and rig.state.not_ready == BREAK_WIRE_OPEN
    rig.backup.pull_pin_out = False
    rig.run(3)
    assert rig.state.state == BACKUP_READY
    rig = aloft()
    rig.backup.plug_in = False
    rig.run(30)
    assert rig.state.state == BACKUP_RUNNING


def test_a_plug_shaken_out_on_the_way_up_keeps_it_running_for_when_it_is_back():
    rig = Rig()
    rig.run_to(60)
    rig.backup.plug_in = False
    rig.run_to(DUE_S + 50)
    assert rig.state.state == BACKUP_RUNNING
    rig.backup.plug_in = True
    rig.run(10)
    assert len(rig.pulses()) == 1


def test_with_the_plug_in_the_watchdog_runs_and_no_byte_on_usb_stops_the_program():
    from firmware.backup_timer.backup_computer import BackupComputer
    from hardware.boards.backup import build

    for plug_in in (False, True):
        rig = on_pad(1, plug_in_s=0 if plug_in else 50)
        said = []
        computer = BackupComputer(build(rig.backup.machine, rig.backup.clock, rig.backup.storage), said.append)
        for _ in range(30):
            rig.backup.clock.begin()
            computer.loop.run(1)
            rig.clock.advance(100000)
        assert computer.health.guarded == plug_in
        assert said == ([-1] if plug_in else [])


def test_a_hang_with_the_plug_in_is_a_reset_within_five_seconds_and_without_it_none():
    for plug_in_s, boots in ((2, 2), (100, 1)):
        rig = on_pad(20, plug_in_s=plug_in_s)
        rig.backup.hang(8)
        rig.run(6)
        assert rig.backup.boots == boots


def test_heights_are_those_of_the_world():
    rig = Rig()
    rig.run_to(600)
    assert abs(rig.backup.computer.height.height_m - rig.world.altitude_mm // 1000) <= 8
    assert rig.world.altitude_mm < FLOAT_M * 1000
