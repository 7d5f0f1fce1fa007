"""Every scenario flies its expected timeline; without what makes it that scenario, or with one thing changed, not."""

import pytest

from firmware.protocol import telemetry
from ground.simulation import micropython
from tests.flights.scenario_flight import NAMED, ScenarioFlight

REQUIRED = (
    "first_flight film_tube three_drops dispenser cutdown_on_exit dead_sensors weak_cutter reset_while_firing "
    "primary_dead false_launch slow_ascent leaking_low late_launch plug_shaken_out commanded_release safe_in_a_pulse "
    "jammed_flight hostile_link"
).split()
ON_BOTH = ("dispenser", "reset_while_firing", "primary_dead", "false_launch", "commanded_release", "hostile_link")
CALM = tuple((altitude_m, 0, 0) for altitude_m in (0, 10000, 40000))


@pytest.fixture(scope="module")
def flown(tmp_path_factory):
    """Each scenario flown once, on this interpreter."""
    flights = {}

    def of(name):
        if name not in flights:
            flights[name] = ScenarioFlight(name, tmp_path_factory.mktemp(name))
        return flights[name]

    return of


def test_every_scenario_that_was_asked_for_is_there():
    assert set(REQUIRED) <= set(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_the_expected_timeline_happens(flown, name):
    flight = flown(name)
    assert flight.unmet == [] and flight.report["expected_timeline_met"] is True
    assert len(flight.report["expectations"]) >= 10


@pytest.mark.parametrize("name", NAMED)
def test_every_fault_of_a_scenario_really_begins(flown, name):
    wanted = [row[0] for row in NAMED[name].get("faults", ())]
    assert flown(name).report["faults_made"] == wanted


@pytest.mark.parametrize("name", ON_BOTH)
def test_a_scenario_gives_the_same_trace_on_both_interpreters(flown, tmp_path, name):
    if micropython() is None:
        pytest.skip("there is no MicroPython for this machine")
    there = ScenarioFlight(name, tmp_path, on_micropython=True)
    assert there.report["interpreter"].startswith("micropython")
    assert there.report["trace_sha256"] == flown(name).report["trace_sha256"]


def test_an_exit_is_proved_by_three_fixes_60_s_apart(flown):
    track = flown("cutdown_on_exit").track
    edge_e7 = 210_500_000
    out_ms = next(place.mission_ms for place in track.positions if place.longitude_e7 > edge_e7)
    due_ms = next(event.mission_ms for event in track.events if event.code == telemetry.CUTDOWN_DUE)
    # A frame is sent up to a second after its fix.
    assert 119_000 <= due_ms - out_ms <= 125_000


# What is changed, and a word of the line that must say so. `mission` changes the text of the mission file.
CHANGES = [
    ("first_flight", {"wires": ((1, 150, 1400), (2, 150, None), (3, 150, 1700))}, "drop 'middle'"),
    ("first_flight", {"faults": (("gps_silent", 8000, 0, 0),)}, "landing reported"),
    ("film_tube", {"wires": ((1, 2000, 1500), (2, 2000, 1900), (3, 0, None))}, "ended by primary: backup"),
    ("three_drops", {"winds": CALM}, "drop 'field'"),
    ("three_drops", {"mission": lambda text: text.replace('late = "release"', 'late = "skip"')}, "drop 'whatever'"),
    ("dispenser", {"faults": (("servo_jam", 1700, 0, 0),)}, "drop 'leaflets'"),
    ("cutdown_on_exit", {"winds": CALM}, "ended by primary: nothing"),
    ("dead_sensors", {"faults": ()}, "drop 'blind'"),
    ("weak_cutter", {"mission": lambda text: text.replace('same_load = "spare"\n', "")}, "drop 'heavy'"),
    ("weak_cutter", {"wires": ((1, 400, 1400), (2, 400, None), (3, 150, 1700))}, "drop 'heavy'"),
    ("weak_cutter", {"faults": (("never_cuts", 300, 0, 1),)}, "drop 'light'"),
    ("reset_while_firing", {"faults": (("brown_out", 1211, 12, 1000),)}, "starts of the flight computer"),
    ("reset_while_firing", {"wires": ((1, 150, None), (2, 150, 2100))}, "drop 'first'"),
    ("primary_dead", {"faults": ()}, "ended by backup: primary"),
    ("primary_dead", {"backup": {"parts_after_ms": None}}, "ended by backup: nothing"),
    ("false_launch", {"faults": ()}, "launch cancelled"),
    ("slow_ascent", {"ascent_mm_s": 4700}, "drop 'missed'"),
    ("leaking_low", {"faults": ()}, "drop 'leaflets'"),
    ("late_launch", {"launch_s": 1200}, "readiness at lift-off"),
    ("plug_shaken_out", {"faults": ()}, "drop 'waits'"),
    ("plug_shaken_out", {"faults": (("plug_out", 1100, 240, 0),)}, "drop 'missed'"),
    ("commanded_release", {"crew": ((1150, "hold", 120), (1500, "release", 1))}, "the crew says noop"),
    ("commanded_release", {"crew": ((1150, "hold", 120),)}, "drop 'early'"),
    ("commanded_release", {"faults": (("wrong_balloon", 1100, 0, 99),)}, "drop 'held'"),
    ("safe_in_a_pulse", {"crew": ()}, "drop 'stopped'"),
    ("safe_in_a_pulse", {"faults": (("no_key", 100, 0, 0), ("reset", 110, 0, 0))}, "the crew says safe"),
    ("jammed_flight", {"faults": ()}, "the crew says safe: no answer"),
    ("hostile_link", {"crew": ()}, "ended by primary: nothing"),
    ("hostile_link", {"faults": (("radio_jam", 2090, 700, 0),)}, "the crew says cutdown"),
]


@pytest.mark.parametrize(("name", "change", "word"), CHANGES, ids=[f"{row[0]}-{n}" for n, row in enumerate(CHANGES)])
def test_a_timeline_can_fail(tmp_path, name, change, word):
    flight = ScenarioFlight(name, tmp_path, on_micropython=True, **change)
    assert flight.report["expected_timeline_met"] is False
    assert any(word in line for line in flight.unmet), flight.unmet


def test_every_scenario_has_a_change_that_its_timeline_does_not_bear():
    assert {row[0] for row in CHANGES} == set(NAMED)
