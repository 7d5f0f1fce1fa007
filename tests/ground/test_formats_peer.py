"""The Horus project's own library and this one say the same of the same bytes."""

import random

import pytest

from ground.formats import horus, horus_v3, ukhas
from ground.formats.heard import HORUS_2, Heard
from ground.formats.scanner import Scanner

decoder = pytest.importorskip("horusdemodlib.decoder", reason="horusdemodlib is not installed: no peer to agree with")
checksums = pytest.importorskip("horusdemodlib.checksums")

LETTERS = "-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SENSOR_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
TEXT_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ +/=-."


def any_heard(dice):
    return Heard(
        HORUS_2, "", dice.randrange(0x10000), dice.randrange(86400),
        dice.randrange(-(9 * 10**8), 9 * 10**8), dice.randrange(-(18 * 10**8), 18 * 10**8), dice.randrange(1, 0x10000),
        round(dice.randrange(256) * 100_000 / 3600), None, dice.randrange(256), dice.randrange(-128, 128),
        dice.randrange(5000), extra=dice.randbytes(9).hex(),
    )  # fmt: skip


def test_their_decoder_reads_our_v2_packets_as_we_meant_them_and_as_we_read_them():
    dice = random.Random(11)
    for _ in range(500):
        packet = horus.encode_v2(dice.randrange(256, 0x10000), any_heard(dice))
        theirs, ours = decoder.decode_packet(packet), horus.decode(packet, HORUS_2)
        assert theirs["crc_ok"] and theirs["sequence_number"] == ours.number
        hour, minute, second = (int(part) for part in theirs["time"].split(":"))
        assert hour * 3600 + minute * 60 + second == ours.time_s
        assert round(theirs["latitude"] * 1e7) == ours.latitude_e7
        assert round(theirs["longitude"] * 1e7) == ours.longitude_e7
        assert (theirs["altitude"], theirs["satellites"]) == (ours.altitude_m, ours.satellites)
        assert theirs["temperature"] == ours.temperature_c
        assert round(theirs["speed"] * 100_000 / 3600) == ours.speed_cm_s
        assert round(theirs["battery_voltage"] * 1000) == ours.battery_mv


def test_their_reader_reads_our_sentences():
    dice = random.Random(12)
    for _ in range(500):
        said = any_heard(dice)._replace(kind="UKHAS", callsign="SAMARA", extra="1,2")
        line = ukhas.encode(said)
        theirs = decoder.parse_ukhas_string(line.decode())
        assert (theirs["callsign"], theirs["altitude"]) == ("SAMARA", said.altitude_m)
        assert round(theirs["latitude"] * 1e7) == said.latitude_e7
        assert round(theirs["longitude"] * 1e7) == said.longitude_e7


def word(dice, letters, longest):
    return "".join(dice.choice(letters) for _ in range(dice.randrange(1, longest + 1)))


def sensor(dice):
    values = dice.choice(
        [
            ("horusInt", [dice.randrange(-(2**40), 2**40) for _ in range(dice.randrange(1, 5))]),
            ("horusReal", [dice.choice((0.0, 1.5, -0.1, 1e10, 3.25e-7)) for _ in range(dice.randrange(1, 5))]),
            ("horusStr", word(dice, TEXT_LETTERS, 12)),
            ("horusBool", {f"b{n}": dice.random() < 0.5 for n in range(8)}),
        ]
    )
    made = {}
    if dice.random() < 0.7:
        made["name"] = word(dice, SENSOR_LETTERS, 20)
    if dice.random() < 0.8:
        made["values"] = values
    return made


def telemetry(dice):
    """What a v3 payload may send: the fields that must be, and any of the others."""
    four = ("custom1", "custom2")
    optional = {
        "extraSensors": [sensor(dice) for _ in range(dice.randrange(1, 5))],
        "velocityHorizontalKilometersPerHour": dice.randrange(513),
        "gnssSatellitesVisible": dice.randrange(32),
        "ascentRateCentimetersPerSecond": dice.randrange(-32767, 32768),
        "pressurehPa-x10": dice.randrange(12001),
        "temperatureCelsius-x10": {
            name: dice.randrange(-1023, 1024) for name in ("internal", "external", *four) if dice.random() < 0.6
        },
        "humidityPercentage": dice.randrange(101),
        "milliVolts": {name: dice.randrange(16384) for name in ("battery", "solar", *four) if dice.random() < 0.6},
        "counts": [dice.randrange(-(2**31), 2**31) for _ in range(dice.randrange(1, 9))],
        "gnssPowerSaveState": dice.choice(("psmNotActive", "enabled", "acquisition", "tracking", "optimised")),
        "customData": dice.randbytes(dice.randrange(12)),
        "via": dice.choice(("sondehub", "nohub")),
    }
    return {
        "payloadCallsign": word(dice, LETTERS, 15),
        "sequenceNumber": dice.randrange(0x10000),
        "timeOfDaySeconds": dice.randrange(-1, 86401),
        "latitude": dice.randrange(-9_000_000, 9_000_001),
        "longitude": dice.randrange(-18_000_000, 18_000_001),
        "altitudeMeters": dice.randrange(-1000, 50_001),
        **{name: value for name, value in optional.items() if dice.random() < 0.4},
    }


def v3_packets(seed, count):
    dice = random.Random(seed)
    while count:
        said = telemetry(dice)
        body = decoder.HORUS_ASN.encode("Telemetry", said, check_constraints=True)
        size = next((size for size in sorted(horus_v3.SIZES) if size >= len(body) + 2), None)
        if size is not None:
            count -= 1
            yield said, checksums.add_packet_crc(body.ljust(size - 2, b"\0"), tail=False)


def test_v3_packets_that_their_encoder_made_are_read_as_meant():
    for said, packet in v3_packets(13, 1000):
        ours = horus_v3.decode(packet)
        assert ours is not None, said
        get = said.get
        assert (ours.callsign, ours.number) == (said["payloadCallsign"], said["sequenceNumber"])
        assert ours.time_s == (None if said["timeOfDaySeconds"] == -1 else said["timeOfDaySeconds"])
        assert (ours.latitude_e7, ours.longitude_e7) == (said["latitude"] * 100, said["longitude"] * 100)
        assert ours.altitude_m == (None if said["altitudeMeters"] == -1000 else said["altitudeMeters"])
        speed = get("velocityHorizontalKilometersPerHour")
        assert ours.speed_cm_s == (None if speed is None else round(speed * 100_000 / 3600))
        assert ours.climb_cm_s == get("ascentRateCentimetersPerSecond")
        assert ours.satellites == get("gnssSatellitesVisible")
        inside = get("temperatureCelsius-x10", {}).get("internal")
        assert ours.temperature_c == (None if inside is None else inside / 10)
        assert ours.battery_mv == get("milliVolts", {}).get("battery")
        words = ours.extra
        if get("customData"):
            assert f"data {said['customData'].hex()}" in words
        if "counts" in said:
            assert "counts " + " ".join(map(str, said["counts"])) in words
        if "humidityPercentage" in said:
            assert f"humidity {said['humidityPercentage']} %" in words
        if "pressurehPa-x10" in said:
            assert f"pressure {said['pressurehPa-x10'] / 10} hPa" in words
        for number, one in enumerate(get("extraSensors", [])):
            assert one.get("name", f"sensor {number + 1}") in words
            kind, values = one.get("values", ("", []))
            if kind == "horusStr":
                assert values in words
            elif kind == "horusBool":
                assert "".join("01"[values[f"b{n}"]] for n in range(8)) in words
            elif kind:
                assert " ".join(f"{value:.7g}" if kind == "horusReal" else str(value) for value in values) in words


def test_v3_packets_are_found_between_the_reads_of_a_radio():
    found, scanner = [], Scanner()
    packets = [packet for _, packet in v3_packets(14, 200)]
    for packet in packets:
        found.extend(scanner.feed(packet[:30], 0, 0))  # a read that ends in the middle
        found.extend(scanner.feed(packet[30:], 0, 0))
    assert [one.raw for one in found] == packets


def test_damaged_v3_packets_are_refused_like_theirs_refuses_them():
    dice = random.Random(15)
    for _, packet in v3_packets(15, 300):
        data = bytearray(packet)
        for _ in range(dice.randrange(1, 4)):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        if bytes(data) != packet:
            assert horus_v3.decode(bytes(data)) is None
            assert not checksums.check_packet_crc(bytes(data), tail=False)
