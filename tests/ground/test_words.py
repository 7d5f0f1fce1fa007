"""Every number of the protocol has its words, and no words are for a number that there is not."""

import pytest

from firmware import launch
from firmware.protocol import commands, drops, faults, phases, profiles, telemetry, words
from ground.event_words import event_text
from ground.flight_words import readiness_advice, readiness_names, reason_names, reason_texts


@pytest.mark.parametrize(
    ("table", "module", "prefix"),
    [
        (words.FAULTS, faults, ""),
        (words.PROFILES, profiles, ""),
        (words.PHASES, phases, ""),
        (words.DROP_STATES, drops, ""),
        (words.REASONS, drops, ""),
        (words.BACKUP_STATES, drops, "BACKUP_"),
        (words.CUTDOWN_CAUSES, drops, "BY_"),
        (words.READINESS, drops, ""),
        (words.EVENTS, telemetry, ""),
        (words.FRAMES[:-1], telemetry, ""),
        (words.FRAMES[-1:], commands, ""),
        (words.COMMANDS, commands, ""),
        (words.COMMAND_RESULTS, commands, ""),
    ],
)
def test_a_name_in_words_is_that_of_its_number(table, module, prefix):
    for row in table:
        assert getattr(module, prefix + row[1].upper()) == row[0]
        assert row[-1]


def numbers(table):
    return [row[0] for row in table]


def test_no_number_is_without_words():
    assert numbers(words.REASONS) == [1 << at for at in range(drops.REASON_BITS)]
    assert numbers(words.DROP_STATES) == list(range(drops.PARTED_EARLY + 1))
    assert numbers(words.READINESS) == [1 << at for at in range(len(words.READINESS))]
    assert numbers(words.PROFILES) == list(range(len(profiles.PROFILES)))
    assert numbers(words.PHASES) == list(range(phases.LANDED + 1))
    named = {name: value for name, value in vars(drops).items() if isinstance(value, int)}
    assert numbers(words.BACKUP_STATES) == list(range(drops.BACKUP_REFUSED + 1))
    assert numbers(words.CUTDOWN_CAUSES) == sorted(v for name, v in named.items() if name.startswith("BY_"))
    for _, name, *_ in (*words.DROP_STATES, *words.REASONS, *words.READINESS):
        del named[name.upper()]
    for _, name, *_ in words.BACKUP_STATES:
        del named["BACKUP_" + name.upper()]
    for _, name, *_ in words.CUTDOWN_CAUSES:
        del named["BY_" + name.upper()]
    # What is left counts, or puts the above together.
    others = ["CONDITIONS", "CUTDOWN", "HARD", "MOST_DROPS", "NEVER_ARM", "PASSING", "PLACES", "REASON_BITS"]
    assert sorted(name for name in named if not name.startswith("SUMMARY_")) == others
    codes = [value for name, value in vars(telemetry).items() if isinstance(value, int) and name.isupper()]
    known = {*numbers(words.EVENTS), *numbers(words.FRAMES[:-1])}
    assert {value for value in codes if value > 0} == known
    counted = {value for name, value in vars(faults).items() if isinstance(value, int) and name != "HIGHEST_FAULT"}
    assert set(numbers(words.FAULTS)) == counted


def test_every_field_of_every_frame_has_words_and_none_is_explained_that_is_gone():
    fields = {name for _, layout in telemetry.LAYOUTS + telemetry.TAGGED_LAYOUTS for name in layout.names} | set(
        commands.CMD_LAYOUT.names
    )
    assert sorted(fields) == sorted(numbers(words.FIELDS))


def test_the_witnesses_of_a_launch_are_those_that_look_for_it():
    named = {name: value for name, value in vars(launch).items() if name.startswith("BY_")}
    assert {f"BY_{name.upper()}": bit for bit, name, _ in words.LAUNCH_WITNESSES} == named


def test_bits_are_named_lowest_first_and_a_bit_of_a_newer_payload_is_a_reason_all_the_same():
    assert reason_names(drops.HOLD | drops.NOT_LAUNCHED | 1 << 25) == ("not_launched", "hold", "bit 25")
    assert reason_names(0) == () and reason_names(-1) == ()
    assert reason_texts(drops.HOLD) == ("the crew said HOLD",)
    assert readiness_names(drops.NO_GPS | drops.FLASH_BAD) == ("no_gps", "flash_bad")
    assert readiness_advice(drops.NO_MISSION) == ("there is no checked mission (flash one)",)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ((telemetry.BOOTED, 1, 0, None), "started"),
        ((telemetry.BOOTED, 1, 2, None), "started, 2 resets in this flight"),
        ((telemetry.MISSION_LOADED, 1, 1, 7), "mission accepted, 1 drop"),
        ((telemetry.MISSION_LOADED, 0, 0, 0), "mission refused"),
        ((telemetry.ARMED, 0, 0, 312), "armed, pad at 312 m"),
        ((telemetry.ARMED, 0, 0, None), "armed"),
        ((telemetry.LAUNCHED, 5, 0, 61_000), "launched at mission time 0:01:01 by break wire, gps"),
        ((telemetry.LAUNCHED, 0, 0, None), "launched"),
        ((telemetry.PHASE_CHANGED, 2, 1, 18_000), "float after ascent at 18000 m"),
        ((telemetry.PHASE_CHANGED, 9, 1, None), "phase 9 after ascent"),
        ((telemetry.DROP_CHANGED, 1, drops.PARTED_EARLY, None), "drop 2 parted early"),
        ((telemetry.DROP_CHANGED, 0, 14, 2 | 3 << 8), "drop 1 state 14, occasion 3, pulse 3"),
        ((telemetry.FAULT_SEEN, faults.BUS_ERROR, 0, 1), "bus_error: a device did not answer on its bus"),
        ((telemetry.LAUNCH_CANCELLED, 0, 0, 0), "launch cancelled"),
        ((telemetry.REASONS_CHANGED, 0, 0, drops.HOLD), "drop 1 held by: the crew said HOLD"),
        ((telemetry.REASONS_CHANGED, 7, 0, 0), "cutdown is held by nothing"),
        ((telemetry.CUTDOWN_DUE, drops.BY_COMMAND, 0, None), "cutdown due: the crew said so"),
        ((telemetry.CUTDOWN_DUE, 99, 0, 500), "cutdown due: cause 99, at 500 m"),
        ((telemetry.READINESS, 1, 0, 0), "GO"),
        ((telemetry.READINESS, 1, 0, drops.NO_GPS), "GO: no GPS position"),
        ((telemetry.READINESS, 0, 0, drops.NO_MISSION), "NO GO: there is no checked mission"),
        ((telemetry.BACKUP_CHANGED, drops.BACKUP_RUNNING, drops.BACKUP_READY, 0), "backup running after ready"),
        ((telemetry.SAFE_CHANGED, 1, 0, 0), "SAFE: nothing is let go any more"),
        ((telemetry.SAFE_CHANGED, 0, 0, 0), "SAFE is undone"),
        ((telemetry.HOLD_CHANGED, 1, 0, 600), "HOLD for 0:10:00"),
        ((telemetry.HOLD_CHANGED, 1, 0, None), "HOLD"),
        ((telemetry.HOLD_CHANGED, 0, 0, 0), "HOLD is over"),
        ((telemetry.STEP_LAPSED, 0, 1, 4), "drop 1: occasion 4 missed, and not made up for"),
        ((telemetry.STEP_LAPSED, 0, 4, 7), "drop 1: occasions 4 to 7 missed, and not made up for"),
        ((telemetry.STEP_LAPSED, 1, 3, None), "drop 2: 3 occasions missed, and not made up for"),
        ((telemetry.HANDED_OVER, 0, 1, 0), "drop 1 is handed over to channel 2"),
        ((telemetry.POSITION_SUSPECT, 1, 0, 0), "the position contradicts itself"),
        ((telemetry.POSITION_SUSPECT, 0, 0, 0), "the position is trusted again"),
        ((telemetry.WIRE_PARTED_EARLY, 1, 0, 0), "the wire of drop 2 opened before its time, on channel 1"),
        ((telemetry.BREAK_WIRE_ALONE, 1, 0, 0), "only the break wire says launch"),
        ((telemetry.FLIGHT_ENDED, 0, 0, 0), "flight ended"),
        ((200, 1, 2, 3), "event 200"),
    ],
)
def test_an_event_reads_as_a_short_line(event, text):
    assert event_text(*event) == text
