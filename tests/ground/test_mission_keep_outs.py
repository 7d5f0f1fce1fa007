"""Keep-outs protect where things land: each drop gets areas moved and widened by how its load drifts."""

import math
import struct

from firmware.areas import INSIDE, contains
from firmware.protocol.mission_plan import KEEP_OUT
from ground.mission_keep_outs import highest_m
from tests.ground.mission_text import CUTDOWN, FIELD, GOOD, LATEX, TOWN, TUBE, changed, problems, read, with_drop

WIND = "altitude_m,direction_deg,speed_m_s\n0,270,10\n35000,270,10\n"
WITH_WIND = '\n[wind]\nfile = "wind.csv"\nvalid = 2026-06-01T06:00:00Z\n'
LEAFLETS = 'load_g = 150\nload = { kind = "leaflet" }'
DISCS = 'load_g = 150\nload = { kind = "disc" }'


def town_center(east_km, north_km=0.0):
    latitude = 52.13 + north_km / 111.2
    return round(latitude * 1e7), round((20.85 + east_km / (111.2 * math.cos(math.radians(latitude)))) * 1e7)


def corners(area):
    numbers = struct.unpack(f"<{len(area.points) // 4}i", area.points)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def kept_out(mission, drop, place):
    """Whether the board keeps a drop back at a place."""
    return any(
        drop.keep_outs >> index & 1 and contains(area.points, *place) == INSIDE
        for index, area in enumerate(mission.areas)
    )


def test_without_a_wind_a_keep_out_is_widened_by_the_widest_drift(tmp_path):
    text = with_drop(GOOD, LEAFLETS + '\nmax_altitude_m = 9000\nlatest = "1 h"\nlate = "skip"') + LATEX + TOWN
    text += "\n[wind]\nwidest_m_s = 10\n"
    found = read(tmp_path, text)
    mark = found.review.keep_outs.footprints["north"]
    area = found.mission.areas[0]
    assert (area.name, area.kind, found.mission.drops[0].keep_outs) == ("town", KEEP_OUT, 1)
    assert 85_000 < mark.radius_m < 100_000  # 2.5 h from 9 km at 0.8 m/s, in 10 m/s
    for direction in range(0, 360, 30):
        east, north = math.sin(math.radians(direction)), math.cos(math.radians(direction))
        radius_km = mark.radius_m / 1000
        assert kept_out(found.mission, found.mission.drops[0], town_center(east * radius_km, north * radius_km))
        far = radius_km * 1.1 + 15
        assert not kept_out(found.mission, found.mission.drops[0], town_center(east * far, north * far))


def test_with_a_wind_it_is_moved_up_the_wind_and_widened_by_the_spread(tmp_path):
    (tmp_path / "wind.csv").write_text(WIND)
    lines = LEAFLETS + '\nmin_altitude_m = 8000\nmax_altitude_m = 9000\nlatest = "1 h"\nlate = "skip"'
    found = read(tmp_path, with_drop(GOOD, lines) + LATEX + TOWN + WITH_WIND)
    mark = found.review.keep_outs.footprints["north"]
    drop = found.mission.drops[0]
    assert mark.east_m > 60_000 and abs(mark.north_m) < 1
    assert kept_out(found.mission, drop, town_center(-mark.east_m / 1000))
    # Just west of the town, or far down the wind, nothing can drift into it.
    assert mark.radius_m < 70_000
    assert not kept_out(found.mission, drop, town_center(30))
    assert not kept_out(found.mission, drop, town_center(-mark.east_m / 1000 - mark.radius_m / 1000 - 20))


def two_drops(first, second):
    text = with_drop(GOOD, first)
    return text + f'\n[[drop]]\nname = "south"\nchannel = "b"\nafter = "55 min"\n{second}\n' + LATEX + TOWN


def test_drops_that_fall_alike_share_an_area_and_others_have_their_own(tmp_path):
    mission = read(tmp_path, two_drops(LEAFLETS, LEAFLETS)).mission
    assert [area.name for area in mission.areas] == ["town"]
    assert [drop.keep_outs for drop in mission.drops] == [1, 1]
    mission = read(tmp_path, two_drops(LEAFLETS, DISCS)).mission
    assert [area.name for area in mission.areas] == ["town-1", "town-2"]
    assert [drop.keep_outs for drop in mission.drops] == [1, 2]
    wide, narrow = (max(point[1] for point in corners(area)) for area in mission.areas)
    assert wide > narrow + 10_000_000


def test_a_name_that_is_taken_or_too_long_is_made_another(tmp_path):
    text = two_drops(LEAFLETS, DISCS).replace('"town"', '"sixteen-letters-"')
    names = [area.name for area in read(tmp_path, text).mission.areas]
    assert names == ["sixteen-letter-1", "sixteen-letter-2"]
    text = two_drops(LEAFLETS + '\ninside = "town-1"\nlatest = "1 h"\nlate = "skip"', DISCS)
    names = [area.name for area in read(tmp_path, text + FIELD.replace('"field"', '"town-1"')).mission.areas]
    assert names == ["town-1", "town-1-1", "town-2"]


def test_a_drop_may_heed_only_some_and_that_is_said(tmp_path):
    lake = TOWN.replace('"town"', '"lake"').replace("52.1", "51.1")
    found = read(tmp_path, two_drops(LEAFLETS + '\nkeep_outs = ["town"]', LEAFLETS) + lake)
    names = [area.name for area in found.mission.areas]
    assert names == ["town", "lake"]
    assert [drop.keep_outs for drop in found.mission.drops] == [1, 3]
    assert "'north' does not heed keep-out lake" in found.warnings
    found = read(tmp_path, two_drops(LEAFLETS + "\nkeep_outs = []", LEAFLETS) + lake)
    assert [drop.keep_outs for drop in found.mission.drops] == [0, 3]


def test_where_there_are_too_many_the_drops_share_areas_around_all_of_theirs(tmp_path):
    text = two_drops(LEAFLETS, DISCS).replace("[wind]", "")
    for number in range(6):
        text += (
            TOWN.replace('"town"', f'"town{number}"').replace("20.8", f"2{number}.8").replace("20.9", f"2{number}.9")
        )
    text += "\n[wind]\nwidest_m_s = 5\n"
    found = read(tmp_path, text)
    assert len(found.mission.areas) == 7
    assert [drop.keep_outs for drop in found.mission.drops] == [127, 127]
    assert any("drops share them" in each for each in found.warnings)


def test_a_load_that_nobody_described_falls_as_slowly_as_paper_and_that_is_said(tmp_path):
    known = read(tmp_path, with_drop(GOOD, LEAFLETS) + LATEX + TOWN)
    unknown = read(tmp_path, GOOD + LATEX + TOWN)
    radius = [found.review.keep_outs.footprints["north"].radius_m for found in (known, unknown)]
    assert radius[0] == radius[1]
    assert any("says nothing of its load" in each for each in unknown.warnings)
    assert not any("says nothing of its load" in each for each in known.warnings)


def test_a_keep_out_wider_than_a_board_can_judge_is_refused_with_what_to_do(tmp_path):
    text = with_drop(GOOD, LEAFLETS) + LATEX + TOWN.replace("52.1", "79.1") + "\n[wind]\nwidest_m_s = 150\n"
    found = problems(tmp_path, text)
    assert [each[1] for each in found] == ["area[1].points"]
    assert "give a [wind] file" in found[0][2]


def test_the_highest_of_a_drop_is_where_its_balloon_ends_or_its_own_conditions(tmp_path):
    def highest(text):
        found = read(tmp_path, text)
        return highest_m(found.mission, found.review.preparation, found.mission.drops[0])

    assert highest(GOOD) == 40000
    assert highest(GOOD + LATEX) == 32000
    late = with_drop(GOOD, 'max_altitude_m = 9000\nlatest = "1 h"\nlate = "skip"') + LATEX
    assert highest(late) == 9000
    assert highest(changed(late, '"skip"', '"release"')) == 32000  # its latest moment waives the condition
    assert highest(GOOD + LATEX + CUTDOWN + "ceiling_m = 20000\n") == 20300
    assert 6600 < highest(with_drop(GOOD, "load_g = 2000") + TUBE + CUTDOWN) < 7000
    assert highest(GOOD + LATEX + CUTDOWN + "ceiling_m = 100\n") == 1350


def test_every_area_that_is_made_still_fits_the_board(tmp_path):
    text = two_drops(LEAFLETS, DISCS) + FIELD
    for number in range(1, 4):
        text += (
            TOWN.replace('"town"', f'"town{number}"').replace("20.8", f"2{number}.8").replace("20.9", f"2{number}.9")
        )
    found = read(tmp_path, text)
    assert len(found.mission.areas) == 9
    assert all(3 <= len(corners(area)) <= 16 for area in found.mission.areas)
    assert len(found.data) < 2048
