from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from livekit_nb.browser.frames import Kind, pack, unpack
from livekit_nb.browser.gateway import REFUSED, Gateway, Reader, shared_gateway
from livekit_nb.browser.link import REPLACED, BrowserLink
from livekit_nb.engine import engine
from tests.browser.pages import ORIGIN, FakePage, Owner, pcm
from tests.patience import PATIENCE_S, connect

NOW_S = [0.0]


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    NOW_S[0] = 0.0
    gateway = Gateway(clock=lambda: NOW_S[0])
    await gateway.start()
    yield gateway
    await gateway.close()


@pytest.fixture
async def link(owner: Owner) -> AsyncIterator[BrowserLink]:
    link = BrowserLink(owner)
    yield link
    link.close()


def client(gateway: Gateway, origin: str | None = ORIGIN, path: str = "/media") -> Any:
    return connect(
        f"ws://127.0.0.1:{gateway.port}{path}",
        origin=origin,
    )


async def say_hello(socket: ClientConnection, secret: str, instance: str = "page-1") -> None:
    page = {"origin": ORIGIN, "instance": instance, "path": "direct"}
    await socket.send(json.dumps({"type": "hello", "secret": secret, "page": page}))


async def told(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type."""
    while True:
        data = await socket.recv()
        if isinstance(data, str):
            message: dict[str, Any] = json.loads(data)
            if message["type"] == kind:
                return message


async def refused(socket: ClientConnection) -> int:
    """The code with which the gateway closes the connection."""
    with contextlib.suppress(ConnectionClosed):
        async for _ in socket:
            pass
    await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


async def test_with_its_secret_a_page_is_welcome(
    gateway: Gateway, link: BrowserLink, owner: Owner
) -> None:
    async with client(gateway) as socket:
        await say_hello(socket, gateway.issue(ORIGIN, link))
        welcome = await told(socket, "welcome")
        assert welcome["path"] == "gateway"
        ping = await told(socket, "ping")
        pong = {"type": "pong", "id": ping["id"], "kernel_s": ping["kernel_s"], "page_ms": 1.0}
        await socket.send(json.dumps(pong))
        await socket.send(pack(Kind.MIC, 0, 1.0, bytes(640)))
        await socket.send('{"type":"stop"}')
        await owner.until("stop")
        assert link.counters.mic_frames == 1
        assert link.clock.offset_s is not None
        link.loudspeaker.play(pcm(480))
        while isinstance(data := await socket.recv(), str):
            pass
        assert unpack(data).payload == pcm(480)
    await owner.until("detached")


async def test_the_welcome_brings_the_secret_for_coming_back(
    gateway: Gateway, link: BrowserLink, owner: Owner
) -> None:
    async with client(gateway) as socket:
        await say_hello(socket, gateway.issue(ORIGIN, link))
        place = (await told(socket, "welcome"))["next"]
    assert place["port"] == gateway.port
    async with client(gateway) as socket:
        await say_hello(socket, place["secret"])
        await told(socket, "welcome")
    assert ("attached", True) in owner.told


@pytest.mark.parametrize("secret", ["", "wrong", "ä" * 40])
async def test_a_wrong_secret_is_refused(gateway: Gateway, link: BrowserLink, secret: str) -> None:
    gateway.issue(ORIGIN, link)
    async with client(gateway) as socket:
        await say_hello(socket, secret)
        assert await refused(socket) == REFUSED
    assert link.path is None
    assert gateway.refused == 1


async def test_a_secret_is_good_for_one_connection(gateway: Gateway, link: BrowserLink) -> None:
    secret = gateway.issue(ORIGIN, link)
    async with client(gateway) as first:
        await say_hello(first, secret)
        await told(first, "welcome")
        async with client(gateway) as second:
            await say_hello(second, secret)
            assert await refused(second) == REFUSED
        link.loudspeaker.play(pcm(1))
        while isinstance(await first.recv(), str):
            pass  # the first one is still served


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:9999", "null", None])
async def test_a_foreign_origin_is_refused_and_its_secret_burnt(
    gateway: Gateway, link: BrowserLink, origin: str | None
) -> None:
    secret = gateway.issue(ORIGIN, link)
    async with client(gateway, origin) as socket:
        await say_hello(socket, secret)
        assert await refused(socket) == REFUSED
    async with client(gateway) as socket:
        await say_hello(socket, secret)
        assert await refused(socket) == REFUSED


async def test_secrets_expire_and_can_be_revoked(gateway: Gateway, link: BrowserLink) -> None:
    old = gateway.issue(ORIGIN, link)
    NOW_S[0] = 601.0
    revoked = gateway.issue(ORIGIN, link)
    for secret in (old, revoked):
        if secret is revoked:
            gateway.revoke(link)
        async with client(gateway) as socket:
            await say_hello(socket, secret)
            assert await refused(socket) == REFUSED


async def test_the_secret_for_coming_back_is_good_for_a_day(
    gateway: Gateway, link: BrowserLink
) -> None:
    secret = gateway.issue(ORIGIN, link)
    for _ in range(2):
        async with client(gateway) as socket:
            await say_hello(socket, secret)
            secret = (await told(socket, "welcome"))["next"]["secret"]
        NOW_S[0] += 86_000.0
    NOW_S[0] += 401.0
    async with client(gateway) as socket:
        await say_hello(socket, secret)
        assert await refused(socket) == REFUSED


async def test_only_the_newest_secrets_of_a_widget_are_kept(
    gateway: Gateway, link: BrowserLink
) -> None:
    secrets = [gateway.issue(ORIGIN, link) for _ in range(40)]
    assert len(gateway._tickets) == 16
    assert {ticket.secret for ticket in gateway._tickets} == set(secrets[-16:])


@pytest.mark.parametrize("first", [b"\0\1", "{}", "hello", '{"type":"stop"}'])
async def test_what_does_not_begin_with_a_hello_is_refused(
    gateway: Gateway, first: str | bytes
) -> None:
    async with client(gateway) as socket:
        await socket.send(first)
        assert await refused(socket) == REFUSED


async def test_other_paths_are_not_found(gateway: Gateway) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with client(gateway, path="/"):
            raise AssertionError("connected")
    assert caught.value.response.status_code == 404


@pytest.mark.parametrize(
    ("garbage", "code"),
    [
        ("not json", 1007),
        ('{"type":"' + "ä" * 200 + '"}', 1007),
        ('{"type":"hello","secret":"x","page":{}}', 1007),
        (b"short", 1007),
        (pack(Kind.MIC, 0, float("nan"), bytes(640)), 1007),
        (pack(Kind.PLAY, 0, 0.0, bytes(640)), 1007),
        (bytes(600_000), 1009),
    ],
)
async def test_garbage_ends_the_connection_and_no_other(
    gateway: Gateway, link: BrowserLink, garbage: str | bytes, code: int
) -> None:
    other_link = BrowserLink(Owner())
    async with client(gateway) as other, client(gateway) as socket:
        await say_hello(other, gateway.issue(ORIGIN, other_link))
        await told(other, "welcome")
        await say_hello(socket, gateway.issue(ORIGIN, link))
        await told(socket, "welcome")
        await socket.send(garbage)
        assert await refused(socket) == code
        other_link.send_text({"type": "flush"})
        await told(other, "flush")
    other_link.close()


async def test_a_request_that_is_not_understood_does_not_end_the_connection(
    gateway: Gateway, link: BrowserLink, owner: Owner
) -> None:
    async with client(gateway) as socket:
        await say_hello(socket, gateway.issue(ORIGIN, link))
        await told(socket, "welcome")
        await socket.send('{"type":"say","text":"\\ud800","request":1}')
        await socket.send('{"type":"stop"}')
        await owner.until("stop")
    assert owner.told[:3] == [("attached", False), ("not understood", False), "stop"]
    assert link.request == 1


async def test_a_page_that_floods_is_cut_off(gateway: Gateway, link: BrowserLink) -> None:
    async with client(gateway) as socket:
        await say_hello(socket, gateway.issue(ORIGIN, link))
        await told(socket, "welcome")
        with contextlib.suppress(ConnectionClosed):
            for _ in range(50_000):
                await socket.send('{"type":"stop"}')
        await socket.wait_closed()
        assert socket.close_code == 1008


async def test_a_newer_page_replaces_the_older(gateway: Gateway, link: BrowserLink) -> None:
    async with client(gateway) as first, client(gateway) as second:
        await say_hello(first, gateway.issue(ORIGIN, link))
        await told(first, "welcome")
        await say_hello(second, gateway.issue(ORIGIN, link), "page-2")
        await told(second, "welcome")
        assert await refused(first) == REPLACED
        link.send_text({"type": "flush"})
        await told(second, "flush")


async def test_what_a_replaced_page_still_says_is_not_taken(
    link: BrowserLink, owner: Owner
) -> None:
    class Socket:
        transport = asyncio.Transport()

    link.attach(page := FakePage())
    reader = Reader(Socket(), page, link, lambda: 0.0)  # type: ignore[arg-type]
    reader.take(pack(Kind.MIC, 0, 0.0, bytes(640)))
    reader.take('{"type":"stop"}')
    link.attach(FakePage("page-2"))
    reader.take(pack(Kind.MIC, 1, 0.0, bytes(640)))
    reader.take('{"type":"stop"}')
    reader.take("not even this is looked at")
    assert link.counters.mic_frames == 1
    assert owner.told == [("attached", False), "stop", ("attached", False)]


async def test_it_listens_on_loopback_only(gateway: Gateway) -> None:
    assert gateway._server is not None
    assert [socket.getsockname()[0] for socket in gateway._server.sockets] == ["127.0.0.1"]
    port = gateway.port
    await gateway.start()
    assert gateway.port == port


def test_media_are_not_logged_even_at_debug() -> None:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        assert not logging.getLogger("livekit_nb.gateway").isEnabledFor(logging.DEBUG)
    finally:
        root.setLevel(level)


def test_a_process_has_one_gateway() -> None:
    first = engine().submit(shared_gateway()).result(PATIENCE_S)
    assert engine().submit(shared_gateway()).result(PATIENCE_S) is first
    assert first.port > 0
