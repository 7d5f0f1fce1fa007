"""What the release path has to tell: oldest first, each once, and of more than fits the newest."""

from firmware.protocol import telemetry
from firmware.release.news import News

ROOM = 24


def told(news):
    rows = []
    news.take(lambda *row: rows.append(row))
    return rows


def test_nothing_has_happened_before_anything_has():
    news = News()
    assert news.waiting == 0 and told(news) == []


def test_every_line_says_what_happened_to_what():
    news = News()
    for add, row in (
        (lambda: news.add_drop(3, 6, 30, 2), (telemetry.DROP_CHANGED, 3, 6, 30 | 2 << 8)),
        (lambda: news.add_reasons(7, 0x1FFFFF), (telemetry.REASONS_CHANGED, 7, 0, 0x1FFFFF)),
        (lambda: news.add_parted(2, 1), (telemetry.WIRE_PARTED_EARLY, 2, 1, 0)),
        (lambda: news.add_lapsed(1, 4, 9), (telemetry.STEP_LAPSED, 1, 4, 9)),
        (lambda: news.add_handed_over(2, 3), (telemetry.HANDED_OVER, 2, 3, 0)),
        (lambda: news.add_safe(1), (telemetry.SAFE_CHANGED, 1, 0, 0)),
        (lambda: news.add_safe(0), (telemetry.SAFE_CHANGED, 0, 0, 0)),
        (lambda: news.add_hold(1800), (telemetry.HOLD_CHANGED, 1, 0, 1800)),
        (lambda: news.add_hold(0), (telemetry.HOLD_CHANGED, 0, 0, 0)),
    ):
        add()
        assert news.waiting == 1
        assert told(news) == [row]
        assert news.waiting == 0 and told(news) == []


def test_what_waits_is_told_oldest_first_however_much_was_told_before():
    news = News()
    for already in range(0, 60, 7):
        for number in range(already):
            news.add_reasons(0, number)
            told(news)
        for number in range(ROOM):
            news.add_lapsed(number, number + 1, number + 2)
        assert news.waiting == ROOM
        assert told(news) == [(telemetry.STEP_LAPSED, number, number + 1, number + 2) for number in range(ROOM)]


def test_of_more_than_fits_the_oldest_are_lost_and_the_newest_are_told():
    for more in (1, 2, 23, 24, 25, 100):
        news = News()
        for number in range(ROOM + more):
            news.add_reasons(number & 7, number)
            assert news.waiting == min(number + 1, ROOM)
        rows = told(news)
        assert [row[3] for row in rows] == list(range(more, ROOM + more))
        assert [row[1] for row in rows] == [number & 7 for number in range(more, ROOM + more)]
        assert news.waiting == 0


def test_what_is_added_while_it_tells_is_told_too():
    news = News()
    rows = []

    def tell(code, subject, detail, argument):
        rows.append(argument)
        if argument < 3:
            news.add_reasons(0, argument + 1)

    news.add_reasons(0, 1)
    news.take(tell)
    assert rows == [1, 2, 3] and news.waiting == 0
