"""The embedded server behind a small TCP proxy, which drops and stalls its connections."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import livekit_nb as live
from livekit_nb.engine import bridge
from livekit_nb.recording.events import Event
from tests.live_server import LiveServer
from tests.patience import PATIENCE_S

QUESTION = "tests/speech/weather_paris.flac"
STORY = "tests/speech/story.flac"


class Proxy:
    """Passes bytes to and fro, until it is told to drop whatever is open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[asyncio.Transport] = set()
        self.connections = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        transports = {writer.transport, there_writer.transport}
        self._open |= transports
        with contextlib.suppress(OSError):
            await asyncio.gather(_pass(reader, there_writer), _pass(there_reader, writer))
        self._open -= transports
        writer.transport.abort()
        there_writer.transport.abort()

    def drop(self) -> None:
        """Break what is open without a goodbye."""
        for transport in list(self._open):
            transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy(server: LiveServer) -> AsyncIterator[tuple[Proxy, str]]:
    between = Proxy(int(server.url.rsplit(":", 1)[1]))

    async def start() -> asyncio.Server:
        return await asyncio.start_server(between.handle, "127.0.0.1", 0)

    listening = await bridge(start())

    async def stop() -> None:
        between.drop()
        listening.close()
        await asyncio.wait_for(listening.wait_closed(), PATIENCE_S)

    try:
        yield between, f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        await bridge(stop())


def once(session: live.Session, kind: str, act: Callable[[], object], after_s: float = 0.0) -> None:
    """Act once, so many seconds after the first event of a kind (on the engine)."""

    def heard(event: Event) -> None:
        if event.kind == kind:
            forget()
            asyncio.get_running_loop().call_later(after_s, act)

    forget = session._recorder.subscribe(heard)


async def test_a_question_is_answered_although_the_connection_drops_while_it_is_asked(
    live_server: LiveServer,
) -> None:
    def get_weather(city: str) -> dict[str, str]:
        """Get the weather in a city."""
        asked.append(city)
        return {"weather": f"sunny in {city}"}

    asked: list[str] = []
    async with (
        proxy(live_server) as (between, url),
        live.connect(endpoint=url, tools=[get_weather]) as session,
    ):
        # "What's the weather in | Paris?": the server has heard half of it.
        once(session, "activity.start", between.drop, after_s=0.7)
        await session.say(QUESTION)
        turn = await session.next_turn()
        assert between.connections == 2
        assert session.reconnects == 1
    kinds = [event.kind for event in session.recording.events]
    assert kinds.count("session.resumed") == 1
    assert asked == ["Paris"]
    assert turn.user is not None
    assert "weather in paris" in turn.user.text.lower()
    assert turn.agent is not None
    assert "sunny in Paris" in turn.agent.text
    (resumed,) = (e.data for e in session.recording.events if e.kind == "session.resumed")
    assert resumed["fresh"] is False
    assert resumed["replayed_s"] > 0.3


async def test_a_question_is_answered_although_the_connection_drops_during_the_answer(
    live_server: LiveServer,
) -> None:
    async with (
        proxy(live_server) as (between, url),
        live.connect(endpoint=url) as session,
    ):
        await session.send_text("What day is it today?")
        await session.next_turn()
        once(session, "agent.first_audio", between.drop)
        await session.say(STORY)
        turn = await session.next_turn()
        assert session.reconnects == 1
        await session.send_text("What did I ask you first?")
        await session.next_turn()
    assert turn.agent is not None
    assert turn.agent.complete
    assert len(turn.agent.text) > 40
