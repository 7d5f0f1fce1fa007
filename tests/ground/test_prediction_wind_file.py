"""Winds out of files: soundings as weather services give them, a simple table, and what is none."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.prediction.wind_file import WindFileError, read_wind, read_wind_file

SOUNDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "soundings"

TEXT = """\
12374 Legionowo Observations at 06Z 01 May 2026

-----------------------------------------------------------------------------
   PRES   HGHT   TEMP   DWPT   RELH   MIXR   DRCT   SKNT   THTA   THTE   THTV
    hPa     m      C      C      %    g/kg    deg   knot     K      K      K
-----------------------------------------------------------------------------
 1000.0    104
  997.0    120   14.6   11.6     82   8.60    270     10  287.3  311.6  288.8
  900.0    990   14.6   11.6     82   8.60
  850.0   1500    9.8    7.8     82   8.60    180     20  287.3  311.6  288.8
   10.0  31000    9.8    7.8     82   8.60     90     40  287.3  311.6  288.8
Station information and sounding indices

                         Station number: 12374
"""
TABLE = """\
# a forecast
altitude_m, direction_deg, speed_m_s
0, 270, 5

# higher up
1000, 180, 10
3000, 90, 20
"""


def unix(*moment):
    return int(datetime(*moment, tzinfo=UTC).timestamp())


def test_wyoming_text_is_read_with_its_knots_its_gaps_and_its_moment():
    wind = read_wind(TEXT, "x")
    assert len(wind.rows) == 3
    assert wind.valid_unix_s == unix(2026, 5, 1, 6)
    assert wind.rows[0] == pytest.approx((120, 10 * 0.514444, 0), abs=0.01)
    assert wind.rows[1] == pytest.approx((1500.35, 0, 20 * 0.514444), abs=0.01)
    assert wind.top_m == pytest.approx(31152, abs=1)


def test_wyoming_text_out_of_a_saved_page_and_in_metres_a_second_is_read():
    page = "<html><PRE>\r\n" + TEXT.replace("SKNT", "SPED").replace("\n", "\r\n") + "</PRE></html>"
    assert read_wind(page, "x").rows[0] == pytest.approx((120, 10, 0), abs=0.01)


def test_a_simple_table_is_read():
    wind = read_wind(TABLE, "x")
    assert wind.valid_unix_s is None
    assert wind.rows[0] == pytest.approx((0, 5, 0), abs=1e-9)
    assert wind.at(2000) == pytest.approx((-10, 5), abs=1e-9)


def test_a_table_may_say_its_moment():
    text = "time,altitude_m,direction_deg,speed_m_s\n2026-05-01 06:00:00,0,270,5\n,1000,180,10\n"
    assert read_wind(text, "x").valid_unix_s == unix(2026, 5, 1, 6)
    text = text.replace("2026-05-01 06:00:00", "2026-05-01T08:00:00+02:00")
    assert read_wind(text, "x").valid_unix_s == unix(2026, 5, 1, 6)
    assert read_wind(text.replace("2026-05-01T08:00:00+02:00", "soon"), "x").valid_unix_s is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no wind that is known here"),
        ("{}", "no wind that is known here"),
        (TABLE.replace("1000, 180, 10", "1000, north, 10"), r"x:6: expected altitude, direction and speed"),
        (TABLE.replace("1000, 180, 10", "1000, 361, 10"), r"x:6: no wind is like this"),
        (TABLE.replace("1000, 180, 10", "1000, 180, -1"), r"x:6: no wind is like this"),
        (TABLE.replace("1000, 180, 10", "1000, 180, 999"), r"x:6: no wind is like this"),
        (TABLE.replace("1000, 180, 10", "1000, 180, nan"), r"x:6: no wind is like this"),
        (TABLE.replace("1000, 180, 10", "99999, 180, 9"), r"x:6: no wind is like this"),
        ("altitude_m,direction_deg,speed_m_s\n0,1,1\n", "two altitudes"),
        ("altitude_m,direction_deg,speed_m_s\n0,1\n1000\n", "two altitudes"),
        (TEXT.replace("SKNT", "SPEE"), "no column SKNT or SPED"),
        (TEXT.replace("01 May", "31 Feb"), "no moment"),
    ],
)
def test_what_is_no_wind_is_refused_with_the_line(text, says):
    with pytest.raises(WindFileError, match=says):
        read_wind(text, "x")


def test_a_month_that_is_none_leaves_the_moment_unknown():
    assert read_wind(TEXT.replace("May", "Mai"), "x").valid_unix_s is None


def test_a_file_that_cannot_be_read_or_is_far_too_large_is_refused(tmp_path):
    with pytest.raises(WindFileError, match="cannot be read"):
        read_wind_file(tmp_path / "none.txt")
    large = tmp_path / "large.txt"
    large.write_bytes(b"#" * (1 << 21))
    with pytest.raises(WindFileError, match="larger than"):
        read_wind_file(large)


@given(st.text(max_size=200))
def test_whatever_stands_in_a_file_is_a_wind_or_refused(junk):
    for text in (junk, TABLE + junk, TEXT[:600] + junk, junk.join(TEXT.splitlines(True)[:6]) + TEXT[600:]):
        try:
            assert len(read_wind(text.replace("\0", "?"), "x").rows) >= 2
        except WindFileError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("name", "rows", "valid", "top_m", "fastest_m_s"),
    [
        # The heights of the CSVs are geopotential: 32,309 m of it are 32,474 m.
        ("wyoming_high_alt_sounding.txt", 131, (2010, 12, 9, 11, 6), 32474, 58.7),
        ("wyoming_missing_station_info.txt", 61, (2011, 12, 31, 23, 32), 20657, 22.1),
        ("wyoming_sounding.txt", 30, (1999, 5, 3, 23, 2), 10074, 37.6),
        ("wyoming_sounding_heights.txt", 255, (2023, 5, 22, 11, 4), 34938, 26.2),
        ("wyoming_text.sounding", 152, None, 33339, 29.8),
    ],
)
def test_real_soundings_are_read(name, rows, valid, top_m, fastest_m_s):
    path = SOUNDINGS / name
    if not path.exists():
        pytest.skip("real soundings are not part of the project, and not beside it here")
    wind = read_wind_file(path)
    assert len(wind.rows) == rows
    assert wind.valid_unix_s == (None if valid is None else unix(*valid))
    assert wind.top_m == pytest.approx(top_m, abs=1)
    assert wind.fastest_m_s() == pytest.approx(fastest_m_s, abs=0.05)
    assert all(math.hypot(east, north) < 100 for _, east, north in wind.rows)
