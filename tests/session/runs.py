"""A tool runner with a connection that a test can cut, and tools to run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from livekit_nb.recording.events import Event
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.turns.turn import ToolCall
from livekit_nb.session.tools.offer import as_tools
from livekit_nb.session.tools.running import ToolRunner
from livekit_nb.wire.messages import FunctionCall, FunctionResponse
from livekit_nb.wire.profiles import DEFAULT_MODEL, PROFILES
from tests.patience import PATIENCE_S


def weather(city: str, days: int = 1) -> dict[str, Any]:
    """Weather."""
    return {"city": city, "days": days}


class Endless:
    """A tool that never answers; it tells when it was begun and whether it was ended."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = False

    async def slow(self) -> None:
        """Take for ever."""
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


class Runs:
    """Makes calls as a server would, and keeps what came back, with the connection it went to."""

    def __init__(
        self,
        *tools: Any,
        model: str = DEFAULT_MODEL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.recorder = Recorder(clock)
        self.runner = ToolRunner(as_tools(tools), self.recorder, self._respond, PROFILES[model])
        self.connection: int | None = 0
        self.sent: list[tuple[int, FunctionResponse]] = []
        self._happened = asyncio.Event()
        self.recorder.subscribe(lambda _: self._happened.set())

    def _respond(self, response: FunctionResponse, connection: int) -> bool:
        if connection != self.connection:
            return False
        self.sent.append((connection, response))
        return True

    def call(self, name: str, *, id: str | None = "c1", connection: int = 0, **args: Any) -> None:
        self.runner.call(FunctionCall(id=id, name=name, args=args), connection=connection)

    async def until(self, kind: str, count: int = 1) -> list[Event]:
        """Wait until so many events of a kind were recorded."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := self.events(kind)) < count:
                self._happened.clear()
                await self._happened.wait()
        return found

    async def done(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait for so many final results; returns all responses that were sent."""
        await self.until("tool.response", count)
        return self.responses

    def events(self, kind: str = "tool.") -> list[Event]:
        return [event for event in self.recorder.recording.events if event.kind.startswith(kind)]

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events()]

    @property
    def responses(self) -> list[dict[str, Any]]:
        return [response.response or {} for _, response in self.sent]

    @property
    def told(self) -> list[tuple[dict[str, Any], str | None, bool | None]]:
        """All responses that were sent, when each is spoken of, and whether more will come."""
        return [(r.response or {}, r.scheduling, r.will_continue) for _, r in self.sent]

    @property
    def spans(self) -> list[ToolCall]:
        return self.recorder.recording.tools

    async def ended(self) -> None:
        """Wait until every function has come to its end."""
        tasks = [run.task for run in self.runner._calls.known.values() if run.task is not None]
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*tasks, return_exceptions=True)
