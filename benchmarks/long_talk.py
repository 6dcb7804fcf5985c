"""Whether a server that talks for eight hours grows: everything real but the time.

One caller asks something every minute, over connections of ten minutes whose session is resumed,
in accelerated time (:mod:`livekit_nb.lab.fast_time`). Recognition, thinking and the voice are the
real ones, and so is the activity detector; they run on the loop, one after the other, because a
thread's work would not be waited for. The microphone is open while a question is asked and until
its answer begins, as with a talk button. Sockets are not part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load_caller import FRAME_S, PATIENCE_S, SETUP, SILENCE, Clip, clips
from benchmarks.soak import resident_bytes
from benchmarks.table import Row, show
from livekit_nb.errors import SessionClosedError
from livekit_nb.lab.fast_time import run as run_fast
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.lab.synthetic import RECOGNISING_S, SPEAKING_S, THINKING_S, _Later
from livekit_nb.server.models import Models
from livekit_nb.server.talk.limits import Limits
from livekit_nb.session.connection.transport import Channel
from livekit_nb.wire.codec import decode_server
from livekit_nb.wire.messages import ServerMessage

__all__ = ["Talk", "rows", "run", "talk"]

HOURS = 8.0
EVERY_S = 60.0  #: from question to question
MB = 2**20

#: Resumable and without an end, as a client sets up that wants to talk for hours.
LASTING = SETUP.replace(
    '"setup":{', '"setup":{"contextWindowCompression":{"slidingWindow":{}},"sessionResumption":%s,'
)


@dataclass
class Talk:
    """What became of it.

    Attributes
    ----------
    asked, answered, connections : int
    memory : list of int
        Bytes resident after each hour.
    """

    asked: int = 0
    answered: int = 0
    connections: int = 0
    memory: list[int] = field(default_factory=list)


class _Line:
    """The caller's end: one connection after the other."""

    def __init__(self, server: InMemoryServer, outcome: Talk) -> None:
        self._server = server
        self._outcome = outcome
        self._transport: Channel | None = None
        self._reading: asyncio.Task[None] | None = None
        self._handle = ""
        self._leaving = False
        self.begun = asyncio.Event()
        self.over = asyncio.Event()

    async def ready(self) -> Channel:
        """Return a connection that is not about to end."""
        if self._transport is None or self._leaving:
            await self.hang_up()
            self._transport = await self._server.open(self._server.endpoint, {})
            handle = f'{{"handle":"{self._handle}"}}' if self._handle else "{}"
            await self._transport.write((LASTING % handle).encode())
            self._leaving = False
            self._outcome.connections += 1
            self._reading = asyncio.create_task(self._read(self._transport))
        return self._transport

    async def hang_up(self) -> None:
        """End the connection, if there is one."""
        if self._transport is not None:
            await self._transport.close()
            self._transport = None
        if self._reading is not None:
            await self._reading

    async def _read(self, transport: Channel) -> None:
        with contextlib.suppress(SessionClosedError):
            while True:
                self._take(decode_server(await transport.receive()))

    def _take(self, message: ServerMessage) -> None:
        update, content = message.session_resumption_update, message.server_content
        if update is not None and update.new_handle:
            self._handle = update.new_handle
        if message.go_away is not None:
            self._leaving = True
        if content is not None and content.model_turn is not None:
            self.begun.set()
        if content is not None and content.turn_complete:
            self.over.set()


async def talk(models: Any, sayings: Sequence[Clip], hours: float, tidy_s: float = 3600.0) -> Talk:
    """Talk for so many hours, and look at the memory every `tidy_s` seconds."""
    loop, outcome = asyncio.get_running_loop(), Talk()
    server = InMemoryServer(models, Limits())
    line = _Line(server, outcome)
    while loop.time() < hours * 3600:
        due_s = loop.time() + EVERY_S
        transport = await line.ready()
        line.begun.clear()
        line.over.clear()
        clip = sayings[outcome.asked % len(sayings)]
        outcome.asked += 1
        for message in clip.messages:
            await transport.write(message.encode())
            await asyncio.sleep(FRAME_S)
        for _ in range(round(PATIENCE_S / FRAME_S)):
            if line.begun.is_set():
                break
            await transport.write(SILENCE.encode())
            await asyncio.sleep(FRAME_S)
        await transport.write(b'{"realtimeInput":{"audioStreamEnd":true}}')
        outcome.answered += line.begun.is_set()
        await asyncio.sleep(max(due_s - loop.time(), 0.0))
        if loop.time() >= (len(outcome.memory) + 1) * tidy_s - 1e-6:
            gc.collect()
            models.tidy()
            outcome.memory.append(resident_bytes())
            hours_s, size_mb = loop.time() / 3600, outcome.memory[-1] / MB
            print(f"{hours_s:.2f} hours: {size_mb:.1f} MB", file=sys.stderr)
    await line.hang_up()
    await server.close()
    return outcome


def loaded() -> Models:
    """Return the real models, on threads that are none."""
    models = Models.load()
    models.close()
    for name, takes_s in (
        ("ears", RECOGNISING_S),
        ("minds", THINKING_S),
        ("mouths", SPEAKING_S),
        ("eyes", THINKING_S),
    ):
        setattr(models, name, _Later(takes_s))
    return models


def rows(outcome: Talk, hours: float, seconds: float) -> list[Row]:
    """Return the table."""
    memory = outcome.memory or [resident_bytes()]
    grown = (memory[-1] - memory[0]) / MB
    return [
        Row(
            f"{hours:g} hours of talk, {outcome.asked} questions, answered",
            f"{outcome.answered}",
            f"over {outcome.connections} connections, in {seconds:.0f} s",
        ),
        Row(
            "memory after each hour, server and caller in one process",
            ", ".join(f"{size / MB:.0f}" for size in memory) + " MB",
            f"{grown:+.1f} MB from the first to the last",
        ),
    ]


def run(hours: float = HOURS) -> list[Row]:
    """Talk, and look at the memory."""
    begun_s = time.perf_counter()
    outcome = run_fast(talk(loaded(), clips(), hours))
    return rows(outcome, hours, time.perf_counter() - begun_s)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hours", type=float, default=HOURS)
    print(show(run(parser.parse_args().hours)))
