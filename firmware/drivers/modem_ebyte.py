"""Sets up an EBYTE E22 or E32 with UART: 9600 Bd, the profile's air rate, address 0, transparent.

Ebyte, "E32-433T20D user manual" (2022), chapters 6 and 7, and "E32-433T30D user manual" (2019); "E22-400T30D user
manual" (2018), "E22-xxxT22S series user manual" (2024), chapter 7. In their settings both speak 9600 8N1. An E32 is
there with M0 and M1 high (mode 3), an E22 with M1 high and M0 low (mode 2): one pin takes either there.
"""

from micropython import const

from firmware.drivers import modem_dialogue as dialogue
from firmware.protocol import profiles
from firmware.protocol.mission_radio import E22_DBM, E32_DBM

BAUD = 9600
_SWITCH_MS = const(150)
_ANSWER_MS = const(250)
_TRIES = const(4)

_READ = b"\xc1"  # and what comes back from an E22
_SAVE = b"\xc0"
_UART_9600_8N1_E32 = const(0b00011000)  # SPED: parity 7-6, rate 5-3
_UART_9600_8N1_E22 = const(0b01100000)  # REG0: rate 7-5, parity 4-3
# The air rate is in bits 2 to 0 of the same byte: profile, bits
_AIR = ((profiles.LORA_300, 0b000), (profiles.LORA_2400, 0b010), (profiles.PACKET_9600, 0b100))


def e32(profile, channel, dbm):
    """The script of an E32: ADDH ADDL SPED CHAN OPTION, read and written together."""
    # OPTION: 7 fixed transmission, 6 push-pull, 5-3 wake-up, 2 forward error correction, 1-0 power.
    wanted = [(0xFF, 0), (0xFF, 0), (0xFF, _UART_9600_8N1_E32 | _air(profile)), (0, 0), (0b11000100, 0b01000100)]
    if channel is not None:
        wanted[3] = (0xFF, channel)
    _power(wanted, 4, dbm, E32_DBM)
    return lambda talk: _script(talk, wanted, _READ * 3, _e32_answer, lambda _first, values: _SAVE + values)


def e22(profile, channel, dbm):
    """The script of an E22: ADDH ADDL NETID REG0 REG1 REG2 REG3; written from the first to the last that differs."""
    # REG1: 7-6 packet of 240 bytes, 5 noise on request, 4 mode by bytes, 1-0 power. REG2: channel.
    # REG3: 7 strength behind each packet, 6 fixed transmission, 5 repeater; what stays: listening first is the law's.
    wanted = [(0xFF, 0)] * 3 + [(0xFF, _UART_9600_8N1_E22 | _air(profile)), (0b11110000, 0), (0, 0), (0b11100000, 0)]
    if channel is not None:
        wanted[5] = (0xFF, channel)
    _power(wanted, 4, dbm, E22_DBM)
    return lambda talk: _script(talk, wanted, _READ + b"\x00\x07", _e22_answer, _e22_order)


def _air(profile):
    for number, bits in _AIR:
        if number == profile:
            return bits
    return 0b010


def _power(wanted, place, dbm, steps):
    if dbm is not None:
        mask, value = wanted[place]
        wanted[place] = (mask | 3, value | steps.index(dbm) & 3)


def _script(talk, wanted, ask, answer_of, order_of):
    talk.rate(BAUD)
    talk.settings(True)
    yield _SWITCH_MS
    talk.result = dialogue.SILENT
    told = False
    for _ in range(_TRIES):
        talk.say(ask)
        yield _ANSWER_MS
        has = answer_of(talk.heard, len(wanted))
        if has is None:
            continue
        values = bytes([has[at] & ~wanted[at][0] & 0xFF | wanted[at][1] for at in range(len(has))])
        if values == has:
            talk.result = dialogue.CHANGED if told else dialogue.READY
            break
        if told:
            break
        first = 0
        last = len(has)
        while values[first] == has[first]:
            first += 1
        while values[last - 1] == has[last - 1]:
            last -= 1
        # Said before it is sent: should it fall silent now, it is not as it was.
        talk.result = dialogue.REFUSED
        told = True
        talk.say(order_of(first, values if order_of is not _e22_order else values[first:last]))
        yield _ANSWER_MS
    talk.settings(False)
    yield _SWITCH_MS


def _e32_answer(heard, count):
    """C0 (kept) or C2 (until power goes) and the five bytes."""
    if len(heard) == count + 1 and heard[:1] in (_SAVE, b"\xc2"):
        return heard[1:]
    return None


def _e22_answer(heard, count):
    if len(heard) == count + 3 and heard[:3] == _READ + bytes([0, count]):
        return heard[3:]
    return None


def _e22_order(first, values):
    return _SAVE + bytes([first, len(values)]) + values
