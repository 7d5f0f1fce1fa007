"""EBYTE E22 and E32 are set up by their mode pin: read, told what differs, read again, and then frames pass."""

from firmware.drivers import modem_dialogue as dialogue
from firmware.protocol import faults
from firmware.protocol.mission_plan import E22, E32
from firmware.protocol.profiles import LORA_300, LORA_2400, PACKET_9600
from hardware.simulated import modem_ebyte as chips
from tests.portable.modem_rig import MODE_GPIO, ModemRig

# As they leave the factory: 9600 Bd and 2.4 kbit/s; channel 23, 20 or 22 dBm
E32_FACTORY = b"\x00\x00\x1a\x17\x44"
E22_FACTORY = b"\x00\x00\x00\x62\x00\x17\x03"
SORTS = ((E32, chips.E32, E32_FACTORY), (E22, chips.E22, E22_FACTORY))


def rig_of(sort, registers):
    return ModemRig(lambda clock, air, level: sort(clock, air, level, registers))


def test_a_module_that_is_right_is_left_alone_and_frames_pass():
    for modem, sort, factory in SORTS:
        rig = rig_of(sort, factory)
        dbm = 20 if modem == E32 else 22
        assert rig.run(rig.mission(modem, LORA_2400, 23, dbm), 1500) == dialogue.READY, modem
        assert rig.setup.fault == 0
        assert rig.modem.flash_writes == 0 and len(rig.modem.orders) == 1
        assert rig.frames_pass()


def test_an_e32_gets_its_five_bytes_at_once_and_is_read_again():
    # Another's address, 115200 Bd with parity, 19.2 kbit/s, fixed transmission, open drain, no FEC, 10 dBm.
    rig = rig_of(chips.E32, b"\x12\x34\x7d\x05\x9b")
    assert rig.run(rig.mission(E32, LORA_300, 30, 17), 2500) == dialogue.CHANGED
    assert rig.modem.orders == [b"\xc1\xc1\xc1", b"\xc0\x00\x00\x18\x1e\x5d", b"\xc1\xc1\xc1"]
    assert rig.modem.registers == b"\x00\x00\x18\x1e\x5d", "the wake-up time stays"
    assert rig.modem.flash_writes == 1
    assert rig.frames_pass()
    assert rig.run(rig.mission(E32, LORA_300, 30, 17)) == dialogue.READY


def test_an_e22_is_written_from_the_first_to_the_last_register_that_differs():
    for registers, channel, dbm, order in (
        (E22_FACTORY, 24, None, b"\xc0\x05\x01\x18"),
        (E22_FACTORY, 23, 13, b"\xc0\x04\x01\x02"),
        (b"\x00\x00\x07\x62\x00\x17\x03", 23, 22, b"\xc0\x02\x01\x00"),
        # 57,600 Bd, packets of 32 bytes, noise on request, mode by bytes; strength, fixed, repeater, listening first.
        (b"\x00\x00\x00\xc2\xf0\x17\xf3", 23, None, b"\xc0\x03\x04\x62\x00\x17\x13"),
    ):
        rig = rig_of(chips.E22, registers)
        assert rig.run(rig.mission(E22, LORA_2400, channel, dbm), 2500) == dialogue.CHANGED, registers
        assert rig.modem.orders == [b"\xc1\x00\x07", order, b"\xc1\x00\x07"], rig.modem.orders
        assert rig.modem.flash_writes == 1
        assert rig.frames_pass()


def test_the_air_rate_is_that_of_the_profile():
    for profile, bits in ((LORA_300, 0), (LORA_2400, 2), (PACKET_9600, 4)):
        for modem, sort, factory in SORTS:
            rig = rig_of(sort, factory)
            rig.run(rig.mission(modem, profile))
            speeds = rig.modem.registers[2 if modem == E32 else 3]
            assert speeds & 7 == bits, (modem, profile)
            assert rig.modem.baud == 9600
            assert rig.frames_pass()


def test_what_the_mission_does_not_say_stays():
    for modem, sort, factory in SORTS:
        registers = bytearray(factory)
        registers[3 if modem == E32 else 5] = 9
        registers[4] |= 2
        rig = rig_of(sort, bytes(registers))
        assert rig.run(rig.mission(modem, LORA_2400)) == dialogue.READY, modem
        assert rig.modem.registers == bytes(registers)


def test_power_is_a_step_of_either_sort_of_module():
    for dbm, step in ((20, 0), (17, 1), (14, 2), (10, 3), (30, 0), (27, 1), (24, 2), (21, 3)):
        rig = rig_of(chips.E32, b"\x00\x00\x1a\x17" + bytes([0x44 | (step + 1) % 4]))
        assert rig.run(rig.mission(E32, LORA_2400, None, dbm)) == dialogue.CHANGED, dbm
        assert rig.modem.registers[4] == 0x44 | step
    for dbm, step in ((22, 0), (17, 1), (13, 2), (10, 3), (30, 0), (27, 1), (24, 2), (21, 3)):
        rig = rig_of(chips.E22, b"\x00\x00\x00\x62" + bytes([(step + 1) % 4]) + b"\x17\x03")
        assert rig.run(rig.mission(E22, LORA_2400, None, dbm)) == dialogue.CHANGED, dbm
        assert rig.modem.registers[4] == step


def test_the_rate_of_its_uart_in_the_air_does_not_matter_to_its_settings():
    for modem, sort, factory in SORTS:
        for rate in range(8):
            registers = bytearray(factory)
            if modem == E32:
                registers[2] = registers[2] & 0b11000111 | rate << 3
            else:
                registers[3] = registers[3] & 0b00011111 | rate << 5
            rig = rig_of(sort, bytes(registers))
            result = rig.run(rig.mission(modem, LORA_2400))
            assert result == (dialogue.READY if rate == 3 else dialogue.CHANGED), (modem, rate)
            assert rig.frames_pass()


def test_a_module_that_says_nothing_is_used_as_it_is():
    for modem, sort, factory in SORTS:
        rig = rig_of(sort, factory)
        rig.modem.silent = True
        assert rig.run(rig.mission(modem, LORA_2400, 5), 3000) == dialogue.SILENT, modem
        assert rig.setup.fault == faults.MODEM_SILENT
        assert rig.frames_pass()


def test_answers_that_are_rubbish_or_cut_short_change_nothing():
    for modem, sort, factory in SORTS:
        for fault in range(10 if modem == E22 else 6):
            rig = rig_of(sort, factory)
            if fault:
                rig.modem.cut_bytes = fault
            else:
                rig.modem.babbles = True
            assert rig.run(rig.mission(modem, LORA_2400, 5)) == dialogue.SILENT, (modem, fault)
            assert rig.modem.registers == factory and rig.modem.flash_writes == 0


def test_the_other_sort_of_module_is_silent_and_keeps_what_it_has():
    for modem, other, factory in ((E32, chips.E22, E22_FACTORY), (E22, chips.E32, E32_FACTORY)):
        rig = rig_of(other, factory)
        assert rig.run(rig.mission(modem, LORA_2400, 5)) == dialogue.SILENT
        assert rig.modem.registers == factory


def test_one_that_does_not_take_what_it_is_told_is_refused_and_goes_on():
    for modem, sort, factory in SORTS:
        rig = rig_of(sort, factory)
        rig.modem.stubborn = True
        assert rig.run(rig.mission(modem, LORA_2400, 5)) == dialogue.REFUSED, modem
        assert rig.setup.fault == faults.MODEM_REFUSED
        assert rig.modem.flash_writes == 1, "told once"
        assert rig.frames_pass()


def test_the_mode_pin_is_never_driven_but_in_a_set_up_and_ends_as_an_input():
    rig = rig_of(chips.E32, E32_FACTORY)
    edges = []
    rig.wiring.outputs[MODE_GPIO] = lambda level: (edges.append(level), rig.modem.on_mode())
    rig.begin(rig.mission(E32, LORA_2400))
    assert edges == []
    assert rig.passes(30)
    assert edges == [1, 0]
    rig.wiring.inputs[MODE_GPIO] = lambda: 1
    assert rig.pin.value() == 1, "an input again"


def test_a_board_that_restarts_at_any_moment_of_a_set_up_finds_the_module_again():
    for modem, sort, factory in SORTS:
        for cut in range(14):
            rig = rig_of(sort, factory)
            rig.begin(rig.mission(modem, LORA_300, 5))
            rig.passes(cut)
            rig.machine.Pin.all_low()
            rig.power_on()
            rig.clock.sleep_ms(200)
            assert rig.run(rig.mission(modem, LORA_300, 5)) in (dialogue.READY, dialogue.CHANGED), cut
            assert rig.modem.registers[3 if modem == E32 else 5] == 5
            assert rig.frames_pass(), (modem, cut)


def test_a_module_that_falls_silent_in_the_middle_ends_the_set_up_all_the_same():
    for modem, sort, factory in SORTS:
        results = []
        for cut in range(14):
            rig = rig_of(sort, factory)
            rig.begin(rig.mission(modem, LORA_2400, 5))
            over = rig.passes(cut)
            rig.modem.silent = True
            assert over or rig.passes(40), cut
            assert rig.pin.value() == 0 and rig.uart.baud == 9600
            results.append(rig.setup.result)
        assert set(results) == {dialogue.SILENT, dialogue.REFUSED, dialogue.CHANGED}


def test_an_order_in_which_the_uart_stood_still_is_none():
    rig = rig_of(chips.E32, E32_FACTORY)
    uart, pin = rig.uart, rig.pin
    uart.init(baudrate=9600, rxbuf=512, txbuf=512)
    pin.init(pin.OUT, value=1)
    rig.clock.sleep_ms(50)
    uart.write(b"\xc1\xc1\xc1" + bytes(40))
    rig.clock.stall(60000)
    rig.clock.sleep_ms(200)
    assert uart.any() == 0
    uart.write(b"\xc1\xc1\xc1")
    rig.clock.sleep_ms(100)
    assert uart.read() == b"\xc0" + E32_FACTORY


def test_in_its_settings_it_is_off_the_air_both_ways():
    rig = rig_of(chips.E22, E22_FACTORY)
    uart, pin = rig.uart, rig.pin
    uart.init(baudrate=9600, rxbuf=512, txbuf=512)
    pin.init(pin.OUT, value=1)
    rig.clock.sleep_ms(50)
    rig.radio.on_air(b"from the ground")
    uart.write(b"\xc1\x07\x07")
    rig.clock.sleep_ms(100)
    assert uart.read() == b"\xff\xff\xff", "no such registers"
    assert rig.air == []
