"""Pages of a browser, lent to one test after the other.

To open a window costs a browser more than most tests do in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.patience import PATIENCE_S

expect.set_options(timeout=PATIENCE_S * 1000)

EMPTY = "about:blank"
SIZE: ViewportSize = {"width": 1280, "height": 720}
"""Playwright's own."""


def lend(browser: Browser) -> Page:
    """Return a page that shows nothing; a new one if all are in use."""
    pages = (page for context in browser.contexts for page in context.pages)
    page = next((page for page in pages if page.url == EMPTY), None) or browser.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    return page


def take_back(page: Page) -> None:
    """Leave what the page shows: its microphone, its sockets and its scripts end."""
    page.goto(EMPTY)
    page.mouse.move(0, 0)
    page.set_viewport_size(SIZE)


@contextmanager
def lent(browser: Browser) -> Iterator[Page]:
    """Lend a page for a while."""
    page = lend(browser)
    yield page
    take_back(page)
