"""The areas: how keep-outs were widened, which one lies on the way, and outlines that do not look meant."""

from __future__ import annotations

from firmware.protocol.mission_plan import Drop
from firmware.protocol.mission_rules import clock_text
from ground.mission_course import Course, due_s
from ground.mission_polygon import contains, crosses_itself, fullness, moved
from ground.mission_preparation import Outline
from ground.mission_review import Review, Section

_FULL = 0.8
_WIDE_M = 100_000.0


def look(review: Review) -> Section:
    """Of the areas as they were written and as they were made."""
    section = Section("areas")
    preparation = review.preparation
    for outline in (*preparation.keep_ins, *preparation.keep_outs):
        _outline(section, outline, outline in preparation.keep_outs)
    section.data = {"footprints": []}
    for drop in review.mission.drops:
        _footprint(review, section, drop)
    if review.keep_outs.merged:
        section.look("there are too many keep-outs for each drop to have its own: drops share them, widened for all")
    used = {drop.inside for drop in review.mission.drops}
    used |= {None if review.mission.cutdown is None else review.mission.cutdown.outside}
    for index, area in enumerate(review.mission.areas):
        if any(area.name == each.name for each in preparation.keep_ins) and index not in used:
            section.look(f"nothing speaks of keep-in area '{area.name}': say inside or outside")
    if preparation.pad is not None:
        _pad(review, section)
    return section


def _outline(section: Section, outline: Outline, keep_out: bool) -> None:
    if crosses_itself(outline.corners):
        section.look(f"the outline of '{outline.name}' crosses itself: are its corners in order?")
    elif keep_out and fullness(outline.corners) < _FULL:
        section.look(f"'{outline.name}' is far from convex, and is widened around its hollows as well: split it")


def _footprint(review: Review, section: Section, drop: Drop) -> None:
    mark = review.keep_outs.footprints.get(drop.name)
    names = [outline.name for outline in review.preparation.heeded(drop.name)]
    left_out = [each.name for each in review.preparation.keep_outs if each.name not in names]
    if left_out:
        section.look(f"'{drop.name}' does not heed keep-out {', '.join(left_out)}")
    if mark is None or not names:
        return
    way = ""
    if mark.east_m or mark.north_m:
        way = f"moved by {-mark.east_m / 1000:+.1f} km east and {-mark.north_m / 1000:+.1f} km north, "
    section.lines.append(
        f"'{drop.name}' falls for up to {mark.longest_s / 60:.0f} min: {', '.join(names)} {way}"
        f"widened by {mark.radius_m / 1000:.1f} km"
    )
    section.data["footprints"].append({"drop": drop.name, **mark._asdict()})
    if review.preparation.loads.get(drop.name) is None or review.preparation.load(drop.name).kind is None:
        section.look(f"'{drop.name}' says nothing of its load: its keep-outs are widened as for leaflets, the slowest")
    if mark.radius_m > _WIDE_M and review.preparation.wind is None:
        text = f"without a wind, '{drop.name}' keeps {mark.radius_m / 1000:.0f} km away from {', '.join(names)}"
        section.look(f"{text}: it may never go; give a [wind] file")


def _pad(review: Review, section: Section) -> None:
    mission, pad = review.mission, review.preparation.pad
    assert pad is not None
    outside = None if mission.cutdown is None else mission.cutdown.outside
    outlines = {outline.name: outline for outline in review.preparation.keep_ins}
    if outside is not None and not contains(outlines[mission.areas[outside].name].corners, pad):
        section.no_go(
            f"the pad lies outside of '{mission.areas[outside].name}': the flight is ended as soon as that is allowed. "
            "Latitude comes first, then longitude"
        )
    for drop in mission.drops:
        if drop.inside is not None:
            _inside(review, section, drop, outlines[mission.areas[drop.inside].name])
    if review.slow is None or review.fast is None or (review.preparation.wind is None and review.keep_outs.areas):
        places = [("over the pad", pad)]
        for drop in mission.drops:
            _on_the_way(review, section, drop, places)
        return
    for drop in mission.drops:
        early_s, late_s = due_s(drop, review.preparation, True), due_s(drop, review.preparation, False)
        if early_s is None or late_s is None:
            continue
        places = []
        for course, at_s in ((review.slow, late_s), (review.fast, early_s)):
            places.append(_expected(review, course, at_s))
        _on_the_way(review, section, drop, places)


def _inside(review: Review, section: Section, drop: Drop, outline: Outline) -> None:
    """Whether the wind leads over a keep-in area while a drop waits for it."""
    pad, early_s, late_s = review.preparation.pad, *(due_s(drop, review.preparation, early) for early in (True, False))
    if review.preparation.wind is None or pad is None or early_s is None or late_s is None:
        return
    until_s = review.mission.end_ms / 1000 if drop.patience_ms is None else late_s + drop.patience_ms / 1000
    for course in (review.slow, review.fast):
        for row in () if course is None else course.rows:
            if early_s <= row.s <= until_s and contains(outline.corners, moved(pad, row.east_m, row.north_m)):
                return
    section.look(f"'{drop.name}' waits for '{outline.name}', and the wind does not lead there while it waits")


def _expected(review: Review, course: Course, at_s: float) -> tuple[str, tuple[int, int]]:
    row = course.at(at_s)
    pad = review.preparation.pad
    assert pad is not None
    place = moved(pad, row.east_m, row.north_m)
    text = f"at {clock_text(round(at_s) * 1000)}, near {place[0] / 1e7:.3f}, {place[1] / 1e7:.3f}"
    return text, place


def _on_the_way(review: Review, section: Section, drop: Drop, places: list[tuple[str, tuple[int, int]]]) -> None:
    """Whether a drop is expected to be due where it must not go."""
    rows = {row["name"]: row["points"] for row in review.keep_outs.areas}
    for name in review.keep_outs.names.get(drop.name, []):
        for text, place in places:
            if contains(rows[name], place):
                section.look(f"'{drop.name}' is due {text}, where its load may land in '{name}': it would wait")
                return
