"""Conversations with the embedded server in memory, and the same played back; nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any

from livekit_nb.lab.fast_time import run
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.lab.synthetic import QuickModels, spoken
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.server.talk.limits import UNLIMITED, Limits
from livekit_nb.session.replay.replay import Recorded
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.tools.offer import as_tools

Talk = Callable[[Session], Awaitable[None]]


def held(
    talk: Talk, tools: Iterable[Any] = (), limits: Limits = UNLIMITED, **settings: Any
) -> Recording:
    """Hold a conversation; returns its recording."""

    async def main() -> Recording:
        server = InMemoryServer(QuickModels(), limits)
        session = Session(
            Settings(tools=tuple(as_tools(tools)), **settings),
            server.endpoint,
            recorder=Recorder(asyncio.get_running_loop().time),
            open_transport=server.open,
        )
        try:
            return await _with(session, talk)
        finally:
            await server.close()

    return run(main())


def played_back(
    recording: Recording, talk: Talk, tools: Iterable[Any] = (), **settings: Any
) -> Recording:
    """Talk with a recording; returns the new one."""

    async def main() -> Recording:
        known = Recorded(recording)
        replay = known.play()
        own = Settings(tools=tuple(as_tools(tools)), **{"model": known.model, **settings})
        session = Session(
            replace(own, resumption=False),
            replay.endpoint,
            recorder=Recorder(asyncio.get_running_loop().time),
            replay=replay,
        )
        return await _with(session, talk)

    return run(main())


async def _with(session: Session, talk: Talk) -> Recording:
    await session.open()
    try:
        await talk(session)
    finally:
        await session._close("stopped")
    return session.recording


async def ask(session: Session, text: str, pause_s: float = 1.0) -> None:
    """Say something after a pause, and hear the answer to its end."""
    await asyncio.sleep(pause_s)
    await session._say(spoken(text))
    await session._next_turn(60.0)


def as_it_was(recording: Recording) -> Talk:
    """Have the recorded user speak, and hear everything."""

    async def talk(session: Session) -> None:
        await session._say_as_recorded(recording)
        answers = sum(turn.agent is not None for turn in recording.turns)
        for _ in range(answers):
            await session._next_turn(60.0)

    return talk


def told(recording: Recording, *kinds: str) -> list[tuple[float, str, dict[str, Any]]]:
    """List events of some kinds: when, counted from the conversation's beginning, and what."""
    begun_s = next(event.t for event in recording.events if event.kind == "session.ready")
    return [
        (event.t - begun_s, event.kind, dict(event.data))
        for event in recording.events
        if event.kind in kinds
    ]
