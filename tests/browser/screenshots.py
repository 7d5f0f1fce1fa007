"""Pictures of every page for the documents: `python -m tests.browser.screenshots`.

docs/images/ground-PAGE-THEME-SCREEN.webp. A flight is flown for them, and stands still in a replay, shortly before its
last drop.
"""

import base64
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.running import MISSION, ROOT, Ground, samara, until
from tests.browser.watched import LAPTOP, PHONE, Watched, browser_of, chromium

IMAGES = ROOT / "docs" / "images"
PAGES = ("drive", "charts", "preflight", "release", "engineering", "log")
THEMES = ("night", "day")
SCREENS = (("laptop", LAPTOP), ("phone", PHONE))
LARGEST_BYTES = 150_000
QUALITY = 90
SETTLE_MS = 2500
PART_OF_FLIGHT = 0.47


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("no Chromium on this machine: apt install chromium, or SAMARA_CHROMIUM=/path/to/it")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, browser_of(path) as browser:
        folder = Path(name)
        samara(folder, "fly", "--headless", "--speed", "max", "--log", folder / "log")
        ground = Ground(folder, "--replay", folder / "log", "--mission", MISSION, "--speed", "0")
        try:
            _take_all(browser, ground)
        finally:
            ground.close()


def _take_all(browser: Any, ground: Ground) -> None:
    first = True
    for theme in THEMES:
        for screen, size in SCREENS:
            watched = Watched(browser, size, theme)
            for name in PAGES:
                page = watched.page(ground.url, name)
                if first:
                    _go_to(watched, page, ground)
                    first = False
                page.wait_for_timeout(SETTLE_MS)
                print(_keep(page, IMAGES / f"ground-{name}-{theme}-{screen}.webp"))
                page.close()
            watched.went_well()
            watched.context.close()


def _go_to(watched: Watched, page: Any, ground: Ground) -> None:
    """The page's own way: its token, its origin."""
    page.evaluate(
        """async (position) => {
          const token = document.querySelector('meta[name="samara-token"]').content;
          const headers = { 'Content-Type': 'application/json', 'X-Samara-Token': token };
          const post = (path, body) => fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
          await post('/api/replay', { position, speed: 0 });
          await post('/api/us', { latitude: 52.13, longitude: 20.95 });
        }""",
        PART_OF_FLIGHT,
    )
    until(lambda: (ground.state()["flight"] or {}).get("phase") == "ascent")
    page.evaluate(
        """async () => {
          const token = document.querySelector('meta[name="samara-token"]').content;
          const headers = { 'Content-Type': 'application/json', 'X-Samara-Token': token };
          const { alarms } = await (await fetch('/api/state')).json();
          for (const { id } of alarms.slice(0, -1)) {
            await fetch('/api/alarms/acknowledge', { method: 'POST', headers, body: JSON.stringify({ id }) });
          }
        }"""
    )


def _keep(page: Any, path: Path) -> str:
    """As WebP, which only the browser's own protocol takes pictures in."""
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(taken["data"]))
    size = path.stat().st_size
    return f"{path.name}  {size // 1000} kB" + ("  TOO LARGE" if size > LARGEST_BYTES else "")


if __name__ == "__main__":
    main()
