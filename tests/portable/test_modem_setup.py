"""Which modem needs a set-up, and that nothing of it stays on a board once it is over."""

import sys

from firmware.drivers.modem_setup import forget_setup, modem_of
from firmware.protocol.mission_plan import E22, E32, HC12, NO_MODEM, SIK, Mission
from firmware.protocol.profiles import LORA_2400, PACKET_9600, SIK_57600
from hardware.simulated.clock import Clock
from hardware.simulated.uart import Uart
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


def test_a_board_forgets_all_of_it():
    if sys.implementation.name != "micropython":
        raise SkipTest("only a board gives the heap back")
    for modem in (SIK, HC12, E32):
        assert setup_of(modem) is not None
    forget_setup()
    assert [name for name in sys.modules if "modem_" in name and "firmware" in name] == []
    assert "firmware.protocol.mission_radio" not in sys.modules
