"""The demonstration flight at high speed, as a person sees it at the page: real `samara fly`, real `samara ground`."""

import json

import pytest

from tests.browser.running import MISSION, Flight, Ground, until
from tests.browser.watched import PHONE, Watched

SPEED = 250
PAGES = ("drive", "charts", "preflight", "release", "engineering", "log")
# What happens on board, in its order. What the laptop says of itself is another matter, and differs between machines.
ALARMS = (
    "launch",
    *("drop_accepted", "drop_confirmed") * 3,
    "burst",
    "landing",
)
OF_THE_LAPTOP = ("laptop_battery_low", "disk_low", "clock_off", "test")
# After the landing the simulation ends, and with it the signal.
AFTERWARDS = ("no_signal", "no_signal_long")
# Kept over a reload.
_SEE_PHASES = """
addEventListener('DOMContentLoaded', () => {
  const look = () => {
    const words = (sessionStorage.getItem('phases-seen') ?? '').split(' ').filter(Boolean);
    const word = (document.querySelector('.phase-word')?.textContent ?? '').toLowerCase();
    if (word && word !== words.at(-1)) sessionStorage.setItem('phases-seen', [...words, word].join(' '));
  };
  new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true, characterData: true });
});
"""


class Seen:
    """What one browser saw and heard of the flight."""

    def __init__(self, browser, folder):
        self.watched = Watched(browser, sound=True)
        self.watched.context.add_init_script(_SEE_PHASES)
        (folder / "log").mkdir()  # the page's server may only look into what is there when it begins
        self.ground = Ground(folder, "--log", folder / "log", "--mission", MISSION)
        self.page = self.watched.page(self.ground.url, "drive")
        self.flight = Flight(folder, SPEED)

    def wait_for(self, script, argument=None):
        self.watched.until(self.page, script, argument)

    def height_goes_on(self):
        before = self.page.locator(".height-room .figure-text").first.text_content()
        self.wait_for(
            "before => !document.body.classList.contains('is-silent') &&"
            " document.querySelector('.height-room .figure-text').textContent !== before",
            before,
        )

    def sounded(self):
        return json.loads(self.page.evaluate("localStorage.getItem('samara-sounded') ?? '[]'"))

    def close(self):
        self.watched.context.close()
        self.ground.close()
        self.flight.close()


@pytest.fixture(scope="module")
def seen(browser, tmp_path_factory):
    """Flown once, with a reload and the death of the page's server on the way, and nobody who clicks."""
    seen = Seen(browser, tmp_path_factory.mktemp("flight"))
    try:
        seen.wait_for("() => document.querySelector('.phase-word')?.textContent.toLowerCase() === 'ascent'")
        seen.height_goes_on()
        seen.page.reload()
        seen.wait_for("() => document.querySelector('.height-room .figure-text')?.textContent.match(/\\d/)")
        seen.height_goes_on()
        seen.sounded_before = seen.sounded()
        seen.ground.kill_page_server()
        seen.height_goes_on()
        seen.wait_for("() => document.querySelector('.phase-word')?.textContent.toLowerCase() === 'landed'")
        until(lambda: any(alarm["name"] == "landing" for alarm in seen.ground.state()["alarms"]))
        yield seen
    finally:
        seen.close()


def test_every_phase_word_appears_in_its_order(seen):
    words = seen.page.evaluate("sessionStorage.getItem('phases-seen')").split()
    # Before the first report it is not known. A server that was begun again shows once more what is so.
    assert [word for word in words if word != "unknown"] == ["ground", "ascent", "descent", "landed"]


def test_each_alarm_is_raised_exactly_once_and_in_order(seen):
    raised = [alarm["name"] for alarm in seen.ground.state()["alarms"]]
    assert [name for name in raised if name not in OF_THE_LAPTOP + AFTERWARDS] == list(ALARMS)


def test_each_alarm_sounds_exactly_once_whatever_was_restarted(seen):
    names = [alarm["id"] for alarm in seen.ground.state()["alarms"]]
    seen.wait_for("count => JSON.parse(localStorage.getItem('samara-sounded') ?? '[]').length >= count", len(names))
    sounded = seen.sounded()
    assert len(set(sounded)) == len(sounded) == len(names)
    assert sounded[: len(seen.sounded_before)] == seen.sounded_before != []


def test_an_alarm_that_is_acknowledged_stays_so_after_the_server_was_begun_again(seen):
    page = seen.watched.page(seen.ground.url, "log")
    landed, falls = (page.locator(".alarm-row", has_text=word) for word in ("landed", "falls"))
    landed.get_by_role("button", name="Acknowledge").click()
    landed.get_by_role("button", name="Acknowledge").wait_for(state="hidden")
    seen.ground.kill_page_server()
    until(lambda: _answers(seen.ground))
    page.reload()
    falls.get_by_role("button", name="Acknowledge").wait_for()
    assert not landed.get_by_role("button", name="Acknowledge").is_visible()
    page.close()


def _answers(ground):
    try:
        return ground.state()["alarms"]
    except OSError:
        return None


def test_the_log_tells_the_flight_and_finds_what_is_looked_for(seen):
    page = seen.watched.page(seen.ground.url, "log")
    page.get_by_label("Find").fill("(middle) confirmed")
    seen.watched.until(page, "() => document.querySelectorAll('.log-row').length === 1")
    assert page.locator(".log-row .log-since").text_content().startswith("+0:55:0")
    page.get_by_label("Find").fill("")
    page.get_by_role("button", name="phase changed").click()
    seen.watched.until(page, "() => document.querySelectorAll('.log-row').length === 3")
    assert [word.split()[0] for word in page.locator(".log-row .log-words").all_text_contents()] == [
        "landed",
        "descent",
        "ascent",
    ]
    page.close()


def test_without_a_key_the_page_says_why_nothing_can_be_sent(seen):
    page = seen.watched.page(seen.ground.url, "release")
    why = seen.ground.state()["command"]["why"]
    page.locator(".check", has_text="Key and commander").get_by_text(why, exact=True).wait_for()
    assert page.get_by_role("button", name="Arm", exact=True).is_disabled()
    page.get_by_role("button", name="SAFE", exact=True).click()
    page.get_by_text("SAFE was not taken").wait_for()
    assert "nothing was sent" in page.get_by_text("SAFE was not taken").text_content()
    # That a refusal is an error is what the browser writes on its console, and here it was asked for.
    seen.watched.complaints[:] = [line for line in seen.watched.complaints if "409" not in line]
    page.close()


def test_the_flight_can_be_taken_along_as_a_file(seen):
    page = seen.watched.page(seen.ground.url, "log")
    with page.expect_download() as download:
        page.get_by_role("link", name="KML").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("<?xml")
    page.close()


def test_old_values_are_not_shown_as_new(seen):
    until(lambda: seen.flight.process.poll() is not None)
    page = seen.watched.page(seen.ground.url, "engineering")
    page.locator(".value.is-old").first.wait_for(timeout=60_000)
    seen.watched.until(
        page,
        "() => document.querySelectorAll('.value').length > 20"
        " && document.querySelectorAll('.value:not(.is-old)').length === 0",
    )
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_a_phone(browser, seen, name):
    watched = Watched(browser, PHONE, "day")
    page = watched.page(seen.ground.url, name)
    seen.watched.until(page, "() => document.querySelector('#page .card, #page .verdict, #page canvas') !== null")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    watched.went_well()
    watched.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_reached_by_keyboard(seen, name):
    page = seen.watched.page(seen.ground.url, "log" if name != "log" else "drive")
    page.locator(f'nav a[href="#{name}"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f".page-{name}")
    page.close()


def test_nothing_was_asked_of_anybody_else_and_nothing_went_wrong(seen):
    seen.watched.went_well()
