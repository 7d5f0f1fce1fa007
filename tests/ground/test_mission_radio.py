"""[radio] of a mission file: how it is read, what is said of it, and where its mistakes stand."""

import pytest

from firmware.protocol.mission_plan import E22, HC12, NO_MODEM
from firmware.protocol.profiles import LORA_300, PACKET_9600, SIK_57600
from ground.mission_json import as_json
from ground.mission_radio import LAW
from tests.ground.mission_text import GOOD, problems, read, says

RADIO = '[radio]\nprofile = "packet_9600"\nmodem = "hc12"\nformat = "ukhas"\nchannel = 5\npower_dbm = 14\n'


def section(found):
    return next(each for each in found.sections if each.name == "radio")


def test_the_radio_is_read(tmp_path):
    mission = read(tmp_path, GOOD + RADIO).mission
    assert (mission.profile, mission.modem, mission.sentences) == (PACKET_9600, HC12, True)
    assert (mission.radio_channel, mission.radio_dbm) == (5, 14)
    mission = read(tmp_path, GOOD).mission
    assert (mission.profile, mission.modem, mission.sentences) == (SIK_57600, NO_MODEM, False)
    assert (mission.radio_channel, mission.radio_dbm) == (None, None)
    mission = read(tmp_path, GOOD + '[radio]\nprofile = "lora_300"\nmodem = "e22"\n').mission
    assert (mission.profile, mission.modem, mission.radio_channel) == (LORA_300, E22, None)


def test_profile_modem_and_frequency_are_read_aloud_and_whose_business_they_are(tmp_path):
    lines = section(read(tmp_path, GOOD + RADIO)).lines
    assert lines[0].startswith("packet_9600: a report a second")
    assert any("UKHAS sentences" in line for line in lines)
    assert any("modem hc12 is set up" in line and "channel 5, 435.0 MHz, with 14 dBm" in line for line in lines)
    assert lines[-1] == LAW and "licence" in LAW
    lines = section(read(tmp_path, GOOD)).lines
    assert len(lines) == 2 and lines[0].startswith("sik_57600: ") and lines[1] == LAW


@pytest.mark.parametrize(
    ("radio", "text", "frequency"),
    [
        ('modem = "sik"', "in its net as it is, with its power as it is", None),
        ('modem = "sik"\nchannel = 25\npower_dbm = 20', "in net 25, with 20 dBm", None),
        ('modem = "hc12"\nprofile = "packet_9600"', "on its channel as it is", None),
        ('modem = "hc12"\nprofile = "packet_9600"\nchannel = 1', "433.4 MHz", "433.4 MHz"),
        (
            'modem = "e22"\nprofile = "lora_2400"\nchannel = 23',
            "channel 23, 433.125 MHz with an E22-400",
            "433.125 MHz with an E22-400, 873.125 MHz with a 900",
        ),
        (
            'modem = "e32"\nprofile = "lora_300"\nchannel = 23',
            "433 MHz with an E32-433",
            "433 MHz with an E32-433, 885 MHz with an 868, 923 MHz with a 915",
        ),
    ],
)
def test_where_each_modem_sends_is_said(tmp_path, radio, text, frequency):
    found = section(read(tmp_path, GOOD + "[radio]\n" + radio + "\n"))
    assert sum(text in line for line in found.lines) == 1, found.lines
    assert found.data["frequency"] == frequency


@pytest.mark.parametrize(
    ("modem", "dbm", "sort"),
    [
        ("e32", 20, "a T20: a T30"),
        ("e32", 21, "a T30: a T20"),
        ("e22", 22, "a T22: a T30"),
        ("e22", 30, "a T30: a T22"),
    ],
)
def test_a_power_is_of_one_sort_of_modem_and_means_another_to_the_other(tmp_path, modem, dbm, sort):
    radio = f'[radio]\nmodem = "{modem}"\nprofile = "lora_2400"\npower_dbm = {dbm}\n'
    lines = section(read(tmp_path, GOOD + radio)).lines
    assert sum(f"{dbm} dBm is for {sort} takes the same order" in line for line in lines) == 1


def test_an_e22_at_300_bits_is_asked_about(tmp_path):
    radio = '[radio]\nmodem = "e22"\nprofile = "lora_300"\n'
    assert says(read(tmp_path, GOOD + radio), "no air rate of 0.3 kbit/s")
    assert not says(read(tmp_path, GOOD + radio.replace("e22", "e32")), "no air rate of 0.3 kbit/s")


def test_a_mistake_is_named_at_its_key(tmp_path):
    def wrong(radio):
        return [(key, text) for _, key, text in problems(tmp_path, GOOD + "[radio]\n" + radio)]

    assert wrong('modem = "hc12"\n') == [
        ("radio.profile", "modem hc12 does packet_9600: say that, or another modem"),
    ]
    assert wrong("channel = 5\n") == [("radio.channel", "nobody would set it: say which modem is fitted")]
    assert [key for key, _ in wrong('modem = "hc13"\nchannel = 5\npower_dbm = 3\n')] == ["radio.modem"]
    assert [key for key, _ in wrong('modem = "sik"\npower_dbm = "20"\nformat = "horus"\n')] == [
        "radio.power_dbm",
        "radio.format",
    ]
    assert [key for key, _ in wrong('modem = "sik"\nchannel = 500\n')] == ["radio.channel"]
    assert [key for key, _ in wrong('profile = "sik"\n')] == ["radio.profile"]


def test_json_says_the_same(tmp_path):
    said = as_json(read(tmp_path, GOOD + RADIO))["mission"]["radio"]
    assert said == {
        "profile": "packet_9600",
        "modem": "hc12",
        "format": "ukhas",
        "channel": 5,
        "power_dbm": 14,
    }
