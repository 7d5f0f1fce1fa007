"""`samara link`: the budget's arithmetic, and a log in columns."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from firmware.protocol import framing, profiles, telemetry, words
from ground.cli import main
from ground.link_budget import SIZES, budget
from ground.raw_log import Chunk, RawLog
from tests.ground import prepared_flight as prepared


def run(*arguments):
    return CliRunner().invoke(main, ["link", *map(str, arguments)])


def test_sizes_are_those_of_real_frames():
    assert SIZES["FIX"] == len(prepared.wire([prepared.fix_packet(1, 1000)])) == 48
    assert SIZES["EVENT"] == len(prepared.wire([prepared.event_packet(1, 1000, 1, 1)]))
    assert SIZES["FIX_2"] == len(prepared.wire([prepared.history_packet(1, 1000, telemetry.FIX_2, [None] * 2)])) == 58
    assert SIZES["FIX_3"] == len(prepared.wire([prepared.history_packet(1, 1000, telemetry.FIX_3, [None] * 3)])) == 63
    assert SIZES["CMD"] == 37
    assert all(size <= framing.FIXED_BYTES + 249 for size in SIZES.values())


def test_times_and_shares_follow_from_the_profile():
    found = budget(profiles.LORA_2400, loss=0.0)
    assert (found.report, found.rate_s) == ("FIX_2", 5)
    assert found.air_ms["FIX_2"] == round(58 * 8 / 2.4) + 40
    assert found.bytes_an_hour == 720 * 58 + 60 * 48
    assert found.duty_permille == round((720 * found.air_ms["FIX_2"] + 60 * found.air_ms["META"]) / 3600)
    assert found.tries_expected == 1.0
    assert budget(profiles.LORA_2400, loss=0.5).tries_expected == pytest.approx(1 / (0.5 * (1 - 0.125)))


def test_what_does_not_fit_is_said(monkeypatch):
    good = (9600, 2400, 58, 5, 1500, 2, 0, 100, 40)
    wrong = {
        "the slot has": (9600, 2400, 58, 5, 300, 2, 0, 100, 40),
        "are allowed": (9600, 2400, 58, 2, 500, 2, 0, 100, 40),
        "in one piece": (9600, 2400, 50, 5, 1500, 2, 0, 100, 40),
        "what goes out between": (9600, 2400, 58, 1, 900, 2, 0, 1000, 40),
    }
    monkeypatch.setattr(profiles, "PROFILES", (good,))
    assert budget(0).problems == ()
    for text, row in wrong.items():
        monkeypatch.setattr(profiles, "PROFILES", (row,))
        assert any(text in problem for problem in budget(0).problems), text


def test_budget_is_printed_and_its_json_names_every_profile():
    result = run("budget", "--json")
    found = json.loads(result.output)["profiles"]
    assert [one["name"] for one in found] == [name for _, name, _ in words.PROFILES]
    assert result.exit_code == (1 if any(one["problems"] for one in found) else 0)
    for one in found:
        text = run("budget", "--profile", one["name"]).output
        assert one["name"] in text and "FIX_2" in text and f"{one['bytes_an_hour']:,}" in text
    assert run("budget", "--profile", "carrier_pigeon").exit_code == 2


@pytest.fixture
def log(tmp_path):
    log = RawLog(tmp_path / "raw.log")
    packets = [
        prepared.fix_packet(1, 700_000, pressure_pa=None),
        prepared.event_packet(3, 702_000, 1, telemetry.ARMED, 0, 0, None),
        prepared.fix_packet(2, 701_000),
        prepared.hist_packet(4, 703_000, 100, 10, [(361000000, 1291000000, 500), (361000100, 1291000000, None)]),
        prepared.packet(40, 5, 704_000, b"later"),
        prepared.packet(40, 6, 705_000, b"and later"),
    ]
    for n, packet in enumerate(packets):
        log.append(Chunk(prepared.wire([packet]), n, n))
    log.close()
    return tmp_path


def test_a_log_is_decoded_to_each_kind_of_file(log, tmp_path):
    for name in ("out.csv", "out.npz", "out.json"):
        result = run("decode", log, "-o", tmp_path / name)
        assert result.exit_code == 0, result.output
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["kind"], row["sequence"], row["order"]) for row in rows] == [
        ("FIX", "1", "newest"),
        ("EVENT", "3", "newest"),
        ("FIX", "2", "late"),
        ("HIST", "4", "newest"),
        ("TYPE 40", "5", "newest"),
        ("TYPE 40", "6", "newest"),
    ]
    assert (rows[0]["pressure_pa"], rows[2]["pressure_pa"], rows[1]["argument"]) == ("", "100000", "")
    with np.load(tmp_path / "out.npz") as file:
        arrays = dict(file)
    assert arrays["FIX.pressure_pa.unknown"].tolist() == [True, False]
    assert arrays["FIX.latitude_e7"].tolist() == [prepared.CALM_FIX["latitude_e7"]] * 2
    assert arrays["HIST.places.known"].sum() == 2
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert told["frames"]["FIX"]["pressure_pa"] == [None, 100000]
    assert [len(place) for place in told["frames"]["HIST"]["places"][0]] == [4, 4]
    assert told["frames"]["HIST"]["places"][0][1][3] is None
    assert bytes.fromhex(told["frames"]["TYPE 40"]["payload"][0]) == b"later"
    assert told["counts"]["frames"] == 6


def test_counts_alone_without_a_file_and_wrong_names_are_refused(log, tmp_path):
    assert "frames" in run("decode", log / "raw.log").output
    assert run("decode", log, "-o", tmp_path / "out.xml").exit_code == 2
    assert run("decode", tmp_path / "missing").exit_code == 2
    (tmp_path / "noise").write_bytes(prepared.random_bytes(1, 3000))
    result = run("decode", tmp_path / "noise")
    assert result.exit_code == 2 and "no undamaged frame" in result.output
