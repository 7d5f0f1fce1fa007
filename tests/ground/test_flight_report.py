"""The report of a simulated flight: what the ground heard beside the truth; every line of the timeline can fail."""

from types import SimpleNamespace

import pytest

from firmware.protocol import drops, phases, telemetry
from firmware.protocol.mission import load
from firmware.protocol.mission_writer import build
from ground.flight_expectations import of_any_mission
from ground.flight_report import make_report
from ground.raw_log import Chunk
from ground.receiver import Receiver
from ground.track import Track
from hardware.simulated.expectations import drop, ends, event, timeline
from tests.ground.prepared_flight import Recorder, wire

LAUNCH_MS = 303_000
TRUE_LAUNCH_US = 300_000_000
DUE_S = (1800, 2400)
START_UNIX_S = 1_780_300_800
PHASES = ("ascent", "descent", "landed")
FIELD = {"name": "f", "kind": 1, "points": ((520000000, 200000000), (520000000, 210000000), (530000000, 210000000))}


def mission(drops=None, cutdown=None, **more):
    """Drops d0 on output 1, which output 2 backs up, and d1 on output 3; a cutdown would be on output 4."""
    description = {
        "flight_id": "report-test",
        "callsign": "N0CALL",
        "net": 0x1234,
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "end_ms": 14_400_000,
        "channels": [
            {"name": "a", "output": 1, "pulse_ms": 4000, "attempts": 2, "same_load": "b"},
            {"name": "b", "output": 2, "pulse_ms": 4000, "attempts": 1},
            {"name": "c", "output": 3, "pulse_ms": 4000, "attempts": 2},
            {"name": "d", "output": 4, "pulse_ms": 4000, "attempts": 3},
        ],
        "drops": drops
        or [
            {"name": "d0", "channel": "a", "after_ms": DUE_S[0] * 1000},
            {"name": "d1", "channel": "c", "after_ms": DUE_S[1] * 1000},
        ],
        **more,
    }
    if cutdown is not None:
        description["cutdown"] = {"channel": "d", "latest_ms": cutdown * 1000}
    return load(build(description))


class Story:
    """A good flight, as the station heard it and as it was; a test changes what it wants to see noticed.

    told: rows of (ms of mission time, code, subject, detail, argument). pulses: rows of (s of the simulation, s long,
    output, whether something fell, m of altitude).
    """

    def __init__(self, plan=None, **expect):
        self.mission = plan or mission()
        self.expect = dict(timeline(PHASES), **expect)
        self.launch_ms = LAUNCH_MS
        self.phases = [(phases.ASCENT, 340_000), (phases.DESCENT, 6_120_000), (phases.LANDED, 9_000_000)]
        self.place = (521_700_000, 207_000_000)
        self.told = [(200_000, telemetry.READINESS, 1, 0, 0)]
        self.told += [row for place in (0, 1) for row in self.life(place, drops.CONFIRMED)]
        self.pulses = [(DUE_S[0] + 303.1, 4, 1, True, 9000), (DUE_S[1] + 303.2, 4, 3, True, 9000)]
        self.sounds = []
        self.boots = [0]
        self.cut_us = None
        self.frames_bad = 0
        self.frames_more = 0  # sent, and not received
        self.end = {
            "what": "end",
            "interpreter": "cpython 3.11",
            "at_us": 9_600_000_000,
            "launched_us": TRUE_LAUNCH_US,
            "apex_us": 6_100_000_000,
            "descending_us": None,
            "latitude_e7": 521_700_400,
            "longitude_e7": 207_000_100,
            "passes": 96_000,
            "overruns": 2,
            "longest_lag_ms": 7,
            "frame_gaps": 0,
            "gps_bytes_lost": 0,
            "faults": [[3, 1]],
            "last_exception": None,
            "trace_sha256": "ab" * 32,
        }

    def life(self, place, state, attempts=1, step=0, at_s=None):
        """What a drop tells of itself, up to its end."""
        at_ms = LAUNCH_MS + 1000 * (DUE_S[min(place, 1)] if at_s is None else at_s)
        argument = step | attempts << 8
        return [
            (at_ms, telemetry.DROP_CHANGED, place, drops.DUE, step),
            (at_ms + 5000, telemetry.DROP_CHANGED, place, state, argument),
        ]

    def forget(self, place):
        """Nothing was told of this drop."""
        self.told = [row for row in self.told if row[1] != telemetry.DROP_CHANGED or row[2] != place]

    def _track(self):
        recorder = Recorder(net=self.mission.net)
        rows = [*self.told, (0, telemetry.MISSION_LOADED, len(self.mission.drops), 1, 0)]
        if self.launch_ms is not None:
            rows.append((330_000, telemetry.LAUNCHED, 6, 0, self.launch_ms))
        for phase, at_ms in self.phases:
            rows.append((at_ms, telemetry.PHASE_CHANGED, phase, 0, 0))
        rows.sort(key=lambda row: row[0])
        for at_ms, code, subject, detail, argument in rows:
            recorder.event(at_ms, code, subject, detail, argument, repeats=1)
        last = {"phase": self.phases[-1][0] if self.phases else phases.GROUND, "fix_type": 0, "drop_summary": 0}
        last |= {"drop": 6, "next_drop_s": None}
        if self.place is not None:
            last |= {"fix_type": 3, "latitude_e7": self.place[0], "longitude_e7": self.place[1], "altitude_m": 30_001}
        recorder.fix(9_100_000, **last)
        return recorder.packets

    def report(self):
        packets = self._track()
        receiver = Receiver()
        track = Track(self.mission.net)
        for record in receiver.feed(Chunk(wire(packets), 0, 0)):
            track.update(record)
        heard = SimpleNamespace(frames=receiver.frames, frames_bad=self.frames_bad)
        station = SimpleNamespace(track=track, receiver=heard)
        lines = [{"what": "boot", "at_us": at_us} for at_us in self.boots]
        place = {"latitude_e7": 521_000_000, "longitude_e7": 206_000_000}
        for at_s, long_s, output, fell, altitude_m in self.pulses:
            for what, later_s in (("edge", 0), ("parted", long_s / 2), ("edge", long_s)):
                if what == "edge" or fell:
                    at_us = round((at_s + later_s) * 1e6)
                    values = {"what": what, "at_us": at_us, "output": output, "level": 1 if not later_s else 0}
                    lines.append({**values, "altitude_mm": altitude_m * 1000, **place})
        lines += [{"what": "sound", **sound} for sound in self.sounds]
        if self.end is not None:
            end = dict(self.end, frames_sent=receiver.frames + self.frames_more, descending_us=self.cut_us)
            lines.append(end)
        setup = {
            "name": "story",
            "start_unix_s": START_UNIX_S,
            "wires": ((1, 150, 1), (4, 0, 1)),
            "expect": self.expect,
        }
        return make_report(station, self.mission, lines, setup, 4.0, 88_000)


def unmet(report):
    return [line["what"] for line in report["expectations"] if not line["met"]]


def only(story, word):
    """One line alone is not met, and it is about this."""
    report = story.report()
    assert len(unmet(report)) == 1 and word in unmet(report)[0], unmet(report)
    assert report["expected_timeline_met"] is False
    return report


# A good flight ------------------------------------------------------------------------------------------------------


def test_a_good_flight_meets_every_expectation():
    report = Story().report()
    assert unmet(report) == [] and report["expected_timeline_met"] is True
    assert report["flight_s"] == 9600.0 and report["speed_factor"] == 2400.0 and report["loop_hz"] == 10.0
    assert report["loop_overruns"] == 2 and report["frames_sent"] == report["frames_received"] > 8
    assert report["firmware_heap_bytes"] == 88_000 and report["apex_altitude_m"] == 30_001
    assert report["landing"] == {"latitude": 52.17, "longitude": 20.7, "elapsed_s": 8697.0}
    assert report["launch_unix_s"] == START_UNIX_S + 303 and report["ended_by"] is None


def test_times_count_from_the_launch_that_the_firmware_found():
    report = Story().report()
    assert [row["fired_s"] for row in report["drops"]] == [1800.1, 2400.2]
    assert [row["due_s"] for row in report["drops"]] == [1800.0, 2400.0]
    assert report["phases"][0] == {"name": "ascent", "at_s": 37.0}
    row = report["drops"][0]
    assert (row["altitude_m"], row["latitude"], row["longitude"]) == (9000.0, 52.1, 20.6)
    assert row["pulses"] == [{"output": 1, "length_ms": 4000}] and row["by"] == "primary" and row["step"] == 1


# Drops --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late_s", [1.001, 60.0])
def test_a_drop_more_than_a_second_off_is_not_as_planned(late_s):
    story = Story()
    story.pulses[0] = (DUE_S[0] + 303 + late_s, 4, 1, True, 9000)
    only(story, "'d0'")


@pytest.mark.parametrize("late_s", [0.0, 0.999])
def test_a_drop_within_a_second_is(late_s):
    story = Story()
    story.pulses[0] = (DUE_S[0] + 303 + late_s, 4, 1, True, 9000)
    assert unmet(story.report()) == []


@pytest.mark.parametrize("early_s", [0.021, 0.999, 1.001, 600.0])
def test_a_pulse_before_its_time_is_never_as_planned(early_s):
    story = Story()
    story.pulses.insert(0, (DUE_S[0] + 303 - early_s, 0.01, 1, False, 9000))
    assert "no pulse before its time" in unmet(story.report())


def test_a_pulse_on_an_output_that_no_drop_has_is_never_as_planned():
    story = Story()
    story.pulses.append((3000, 1, 4, False, 9000))
    only(story, "no pulse before its time")


def test_a_second_pulse_is_not_as_planned():
    story = Story()
    story.pulses.append((3000, 1, 1, False, 9000))
    only(story, "'d0'")


def test_a_pulse_too_low_over_the_ground_is_never_as_planned():
    story = Story()
    story.pulses[0] = (*story.pulses[0][:4], 1250)
    only(story, "no pulse lower than allowed")


def test_a_load_that_still_hangs_is_not_as_planned_whatever_the_firmware_says():
    story = Story()
    story.pulses[1] = (DUE_S[1] + 303.2, 4, 3, False, 9000)
    report = only(story, "'d1'")
    assert report["drops"][1]["confirmed"] and not report["drops"][1]["truly_let_go"]


def test_a_drop_that_never_fired_is_null_and_unmet():
    story = Story()
    del story.pulses[1]
    report = only(story, "'d1'")
    assert report["drops"][1]["fired_s"] is None and report["drops"][1]["altitude_m"] is None


def test_the_pulse_of_another_output_is_not_this_drops():
    story = Story()
    story.pulses[1] = (DUE_S[1] + 303.2, 4, 2, True, 9000)
    assert story.report()["drops"][1]["fired_s"] is None


@pytest.mark.parametrize("state", [drops.UNCONFIRMED, drops.FAILED, drops.ABORTED])
def test_fired_is_not_confirmed(state):
    story = Story()
    story.forget(1)
    story.told += story.life(1, state)
    assert not only(story, "'d1'")["drops"][1]["confirmed"]


def test_attempts_that_the_ground_was_told_and_pulses_that_were_must_be_as_many():
    story = Story()
    story.forget(1)
    story.told += story.life(1, drops.CONFIRMED, attempts=2)
    only(story, "'d1'")


# What a scenario says of a drop -------------------------------------------------------------------------------------


def handed_over():
    """The first drop: two pulses on its own wire, and one on the other that holds its load."""
    story = Story(drops=(drop("d0", pulses=((1, 3900, 4100), (1, 5900, 6100), (2, 8900, 9100))),))
    story.forget(0)
    story.told += story.life(0, drops.CONFIRMED, attempts=3)
    story.pulses[0] = (DUE_S[0] + 303.1, 4, 1, False, 9000)
    story.pulses += [(DUE_S[0] + 310, 6, 1, False, 9000), (DUE_S[0] + 320, 9, 2, True, 9050)]
    return story


def test_pulses_are_told_by_output_and_length():
    report = handed_over().report()
    assert unmet(report) == []
    assert report["drops"][0]["altitude_m"] == 9050.0 and len(report["drops"][0]["pulses"]) == 3


@pytest.mark.parametrize(
    "pulse",
    [(DUE_S[0] + 320, 8, 2, True, 9050), (DUE_S[0] + 320, 9, 1, True, 9050), (DUE_S[0] + 320, 9, 2, False, 9050)],
)
def test_a_pulse_too_short_on_another_output_or_in_vain_is_noticed(pulse):
    story = handed_over()
    story.pulses[-1] = pulse
    only(story, "'d0'")


def skipped(reasons=drops.TOO_LOW, told=drops.TOO_LOW):
    story = Story(drops=(drop("d0", "skipped", pulses=(), reasons=reasons),))
    story.forget(0)
    story.told += story.life(0, drops.SKIPPED, attempts=0)
    story.told.append((LAUNCH_MS + DUE_S[0] * 1000 + 1000, telemetry.REASONS_CHANGED, 0, 0, told))
    del story.pulses[0]
    return story


def test_a_drop_that_is_to_be_skipped_must_be_skipped_for_the_reason_that_is_named():
    report = skipped().report()
    assert unmet(report) == [] and report["drops"][0]["reasons"] == ["too_low"]
    assert report["drops"][0]["over_s"] == DUE_S[0] + 5
    only(skipped(told=drops.PLUG_OUT), "'d0'")
    fired = skipped()
    fired.pulses.insert(0, (DUE_S[0] + 303.1, 4, 1, True, 9000))
    only(fired, "'d0'")


def test_a_window_after_lift_off_counts_from_the_true_one():
    for window, met in (((1803, 1804), True), ((1799, 1801), False)):
        story = Story(drops=(drop("d0", late_s=None, at_s=window),))
        assert (unmet(story.report()) == []) is met


def repeated():
    plan = mission(drops=[{"name": "d0", "channel": "c", "after_ms": 1_800_000, "every_ms": 60_000, "count": 3}])
    story = Story(plan)
    story.forget(0)
    story.forget(1)
    story.pulses = []
    for step in range(3):
        story.told += story.life(0, drops.CONFIRMED, step=step, at_s=1800 + 60 * step)
        story.pulses.append((DUE_S[0] + 60 * step + 303.1, 4, 3, True, 9000))
    return story


def test_each_occasion_of_a_drop_that_repeats_has_a_row_of_its_own():
    report = repeated().report()
    assert unmet(report) == []
    assert [(row["step"], row["due_s"], row["fired_s"]) for row in report["drops"]] == [
        (1, 1800.0, 1800.1),
        (2, 1860.0, 1860.1),
        (3, 1920.0, 1920.1),
    ]


def test_one_occasion_that_was_missed_is_noticed_and_named():
    story = repeated()
    del story.pulses[1]
    story.told = [row for row in story.told if row[4] & 0xFF != 1 or row[1] != telemetry.DROP_CHANGED]
    story.told.append((LAUNCH_MS + 1_930_000, telemetry.STEP_LAPSED, 0, 1, 2))
    report = only(story, "'d0', occasions 1 to 3")
    assert report["drops"][1]["state"] == "lapsed"
    assert "occasion 2: no pulse, lapsed" in next(line["found"] for line in report["expectations"] if not line["met"])


def test_a_scenario_may_say_of_one_occasion_what_it_does_not_of_the_others():
    story = repeated()
    del story.pulses[1]
    story.told = [row for row in story.told if row[4] & 0xFF != 1 or row[1] != telemetry.DROP_CHANGED]
    story.told.append((LAUNCH_MS + 1_930_000, telemetry.STEP_LAPSED, 0, 1, 2))
    story.expect["drops"] = (drop("d0", "lapsed", pulses=(), step=2),)
    assert unmet(story.report()) == []


def test_a_drop_by_the_clock_is_due_by_the_clock():
    at_s = START_UNIX_S + 2100
    story = Story(mission(drops=[{"name": "d0", "channel": "c", "at_unix_s": at_s}]))
    story.forget(1)
    story.pulses = [(2100.2, 4, 3, True, 9000)]
    report = story.report()
    assert unmet(report) == [] and report["drops"][0]["due_s"] == 2100 - 303
    story.pulses = [(2101.1, 4, 3, True, 9000)]
    only(story, "'d0'")


# The end of the flight ----------------------------------------------------------------------------------------------


def cut_down(by=4):
    story = Story(mission(cutdown=3600), cutdown=ends(), ended_by="primary")
    story.told += story.life(drops.CUTDOWN, drops.CONFIRMED, at_s=3600)
    story.pulses.append((3600 + 303.1, 4, by, True, 9000))
    story.cut_us = (3600 + 306) * 1_000_000
    story.phases[1] = (phases.DESCENT, 3_920_000)
    return story


def test_a_cutdown_is_a_row_of_its_own():
    report = cut_down().report()
    assert unmet(report) == [] and report["ended_by"] == "primary"
    assert report["drops"][-1]["cutdown"] and report["drops"][-1]["fired_s"] == 3600.1


def test_a_cutdown_is_due_when_its_cause_is_found():
    story = cut_down()
    story.told.append((LAUNCH_MS + 3_000_000, telemetry.CUTDOWN_DUE, drops.BY_AREA, 0, 9000))
    assert unmet(story.report()) == ["cutdown: fired 0 to 1 s after due, confirmed, truly let go"]


def test_a_flight_that_was_not_ended_though_it_should_have_been_is_noticed():
    story = cut_down()
    story.pulses[-1] = (*story.pulses[-1][:3], False, 9000)
    assert "the flight is ended by primary" in unmet(story.report())


def test_a_flight_that_was_ended_though_it_should_not_have_been_is_noticed():
    story = cut_down()
    story.expect.update(cutdown=None, ended_by=None)
    assert unmet(story.report()) == ["cutdown: nothing to do", "the flight is ended by nothing but itself"]


def test_a_wire_that_parts_in_the_fall_has_not_ended_the_flight():
    story = cut_down()
    story.cut_us = 3_000_000_000
    assert "the flight is ended by primary" in unmet(story.report())


def test_the_backup_is_told_from_the_primary():
    plan = mission(cutdown=3600, backup_ms=5_700_000)
    expect = {"cutdown": ends(None, pulses=((9, 3900, 4100),), late_s=None, at_s=(5700, 5720)), "ended_by": "backup"}
    story = Story(plan, **expect)
    story.pulses.append((6003, 4, 9, True, 20_000))
    story.cut_us = 6_005_000_000
    story.phases[1] = (phases.DESCENT, 6_020_000)
    report = story.report()
    assert unmet(report) == [] and report["ended_by"] == "backup" and report["drops"][-1]["by"] == "backup"
    story.pulses[-1] = (5990, 4, 9, True, 20_000)
    assert "no pulse before its time" in unmet(story.report())


# The flight ---------------------------------------------------------------------------------------------------------


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
        (changed(frames_more=1), "every frame"),
        (changed(frames_bad=1), "every frame"),
        (changed(boots=[0, 5_000_000_000]), "1 start"),
        (changed(boots=[]), "1 start"),
        (ended(faults=[[1, 1]]), "raised an error"),
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
    only(story, word)


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
    story.phases = []
    report = story.report()
    assert {"launch found within 20 s"} <= set(unmet(report)) and report["landing"] is None
    assert [row["fired_s"] for row in report["drops"]] == [None, None]


def test_a_flight_process_that_died_is_never_as_planned():
    story = Story()
    story.end = None
    report = story.report()
    assert not report["expected_timeline_met"] and report["flight_s"] is None and report["trace_sha256"] is None


def test_a_time_that_is_to_be_quiet_bears_no_pulse():
    assert unmet(Story(quiet=((0, 1800), (1810, 2400))).report()) == []
    only(Story(quiet=((0, 1804),)), "no pulse from 0 to 1804 s")


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (event(telemetry.CUTDOWN_DUE, 700, 720, drops.BY_AREA), True),
        (event(telemetry.CUTDOWN_DUE, 700, 720), True),
        (event(telemetry.CUTDOWN_DUE, 700, 720, drops.BY_AREA, 7), False),
        (event(telemetry.CUTDOWN_DUE, 700, 720, drops.BY_TIME), False),
        (event(telemetry.CUTDOWN_DUE, 720, 740, drops.BY_AREA), False),
        (event(telemetry.HANDED_OVER, 700, 720), False),
    ],
)
def test_an_event_that_the_ground_is_to_hear_is_looked_for(row, met):
    story = Story(events=(row,))
    story.told.append((1_010_000, telemetry.CUTDOWN_DUE, drops.BY_AREA, 0, 0))
    assert (unmet(story.report()) == []) is met


@pytest.mark.parametrize(
    ("no_go", "said", "met"),
    [
        (0, 0, True),
        (0, drops.WIRE_OPEN, False),
        (drops.OVERDUE_AT_LAUNCH, drops.OVERDUE_AT_LAUNCH, True),
        (drops.OVERDUE_AT_LAUNCH, 0, False),
        (drops.OVERDUE_AT_LAUNCH, None, False),
    ],
)
def test_the_last_word_of_readiness_before_lift_off_is_what_counts(no_go, said, met):
    story = Story(no_go=no_go)
    if said is None:
        del story.told[0]
    else:
        story.told += [
            (250_000, telemetry.READINESS, 0, 0, said),
            (310_000, telemetry.READINESS, 0, 0, drops.NO_GPS),
        ]
    assert (unmet(story.report()) == []) is met


ALARM = {"at_us": 260_000_000, "until_us": 320_000_000, "tones": 90, "longest_ms": 1000}


@pytest.mark.parametrize(
    ("sounds", "met"),
    [
        ([ALARM], True),
        ([], False),
        ([{**ALARM, "at_us": 200_000_000}], False),
        ([{**ALARM, "until_us": 280_000_000}], False),
        ([{**ALARM, "longest_ms": 500}], False),
    ],
)
def test_a_launch_that_was_none_is_cancelled_aloud(sounds, met):
    story = Story(cancelled=1, phases=("ascent", "ground", *PHASES))
    story.phases = [(phases.ASCENT, 150_000), (phases.GROUND, 260_000), *story.phases]
    story.told += [
        (150_000, telemetry.LAUNCHED, 6, 0, 120_000),
        (160_000, telemetry.DROP_CHANGED, 0, drops.CANCELLED, 0),
        (260_000, telemetry.LAUNCH_CANCELLED, 0, 0, 0),
    ]
    story.sounds = sounds
    report = story.report()
    assert report["launches_cancelled"] == 1 and report["drops"][0]["state"] == "confirmed"
    assert (unmet(report) == []) is met


def test_a_launch_that_is_cancelled_unasked_is_noticed():
    story = Story(phases=("ascent", "ground", *PHASES))
    story.phases = [(phases.ASCENT, 150_000), (phases.GROUND, 260_000), *story.phases]
    story.told += [(150_000, telemetry.LAUNCHED, 6, 0, 120_000), (260_000, telemetry.LAUNCH_CANCELLED, 0, 0, 0)]
    story.sounds = [ALARM]
    only(story, "launch cancelled")


# Somebody's own mission ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "at_s", "state", "met"),
    [
        ("skip", 1900, drops.CONFIRMED, True),
        ("skip", 2103, drops.CONFIRMED, False),
        ("skip", None, drops.SKIPPED, True),
        ("release", 2100.5, drops.CONFIRMED, True),
        ("release", None, drops.SKIPPED, False),
    ],
)
def test_of_a_mission_of_ones_own_every_drop_is_expected_at_its_time_or_once_it_may(late, at_s, state, met):
    row = {"name": "d0", "channel": "a", "after_ms": 1_800_000, "patience_ms": 300_000, "inside": "f"}
    plan = mission(drops=[{**row, "late": 1 if late == "release" else 0}], areas=[FIELD])
    story = Story(plan)
    story.expect = of_any_mission(plan, True)
    story.forget(0)
    story.forget(1)
    story.told += story.life(0, state, attempts=0 if at_s is None else 1)
    story.pulses = [] if at_s is None else [(303 + at_s, 4, 1, True, 9000)]
    assert (unmet(story.report()) == []) is met


def test_of_a_mission_with_a_cutdown_any_way_from_ascent_to_landing_is_expected():
    story = cut_down()
    story.expect = of_any_mission(story.mission, True)
    story.phases.insert(1, (phases.FLOAT, 2_000_000))
    assert unmet(story.report()) == []
    story.phases.pop()
    assert "from ascent to landed" in unmet(story.report())
