"""The radio of a mission: every modem with what it can carry, and what it cannot is refused with words."""

from firmware.protocol import mission as m
from firmware.protocol import mission_radio as radio
from firmware.protocol.mission_plan import E22, E32, HC12, NO_MODEM, SIK
from firmware.protocol.mission_writer import build
from firmware.protocol.profiles import LORA_300, LORA_2400, PACKET_9600, PROFILES, RAW_300, SIK_57600
from tests.portable.mission_description import description, problems_of

# modem, profiles it carries, channels and powers that it takes, and that it does not
CAN = (
    (SIK, (SIK_57600,), (0, 25, 499), (500, -1), (0, 20, 30), (-1, 31)),
    (HC12, (PACKET_9600,), (1, 127), (0, 128), (-1, 2, 5, 8, 11, 14, 17, 20), (0, 21, -2)),
    (E22, (PACKET_9600, LORA_2400, LORA_300), (0, 83), (84, -1), (22, 17, 13, 10, 30, 27, 24, 21), (20, 14, 0)),
    (E32, (PACKET_9600, LORA_2400, LORA_300), (0, 31), (32, -1), (20, 17, 14, 10, 30, 27, 24, 21), (22, 13, 0)),
)


def said(**values):
    given = description()
    given.update(values)
    return problems_of(given)


def paths(**values):
    return [path for path, _ in said(**values)]


def test_every_modem_carries_its_profiles_and_no_other():
    for modem, profiles, _, _, _, _ in CAN:
        for profile in range(len(PROFILES)):
            wrong = [] if profile in profiles else [("radio", "profile")]
            assert paths(modem=modem, profile=profile) == wrong, (modem, profile)
    for profile in range(len(PROFILES)):
        assert paths(profile=profile) == [], profile


def test_every_modem_takes_its_channels_and_powers_and_no_other():
    for modem, profiles, channels, no_channels, powers, no_powers in CAN:
        for channel in channels:
            assert paths(modem=modem, profile=profiles[0], radio_channel=channel) == [], (modem, channel)
        for channel in no_channels:
            wrong = [("radio", "radio_channel")]
            assert paths(modem=modem, profile=profiles[0], radio_channel=channel) == wrong, (modem, channel)
        for dbm in powers:
            assert paths(modem=modem, profile=profiles[0], radio_dbm=dbm) == [], (modem, dbm)
        for dbm in no_powers:
            assert paths(modem=modem, profile=profiles[0], radio_dbm=dbm) == [("radio", "radio_dbm")], (modem, dbm)


def test_the_sentence_says_what_the_modem_can():
    assert said(modem=HC12) == [(("radio", "profile"), "modem hc12 does packet_9600: say that, or another modem")]
    wrong = said(modem=E22, profile=LORA_300, radio_channel=84, radio_dbm=20)
    assert wrong == [
        (("radio", "radio_channel"), "84 is outside 0 to 83 of modem e22"),
        (("radio", "radio_dbm"), "modem e22 cannot send with 20 dBm, but with 22, 17, 13, 10, 30, 27, 24, 21"),
    ]
    assert said(modem=SIK, radio_dbm=31)[0][1] == "modem sik cannot send with 31 dBm, but with 0 to 30"


def test_what_nobody_would_set_is_refused():
    nobody = "nobody would set it: say which modem is fitted"
    assert said(radio_channel=5) == [(("radio", "radio_channel"), nobody)]
    assert said(radio_dbm=5) == [(("radio", "radio_dbm"), nobody)]
    assert said(modem=NO_MODEM, radio_channel=None, radio_dbm=None) == []


def test_numbers_that_are_none_are_refused_with_words_and_never_raise():
    assert said(profile=5) == [(("radio", "profile"), "there is no such profile: 5")]
    assert paths(profile=-1) == paths(profile="sik") == paths(profile=True) == [("radio", "profile")]
    assert said(modem=5, profile=RAW_300, radio_channel=9) == [(("radio", "modem"), "there is no such modem: 5")]
    assert paths(modem="sik") == paths(modem=True) == paths(modem=None) == [("radio", "modem")]
    assert said(sentences=1) == [(("radio", "sentences"), "must be true or false, not 1")]
    assert said(modem=SIK, radio_channel="5")[0] == (("radio", "radio_channel"), "must be a whole number, not '5'")
    assert paths(modem=SIK, radio_dbm=True, radio_channel=1.5) == [("radio", "radio_channel"), ("radio", "radio_dbm")]
    assert paths(modem=HC12, profile=9) == [("radio", "profile")], "said once"
    assert paths(modem=9, profile=9) == [("radio", "profile"), ("radio", "modem")]


def test_the_board_refuses_what_the_ground_would_not_have_built():
    import hashlib

    content = bytearray(build(description())[:-32])
    for place, value in ((-6, 5), (-5, 5), (-3, 0), (-1, 20)):
        forged = bytearray(content)
        forged[place] = value
        forged = bytes(forged)
        try:
            m.load(forged + hashlib.sha256(forged).digest())
        except m.MissionError as error:
            assert error.problems[0][0][0] == "radio", place
        else:
            raise AssertionError(place)


def test_the_steps_of_power_are_in_the_order_of_the_modems_numbers():
    assert radio.HC12_DBM.index(20) == 7 and radio.HC12_DBM.index(-1) == 0
    for steps in (radio.E22_DBM, radio.E32_DBM):
        assert list(steps[:4]) == sorted(steps[:4], reverse=True)
        assert list(steps[4:]) == sorted(steps[4:], reverse=True)
    assert [row[0] for row in radio.MODEMS] == [NO_MODEM, SIK, HC12, E22, E32]
    assert radio.modem_row(E32)[1] == "e32" and radio.modem_row(True) is None and radio.modem_row(7) is None
