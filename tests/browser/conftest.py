"""A link to a page, its owner and its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from livekit_nb.browser.link import BrowserLink
from tests.browser.pages import Clock, Owner


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def link(owner: Owner, clock: Clock) -> AsyncIterator[BrowserLink]:
    link = BrowserLink(owner, clock=clock)
    yield link
    link.close()
