"""An HC-12 is set up by its SET pin: found at any rate, told what differs, asked again, and then frames pass."""

from firmware.drivers import modem_dialogue as dialogue
from firmware.drivers.modem_hc12 import differing
from firmware.protocol import faults
from firmware.protocol.mission_plan import HC12
from firmware.protocol.profiles import PACKET_9600
from hardware.simulated.modem_hc12 import Hc12
from tests.portable.modem_rig import MODE_GPIO, ModemRig

WANTED = [(b"FU", 3), (b"C", 5), (b"P", 14), (b"B", 9600)]


def rig_of(**kept):
    return ModemRig(lambda clock, air, level: Hc12(clock, air, level, **kept), 1)


def mission(rig, channel=None, dbm=None):
    return rig.mission(HC12, PACKET_9600, channel, dbm)


def test_a_module_that_is_right_is_left_alone_and_frames_pass():
    rig = rig_of(channel=5, power=6)
    assert rig.run(mission(rig, 5, 14), 1500) == dialogue.READY
    assert rig.setup.fault == 0
    assert rig.modem.flash_writes == 0 and rig.modem.orders == [b"AT+RX"]
    assert rig.frames_pass()


def test_only_what_differs_is_told_and_asked_again():
    rig = rig_of(channel=5, power=8, mode=1)
    assert rig.run(mission(rig, 5, -1), 3000) == dialogue.CHANGED
    assert rig.modem.orders == [b"AT+RX", b"AT+FU3", b"AT+P1", b"AT+RX"]
    assert rig.modem.settings == {"baud": 9600, "channel": 5, "power": 1, "mode": 3}
    assert rig.frames_pass()
    assert rig.run(mission(rig, 5, -1)) == dialogue.READY
    assert rig.frames_pass()


def test_what_the_mission_does_not_say_stays():
    rig = rig_of(channel=77, power=3)
    assert rig.run(mission(rig)) == dialogue.READY
    assert (rig.modem.kept["channel"], rig.modem.kept["power"]) == (77, 3)


def test_a_module_at_any_other_rate_is_found_and_brought_to_ours():
    for baud in (1200, 2400, 4800, 19200, 38400, 57600, 115200):
        rig = rig_of(baud=baud, mode=4 if baud == 1200 else 3)
        assert rig.run(mission(rig, 127), 6000) == dialogue.CHANGED, baud
        assert rig.modem.settings["baud"] == 9600 and rig.modem.settings["channel"] == 127
        assert rig.modem.settings["mode"] == 3
        assert rig.frames_pass(), baud


def test_a_module_that_says_nothing_is_used_as_it_is():
    rig = rig_of()
    rig.modem.silent = True
    assert rig.run(mission(rig), 6000) == dialogue.SILENT
    assert rig.setup.fault == faults.MODEM_SILENT
    assert rig.frames_pass()


def test_answers_that_are_rubbish_or_cut_short_change_nothing():
    for fault in range(0, 42, 4):
        rig = rig_of(channel=9)
        if fault:
            rig.modem.cut_bytes = fault
        else:
            rig.modem.babbles = True
        assert rig.run(mission(rig, 5)) == dialogue.SILENT, fault
        assert rig.modem.kept["channel"] == 9 and rig.modem.flash_writes == 0


def test_one_that_does_not_take_what_it_is_told_is_refused_and_goes_on():
    rig = rig_of(channel=9)
    rig.modem.stubborn = True
    assert rig.run(mission(rig, 5)) == dialogue.REFUSED
    assert rig.setup.fault == faults.MODEM_REFUSED
    assert rig.frames_pass()


def test_set_is_never_driven_but_in_a_set_up_and_ends_as_an_input():
    rig = rig_of(channel=9)
    edges = []
    rig.wiring.outputs[MODE_GPIO] = lambda level: (edges.append(level), rig.modem.on_mode())
    rig.begin(mission(rig, 5))
    assert edges == [] and rig.pin.value() == 1
    assert rig.passes(60)
    assert rig.setup.result == dialogue.CHANGED
    # Driven high, as its resistor has it, then low; high again, and let go: twice. The wire hears a released pin as 0.
    assert edges == [1, 0, 1, 0] * 2
    assert rig.pin.value() == 1


def test_a_board_that_restarts_at_any_moment_of_a_set_up_finds_the_module_again():
    for cut in range(24):
        rig = rig_of(channel=9, baud=57600)
        rig.begin(mission(rig, 5))
        rig.passes(cut)
        rig.machine.Pin.all_low()
        rig.power_on()
        rig.clock.sleep_ms(100)
        assert rig.run(mission(rig, 5)) in (dialogue.READY, dialogue.CHANGED), cut
        assert rig.modem.settings == {"baud": 9600, "channel": 5, "power": 8, "mode": 3}
        assert rig.frames_pass(), cut


def test_a_module_that_falls_silent_in_the_middle_ends_the_set_up_all_the_same():
    results = []
    for cut in range(24):
        rig = rig_of(channel=9)
        rig.begin(mission(rig, 5))
        over = rig.passes(cut)
        rig.modem.silent = True
        assert over or rig.passes(60), cut
        assert rig.pin.value() == 1 and rig.uart.baud == 9600
        results.append(rig.setup.result)
    assert set(results) == {dialogue.SILENT, dialogue.REFUSED, dialogue.CHANGED}


def test_the_answer_is_read_in_any_order_and_both_spellings_and_only_whole():
    listed = b"OK+B9600\r\nOK+RC005\r\nOK+RP:+14dBm\r\nOK+FU3\r\n"
    assert differing(listed, WANTED) == []
    assert differing(b" OK+FU3 \r\n OK+RP:+14dBm \r\n OK+C005\nOK+B9600\n", WANTED) == []
    assert differing(listed, [(b"P", -1)]) == [(b"P", -1)]
    assert differing(listed.replace(b"+14", b"-01"), [(b"P", -1)]) == []
    assert differing(listed.replace(b"OK+B9600", b"OK+B57600"), WANTED) == [(b"B", 9600)]
    for line in (b"OK+B9600", b"OK+RC005", b"OK+RP:+14dBm", b"OK+FU3"):
        assert differing(listed.replace(line, b"ERROR"), WANTED) is None, line
        assert differing(listed.replace(line, line[:-1] + b"\xff"), WANTED) is None, line
    for cut in range(len(listed)):
        assert differing(listed[:cut], WANTED) is None, cut
    for rubbish in (b"", b"OK", b"\x00" * 60, bytes(range(256))):
        assert differing(rubbish, WANTED) is None


def test_the_module_keeps_to_its_data_sheet():
    rig = rig_of(baud=57600)
    uart, pin = rig.uart, rig.pin
    pin.init(pin.OUT, value=1)
    pin.value(0)
    uart.write(b"AT+RX\r\n")
    rig.clock.sleep_ms(30)
    assert uart.any() == 0, "40 ms after SET it listens"
    rig.clock.sleep_ms(30)
    uart.write(b"AT\r\n")
    rig.clock.sleep_ms(30)
    assert uart.read() == b"OK\r\n"
    uart.write(b"AT+B19200\r\n")
    rig.clock.sleep_ms(30)
    assert uart.read() == b"OK+B19200\r\n", "at the rate that it had"
    uart.write(b"AT+C128\r\n")
    rig.clock.sleep_ms(30)
    assert uart.read() == b"ERROR\r\n"
    pin.value(1)
    uart.init(baudrate=19200, rxbuf=512, txbuf=512)
    uart.write(b"lost")
    rig.clock.sleep_ms(81)
    assert rig.air == []
    uart.write(b"heard")
    rig.clock.sleep_ms(50)
    assert rig.air == [b"heard"]
    pin.value(0)
    rig.clock.sleep_ms(50)
    uart.write(b"AT\r\n")
    rig.clock.sleep_ms(50)
    assert uart.any() == 0, "SET low again within 200 ms: its commands are at 9600 Bd"
    uart.init(baudrate=9600, rxbuf=512, txbuf=512)
    uart.write(b"AT\r\n")
    rig.clock.sleep_ms(50)
    assert uart.read() == b"OK\r\n"
