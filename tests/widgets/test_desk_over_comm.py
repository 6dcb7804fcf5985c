"""A desk whose pages come over the comm, and how pages find their way to the gateway."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from livekit_nb.browser.comm import MAX_SILENT_S
from livekit_nb.browser.frames import Kind, pack
from livekit_nb.browser.gateway import Gateway
from livekit_nb.lab.fast_time import run
from livekit_nb.widgets.desk import PAGE_AWAY_S, Desk
from tests.browser.pages import ORIGIN, FakePage, pcm
from tests.widgets.desks import COMM_PAGE, Posts, comm_page, post, say, settle
from tests.widgets.sessions import Opener


async def test_where_is_answered_with_a_place_and_a_fresh_secret(desk: Desk, posts: Posts) -> None:
    for _ in range(2):
        desk.comm_message({"type": "where", "origin": ORIGIN, "from": "comm-1"}, [])
    await settle(desk)
    (first, _), (second, _) = posts.posts
    assert (first["type"], first["to"], first["port"] > 0) == ("here", "comm-1", True)
    assert first["secret"] != second["secret"]


async def test_over_the_comm_it_is_the_same_conversation(
    desk: Desk, posts: Posts, opener: Opener
) -> None:
    await comm_page(desk, posts)
    say(desk, {"type": "start", "device": {}})
    await settle(desk)
    assert desk.link.path == "comm"
    frames = [pack(Kind.MIC, seq, 0.0, pcm(320)) for seq in range(3)]
    post(desk, {"type": "media", "texts": []}, frames)
    assert len(opener.sessions[0].frames) == 3
    opener.sessions[0].sink.play(pcm(480))
    assert any(buffers and len(buffers[0]) == 16 + 960 for _, buffers in posts.posts)
    post(desk, {"type": "ack", "count": 3})
    post(desk, {"type": "leave"})
    assert desk.link.path is None


async def test_pages_that_share_the_comm_do_not_disturb_each_other(
    desk: Desk, posts: Posts, opener: Opener
) -> None:
    await comm_page(desk, posts)
    desk.comm_message({"type": "open", "page": COMM_PAGE | {"instance": "comm-2"}}, [])
    closes = [content for content, _ in posts.posts if content["type"] == "close"]
    assert [(close["to"], close["code"]) for close in closes] == [("comm-1", 4001)]
    before = len(posts.posts)
    say(desk, {"type": "start", "device": {}})
    say(desk, {"type": "nonsense"})
    post(desk, {"type": "leave"})
    assert (desk.status, desk.link.path, len(posts.posts)) == ("idle", "comm", before)
    say(desk, {"type": "start", "device": {}}, instance="comm-2")
    await settle(desk)
    assert desk.status == "listening"
    assert {content["to"] for content, _ in posts.posts[before:]} == {"comm-2"}


async def test_a_page_that_opens_the_comm_again_keeps_it(
    desk: Desk, posts: Posts, opener: Opener
) -> None:
    await comm_page(desk, posts)
    desk.comm_message({"type": "open", "page": COMM_PAGE}, [])
    assert [content["type"] for content, _ in posts.posts if content["type"] == "close"] == []
    say(desk, {"type": "start", "device": {}})
    await settle(desk)
    assert (desk.status, desk.link.path) == ("listening", "comm")


async def test_a_page_that_has_found_the_gateway_is_no_longer_heard_over_the_comm(
    desk: Desk, posts: Posts
) -> None:
    await comm_page(desk, posts)
    desk.link.attach(FakePage("comm-1"))
    say(desk, {"type": "start", "device": {}})
    post(desk, {"type": "leave"})
    assert (desk.status, desk.link.path) == ("idle", "gateway")


def conversation_with_a_dead_page(moment: Any, seconds: float, opener: Opener) -> list[str]:
    """The statuses after `seconds`, and when the page has said something after all."""

    async def gateway() -> Gateway:
        return Gateway()

    async def going_on() -> list[str]:
        posts = Posts()

        desk = Desk(opener.for_desk, "somebody", posts, gateway=gateway, moment=moment)
        await comm_page(desk, posts)
        say(desk, {"type": "start", "device": {}})
        await settle(desk)
        await asyncio.sleep(seconds)
        told = [desk.status]
        posts.posts.clear()
        say(desk, {"type": "stop"})
        told += [f"{content['type']} {content.get('code')}" for content, _ in posts.posts]
        desk.close()
        await settle(desk)
        return told

    return run(going_on())


def test_a_page_that_died_is_noticed_and_told_should_it_be_there_after_all(opener: Opener) -> None:
    async def always() -> int | None:
        return 0

    long_enough_s = MAX_SILENT_S + PAGE_AWAY_S + 5
    status, *told = conversation_with_a_dead_page(always, long_enough_s, opener)
    assert status.startswith("error: The page has not answered")
    assert told == ["close 1011"]
    assert opener.sessions[0].closed


def test_a_page_is_not_dead_because_a_cell_is_busy(opener: Opener) -> None:
    async def never() -> int | None:
        return None

    assert conversation_with_a_dead_page(never, 600.0, opener)[0] == "listening"


@pytest.mark.parametrize(
    ("content", "buffers"),
    [
        ({"type": "media", "texts": [{"type": "nonsense"}]}, []),
        ({"type": "media", "texts": []}, [b"short"]),
    ],
)
async def test_garbage_over_the_comm_ends_the_connection(
    desk: Desk, posts: Posts, content: dict[str, Any], buffers: list[bytes]
) -> None:
    await comm_page(desk, posts)
    post(desk, content, buffers)
    assert posts.posts[-1][0]["code"] == 1007
    assert desk.link.path is None


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": "where"},
        {"type": "open", "page": 3},
        {"type": "ack", "count": "x", "from": "comm-1"},
        {"type": "media", "texts": [{"type": "stop"}], "from": 3},
        {"type": 1},
    ],
)
async def test_foreign_messages_are_ignored(
    desk: Desk, posts: Posts, content: dict[str, Any]
) -> None:
    desk.comm_message(content, [])
    await settle(desk)
    assert posts.posts == []
