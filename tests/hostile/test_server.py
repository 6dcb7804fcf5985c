"""The local server's port among those who mean it no good, and what its parsers make of rubbish."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus

from livekit_nb.errors import SettingsError
from livekit_nb.server.door import listen
from livekit_nb.server.door.http_post import Doorway, Posts, _parse
from livekit_nb.server.door.listen import MAX_ENTERING
from livekit_nb.server.door.token_desk import TokenDesk
from livekit_nb.wire.fault_plan import FaultPlan
from livekit_nb.wire.setup import Setup
from tests.hostile.crowds import CROWD, crowd
from tests.hostile.mutation import frames, spoiled
from tests.server.door.test_listen import PATH, Door, opened

CASES = 3_000
HEAD = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n"
TLS_HELLO = bytes.fromhex("16030100c8010000c40303")


async def served(door: Door) -> None:
    async with door.connect() as connection:
        await connection.send("fine")
        assert await connection.recv() == "fine"


# The port -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"G",
        HEAD.encode(),
        b"POST /v1alpha/auth_tokens HTTP/1.1\r\nContent-Length: 100\r\n",
        b"POST /v1alpha/auth_tokens HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n{",
        TLS_HELLO,
    ],
    ids=["silent", "one letter", "half a handshake", "half a head", "half a body", "half a TLS"],
)
async def test_a_crowd_that_never_comes_to_the_point_keeps_nobody_out(says: bytes) -> None:
    async with opened() as door:
        with crowd() as people:
            async with door.connect() as talking:
                for number in range(CROWD if not says else CROWD // 4):
                    people.join(door.port, says)
                    if number % 50 == 0:
                        await talking.send("still here")
                        assert await talking.recv() == "still here"
                        assert door.reception.entering <= MAX_ENTERING
                await served(door)
                assert door.reception.entering <= MAX_ENTERING
                assert door.reception.sessions <= 2


async def test_a_header_sent_letter_by_letter_is_cut_off_and_others_are_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listen, "MAX_ENTERING", 8)
    async with opened() as door:
        with crowd() as people:
            slow = [people.join(door.port) for _ in range(30)]
            for letter in HEAD.encode()[:40]:
                for one in slow:
                    people.tell(one, bytes([letter]))
                await served(door)
                assert door.reception.entering <= 8


async def test_more_sessions_than_there_may_be_are_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listen, "MAX_SESSIONS", 2)
    async with opened() as door:
        async with door.connect() as one, door.connect():
            with pytest.raises(InvalidStatus) as caught:
                async with door.connect():
                    raise AssertionError("connected")
            assert caught.value.response.status_code == 429
            await one.send("fine")
            assert await one.recv() == "fine"
        await served(door)


async def test_who_reads_nothing_holds_up_nobody_else() -> None:
    async with opened() as door, door.connect() as deaf:
        deaf.transport.pause_reading()
        writing = asyncio.create_task(_pour(deaf))
        for _ in range(20):
            await served(door)
        writing.cancel()
        deaf.transport.abort()
        await asyncio.gather(writing, return_exceptions=True)


async def _pour(connection: Any) -> None:
    while True:
        await connection.send("x" * 100_000)


@pytest.mark.parametrize("seed", range(6))
async def test_random_bytes_end_one_connection_only(seed: int) -> None:
    random = Random(seed)
    handshake = HEAD + (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    async with opened() as door, door.connect() as talking:
        for _ in range(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
            start = random.choice((handshake.encode(), b"", b"POST /x HTTP/1.1\r\n", TLS_HELLO))
            writer.write(spoiled(start + random.randbytes(400), random))
            writer.write_eof()
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()
            await talking.send("still here")
            assert await talking.recv() == "still here"


@pytest.mark.parametrize(
    "frame",
    [b"\x81\xff" + b"\xff" * 8 + b"mask", b"\x88\x81mask\x00", b"\xf1\x80mask", b"\x81\x01x"],
    ids=["of all bytes there are", "a broken goodbye", "reserved bits", "not masked"],
)
async def test_a_frame_of_rubbish_ends_one_connection_only(frame: bytes) -> None:
    async with opened() as door, door.connect() as talking:
        bad = await door.connect()
        bad.transport.write(frame)
        await bad.wait_closed()
        assert bad.close_code in (1002, 1006, 1009)
        await talking.send("still here")
        assert await talking.recv() == "still here"


# Parsers ------------------------------------------------------------------------------------------


@given(st.binary(max_size=300))
def test_any_head_of_a_request_is_read_or_refused(data: bytes) -> None:
    line = b"POST /x HTTP/1.1\r\n"
    for head in (data, b"POST " + data, line + data, line + b"Host: " + data):
        parsed = _parse(head + b"\r\n\r\n")
        assert parsed is None or parsed[1].startswith("/")


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


REQUEST = (
    b"POST /v1alpha/auth_tokens HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"x-goog-api-key: key\r\nContent-Length: 11\r\n\r\n" + b'{"uses": 1}'
)


async def test_damaged_requests_are_answered_or_hung_up_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    random = Random(11)
    desk = TokenDesk()
    posts = Posts({"/v1alpha/auth_tokens": desk.post}, None)
    statuses = set()
    with caplog.at_level(logging.ERROR):
        for _ in range(CASES // 3):
            data = REQUEST
            for _ in range(random.randrange(3)):
                data = spoiled(data, random)
            wire, doorway = Wire(), Doorway()
            doorway.connection_made(wire)
            for start in range(0, len(data), 97):
                doorway.data_received(data[start : start + 97])
            doorway.eof_received()
            with contextlib.suppress(ConnectionError):
                if not await doorway.is_get():
                    await posts.serve(doorway, wire)
                    assert wire.closed
            if wire.written:
                statuses.add(int(wire.written.split(b" ", 2)[1]))
    assert {200, 400} <= statuses
    assert 500 not in statuses
    assert caplog.records == []


def orders() -> Iterator[bytes]:
    """Bodies of requests for tokens."""
    random = Random(13)
    moments = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "now", "2026-11-22", "")
    for setup in frames(Setup, 12, CASES // 3):
        body = setup.encode("utf-8", "surrogatepass") if isinstance(setup, str) else setup
        yield body
        rest = b'{"uses":%d,"bidiGenerateContentSetup":' % random.choice((0, 1, -1, 2**70))
        yield rest + body + b',"fieldMask":"generationConfig..temperature,,model,a_.b"}'
        moment = json.dumps({"expireTime": random.choice(moments), "fieldMask": ["x", "", "."]})
        yield moment.encode()


async def test_damaged_orders_of_tokens_are_filled_or_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = TokenDesk()
    statuses = [(await desk.post(Headers(), order, ("127.0.0.1", 1)))[0] for order in orders()]
    assert set(statuses) == {200, 400}


async def test_tokens_that_are_minted_for_ever_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livekit_nb.server.door.token_desk.MAX_TOKENS", 50)
    desk = TokenDesk()
    for _ in range(500):
        assert (await desk.post(Headers(), b"{}", ("127.0.0.1", 1)))[0] == 200
    assert len(desk) == 50


def test_damaged_fault_plans_are_plans_or_refused() -> None:
    random = Random(14)
    taken = 0
    for frame in frames(FaultPlan, 15, CASES):
        data = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
        header = base64.urlsafe_b64encode(data).decode()
        if random.random() < 0.2:
            header = spoiled(header.encode(), random).decode("latin-1")
        taken += _is_plan(header)
    assert 0 < taken < CASES


def _is_plan(header: str) -> bool:
    try:
        FaultPlan.from_header(header)
    except SettingsError:
        return False
    return True
