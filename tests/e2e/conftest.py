"""A JupyterLab and a browser for the tests in this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import arguments, executable
from tests.e2e.lab import FAKE_DEVICES, ROOT, Lab, Notebook

RESULTS = ROOT / "test-results"
"""Where a failed test leaves a picture of its page."""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    running = Lab(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


@pytest.fixture(scope="module")  # longer, and its loop would be in the way of other tests
def browser() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments())
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.add_init_script(FAKE_DEVICES)
    failures = request.session.testsfailed
    yield page
    if request.session.testsfailed > failures:
        page.screenshot(path=RESULTS / f"{request.node.name}.png")
    context.close()


@pytest.fixture
def notebook(page: Page, lab: Lab) -> Notebook:
    opened = Notebook(page, lab)
    opened.open()
    return opened
