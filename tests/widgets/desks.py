"""Words for the tests of the desk: its comm, its pages and what they were told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from livekit_nb.browser.messages import Start
from livekit_nb.widgets.desk import Desk
from tests.browser.pages import ORIGIN, FakePage

COMM_PAGE = {"origin": ORIGIN, "instance": "comm-1", "path": "comm"}


class Posts:
    """The comm's other end."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, Any], list[bytes]]] = []
        self.news = asyncio.Event()

    def __call__(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.posts.append((content, buffers))
        self.news.set()

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            for content, _ in self.posts:
                if condition(content):
                    return content
            self.news.clear()
            await self.news.wait()

    def texts(self) -> list[dict[str, Any]]:
        return [text for content, _ in self.posts for text in content.get("texts", [])]


async def settle(desk: Desk) -> None:
    """Until everything the desk has begun is done."""
    for _ in range(20):
        await asyncio.sleep(0)
    tasks = [task for task in (desk._talk, *desk._tasks) if task is not None]
    await asyncio.gather(*tasks, return_exceptions=True)
    for _ in range(20):
        await asyncio.sleep(0)


async def talking(desk: Desk, page: FakePage | None = None) -> FakePage:
    page = page or FakePage()
    desk.link.attach(page)
    desk.link.receive(Start({"label": "Mic", "rate_hz": 48000}))
    await settle(desk)
    return page


def kinds(desk: Desk) -> list[str]:
    return [event.kind for event in desk.recorder.recording.events]


def statuses(page: FakePage) -> list[str]:
    return [text["status"] for text in page.texts if text["type"] == "status"]


async def begin(desk: Desk) -> None:
    desk.link.attach(FakePage())
    desk.link.receive(Start({}))
    for _ in range(10):
        await asyncio.sleep(0)


async def comm_page(desk: Desk, posts: Posts) -> None:
    desk.comm_message({"type": "open", "page": COMM_PAGE}, [])
    assert posts.texts()[0] == {"type": "welcome", "path": "comm", "mic": None}


def say(desk: Desk, text: dict[str, Any], instance: str = "comm-1") -> None:
    post(desk, {"type": "media", "texts": [text]}, instance=instance)


def post(
    desk: Desk, content: dict[str, Any], buffers: Sequence[bytes] = (), instance: str = "comm-1"
) -> None:
    desk.comm_message(content | {"from": instance}, list(buffers))


def last_status(page: FakePage) -> dict[str, Any]:
    return dict(next(text for text in reversed(page.texts) if text["type"] == "status"))
