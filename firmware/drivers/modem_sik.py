"""Sets up a SiK radio: 57,600 Bd, 64 kbit/s in the air, raw bytes.

SiK firmware 2.2 (ArduPilot/SiK, Firmware/radio: at.c, parameters.c; RFD900 the same). "+++" with a second of silence
on both sides enters AT commands; they are echoed, ATI5 lists all parameters. They are found by name: an RFD900x has
other numbers. Band, hops, listening and duty cycle are the operator's, and stay.
"""

from micropython import const

from firmware.drivers import modem_dialogue as dialogue

_GUARD_MS = const(1150)
_ANSWER_MS = const(150)
_LIST_BITS = const(6000)  # of some twenty parameters
_WRITE_MS = const(400)  # a page of its flash
_BOOT_MS = const(1000)
BAUDS = (57600, 115200, 9600)

# name, what it must be. One that a radio does not list cannot be wrong.
_WANTED = (
    (b"SERIAL_SPEED", 57),
    (b"AIR_SPEED", 64),
    (b"ECC", 0),
    (b"MAVLINK", 0),  # else it cuts the bytes where it sees MAVLink in them
    (b"RTSCTS", 0),  # two wires that are not there
)
_NEEDED = (b"SERIAL_SPEED", b"AIR_SPEED", b"NETID", b"TXPOWER")


def sik(net_id, dbm):
    """The script of a SiK radio; None: as it is."""
    wanted = list(_WANTED)
    if net_id is not None:
        wanted.append((b"NETID", net_id))
    if dbm is not None:
        wanted.append((b"TXPOWER", dbm))
    return lambda talk: _script(talk, wanted)


def _script(talk, wanted):
    talk.result = dialogue.SILENT
    talk.rate(BAUDS[0])
    yield _GUARD_MS
    for baud in BAUDS:
        # The silence behind the plusses before is the one in front of these.
        talk.rate(baud)
        talk.say(b"+++")
        yield _GUARD_MS
        # An echo of the plusses: it stood in its commands already, since a board restarted in a set-up.
        broken_off = b"+++" in talk.heard
        if not broken_off and b"OK" not in talk.heard:
            continue
        talk.say(b"\r")
        yield _ANSWER_MS
        list_ms = _ANSWER_MS + _LIST_BITS * 1000 // baud
        for _ in range(2):  # a flash erase may have made a hole in the first
            talk.say(b"ATI5\r")
            yield list_ms
            wrong = differing(talk.heard, wanted)
            if wrong is not None:
                break
        if wrong is None:
            # Something is there, and nothing to be made of it.
            talk.say(b"\rATO\r")
            yield _GUARD_MS
            continue
        if not wrong and not broken_off:
            talk.result = dialogue.READY
            talk.say(b"ATO\r")
            yield _ANSWER_MS
            break
        talk.result = dialogue.REFUSED
        for number, value in wrong:
            talk.say(b"ATS" + number + b"=" + str(value).encode() + b"\r")
            yield _ANSWER_MS
        talk.say(b"ATI5\r")
        yield list_ms
        if differing(talk.heard, wanted) == []:
            talk.say(b"AT&W\r")
            yield _WRITE_MS
            if b"OK" in talk.heard:
                talk.result = dialogue.CHANGED
        # What is not kept goes with the restart; what is holds from it on.
        talk.say(b"ATZ\r")
        yield _BOOT_MS
        break
    talk.rate(BAUDS[0])


def differing(listed, wanted):
    """(number as bytes, value) of what has to be set, of an answer to ATI5, lines like S1:SERIAL_SPEED=57.

    None where it is no such answer, or not whole.
    """
    found = {}
    for line in listed.split(b"\n")[:-1]:
        name, equals, value = line.strip().partition(b"=")
        number, colon, name = name.partition(b":")
        number, name = number.strip(), name.strip()
        if equals and colon and number[:1] == b"S" and number[1:].isdigit() and value.isdigit():
            found[name] = (number[1:], int(value))
    for name in _NEEDED:
        if name not in found:
            return None
    return [(found[name][0], value) for name, value in wanted if name in found and found[name][1] != value]
