"""What NAV-PVT, RMC and GGA say arrives as integers with the right value, and what they do not say is None."""

from firmware.drivers.gps_ublox import UbloxGps
from hardware.simulated.clock import Clock
from tests.portable.gps_rig import Wire, heard, nmea, pvt, ubx, values

UNIX_S = 1613984882  # 22 February 2021 09:08:02, the time in the sentences below
RMC_BODY = "GPRMC,090802.25,A,3750.12345,S,14506.54321,W,022.4,084.4,220221,,,A"
GGA_BODY = "GPGGA,090802.25,3750.12345,S,14506.54321,W,1,08,0.9,545.4,M,46.9,M,,"


def test_nav_pvt_of_84_and_of_92_bytes_gives_every_field():
    for length in (84, 92):
        gps = heard([pvt(length)])
        assert values(gps) == (
            3, 9, -334506627, -1279999999, 30012345, -12345, 23456, -5021, 26506, 11776000, 2500, 4100, UNIX_S, 499,
        )  # fmt: skip
        assert gps.time_valid and gps.fix_ms is not None and gps.heard_ms is not None


def test_nav_pvt_of_another_length_is_no_solution():
    for length in (0, 83, 85, 91):
        gps = heard([pvt(length)])
        assert gps.sentences_ok == 1 and gps.fix_ms is None and gps.fix_type == 0, length
    gps = heard([ubx(1, 7, bytes(93)), ubx(1, 7, bytes(300))])
    assert gps.sentences_ok == 2 and gps.fix_ms is None


def test_a_solution_that_is_flagged_invalid_clears_the_position():
    for changes in ({"flags": 0}, {"fix": 0}, {"fix": 1}, {"fix": 5}, {"invalid": 1}):
        gps = heard([pvt(), pvt(itow=119301000, second=3, **changes)])
        assert values(gps) == (0, 9, None, None, None, None, None, None, None, None, None, None, UNIX_S + 1, 499), (
            changes
        )
        assert gps.time_valid


def test_the_byte_that_flags_an_invalid_position_is_not_looked_at_where_it_does_not_exist():
    assert heard([pvt(84, invalid=1)]).fix_type == 3


def test_a_fix_without_altitude_says_so_and_dead_reckoning_with_gnss_counts_as_a_fix():
    assert heard([pvt(fix=2)]).fix_type == 2
    assert heard([pvt(fix=4)]).fix_type == 3


def test_a_time_that_is_not_fully_resolved_is_no_time():
    for valid in range(8):
        gps = heard([pvt(valid=valid)])
        assert gps.time_valid == (valid == 7)
        assert (gps.unix_s, gps.unix_ms_part) == ((UNIX_S, 499) if valid == 7 else (None, None))
        assert gps.fix_type == 3


def test_nanoseconds_round_to_the_nearest_millisecond_across_the_second():
    for nano, second, ms in (
        (-1, 0, 0),
        (-499999, 0, 0),
        (-500001, -1, 999),
        (-999999999, -1, 0),
        (999499999, 0, 999),
        (999500000, 1, 0),
        (1000000000, 1, 0),
    ):
        gps = heard([pvt(nano=nano)])
        assert (gps.unix_s, gps.unix_ms_part) == (UNIX_S + second, ms), nano
    gps = heard([pvt(hour=0, minute=0, second=0, nano=-2000000)])
    assert (gps.unix_s, gps.unix_ms_part) == (1613951999, 998)


def test_dates_are_days_since_1970():
    for year, month, day, unix_s in (
        (2018, 1, 1, 1514764800),
        (2024, 2, 28, 1709078400),
        (2024, 2, 29, 1709164800),
        (2024, 3, 1, 1709251200),
        (2026, 11, 22, 1795305600),
        (2099, 12, 31, 4102358400),
    ):
        gps = heard([pvt(year=year, month=month, day=day, hour=0, minute=0, second=0, nano=0)])
        assert gps.unix_s == unix_s, year


def test_a_receiver_that_has_outlived_its_1024_weeks_is_put_right():
    gps = heard([pvt(year=2007, month=4, day=8)])
    assert gps.unix_s == 1795338482 and gps.time_valid  # 22 November 2026 09:08:02


def test_an_impossible_date_or_time_of_day_is_no_time():
    for changes in (
        {"year": 1980},
        {"year": 2100},
        {"month": 0},
        {"month": 13},
        {"day": 0},
        {"day": 32},
        {"hour": 24},
        {"minute": 60},
        {"second": 61},
    ):
        gps = heard([pvt(), pvt(itow=1, **changes)])
        assert not gps.time_valid and gps.unix_s is None and gps.unix_ms_part is None, changes


def test_a_position_outside_the_earth_is_impossible_and_clears_the_last_one():
    for changes in (
        {"latitude": 900000001},
        {"latitude": -900000001},
        {"longitude": 1800000001},
        {"longitude": -1800000001},
        {"altitude": 100000001},
        {"altitude": -1000001},
        {"altitude": -2147483648},
    ):
        gps = heard([pvt(), pvt(itow=1, **changes)])
        assert gps.impossible == 1 and gps.fix_type == 0 and gps.latitude_e7 is None, changes
    for changes in (
        {"latitude": 900000000},
        {"longitude": -1800000000},
        {"longitude": 1800000000},
        {"altitude": -1000},
    ):
        gps = heard([pvt(**changes)])
        assert gps.impossible == 0 and gps.fix_type == 3, changes


def test_accuracies_and_speeds_too_large_to_keep_are_held_at_the_largest():
    gps = heard([pvt(horizontal=4294967295, vertical=1073741823, north=-2147483648, east=2147483647, down=-1073741824)])
    assert gps.horizontal_accuracy_mm == 1073741823 and gps.vertical_accuracy_mm == 1073741823
    assert (gps.north_mm_s, gps.east_mm_s, gps.down_mm_s) == (-1073741823, 1073741823, -1073741824)


def test_a_solution_repeated_is_not_a_new_fix():
    for first, again in (
        (pvt(), pvt(itow=119301000, second=3)),
        (nmea(RMC_BODY), nmea(RMC_BODY.replace("090802", "090803"))),
        (nmea(GGA_BODY), nmea(GGA_BODY.replace("090802", "090803"))),
    ):
        clock = Clock()
        wire = Wire()
        gps = UbloxGps(wire, clock)
        results = []
        for data in (first, first, again):
            clock.advance(1000000)
            wire.put(data)
            results.append(gps.poll(clock.ticks_ms()))
            if len(results) == 2:
                assert clock.ticks_diff(clock.ticks_ms(), gps.fix_ms) == 1000
        assert results == [True, False, True]


def test_rmc_gives_place_time_speed_and_course():
    gps = heard([nmea(RMC_BODY)])
    assert values(gps) == (
        2, 0, -378353908, -1451090535, None, None, None, None, 11524, 8440000, None, None, UNIX_S, 250,
    )  # fmt: skip


def test_gga_gives_place_altitude_and_satellites_but_no_date():
    gps = heard([nmea(GGA_BODY)])
    assert values(gps) == (
        3, 8, -378353908, -1451090535, 545400, None, None, None, None, None, None, None, None, None,
    )  # fmt: skip


def test_every_talker_is_read_and_vendors_sentences_are_not():
    for talker in ("GP", "GN", "GL", "GA", "GB", "BD", "GQ", "GI", "IN"):
        assert heard([nmea(talker + RMC_BODY[2:])]).fix_type == 2, talker
    for body in ("PG" + RMC_BODY[2:], "GPRMCX" + RMC_BODY[5:], "GNGGAH" + GGA_BODY[5:], "XXX" + RMC_BODY):
        gps = heard([nmea(body)])
        assert gps.sentences_ok == 1 and gps.fix_type == 0 and gps.unix_s is None, body


def test_what_rmc_does_not_measure_is_no_fix():
    for old, new in ((",A,37", ",V,37"), (",,A", ",,N"), (",,A", ",,E"), (",,A", ",,M"), (",,A", ",,S")):
        gps = heard([nmea(GGA_BODY), nmea(RMC_BODY.replace(old, new))])
        assert gps.fix_type == 0 and gps.latitude_e7 is None and gps.altitude_mm is None, new
        assert gps.unix_s == UNIX_S
    for mode in ("D", "F", "R", "P", ""):
        assert heard([nmea(RMC_BODY.replace(",,A", ",," + mode))]).fix_type == 2
    assert heard([nmea(RMC_BODY[:-4])]).fix_type == 2  # before NMEA 2.3 there was no mode


def test_what_gga_does_not_measure_is_no_fix():
    for quality in ("0", "6", "7", "8", "", "12"):
        gps = heard([nmea(RMC_BODY), nmea(GGA_BODY.replace("W,1,", "W," + quality + ","))])
        assert gps.fix_type == 0 and gps.latitude_e7 is None, quality
    for quality in "12345":
        assert heard([nmea(GGA_BODY.replace("W,1,", "W," + quality + ","))]).fix_type == 3


def test_three_satellites_or_gsa_or_a_missing_altitude_mean_a_fix_without_altitude():
    assert heard([nmea(GGA_BODY.replace(",08,", ",03,"))]).fix_type == 2
    assert heard([nmea(GGA_BODY.replace(",545.4,M", ",,M"))]).fix_type == 2
    gsa = "GPGSA,A,%d,04,05,,09,12,,,24,,,,,2.5,1.3,2.1"
    assert heard([nmea(GGA_BODY), nmea(gsa % 2)]).fix_type == 2
    assert heard([nmea(gsa % 2), nmea(GGA_BODY)]).fix_type == 2
    assert heard([nmea(gsa % 3), nmea(GGA_BODY)]).fix_type == 3


def test_malformed_fields_are_impossible_and_never_a_position():
    for field, bad in (
        ("3750.12345", "3760.00000"),
        ("3750.12345", "9050.12345"),
        ("3750.12345", "37"),
        ("3750.12345", "37-5.1234"),
        ("3750.12345", "3750.123.5"),
        ("3750.12345", "3A50.12345"),
        ("3750.12345", ""),
        ("14506.54321", "18106.54321"),
        ("14506.54321", "145"),
        (",S,", ",,"),
        (",S,", ",E,"),
        (",W,", ",N,"),
    ):
        for body in (RMC_BODY, GGA_BODY):
            gps = heard([nmea(body.replace(field, bad))])
            assert gps.fix_type == 0 and gps.latitude_e7 is None and gps.longitude_e7 is None, (bad, body)
            assert gps.impossible == 1 and gps.sentences_ok == 1
    for body in ("GPRMC", "GPRMC,", "GPGGA,,,", "GPRMC,,,,,,,,", "GPGGA,,,,,,,,,"):
        assert heard([nmea(body)]).fix_type == 0


def test_speeds_courses_and_times_that_cannot_be_are_none():
    for field, bad in (("022.4", "x"), ("022.4", ""), ("022.4", "-1"), ("022.4", "9999"), ("022.4", "99999999999")):
        assert heard([nmea(RMC_BODY.replace(field, bad))]).ground_speed_mm_s is None, bad
    for bad in ("", "360.1", "-0.1", "12a"):
        assert heard([nmea(RMC_BODY.replace("084.4", bad))]).course_e5 is None, bad
    for bad in ("246060.00", "096002.00", "090861.00", "0908", "", "-90802.00", "0908x2.00"):
        assert heard([nmea(RMC_BODY.replace("090802.25", bad))]).unix_s is None, bad
    for bad in ("", "320221", "221321", "000000", "2202"):
        assert heard([nmea(RMC_BODY.replace("220221", bad))]).unix_s is None, bad


def test_minutes_keep_seven_decimals_and_round_to_the_nearest_unit():
    for minutes, latitude_e7 in (
        ("00.0000000", 0),
        ("00.0000030", 1),
        ("00.0000029", 0),
        ("00.00000299999999", 0),
        ("59.9999999", 10000000),
        ("59.99999", 9999998),
        ("30", 5000000),
        ("07.5", 1250000),
    ):
        gps = heard([nmea(GGA_BODY.replace("3750.12345,S", "00" + minutes + ",N"))])
        assert gps.latitude_e7 == latitude_e7, minutes


def test_nmea_is_not_used_while_nav_pvt_comes_in():
    gps = heard([pvt() + nmea(RMC_BODY) + nmea(GGA_BODY)])
    assert gps.latitude_e7 == -334506627 and gps.north_mm_s == -12345 and gps.sentences_ok == 3


def test_a_sentence_with_too_few_fields_is_not_completed_from_the_one_behind_it():
    for whole in (RMC_BODY, GGA_BODY):
        fields = whole.split(",")
        for count in range(1, 9):
            gps = heard([nmea(",".join(fields[:count])) + nmea("GPTXT,A,3750.1,N,14506.5,W,1,08,0.9,5.4,M,220221")])
            assert gps.sentences_ok == 2 and gps.fix_type == 0 and gps.latitude_e7 is None, (whole, count)
            assert not gps.time_valid and gps.altitude_mm is None


def test_the_second_sentence_of_an_epoch_is_read_as_well_where_it_writes_the_place_differently():
    for old, new in (("3750.12345", "3750.1234567"), ("14506.54321", "14506.543"), ("14506.54321,W", "14506.54321,E")):
        for first, second in ((RMC_BODY, GGA_BODY), (GGA_BODY, RMC_BODY)):
            gps = heard([nmea(first) + nmea(second.replace(old, new))])
            assert gps.fix_type == 3 and gps.altitude_mm == 545400 and gps.ground_speed_mm_s == 11524, new
            assert gps.satellites == 8 and gps.unix_s == UNIX_S
