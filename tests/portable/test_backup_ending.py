"""Rule 12: what the independent backup does at its time, and everything for which it does nothing."""

from firmware.protocol.drops import (
    ALTITUDE_UNKNOWN,
    BACKUP_DONE,
    BACKUP_FIRING,
    BACKUP_READY,
    BACKUP_RUNNING,
    BACKUP_SAFE,
    COOLING,
    DESCENT,
    PLUG_OUT,
    RAIL_SETTLING,
    TOO_LOW,
)
from tests.portable.backup_rig import DUE_S, END_S, FLOAT, LOWEST_M, Rig, aloft, plan_bytes


def close_to(value, wanted, by):
    assert wanted - by <= value <= wanted + by, value


def test_its_own_pull_pin_clock_barometer_and_cutter_end_the_flight_through_its_own_series_plug():
    rig = Rig()
    rig.run_to(DUE_S + 20)
    assert rig.states == [BACKUP_SAFE, BACKUP_READY, BACKUP_RUNNING, BACKUP_FIRING, BACKUP_DONE]
    assert len(rig.edges) == 2 and len(rig.pulses()) == 1
    start_s, length_s = rig.pulses()[0]
    assert DUE_S <= start_s <= DUE_S + 1.0
    close_to(length_s, 4.0, 0.2)
    assert start_s < rig.parted_s < start_s + 4.0
    assert rig.state.wire_whole and not rig.backup.wire.whole
    assert rig.world.cut_us is not None


def test_without_its_series_plug_no_current_flows_whatever_the_program_does():
    rig = aloft()
    rig.backup.supply.plug_in = False  # and neither sense nor rail are looked at
    rig.backup.computer.supply.settled = lambda: True
    rig.run(60)
    assert rig.edges and rig.parted_s is None


def test_it_only_ends_the_flight_and_never_drops():
    rig = Rig()
    moved = []
    for gpio in range(30):
        if gpio not in (6, 7, 10, 14, 21):  # LED, BUZZER, FIRE, HEARTBEAT, ENABLE
            rig.backup.wiring.outputs[gpio] = lambda level, gpio=gpio: moved.append(gpio)
    rig.run_to(END_S + 60)
    assert moved == [] and rig.parted_s is not None
    assert [at_s for at_s, level in rig.edges if level and at_s < DUE_S] == []
    assert len(rig.pulses()) == 1


def test_below_minimum_altitude_no_fire_until_the_end():
    rig = aloft(((0, LOWEST_M - 10),))
    rig.run(600)
    assert rig.state.reasons == TOO_LOW and rig.state.attempts == 0
    rig.run_to(END_S + 5)
    assert rig.edges == [] and rig.states == [BACKUP_RUNNING, BACKUP_DONE]


def test_above_minimum_altitude_it_fires_and_when_it_rises_above_it_later_then():
    rig = aloft(((0, LOWEST_M + 10),))
    rig.run(60)
    assert DUE_S <= rig.pulses()[0][0] <= DUE_S + 1
    rig = aloft(((0, 800), (600, 800), (800, 1000)))
    rig.run(900)
    # 900 m at 700 s after due; ten seconds above it in a row.
    close_to(rig.pulses()[0][0], DUE_S + 711, 3)


def test_a_single_reading_above_minimum_altitude_opens_nothing():
    rig = aloft(((0, 800),))
    rig.run(60)
    for _ in range(20):
        rig.backup.barometer.offset_pa = -20000.0
        rig.run(1)
        rig.backup.barometer.offset_pa = 0.0
        rig.run(9)
    assert rig.edges == [] and rig.state.reasons != 0


FAULTS = (
    ("vanished", True),
    ("stuck_high", True),
    ("stuck_low", True),
    ("skipped", True),
    ("frozen", True),
    ("raw", (1, 8000000)),
)


def test_unknown_altitude_fires_only_in_the_blind_window():
    for name, value in FAULTS:
        for blind_from_s, blind_until_s, fires in (
            (0, 0, False),
            (600, DUE_S, False),
            (600, DUE_S + 300, True),
        ):
            plan = plan_bytes(blind_from_ms=blind_from_s * 1000, blind_until_ms=blind_until_s * 1000)
            rig = aloft(plan=plan)
            setattr(rig.backup.barometer, name, value)
            rig.run_to(DUE_S + 320)
            assert bool(rig.edges) == fires, (name, blind_until_s)
            if fires:
                assert DUE_S <= rig.pulses()[0][0] <= DUE_S + 1, name
            else:
                assert rig.state.reasons == ALTITUDE_UNKNOWN, (name, rig.state.reasons)


def test_unknown_altitude_before_the_blind_window_waits_for_it():
    rig = aloft(plan=plan_bytes(blind_from_ms=(DUE_S + 100) * 1000, blind_until_ms=(DUE_S + 300) * 1000))
    rig.backup.barometer.vanished = True
    rig.run_to(DUE_S + 200)
    assert DUE_S + 100 <= rig.pulses()[0][0] <= DUE_S + 101


def test_when_the_barometer_comes_back_high_enough_it_fires():
    rig = aloft()
    rig.backup.barometer.vanished = True
    rig.run_to(DUE_S + 200)
    assert rig.edges == []
    rig.backup.barometer.vanished = False
    rig.run(30)
    assert DUE_S + 210 <= rig.pulses()[0][0] <= DUE_S + 215


def test_a_barometer_that_speaks_now_and_then_is_unknown_altitude():
    for blind_until_s, fires in ((0, False), (DUE_S + 300, True)):
        rig = aloft(plan=plan_bytes(blind_until_ms=blind_until_s * 1000))
        for _ in range(60):
            rig.backup.barometer.vanished = True
            rig.run(3)
            rig.backup.barometer.vanished = False
            rig.run(4)
        assert bool(rig.edges) == fires


def test_safe_at_end_s_whatever_still_waits():
    rig = aloft()
    rig.backup.plug_in = False
    rig.run_to(END_S + 1)
    assert rig.states == [BACKUP_RUNNING, BACKUP_DONE]
    rig.backup.plug_in = True
    rig.run(600)
    assert rig.edges == []


def test_safe_at_end_s_in_the_middle_of_a_pulse():
    rig = aloft(parts_after_ms=None)
    rig.backup.plug_in = False
    rig.run_to(END_S - 7.5)
    rig.backup.plug_in = True
    rig.run(60)
    (start_s, length_s) = rig.pulses()[0]
    assert start_s < END_S and length_s < 3.9 and start_s + length_s <= END_S + 0.2
    assert len(rig.pulses()) == 1 and rig.state.state == BACKUP_DONE


def test_deaf_to_everything_else_once_armed():
    rig = aloft()
    # The pin back in, the sense line of the plug broken, both of them bouncing.
    sense = rig.backup.wiring.inputs
    rig.backup.pull_pin_out = False
    sense[19] = lambda: 0
    rig.run(20)
    for _ in range(8):
        rig.backup.pull_pin_out = not rig.backup.pull_pin_out
        rig.run(0.7)
    rig.backup.pull_pin_out = False
    rig.run(30)
    assert DUE_S <= rig.pulses()[0][0] <= DUE_S + 1.0
    assert rig.states == [BACKUP_RUNNING, BACKUP_FIRING, BACKUP_DONE]


def test_a_low_rail_waits_without_counting_and_five_seconds_of_it_back_begin_afresh():
    rig = aloft()
    rig.backup.plug_in = False
    rig.run_to(DUE_S + 100)
    assert rig.edges == [] and rig.state.attempts == 0 and rig.state.reasons == PLUG_OUT
    for _ in range(5):
        rig.backup.plug_in = True
        rig.run(3)
        assert rig.state.reasons == RAIL_SETTLING
        rig.backup.plug_in = False
        rig.run(3)
    rig.backup.plug_in = True
    back_s = rig.since_s()
    rig.run(20)
    assert back_s + 4 <= rig.pulses()[0][0] <= back_s + 6.5
    assert rig.state.attempts == 1 and rig.state.state == BACKUP_DONE


def test_at_most_3_attempts_longer_each_time_on_evidence_that_the_wire_holds():
    rig = aloft(parts_after_ms=None)
    rig.run_to(DUE_S + 5.8)
    assert rig.state.reasons & COOLING
    rig.run_to(END_S + 10)
    lengths = [length_s for _, length_s in rig.pulses()]
    assert len(lengths) == 3
    for length_s, wanted_s in zip(lengths, (4, 6, 9)):
        close_to(length_s, wanted_s, 0.2)
    assert rig.state.attempts == 3 and rig.state.state == BACKUP_DONE
    for place in (0, 1):
        gap_s = rig.pulses()[place + 1][0] - sum(rig.pulses()[place])
        assert 2.0 <= gap_s <= 3.5, gap_s


def test_a_wire_that_parts_in_the_second_pulse_gets_no_third():
    rig = aloft(parts_after_ms=6000)
    rig.run(200)
    assert len(rig.pulses()) == 2 and rig.state.state == BACKUP_DONE
    assert rig.pulses()[1][0] < rig.parted_s < sum(rig.pulses()[1])


def test_a_wire_that_was_open_before_gets_one_pulse_and_no_retry():
    rig = aloft()
    rig.backup.wire.whole = False
    rig.run(200)
    assert len(rig.pulses()) == 1 and not rig.state.wire_whole and rig.state.state == BACKUP_DONE


def test_a_gate_that_closes_between_intent_and_pulse_takes_the_attempt_back():
    rig = aloft()
    rig.run_to(DUE_S - 0.5)
    rig.run_until(lambda: rig.state.state == BACKUP_FIRING)
    rig.backup.computer.supply._count = 0
    rig.run(0.3)
    assert rig.state.state == BACKUP_RUNNING and rig.state.attempts == 0 and rig.edges == []
    rig.run(10)
    assert rig.state.attempts == 1 and rig.state.state == BACKUP_DONE


def test_backup_with_the_primary_already_done_does_not_fire_while_it_falls_and_is_done_when_landed():
    # The primary has cut its own wire long before; the backup's, on the same line, is whole.
    for fall_m_s, ground_m in ((5, 120), (3, 350), (9, 120)):
        rig = aloft(((-1600, 8000),), before_s=1700)
        rig.world.fall_m_s = float(fall_m_s)
        rig.world.ground_m = ground_m
        rig.run(100)
        rig.world.cut_down()
        rig.run_to(DUE_S - 100)
        rig.run(200)
        falls = rig.world.altitude_mm > ground_m * 1000
        assert rig.state.reasons & DESCENT if falls else rig.state.state == BACKUP_DONE
        rig.run_to(END_S - 10)
        assert rig.edges == [] and rig.state.state == BACKUP_DONE
        assert rig.backup.wire.whole and rig.states == [BACKUP_RUNNING, BACKUP_DONE]


def test_landed_before_its_time_it_is_done_after_two_minutes_at_rest_and_never_fires():
    rig = aloft(((-600, 2000), (-400, 380), (0, 380)), before_s=700)
    rig.run_to(DUE_S - 400 + 110)
    assert rig.state.state == BACKUP_RUNNING
    rig.run(30)
    assert rig.state.state == BACKUP_DONE
    rig.run_to(DUE_S + 200)
    assert rig.edges == []


def test_done_is_final_even_when_it_rises_again():
    rig = aloft(((-600, 2000), (-400, 380), (-100, 380), (0, 5000), (10000, 5000)), before_s=700)
    rig.run_to(DUE_S + 300)
    assert rig.state.state == BACKUP_DONE and rig.edges == []


def test_landed_while_due_is_inhibited_after_one_minute_and_final_after_two():
    rig = aloft(((0, 600),))
    rig.backup.computer.height._lowest_m = 0  # the gate for low alone would hide it
    rig.backup.computer.supply.settled = lambda: rig.since_s() > DUE_S + 30
    rig.run_to(DUE_S + 60)
    assert rig.edges == [] and rig.state.reasons
    rig.run_to(DUE_S + 200)
    assert rig.edges == [] and rig.state.state == BACKUP_DONE


def test_a_float_that_sinks_slowly_is_ended_and_one_that_falls_for_a_while_is_ended_after_that():
    rig = aloft(((0, 8000), (2000, 6000)))
    rig.run(60)
    assert DUE_S <= rig.pulses()[0][0] <= DUE_S + 1
    rig = aloft(((-40, 8000), (200, 7040), (10000, 7040)))
    rig.run_to(DUE_S + 190)
    assert rig.edges == [] and rig.state.reasons == DESCENT
    rig.run(100)
    close_to(rig.pulses()[0][0], DUE_S + 215, 15)


def test_what_fell_when_the_barometer_died_is_taken_to_fall_still():
    rig = aloft(((-40, 8000), (800, 4000)), plan=plan_bytes(blind_until_ms=END_S * 1000))
    rig.run_to(DUE_S - 1)
    rig.backup.barometer.vanished = True
    rig.run(300)
    assert rig.edges == [] and rig.state.reasons == DESCENT


def test_a_hang_in_the_pulse_is_ended_by_the_watchdog_or_the_timer_and_attempts_stay_within_three():
    rig = aloft(parts_after_ms=None)
    hung = 0
    for _ in range(4000):
        rig.run(0.1)
        if rig.backup.computer and rig.edges and rig.edges[-1][1] and hung < 5:
            hung += 1
            rig.backup.hang(60)
            rig.run(12)
            assert rig.edges[-1][1] == 0, "FIRE stays on"
    assert hung == 3 and rig.backup.boots == 4
    lengths = [length_s for _, length_s in rig.pulses()]
    assert len(lengths) == 3 and max(lengths) <= 4.2
    assert rig.state.attempts == 3 and rig.state.state == BACKUP_DONE
    starts = [start_s for start_s, _ in rig.pulses()]
    ends = [start_s + length_s for start_s, length_s in rig.pulses()]
    for place in range(2):
        assert starts[place + 1] - ends[place] >= 10.0, "no cooling"


def test_a_pulse_has_a_hard_limit_outside_the_loop():
    rig = aloft(parts_after_ms=None)
    rig.backup.computer.health._watchdog = None
    for what in rig.backup.clock._own[:]:
        rig.backup.clock.cancel(what)  # the watchdog
    rig.run_until(lambda: rig.edges)
    rig.backup.hang(60)
    rig.run(30)
    close_to(rig.pulses()[0][1], 4.15, 0.05)


def test_with_its_flash_dead_it_ends_the_flight_all_the_same():
    rig = aloft()
    rig.backup.flash.failing = True
    rig.run(60)
    if rig.backup.computer.journal.ok:
        from tests.skip import SkipTest

        raise SkipTest("no flash on this port")
    assert DUE_S <= rig.pulses()[0][0] <= DUE_S + 1 and rig.parted_s


def test_crystals_200_ppm_off_keep_its_time():
    for drift_ppm in (-200, 200):
        rig = Rig(FLOAT, drift_ppm=drift_ppm)
        rig.run_to(DUE_S + 20)
        close_to(rig.pulses()[0][0], DUE_S - DUE_S * drift_ppm / 1000000.0 + 0.3, 0.4)
