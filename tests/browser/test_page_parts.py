"""What every page is made of, in a real browser under the page's policy: codes, units, ages, and the button to hold."""

import pytest
import segno

from tests.browser.watched import Watched
from tests.ground.map_server import MapServer

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>parts</title>
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/components.css">
<main></main><script type="module" src="/page.js"></script></html>
"""
SCRIPT = """
const [clock, components, qr, units] = await Promise.all(
  ['clock', 'components', 'qr', 'units'].map((name) => import(`/static/${name}.js`)));
Object.assign(window, { clock, components, qr, units, main: document.querySelector('main') });
document.body.append(document.createElement('footer'));
"""


@pytest.fixture
def page(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    server = MapServer(tmp_path, {"page.html": PAGE, "page.js": SCRIPT})
    watched = Watched(browser)
    page = watched.context.new_page()
    page.goto(f"{server.url}page.html")
    page.wait_for_selector("footer", state="attached")
    yield page
    watched.went_well()
    watched.context.close()
    server.close()


TEXTS = ("geo:-37.50123,-179.99999".ljust(53, "?"), "äö" * 13 + "z", bytes(range(64, 117)).decode())


@pytest.mark.parametrize("text", TEXTS)
def test_a_code_is_what_another_writer_draws(page, text):
    """Of full length: what fills a shorter one up is left to the writer, and readers pass over it."""
    drawn = segno.make(text, version=3, error="l", mask=0, mode="byte", encoding="utf-8", eci=False, boost_error=False)
    assert page.evaluate("(text) => qr.qrGrid(text)", text) == [[bool(dark) for dark in row] for row in drawn.matrix]


def test_a_text_that_does_not_fit_has_no_code(page):
    assert page.evaluate("qr.qrCode('a'.repeat(54))") is None


@pytest.mark.parametrize(
    ("system", "call", "said"),
    [
        ("metric", "altitude(28963.4)", "28\u202f963 m"),
        ("metric", "rate(-0.04)", "0.0 m/s"),
        ("metric", "distance(999)", "999 m"),
        ("metric", "distance(13740)", "13.7 km"),
        ("metric", "celsius(-12.5)", "\u221212.5 °C"),
        ("imperial", "altitude(3048)", "10\u202f000 ft"),
        ("imperial", "celsius(-40)", "\u221240 °F"),
        ("aviation", "speed(5.14444)", "10 kt"),
        ("aviation", "distance(18520)", "10.0 nmi"),
        ("aviation", "rate(5.08)", "1000 ft/min"),
        ("aviation", "volts(7412)", "7.41 V"),
        ("metric", "bearing(359.7)", "000°"),
        ("metric", "altitude(null)", "—"),
        ("metric", "altitude(NaN)", "—"),
    ],
)
def test_a_value_is_said_in_the_units_of_the_crew(page, system, call, said):
    assert page.evaluate(f"units.unitsOf('{system}').{call}") == said


def test_an_age_goes_on_counting_by_itself_and_an_old_value_says_so(page):
    page.evaluate(
        """() => {
          const number = components.bigNumber('Altitude');
          const age = components.ageOf();
          main.append(number.root, age.root);
          clock.markState();
          number.set({ text: '5', unit: 'm' }, { age_s: 14.5 });
          age.set(14.5);
        }"""
    )
    assert page.locator(".figure.is-old").count() == 0
    page.wait_for_selector(".figure.is-old")
    assert page.locator(".figure-age").inner_text().endswith(" old")
    assert page.locator(".age.is-old").count() == 1


def test_a_slow_radio_is_not_old_between_two_reports(page):
    assert page.evaluate("clock.isOld(40)")
    page.evaluate("clock.setReportInterval(25)")
    assert not page.evaluate("clock.isOld(40)")


def test_what_a_payload_says_is_text_and_nothing_else(page):
    """Also where a part takes words from everywhere: labels, notes, lamps, tables, buttons."""
    page.evaluate(
        """(words) => {
          const { bigNumber, button, card, chip, field, lamp, notice, pair, table } = components;
          const number = bigNumber(words);
          number.set({ text: words, unit: words }, { note: words });
          const light = lamp(words);
          light.set({ on: true, words });
          const rows = table([{ name: words, key: 'a' }]);
          rows.set([{ a: words }]);
          const told = notice('info');
          told.set(words);
          const both = pair(words);
          both.set(words);
          main.append(card(words, number.root, light.root, rows.root, told.root, both.root, chip(words).root,
            button(words, () => {}), field(words, document.createElement('input'), words)));
        }""",
        "<img src=x onerror=\"document.title='broken into'\">",
    )
    assert page.locator("main img").count() == 0
    assert page.title() == "parts"


HOLD = """() => {
  window.told = [];
  const tell = (word) => () => told.push(word);
  const hold = components.holdButton('Hold', { hold_s: 0.2, onheld: tell('held'), onletgo: tell('let go') });
  main.append(hold.root);
  window.hold = hold;
}"""


def press(page):
    box = page.get_by_role("button", name="Hold").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()


def test_a_button_to_hold_does_nothing_when_it_is_let_go_early(page):
    page.evaluate(HOLD.replace("0.2", "60"))
    press(page)
    assert page.locator(".is-held").count() == 1
    page.mouse.up()
    assert page.locator(".is-held").count() == 0
    assert page.evaluate("told") == ["let go"]


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_button_that_is_held_long_enough_does_it_once(page, key):
    page.evaluate(HOLD)
    page.get_by_role("button", name="Hold").focus()
    page.keyboard.down(key)
    Watched.until(page, "told.length > 0")
    page.keyboard.up(key)
    assert page.evaluate("told") == ["held"]


def test_a_button_to_hold_that_is_disabled_does_nothing(page):
    page.evaluate(HOLD)
    page.evaluate("hold.disable(true)")
    press(page)
    assert page.locator(".is-held").count() == 0
