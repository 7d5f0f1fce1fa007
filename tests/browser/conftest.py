"""One browser for all tests of this room; where there is none they are skipped, and say so."""

import pytest

from tests.browser.watched import browser_of, chromium


@pytest.fixture(scope="session")
def browser():
    pytest.importorskip("playwright.sync_api", reason="the page is tested with Playwright: `make setup`")
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: apt install chromium, or SAMARA_CHROMIUM=/path/to/it")
    with browser_of(path) as running:
        yield running
