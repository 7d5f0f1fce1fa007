"""Which modem needs a set-up, and that nothing of it stays on a board once it is over."""

import sys

from firmware.drivers.modem_setup import forget_setup, modem_of, set_up
from firmware.protocol.faults import MODEM_REFUSED, MODEM_SILENT
from firmware.protocol.mission_plan import E22, E32, HC12, NO_MODEM, SIK, Mission
from firmware.protocol.profiles import LORA_2400, PACKET_9600, SIK_57600
from hardware.simulated.clock import Clock
from hardware.simulated.modem_hc12 import Hc12
from hardware.simulated.uart import Uart
from tests.portable.modem_rig import ModemRig
from tests.skip import SkipTest


def setup_of(modem, profile=SIK_57600):
    mission = Mission()
    mission.modem = modem
    mission.profile = profile
    clock = Clock()
    return modem_of(mission, Uart(clock, None), None, clock)


def test_every_modem_has_a_set_up_and_no_modem_has_none():
    assert modem_of(None, None, None, Clock()) is None
    assert setup_of(NO_MODEM) is None and setup_of(9) is None
    for modem, profile in ((SIK, SIK_57600), (HC12, PACKET_9600), (E22, LORA_2400), (E32, LORA_2400)):
        setup = setup_of(modem, profile)
        assert setup.result == 0 and setup.fault == 0


class Counted:
    def __init__(self):
        self.numbers = []

    def count(self, number):
        self.numbers.append(number)


class BoardOf:
    def __init__(self, rig):
        self.radio_uart = rig.uart
        self.radio_mode = rig.pin
        self.clock = rig.clock


def test_all_of_it_at_once_counts_the_fault_that_it_comes_to():
    for silent, stubborn, numbers in (
        (False, False, []),
        (True, False, [MODEM_SILENT]),
        (False, True, [MODEM_REFUSED]),
    ):
        rig = ModemRig(lambda clock, air, level: Hc12(clock, air, level, channel=9), 1)
        rig.modem.silent = silent
        rig.modem.stubborn = stubborn
        counted = Counted()
        set_up(rig.mission(HC12, PACKET_9600, 5), BoardOf(rig), counted)
        assert counted.numbers == numbers
        assert rig.modem.settings["channel"] == (9 if silent or stubborn else 5)
        assert rig.clock.now_us < 5000000
        rig.baud = 9600
        assert rig.frames_pass()


def test_without_a_modem_it_is_over_at_once():
    rig = ModemRig(Hc12, 1)
    counted = Counted()
    set_up(rig.mission(NO_MODEM, SIK_57600), BoardOf(rig), counted)
    set_up(None, BoardOf(rig), counted)
    assert counted.numbers == [] and rig.clock.now_us == 0 and rig.modem.orders == []


def test_a_board_forgets_all_of_it():
    if sys.implementation.name != "micropython":
        raise SkipTest("only a board gives the heap back")
    for modem in (SIK, HC12, E32):
        assert setup_of(modem) is not None
    forget_setup()
    assert [name for name in sys.modules if "modem_" in name and "firmware" in name] == []
    assert "firmware.protocol.mission_radio" not in sys.modules
