"""A desk, who opens conversations for it, and its comm."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livekit_nb.browser.gateway import Gateway
from livekit_nb.browser.link import BrowserLink
from livekit_nb.recording.recorder import Recorder
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

    async def open_(link: BrowserLink, recorder: Recorder, on_status: Any) -> Any:
        return await opener(
            None,
            source=link.microphone,
            sink=link.loudspeaker,
            video=link,
            recorder=recorder,
            on_status=on_status,
        )

    desk = Desk(open_, "somebody", posts, gateway=given)
    yield desk
    desk.close()
    await settle(desk)
    await gateway.close()
