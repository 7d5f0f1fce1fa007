"""Whatever receiver at whatever rate: it is found, told to fly, asked what it does, and told again after a restart."""

from tests.portable.gps_rig import GGA, RMC, Rig, Wire, heard, nmea, ubx

AIRBORNE = 6


def airborne(gps):
    return gps.dynamic_model == AIRBORNE


def fixed(gps):
    return gps.fix_type == 3


def test_every_generation_at_every_baud_rate_is_found_and_made_airborne():
    for generation in (6, 7, 8, 9, 10):
        for baud in (9600, 38400, 115200):
            rig = Rig(generation, baud)
            took_s = rig.seconds_until(airborne, 20)
            assert took_s is not None and took_s < 12, (generation, baud, took_s)
            assert rig.gps.baud == baud and rig.chip.dynamic_model == AIRBORNE
            assert rig.seconds_until(fixed, 40) is not None, (generation, baud)
            assert rig.gps.restarts == 0 and rig.uart.bytes_lost == 0


def test_from_u_blox_7_on_only_nav_pvt_remains_once_a_second():
    for generation in (7, 8, 9, 10):
        rig = Rig(generation)
        rig.run(45)
        before = rig.gps.sentences_ok
        rig.fresh = 0
        rig.run(60)
        answers = rig.gps._setup.acknowledged
        assert rig.fresh == 60, generation
        assert 60 <= rig.gps.sentences_ok - before <= 60 + 9 and answers > 6
        assert rig.gps.north_mm_s == 5000 and rig.gps.horizontal_accuracy_mm == 2500
        assert rig.gps.altitude_mm == 100000


def test_u_blox_6_keeps_to_rmc_and_gga():
    rig = Rig(6)
    rig.run(45)
    before = rig.gps.sentences_ok
    rig.run(60)
    assert 120 <= rig.gps.sentences_ok - before <= 120 + 9
    assert rig.gps.fix_type == 3 and rig.gps.north_mm_s is None and rig.gps.altitude_mm == 100000
    assert rig.gps.ground_speed_mm_s is not None and abs(rig.gps.ground_speed_mm_s - 6103) <= 1


def test_a_plain_nmea_receiver_is_read_and_its_model_stays_unknown():
    rig = Rig(0)
    assert rig.seconds_until(fixed, 40) is not None
    rig.run(120)
    assert rig.gps.dynamic_model is None and rig.gps.restarts == 0 and rig.gps.altitude_mm == 100000
    assert rig.gps.time_valid


def test_solutions_are_what_the_world_was_at_the_epoch():
    rig = Rig(8)
    rig.run(60)
    gps = rig.gps
    truth = rig.world.at((gps.unix_s - 1790000000) * 1000000 + gps.unix_ms_part * 1000)
    assert (gps.latitude_e7, gps.longitude_e7) == (truth.latitude_e7, truth.longitude_e7)
    assert gps.unix_ms_part == 0
    assert rig.clock.now_us // 1000 - (gps.unix_s - 1790000000) * 1000 < 1100


def test_nothing_touches_the_wire_before_the_first_poll():
    from firmware.drivers.gps_ublox import UbloxGps
    from hardware.simulated.clock import Clock

    wire = Wire()
    UbloxGps(wire, Clock())
    assert wire.written == b"" and wire.rates == []


def test_the_receive_buffer_is_asked_for_again_with_every_rate():
    gps = heard([])
    wire = gps._uart
    assert wire.rates == [(9600, 2048)]


def test_the_model_is_set_and_read_back_every_twenty_seconds():
    for generation in (6, 8, 10):
        rig = Rig(generation)
        rig.run(60)
        rig.chip.settings[0x20110021] = 3  # pedestrian, behind our back
        took_s = rig.seconds_until(lambda gps: rig.chip.dynamic_model == AIRBORNE, 25)
        assert took_s is not None and took_s <= 21, (generation, took_s)
        assert rig.gps.restarts == 0


def test_the_model_reported_is_what_the_receiver_says_not_what_it_was_told():
    rig = Rig(8)
    rig.chip.settings[0x20110021] = 4
    obey = rig.chip._classic

    def deaf(message_id, payload, at_us):
        if message_id == 0x24 and payload:
            return True  # acknowledges and does nothing
        return obey(message_id, payload, at_us)

    rig.chip._classic = deaf
    rig.run(30)
    assert rig.gps.dynamic_model == 4


def test_a_refused_model_is_not_reported_as_set():
    rig = Rig(10)
    rig.chip._set_keys = lambda payload: False
    rig.run(30)
    assert rig.gps.dynamic_model in (None, 0)


def test_a_reset_at_25_km_is_noticed_and_the_model_is_back_within_30_seconds():
    for generation in (6, 7, 8, 9, 10):
        for cold in (False, True):
            for phase in (0, 350, 990):
                rig = Rig(generation)
                rig.run(50)
                rig.world.altitude_m = 25000
                rig.run(5)
                assert fixed(rig.gps) and airborne(rig.gps)
                rig.clock.advance(phase * 1000)
                rig.chip.reset(cold)
                assert rig.chip.dynamic_model == 0
                took_s = rig.seconds_until(lambda gps: rig.chip.dynamic_model == AIRBORNE and airborne(gps), 30)
                assert took_s is not None, (generation, cold, phase)
                assert rig.gps.restarts <= 2
                rig.run(40)
                assert fixed(rig.gps) and rig.gps.altitude_mm == 25000000, (generation, cold, phase)
                assert generation == 6 or rig.gps.north_mm_s is not None


def test_the_portable_model_loses_its_fix_above_12_km_and_the_airborne_one_keeps_it():
    for generation in (6, 8, 10):
        rig = Rig(generation, altitude_m=11999)
        rig.run(60)
        assert fixed(rig.gps)
        rig.world.altitude_m = 12001
        rig.run(5)
        assert fixed(rig.gps)
        rig.chip.settings[0x20110021] = 0
        rig.run(3)
        assert rig.gps.fix_type == 0 and rig.gps.latitude_e7 is None and rig.gps.altitude_mm is None
        assert rig.gps.time_valid, "the time is still known"
        assert rig.seconds_until(fixed, 30) is not None, "the model is repeated, the fix comes back"
        rig.world.altitude_m = 49999
        rig.run(5)
        assert fixed(rig.gps)
        rig.world.altitude_m = 50001
        rig.run(5)
        assert fixed(rig.gps) == (generation == 10)


def test_a_receiver_that_was_silent_is_asked_for_nav_pvt_at_each_rate():
    for generation in (8, 10):
        for baud in (9600, 38400, 115200):
            rig = Rig(generation, baud)
            for name in (0x10740002,):
                rig.chip.settings[name] = 0  # saved by another owner: no NMEA
            took_s = rig.seconds_until(airborne, 20)
            assert took_s is not None, (generation, baud)


def test_silence_clears_the_values_and_the_receiver_is_found_again():
    for baud in (9600, 115200):
        rig = Rig(8, baud)
        rig.run(60)
        assert fixed(rig.gps)
        rig.chip.silent = True
        rig.run(8)
        assert rig.gps.fix_type == 0 and rig.gps.latitude_e7 is None and not rig.gps.time_valid
        assert rig.gps.dynamic_model is None and rig.gps.fix_ms is not None
        rig.run(60)
        rig.chip.silent = False
        took_s = rig.seconds_until(lambda gps: fixed(gps) and airborne(gps), 15)
        assert took_s is not None and rig.gps.baud == baud


def test_a_receiver_that_changed_its_baud_rate_is_found_again():
    rig = Rig(8, 9600)
    rig.run(40)
    rig.chip.settings[0x40520001] = 38400
    assert rig.seconds_until(lambda gps: gps.baud == 38400 and fixed(gps) and airborne(gps), 25) is not None


def test_garbage_is_no_fix_and_passes():
    rig = Rig(8)
    rig.run(60)
    heard_before = rig.gps.sentences_ok
    rig.chip.garbage = True
    rig.run(20)
    assert rig.gps.sentences_ok == heard_before and rig.gps.fix_type == 0
    rig.chip.garbage = False
    assert rig.seconds_until(lambda gps: fixed(gps) and airborne(gps), 15) is not None


def test_lost_satellites_are_no_fix_but_still_time():
    rig = Rig(8)
    rig.run(60)
    fix_ms = rig.gps.fix_ms
    rig.chip.no_fix = True
    rig.run(10)
    assert rig.gps.fix_type == 0 and rig.gps.latitude_e7 is None and rig.gps.time_valid
    assert rig.clock.ticks_diff(rig.clock.ticks_ms(), rig.gps.fix_ms) > 8000 and rig.gps.fix_ms != fix_ms + 10000
    assert rig.gps.restarts == 0
    rig.chip.no_fix = False
    assert rig.seconds_until(fixed, 5) is not None


def test_an_epoch_sent_again_and_again_grows_old():
    for generation in (6, 8):
        rig = Rig(generation)
        rig.run(60)
        rig.chip.stuck = True
        rig.run(30)
        assert rig.clock.ticks_diff(rig.clock.ticks_ms(), rig.gps.fix_ms) > 27000, generation


def test_a_date_that_rolled_over_is_put_right():
    rig = Rig(8)
    rig.run(60)
    unix_s = rig.gps.unix_s
    rig.chip.rollover = True
    rig.run(5)
    assert rig.gps.unix_s == unix_s + 5


def test_answers_for_somebody_else_are_ignored():
    gps = heard([RMC + ubx(5, 1, b"\x06\x8a") + ubx(5, 0, b"\x01\x07") + ubx(5, 1, b"\x06") + ubx(5, 1, b"")])
    assert gps.sentences_ok == 5 and gps.dynamic_model is None


def test_reports_of_a_model_have_the_right_length_or_are_ignored():
    nav5 = bytes([255, 255, 8]) + bytes(33)
    assert heard([RMC + ubx(6, 0x24, nav5)]).dynamic_model == 8
    assert heard([RMC + ubx(6, 0x24, nav5[:35])]).dynamic_model is None
    assert heard([RMC + ubx(6, 0x8B, b"\x01\0\0\0\x21\x00\x11\x20\x07")]).dynamic_model == 7
    assert heard([RMC + ubx(6, 0x8B, b"\x01\0\0\0\x21\x00\x11\x20")]).dynamic_model is None
    assert heard([RMC + ubx(6, 0x8B, b"\x01\0\0\0\x22\x00\x11\x20\x07")]).dynamic_model is None


def test_what_is_sent_is_what_the_interface_descriptions_say():
    gps = heard([RMC, GGA])
    sent = gps._uart.written
    # CFG-VALSET of CFG-NAVSPG-DYNMODEL = 6 into RAM, as users of M9 and M10 receivers publish it.
    assert sent.startswith(b"\xb5\x62\x06\x8a\x09\x00\x00\x01\x00\x00\x21\x00\x11\x20\x06\xf2\x4f")
    assert gps.unix_s is not None
    rig = Rig(8)
    rig.run(5)
    assert rig.chip.frames_heard > 5


def test_flash_writes_in_the_quiet_time_cost_no_sentence():
    for generation in (6, 8, 10):
        for offset_ms in (0, 37, 91):
            rig = Rig(generation)
            rig.clock.advance(offset_ms * 1000)
            rig.run(45)
            rig.fresh = 0
            bad = rig.gps.sentences_bad
            stalls = 0
            epochs = rig.chip.epochs
            start_us = rig.clock.now_us
            while rig.clock.now_us < start_us + 60000000:
                rig.clock.advance(100000)
                if rig.gps.poll(rig.clock.ticks_ms()):
                    rig.fresh += 1
                if rig.gps.quiet_ms(rig.clock.ticks_ms()) >= 400:
                    rig.clock.stall(400000)
                    stalls += 1
            assert stalls >= 50, (generation, offset_ms, stalls)
            assert rig.uart.bytes_lost == 0 and rig.gps.sentences_bad == bad
            assert abs(rig.chip.epochs - epochs - rig.fresh) <= 1 or generation == 6


def test_without_a_receiver_a_flash_write_waits_three_seconds_at_most():
    rig = Rig(8)
    rig.chip.silent = True
    waited = 0
    while rig.gps.quiet_ms(rig.clock.ticks_ms()) < 400:
        rig.run(1)
        waited += 1
        assert waited < 6
    rig.run(30)
    assert rig.gps.quiet_ms(rig.clock.ticks_ms()) >= 400


def test_quiet_time_is_nothing_in_a_burst():
    rig = Rig(6)
    rig.run(45)
    for _ in range(100):
        rig.clock.advance(20000)
        arriving = rig.uart.any()
        rig.gps.poll(rig.clock.ticks_ms())
        if arriving:
            assert rig.gps.quiet_ms(rig.clock.ticks_ms()) == 0


def test_unused_sentences_that_reappear_mean_a_restart():
    rig = Rig(6)
    rig.run(60)
    assert rig.gps.restarts == 0
    for body in ("GPZDA,201530.00,04,07,2002,00,00", "GPTXT,01,01,02,ANTSTATUS=OK", "PUBX,00,1"):
        rig.uart.receive(nmea(body), rig.clock.now_us, 9600)
        rig.run(1)
        assert rig.gps.restarts == 0, "never turned off"
    for body in ("GPGSV,1,1,00", "GNGLL,,,,,,V,N", "GPVTG,,,,,,,,,N", "GNGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99"):
        restarts = rig.gps.restarts
        rig.uart.receive(nmea(body), rig.clock.now_us, 9600)
        rig.run(10)
        assert rig.gps.restarts == restarts + 1, body


def test_a_model_that_is_acknowledged_but_not_reported_stays_unknown():
    rig = Rig(8)
    rig.run(40)
    assert airborne(rig.gps)
    answer = rig.chip._answer

    def taciturn(message_class, message_id, payload, at_us):
        if (message_class, message_id) != (6, 0x24):
            answer(message_class, message_id, payload, at_us)

    rig.chip._answer = taciturn
    assert rig.seconds_until(lambda gps: gps.dynamic_model is None, 30) is not None
    acknowledged = rig.gps._setup.acknowledged
    rig.run(20)
    assert rig.gps._setup.acknowledged > acknowledged and rig.gps.dynamic_model is None
    rig.chip._answer = answer
    assert rig.seconds_until(airborne, 10) is not None


def test_after_a_restart_the_old_model_is_not_reported_until_it_has_been_read_again():
    for generation in (6, 8, 10):
        rig = Rig(generation)
        rig.run(60)
        assert airborne(rig.gps)
        rig.chip.reset()
        rig.chip.on_write = lambda data, start_us, byte_us, baud: None  # and deaf from now on
        assert rig.seconds_until(lambda gps: gps.restarts, 12) is not None
        assert rig.gps.dynamic_model is None
        rig.run(30)
        assert rig.gps.dynamic_model is None


def test_a_receiver_that_has_lost_the_time_has_restarted():
    rig = Rig(8)
    rig.run(60)
    rig.chip.no_fix = True
    rig.chip._knows_time = False
    rig.run(3)
    assert rig.gps.restarts == 1 and not rig.gps.time_valid
    rig.run(30)
    assert rig.gps.restarts == 1


def test_a_receiver_that_never_answers_is_left_alone_most_of_the_time():
    rig = Rig(0)
    rig.run(10)
    writes = []
    write = rig.uart.write
    rig.uart.write = lambda data: (writes.append(len(data)), write(data))[1]
    rig.run(100)
    assert 12 <= len(writes) <= 24 and sum(writes) < 800


def test_no_quiet_time_is_promised_while_an_answer_is_awaited():
    rig = Rig(8)
    rig.run(40)
    awaited = 0
    for _ in range(6000):
        rig.clock.advance(10000)
        rig.gps.poll(rig.clock.ticks_ms())
        if rig.gps._setup.waiting():
            awaited += 1
            assert rig.gps.quiet_ms(rig.clock.ticks_ms()) == 0
    assert awaited > 6


def test_flash_writes_at_the_worst_moments_cost_sentences_but_never_the_receiver():
    for generation in (6, 8, 10):
        rig = Rig(generation)
        rig.run(45)
        known = fresh = stalls = 0
        for tenth in range(3000):
            rig.clock.advance(100000)
            if tenth % 23 == 0:
                rig.clock.stall(400000)
                stalls += 1
            if rig.gps.poll(rig.clock.ticks_ms()):
                fresh += 1
            if airborne(rig.gps):
                known += 1
        assert rig.uart.bytes_lost > 1000, "the test must hurt"
        assert rig.gps.restarts == 0 and fixed(rig.gps), (generation, rig.gps.restarts)
        assert known > 2800 and fresh > 200, (generation, known, fresh)
