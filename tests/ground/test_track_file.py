"""Recorded flights as worlds: what people's files look like, what is left out and said, and what is refused."""

import struct
from pathlib import Path

import pytest

from ground.bad_input import BadInput
from ground.track_file import LANDED_S, PAD_S, make_world, read_points

HEAD = "DateTime,Latitude,Longitude,Altitude"
START_S = 1_600_000_000
FLIGHTS = Path("../shared/data/flights")


def row(second, altitude_m, latitude=50.0, longitude=10.0):
    return f"{START_S + second},{latitude + second * 1e-5:.6f},{longitude + second * 2e-5:.6f},{altitude_m:.1f}"


def rows(step=2):
    """Five minutes up at 5 m/s from 1,000 m, and down at 10 m/s to 700 m."""
    up = [row(second, 1000 + 5 * second) for second in range(0, 600, step)]
    return up + [row(second, 4000 - 10 * (second - 600)) for second in range(600, 931, step)]


def written(tmp_path, lines, head=HEAD):
    path = tmp_path / "track.csv"
    path.write_text("\n".join([head, *lines]) + "\n")
    return path


def unpacked(world):
    return list(struct.iter_unpack("<Iiii", world.rows))


def refusal(path, pad_altitude_m=100.0):
    with pytest.raises(BadInput) as refused:
        make_world(path, pad_altitude_m)
    assert refused.value.exit_code == 2 and refused.value.message.endswith(".")
    return refused.value.message


def test_a_clean_track_is_taken_as_it_is(tmp_path):
    points, notes = read_points(written(tmp_path, rows()))
    assert len(points) == len(rows()) and notes == []
    assert points[0].altitude_m == 1000 and points[0].unix_s == START_S


def test_newest_first_is_the_same_flight_without_a_word(tmp_path):
    forward = read_points(written(tmp_path, rows()))
    assert read_points(written(tmp_path, rows()[::-1])) == forward


def test_rows_out_of_order_are_put_in_their_place_and_that_is_said(tmp_path):
    lines = rows()
    lines[10], lines[50] = lines[50], lines[10]
    points, notes = read_points(written(tmp_path, lines))
    assert points == read_points(written(tmp_path, rows()))[0]
    assert len(notes) == 1 and "out of order" in notes[0]


def test_repeated_rows_are_left_out_and_counted(tmp_path):
    lines = rows()
    points, notes = read_points(written(tmp_path, lines[:100] + lines[40:60] + lines[100:]))
    assert points == read_points(written(tmp_path, rows()))[0]
    assert any(note == "20 repeated rows left out" for note in notes)


def test_gaps_are_flown_on_straight_lines_and_said(tmp_path):
    lines = rows()
    world = make_world(written(tmp_path, lines[:100] + lines[130:]), 100.0)
    assert any("gap is 62 s" in note for note in world.notes)
    assert world.apex_m == 4000


def test_a_spike_is_left_out(tmp_path):
    lines = rows()
    lines[80] = row(160, 29000)
    lines[81] = row(162, -400)
    points, notes = read_points(written(tmp_path, lines))
    assert max(point.altitude_m for point in points) == 4000 and len(points) == len(lines) - 2
    assert notes == ["2 impossible heights left out"]


def test_unreadable_rows_are_left_out_and_the_first_is_named(tmp_path):
    lines = rows()
    lines[7] = "nonsense"
    lines[9] = f"{START_S + 18},,,"
    lines[11] = f"{START_S + 22},95.0,10.0,1100"
    lines[13] = f"{START_S + 26},0.0,0.0,1130"
    points, notes = read_points(written(tmp_path, lines))
    assert len(points) == len(lines) - 4
    assert notes[0].startswith("4 rows without a readable time and place") and notes[0].endswith("line 9")


def test_other_heads_delimiters_and_times_are_understood(tmp_path):
    given = [line.split(",") for line in rows()]
    tabbed = written(tmp_path, ["\t".join(line) for line in given], "UTC\tLat\tLon\tAlt")
    assert len(read_points(tabbed)[0]) == len(given)
    iso = [";".join(["2020-09-13T12:26:40Z" if line is given[0] else line[0], *line[1:]]) for line in given]
    points, _ = read_points(written(tmp_path, iso, " time ; latitude ; longitude ; height "))
    assert points[0].unix_s == START_S and len(points) == len(given)


def test_columns_may_stand_in_any_order_with_others_between(tmp_path):
    lines = [f"x,{alt},{lat},,{time},{lon}" for time, lat, lon, alt in (line.split(",") for line in rows())]
    points, _ = read_points(written(tmp_path, lines, "Serial,Altitude,Latitude,Speed,DateTime,Longitude"))
    assert points == read_points(written(tmp_path, rows()))[0]


def test_the_pad_lies_where_the_first_minutes_climb_leads_back_to(tmp_path):
    world = make_world(written(tmp_path, rows()), 100.0)
    first, *_, landing = unpacked(world)
    # 900 m at 5 m/s: three minutes before the record, against its drift.
    assert first[0] == PAD_S * 1000 and first[3] == 100_000
    assert first[1] == pytest.approx(500000000 - 180 * 100, abs=60)
    assert first[2] == pytest.approx(100000000 - 180 * 200, abs=110)
    assert world.start_unix_s == START_S - 180 - PAD_S and world.launch_s == PAD_S
    assert landing[3] == 610_000 and landing[0] == (PAD_S + 180 + 930 + 9) * 1000
    assert world.landing_s == PAD_S + 180 + 930 + 9 and LANDED_S == 600
    assert any("starts aloft" in note for note in world.notes) and any("ends falling" in note for note in world.notes)


def test_a_stated_pad_is_where_it_starts(tmp_path):
    world = make_world(written(tmp_path, rows()), 100.0, (49.9, 9.9))
    assert unpacked(world)[0][1:] == (499000000, 99000000, 100_000)


def test_a_record_that_has_its_pad_and_its_landing_is_joined_to_nothing(tmp_path):
    lines = [row(second, 100) for second in range(0, 60, 2)]
    lines += [row(second, 100 + 5 * (second - 60)) for second in range(60, 460, 2)]
    lines += [row(second, 2100 - 10 * (second - 460)) for second in range(460, 660, 2)]
    lines += [row(second, 100) for second in range(660, 800, 2)]
    world = make_world(written(tmp_path, lines), 100.0)
    assert len(unpacked(world)) == len(lines) and not [note for note in world.notes if "joined" in note]


def test_packed_rows_rise_in_time_and_fit_the_simulator(tmp_path):
    times = [packed[0] for packed in unpacked(make_world(written(tmp_path, rows()[::-1]), 100.0))]
    assert times == sorted(set(times)) and times[0] == PAD_S * 1000


def test_what_cannot_be_a_flight_is_refused_with_a_sentence(tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert "is empty" in refusal(empty)
    assert "no column for latitude, altitude" in refusal(written(tmp_path, rows(), "time,x,longitude,y"))
    assert "0 usable positions" in refusal(written(tmp_path, []))
    assert "19 usable positions" in refusal(written(tmp_path, rows()[:19]))
    flat = [row(second, 390) for second in range(0, 600, 2)]
    assert "never rises 300 m above the pad" in refusal(written(tmp_path, flat))
    half = [line if place % 2 else "rubbish" for place, line in enumerate(rows())]
    assert "line 2:" in refusal(written(tmp_path, half))
    long = [row(second * 1000, 1000 + second) for second in range(180)]
    assert "48 hours" in refusal(written(tmp_path, long))
    assert "cannot be read" in refusal(tmp_path / "missing.csv")
    assert "cannot be read" in refusal(tmp_path)


def test_bytes_that_are_no_text_are_refused_not_raised(tmp_path):
    path = tmp_path / "binary.csv"
    path.write_bytes(bytes(range(256)) * 50)
    assert refusal(path)


@pytest.mark.parametrize("line", ["nan", "inf", "1e400", "-inf"])
def test_numbers_that_are_none_are_no_positions(tmp_path, line):
    lines = rows()
    lines[20] = f"{START_S + 40},{line},10.0,1200"
    lines[22] = f"{START_S + 44},50.0,10.0,{line}"
    lines[24] = f"{line},50.0,10.0,1240"
    points, _ = read_points(written(tmp_path, lines))
    assert len(points) == len(lines) - 3
    make_world(written(tmp_path, lines), 100.0)


@pytest.mark.parametrize("name", ["rs41_R3320833.csv", "rs41_S3140158.csv", "rs41_T1240114.csv"])
def test_a_real_radiosonde_is_a_world(name):
    path = FLIGHTS / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    world = make_world(path, 450.0 if "T12" in name else 100.0)
    packed = unpacked(world)
    assert 31_000 <= world.apex_m <= 34_000
    assert max(one[3] for one in packed) == round(world.apex_m * 1000)
    times = [one[0] for one in packed]
    assert times == sorted(set(times)) and 5000 <= times[-1] / 1000 <= 20_000
    assert any("starts aloft" in note for note in world.notes) and any("ends falling" in note for note in world.notes)
