"""The mission language: every key with its unit in sight, and nonsense refused with line and key."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol.mission_plan import BURN_WIRE, IN_ASCENT, IN_FLOAT, KEEP_IN, RELEASE, SERVO, SKIP
from ground.mission_keys import TABLES
from ground.mission_moment import unix_s, utc_text
from ground.mission_span import SpanError
from ground.mission_value import place_e7
from tests.ground.mission_text import (
    CUTDOWN,
    FIELD,
    GOOD,
    LATEX,
    TOWN,
    TUBE,
    changed,
    problems,
    read,
    with_drop,
    with_flight,
)

SERVO_CHANNEL = """
[[channel]]
name = "drum"
kind = "servo"
output = 3
pulse = "1 s"
positions_us = [1000, 1100, 1200, 1300]
"""


def first_drop(folder, text):
    return read(folder, text).mission.drops[0]


def wrong(folder, text, key):
    """The words of the only problem of a file, which is at this key."""
    found = problems(folder, text)
    assert [each[1] for each in found] == [key], found
    return found[0][2]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-05-01T09:00Z", (2026, 5, 1, 9)),
        ("2026-05-01 11:00+02:00", (2026, 5, 1, 9)),
        (" 2026-05-01T09:00:30Z ", (2026, 5, 1, 9, 0, 30)),
        (datetime(2026, 5, 1, 9, tzinfo=UTC), (2026, 5, 1, 9)),
    ],
)
def test_a_moment_is_a_date_and_time_with_its_offset(value, moment):
    assert unix_s(value) == int(datetime(*moment, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("2026-05-01T09:00", "which place"),
        (datetime(2026, 5, 1, 9), "which place"),
        ("2026-05-01", "which place"),
        (datetime(2026, 5, 1).date(), "no time of day"),
        ("nine o'clock", "no date and time"),
        (9, "no date and time"),
        ("2026-05-01T09:00:00.5Z", "finer than a second"),
        ("0001-01-01T00:00+23:59", "beyond all calendars"),
    ],
)
def test_a_moment_of_no_place_or_none_at_all_is_refused(value, says):
    with pytest.raises(SpanError, match=says):
        unix_s(value)


def test_a_moment_is_said_with_seconds_only_where_there_are_some():
    assert utc_text(unix_s("2026-05-01T09:00Z")) == "2026-05-01 09:00 UTC"
    assert utc_text(unix_s("2026-05-01T09:00:07Z")) == "2026-05-01 09:00:07 UTC"


@given(st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000))
def test_degrees_become_exact_integers(latitude_e7, longitude_e7):
    from decimal import Decimal

    pair = [Decimal(latitude_e7).scaleb(-7), Decimal(longitude_e7).scaleb(-7)]
    assert place_e7(pair) == (latitude_e7, longitude_e7)


def test_conditions_are_read_with_their_units(tmp_path):
    lines = (
        'min_altitude_m = 3000\nmax_altitude_m = 9000\ninside = "field"\nphases = ["ascent", "float"]\nhold = "10 s"'
    )
    drop = first_drop(tmp_path, with_drop(GOOD, lines) + FIELD)
    assert (drop.min_altitude_m, drop.max_altitude_m, drop.inside, drop.hold_ms) == (3000, 9000, 0, 10_000)
    assert drop.phases == IN_ASCENT | IN_FLOAT
    assert (drop.patience_ms, drop.late, drop.in_descent) == (None, SKIP, False)


def test_latest_is_a_time_after_launch_with_release_or_skip(tmp_path):
    drop = first_drop(tmp_path, with_drop(GOOD, 'latest = "1 h"\nlate = "release"'))
    assert (drop.patience_ms, drop.late) == (900_000, RELEASE)
    drop = first_drop(tmp_path, with_drop(GOOD, 'latest_s = 2700\nlate = "skip"'))
    assert (drop.patience_ms, drop.late) == (0, SKIP)
    drop = first_drop(tmp_path, with_drop(GOOD, 'descent = "release"'))
    assert drop.in_descent


def test_at_is_a_moment_and_so_is_its_latest(tmp_path):
    text = changed(
        GOOD, 'after = "45 min"', 'at = 2026-06-01T09:00:00Z\nlatest = "2026-06-01T09:10Z"\nlate = "release"'
    )
    drop = first_drop(tmp_path, text)
    assert (drop.after_ms, drop.at_unix_s, drop.patience_ms) == (None, unix_s("2026-06-01T09:00Z"), 600_000)
    text = changed(text, '"2026-06-01T09:10Z"', "2026-06-01T11:10:00+02:00")
    assert first_drop(tmp_path, text).patience_ms == 600_000


def test_a_latest_by_utc_belongs_to_an_at(tmp_path):
    text = changed(GOOD, 'after = "45 min"', 'at = 2026-06-01T09:00:00Z\nlatest = "1 h"\nlate = "skip"')
    assert "is a moment in UTC, like at" in wrong(tmp_path, text, "drop[1].latest")
    text = changed(GOOD, 'after = "45 min"', 'latest = "2026-06-01T09:00Z"\nlate = "skip"')
    assert wrong(tmp_path, text, "drop[1].after").startswith("is missing")


def test_repeat_is_every_so_long_so_many_times(tmp_path):
    text = changed(with_drop(GOOD, 'repeat = { every = "60 s", times = 3 }'), 'channel = "a"', 'channel = "drum"')
    drop = first_drop(tmp_path, text + SERVO_CHANNEL)
    assert (drop.every_ms, drop.count) == (60_000, 3)
    dotted = text.replace('repeat = { every = "60 s", times = 3 }', "repeat.every_s = 60\nrepeat.times = 3")
    assert first_drop(tmp_path, dotted + SERVO_CHANNEL).every_ms == 60_000
    words = wrong(tmp_path, text.replace("times = 3", "times = 4") + SERVO_CHANNEL, "drop[1].repeat.times")
    assert words == "4 releases, but channel 'drum' has positions for 3"


def test_channels_are_wires_or_a_servo_and_may_hand_over(tmp_path):
    text = changed(GOOD, "attempts = 2\n", 'attempts = 2\nsame_load = "b"\n') + SERVO_CHANNEL
    channels = read(tmp_path, text).mission.channels
    assert [channel.kind for channel in channels] == [BURN_WIRE, BURN_WIRE, SERVO]
    assert (channels[0].same_load, channels[2].positions_us) == (1, (1000, 1100, 1200, 1300))


def test_a_servo_without_a_list_of_positions_is_refused(tmp_path):
    text = GOOD + changed(SERVO_CHANNEL, "[1000, 1100, 1200, 1300]", "1000")
    assert "must be a list of whole numbers" in wrong(tmp_path, text, "channel[3].positions_us")


def test_more_than_fit_are_refused_at_the_table(tmp_path):
    text = GOOD + "".join(
        f'\n[[drop]]\nname = "d{number}"\nchannel = "b"\nafter = "{number + 60} min"\n' for number in range(7)
    )
    assert wrong(tmp_path, text, "drop") == "8 drops, at most 7 fit"


def test_an_area_is_a_name_a_kind_and_corners(tmp_path):
    area = read(tmp_path, with_drop(GOOD, 'inside = "field"') + FIELD).mission.areas[0]
    assert (area.name, area.kind) == ("field", KEEP_IN)
    corners = struct.unpack("<8i", area.points)
    assert corners == (520000000, 205000000, 520000000, 209000000, 524000000, 209000000, 524000000, 205000000)


def test_the_cutdown_is_read_with_all_its_causes(tmp_path):
    lines = 'ceiling_m = 31000\noutside = "field"\nbattery_mv = 3600\nlost_link = "30 min"\nmin_agl_m = 800\n'
    cutdown = read(tmp_path, GOOD + LATEX + FIELD + CUTDOWN + lines).mission.cutdown
    assert (cutdown.channel, cutdown.latest_ms, cutdown.ceiling_m) == (2, 7_200_000, 31000)
    assert (cutdown.outside, cutdown.battery_mv, cutdown.lost_link_ms, cutdown.min_agl_m) == (0, 3600, 1_800_000, 800)
    cutdown = read(tmp_path, GOOD + LATEX + CUTDOWN).mission.cutdown
    assert (cutdown.ceiling_m, cutdown.outside, cutdown.battery_mv, cutdown.lost_link_ms) == (None,) * 4


def test_the_rest_of_the_flight_is_read(tmp_path):
    text = with_flight(GOOD, 'min_gap = "20 s"\nbreak_wire = true\nnet = 7\nnot_before = "12 min"')
    mission = read(tmp_path, text).mission
    assert (mission.min_gap_ms, mission.break_wire, mission.net, mission.not_before_ms) == (20_000, True, 7, 720_000)


def test_the_backup_comes_after_the_cutdown_all_hold_and_300_s(tmp_path):
    text = GOOD + LATEX + CUTDOWN + "\n[backup]\nfitted = true\n"
    assert read(tmp_path, text).mission.backup_ms == 7_200_000 + 1_800_000 + 300_000
    assert read(tmp_path, text.replace("fitted = true", "fitted = false")).mission.backup_ms == 0
    assert "no cutdown" in wrong(tmp_path, GOOD + LATEX + "\n[backup]\nfitted = true\n", "backup")
    late = text.replace('latest = "2 h"', 'latest = "3 h 30 min"')
    assert "after its end" in wrong(tmp_path, late, "backup")
    tight = changed(text, 'end = "4 h"', 'end = "2 h 36 min"')
    assert "needs until" in wrong(tmp_path, tight, "backup")
    missing = text.replace('latest = "2 h"', "")
    assert wrong(tmp_path, missing, "cutdown.latest") == "is missing"


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        ('latest = "1 h"', "drop[1].latest", 'Add late = "release"'),
        ('late = "skip"', "drop[1].late", "late for what? Add latest"),
        ('latest = "40 min"\nlate = "skip"', "drop[1].latest", "5 min before the drop is due"),
        ('latest = "2026-06-01T09:00Z"\nlate = "skip"', "drop[1].latest", "counts from launch"),
        ('latest = "1 h"\nlate = "perhaps"', "drop[1].late", 'known: "release", "skip"'),
        ('latest = "1 h"\nlate = true', "drop[1].late", "true is not known here"),
        ('latest = 60\nlate = "skip"', "drop[1].latest", "60 of what?"),
        ('latest = "Tuesday"\nlate = "skip"', "drop[1].latest", "no date and time"),
        ('latest = "5 h"\nlate = "skip"', "drop[1].latest", "after the end of the flight"),
        ('phases = "ascent"', "drop[1].phases", "must be a list of words"),
        ("phases = []", "drop[1].phases", "must be a list of words"),
        ('phases = ["up"]', "drop[1].phases", 'known: "ascent", "float", "descent"'),
        ('inside = "sea"', "drop[1].inside", "there is no area 'sea'"),
        ('descent = "yes"', "drop[1].descent", 'known: "release"'),
        ("min_altitude_m = 9000\nmax_altitude_m = 3000", "drop[1].max_altitude_m", "not above min_altitude_m"),
        ("hold = 10", "drop[1].hold", "10 of what?"),
        ('hold = "2 h"', "drop[1].hold", "2 h is outside 0 s to 1 h"),
        ("repeat = 3", "drop[1].repeat", "must be a table in braces: repeat = { every = ... }"),
        ('repeat = { every = "60 s" }', "drop[1].repeat.times", "how many times?"),
        ("repeat = { times = 3 }", "drop[1].repeat.every", "how far apart?"),
        ('repeat = { every = "10 s", times = 3 }', "drop[1].repeat.every", "shorter than the least gap"),
        ('repeat = { each = "60 s", times = 1 }', "drop[1].repeat.each", "unknown key"),
        ('repeat = { every = "5 km", times = 1 }', "drop[1].repeat.every", "no unit of time"),
        ('keep_outs = ["town"]', "drop[1].keep_outs", "there is no keep-out area 'town'; there is none"),
        ('keep_outs = "town"', "drop[1].keep_outs", "must be a list of names"),
        ("load_g = 0", "drop[1].load_g", "0 is outside 0.1 to 50000 g"),
        ('load_g = "3 kg"', "drop[1].load_g", "a number without quotes"),
        ('load = "leaflets"', "drop[1].load", "must be a table in braces"),
        ('load = { kind = "stone" }', "drop[1].load.kind", 'known: "leaflet", "disc"'),
        ("load = { terminal_m_s = [9, 3] }", "drop[1].load.terminal_m_s", "the smaller comes first: [3, 9]"),
        ("load = { terminal_m_s = [9, 9, 9] }", "drop[1].load.terminal_m_s", "here are 3"),
        ('load = { kind = "other" }', "drop[1].load", "terminal_m_s is missing: say how it falls"),
        ('load = { kind = "bundle" }', "drop[1].load", "piece_g is missing: say its mass"),
        ("load = { kind = 3, cd = nan }", "drop[1].load.kind", "3 is not known"),
    ],
)
def test_a_drop_that_makes_no_sense_is_refused_with_its_key(tmp_path, lines, key, says):
    found = problems(tmp_path, with_drop(GOOD, lines))
    assert [each for each in found if each[1] == key and says in each[2]], found
    assert {each[0] for each in found} <= {24, 25}


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        ("break_wire = 1", "flight.break_wire", "must be true or false"),
        ("launch_from = 9", "flight.launch_from", "no date and time"),
        (
            "launch_from = 2026-06-01T09:00:00Z\nlaunch_until = 2026-06-01T09:00:00Z",
            "flight.launch_until",
            "ends before it begins",
        ),
        ("pad = [95, 20]", "flight.pad", "latitude 95 is beyond a pole"),
        ("pad = [50, 200]", "flight.pad", "longitude 200 is outside"),
        ("pad = 50", "flight.pad", "a place is [latitude, longitude]"),
        ('pad = ["50", 20]', "flight.pad", "a number without quotes"),
        ("pad = [true, 20]", "flight.pad", "must be a number, not true"),
        ("pad = [inf, 20]", "flight.pad", "must be a number, not Infinity"),
        ("pad = [1e19, 20]", "flight.pad", "far too large"),
        ('min_gap = "0.5 s"', "flight.min_gap", "outside 1 s to 1 h"),
    ],
)
def test_a_flight_that_makes_no_sense_is_refused_with_its_key(tmp_path, lines, key, says):
    assert says in wrong(tmp_path, with_flight(GOOD, lines), key)


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ("[[52.0, 20.5], [52.0, 20.9]]", "2 corners, an area has 3 to 32"),
        ("[[52.0, 20.5], [52.1, 20.6], [52.2, 20.7]]", "encloses nothing"),
        ("[[52.0, 20.5], [52.0], [52.4, 20.9]]", "a place is [latitude, longitude]"),
        ("5", "must be a list of corners"),
        ("[[80, 0], [80, 120], [80, -120]]", "goes round a pole"),
        ("[[0, 0], [0, 60], [5, 120], [3, 60]]", "wider than 107 degrees"),
        ("[[80, 0], [86, 1], [80, 2]]", "too near a pole"),
    ],
)
def test_an_area_that_is_none_is_refused(tmp_path, points, says):
    text = with_drop(GOOD, 'inside = "field"') + changed(
        FIELD, "[[52.0, 20.5], [52.0, 20.9], [52.4, 20.9], [52.4, 20.5]]", points
    )
    assert says in wrong(tmp_path, text, "area[1].points")


def test_an_area_without_kind_or_points_is_refused(tmp_path):
    text = GOOD + '[[area]]\nname = "x"\n'
    assert [each[1] for each in problems(tmp_path, text)] == ["area[1].kind", "area[1].points"]


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('kind = "latex"', "", "balloon.kind", '"latex" or "film_tube"'),
        ('kind = "latex"', 'kind = "zeppelin"', "balloon.kind", "known:"),
        ("climb_m_s = [4, 6]", "", "balloon.climb_m_s", "is missing"),
        ("climb_m_s = [4, 6]", "climb_m_s = [6, 4]", "balloon.climb_m_s", "smaller comes first"),
        ("climb_m_s = [4, 6]", "climb_m_s = 40", "balloon.climb_m_s", "outside 0.5 to 15 m/s"),
        ("burst_m = [28000, 32000]", "", "balloon.burst_m", "is missing"),
        ("payload_g = 2400", "payload_g = 2400\nfilm_g = 5000", "balloon.film_g", "not belong to a latex"),
        ("largest_package_g = 900", "largest_package_g = 9000", "balloon.largest_package_g", "more than the payload"),
        ("packages = 3", "packages = 0", "balloon.packages", "outside 1 to 50"),
    ],
)
def test_a_balloon_that_makes_no_sense_is_refused_with_its_key(tmp_path, old, new, key, says):
    found = problems(tmp_path, GOOD + changed(LATEX, old, new))
    assert [each[1] for each in found] == [key], found
    assert says in found[0][2]


def test_a_tube_needs_its_own_measures_and_has_no_burst(tmp_path):
    for measure in ("length_m = 12", "lay_flat_m = 2", "film_g = 2200", 'gas = "hydrogen"'):
        key = measure.split(" ")[0]
        assert wrong(tmp_path, GOOD + CUTDOWN + changed(TUBE, measure, ""), f"balloon.{key}") == "is missing"
    text = GOOD + CUTDOWN + changed(TUBE, "length_m = 12", "length_m = 12\nburst_m = 30000")
    assert "not belong to a film tube" in wrong(tmp_path, text, "balloon.burst_m")


def test_loads_that_are_heavier_than_the_payload_are_refused(tmp_path):
    text = with_drop(GOOD, "load_g = 2000") + LATEX
    assert problems(tmp_path, text) == []
    text += '\n[[drop]]\nname = "south"\nchannel = "b"\nafter = "50 min"\nload_g = 500\n'
    assert "2.50 kg, are more than the payload, 2.40 kg" in wrong(tmp_path, text, "drop[2].load_g")


def test_seconds_that_should_be_minutes_are_asked_about(tmp_path):
    for value in ("after_s = 45", 'after = "45 s"', 'after = "50 seconds"'):
        words = wrong(tmp_path, changed(GOOD, 'after = "45 min"', value), f"drop[1].{value.split(' ')[0]}")
        assert "hardly left the pad: were" in words and " min meant?" in words
    # Too early as well, and yet nothing that minutes would mend.
    for value in ('after = "9 min"', 'after = "5 s"', 'after = "300 s"'):
        words = wrong(tmp_path, changed(GOOD, 'after = "45 min"', value), "drop[1].after")
        assert "earlier than anything may fire" in words


def test_the_wind_file_is_found_beside_the_mission_and_must_say_its_moment(tmp_path):
    (tmp_path / "wind.csv").write_text("altitude_m,direction_deg,speed_m_s\n0,270,5\n9000,270,15\n")
    text = GOOD + LATEX + '\n[wind]\nfile = "wind.csv"\n'
    assert "does not say for when" in wrong(tmp_path, text, "wind.file")
    found = read(tmp_path, text + "valid = 2026-06-01T06:00:00Z\n")
    wind = found.review.preparation.wind
    assert (wind.valid_unix_s, wind.top_m) == (unix_s("2026-06-01T06:00Z"), 9000)
    assert "cannot be read" in wrong(tmp_path, text.replace("wind.csv", "gone.csv"), "wind.file")
    assert "of which wind?" in wrong(tmp_path, GOOD + "\n[wind]\nvalid = 2026-06-01T06:00:00Z\n", "wind.valid")
    assert "no date" in wrong(tmp_path, text + "valid = 3\n", "wind.valid")


def test_what_only_the_ground_needs_never_reaches_the_board(tmp_path):
    plain = with_drop(GOOD, "load_g = 150")
    more = with_flight(plain, "pad = [52.15, 20.6]\nlaunch_from = 2026-06-01T08:00:00Z") + '\n[cutter]\ncell = "E91"\n'
    assert read(tmp_path, plain).data == read(tmp_path, more).data


def test_a_table_of_a_drop_may_stand_below_it(tmp_path):
    text = GOOD + '[drop.load]\nkind = "leaflet"\npaper_g = 80\n'
    assert problems(tmp_path, text) == [(26, "drop[1].load.paper_g", "unknown key; did you mean 'paper_g_m2'?")]


def test_a_row_without_a_name_is_refused_and_nothing_else_breaks(tmp_path):
    found = problems(tmp_path, changed(with_drop(GOOD, "load_g = 5"), 'name = "north"', "") + LATEX + TOWN)
    assert [each[1] for each in found] == ["drop[1].name"]
    found = problems(tmp_path, GOOD + LATEX + changed(TOWN, 'name = "town"', ""))
    assert "area[1].name" in [each[1] for each in found]


def test_no_key_is_written_twice_and_every_one_says_what_it_means():
    for table in TABLES:
        for keys in (table.keys, *(key.inner for key in table.keys if key.inner)):
            names = [key.name for key in keys]
            assert len(set(names)) == len(names), table.name
            assert all(key.what and key.reader.text for key in keys)
