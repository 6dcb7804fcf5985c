"""The house in which conversations are held: who is in it, whether there is room, how it closes.

What an operator asks of it is answered on the port of the conversations: ``/healthz`` says that it
lives, ``/readyz`` whether somebody new would be let in, ``/metrics`` what was counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from websockets.datastructures import Headers

from livekit_nb.server.door.capacity import Capacity
from livekit_nb.server.door.http_post import Answer
from livekit_nb.server.metrics import Metrics

__all__ = ["STOPPING", "UNAVAILABLE", "Guest", "House"]

log = logging.getLogger(__name__)

T = TypeVar("T")

#: How the service refuses when it is overloaded.
UNAVAILABLE = (1011, "The service is currently unavailable.")
STOPPING = (1001, "The server is stopping.")
SAMPLE_S = 0.25  #: between two samples of the load
GOODBYE_S = 1.0  #: for the closing handshakes, once the time for conversations is over


class Guest(Protocol):
    """One connection, as the house knows it."""

    def stop(self, at: float, close: tuple[int, str]) -> None:
        """Tell the client that it ends at a time of the loop, and end it then in these words."""


class House:
    """Keeps count of conversations and of what they cost.

    Parameters
    ----------
    capacity : Capacity, optional
        Decides whether there is room; by default there always is.

    Attributes
    ----------
    metrics : Metrics
    stopping : bool
        Whether nobody is let in any more.
    """

    def __init__(self, capacity: Capacity | None = None) -> None:
        self.metrics = Metrics()
        self.stopping = False
        self._capacity = Capacity(math.inf) if capacity is None else capacity
        self._guests: set[Guest] = set()
        self._sessions: dict[Guest, float] = {}  # those with a setup, and when that came
        self._empty = asyncio.Event()
        self._empty.set()
        self.metrics.open.set_function(lambda: len(self._sessions))
        self.metrics.load.set_function(lambda: self._capacity.load)

    @property
    def sessions(self) -> int:
        """Number of sessions whose setup was accepted."""
        return len(self._sessions)

    # Who is in it ---------------------------------------------------------------------------------

    def entered(self, guest: Guest) -> None:
        """Take note of a connection."""
        self._guests.add(guest)
        self._empty.clear()

    def left(self, guest: Guest) -> None:
        """Take note of its end."""
        self._guests.discard(guest)
        self._sessions.pop(guest, None)
        if not self._guests:
            self._empty.set()

    def began(self, guest: Guest, *, resumed: bool) -> None:
        """Take note that its setup was accepted."""
        self._sessions[guest] = asyncio.get_running_loop().time()
        self.metrics.began(resumed=resumed)

    def refusal(self, *, resumed: bool) -> tuple[int, str] | None:
        """Return the close code and reason for a setup that has come too much, else None.

        Somebody who resumes a session is in the midst of a conversation, and let in unless the
        house closes.
        """
        if self.stopping:
            self.metrics.refused("stopping")
            return UNAVAILABLE
        if not resumed and not self._has_room():
            self.metrics.refused("busy")
            log.warning("A session is refused: %d are open, the load is %.2f", *self._state())
            return UNAVAILABLE
        return None

    def _has_room(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self._capacity.admits([now - began_at for began_at in self._sessions.values()])

    def _state(self) -> tuple[int, float]:
        return self.sessions, self._capacity.load

    # What it costs --------------------------------------------------------------------------------

    async def work(
        self, kind: str, pool: Executor | None, function: Callable[..., T], *arguments: object
    ) -> T:
        """Run a function on one of the models' threads, and note how long that took."""
        loop = asyncio.get_running_loop()
        asked_at, times = loop.time(), []

        def timed() -> T:
            times.append(loop.time())
            try:
                return function(*arguments)
            finally:
                times.append(loop.time())

        try:
            return await loop.run_in_executor(pool, timed)
        finally:
            if len(times) == 2:  # else it was cancelled before it was done
                self.metrics.worked(kind, times[0] - asked_at, times[1] - times[0])
                self._capacity.waited(times[0] - asked_at)

    @asynccontextmanager
    async def measured(self) -> AsyncIterator[None]:
        """Measure the load while the context is open."""
        task = asyncio.create_task(self._measure())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        self._capacity.sample(0.0)
        while True:
            due_at = loop.time() + SAMPLE_S
            await asyncio.sleep(SAMPLE_S)
            self._capacity.sample(max(loop.time() - due_at, 0.0))

    # How it closes --------------------------------------------------------------------------------

    async def empty(self, limit_s: float, hurry: asyncio.Event) -> None:
        """Let nobody in any more, tell everybody when it closes, and wait for them to leave.

        Parameters
        ----------
        limit_s : float
            How long conversations may go on.
        hurry : asyncio.Event
            Set it to wait no longer.
        """
        self.stopping = True
        ends_at = asyncio.get_running_loop().time() + limit_s
        for guest in list(self._guests):
            guest.stop(ends_at, STOPPING)
        waiting = [asyncio.create_task(event.wait()) for event in (self._empty, hurry)]
        await asyncio.wait(
            waiting, timeout=limit_s + GOODBYE_S, return_when=asyncio.FIRST_COMPLETED
        )
        for task in waiting:
            task.cancel()

    # What it tells --------------------------------------------------------------------------------

    def page(self, path: str, headers: Headers) -> Answer | None:
        """Return what is to be seen at a path, None if there is nothing."""
        if path in ("/healthz", "/health"):
            return Answer.of_json(200, {"status": "ok", "sessions": self.sessions})
        if path == "/readyz":
            state = "stopping" if self.stopping else "ready" if self._has_room() else "busy"
            return Answer.of_json(200 if state == "ready" else 503, {"status": state})
        if path == "/metrics":
            return Answer(200, *self.metrics.page(", ".join(headers.get_all("Accept"))))
        return None
