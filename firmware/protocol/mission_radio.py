"""What a mission may say of its radio: modems, channels, powers, and what goes with what; checked on both sides."""

from firmware.protocol import profiles
from firmware.protocol.mission_plan import E22, E32, HC12, NO_MODEM, SIK

_PACKET = (profiles.PACKET_9600, profiles.LORA_2400, profiles.LORA_300)
_PACKET_NAMES = "packet_9600, lora_2400 or lora_300"

# Powers in dBm, where they are steps: the place in the list is what the modem is told. Two sorts of EBYTE modem have
# the same four steps: in an E32 they are those of the T20 or those of the T30, in an E22 those of the T22 or the T30.
HC12_DBM = (-1, 2, 5, 8, 11, 14, 17, 20)
E22_DBM = (22, 17, 13, 10, 30, 27, 24, 21)
E32_DBM = (20, 17, 14, 10, 30, 27, 24, 21)
_SIK_DBM = tuple(range(31))

# number, name, what it is, the profiles it can carry, their names, least and most channel, powers
MODEMS = (
    (NO_MODEM, "none", "whatever it is, nobody sets it up", None, "", None, None, ()),
    (SIK, "sik", "a SiK radio, RFD900 and the like", (profiles.SIK_57600,), "sik_57600", 0, 499, _SIK_DBM),
    (HC12, "hc12", "an HC-12", (profiles.PACKET_9600,), "packet_9600", 1, 127, HC12_DBM),
    (E22, "e22", "an EBYTE E22 with UART", _PACKET, _PACKET_NAMES, 0, 83, E22_DBM),
    (E32, "e32", "an EBYTE E32 with UART", _PACKET, _PACKET_NAMES, 0, 31, E32_DBM),
)


def modem_row(number):
    """The row of MODEMS, None where there is none."""
    for row in MODEMS:
        if row[0] == number and type(number) is int:
            return row
    return None


def radio(found, mission):
    """Append to `found`, a list of (path, sentence), what is wrong with the radio."""
    from firmware.protocol.mission_rules import shown  # not above: the board's drivers want the powers alone

    known_profile = type(mission.profile) is int and 0 <= mission.profile < len(profiles.PROFILES)
    if not known_profile:
        found.append((("radio", "profile"), "there is no such profile: " + shown(mission.profile)))
    if type(mission.sentences) is not bool:
        found.append((("radio", "sentences"), "must be true or false, not " + shown(mission.sentences)))
    row = modem_row(mission.modem)
    if row is None:
        found.append((("radio", "modem"), "there is no such modem: " + shown(mission.modem)))
        return
    _, name, _, carried, names, least, most, powers = row
    if known_profile and carried is not None and mission.profile not in carried:
        found.append((("radio", "profile"), "modem %s does %s: say that, or another modem" % (name, names)))
    channel, dbm = mission.radio_channel, mission.radio_dbm
    for path, value in ((("radio", "radio_channel"), channel), (("radio", "radio_dbm"), dbm)):
        if value is not None and type(value) is not int:
            found.append((path, "must be a whole number, not " + shown(value)))
        elif value is not None and row[0] == NO_MODEM:
            found.append((path, "nobody would set it: say which modem is fitted"))
    if row[0] == NO_MODEM:
        return
    if type(channel) is int and not least <= channel <= most:
        found.append((("radio", "radio_channel"), "%d is outside %d to %d of modem %s" % (channel, least, most, name)))
    if type(dbm) is int and dbm not in powers:
        text = "modem %s cannot send with %d dBm, but with %s"
        found.append((("radio", "radio_dbm"), text % (name, dbm, powers_text(powers))))


def powers_text(powers):
    """The powers of a modem as a person says them."""
    if powers == _SIK_DBM:
        return "0 to 30"
    return ", ".join([str(dbm) for dbm in powers])
