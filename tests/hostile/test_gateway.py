"""The media gateway among those who mean it no good: others go on, and nothing grows."""

from __future__ import annotations

import asyncio
import json
import os
import struct
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from livekit_nb.browser.doorway import MOST_WAITING
from livekit_nb.browser.frames import Kind, jpeg_size, pack, unpack
from livekit_nb.browser.gateway import Gateway
from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import (
    Hello,
    PageInfo,
    PageMessage,
    Refused,
    decode,
    decode_hello,
    decode_object,
    decode_page,
)
from livekit_nb.errors import WireError
from tests.browser.pages import ORIGIN, FakePage, Owner
from tests.browser.test_gateway import client, refused, say_hello, told
from tests.hostile.crowds import CROWD, crowd
from tests.hostile.mutation import frames, spoiled
from tests.patience import connect

CASES = 4_000
HANDSHAKE = (
    "GET /media HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffc00011080002000303012200021101031101"
)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.close()


@pytest.fixture
async def link() -> AsyncIterator[BrowserLink]:
    link = BrowserLink(Owner())
    yield link
    link.close()


# Decoders -----------------------------------------------------------------------------------------


def quietly(decoder: Callable[[Any], object], data: object) -> bool:
    """Whether it was taken; anything but a message or a :class:`WireError` fails the test."""
    said = None
    try:
        decoder(data)
    except WireError as refusal:
        said = str(refusal)
    assert said is None or len(said) < 400
    return said is None


def test_damaged_media_frames_are_frames_or_refused() -> None:
    random = Random(3)
    whole = [
        pack(Kind.MIC, 7, 12.5, bytes(640)),
        pack(Kind.FRAME, 8, 1e6, JPEG),
        pack(Kind.PLAY, 2**32 - 1, 0.0, bytes(960)),
        struct.pack("<BBHId", 1, 1, 0, 0, float("inf")) + bytes(640),
        struct.pack("<BBHId", 2, 1, 9, 0, -0.0) + JPEG * 50,
    ]
    taken = 0
    for _ in range(CASES):
        data = random.choice(whole)
        for _ in range(random.randrange(4)):
            data = spoiled(data, random)
        taken += quietly(unpack, data)
        quietly(jpeg_size, data[16:])
    assert CASES / 10 < taken < CASES


SAID = [kind for kind in PageMessage.__args__ if kind is not Refused]
"""What a page says; the rest is made of what it says badly."""


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for seed, kind in enumerate(SAID)])
def test_damaged_messages_of_a_page_are_messages_or_refused(kind: Any, seed: int) -> None:
    tag = kind.__struct_config__.tag
    for frame in frames(kind, seed, CASES // 6):
        text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
        tagged = text.replace("{", f'{{"type":"{tag}",', 1).replace(",}", "}")
        quietly(decode, tagged)
        quietly(decode, text)
        quietly(decode_hello, frame)
        quietly(decode_hello, tagged.replace(tag, "hello", 1))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
fields = st.sampled_from(
    [
        field.name
        for kind in (PageInfo, *PageMessage.__args__)
        for field in msgspec.structs.fields(kind)
    ]
    + ["from", "type"]
)
types = st.sampled_from(["pong", "start", "stop", "error", "camera", "playback", "", "hello"])


@given(st.dictionaries(fields, json_values, max_size=9), types)
def test_any_object_over_a_comm_is_a_message_or_refused(value: dict[str, Any], tag: str) -> None:
    quietly(decode_object, value)
    quietly(decode_object, value | {"type": tag})
    quietly(decode_page, value)
    quietly(decode_page, value | {"origin": "x", "instance": "y", "path": "comm"})


async def test_whatever_a_page_may_say_a_link_takes_or_refuses() -> None:
    random = Random(5)
    link = BrowserLink(Owner())
    page = FakePage()
    link.attach(page)
    extremes = (0, 1, 2**31, 2**53 - 1, 17)
    times = (0.0, -1e12, 1e12, 12.5, 1e-300)
    for number in range(CASES):
        says: dict[str, Any] = random.choice(
            [
                {"type": "pong", "id": random.choice(extremes), "kernel_s": random.choice(times)}
                | {"page_ms": random.choice(times)},
                {"type": "start", "device": {"label": "x" * 64, "rate_hz": random.choice(times)}},
                {"type": "stop", "command": random.choice(extremes)},
                {"type": "camera", "on": bool(number % 3), "fps": 60.0, "width": 2**53 - 1},
                {"type": "playback", "run": random.choice(extremes), "from": number % 7}
                | {"state": random.choice(["playing", "ended"]), "start_ms": random.choice(times)}
                | {"played": random.choice(extremes), "reason": random.choice([None, "cleared"])},
            ]
        )
        quietly(lambda said: link.receive(decode(json.dumps(said))), says)
        frame = pack(
            Kind.MIC,
            random.choice(extremes) % 2**32,
            abs(random.choice(times)) % 1e12,
            os.urandom(640),
        )
        quietly(lambda data: link.receive_frame(unpack(data)), frame)
        if number % 50 == 0:
            link.loudspeaker.play(bytes(960))
    link.close()


# The socket ---------------------------------------------------------------------------------------


async def still_served(link: BrowserLink, socket: ClientConnection) -> None:
    link.send_text({"type": "flush"})
    await told(socket, "flush")


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"GET /media HTTP/1.1\r\nX: ",
        HANDSHAKE.encode(),
        (HANDSHAKE + "\r\n").encode(),
        (HANDSHAKE + f"Origin: {ORIGIN}\r\n\r\n").encode() + b"\x81\xfe\xff",
    ],
    ids=["silent", "in a header", "before the end", "without a hello", "in a frame"],
)
async def test_a_crowd_that_never_says_hello_keeps_nobody_out(
    gateway: Gateway, link: BrowserLink, says: bytes
) -> None:
    with crowd() as people:
        async with client(gateway) as page:
            await say_hello(page, gateway.issue(ORIGIN, link))
            await told(page, "welcome")
            for number in range(CROWD if not says else CROWD // 4):
                people.join(gateway.port, says)
                if number % 50 == 0:
                    await still_served(link, page)
                    assert gateway.waiting <= MOST_WAITING
            await still_served(link, page)
            assert gateway.waiting <= MOST_WAITING
        other = BrowserLink(Owner())
        async with client(gateway) as page:
            await say_hello(page, gateway.issue(ORIGIN, other), "page-2")
            await told(page, "welcome")
        other.close()


async def test_many_refused_hellos_leave_nothing_behind(gateway: Gateway) -> None:
    for secret in ("", "x" * 200, "wrong"):
        for _ in range(20):
            async with client(gateway) as socket:
                await say_hello(socket, secret)
                assert await refused(socket) == 4003
    assert gateway.waiting <= 1  # the last one may be just leaving
    assert gateway.refused == 60


async def test_a_page_that_reads_nothing_is_cut_off_and_others_are_served(
    gateway: Gateway, link: BrowserLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livekit_nb.browser.gateway._MAX_OUT_BYTES", 2**20)
    other = BrowserLink(Owner())
    async with client(gateway) as served, client(gateway) as deaf:
        await say_hello(served, gateway.issue(ORIGIN, other))
        await told(served, "welcome")
        await say_hello(deaf, gateway.issue(ORIGIN, link), "deaf")
        await told(deaf, "welcome")
        deaf.transport.pause_reading()
        page = link._page
        assert page is not None
        sent = 0
        while page.backlog or sent == 0:  # it takes what the network's buffers take
            link.loudspeaker.play(bytes(96_000))
            sent += 96_000
            await asyncio.sleep(0)
            if page.backlog == 0 and sent > 2**20:
                break
        assert page.backlog <= 12
        await still_served(other, served)
        deaf.transport.abort()
    other.close()


@pytest.mark.parametrize("seed", range(8))
async def test_random_bytes_after_the_handshake_end_one_connection_only(
    gateway: Gateway, link: BrowserLink, seed: int
) -> None:
    random = Random(seed)
    other = BrowserLink(Owner())
    async with client(gateway) as served:
        await say_hello(served, gateway.issue(ORIGIN, other))
        await told(served, "welcome")
        for _ in range(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write((HANDSHAKE + f"Origin: {ORIGIN}\r\n\r\n").encode())
            await reader.readuntil(b"\r\n\r\n")
            writer.write(random.randbytes(2000))
            writer.write_eof()
            await reader.read()
            writer.close()
        await still_served(other, served)
    other.close()
    assert gateway.waiting <= 1


async def test_a_hello_of_any_kind_is_answered_or_refused(gateway: Gateway) -> None:
    hellos = [frame for frame in frames(Hello, 9, 60) if len(frame) < 100_000]
    for hello in hellos:
        async with connect(
            f"ws://127.0.0.1:{gateway.port}/media",
            origin=ORIGIN,
        ) as socket:
            try:
                await socket.send(
                    hello.encode("utf-8", "replace").decode() if isinstance(hello, str) else hello
                )
                assert await refused(socket) in (4003, 1007, 1009)
            except ConnectionClosed:
                pass
    assert gateway.waiting <= 1
