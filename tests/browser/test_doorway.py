from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from livekit_nb.browser.doorway import MOST_EARLY, MOST_FRAGMENTS, Anteroom, PageConnection
from livekit_nb.errors import WireError
from tests.patience import connect


class Door:
    """A server that takes what a page says, and keeps what became of the conversation."""

    def __init__(self) -> None:
        self.anteroom = Anteroom()
        self.heard: list[str | bytes] = []
        self.opened = asyncio.Event()
        self.end: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.port = 0

    def take(self, message: str | bytes) -> None:
        if message == "mischief":
            raise LookupError
        self.heard.append(message)

    async def serve(self, connection: ServerConnection) -> None:
        socket = cast("PageConnection", connection)
        try:
            self.heard.append(await socket.first())
            await self.opened.wait()
            await socket.converse(self.take)
            self.end.set_result("over")
        except Exception as problem:
            self.end.set_result(type(problem).__name__)

    def make(self, *arguments: Any, **options: Any) -> PageConnection:
        return PageConnection(*arguments, anteroom=self.anteroom, **options)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    make = cast("type[ServerConnection]", door.make)
    async with serve(door.serve, "127.0.0.1", 0, create_connection=make) as server:
        door.port = next(iter(server.sockets)).getsockname()[1]
        yield door


def page(door: Door) -> Any:
    return connect(f"ws://127.0.0.1:{door.port}")


async def answered(socket: ClientConnection) -> None:
    """Wait until the server has read everything that was sent before."""
    await (await socket.ping())


async def test_what_is_said_is_handed_over_whole_and_in_order(door: Door) -> None:
    door.opened.set()
    async with page(door) as socket:
        await socket.send("hello")
        await socket.send(b"\0\xff")
        await socket.send(["in ", "several ", "pieces: ", "ä"])
        await socket.send([b"a", b"b"])
        await socket.send("")
        await answered(socket)
    assert await door.end == "over"
    assert door.heard == ["hello", b"\0\xff", "in several pieces: ä", b"ab", ""]


async def test_what_was_said_before_it_was_let_in_is_not_lost(door: Door) -> None:
    async with page(door) as socket:
        for number in range(4):
            await socket.send(str(number))
        await answered(socket)
        door.opened.set()
        await socket.send("4")
        await answered(socket)
    assert await door.end == "over"
    assert door.heard == ["0", "1", "2", "3", "4"]


async def test_who_talks_on_in_the_anteroom_is_dropped(door: Door) -> None:
    async with page(door) as socket:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(10_000):
                await socket.send("hello")
                await answered(socket)
        await socket.wait_closed()
        door.opened.set()
        assert await door.end == "over"
        assert len(door.heard) <= MOST_EARLY + 2


async def test_who_goes_without_a_word_is_not_waited_for(door: Door) -> None:
    async with page(door):
        pass
    assert await door.end == "EOFError"
    assert len(door.anteroom) == 0


async def test_a_mistake_in_taking_it_ends_the_conversation_where_it_is_waited_for(
    door: Door,
) -> None:
    door.opened.set()
    async with page(door) as socket:
        await socket.send("hello")
        await socket.send("mischief")
        await socket.send("more")
        assert await door.end == "LookupError"
    assert door.heard == ["hello"]


@pytest.mark.parametrize("first", [True, False])
async def test_text_that_is_none_is_told(door: Door, *, first: bool) -> None:
    door.opened.set()
    async with page(door) as socket:
        if not first:
            await socket.send("hello")
        await socket.send(b"\xff\xfe", text=True)
        assert await door.end == WireError.__name__


async def test_a_message_of_very_many_pieces_is_refused(door: Door) -> None:
    pieces = door.make(ServerProtocol(), None)
    pieces.process_event(Frame(Opcode.BINARY, b"", fin=False))
    for _ in range(MOST_FRAGMENTS):
        pieces.process_event(Frame(Opcode.CONT, b"", fin=False))
    with pytest.raises(WireError, match="too many pieces"):
        await pieces.first()
