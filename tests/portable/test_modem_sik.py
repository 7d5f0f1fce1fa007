"""A SiK radio is set up: what it has stays, what it lacks it is told and asked again, and then frames pass."""

from firmware.drivers import modem_dialogue as dialogue
from firmware.drivers.modem_sik import differing
from firmware.protocol import faults
from firmware.protocol.mission_plan import SIK
from firmware.protocol.profiles import SIK_57600
from hardware.simulated.modem_sik import FACTORY, SikRadio
from tests.portable.modem_rig import PASS_MS, ModemRig

RIGHT = {"MAVLINK": 0}


def rig_of(names=None, **kept):
    return ModemRig(lambda clock, air, level: SikRadio(clock, air, names, **kept))


def mission(rig, net_id=None, dbm=None):
    return rig.mission(SIK, SIK_57600, net_id, dbm)


def test_a_radio_that_is_right_is_left_alone_and_frames_pass():
    rig = rig_of(NETID=33, TXPOWER=20, **RIGHT)
    assert rig.run(mission(rig, 33, 20), 4000) == dialogue.READY
    assert rig.setup.fault == 0
    assert rig.modem.flash_writes == 0
    assert rig.modem.orders == [b"ATI5", b"ATO"]
    assert rig.frames_pass()


def test_only_what_differs_is_written_once_and_read_back():
    rig = rig_of(NETID=25, TXPOWER=17, ECC=1, RTSCTS=1)
    assert rig.run(mission(rig, 33, 20), 6000) == dialogue.CHANGED
    assert rig.setup.fault == 0
    orders = [order for order in rig.modem.orders if b"=" in order]
    assert orders == [b"ATS5=0", b"ATS6=0", b"ATS14=0", b"ATS3=33", b"ATS4=20"]
    assert rig.modem.flash_writes == 1 and rig.modem.orders[-2:] == [b"AT&W", b"ATZ"]
    assert (rig.modem.settings["NETID"], rig.modem.settings["MAVLINK"]) == (33, 0)
    assert rig.frames_pass()
    rig.modem.orders = []
    assert rig.run(mission(rig, 33, 20)) == dialogue.READY, "and has it for good"
    assert rig.frames_pass()


def test_what_the_mission_does_not_say_stays():
    rig = rig_of(NETID=99, TXPOWER=5, DUTY_CYCLE=10, MIN_FREQ=433100, LBT_RSSI=40, **RIGHT)
    assert rig.run(mission(rig)) == dialogue.READY
    kept = rig.modem.kept
    assert (kept["NETID"], kept["TXPOWER"], kept["DUTY_CYCLE"], kept["MIN_FREQ"]) == (99, 5, 10, 433100)


def test_a_radio_at_another_rate_is_found_and_brought_to_ours():
    for speed in (9, 115):
        rig = rig_of(SERIAL_SPEED=speed, **RIGHT)
        assert rig.run(mission(rig)) == dialogue.CHANGED, speed
        assert rig.modem.kept["SERIAL_SPEED"] == 57
        assert rig.frames_pass()


def test_a_rate_that_nobody_tries_is_silence():
    rig = rig_of(SERIAL_SPEED=38)
    assert rig.run(mission(rig)) == dialogue.SILENT
    assert rig.modem.kept["SERIAL_SPEED"] == 38


def test_a_radio_that_says_nothing_is_used_as_it_is():
    rig = rig_of(**RIGHT)
    rig.modem.silent = True
    assert rig.run(mission(rig)) == dialogue.SILENT
    assert rig.setup.fault == faults.MODEM_SILENT
    assert rig.modem.flash_writes == 0
    assert rig.frames_pass()


def test_answers_that_are_rubbish_or_cut_short_change_nothing():
    for fault in ("babbles", "cut"):
        rig = rig_of()
        if fault == "cut":
            rig.modem.cut_bytes = 9
        else:
            rig.modem.babbles = True
        before = dict(rig.modem.kept)
        assert rig.run(mission(rig, 33)) == dialogue.SILENT, fault
        assert rig.modem.kept == before and rig.modem.flash_writes == 0


def test_a_list_that_ends_in_the_middle_is_no_answer():
    whole = b"".join(
        [b"S%d:%s=%d\r\n" % (number, FACTORY[number][0].encode(), FACTORY[number][1]) for number in range(16)]
    )
    assert differing(whole, [(b"MAVLINK", 0), (b"NETID", 25)]) == [(b"6", 0)]
    for cut in range(whole.find(b"TXPOWER") + 9):
        assert differing(whole[:cut], [(b"MAVLINK", 0)]) is None, cut
    assert differing(b"", []) is None
    assert differing(bytes(range(256)) * 2, []) is None


def test_one_that_does_not_take_what_it_is_told_is_refused_and_goes_on():
    rig = rig_of(NETID=25)
    rig.modem.stubborn = True
    assert rig.run(mission(rig, 33)) == dialogue.REFUSED
    assert rig.setup.fault == faults.MODEM_REFUSED
    assert rig.modem.flash_writes == 0, "what is not right is not kept"
    assert rig.frames_pass()


def test_a_power_between_two_steps_is_refused_because_the_radio_has_another():
    rig = rig_of(**RIGHT)
    assert rig.run(mission(rig, None, 19)) == dialogue.REFUSED
    assert rig.modem.kept["TXPOWER"] == 20


def test_parameters_are_found_by_their_names_where_numbers_differ_or_some_are_missing():
    names = ["FORMAT", "SERIAL_SPEED", "AIR_SPEED", "NETID", "TXPOWER", "MAVLINK", "RTSCTS"]
    rig = rig_of(names, RTSCTS=1)
    assert rig.run(mission(rig)) == dialogue.CHANGED
    assert [order for order in rig.modem.orders if b"=" in order] == [b"ATS5=0", b"ATS6=0"]
    assert rig.frames_pass()


def test_a_board_that_restarts_at_any_moment_of_a_set_up_finds_the_radio_again():
    for cut in range(0, 60, 3):
        rig = rig_of(NETID=25)
        rig.begin(mission(rig, 33))
        rig.passes(cut)
        rig.power_on()
        assert rig.run(mission(rig, 33)) in (dialogue.READY, dialogue.CHANGED), cut
        assert (rig.modem.kept["NETID"], rig.modem.kept["MAVLINK"]) == (33, 0)
        assert rig.frames_pass(), cut


def test_a_radio_that_falls_silent_in_the_middle_ends_the_set_up_all_the_same():
    results = []
    for cut in range(0, 60, 3):
        rig = rig_of(NETID=25)
        rig.begin(mission(rig, 33))
        over = rig.passes(cut)
        rig.modem.silent = True
        assert over or rig.passes(100), cut
        assert rig.uart.baud == 57600
        results.append(rig.setup.result)
    assert set(results) == {dialogue.SILENT, dialogue.REFUSED, dialogue.CHANGED}


def test_what_the_ground_sends_meanwhile_is_no_answer():
    rig = rig_of(NETID=25)
    rig.begin(mission(rig, 33))
    while not rig.passes(1):
        rig.radio.on_air(b"\x00S3:NETID=33\r\nAT&F\r\n\x00")
        assert rig.clock.now_us < 10000000
    assert rig.setup.result == dialogue.CHANGED and rig.modem.kept["NETID"] == 33


def test_frames_that_contain_plusses_never_enter_the_commands():
    rig = rig_of(**RIGHT)
    rig.clock.sleep_ms(2000)
    rig.uart.write(b"\x00+++\x00")
    rig.clock.sleep_ms(2000)
    rig.uart.write(b"+++")
    rig.clock.sleep_ms(500)
    rig.uart.write(b"+++")
    rig.clock.sleep_ms(2000)
    assert not rig.modem.in_commands and rig.uart.any() == 0


def test_nothing_waits_and_polls_between_two_steps_do_nothing():
    rig = rig_of(**RIGHT)
    rig.begin(mission(rig))
    before_us = rig.clock.now_us
    for _ in range(50):
        assert not rig.setup.poll(rig.clock.ticks_ms())
    assert rig.clock.now_us == before_us and rig.modem.orders == []
    assert rig.passes(5000 // PASS_MS)
    assert rig.setup.poll(rig.clock.ticks_ms()), "over is over"


def test_a_hole_in_the_first_list_is_made_good_by_the_second():
    rig = rig_of(**RIGHT)
    rig.begin(mission(rig))
    rig.modem.cut_bytes = None
    while b"ATI5" not in rig.modem.orders:
        assert not rig.passes(1)
        if rig.modem.in_commands:
            rig.modem.cut_bytes = 9
    rig.modem.cut_bytes = None
    assert rig.passes(30)
    assert rig.setup.result == dialogue.READY and rig.modem.orders.count(b"ATI5") == 2
