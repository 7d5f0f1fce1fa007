"""A browser whose pages are watched: what they ask of anybody else, or complain of, is written down."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LAPTOP = (1366, 768)
PHONE = (390, 844)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# WebGL without a graphics card; sound without a click, as a laptop in a field is set up.
_ARGUMENTS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--autoplay-policy=no-user-gesture-required",
)
_LOCAL = ("127.0.0.1", "localhost")
# What a browser says of a server that was ended on purpose.
_SERVER_GONE = ("ERR_CONNECTION", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED")
_WATCH = """
addEventListener('securitypolicyviolation', (event) =>
  samaraViolation(`${event.violatedDirective} ${event.blockedURI}`));
"""


def chromium() -> str | None:
    """Where it is on this machine."""
    named = os.environ.get("SAMARA_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in _NAMES]
    return next((path for path in found if path and Path(path).exists()), None)


class Watched:
    """One context of the browser: its pages share what a browser remembers. The lists have to stay empty."""

    def __init__(self, browser: Any, size: tuple[int, int] = LAPTOP, theme: str = "night", sound: bool = False) -> None:
        self.abroad: list[str] = []
        self.complaints: list[str] = []
        self.violations: list[str] = []
        self.posted: list[dict[str, Any]] = []
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="en-GB", reduced_motion="reduce"
        )
        self.context.expose_binding("samaraViolation", lambda _, text: self.violations.append(text))
        self.context.add_init_script(_WATCH)
        settings = f'{{"theme": "{theme}", "sound": {str(sound).lower()}}}'
        self.context.add_init_script(
            "if (location.protocol === 'http:' && localStorage.getItem('samara-settings') === null)"
            f" localStorage.setItem('samara-settings', '{settings}');"
        )
        self.context.route("**/*", self._route)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _route(self, route: Any) -> None:
        request = route.request
        place = urlsplit(request.url)
        if place.scheme in ("http", "https", "ws", "wss") and place.hostname not in _LOCAL:
            self.abroad.append(request.url)
            route.abort()
            return
        if request.method == "POST" and place.path == "/api/command":
            self.posted.append(request.post_data_json)
        route.continue_()

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not any(part in message.text for part in _SERVER_GONE):
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def page(self, url: str, name: str) -> Any:
        """A new window that shows this page, with a state in it."""
        page = self.context.new_page()
        page.goto(f"{url}#{name}")
        page.wait_for_selector(f".page-{name}")
        return page

    @staticmethod
    def until(page: Any, script: str, argument: Any = None, patience_s: float = 120.0) -> Any:
        """The first true value of a script. Not by wait_for_function, which the page's policy forbids to run."""
        end = time.monotonic() + patience_s
        while not (value := page.evaluate(script, argument)):
            if time.monotonic() > end:
                raise AssertionError(f"still not so after {patience_s:.0f} s: {script}")
            page.wait_for_timeout(50)
        return value

    def went_well(self) -> None:
        assert self.abroad == [], f"asked of somebody else: {self.abroad}"
        assert self.violations == [], f"against the page's own policy: {self.violations}"
        assert self.complaints == [], f"errors on the console: {self.complaints}"


@contextmanager
def browser_of(path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
