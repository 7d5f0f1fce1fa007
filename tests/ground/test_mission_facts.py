"""The facts beside a timeline: class, energies, floats, the cells."""

import pytest

from ground.mission_cell import CELLS, Supply
from ground.mission_energy import _seconds
from ground.mission_impact import GENTLE_J, HARD_J
from ground.mission_load import Load, make_load
from ground.mission_preparation import Balloon
from ground.mission_weight import icao_class, is_sure, needs_two_ways, part_101
from tests.ground.mission_text import CUTDOWN, GOOD, LATEX, TUBE, changed, read, with_drop


def balloon(payload_kg, **said):
    return Balloon("latex", (4, 6), payload_kg, (4, 5), (28000, 32000), **said)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"payload_kg": 1.99}, "light"),
        ({"payload_kg": 2.0}, "heavy"),  # one package of unknown density
        ({"payload_kg": 2.0, "density_g_cm2": 13.0}, "light"),
        ({"payload_kg": 2.0, "density_g_cm2": 13.1}, "heavy"),
        ({"payload_kg": 2.9, "density_g_cm2": 1.0}, "light"),
        ({"payload_kg": 3.0, "density_g_cm2": 1.0}, "heavy"),
        ({"payload_kg": 3.9, "packages": 2, "largest_package_kg": 1.95}, "light"),
        ({"payload_kg": 4.0, "packages": 2, "largest_package_kg": 1.99}, "medium"),
        ({"payload_kg": 5.9, "packages": 4, "largest_package_kg": 1.5}, "medium"),
        ({"payload_kg": 6.0, "packages": 4, "largest_package_kg": 1.5}, "heavy"),
        ({"payload_kg": 1.0, "rope_n": 229.9}, "light"),
        ({"payload_kg": 1.0, "rope_n": 230.0}, "heavy"),
    ],
)
def test_the_class_is_that_of_icao_annex_2(said, name):
    found, why = icao_class(balloon(**said))
    assert found == name
    assert why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"payload_kg": 1.81}, None),  # 4 lb are 1.814 kg
        ({"payload_kg": 1.82}, "unknown weight to size"),
        ({"payload_kg": 1.82, "density_g_cm2": 13.1}, None),  # 3 oz/in2 are 13.18 g/cm2
        ({"payload_kg": 1.82, "density_g_cm2": 13.3}, "oz/in2"),
        ({"payload_kg": 2.72, "density_g_cm2": 1.0}, None),  # 6 lb are 2.722 kg
        ({"payload_kg": 2.73, "density_g_cm2": 1.0}, "over 6 lb"),
        ({"payload_kg": 5.44, "packages": 4, "largest_package_kg": 1.5}, None),  # 12 lb are 5.443 kg
        ({"payload_kg": 5.45, "packages": 4, "largest_package_kg": 1.5}, "over 12 lb"),
        ({"payload_kg": 1.0, "rope_n": 222.0}, None),  # 50 lbf are 222.4 N
        ({"payload_kg": 1.0, "rope_n": 223.0}, "lbf, over 50"),
    ],
)
def test_14_cfr_101_1_a_4_holds_from_its_own_limits_on(said, why):
    found = part_101(balloon(**said))
    assert found is None if why is None else why in found


def test_two_ways_to_end_the_flight_are_needed_by_either_rule_and_it_is_said_whether_that_is_sure():
    assert not needs_two_ways(balloon(1.5))
    assert needs_two_ways(balloon(6.5)) and is_sure(balloon(6.5))
    assert needs_two_ways(balloon(1.9)) and not is_sure(balloon(1.9))
    assert needs_two_ways(balloon(1.9, density_g_cm2=20.0)) and is_sure(balloon(1.9, density_g_cm2=20.0))
    many = balloon(3.5, packages=4)
    assert needs_two_ways(many) and not is_sure(many)
    assert is_sure(balloon(1.0))


def test_the_class_is_read_aloud(tmp_path):
    found = read(tmp_path, GOOD + LATEX)
    section = next(section for section in found.sections if section.name == "weight")
    assert section.lines == [
        "ICAO Annex 2: light (2.40 kg of payload, at most 0.90 kg in a package)",
        "14 CFR 101.1(a)(4): does not hold",
    ]
    found = read(tmp_path, GOOD + changed(LATEX, "rope_n = 100", ""))
    section = next(section for section in found.sections if section.name == "weight")
    assert section.lines[1].endswith("below 222 N: rope_n does not say")


@pytest.mark.parametrize(
    ("said", "load_g", "speed_m_s", "joules"),
    [
        ({"kind": "leaflet", "paper_g_m2": 80.0}, None, 1.13, 0.0032),
        ({"kind": "leaflet", "paper_g_m2": 80.0, "cd": 2.0}, None, 0.8, 0.0016),
        ({"kind": "disc"}, None, 4.4, 0.15),
        ({"kind": "usb"}, None, 12.0, 0.72),
        ({"kind": "bundle"}, 1000.0, 21.6, 234.0),
        ({"kind": "other", "terminal_m_s": (5.0, 7.0)}, 500.0, 6.0, 9.0),
        ({"kind": "other", "area_cm2": 100.0, "piece_g": 100.0, "cd": 1.0}, None, 12.65, 8.0),
        ({"piece_g": 100.0, "terminal_m_s": (4.0, 4.0)}, 500.0, 4.0, 0.8),
    ],
)
def test_loads_land_with_the_energies_that_are_known(said, load_g, speed_m_s, joules):
    load = make_load(load_g, said)
    assert load.typical_m_s == pytest.approx(speed_m_s, rel=0.01)
    assert load.piece_j() == pytest.approx(joules, rel=0.05)
    assert load.slowest_m_s <= load.typical_m_s <= load.fastest_m_s


def test_what_nothing_is_said_of_falls_as_slowly_as_anything_and_as_fast():
    load = make_load(500.0, {})
    assert (load.load_kg, load.kind, load.piece_j(), load.unopened()) == (0.5, None, None, None)
    assert load.slowest_m_s == pytest.approx(0.8, abs=0.01) and load.fastest_m_s == 60
    assert load == Load(load_kg=0.5) and load.spoken == "a load"


def test_a_piece_is_never_heavier_than_its_load_and_one_piece_is_no_bundle():
    load = make_load(3.0, {"kind": "leaflet"})
    assert load.piece_kg == 0.003 and load.unopened() is None
    assert make_load(150.0, {"kind": "leaflet"}).unopened()[1] == pytest.approx(5.3, abs=0.1)
    assert make_load(None, {"kind": "leaflet"}).unopened() is None


def test_the_limits_to_compare_with_are_11_and_25_foot_pounds():
    assert pytest.approx(11 * 1.35582, abs=0.05) == GENTLE_J
    assert pytest.approx(25 * 1.35582, abs=0.05) == HARD_J


def test_the_floats_are_read_aloud_the_last_of_a_repeated_drop(tmp_path):
    text = with_drop(GOOD, 'load_g = 1000\nrepeat = { every = "5 min", times = 2 }') + TUBE + CUTDOWN
    found = read(tmp_path, text)
    section = next(section for section in found.sections if section.name == "float")
    assert section.lines == ["14.0 m3 of hydrogen, 10.00 kg: floats at 4.6 km", "after 'north' at 6.6 km"]
    assert [each["altitude_m"] for each in section.data["floats"]] == pytest.approx([4601, 5574, 6634], abs=3)


def test_a_tube_of_unknown_free_lift_is_not_asked_how_it_is_filled(tmp_path):
    found = read(tmp_path, GOOD + changed(TUBE, "free_lift_g = 1500", "") + CUTDOWN)
    assert not any("does not lift" in each for each in found.warnings)


def test_all_pulses_are_counted_with_every_attempt_on_whatever_channel_three_at_the_most(tmp_path):
    def seconds(text):
        return _seconds(read(tmp_path, text).mission)

    assert seconds(GOOD) == (4 + 6, 0)
    assert seconds(with_drop(GOOD, 'repeat = { every = "60 s", times = 3 }')) == (30, 0)
    assert seconds(changed(GOOD, "attempts = 2", 'attempts = 2\nsame_load = "b"')) == (4 + 6 + 5, 0)
    assert seconds(
        changed(GOOD, "attempts = 2", 'attempts = 1\nsame_load = "b"').replace('"5 s"', '"5 s"\nattempts = 3')
    ) == (
        4 + 5 + 7.5,
        0,
    )
    assert seconds(GOOD + CUTDOWN) == (10 + 4 + 6 + 9, 0)
    servo = 'kind = "servo"\npositions_us = [1000, 1200]\n'
    assert seconds(changed(GOOD, 'name = "a"\n', 'name = "a"\n' + servo)) == (0, 10)
    assert seconds(GOOD + changed(CUTDOWN, 'name = "line"\n', 'name = "line"\n' + servo)) == (10, 19)
    assert seconds(GOOD.partition("[[drop]]")[0]) == (0, 0)


def test_a_wire_gets_less_in_the_cold():
    supply = Supply()
    assert supply.amperes(False) == pytest.approx(3 * 1.79 / (1.9 + 0.48))
    assert supply.amperes(True) == pytest.approx(3 * 1.79 / (1.9 + 1.92))
    assert supply.joules(10, True) == pytest.approx(supply.amperes(True) ** 2 * 19)
    assert supply.cold_mah() == CELLS[0].mah / 4
    assert supply.mah(3600) == pytest.approx(1000 * supply.amperes(False))
