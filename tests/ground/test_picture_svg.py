"""The picture and the page: whole, inert, and they show every drop."""

import re
import time
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from ground.picture import svg
from ground.picture.canvas import BOLD, TYPE, Canvas
from ground.picture.flight_record import Drop
from ground.picture.labels import Box, Labels
from ground.picture.page import page
from ground.picture.words import MISSING, clean, clock, look, outcome, shorten, width, wrap
from tests.ground import picture_records as records

RECORDS = records.all_of_them()
SHAPES = (svg.ALONE, svg.WIDE, svg.TALL)
NS = "{http://www.w3.org/2000/svg}"


def words_of(root):
    return ["".join(each.itertext()) for each in root.iter(f"{NS}text")]


@pytest.mark.parametrize("name", RECORDS)
def test_the_picture_is_well_formed_and_has_no_numbers_that_are_none(name):
    for shape in SHAPES:
        text = svg.picture(RECORDS[name], shape)
        root = ElementTree.fromstring(text.encode())
        assert root.find(f"{NS}title").text and root.find(f"{NS}desc").text
        geometry = " ".join(
            value for each in root.iter() for key, value in each.attrib.items()
            if key in ("d", "x", "y", "cx", "cy", "r", "width", "height", "transform", "viewBox")
        )  # fmt: skip
        assert "nan" not in geometry and "inf" not in geometry


@pytest.mark.parametrize("name", RECORDS)
def test_the_same_record_gives_the_same_bytes(name):
    again = records.all_of_them()[name]
    assert svg.picture(RECORDS[name]) == svg.picture(again)
    assert page(RECORDS[name]) == page(again)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize("name", RECORDS)
def test_a_page_asks_for_nothing_and_runs_nothing(name):
    text = page(RECORDS[name])
    text.encode()
    reader = _Reader()
    reader.feed(text)
    assert not {"script", "img", "iframe", "object", "embed", "base", "form", "image", "use", "a"} & set(reader.tags)
    assert not [key for key, _ in reader.attributes if key.startswith("on")]
    assert [value for key, value in reader.attributes if key in ("src", "href", "xlink:href", "srcset")] == ["data:,"]
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))
    assert "@import" not in text
    assert text.replace('xmlns="http://www.w3.org/2000/svg"', "").count("://") == 0
    ids = [value for key, value in reader.attributes if key == "id"]
    assert len(ids) == len(set(ids))


def test_hostile_words_are_only_words():
    text = page(RECORDS["hostile"])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e\ufffe\ud800-\udfff]", text)
    assert text.count("</title>") == 1 + sum(
        svg.picture(RECORDS["hostile"], shape).count("</title>") for shape in (svg.WIDE, svg.TALL)
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "<script" not in text


def test_every_drop_is_marked_and_named_in_both_panels():
    for shape in SHAPES:
        root = ElementTree.fromstring(svg.picture(RECORDS["latex"], shape))
        marks = [each for each in root.iter(f"{NS}g") if each.get("class", "").startswith("drop")]
        for title, kind in (
            ("north: confirmed", "drop"),
            ("middle: fired, not confirmed", "drop hollow"),
            ("south: did not fire", "drop hollow"),
        ):
            found = [mark.get("class") for mark in marks if mark.find(f"{NS}title").text.startswith(title)]
            assert found == [kind, kind], (shape.name, title)
        words = words_of(root)
        assert [words.count(name) for name in ("north", "middle", "south")] == [2, 2, 2]
        assert "fired, not confirmed" in words and "did not fire" in words


def test_the_occasions_of_one_drop_have_a_mark_each_and_one_label_together():
    for shape in SHAPES:
        root = ElementTree.fromstring(svg.picture(RECORDS["dispenser"], shape))
        told = [
            each.find(f"{NS}title").text for each in root.iter(f"{NS}g") if each.get("class", "").startswith("drop")
        ]
        for n in range(1, 13):
            found = [text for text in told if text.startswith(f"seeds {n}:")]
            assert len(found) == 2 and all(("fired, unconfirmed" in text) == (n == 4) for text in found)
        words = words_of(root)
        assert words.count("seeds") == 2
    assert "12 times, 11 confirmed" in words_of(ElementTree.fromstring(svg.picture(RECORDS["dispenser"])))
    text = page(RECORDS["dispenser"])
    assert "<span>seeds 12</span>" in text and "skipped" in text


def test_a_cutdown_is_a_cross_and_one_that_was_not_needed_is_none():
    def crosses(name):
        root = ElementTree.fromstring(svg.picture(RECORDS[name]))
        return [each.get("class") for each in root.iter(f"{NS}g") if each.get("class", "").startswith("cut")]

    assert crosses("dispenser") == ["cut", "cut"]
    assert crosses("cutdown failed") == ["cut thin", "cut thin"]
    assert crosses("cutdown not needed") == [] and "not in this time" not in svg.picture(RECORDS["cutdown not needed"])
    assert '<span class="soft">not needed</span>' in page(RECORDS["cutdown not needed"])
    assert "fired, failed" in page(RECORDS["cutdown failed"])
    skipped = Drop("cutdown", 5000.0, None, False, state="skipped", cutdown=True)
    assert '<span class="bad">&#10007; skipped</span>' in page(records.latex([skipped]))


@pytest.mark.parametrize(
    ("due_s", "fired_s", "state", "said"),
    [
        (60.0, 60.1, "failed", "fired, failed"),
        (60.0, 60.1, "firing", "fired, not confirmed"),
        (60.0, None, "parted_early", "parted early"),
        (60.0, None, "cancelled", "cancelled"),
        (60.0, None, "waiting", "did not fire"),
        (90.0, None, "due", "not due while heard"),
        (None, None, None, "did not fire"),
    ],
)
def test_a_state_that_is_an_end_is_the_outcome_and_one_on_the_way_is_none(due_s, fired_s, state, said):
    assert outcome(Drop("x", due_s, fired_s, False, state=state), 80.0) == said


@pytest.mark.parametrize(
    ("backup", "confirmed", "let_go", "state", "said", "kind"),
    [
        (False, True, True, "confirmed", "confirmed", "good"),
        (False, True, None, "confirmed", "confirmed", "good"),
        (False, True, False, "confirmed", "confirmed, but not let go", "bad"),
        (False, False, True, "unconfirmed", "fired, unconfirmed, but let go", "bad"),
        (False, False, False, "failed", "fired, failed", "bad"),
        (True, True, True, "confirmed", "by the backup, confirmed", "good"),
        (True, False, True, "pending", "by the backup, let go", "good"),
        (True, False, False, "pending", "by the backup, not let go", "bad"),
        (True, False, None, "pending", "by the backup, not confirmed", "bad"),
    ],
)
def test_an_outcome_tells_telemetry_from_what_only_the_simulation_knows(backup, confirmed, let_go, state, said, kind):
    drop = Drop("x", 60.0, 60.0, confirmed, state=state, by_backup=backup, let_go=let_go)
    assert outcome(drop, 80.0) == said and look(drop, 80.0) == kind
    note = "let go is what the simulation knows"
    assert (note in page(records.latex([drop]))) == ("let go" in said)


def test_what_was_not_its_turn_is_neither_good_nor_bad():
    text = page(RECORDS["slipped"])
    assert '<span class="soft">cancelled at 1:40:00</span>' in text
    assert '<span class="bad">&#10007; skipped at 0:04:56</span>' in text
    assert '<span class="soft">not due while heard</span>' in page(RECORDS["dead in the climb"])
    assert '<span class="good">&#10003; by the backup, let go</span>' in page(RECORDS["dead in the climb"])


def test_drops_in_a_row_all_have_their_names():
    for shape in SHAPES:
        words = words_of(ElementTree.fromstring(svg.picture(RECORDS["float"], shape)))
        for n in range(1, 8):
            assert any(word.startswith(f"seeds {n}") for word in words), (shape.name, n)


def test_marks_stand_where_the_drop_fired():
    record = RECORDS["latex"]
    root = ElementTree.fromstring(svg.picture(record))
    spots = {}
    for mark in root.iter(f"{NS}g"):
        if mark.get("class", "").startswith("drop"):
            name = mark.find(f"{NS}title").text.split(":")[0]
            spots.setdefault(name, []).append([float(n) for n in re.findall(r"[-\d.]+", mark.get("transform"))[:2]])
    # Equal times lie equally far apart, and so do equal climbs: 1800.3, 3300.1 and 4800 s at 5 m/s.
    (x1, y1), (x2, y2), (x3, y3) = (spots[name][0] for name in ("north", "middle", "south"))
    assert abs((x2 - x1) / (x3 - x1) - 1499.8 / 2999.7) < 0.002
    assert abs((y2 - y1) / (y3 - y1) - 1499.8 / 2999.7) < 0.002
    assert x3 > x2 > x1 and y3 < y2 < y1


def spots(drop):
    """Where a drop's mark is, in chart and map."""
    text = svg.picture(records.latex([drop]))
    return re.findall(r'<g class="drop hollow" transform="translate\(([-\d. ]+)\)', text)


@pytest.mark.parametrize("state", ["skipped", "cancelled"])
def test_a_drop_that_was_not_let_go_is_marked_when_that_was_so_not_when_it_was_due(state):
    over = spots(Drop("one", 1800.0, None, False, state=state, over_s=2400.0))
    assert over == spots(Drop("one", 2400.0, None, False, state=state)) and len(over) == 2
    assert over != spots(Drop("one", 1800.0, None, False, state=state))
    text = svg.picture(RECORDS["slipped"])
    assert text.count("slipped: skipped, 0:04:56") == 1 and "0:05:05" not in text


def test_two_drops_side_by_side_are_not_turned_upright():
    pair = [Drop("one", 1800.0, 1800.0, True), Drop("two", 2300.0, 2300.0, True)]
    assert "rotate(90)" not in svg.picture(records.latex(pair))
    assert svg.picture(RECORDS["float"]).count("rotate(90)") == 7


def test_positions_that_stop_in_the_climb_have_a_last_position_and_no_apex():
    for shape in SHAPES:
        text = svg.picture(RECORDS["dead in the climb"], shape)
        words = words_of(ElementTree.fromstring(text))
        assert words.count("last position heard") == 2 and not any("apex" in word for word in words)
        assert "Last position heard at 0:19:54, 6.1 km high." in text and "Apex" not in text
        words = words_of(ElementTree.fromstring(svg.picture(RECORDS["lost in the descent"], shape)))
        assert words.count("last position heard") == 2 and "apex 30.1 km" in words
        assert "last position heard" not in words_of(ElementTree.fromstring(svg.picture(RECORDS["latex"], shape)))
    facts = page(RECORDS["dead in the climb"])
    assert "<dt>apex</dt><dd>not seen</dd>" in facts and "<dt>landing</dt><dd>not seen</dd>" in facts
    assert "<dt>last position heard</dt><dd>0:19:54, 6.1 km high, <code>" in facts


def test_the_altitude_axis_does_not_reach_for_what_the_time_axis_leaves_out():
    words = words_of(ElementTree.fromstring(svg.picture(RECORDS["dead in the climb"])))
    assert "not in this time: after (0:30:00), cutdown (1:14:56)" in words
    assert "6" in words and not {"8", "10", "20"} & set(words)


def boxes(text):
    """Where each text is, as wide as it is thought to be: (left, top, right, bottom, words)."""
    for each in ElementTree.fromstring(text).iter(f"{NS}text"):
        look = each.get("class").split()[0]
        size, weight = TYPE[look]
        long = width(each.text, size, weight >= BOLD)
        if each.get("transform"):
            x, y = (float(n) for n in re.findall(r"-?[\d.]+", each.get("transform"))[:2])
            yield x - size * 0.2, y, x + size * 0.75, y + long, each.text
            continue
        x, y = float(each.get("x")), float(each.get("y"))
        left = x - {"start": 0, "middle": long / 2, "end": long}[each.get("text-anchor", "start")]
        yield left, y - size * 0.75, left + long, y + size * 0.2, each.text


@pytest.mark.parametrize("name", RECORDS)
def test_no_two_labels_overlap_and_none_leaves_the_picture(name):
    for shape in SHAPES:
        found = list(boxes(svg.picture(RECORDS[name], shape)))
        for at, (left, top, right, bottom, words) in enumerate(found):
            assert left >= -1 and right <= shape.width + 1 and top >= 0 and bottom <= shape.height, words
            for other in found[at + 1 :]:
                apart = right <= other[0] + 1 or other[2] <= left + 1 or bottom <= other[1] + 1 or other[3] <= top + 1
                assert apart, (shape.name, words, other[4])


def test_a_label_keeps_away_from_the_mark_of_another():
    canvas = Canvas("test")
    labels = Labels(canvas, Box(0, 0, 400, 200))
    labels.place(200, 50, [("alone", "name")], "right")
    labels.spots = [(200.0, 150.0), (225.0, 150.0)]
    labels.place(200, 150, [("beside", "name")], "right")
    alone, beside = ElementTree.fromstring(f"<svg>{''.join(canvas.parts)}</svg>").iter("text")
    assert float(alone.get("x")) == 210 and alone.get("text-anchor") is None
    assert float(beside.get("x")) <= 200


def test_two_names_side_by_side_do_not_read_as_one():
    canvas = Canvas("test")
    labels = Labels(canvas, Box(0, 0, 400, 200))
    long = width("middle", TYPE["name"][0], bold=True)
    # As near as they could stand and be apart by a space.
    for x in (100.0, 100.0 + long + 5):
        labels.place(x, 50, [("middle", "name")], "below", furthest=10)
    one, other = (
        (float(each.get("x")), float(each.get("y")))
        for each in ElementTree.fromstring(f"<svg>{''.join(canvas.parts)}</svg>").iter("text")
    )
    assert other[1] != one[1] or other[0] - one[0] - long >= 8


@pytest.mark.parametrize("name", RECORDS)
def test_no_leader_runs_through_words(name):
    for shape in SHAPES:
        text = svg.picture(RECORDS[name], shape)
        found = list(boxes(text))
        for ends in re.findall(r'class="leader" d="M([-\d.]+),([-\d.]+) ([-\d.]+),([-\d.]+)"', text):
            x1, y1, x2, y2 = map(float, ends)
            for part in range(95):
                x, y = x1 + (x2 - x1) * part / 100, y1 + (y2 - y1) * part / 100
                crossed = [words for left, top, right, bottom, words in found if left < x < right and top < y < bottom]
                assert not crossed, (shape.name, crossed)


def test_what_is_missing_is_said():
    words = {name: " ".join(words_of(ElementTree.fromstring(svg.picture(RECORDS[name])))) for name in RECORDS}
    assert words["empty"].count("No position was heard.") == 2
    assert "launch" not in words["never launched"].split() and "first position" in words["never launched"]
    assert "No launch was seen." in svg.picture(RECORDS["never launched"])
    never = page(RECORDS["never launched"])
    assert "no launch was seen" in never and "not due while heard" in never and "did not fire" in never
    assert "1 gap without a position, the longest 602 s, drawn dotted." in page(RECORDS["silence"])
    assert "3 impossible or repeated points left out." in page(RECORDS["impossible"])
    assert "This mission has no drops." in page(RECORDS["no drops"])


def test_a_silence_is_dotted_and_not_filled():
    whole, holed = (svg.picture(RECORDS[name]) for name in ("latex", "silence"))
    assert 'class="way gap"' not in whole and holed.count('class="way gap"') == 2
    assert holed.count('class="fill ascent"') == whole.count('class="fill ascent"') + 1


def test_a_flight_over_the_date_line_is_drawn_in_one_piece():
    """The same wind draws the same way wherever it blows."""
    track = re.compile(r'<g class="on-panel">.*</g>')
    here, there = (track.search(svg.picture(RECORDS[name])).group() for name in ("latex", "date line"))
    paths = [[[float(n) for n in re.findall(r"-?[\d.]+", d)] for d in re.findall(r'd="([^"]*)"', each)]
             for each in (here, there)]  # fmt: skip
    assert [len(each) for each in paths[0]] == [len(each) for each in paths[1]]
    worst = max(abs(a - b) for one, two in zip(*paths, strict=True) for a, b in zip(one, two, strict=True))
    assert worst <= 0.11


def test_the_page_says_what_was_simulated_and_what_was_not():
    assert "Nothing left the ground" in page(RECORDS["latex"]) and "simulated" not in page(RECORDS["empty"]).lower()
    assert "over a recorded track" in page(RECORDS["hostile"])


def test_the_page_has_each_drop_with_its_times_and_its_place():
    record = records.latex([Drop("north", 1800.0, 1800.34, True, 9120.0, 50.12345, -8.5), Drop("b", 60.0, None, False)])
    text = page(record)
    row = re.search(r"<tr><td[^>]*><span>north.*?</tr>", text).group()
    assert re.findall(r"<span>([^<]*)</span>", row)[:4] == ["north", "0:30:00", "0:30:00", "+0.3 s"]
    assert "<code>50.12345, -8.50000</code>" in row and "9.1 km" in row and "confirmed" in row
    row = re.search(r"<tr><td[^>]*><span>b<.*?</tr>", text).group()
    assert "did not fire" in row and "<code>" not in row


def test_ten_thousand_points_become_a_small_picture_at_once():
    record = records.latex(step_s=1)
    assert len(record.points) > 9_800
    svg.picture(record)
    started = time.process_time()
    text = svg.picture(record)
    # Measured 0.06 s; the bound is for slow machines.
    assert time.process_time() - started < 1.0
    assert len(text) < 40_000


def test_words_are_made_to_fit_and_to_be_harmless():
    assert clean("a\x00b\u202ec\ud800 \n\t d") == "a\ufffdb\ufffdc\ufffd d"
    assert clean("Grüße 한국 🎈") == "Grüße 한국 🎈"
    assert shorten("short", 15, 100) == "short"
    cut = shorten("a very long name indeed", 15, 100)
    assert cut.endswith("…") and width(cut, 15) <= 100
    lines = wrap("one two three four five six seven", 15, 100, 2)
    assert len(lines) == 2 and all(width(line, 15) <= 100 for line in lines)
    assert (clock(-300), clock(9370), clock(9370, seconds=False)) == ("\u22120:05:00", "2:36:10", "2:36")
    assert clock(float("nan")) == MISSING


def test_drops_beyond_the_chart_are_named_on_it():
    for shape in SHAPES:
        words = words_of(ElementTree.fromstring(svg.picture(RECORDS["never launched"], shape)))
        assert "not in this time: north (0:30:00), south" in words
    assert not any(
        "not in this time" in word for word in words_of(ElementTree.fromstring(svg.picture(RECORDS["latex"])))
    )


def test_a_drop_soon_after_the_last_position_has_its_mark_and_name():
    words = words_of(ElementTree.fromstring(svg.picture(RECORDS["empty"])))
    assert "north" in words and "not due while heard" in words


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [svg.DAY, svg.NIGHT])
def test_words_and_marks_can_be_read_by_day_and_by_night(colours):
    assert abs(contrast("#000000", "#ffffff") - 21) < 1e-9
    for ground in (colours.paper, colours.panel):
        for name in ("ink", "soft", "rest", "ascent", "float_", "descent", "good", "bad"):
            assert contrast(getattr(colours, name), ground) >= 4.5, name
        assert contrast(colours.drop, ground) >= 3


def test_a_late_drop_is_marked_when_it_fired_not_when_it_was_due():
    def spot(*times):
        text = svg.picture(records.latex([Drop("one", *times, True)]))
        return re.search(r'<g class="drop" transform="translate\(([-\d. ]+)\)', text).group(1)

    assert spot(1800.0, 2400.0) == spot(2400.0, 2400.0) != spot(1800.0, 1800.0)
