"""mission.toml: what people write is understood or refused with the line, and nothing ever ends in a traceback."""

import io
import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from firmware.protocol import backup_plan
from firmware.protocol import mission as format_
from ground import mission_command
from ground.mission_example import EXAMPLE
from ground.mission_file import MissionFileError, read_mission_file
from ground.mission_json import as_json
from ground.mission_span import SpanError, seconds_ms, span_ms
from ground.mission_spoken import show
from tests.ground.mission_text import CUTDOWN, GOOD, LATEX, NOW, TOWN, changed, problems, read, write

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    result = CliRunner().invoke(mission_command.command, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("45 min", 2_700_000),
        ("1 h 30 min", 5_400_000),
        ("1h30min", 5_400_000),
        ("5400 s", 5_400_000),
        ("1.5 h", 5_400_000),
        ("0.5 s", 500),
        ("2 hours 1 minute 3 seconds", 7_263_000),
        (" 90 MIN ", 5_400_000),
    ],
)
def test_a_time_with_its_unit_is_understood(text, ms):
    assert span_ms(text) == ms


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (45, 'Write the unit and quotes: "45 s", "45 min" or "45 h"'),
        ("45", 'no unit; write "45 s", "45 min" or "45 h"'),
        ("45 km", "no unit of time"),
        ("45 m", "metres or minutes"),
        ("-5 min", "negative"),
        ("0 min", "zero"),
        ("", "empty"),
        ("soon", "not a time"),
        ("30 min 1 h", "larger first"),
        ("1 h 1 h", "once"),
        ("1 h 30", "no unit"),
        ("0.0001 s", "finer than a millisecond"),
        ("4٤ min", "no unit"),
        (True, "in quotes"),
        ([], "a list"),
        ("9" * 100 + " s", "too long"),
    ],
)
def test_a_time_without_its_unit_or_impossible_is_refused_with_how_to_write_it(value, says):
    with pytest.raises(SpanError, match=r".+") as caught:
        span_ms(value)
    assert says in str(caught.value)


@given(st.integers(1, 604_800_000))
def test_every_whole_number_of_milliseconds_can_be_written_in_seconds(ms):
    assert span_ms(f"{ms // 1000}.{ms % 1000:03d} s") == ms


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.none(), st.booleans()))
def test_whatever_is_written_is_a_positive_time_or_refused(value):
    for reads in (span_ms, seconds_ms):
        try:
            assert reads(value) > 0
        except SpanError as error:
            assert str(error)


def test_a_good_file_is_read(tmp_path):
    found = read(tmp_path, GOOD + LATEX)
    mission = found.mission
    assert (mission.flight_id, mission.not_before_ms, mission.end_ms) == ("f-1", 600_000, 14_400_000)
    assert [(each.output, each.pulse_ms, each.attempts) for each in mission.channels] == [(1, 4000, 2), (2, 5000, 1)]
    assert [(each.name, each.channel, each.after_ms) for each in mission.drops] == [("north", 0, 2_700_000)]
    assert (found.warnings, found.no_go, found.go) == (["channel 'b' has no drop"], [], True)


def test_seconds_may_be_numbers_where_the_key_says_seconds(tmp_path):
    text = changed(GOOD, 'after = "45 min"', "after_s = 2700.5").replace('end = "4 h"', "end_s = 14400")
    mission = read_mission_file(write(tmp_path, text)).mission
    assert (mission.drops[0].after_ms, mission.end_ms) == (2_700_500, 14_400_000)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("callsign =", "callsing =", 3, "flight.callsing", "did you mean 'callsign'?"),
        ('after = "45 min"', "after = 45", 23, "drop[1].after", '"45 min"'),
        ('after = "45 min"', 'after = "45 km"', 23, "drop[1].after", "no unit of time"),
        ('after = "45 min"', 'after = "9 min"', 23, "drop[1].after", "earlier than anything may fire"),
        ('after = "45 min"', 'after = "4 h"', 23, "drop[1].after", "after the end"),
        ('after = "45 min"', "", 20, "drop[1].after", "missing"),
        ('after = "45 min"', 'after = "45 min"\nafter_s = 2700', 24, "drop[1].after_s", "says the same as after"),
        ('after = "45 min"', 'after_s = "45 min"', 23, "drop[1].after_s", "number of seconds without quotes"),
        ('after = "45 min"', "after_s = inf", 23, "drop[1].after_s", "not a number of seconds"),
        ('after = "45 min"', "after_s = -1", 23, "drop[1].after_s", "negative"),
        ("pulse_s = 4", "pulse_s = 15.001", 12, "channel[1].pulse_s", "15.001 s is outside 0.5 s to 15 s"),
        ("pulse_s = 4", "pulse_s = 1e999999999", 12, "channel[1].pulse_s", "longer than any flight"),
        ("attempts = 2", "attempts = 0", 13, "channel[1].attempts", "0 is outside 1 to 3"),
        ("attempts = 2", "attempts = true", 13, "channel[1].attempts", "whole number, not true"),
        ("output = 1", "output = 4", 11, "channel[1].output", "outputs 1 to 3"),
        ("output = 1", "output = 2", 17, "channel[2].output", "belongs to channel 'a'"),
        ("output = 1", f"output = {'9' * 400}", 11, "channel[1].output", "far too large"),
        ('channel = "a"', 'channel = "c"', 22, "drop[1].channel", "there are 'a', 'b'"),
        ('channel = "a"', "channel = 1", 22, "drop[1].channel", "text in quotes, not 1"),
        ('name = "north"', 'name = "n\\u001b[31m"', 21, "drop[1].name", "may hold only"),
        ('id = "f-1"', 'id = "flüg"', 2, "flight.id", "may hold only"),
        ("pad_altitude_m = 120", 'pad_altitude_m = "120 m"', 4, "flight.pad_altitude_m", "without quotes"),
        ("pad_altitude_m = 120", "pad_altitude_m = nan", 4, "flight.pad_altitude_m", "not NaN"),
        ("pad_altitude_m = 120", "pad_altitude_m = 120.5", 4, "flight.pad_altitude_m", "whole number, not 120.5"),
        ("pad_altitude_m = 120", "pad_altitude_m = 351", 5, "flight.highest_ground_m", "below the pad"),
        ("min_agl_m = 1000", "min_agl_m = 1000\nnet = 0", 7, "flight.net", "made from the mission's hash"),
        ("[[drop]]", "[cutting]\nat = 3\n[[drop]]", 20, "cutting", "unknown key; did you mean 'cutter'?"),
        ("[[drop]]", "[sky]\nat = 3\n[[drop]]", 20, "sky", "unknown key; known: flight, balloon, channel"),
        ("[[drop]]", "[cutdown]\nat = 3\n[[drop]]", 21, "cutdown.at", "unknown key; known: channel, latest"),
        ("[[drop]]", "[cutdown]\n[[drop]]", 20, "cutdown.channel", "is missing"),
        ("[flight]", "cutdown = 3\n[flight]", 1, "cutdown", "must be a table: [cutdown]"),
        ("[[drop]]", "[drop]", 20, "drop", "[[drop]]"),
        ('end = "4 h"', "", 1, "flight.end", "missing"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(tmp_path, old, new, line, key, says):
    found = problems(tmp_path, changed(GOOD, old, new))
    assert [each for each in found if each[:2] == (line, key) and says in each[2]], found
    assert all(text.isprintable() for _, _, text in found)


def test_all_mistakes_are_listed_at_once_in_the_order_of_their_lines(tmp_path):
    text = changed(GOOD, 'id = "f-1"', 'id = ""').replace("pulse_s = 4", "pulse_s = 40").replace('"45 min"', '"45 km"')
    found = problems(tmp_path, text.replace('callsign = "N0CALL"', 'callsign = "N0CALL"\ncolour = "red"'))
    assert [(line, key) for line, key, _ in found] == [
        (2, "flight.id"),
        (4, "flight.colour"),
        (13, "channel[1].pulse_s"),
        (24, "drop[1].after"),
    ]


def test_a_line_is_found_behind_texts_over_several_lines_and_with_quoted_keys(tmp_path):
    text = changed(GOOD, 'id = "f-1"', '"id" = """\nafter = 1\n[[drop]]\n"""').replace(
        'after = "45 min"', "'after' = 45"
    )
    found = problems(tmp_path, text)
    assert (2, "flight.id") in [each[:2] for each in found]
    assert (26, "drop[1].after") in [each[:2] for each in found]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"[flight\n", 1, "not TOML"),
        (b'[flight]\nid = "a\n', 2, "not TOML"),
        (b'[flight]\nid = "a"\nid = "b"\n', 3, "not TOML"),
        (b"\xff\xfe\x00", 1, "not UTF-8"),
        (b"a = " + b"[" * 5000, None, "nested too deeply"),
        (b"a = " + b"9" * 5000, None, "far too many digits"),
        (b"#" * 70000, None, "larger than"),
        (b"SMRM\x01 something", None, "damaged"),
        (b"", None, "is missing"),
    ],
)
def test_a_file_that_is_no_mission_is_refused_with_the_reason(tmp_path, content, line, says):
    found = problems(tmp_path, content)
    assert found[0][0] == line
    assert says in found[0][2]


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(MissionFileError, match="there is no such file"):
        read_mission_file(tmp_path / "none.toml")
    with pytest.raises(MissionFileError, match="cannot be read"):
        read_mission_file(tmp_path)


WHOLE = [GOOD, *((ROOT / "missions" / f"{name}.toml").read_text() for name in ("leaflets", "three_drops", "dispenser"))]
VALUES = """
    0 -1 3 0.001 32000 1e30 nan inf true "x" [] {} [1,2] [0.5,15] "1s" "45min" "5h" "film_tube" "latex" "release"
    2026-06-01T09:00:00Z [[1,2],[3,4]] [[0,0],[0,50],[50,0]] {every="60s",times=30} ["town"] "town" "field" "two"
""".split()
JUNK = """
    [[flight]] [channel] drop=3 channel=[] end=2021-01-01 name={a=1} x.y=1 [[drop.x]] [wind] [backup] [cutdown] [radio]
""".split()


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_file_with_any_piece_replaced_is_read_or_refused_and_never_a_traceback(tmp_path_factory, data):
    pieces = data.draw(st.sampled_from(WHOLE)).splitlines()
    for _ in range(data.draw(st.integers(1, 2))):
        index = data.draw(st.integers(0, len(pieces) - 1))
        key = pieces[index].partition("=")[0]
        other = st.sampled_from(VALUES).map(lambda value, key=key: f"{key}= {value}" if key else value)
        pieces[index] = data.draw(st.one_of(other, st.text(max_size=20), st.sampled_from(JUNK), st.just("")))
    path = tmp_path_factory.getbasetemp() / "replaced.toml"
    path.write_bytes("\n".join(pieces).encode("utf-8", "surrogatepass"))
    try:
        found = read_mission_file(path, now_unix_s=NOW)
    except MissionFileError as error:
        assert error.problems
        return
    assert format_.load(found.data)
    assert json.dumps(as_json(found))
    show(found, Console(file=io.StringIO()))


def test_what_deserves_a_second_look_is_said(tmp_path):
    text = GOOD + LATEX + '\n[[drop]]\nname = "south"\nchannel = "a"\nafter = "50 min"\n'
    text += '\n[[drop]]\nname = "close"\nchannel = "b"\nafter = "50 min 5 s"\n'
    warnings = read(tmp_path, text).warnings
    assert len(warnings) == 2
    assert "'north' and 'south' share channel 'a'" in warnings[0]
    assert "'close' is due at 0:50:05 while 'south' may still be firing, until 0:50:14" in warnings[1]


def test_check_reads_the_mission_aloud(tmp_path):
    result = run("check", write(tmp_path, GOOD))
    assert result.exit_code == 0
    assert "0:45:00 after launch: 'north' on channel a, burn wire 1, 4 s pulse, up to 2 attempts\n" in result.output
    assert "nothing is let go below 1350 m above sea level" in result.output


def test_a_mission_of_nothing_is_read_aloud_all_the_same(tmp_path):
    result = run("check", write(tmp_path, GOOD.partition("[[channel]]")[0]))
    assert result.exit_code == 0
    assert "look again: there is no drop" in result.output


def test_an_areas_corners_are_told_in_json(tmp_path):
    found = json.loads(run("check", write(tmp_path, GOOD + LATEX + TOWN), "--json").output)
    area = found["mission"]["areas"][0]
    assert (area["name"], area["kind"]) == ("town", "keep_out")
    assert all(40 < latitude < 65 and 0 < longitude < 45 for latitude, longitude in area["points"])
    assert found["mission"]["drops"][0]["keep_outs"] == ["town"]


def test_build_never_replaces_what_is_no_ordinary_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "no ordinary file" in run("build", write(tmp_path, GOOD), "-o", pipe).output


def test_a_new_mission_that_cannot_be_written_is_said(tmp_path):
    result = run("new", tmp_path / "none" / "m.toml")
    assert result.exit_code == 2
    assert "cannot be written" in result.output


def test_check_names_file_and_line_and_ends_with_status_2(tmp_path):
    path = write(tmp_path, changed(GOOD, "callsign =", "callsing ="))
    result = run("check", path)
    assert result.exit_code == 2
    assert f"{path}:3: flight.callsing: unknown key" in result.output
    assert "2 errors: this mission cannot fly" in result.output


def test_check_in_json_says_the_same(tmp_path):
    result = run("check", write(tmp_path, GOOD), "--json")
    said = json.loads(result.output)
    assert said["ok"]
    drop = said["mission"]["drops"][0]
    assert (drop["name"], drop["channel"], drop["after_ms"], drop["late"]) == ("north", "a", 2_700_000, "skip")
    assert {"after_ms": 14_400_000, "text": "end of the flight: nothing fires any more"} in said["timeline"]
    result = run("check", write(tmp_path, changed(GOOD, "end =", "ende =")), "--json")
    said = json.loads(result.output)
    assert result.exit_code == 2
    assert not said["ok"]
    assert {"line": 7, "key": "flight.ende", "text": "unknown key; did you mean 'end'?"} in said["errors"]


def test_build_writes_what_the_board_loads_and_check_reads_it_back(tmp_path):
    path = write(tmp_path, GOOD)
    out = tmp_path / "m.bin"
    result = run("build", path, "-o", out)
    assert result.exit_code == 0
    mission = format_.load(out.read_bytes())
    assert mission.hash.hex()[:16] in result.output
    assert "'north' on channel a" in run("check", out).output
    assert not (tmp_path / "backup.bin").exists()
    out.write_bytes(out.read_bytes()[:-1])
    assert "damaged" in run("check", out).output


def test_build_of_a_bad_mission_leaves_the_old_one_alone(tmp_path):
    out = tmp_path / "m.bin"
    out.write_bytes(b"old")
    assert run("build", write(tmp_path, "nonsense"), "-o", out).exit_code == 2
    assert out.read_bytes() == b"old"


def test_build_never_writes_over_a_mission_file(tmp_path):
    path = write(tmp_path, GOOD)
    result = run("build", path, "-o", path)
    assert result.exit_code == 2
    assert path.read_text() == GOOD
    assert run("build", path, "-o", tmp_path).exit_code == 2
    assert "cannot be written" in run("build", path, "-o", tmp_path / "none" / "m.bin").output


def test_build_writes_the_backups_own_plan_beside_it(tmp_path):
    path = write(tmp_path, GOOD + LATEX + CUTDOWN + "\n[backup]\nfitted = true\n")
    result = run("build", path, "-o", tmp_path / "m.bin")
    assert result.exit_code == 0, result.output
    mission = format_.load((tmp_path / "m.bin").read_bytes())
    plan = backup_plan.load((tmp_path / "backup.bin").read_bytes())
    assert mission.backup_ms == plan.end_flight_ms == 2 * 3_600_000 + 1_800_000 + 300_000
    assert plan.flight == mission.hash[:4]
    assert "backup.bin: " in result.output and "GO" in result.output
    (tmp_path / "backup.bin").unlink()
    (tmp_path / "backup.bin").mkdir()
    assert run("build", path, "-o", tmp_path / "m.bin").exit_code == 2


def test_a_no_go_is_built_all_the_same_and_said_with_status_1(tmp_path):
    text = GOOD + LATEX.replace("payload_g = 2400", "payload_g = 6400")
    result = run("build", write(tmp_path, text), "-o", tmp_path / "m.bin")
    assert (result.exit_code, (tmp_path / "m.bin").exists()) == (1, True)
    assert "NO GO: as far as is said, it is heavy" in result.output
    result = run("check", tmp_path / "mission.toml")
    assert result.exit_code == 1
    assert result.output.endswith("NO GO: 1 reason above, and 2 things to look at again\n")
    said = json.loads(run("check", tmp_path / "mission.toml", "--json").output)
    assert (said["ok"], said["go"], len(said["no_go"])) == (True, False, 1)


def test_json_carries_everything_that_is_read_aloud(tmp_path):
    path = write(tmp_path, GOOD + LATEX + CUTDOWN)
    said = json.loads(run("check", path, "--json").output)
    aloud = run("check", path).output
    for entry in said["timeline"]:
        assert entry["text"] in aloud
    for section in said["sections"].values():
        for line in section["lines"]:
            assert line in aloud
    assert set(said["sections"]) == set(
        "slot times channels heights float ending wind areas energy weight impact radio".split()
    )
    assert said["sections"]["weight"]["icao"] == "light"
    assert said["mission"]["cutdown"]["latest_ms"] == 7_200_000


def test_a_new_mission_flies_as_it_is_and_is_never_written_over_another(tmp_path):
    path = tmp_path / "new.toml"
    assert run("new", path).exit_code == 0
    found = read_mission_file(path)
    assert (found.warnings, found.no_go) == ([], [])
    path.write_text("mine")
    result = run("new", path)
    assert result.exit_code == 2
    assert "exists already" in result.output
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "drops", "warnings"),
    [
        ("first_flight", 3, []),
        ("radiosonde_track", 3, []),
        ("dispenser", 1, []),
        ("cutdown_on_exit", 2, []),
        ("three_drops", 3, ["'whatever' waits for 28000 m", "without a break wire"]),
        ("film_tube", 2, ["if it does not open", "if it does not open", "the payload lands with"]),
        ("leaflets", 2, ["if it does not open", "if it does not open", "the payload lands with"]),
    ],
)
def test_the_missions_that_come_along_fly(name, drops, warnings):
    found = read_mission_file(ROOT / "missions" / f"{name}.toml", now_unix_s=NOW)
    assert len(found.mission.drops) == drops
    assert found.no_go == []
    assert len(found.warnings) == len(warnings), found.warnings
    for text, part in zip(found.warnings, warnings, strict=True):
        assert part in text


def test_every_mission_that_comes_along_can_fly():
    for path in sorted((ROOT / "missions").glob("*.toml")):
        assert read_mission_file(path, now_unix_s=NOW).data


def test_the_demonstrations_keep_their_times():
    def times(name):
        mission = read_mission_file(ROOT / "missions" / f"{name}.toml", now_unix_s=NOW).mission
        return [(drop.name, drop.after_ms // 60_000) for drop in mission.drops], mission.cutdown

    assert times("first_flight") == ([("north", 30), ("middle", 55), ("south", 80)], None)
    assert times("radiosonde_track") == ([("first", 25), ("second", 60), ("third", 100)], None)
    drops, cutdown = times("film_tube")
    assert drops == [("leaflets-1", 50), ("leaflets-2", 80)]
    assert (cutdown.latest_ms, cutdown.channel) == (7_200_000, 2)


def test_everything_that_the_new_mission_only_mentions_flies_as_well(tmp_path):
    """What begins with one # and a key or a table is taken in; the wind's file is made."""
    lines = EXAMPLE.splitlines()
    taken = [line[2:] if re.match(r"# (\[|\w+ = )", line) and "repeat" not in line else line for line in lines]
    text = "\n".join(taken).replace('channel = "c"', 'channel = "line"') + CUTDOWN.partition("[cutdown]")[0]
    (tmp_path / "sounding.txt").write_text("altitude_m,direction_deg,speed_m_s\n0,270,5\n33000,270,5\n")
    found = read(tmp_path, text, now_unix_s=1_777_618_800)  # 2026-05-01T07:00Z
    assert found.no_go == []
    assert found.mission.backup_ms and found.mission.cutdown and len(found.mission.areas) == 1
    assert sum(line != other for line, other in zip(taken, lines, strict=True)) >= 14


def test_the_documentation_shows_what_really_comes_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    document = (ROOT / "docs" / "missions.md").read_text()
    example = document.partition("```toml\n")[2].partition("```")[0]
    Path("my_flight.toml").write_text(example)
    shown = "".join(f"    {line}\n" if line else "\n" for line in run("check", "my_flight.toml").output.splitlines())
    assert shown in document
    Path("my_flight.toml").write_text(
        example.replace("callsign =", "callsing =").replace('after = "45 min"', "after = 45")
    )
    shown = "".join(f"    {line}\n" for line in run("check", "my_flight.toml").output.splitlines())
    assert shown in document
