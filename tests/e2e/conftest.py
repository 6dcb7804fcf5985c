"""A JupyterLab and a browser for the tests in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.chromium import arguments, executable
from tests.e2e.lab import OTHER_NAME, ROOT, Lab, Notebook, Tab

RESULTS = ROOT / "test-results"
"""Where a failed test leaves a picture of its page."""


# All of these last as long as the tests of this folder, and no longer: Playwright's loop would be
# in the way of others.
@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    running = Lab(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser that gives its devices unasked, and knows this machine by another name too."""
    rule = f"--host-resolver-rules=MAP {OTHER_NAME} 127.0.0.1"
    chromium = playwright.chromium.launch(executable_path=executable(), args=[*arguments(), rule])
    yield chromium
    chromium.close()


@pytest.fixture(scope="package")
def tab(browser: Browser) -> Iterator[Tab]:
    shared = Tab(browser)
    yield shared
    shared.discard()


@pytest.fixture
def renewed(tab: Tab, request: pytest.FixtureRequest) -> Iterator[None]:
    """What a failed test has left in the tab is in nobody's way."""
    failures = request.session.testsfailed
    yield
    if request.session.testsfailed > failures:
        tab.discard()


@pytest.fixture
def watched(request: pytest.FixtureRequest, renewed: None) -> Iterator[Callable[[Page], Page]]:
    """Takes pages whose picture, text and console are wanted if the test fails."""
    pages: list[tuple[Page, list[str]]] = []

    def watch(page: Page) -> Page:
        console: list[str] = []
        page.on("console", lambda message: console.append(message.text[:300]))
        page.on("pageerror", lambda error: console.append(f"error: {error}"[:300]))
        pages.append((page, console))
        return page

    failures = request.session.testsfailed
    yield watch
    if request.session.testsfailed > failures:
        for number, (page, console) in enumerate(pages):
            page.screenshot(path=RESULTS / f"{request.node.name}-{number}.png")
            print(f"--- page {number}, {page.url.partition('?')[0]}")  # noqa: T201
            print(page.locator("body").inner_text()[-4000:])  # noqa: T201
            print("--- its console", *console[-30:], sep="\n")  # noqa: T201


@pytest.fixture
def page(tab: Tab, watched: Callable[[Page], Page]) -> Page:
    """The tab of all, as the test before has left it."""
    return watched(tab.page())


@pytest.fixture
def notebook(page: Page, lab: Lab) -> Notebook:
    opened = Notebook(page, lab)
    opened.open_anew()
    return opened
