"""Whatever somebody sends or writes, the page shows it as text: nothing of it is markup, and nothing of it runs."""

import time

import pytest

from ground.formats import ukhas
from ground.formats.heard import UKHAS, Heard
from ground.raw_log import NOTE, RECEIVED, Chunk, RawLog, RawLogReader, listening_note
from tests.browser.running import Ground, samara, until
from tests.browser.watched import Watched

# No commas, dollars or stars, which end a sentence.
CALLSIGN = "<img src=x onerror='document.title=666'><b id=hacked>N0EVIL</b><script>document.title=666</script>"
NOTE_TEXT = f"command ready: {CALLSIGN}"
PAGES = ("drive", "charts", "preflight", "release", "engineering", "log")


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """A flight, and beside it somebody with an evil callsign and a commander with evil reasons."""
    folder = tmp_path_factory.mktemp("hostile")
    samara(folder, "fly", "--headless", "--speed", "max", "--log", folder / "flown")
    (folder / "log").mkdir()
    log = RawLog(folder / "log" / "raw.log")
    chunks = list(RawLogReader(folder / "flown" / "raw.log"))
    shift_ns = time.monotonic_ns() - chunks[-1].monotonic_ns
    for chunk in chunks[: len(chunks) // 2]:
        log.append(chunk._replace(monotonic_ns=chunk.monotonic_ns + shift_ns))
    at = (time.time_ns(), time.monotonic_ns())
    evil = ukhas.encode(Heard(UKHAS, CALLSIGN, latitude_e7=520000000, longitude_e7=210000000, altitude_m=1234))
    log.append(Chunk(evil, *at, RECEIVED))
    log.append(Chunk(NOTE_TEXT.encode(), *at, NOTE))
    log.append(Chunk(listening_note(CALLSIGN, "evil"), *at, NOTE))
    log.close()
    ground = Ground(folder, "--log", folder / "log")
    yield ground
    ground.close()


def test_the_evil_callsign_is_heard(ground):
    assert [other["callsign"] for other in until(lambda: ground.state()["others"])] == [CALLSIGN]


@pytest.mark.parametrize("name", PAGES)
def test_no_text_becomes_markup_on_any_page(browser, ground, name):
    watched = Watched(browser)
    page = watched.page(ground.url, name)
    watched.until(page, "() => document.querySelector('#page .card, #page .verdict, #page canvas') !== null")
    page.wait_for_timeout(1500)  # several states later
    assert page.locator("#hacked, img[src='x'], script:not([src])").count() == 0
    assert page.title().endswith("Samara")
    watched.went_well()
    watched.context.close()


def test_it_is_shown_as_it_was_sent(browser, ground):
    watched = Watched(browser)
    page = watched.page(ground.url, "engineering")
    page.locator(".receiver-name", has_text="N0EVIL").first.wait_for()
    assert CALLSIGN in page.locator(".receiver-name").all_text_contents()
    page = watched.page(ground.url, "log")
    page.get_by_label("Find").fill("N0EVIL")
    page.locator(".log-row").first.wait_for()
    assert CALLSIGN in page.locator(".log-row .log-words").first.text_content()
    watched.went_well()
    watched.context.close()
