"""Sets up an HC-12: 9600 Bd and mode FU3, which is 15 kbit/s in the air.

Wavesen, "HC-12 wireless RF UART communication module user manual", V2.4 (2016-12-02). SET low takes it into its
commands: 40 ms later they are heard, at the rate that its UART has; 80 ms after SET is high again it is on the air,
and 200 ms have to pass before SET may go low again.
"""

from micropython import const

from firmware.drivers import modem_dialogue as dialogue
from firmware.protocol.mission_radio import HC12_DBM

_ENTER_MS = const(60)
_LEAVE_MS = const(100)
_REST_MS = const(250)
_ANSWER_MS = const(100)
_LIST_BITS = const(800)
_LINE_BITS = const(250)
BAUD = 9600
# The one that is wanted twice: the first command after SET may be lost.
BAUDS = (BAUD, BAUD, 57600, 115200, 38400, 19200, 4800, 2400, 1200)


def hc12(channel, dbm):
    """The script of an HC-12; None: as it is."""
    wanted = [(b"FU", 3), (b"C", channel), (b"P", dbm), (b"B", BAUD)]  # the rate last: it may hold from then on
    return lambda talk: _script(talk, [row for row in wanted if row[1] is not None])


def _script(talk, wanted):
    talk.settings(True)
    for baud in BAUDS:
        talk.rate(baud)
        yield _ENTER_MS
        talk.say(b"AT+RX\r\n")
        yield _ANSWER_MS + _LIST_BITS * 1000 // baud
        wrong = differing(talk.heard, wanted)
        if wrong is not None:
            break
    if wrong is None:
        talk.result = dialogue.SILENT
    elif not wrong:
        talk.result = dialogue.READY
    else:
        for name, value in wrong:
            talk.say(_command(name, value))
            yield _ANSWER_MS + _LINE_BITS * 1000 // baud
        # What it has been told it takes when it leaves its commands; then it is asked again.
        talk.settings(False)
        yield _REST_MS
        talk.settings(True)
        yield _ENTER_MS
        talk.result = dialogue.REFUSED
        for _ in range(2):
            talk.rate(BAUD)
            talk.say(b"AT+RX\r\n")
            yield _ANSWER_MS + _LIST_BITS * 1000 // BAUD
            if differing(talk.heard, wanted) == []:
                talk.result = dialogue.CHANGED
                break
    talk.settings(False)
    yield _LEAVE_MS


def _command(name, value):
    if name == b"C":
        return b"AT+C%03d\r\n" % value
    if name == b"P":
        value = HC12_DBM.index(value) + 1
    return b"AT+%s%d\r\n" % (name, value)


def differing(listed, wanted):
    """The rows of `wanted` that an answer to AT+RX does not show; None where it is not one, or not whole."""
    found: dict = {}
    for line in listed.split(b"\n")[:-1]:
        # OK+B9600, OK+RC001 (or OK+C001), OK+RP:+20dBm, OK+FU3, in any order
        line = line.strip()
        if line[:3] != b"OK+":
            continue
        line = line[3:]
        if line[:3] == b"RP:" and line[-3:] == b"dBm":
            _take(found, b"P", line[3:-3])
        elif line[:2] in (b"RC", b"FU"):
            _take(found, line[1:2] if line[:1] == b"R" else line[:2], line[2:])
        elif line[:1] in (b"B", b"C"):
            _take(found, line[:1], line[1:])
    if len(found) < 4:
        return None
    return [row for row in wanted if found[row[0]] != row[1]]


def _take(found, name, digits):
    sign = -1 if digits[:1] == b"-" else 1
    if digits[:1] in (b"-", b"+"):
        digits = digits[1:]
    if digits.isdigit():
        found[name] = sign * int(digits)
