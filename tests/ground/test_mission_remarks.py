"""What a careful friend would say of a mission: each remark comes when it should, and not when it should not."""

import pytest

from ground.mission_file import read_mission_file
from tests.ground.mission_text import (
    CUTDOWN,
    FIELD,
    GOOD,
    LATEX,
    NOW,
    TOWN,
    TUBE,
    changed,
    read,
    says,
    with_drop,
    with_flight,
)

# Without a channel that nothing uses, so that it has nothing to say of it.
PLAIN = changed(GOOD, '[[channel]]\nname = "b"\noutput = 2\npulse = "5 s"\n\n', "")
LEAFLETS = 'load_g = 150\nload = { kind = "leaflet" }'
BACKUP = "\n[backup]\nfitted = true\n"
SKIPPED = 'latest = "1 h"\nlate = "skip"'
SLOT = "launch_from = 2026-06-01T08:00:00Z\nlaunch_until = 2026-06-01T08:30:00Z"
BY_UTC = 'at = 2026-06-01T09:00:00Z\nlatest = 2026-06-01T09:10:00Z\nlate = "skip"'


CROSSED = FIELD.replace("[52.4, 20.9], [52.4, 20.5]", "[52.4, 20.5], [52.3, 20.9]").replace(
    "[52.0, 20.9]", "[52.1, 21.4]"
)
HOLLOW = TOWN.replace("[52.16, 20.90]", "[52.11, 20.90], [52.11, 20.81], [52.16, 20.81]")


def after(text):
    """PLAIN with its drop due at another time, with more lines."""
    return changed(PLAIN, 'after = "45 min"', text)


def second(lines):
    return f'\n[[channel]]\nname = "c"\noutput = 2\npulse = "4 s"\n\n[[drop]]\nname = "south"\nchannel = "c"\n{lines}\n'


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + LATEX,
        with_drop(PLAIN, LEAFLETS) + LATEX,
        with_drop(PLAIN, 'min_altitude_m = 9000\nlatest = "1 h"\nlate = "skip"') + LATEX,
        PLAIN + LATEX + second('after = "50 min"'),
        PLAIN + TUBE + CUTDOWN + BACKUP,
        PLAIN + LATEX + CUTDOWN + "ceiling_m = 30000\n",
        with_flight(after(BY_UTC), SLOT) + LATEX,
    ],
)
def test_of_a_good_mission_there_is_nothing_to_say(tmp_path, text):
    found = read(tmp_path, text)
    # A tube's 7.8 kg land hard under any parachute that is not huge.
    assert [each for each in found.warnings if "payload lands" not in each] == []
    assert found.no_go == []


LOOKS = [
    # nothing said
    (PLAIN, "nothing is said of the balloon"),
    # times
    (with_flight(after('after = "9 min"'), 'not_before = "2 min"') + LATEX, "from 2 min after launch on"),
    (changed(PLAIN, 'end = "4 h"', 'end = "50 min"') + LATEX, "5 min after 'north' is due"),
    (changed(PLAIN, 'end = "4 h"', 'end = "48 h"') + LATEX, "the flight ends only after 2 d"),
    (with_drop(PLAIN, 'hold = "10 s"') + LATEX, "has no condition that could hold"),
    (with_drop(PLAIN, "min_altitude_m = 5000") + LATEX, "has conditions and no latest"),
    (with_drop(PLAIN, 'latest = "3 h"\nlate = "skip"') + LATEX, "may wait for 135 min"),
    (
        with_drop(PLAIN, 'min_altitude_m = 5000\nhold = "5 min"\nlatest = "49 min"\nlate = "skip"') + LATEX,
        "for as long as it may wait",
    ),
    # channels
    (GOOD + LATEX, "channel 'b' has no drop"),
    (PLAIN.partition("[[drop]]")[0] + LATEX, "there is no drop"),
    (with_drop(PLAIN, 'repeat = { every = "60 s", times = 3 }') + LATEX, "'north' is repeated on channel 'a'"),
    (
        with_drop(changed(PLAIN, "pulse_s = 4", "pulse_s = 15"), 'repeat = { every = "30 s", times = 3 }') + LATEX,
        "may take 34 s",
    ),
    (PLAIN + LATEX + second('after = "45 min 3 s"'), "while 'north' may still be firing, until 0:45:14"),
    (
        changed(PLAIN, "attempts = 2", 'attempts = 2\nsame_load = "c"') + LATEX + second('after = "50 min"'),
        "channel 'c' holds the same load as 'a'",
    ),
    # heights
    (after('after = "1 h 20 min"') + LATEX, "and from 1:17:30 on it may come down"),
    (after('after = "3 h"\ndescent = "release"') + LATEX, "may be due after the earliest landing"),
    (with_flight(PLAIN, 'not_before = "3 min"').replace("45 min", "3 min 10 s") + LATEX, "it waits for that height"),
    (
        with_drop(PLAIN, 'min_altitude_m = 25000\nlatest = "1 h"\nlate = "skip"') + LATEX,
        "waits for 25000 m, and it is at most 21720 m high by then: it is not let go",
    ),
    (
        with_drop(PLAIN, 'max_altitude_m = 5000\nlatest = "1 h"\nlate = "skip"') + LATEX,
        "may go up to 5000 m, and even the slowest climb is higher by then: it is not let go",
    ),
    (with_drop(PLAIN, 'phases = ["float"]\nlatest = "1 h"\nlate = "skip"') + LATEX, "waits for a float"),
    (PLAIN + changed(LATEX, "[4, 6]", "[0.5, 6]").replace("28000", "15000"), "there is no blind window"),
    # ending
    (PLAIN + TUBE.replace("7800", "1500").replace("2500", "900") + CUTDOWN,
     "by one board, one cell and one wire alone"),
    (PLAIN + LATEX + changed(CUTDOWN, "attempts = 3", "attempts = 1"), "one attempt on one wire"),
    (PLAIN + LATEX + CUTDOWN + "ceiling_m = 800\n", "is not above 850 m"),
    (PLAIN + LATEX + CUTDOWN + "ceiling_m = 15000\n", "may be met at 0:41:20"),
    (changed(PLAIN, 'end = "4 h"', 'end = "2 h 30 min"') + LATEX, "may land as late as"),
    (changed(PLAIN, 'end = "4 h"', 'end = "2 h"') + LATEX, "may still be up at the end of the flight"),
    (with_drop(PLAIN, 'latest = "50 min"\nlate = "release"') + LATEX, "without a break wire launch hangs on sensors"),
    (
        with_flight(with_drop(PLAIN, 'latest = "1 h 16 min"\nlate = "release"'), "break_wire = true") + LATEX,
        "at 1:16:00 at the latest, outside of the blind window, 0:10:00 to 1:12:37",
    ),
    # float
    (with_drop(PLAIN, "load_g = 1000") + TUBE.replace("7800", "11700") + CUTDOWN + BACKUP, "'north' may not go"),
    (PLAIN + TUBE.replace("7800", "12900") + CUTDOWN + BACKUP, "so low, at rest, it is taken for landed"),
    (PLAIN + TUBE + CUTDOWN + "ceiling_m = 4000\n" + BACKUP, "the ceiling, 4000 m, ends the flight"),
    (
        with_drop(PLAIN, 'load_g = 1000\nmax_altitude_m = 4000\n' + SKIPPED) + TUBE + CUTDOWN + BACKUP,
        "above 'north's 4000 m",
    ),
    (
        with_drop(PLAIN, 'load_g = 1000\nmin_altitude_m = 6000\n' + SKIPPED) + TUBE + CUTDOWN + BACKUP,
        "below 'north's 6000 m",
    ),
    (PLAIN + TUBE.replace("free_lift_g = 1500", "free_lift_g = 9000") + CUTDOWN + BACKUP, "does not lift 9000 g"),
    # energy
    (PLAIN + LATEX + '\n[cutter]\ncell = "E91"\n', "made for -18 C"),
    (changed(PLAIN, "pulse_s = 4", "pulse_s = 0.5") + LATEX, "it hardly glows"),
    (PLAIN + LATEX + "\n[cutter]\nwire_ohm = 50\n", "it hardly glows"),
    (
        changed(PLAIN, "pulse_s = 4\nattempts = 2", "pulse_s = 15\nattempts = 3").replace(
            'after = "45 min"', 'after = "30 min"\nrepeat = { every = "75 s", times = 30 }'
        )
        + LATEX
        + "\n[cutter]\nwire_ohm = 1\n",
        "more than half of what 3 x L91 give in the cold",
    ),
    # weight and impact
    (PLAIN + LATEX.replace("largest_package_g = 900", "largest_package_g = 2300"), "hangs on the largest package"),
    (PLAIN + LATEX.replace("descent_m_s = [4, 5]", "descent_m_s = 9"), "the payload lands with 101 J: over 33.9 J"),
    (PLAIN + LATEX + "parachute = false\n", "the payload has no parachute"),
    (with_drop(PLAIN, 'load_g = 1000\nload = { kind = "bundle" }') + LATEX, "'north' lands with 234 J: over 33.9 J"),
    (
        with_drop(PLAIN, 'load_g = 1000\nload = { kind = "other", terminal_m_s = 6 }') + LATEX,
        "'north' lands with 18 J: over 14.9 J",
    ),
    (
        with_drop(PLAIN, 'load_g = 300\nload = { kind = "leaflet" }') + LATEX,
        "'north', if it does not open, lands with 21 J: over 14.9 J",
    ),
    # launch slot
    (after(BY_UTC) + LATEX, "say launch_from and launch_until"),
    (with_flight(PLAIN, "launch_until = 2026-06-01T06:30:00Z") + LATEX, "slot ended at 2026-06-01 06:30 UTC"),
    (
        with_flight(after(BY_UTC.replace("09:00:00", "08:35:00")), SLOT) + LATEX,
        "'north' is overdue when it is first allowed",
    ),
    # areas
    (with_drop(PLAIN, LEAFLETS) + LATEX + TOWN, "keeps 902 km away from town: it may never go"),
    (PLAIN + LATEX + FIELD, "nothing speaks of keep-in area 'field'"),
    (
        with_drop(PLAIN, 'inside = "field"\nlatest = "1 h"\nlate = "skip"') + LATEX
        + CROSSED,
        "the outline of 'field' crosses itself",
    ),
    (
        with_drop(PLAIN, LEAFLETS) + LATEX + HOLLOW + "\n[wind]\nwidest_m_s = 5\n",
        "'town' is far from convex",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "what"), LOOKS, ids=[what[:50] for _, what in LOOKS])
def test_a_careful_friend_says_look_again(tmp_path, text, what):
    found = read(tmp_path, text)
    assert says(found, what), (found.warnings, found.no_go)


NO_GOES = [
    (after('after = "3 h 30 min"') + LATEX, "after the latest landing"),
    (after('after = "2 h 20 min"') + LATEX, "on it surely comes down"),
    (
        with_flight(after('after = "3 min 10 s"\nlatest = "3 min 20 s"\nlate = "skip"'), 'not_before = "3 min"')
        + LATEX,
        "and still at its latest moment: it is skipped",
    ),
    (PLAIN + TUBE, "a tube of film does not burst"),
    (PLAIN + TUBE + CUTDOWN, "there is no [backup] behind the cutdown"),
    (PLAIN + LATEX.replace("2400", "6000"), "there is no [cutdown] and no [backup]"),
    (after('after = "2 h"') + TUBE + CUTDOWN + BACKUP, "after the flight is ended at 2:00:00"),
    (PLAIN + TUBE.replace("7800", "20000") + CUTDOWN + BACKUP, "it does not lift off"),
    (with_drop(PLAIN, "load_g = 1000") + TUBE.replace("7800", "12500") + CUTDOWN + BACKUP, "'north' cannot go"),
    (
        with_flight(after(BY_UTC.replace("09:00:00", "08:20:00").replace("09:10", "08:35")), SLOT) + LATEX,
        "launched at 2026-06-01 08:30 UTC, late, 'north' is skipped",
    ),
    (
        with_flight(after(BY_UTC.replace("09:00:00", "08:31:00").replace("09:10", "08:35")), SLOT) + LATEX,
        "only 0:01:00 before it is due, 'north' is skipped",
    ),
    (
        with_flight(after("at = 2026-06-01T12:10:00Z"), SLOT) + LATEX,
        "'north' comes 4:10:00 after launch: the flight ends at 4:00:00",
    ),
    (
        with_flight(after('at = 2026-06-01T11:55:00Z\nlatest = 2026-06-01T12:05:00Z\nlate = "release"'), SLOT) + LATEX,
        "and must not wait",
    ),
    (
        with_flight(PLAIN, "pad = [20.6, 52.15]") + LATEX + FIELD + CUTDOWN + 'outside = "field"\n',
        "the pad lies outside of 'field'",
    ),
]


@pytest.mark.parametrize(("text", "what"), NO_GOES, ids=[what[:50] for _, what in NO_GOES])
def test_what_forbids_a_launch_is_no_go(tmp_path, text, what):
    found = read(tmp_path, text)
    assert says(found, what, no_go=True), (found.warnings, found.no_go)
    assert not found.go


HOUR = 3600
WIND = '\n[wind]\nfile = "wind.csv"\nvalid = 2026-06-01T06:00:00Z\n'
VALID = NOW - HOUR


def with_wind(folder, text, top_m=40000, direction=270, now_unix_s=NOW):
    (folder / "wind.csv").write_text(f"altitude_m,direction_deg,speed_m_s\n0,{direction},10\n{top_m},{direction},10\n")
    return read(folder, text + WIND, now_unix_s)


@pytest.mark.parametrize(("hours", "go"), [(0, True), (11.9, True), (12.1, False), (-12.1, False), (-11.9, True)])
def test_wind_older_than_12_h_is_no_go(tmp_path, hours, go):
    found = with_wind(tmp_path, PLAIN + LATEX, now_unix_s=VALID + int(hours * HOUR))
    assert found.go is go
    assert go or says(found, "12 h at the most", no_go=True)


def test_wind_is_as_old_as_it_will_be_at_the_launch(tmp_path):
    slot = "launch_from = 2026-06-01T18:30:00Z\nlaunch_until = 2026-06-01T19:30:00Z"
    assert says(with_wind(tmp_path, with_flight(PLAIN, slot) + LATEX), "12 h before launch", no_go=True)
    slot = slot.replace("18:30", "17:30")
    assert says(with_wind(tmp_path, with_flight(PLAIN, slot) + LATEX), "too old from 2026-06-01 18:00 UTC on")
    slot = slot.replace("19:30", "17:50")
    assert with_wind(tmp_path, with_flight(PLAIN, slot) + LATEX).warnings == []


def test_wind_that_ends_below_the_highest_drop_is_said(tmp_path):
    text = with_drop(PLAIN, LEAFLETS) + LATEX + TOWN
    assert says(with_wind(tmp_path, text, 15000), "the wind ends at 15.0 km, and things may be let go up to 32.0 km")
    assert not any("wind ends" in each for each in with_wind(tmp_path, text, 33000).warnings)
    assert with_wind(tmp_path, PLAIN + LATEX, 15000).warnings == []


def test_a_keep_out_on_the_way_is_said_with_time_and_place(tmp_path):
    """45 min in 10 m/s from the west are 27 km, and leaflets drift 100 km farther."""
    lines = LEAFLETS + '\nmin_altitude_m = 8000\nmax_altitude_m = 16000\nlatest = "50 min"\nlate = "skip"'
    text = with_flight(with_drop(PLAIN, lines), "pad = [52.13, 19.4]") + LATEX + TOWN
    found = with_wind(tmp_path, text)
    assert says(found, "'north' is due at 0:45:00, near 52.130, 19.798, where its load may land in 'town'")
    assert with_wind(tmp_path, text, direction=90).warnings == []


def test_without_a_wind_only_the_pad_itself_can_be_seen_to_lie_in_a_keep_out(tmp_path):
    lines = LEAFLETS + '\nmax_altitude_m = 3000\nlatest = "50 min"\nlate = "skip"'
    text = with_drop(PLAIN, lines).replace("45 min", "12 min") + LATEX + TOWN + "\n[wind]\nwidest_m_s = 10\n"
    near = with_flight(text, "pad = [52.13, 20.60]")
    assert says(read(tmp_path, near), "is due over the pad, where its load may land in 'town'")
    far = with_flight(text, "pad = [52.13, 19.60]")
    assert not any("over the pad" in each for each in read(tmp_path, far).warnings)


def test_a_place_that_the_wind_does_not_lead_to_is_said(tmp_path):
    lines = 'inside = "field"\nlatest = "1 h"\nlate = "skip"'
    text = with_flight(with_drop(PLAIN, lines), "pad = [52.2, 20.40]") + LATEX + FIELD
    assert with_wind(tmp_path, text).warnings == []
    assert says(with_wind(tmp_path, text, direction=90), "the wind does not lead there")
    utc = changed(text, f'after = "45 min"\n{lines}', 'at = 2026-06-01T09:00:00Z\ninside = "field"')
    assert not any("does not lead" in each for each in with_wind(tmp_path, utc).warnings)


def test_a_built_mission_is_looked_over_as_far_as_it_goes(tmp_path):
    found = read(tmp_path, GOOD + LATEX + CUTDOWN)
    (tmp_path / "m.bin").write_bytes(found.data)
    built = read_mission_file(tmp_path / "m.bin")
    assert built.warnings == ["channel 'b' has no drop"]
    assert built.go


def test_the_check_warns_when_a_float_lies_in_the_band_of_a_landing(tmp_path):
    """Landed is below highest_ground_m + 300: a float is said from 200 m above that band down, and not higher."""
    low = read(tmp_path, PLAIN + TUBE.replace("7800", "13300") + CUTDOWN + BACKUP)
    assert says(low, "taken for landed")
    high = read(tmp_path, PLAIN + TUBE.replace("7800", "12300") + CUTDOWN + BACKUP)
    assert not any("taken for landed" in each for each in high.warnings)


def test_envelopes_that_do_not_burst_need_their_own_end(tmp_path):
    light = TUBE.replace("7800", "1500").replace("2500", "900")
    assert says(read(tmp_path, PLAIN + light), "a tube of film does not burst", no_go=True)
    assert read(tmp_path, PLAIN + light + CUTDOWN).go
    assert read(tmp_path, PLAIN + LATEX).go


def test_two_independent_ways_to_end_the_flight_are_required_for_heavy_balloons(tmp_path):
    assert says(read(tmp_path, PLAIN + TUBE + CUTDOWN), "14 CFR 101.35 and ICAO Annex 2", no_go=True)
    assert read(tmp_path, PLAIN + TUBE + CUTDOWN + BACKUP).go


def test_overdue_at_lift_off_is_no_go(tmp_path):
    """`latest` earlier than not_before, by a launch at the end of the slot; a minute later it is not."""
    text = with_flight(after(BY_UTC.replace("09:00:00", "08:30:00").replace("09:10:00", "08:39:59")), SLOT) + LATEX
    assert says(read(tmp_path, text), "'north' is skipped", no_go=True)
    assert read(tmp_path, text.replace("08:39:59", "08:40:00")).go


def test_a_lost_link_ends_the_flight_only_when_opted_in(tmp_path):
    assert read(tmp_path, PLAIN + LATEX + CUTDOWN).mission.cutdown.lost_link_ms is None
    found = read(tmp_path, PLAIN + LATEX + CUTDOWN + 'lost_link = "30 min"\n')
    assert found.mission.cutdown.lost_link_ms == 1_800_000


def test_nothing_that_passed_is_no_go_for_a_mission_already_built(tmp_path):
    """The ground's own knowledge does not travel with the bytes; what it worked out does."""
    found = read(tmp_path, PLAIN + TUBE + CUTDOWN + BACKUP)
    (tmp_path / "m.bin").write_bytes(found.data)
    built = read_mission_file(tmp_path / "m.bin")
    assert built.mission.backup_ms == found.mission.backup_ms
    assert built.backup == found.backup
    assert built.mission.blind_until_ms == found.mission.blind_until_ms > 0
