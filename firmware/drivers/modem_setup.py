"""Which set-up the modem of a mission needs. Loaded only for that, and forgotten when it is over."""

from micropython import const

from firmware.drivers.modem_dialogue import ModemDialogue
from firmware.once import forget
from firmware.protocol import profiles
from firmware.protocol.mission_plan import E22, E32, HC12, SIK

_STEP_MS = const(20)


def modem_of(mission, uart, mode_pin, clock):
    """The set-up of a mission's modem: poll(now_ms) until True, then `result` and `fault`. None: nothing to do."""
    script = None
    idle = 0
    if mission is None:
        return None
    if mission.modem == SIK:
        from firmware.drivers.modem_sik import sik

        script = sik(mission.radio_channel, mission.radio_dbm)
    elif mission.modem == HC12:
        from firmware.drivers.modem_hc12 import hc12

        script = hc12(mission.radio_channel, mission.radio_dbm)
        idle = 1
    elif mission.modem in (E22, E32):
        from firmware.drivers.modem_ebyte import e22, e32

        script = (e22 if mission.modem == E22 else e32)(mission.profile, mission.radio_channel, mission.radio_dbm)
    if script is None:
        return None
    return ModemDialogue(script, uart, mode_pin, idle, clock, profiles.profile(mission.profile).baud)


def set_up(mission, board, health):
    """All of it at once, for a board that does nothing else yet: up to 8 s. A fault is counted; nothing of it stays."""
    talk = modem_of(mission, board.radio_uart, board.radio_mode, board.clock)
    if talk is not None:
        while not talk.poll(board.clock.ticks_ms()):
            board.clock.sleep_ms(_STEP_MS)
        if talk.fault:
            health.count(talk.fault)
    forget_setup()


def forget_setup():
    """Unload all of it; whoever holds the set-up lets go of it as well."""
    for name in ("modem_sik", "modem_hc12", "modem_ebyte", "modem_dialogue", "modem_setup"):
        forget("firmware.drivers." + name)
    forget("firmware.protocol.mission_radio")
