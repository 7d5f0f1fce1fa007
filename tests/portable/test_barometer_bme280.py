"""The BME280: Adafruit's driver over a chip of registers, and what our guard before it refuses to believe."""

import busio
from adafruit_bme280 import basic

from firmware.drivers.barometer_bme280 import Bme280
from firmware.protocol import faults as numbers
from hardware.simulated.bme280 import DATASHEET_WORDS, Bme280Chip
from tests.portable.sensor_rig import ADDRESS, Rig, faults, values


def rig(pressure_pa=100000.0, temperature_c=15.0, **settings):
    return Rig(Bme280Chip, Bme280, pressure_pa, temperature_c, **settings)


def adafruit_alone(board):
    """Adafruit's driver on the bare shim, in normal mode, after its first measurement."""
    basic.sleep = lambda seconds: board.clock.sleep_ms(int(seconds * 1000))
    driver = basic.Adafruit_BME280_I2C(busio.I2C(board.i2c), ADDRESS)
    driver.mode = basic.MODE_NORMAL
    board.clock.sleep_ms(200)
    return driver


def within(low, value, high):
    assert low <= value <= high, (low, value, high)


# The data sheet ------------------------------------------------------------------------------------------------------


def test_the_worked_example_of_the_data_sheet_comes_out_of_the_unmodified_driver_within_a_tenth_of_a_pascal():
    board = rig()
    board.chip.raw = (519888, 415148)
    driver = adafruit_alone(board)
    within(25.075, driver.temperature, 25.085)
    within(100653.17, driver.pressure * 100, 100653.37)


def test_the_worked_example_comes_out_of_our_driver_as_integers():
    board = rig()
    board.chip.raw = (519888, 415148)
    assert values(board.run(2)) == 2
    assert (board.driver.pressure_pa, board.driver.temperature_cc) == (100653, 2508)


def test_the_chip_has_its_reset_state_from_the_data_sheet():
    board = rig()
    board.clock.sleep_ms(5)
    assert board.i2c.readfrom_mem(ADDRESS, 0xD0, 1) == b"\x60"
    assert board.i2c.readfrom_mem(ADDRESS, 0xF2, 12) == b"\0\0\0\0\0\x80\0\0\x80\0\0\x80"
    assert board.i2c.readfrom_mem(ADDRESS, 0x88, 2) == bytes((DATASHEET_WORDS[0] & 0xFF, DATASHEET_WORDS[0] >> 8))


def test_the_chip_measures_once_in_forced_mode_and_goes_to_sleep():
    board = rig()
    board.clock.sleep_ms(5)
    board.i2c.writeto_mem(ADDRESS, 0xF4, b"\x55")  # temperature x2, pressure x16, forced
    assert board.i2c.readfrom_mem(ADDRESS, 0xF3, 2) == b"\x08\x55"
    board.clock.sleep_ms(38)
    assert board.i2c.readfrom_mem(ADDRESS, 0xF3, 2) == b"\x00\x54"
    first = board.i2c.readfrom_mem(ADDRESS, 0xF7, 6)
    assert first[0] != 0x80 and first[3] != 0
    board.air.pressure_pa = 50000.0
    board.clock.sleep_ms(5000)
    assert board.i2c.readfrom_mem(ADDRESS, 0xF7, 6) == first


def test_the_chip_reads_no_calibration_before_it_has_started():
    board = rig()
    board.clock.sleep_ms(5)
    board.i2c.writeto_mem(ADDRESS, 0xE0, b"\xb6")
    assert board.i2c.readfrom_mem(ADDRESS, 0xF3, 1) == b"\x01"
    assert board.i2c.readfrom_mem(ADDRESS, 0x88, 4) == bytes(4)
    board.clock.sleep_ms(2)
    assert board.i2c.readfrom_mem(ADDRESS, 0xF3, 1) == b"\x00"
    assert board.i2c.readfrom_mem(ADDRESS, 0x88, 4) != bytes(4)


def test_humidity_oversampling_takes_effect_only_with_ctrl_meas():
    board = rig()
    board.clock.sleep_ms(5)
    board.i2c.writeto_mem(ADDRESS, 0xF4, b"\x54")
    board.i2c.writeto_mem(ADDRESS, 0xF2, b"\x05")
    board.i2c.writeto_mem(ADDRESS, 0xF4, b"\x55")  # 37.5 ms without humidity, 70 with it
    board.clock.sleep_ms(60)
    assert board.i2c.readfrom_mem(ADDRESS, 0xF3, 1) == b"\x08"


def test_the_filter_of_the_chip_lags_and_arrives():
    board = rig()
    board.chip.noise = False
    board.clock.sleep_ms(5)
    board.i2c.writeto_mem(ADDRESS, 0xF5, b"\x50")  # 125 ms, filter 16
    board.i2c.writeto_mem(ADDRESS, 0xF4, b"\x57")
    board.clock.sleep_ms(100)
    before = board.i2c.readfrom_mem(ADDRESS, 0xF7, 3)
    board.air.pressure_pa = 90000.0
    board.clock.sleep_ms(300)
    lagging = board.i2c.readfrom_mem(ADDRESS, 0xF7, 3)
    board.clock.sleep_ms(60000)
    arrived = board.i2c.readfrom_mem(ADDRESS, 0xF7, 3)
    assert before < lagging < arrived


def test_the_chip_clamps_at_the_ends_of_its_range_and_goes_on_answering():
    for pressure_pa, end_pa in ((1000.0, 30000.0), (29000.0, 30000.0), (115000.0, 110000.0)):
        board = rig(pressure_pa=pressure_pa)
        within(end_pa - 2, adafruit_alone(board).pressure * 100, end_pa + 2)


def test_a_chip_that_lost_its_supply_has_lost_its_settings():
    board = rig()
    board.run(3)
    board.chip.vanished = True
    try:
        board.i2c.writeto(ADDRESS, b"\xf4")
        raise AssertionError("answered")
    except OSError:
        pass
    board.chip.vanished = False
    assert board.i2c.readfrom_mem(ADDRESS, 0xF4, 6) == b"\0\0\0\x80\0\0"


# Over the range ------------------------------------------------------------------------------------------------------


def test_every_pressure_in_the_range_is_read_within_a_pascal_without_noise():
    for temperature_c in (-39.0, -5.5, 0.0, 15.0, 60.0, 84.0):
        board = rig(temperature_c=temperature_c)
        board.chip.noise = False
        pressure_pa = 109900
        board.air.pressure_pa = float(pressure_pa)
        board.run(1)
        while pressure_pa > 30100:
            board.air.pressure_pa = float(pressure_pa)
            assert values(board.run(1)) == 1
            within(pressure_pa - 1, board.driver.pressure_pa, pressure_pa + 1)
            within(temperature_c * 100 - 2, board.driver.temperature_cc, temperature_c * 100 + 2)
            pressure_pa -= 4321


def test_noise_moves_the_value_by_no_more_than_a_pascal():
    board = rig(pressure_pa=95000.0)
    board.run(1)
    seen = []
    for _ in range(60):
        board.run(1)
        seen.append(board.driver.pressure_pa)
    within(94999, min(seen), 95000)
    within(95000, max(seen), 95001)
    assert min(seen) < max(seen)


def test_from_300_to_10_hpa_there_is_no_value_and_one_fault_and_it_comes_back_below():
    board = rig(pressure_pa=30500.0, temperature_c=-40.0)
    board.run(2)
    assert board.driver.pressure_pa is not None
    seen = []
    for pressure_pa in (30000.0, 29000.0, 20000.0, 10000.0, 5000.0, 1000.0):
        board.air.pressure_pa = pressure_pa
        seen += faults(board.run(20))
        assert board.driver.pressure_pa is None and board.driver.temperature_cc is None
    assert seen == [numbers.BAROMETER_RANGE]
    board.air.pressure_pa = 31000.0
    assert faults(board.run(3)) == []
    within(30998, board.driver.pressure_pa, 31002)


def test_above_1100_hpa_there_is_no_value():
    board = rig(pressure_pa=110000.0)
    assert faults(board.run(5)) == [numbers.BAROMETER_RANGE]
    assert board.driver.pressure_pa is None


def test_a_temperature_outside_the_range_is_no_value_while_the_pressure_stays():
    board = rig(pressure_pa=31000.0, temperature_c=-45.0)
    board.run(2)
    within(30990, board.driver.pressure_pa, 31010)
    assert board.driver.temperature_cc is None


# Time ----------------------------------------------------------------------------------------------------------------


def test_a_new_value_comes_every_second_across_the_wrap_of_the_ticks():
    board = rig()
    passes = [passed for passed, what in board.run(40) if what is True]
    assert len(passes) == 40 or len(passes) == 39
    assert {passes[n + 1] - passes[n] for n in range(len(passes) - 1)} == {10}


def test_polled_only_once_a_second_it_reads_every_second_whatever_the_phase():
    for phase_ms in (0, 1, 130, 250, 251, 640, 999):
        board = rig()
        board.clock.advance(phase_ms * 1000)
        new = 0
        for second in range(60):
            jitter_us = second * 7919 % 3000
            board.clock.advance(jitter_us)
            new += board.driver.poll(board.clock.ticks_ms())
            board.clock.advance(1000000 - jitter_us)
        assert new == 58, (phase_ms, new)


def test_starting_and_reading_never_sleep():
    board = rig()

    def refuse(_):
        raise AssertionError("a driver slept")

    board.clock.sleep_ms = board.clock.sleep_us = board.clock.sleep = refuse
    board.driver = Bme280(board.i2c, ADDRESS, board.clock)
    assert values(board.run(5)) >= 4


def test_a_fast_loop_waits_for_the_chip_to_start():
    board = rig()
    new = 0
    for _ in range(4000):
        board.clock.advance(1000)
        new += board.driver.poll(board.clock.ticks_ms())
    assert new == 4


def test_it_is_set_up_for_sixteen_samples_no_filter_and_no_humidity():
    board = rig()
    board.run(3)
    assert board.i2c.readfrom_mem(ADDRESS, 0xF2, 1) == b"\x00"
    assert board.i2c.readfrom_mem(ADDRESS, 0xF4, 2) == b"\x57\x40"


def test_a_value_has_the_ticks_of_its_reading():
    board = rig()
    board.run(3)
    within(0, board.clock.ticks_diff(board.clock.ticks_ms(), board.driver.value_ms), 1000)


def test_the_newest_air_is_at_most_two_tenths_of_a_second_old():
    board = rig()
    board.run(3)
    while not board.run(0.1):
        pass
    board.run(0.7)
    board.air.pressure_pa = 90000.0
    board.run(0.3)
    within(89998, board.driver.pressure_pa, 90002)


# Faults --------------------------------------------------------------------------------------------------------------


def heals(board, break_it, mend_it, expected):
    """A fault shows by its number, never as a number of Pa, and the chip is used again within three seconds."""
    board.run(3)
    assert board.driver.pressure_pa is not None
    break_it()
    events = board.run(15)
    assert set(faults(events)) == set(expected), events
    assert values(events) == 0, events
    assert 10 <= len(events) <= 16, events
    assert board.driver.pressure_pa is None and board.driver.temperature_cc is None
    mend_it()
    events = board.run(3)
    assert values(events) >= 1, events
    within(99998, board.driver.pressure_pa, 100002)


def test_a_vanished_chip_is_a_bus_error_and_is_used_again_when_it_is_back():
    board = rig()
    chip = board.chip
    heals(board, lambda: setattr(chip, "vanished", True), lambda: setattr(chip, "vanished", False), ["bus"])


def test_a_bus_stuck_high_is_a_fault_with_a_number():
    board = rig()
    chip = board.chip
    stuck = [numbers.BAROMETER_STUCK_BUS]
    heals(board, lambda: setattr(chip, "stuck_high", True), lambda: setattr(chip, "stuck_high", False), stuck)


def test_a_bus_stuck_low_is_a_fault_with_a_number():
    board = rig()
    chip = board.chip
    stuck = [numbers.BAROMETER_STUCK_BUS]
    heals(board, lambda: setattr(chip, "stuck_low", True), lambda: setattr(chip, "stuck_low", False), stuck)


def test_a_skipped_sample_is_a_fault_and_not_the_818_hpa_that_the_formula_makes_of_it():
    board = rig(temperature_c=25.0)
    board.chip.skipped = True
    within(81000, adafruit_alone(board).pressure * 100, 83000)
    board = rig(temperature_c=25.0)
    chip = board.chip
    skipped = [numbers.BAROMETER_SKIPPED_SAMPLE]
    heals(board, lambda: setattr(chip, "skipped", True), lambda: setattr(chip, "skipped", False), skipped)


def test_a_chip_that_lost_its_settings_is_set_up_again():
    board = rig()
    board.run(3)
    board.i2c.writeto_mem(ADDRESS, 0xE0, b"\xb6")
    events = board.run(4)
    assert faults(events) == [numbers.BAROMETER_SKIPPED_SAMPLE]
    assert values(events) >= 2


def test_a_frozen_chip_is_noticed_within_ten_readings_and_stays_noticed():
    board = rig()
    board.run(3)
    board.chip.frozen = True
    board.air.pressure_pa = 90000.0
    events = board.run(11)
    assert numbers.BAROMETER_FROZEN in faults(events)
    events = board.run(30)
    assert values(events) == 0 and set(faults(events)) == {numbers.BAROMETER_FROZEN}
    board.chip.frozen = False
    board.run(3)
    within(89998, board.driver.pressure_pa, 90002)


def test_still_air_is_not_taken_for_a_frozen_chip():
    board = rig()
    assert faults(board.run(600)) == []


def test_a_held_bus_is_a_bus_error_and_time_is_lost_only_by_its_time_out():
    board = rig()
    board.run(3)
    board.wiring.i2c_held = True
    start_us = board.clock.now_us
    events = board.run(5)
    assert values(events) == 0 and set(faults(events)) == {"bus"}
    within(5000000, board.clock.now_us - start_us, 5400000)
    board.wiring.i2c_held = False
    assert values(board.run(3)) >= 1


def test_another_chip_at_the_address_is_a_fault_and_is_not_written_to():
    board = rig(chip_id=0x58)
    written = []
    on_write = board.chip.on_write

    def watched(data):
        if len(data) > 1:
            written.append(bytes(data))
        on_write(data)

    board.chip.on_write = watched
    assert set(faults(board.run(5))) == {numbers.BAROMETER_WRONG_CHIP}
    assert written == []


def test_impossible_calibration_words_are_a_fault():
    for place, word in ((0, 0), (0, 65535), (1, -1), (3, 0), (3, 65535), (4, 10685)):
        words = list(DATASHEET_WORDS)
        words[place] = word
        board = rig(words=words)
        assert set(faults(board.run(4))) == {numbers.BAROMETER_CALIBRATION}, words
        assert board.driver.pressure_pa is None


def test_a_chip_that_is_absent_at_power_on_is_found_when_it_comes():
    board = rig()
    board.chip.vanished = True
    events = board.run(30)
    assert 29 <= len(events) <= 31 and set(faults(events)) == {"bus"}
    board.chip.vanished = False
    assert values(board.run(3)) >= 1


def test_a_fault_at_any_transfer_of_the_start_is_survived():
    for failing in range(1, 14):
        board = rig()
        count = [0]
        on_write = board.chip.on_write

        def once(data, on_write=on_write, count=count, failing=failing):
            count[0] += 1
            if count[0] == failing:
                raise OSError(5)
            on_write(data)

        board.chip.on_write = once
        events = board.run(6)
        assert values(events) >= 3, (failing, events)
        assert faults(events) in ([], ["bus"]), (failing, events)


def test_what_the_driver_computes_from_is_what_was_checked():
    # The chip lies from the second transfer of a reading on: nobody may read it a second time.
    board = rig()
    board.run(3)
    on_read = board.chip.on_read
    reads = []

    def counted(buffer):
        reads.append(len(buffer))
        on_read(buffer)

    board.chip.on_read = counted
    assert values(board.run(2)) == 2
    assert reads == [6, 6]
