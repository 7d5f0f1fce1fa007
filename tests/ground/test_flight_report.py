"""The report of a simulated flight: what the ground heard beside the truth; every line of the timeline can fail."""

from types import SimpleNamespace

import pytest

from firmware.protocol import drops, phases
from firmware.protocol.mission import load
from ground.flight_report import make_report
from ground.track import PHASE_NAMES
from tests.portable.core_rig import mission_bytes

LAUNCH_MS = 303_000
DUE_S = (1800, 2400)
EXPECTED = ("ascent", "descent", "landed")


class Story:
    """A good flight, as the station heard it and as it was; a test changes what it wants to see noticed."""

    def __init__(self):
        self.mission = load(mission_bytes(drops=((1, DUE_S[0] * 1000), (3, DUE_S[1] * 1000))))
        self.frames, self.frames_bad = 5000, 0
        self.phases = [(phases.ASCENT, 340_000), (phases.DESCENT, 6_120_000), (phases.LANDED, 9_000_000)]
        self.states = [drops.CONFIRMED, drops.CONFIRMED]
        self.launch_ms = LAUNCH_MS
        self.apex = SimpleNamespace(altitude_m=30_001)
        self.place = SimpleNamespace(latitude_e7=521_700_000, longitude_e7=207_000_000)
        self.edges = [(DUE_S[0] + 303.1, 1), (DUE_S[1] + 303.2, 3)]
        self.gone = {1, 3}
        self.end = {
            "what": "end",
            "interpreter": "cpython 3.11",
            "at_us": 9_600_000_000,
            "launched_us": 300_000_000,
            "apex_us": 6_100_000_000,
            "descending_us": None,
            "latitude_e7": 521_700_400,
            "longitude_e7": 207_000_100,
            "passes": 96_000,
            "overruns": 2,
            "longest_lag_ms": 7,
            "frames_sent": 5000,
            "frame_gaps": 0,
            "gps_bytes_lost": 0,
            "faults": [[3, 1]],
            "trace_sha256": "ab" * 32,
        }

    def report(self):
        changes = [
            SimpleNamespace(phase=phase, name=PHASE_NAMES[phase], mission_ms=at_ms) for phase, at_ms in self.phases
        ]
        track = SimpleNamespace(
            launch_ms=self.launch_ms,
            phases=changes,
            apex=self.apex,
            positions=[self.place] if self.place else [],
            drops=[SimpleNamespace(state=state, word=f"state {state}") for state in self.states],
        )
        station = SimpleNamespace(track=track, receiver=SimpleNamespace(frames=self.frames, frames_bad=self.frames_bad))
        truth = [{"what": "boot", "at_us": 0}]
        for at_s, output in self.edges:
            for level, later_s in ((1, 0), (0, 4)):
                truth.append(
                    {
                        "what": "edge",
                        "at_us": round((at_s + later_s) * 1e6),
                        "output": output,
                        "level": level,
                        "altitude_mm": 9_000_000,
                        "latitude_e7": 521_000_000,
                        "longitude_e7": 206_000_000,
                    }
                )
            if output in self.gone:
                truth.append({"what": "parted", "at_us": round((at_s + 1.5) * 1e6), "output": output, "level": 0})
        if self.end is not None:
            truth.append(self.end)
        return make_report(station, self.mission, truth, EXPECTED, 4.0, 88_000)


def unmet(report):
    return [line["what"] for line in report["expectations"] if not line["met"]]


def test_a_good_flight_meets_every_expectation():
    report = Story().report()
    assert unmet(report) == [] and report["expected_timeline_met"] is True
    assert report["flight_s"] == 9600.0 and report["speed_factor"] == 2400.0 and report["loop_hz"] == 10.0
    assert report["loop_overruns"] == 2 and report["frames_sent"] == report["frames_received"] == 5000
    assert report["firmware_heap_bytes"] == 88_000 and report["apex_altitude_m"] == 30_001
    assert report["landing"] == {"latitude": 52.17, "longitude": 20.7, "elapsed_s": 8697.0}


def test_times_count_from_the_launch_that_the_firmware_found():
    report = Story().report()
    assert [drop["fired_s"] for drop in report["drops"]] == [1800.1, 2400.2]
    assert [drop["due_s"] for drop in report["drops"]] == [1800.0, 2400.0]
    assert report["phases"][0] == {"name": "ascent", "at_s": 37.0}
    drop = report["drops"][0]
    assert (drop["altitude_m"], drop["latitude"], drop["longitude"]) == (9000.0, 52.1, 20.6)


@pytest.mark.parametrize("late_s", [1.001, 60.0])
def test_a_drop_more_than_a_second_off_is_not_as_planned(late_s):
    story = Story()
    story.edges[0] = (DUE_S[0] + 303 + late_s, 1)
    assert len(unmet(story.report())) == 1 and "'d0'" in unmet(story.report())[0]


@pytest.mark.parametrize("early_s", [0.021, 0.999, 1.001, 600.0])
def test_a_pulse_before_its_time_is_never_as_planned(early_s):
    story = Story()
    story.edges.insert(0, (DUE_S[0] + 303 - early_s, 1))
    assert "no wire heated before its time" in unmet(story.report())


def test_a_load_that_still_hangs_is_not_as_planned_whatever_the_firmware_says():
    story = Story()
    story.gone = {1}
    assert len(unmet(story.report())) == 1 and "'d1'" in unmet(story.report())[0]


@pytest.mark.parametrize("late_s", [0.0, 0.999])
def test_a_drop_within_a_second_is(late_s):
    story = Story()
    story.edges[0] = (DUE_S[0] + 303 + late_s, 1)
    assert unmet(story.report()) == []


def test_a_drop_that_never_fired_is_null_and_unmet():
    story = Story()
    del story.edges[1]
    report = story.report()
    assert report["drops"][1]["fired_s"] is None and report["drops"][1]["altitude_m"] is None
    assert len(unmet(report)) == 1 and not report["expected_timeline_met"]


def test_the_pulse_of_another_output_is_not_this_drops():
    story = Story()
    story.edges[1] = (DUE_S[1] + 303.2, 2)
    assert story.report()["drops"][1]["fired_s"] is None


def test_fired_is_not_confirmed():
    for state in (drops.UNCONFIRMED, drops.FAILED, drops.FIRING):
        story = Story()
        story.states[1] = state
        report = story.report()
        assert not report["drops"][1]["confirmed"] and len(unmet(report)) == 1


def changed(**what):
    def change(story):
        for name, value in what.items():
            setattr(story, name, value)

    return change


def ended(**what):
    return lambda story: story.end.update(what)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (changed(frames=4999), "every frame"),
        (changed(frames_bad=1), "every frame"),
        (ended(launched_us=270_000_000), "launch found"),
        (ended(apex_us=6_050_000_000), "descent noticed"),
        (ended(apex_us=6_130_000_000), "descent noticed"),
        (ended(latitude_e7=521_725_000), "landing reported"),
        (changed(place=None), "landing reported"),
    ],
)
def test_each_line_of_the_timeline_can_fail_alone(change, word):
    story = Story()
    change(story)
    report = story.report()
    assert len(unmet(report)) == 1 and word in unmet(report)[0] and not report["expected_timeline_met"]


def test_missing_or_foreign_phases_are_noticed():
    for rows in (
        [(phases.ASCENT, 340_000), (phases.LANDED, 9_000_000)],
        [(phases.ASCENT, 340_000), (phases.FLOAT, 500_000), (phases.DESCENT, 6_120_000), (phases.LANDED, 9_000_000)],
    ):
        story = Story()
        story.phases = rows
        assert any(line.startswith("phases") for line in unmet(story.report()))


def test_a_launch_that_was_never_found_fails_the_launch_and_the_drops():
    story = Story()
    story.launch_ms = None
    report = story.report()
    assert {"launch found within 20 s"} <= set(unmet(report)) and report["landing"] is None
    assert [drop["fired_s"] for drop in report["drops"]] == [None, None]


def test_a_flight_process_that_died_is_never_as_planned():
    story = Story()
    story.end = None
    report = story.report()
    assert not report["expected_timeline_met"] and report["flight_s"] is None and report["trace_sha256"] is None
