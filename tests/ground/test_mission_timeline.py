"""The timeline that is read aloud: every part of a mission has its sentence, in the order of time."""

from ground.mission_timeline import timeline
from tests.ground.mission_text import CUTDOWN, FIELD, GOOD, LATEX, TUBE, changed, read, with_drop, with_flight

SERVO = '\n[[channel]]\nname = "drum"\nkind = "servo"\noutput = 3\npulse = "1 s"\npositions_us = [1000, 1200, 1400]\n'


def spoken(folder, text):
    return [
        (None if entry.after_ms is None else entry.after_ms // 1000, entry.text)
        for entry in timeline(read(folder, text).review)
    ]


def sentence(folder, text, name="'north'"):
    return next(text for _, text in spoken(folder, text) if text.startswith(name))


def test_a_plain_flight_is_its_beginning_its_drop_and_its_end(tmp_path):
    assert spoken(tmp_path, GOOD) == [
        (600, "nothing fires before this"),
        (2700, "'north' on channel a, burn wire 1, 4 s pulse, up to 2 attempts"),
        (14400, "end of the flight: nothing fires any more"),
    ]


def test_with_a_balloon_heights_window_and_landing_are_said(tmp_path):
    lines = spoken(tmp_path, GOOD + LATEX)
    assert [seconds for seconds, _ in lines] == sorted(seconds for seconds, _ in lines)
    words = {text.partition(":")[0]: seconds for seconds, text in lines}
    assert words["blind window"] == 600
    assert words["blind window ends"] == 4357
    assert words["earliest descent, by burst or cutdown"] == 4650
    assert words["earliest landing"] < words["latest landing"]
    assert sentence(tmp_path, GOOD + LATEX).endswith("; expected at 10.9 to 16.3 km")


def test_a_tube_that_nothing_ends_has_no_landing(tmp_path):
    words = " ".join(text for _, text in spoken(tmp_path, GOOD + TUBE))
    assert "landing" not in words and "earliest descent" not in words
    words = " ".join(text for _, text in spoken(tmp_path, GOOD + TUBE + CUTDOWN))
    assert "latest landing" in words and "earliest descent" not in words


def test_conditions_are_said_as_conditions(tmp_path):
    def condition(lines):
        text = sentence(tmp_path, with_drop(GOOD, lines) + FIELD)
        return text.removeprefix("'north' on channel a, burn wire 1, 4 s pulse, up to 2 attempts")

    assert condition("min_altitude_m = 3000") == ", if at 3000 m or higher"
    assert condition("max_altitude_m = 9000") == ", if at 9000 m or lower"
    assert condition("min_altitude_m = 3000\nmax_altitude_m = 9000") == ", if between 3000 and 9000 m"
    assert condition('inside = "field"\nhold = "10 s"') == ", if inside 'field', for 10 s"
    assert condition('phases = ["ascent", "descent"]') == ", if in ascent or in descent"
    assert condition('phases = ["float"]\nmin_altitude_m = 3000') == ", if at 3000 m or higher, in float"
    assert condition('hold = "10 s"') == ""
    assert condition('descent = "release"') == ", in a descent as well"


def test_what_latest_does_is_said_at_its_time(tmp_path):
    def latest(lines):
        return next(line for line in spoken(tmp_path, with_drop(GOOD, lines)) if line[1].startswith("latest for"))

    assert latest('latest = "1 h"\nlate = "release"') == (3600, "latest for 'north': it goes now")
    assert latest('latest = "1 h"\nlate = "skip"') == (3600, "latest for 'north': it is skipped if it has not gone")
    for condition in ("min_altitude_m = 3000", 'phases = ["float"]'):
        assert latest('latest = "1 h"\nlate = "release"\n' + condition) == (
            3600,
            "latest for 'north': it goes now whatever its own conditions say",
        )


def test_a_repeated_drop_is_said_once_with_all_its_occasions(tmp_path):
    text = changed(GOOD, 'channel = "a"', 'channel = "drum"') + SERVO
    lines = 'repeat = { every = "60 s", times = 2 }\nlatest = "45 min 30 s"\nlate = "skip"'
    found = spoken(tmp_path, with_drop(text, lines))
    assert (2700, "'north' on channel drum, servo 3, 1 s pulse, 2 times, every 1 min, the last 1 min later") in found
    assert (2730, "latest for 'north': it is skipped if it has not gone, the same for each occasion") in found


def test_a_channel_that_takes_over_is_said(tmp_path):
    text = changed(GOOD, "attempts = 2", 'attempts = 2\nsame_load = "b"')
    assert sentence(tmp_path, text).endswith("up to 2 attempts, then channel b")


def test_a_drop_by_utc_is_said_with_both_clocks_where_the_slot_is_known(tmp_path):
    utc = changed(GOOD, 'after = "45 min"', 'at = 2026-06-01T09:00:00Z\nlatest = 2026-06-01T09:10:00Z\nlate = "skip"')
    said = "'north' on channel a, burn wire 1, 4 s pulse, up to 2 attempts"
    late = "2026-06-01 09:10 UTC: latest for 'north': it is skipped if it has not gone"
    assert spoken(tmp_path, utc)[-2:] == [(None, f"2026-06-01 09:00 UTC: {said}"), (None, late)]
    slot = "launch_from = 2026-06-01T08:00:00Z\nlaunch_until = 2026-06-01T08:30:00Z"
    lines = spoken(tmp_path, with_flight(utc, slot))
    assert (1800, f"2026-06-01 09:00 UTC, at the latest 1:00:00 after launch: {said}") in lines
    assert (2400, late) in lines
    patient = changed(utc, '\nlatest = 2026-06-01T09:10:00Z\nlate = "skip"', "")
    assert spoken(tmp_path, patient)[-1] == (None, f"2026-06-01 09:00 UTC: {said}")


def test_how_the_flight_is_ended_is_said_with_all_its_causes(tmp_path):
    plain = (7200, "the flight is ended by channel line, burn wire 3, 4 s pulse, up to 3 attempts; never below 850 m")
    assert plain in spoken(tmp_path, GOOD + CUTDOWN)
    causes = 'ceiling_m = 31000\noutside = "field"\nbattery_mv = 3600\nlost_link = "40 min"\nmin_agl_m = 700\n'
    text = GOOD + FIELD + CUTDOWN + causes + "\n[backup]\nfitted = true\n"
    lines = spoken(tmp_path, text)
    assert any(
        text.endswith(
            "; sooner above 31000 m, or outside of 'field', or below 3600 mV for 10 min, or after 40 min without a "
            "command from the ground; never below 1050 m"
        )
        for _, text in lines
    )
    assert (9300, "the backup ends the flight, if nothing has") in lines
