"""Conversations in accelerated time with the embedded server and its real models in memory.

They go the same way on every machine, however busy it is: hearing, recognition, thinking and
speaking are real, but take as long as was settled beforehand.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from random import Random
from typing import Any, ParamSpec, TypeVar
from unittest.mock import patch

from livekit_nb.lab import fast_time
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.recording import Recorder
from livekit_nb.session import session as session_module
from livekit_nb.session.io import AudioSink, AudioSource
from livekit_nb.session.session import Session
from livekit_nb.session.setup.keywords import settings_of
from tests.recording.diagnosis.conversations import RealModels

T = TypeVar("T")
P = ParamSpec("P")


async def _stay(coroutine: Awaitable[T], unclaimed: Callable[[T], object] | None = None) -> T:
    """Await on the loop that is there, in the place of the engine's."""
    return await coroutine


def accelerated(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in time of its own."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with patch.object(session_module, "bridge", _stay):
            fast_time.run(test(*args, **kwargs))

    return run


@asynccontextmanager
async def conversation(
    *,
    tools: Iterable[Any] | None = None,
    instructions: str = "",
    source: Callable[[Callable[[], float]], AudioSource] | None = None,
    sink: Callable[[Callable[[], float]], AudioSink] | None = None,
    hearing_s: float | None = None,
    **settings: Any,
) -> AsyncIterator[Session]:
    """Hold a conversation, with the settings of :func:`livekit_nb.connect`.

    A `source` and a `sink` are made for the clock of the conversation; `hearing_s` is how long the
    server takes to recognise what was said.
    """
    clock = asyncio.get_running_loop().time
    models = RealModels()
    if hearing_s is not None:
        models.ears = type(models.ears)(hearing_s)
    server = InMemoryServer(models)
    session = Session(
        settings_of(tools, instructions, **settings),
        server.endpoint,
        source=source and source(clock),
        sink=sink and sink(clock),
        recorder=Recorder(clock),
        open_transport=server.open,
        random=Random(0),
    )
    await session.open()
    try:
        async with session:
            yield session
    finally:
        await server.close()
