"""The MS5611: commands, PROM, integers, and what the driver refuses to believe."""

from firmware.drivers.barometer_ms5611 import Ms5611, check_prom, compensate, crc4
from firmware.protocol import faults as numbers
from firmware.protocol.faults import DeviceFault
from hardware.simulated.ms5611 import Ms5611Chip
from tests.portable.sensor_rig import ADDRESS, Rig, faults, values

EXAMPLE_PROM = (0, 40127, 36924, 23317, 23282, 33464, 28312, 0)


def rig(pressure_pa=100000.0, temperature_c=15.0, **settings):
    return Rig(Ms5611Chip, Ms5611, pressure_pa, temperature_c, **settings)


def within(low, value, high):
    assert low <= value <= high, (low, value, high)


# The data sheet ------------------------------------------------------------------------------------------------------


def test_the_worked_example_of_the_data_sheet():
    assert compensate(EXAMPLE_PROM, 9085466, 8569150) == (100009, 2007)


def test_the_worked_example_comes_out_of_the_driver_over_the_bus():
    board = rig()
    board.chip.raw = (9085466, 8569150)
    board.run(2)
    assert (board.driver.pressure_pa, board.driver.temperature_cc) == (100009, 2007)


def test_the_crc_example_of_the_application_note():
    words = [0x3132, 0x3334, 0x3536, 0x3738, 0x3940, 0x4142, 0x4344, 0x4500]
    assert crc4(words) == 0xB
    words[7] = 0x450B
    assert crc4(words) == 0xB
    check_prom(words)


def test_no_single_wrong_bit_in_the_prom_is_believed():
    good = rig().chip.prom
    check_prom(good)
    for place in range(8):
        for bit in range(16):
            if place == 7 and 4 <= bit < 8:
                continue  # the low byte of the last word counts as 0 in the CRC: its high half is nobody's
            words = list(good)
            words[place] ^= 1 << bit
            try:
                check_prom(words)
            except DeviceFault as fault:
                assert fault.number == numbers.BAROMETER_CALIBRATION
            else:
                raise AssertionError((place, bit))


def test_a_prom_with_an_empty_word_is_not_believed_although_its_crc_is_right():
    for words, number in (
        ([0] * 8, numbers.BAROMETER_STUCK_BUS),
        ([0xFFFF] * 8, numbers.BAROMETER_STUCK_BUS),
        ([0, 0, 0, 0, 0, 0, 0, 1 << 8], numbers.BAROMETER_CALIBRATION),
        ([0, 40127, 36924, 0, 23282, 33464, 28312, 0], numbers.BAROMETER_CALIBRATION),
        ([0, 40127, 36924, 23317, 65535, 33464, 28312, 0], numbers.BAROMETER_CALIBRATION),
    ):
        if min(words) != 0xFFFF:
            words[7] |= crc4(words)
        try:
            check_prom(words)
        except DeviceFault as fault:
            assert fault.number == number, words
        else:
            raise AssertionError(words)


def test_cold_is_compensated_in_two_steps_as_figure_3_has_it():
    # TEMP of the first order is -25, -1375, -1645 and -2050 hundredths: two above the second step, two beyond it.
    prom = EXAMPLE_PROM
    for below in (-600000, -1000000, -1080000, -1200000):
        d2 = prom[5] * 256 + below
        first = 2000 + below * prom[6] // 2**23
        offset = prom[2] * 2**16 + prom[4] * below // 2**7
        sensitivity = prom[1] * 2**15 + prom[3] * below // 2**8
        offset2 = 5 * (first - 2000) ** 2 // 2
        sensitivity2 = 5 * (first - 2000) ** 2 // 4
        if first < -1500:
            offset2 += 7 * (first + 1500) ** 2
            sensitivity2 += 11 * (first + 1500) ** 2 // 2
        expected = (8000000 * (sensitivity - sensitivity2) // 2**21 - offset + offset2) // 2**15
        assert compensate(prom, 8000000, d2) == (expected, first - below * below // 2**31)
    assert first < -1500


def test_a_conversion_read_too_early_gives_zero_and_is_spoiled():
    board = rig()
    board.clock.sleep_ms(5)
    board.i2c.writeto(ADDRESS, b"\x48")
    board.clock.sleep_ms(8)
    board.i2c.writeto(ADDRESS, b"\x00")
    assert board.i2c.readfrom(ADDRESS, 3) == bytes(3)
    board.clock.sleep_ms(9)
    board.i2c.writeto(ADDRESS, b"\x00")
    assert board.i2c.readfrom(ADDRESS, 3) == bytes(3)


def test_each_oversampling_takes_its_own_time():
    for command, us in ((0x40, 600), (0x42, 1170), (0x44, 2280), (0x46, 4540), (0x48, 9040), (0x50, 600), (0x58, 9040)):
        board = rig()
        board.clock.sleep_ms(5)
        board.chip.on_write(bytes([command]))
        board.clock.sleep_us(us)
        board.i2c.writeto(ADDRESS, b"\x00")
        assert board.i2c.readfrom(ADDRESS, 3) != bytes(3)
        board.i2c.writeto(ADDRESS, b"\x00")
        assert board.i2c.readfrom(ADDRESS, 3) == bytes(3)


def test_the_chip_does_not_answer_while_its_prom_reloads():
    board = rig()
    board.clock.sleep_ms(5)
    board.i2c.writeto(ADDRESS, b"\x1e")
    try:
        board.i2c.writeto(ADDRESS, b"\xa2")
        raise AssertionError("answered")
    except OSError:
        pass
    board.clock.sleep_ms(3)
    board.i2c.writeto(ADDRESS, b"\xa2")
    assert board.i2c.readfrom(ADDRESS, 2) == bytes([40127 >> 8, 40127 & 0xFF])


# Over the range ------------------------------------------------------------------------------------------------------


def test_every_pressure_from_1100_to_10_hpa_is_read_within_a_pascal_without_noise():
    for temperature_c in (-39.0, -20.0, -5.5, 0.0, 19.9, 20.0, 60.0, 84.0):
        board = rig(temperature_c=temperature_c)
        board.chip.noise = False
        board.run(1)
        pressure_pa = 110000
        while pressure_pa >= 1000:
            board.air.pressure_pa = float(pressure_pa)
            assert values(board.run(1)) == 1
            within(pressure_pa - 1, board.driver.pressure_pa, pressure_pa + 1)
            within(temperature_c * 100 - 2, board.driver.temperature_cc, temperature_c * 100 + 2)
            pressure_pa -= 4960 if pressure_pa > 6000 else 1000
        assert pressure_pa < 1000


def test_noise_is_about_a_pascal_as_the_data_sheet_says():
    board = rig(pressure_pa=50000.0, temperature_c=-30.0)
    board.run(1)
    seen = []
    for _ in range(60):
        board.run(1)
        seen.append(board.driver.pressure_pa)
    within(49990, min(seen), 49999)
    within(50001, max(seen), 50010)


def test_outside_10_to_1200_hpa_there_is_no_value_and_one_fault_for_each_time():
    board = rig(pressure_pa=1500.0)
    board.run(2)
    within(1490, board.driver.pressure_pa, 1510)
    board.air.pressure_pa = 900.0
    assert faults(board.run(60)) == [numbers.BAROMETER_RANGE]
    assert board.driver.pressure_pa is None and board.driver.temperature_cc is None
    board.air.pressure_pa = 1500.0
    assert faults(board.run(2)) == []
    within(1490, board.driver.pressure_pa, 1510)
    board.air.pressure_pa = 121000.0
    assert faults(board.run(60)) == [numbers.BAROMETER_RANGE]
    assert board.driver.pressure_pa is None


def test_a_temperature_outside_the_range_is_no_value_while_the_pressure_stays():
    board = rig(pressure_pa=10000.0, temperature_c=-56.5)
    board.run(2)
    within(9990, board.driver.pressure_pa, 10010)
    assert board.driver.temperature_cc is None


# Time ----------------------------------------------------------------------------------------------------------------


def test_a_new_value_comes_every_second_across_the_wrap_of_the_ticks():
    board = rig()
    passes = [passed for passed, what in board.run(40) if what is True]
    assert len(passes) == 40 or len(passes) == 39
    assert {passes[n + 1] - passes[n] for n in range(len(passes) - 1)} == {10}


def test_values_stay_readable_between_two_readings():
    board = rig()
    board.run(3)
    for _ in range(30):
        board.run(0.1)
        assert board.driver.pressure_pa is not None


def test_polled_in_three_passes_of_each_second_it_gives_a_value_every_second():
    board = rig()
    new = 0
    for passed in range(600):
        board.clock.advance(100000)
        if passed % 10 in (2, 3, 4):
            new += board.driver.poll(board.clock.ticks_ms())
    assert new == 59, new


def test_starting_and_reading_never_sleep():
    board = rig()

    def refuse(_):
        raise AssertionError("a driver slept")

    board.clock.sleep_ms = board.clock.sleep_us = board.clock.sleep = refuse
    assert values(board.run(5)) >= 4


def test_a_fast_loop_waits_for_each_conversion():
    board = rig()
    count = 0
    for _ in range(4000):
        board.clock.advance(1000)
        count += board.driver.poll(board.clock.ticks_ms())
    assert count == 4
    within(99990, board.driver.pressure_pa, 100010)


# Faults --------------------------------------------------------------------------------------------------------------


def heals(board, fault, expected):
    """A fault shows by its number, never as a number of Pa, and the chip is used again within three seconds."""
    board.run(3)
    assert board.driver.pressure_pa is not None
    setattr(board.chip, fault, True)
    events = board.run(15)
    assert set(faults(events)) == set(expected), events
    assert values(events) == 0, events
    assert 10 <= len(events) <= 16, events
    assert board.driver.pressure_pa is None and board.driver.temperature_cc is None
    setattr(board.chip, fault, False)
    events = board.run(3)
    assert values(events) >= 1, events
    within(99990, board.driver.pressure_pa, 100010)


def test_a_vanished_chip_is_a_bus_error_and_is_used_again_when_it_is_back():
    heals(rig(), "vanished", ["bus"])


def test_a_bus_stuck_high_is_a_fault_with_a_number():
    heals(rig(), "stuck_high", [numbers.BAROMETER_STUCK_BUS])


def test_a_bus_stuck_low_is_a_fault_with_a_number():
    # The first zeros look like a conversion that was not made, the PROM of zeros tells what it is.
    heals(rig(), "stuck_low", [numbers.BAROMETER_SKIPPED_SAMPLE, numbers.BAROMETER_STUCK_BUS])


def test_a_conversion_that_was_not_made_is_a_fault_with_a_number():
    heals(rig(), "skipped", [numbers.BAROMETER_SKIPPED_SAMPLE])


def test_a_frozen_chip_is_noticed_within_ten_readings_and_stays_noticed():
    board = rig()
    board.run(3)
    board.chip.frozen = True
    board.air.pressure_pa = 90000.0
    events = board.run(11)
    assert numbers.BAROMETER_FROZEN in faults(events)
    events = board.run(30)
    assert values(events) == 0 and set(faults(events)) == {numbers.BAROMETER_FROZEN}
    assert board.driver.pressure_pa is None
    board.chip.frozen = False
    board.run(4)
    within(89990, board.driver.pressure_pa, 90010)


def test_still_air_is_not_taken_for_a_frozen_chip():
    board = rig()
    assert faults(board.run(600)) == []


def test_a_wrong_prom_is_a_fault_until_it_reads_right():
    board = rig()
    board.chip.prom[3] ^= 0x0400
    assert set(faults(board.run(4))) == {numbers.BAROMETER_CALIBRATION}
    assert board.driver.pressure_pa is None
    board.chip.prom[3] ^= 0x0400
    assert values(board.run(3)) >= 1


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


def test_a_fault_at_any_transfer_of_the_start_is_survived():
    for failing in range(1, 20):
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
