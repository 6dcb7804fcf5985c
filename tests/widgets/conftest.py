"""A desk, who opens conversations for it, and its comm."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from livekit_nb.browser.gateway import Gateway
from livekit_nb.widgets.desk import Desk
from tests.widgets.desks import Posts, settle
from tests.widgets.sessions import Opener


@pytest.fixture
def opener() -> Opener:
    return Opener()


@pytest.fixture
def posts() -> Posts:
    return Posts()


@pytest.fixture
async def desk(opener: Opener, posts: Posts) -> AsyncIterator[Desk]:
    gateway = Gateway()
    await gateway.start()

    async def given() -> Gateway:
        return gateway

    desk = Desk(opener.for_desk, "somebody", posts, gateway=given)
    yield desk
    desk.close()
    await settle(desk)
    await gateway.close()
