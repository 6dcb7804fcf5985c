"""A connection on which a plan's faults strike: between the WebSocket and who attends to it.

It looks like the WebSocket connection it wraps. Until there is a plan it hands everything straight
on; from then on each way has a schedule, and a pipe whose messages come out when the network would
deliver them. A pipe holds what TCP's buffers would hold: when it is full, whoever sends has to
wait.

Pings and pongs do not pass through here, so an impaired connection does not die of its keepalive;
nor does a server that stalls, as the service's does not.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from random import Random
from typing import Any

from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

from livekit_nb.server.faults.impairment import Link
from livekit_nb.server.faults.schedule import (
    Abort,
    Close,
    Deliver,
    Effect,
    Frame,
    Schedule,
    Transmit,
)
from livekit_nb.wire.fault_plan import FaultPlan

__all__ = ["FaultyConnection"]

BUFFER_BYTES = 128 * 2**10  #: what is under way at most; beyond that a sender waits


class FaultyConnection:
    """A WebSocket connection on which things go wrong.

    Parameters
    ----------
    connection : websockets.asyncio.connection.Connection
        The connection as it is; anything else with its ``recv``, ``send``, ``close`` and
        ``transport.abort`` will do.
    plan : FaultPlan, optional
        What goes wrong; more may be injected later.
    number : int, optional
        Which connection of its conversation this is, from 1.
    """

    def __init__(
        self, connection: Any, plan: FaultPlan | None = None, number: int | None = None
    ) -> None:
        self._inner = connection
        self._works: _Works | None = None
        if plan is not None and plan:
            self._works = _Works(connection, plan, number)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def inject(self, plan: FaultPlan) -> None:
        """Let a plan's faults strike from now on, instead of whatever was planned before."""
        if self._works is None:
            self._works = _Works(self._inner, plan, None)
        else:
            self._works.inject(plan)

    def __aiter__(self) -> AsyncIterator[Frame]:
        return self._frames()

    async def _frames(self) -> AsyncIterator[Frame]:
        try:
            while True:
                yield await self.recv()
        except ConnectionClosedOK:
            return

    async def recv(self) -> Frame:
        """Return the next message of the client.

        Raises
        ------
        websockets.exceptions.ConnectionClosed
            If the connection is over.
        """
        if self._works is None:
            frame: Frame = await self._inner.recv()
            if self._works is None:
                return frame
            self._works.arrived(frame)  # the faults began while it was waited for
        return await self._works.receive()

    async def send(self, frame: Frame) -> None:
        """Send a message to the client; waits while too much is under way.

        Raises
        ------
        websockets.exceptions.ConnectionClosed
            If the connection is over.
        """
        if self._works is None:
            await self._inner.send(frame)
        else:
            await self._works.send(frame)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection behind what was sent before."""
        if self._works is not None:
            await self._works.flush()
        await self._inner.close(code, reason)

    async def finish(self) -> None:
        """Let go of everything; call it when nobody attends to the connection any more."""
        if self._works is not None:
            await self._works.finish()


class _Pipe:
    """Messages under way in one direction: in order, each with the time of its arrival."""

    def __init__(self) -> None:
        self._items: deque[tuple[Frame | Close, float]] = deque()
        self._size = 0
        self._changed = asyncio.Event()

    @property
    def full(self) -> bool:
        return self._size >= BUFFER_BYTES

    def put(self, item: Frame | Close, due: float) -> None:
        self._items.append((item, due))
        self._size += 0 if isinstance(item, Close) else len(item)
        self._changed.set()

    async def arrival(self) -> Frame | Close:
        """Wait for the next message to arrive, and leave it there; it may be cancelled."""
        while not self._items:
            self._changed.clear()
            await self._changed.wait()
        item, due = self._items[0]
        wait_s = due - asyncio.get_running_loop().time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        return item

    def take(self) -> None:
        """Take the message that arrived out of the pipe."""
        item, _ = self._items.popleft()
        self._size -= 0 if isinstance(item, Close) else len(item)
        self._changed.set()

    async def until(self, *, empty: bool) -> None:
        """Wait until it is empty, or at least not full."""
        while self._items if empty else self.full:
            self._changed.clear()
            await self._changed.wait()


class _Works:
    """What makes a connection faulty: the schedule, the two pipes, and their tasks."""

    def __init__(self, connection: Any, plan: FaultPlan, number: int | None) -> None:
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._schedule = Schedule()
        self._timer: asyncio.TimerHandle | None = None
        self._up, self._down = _Pipe(), _Pipe()
        self._ended: ConnectionClosed | None = None
        self._end = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._drain = self._loop.create_task(self._deliver_down())
        self._chance = f"{plan.seed}/{number}"
        self._up_link, self._down_link = self._links(plan)
        self._carry_out(self._schedule.inject(plan, number, self._loop.time()))

    def _links(self, plan: FaultPlan) -> tuple[Link, Link]:
        up, down = (Random(f"{self._chance}/{way}") for way in ("up", "down"))  # noqa: S311
        return (
            Link(plan.up, up, back_s=plan.down.delay_s),
            Link(plan.down, down, back_s=plan.up.delay_s),
        )

    def inject(self, plan: FaultPlan) -> None:
        self._chance = f"{plan.seed}/injected"
        self._up_link, self._down_link = self._links(plan)
        self._carry_out(self._schedule.inject(plan, None, self._loop.time()))

    # From the client ------------------------------------------------------------------------------

    def arrived(self, frame: Frame) -> None:
        """Put a frame of the client on its impaired way."""
        self._up.put(frame, self._up_link.carry(len(frame), self._loop.time()))

    async def _take_up(self) -> None:
        try:
            while True:
                await self._up.until(empty=False)
                self.arrived(await self._connection.recv())
        except ConnectionClosed as closed:
            self._over(closed)
            self._up.put(Close(0, ""), self._loop.time())  # behind what is still under way

    async def receive(self) -> Frame:
        """Return the next message that got through."""
        if self._pump is None:
            self._pump = self._loop.create_task(self._take_up())
        while True:
            item = await self._up.arrival()
            if isinstance(item, Close):  # it stays, for whoever asks again
                assert self._ended is not None
                raise self._ended
            self._up.take()
            delivered = False
            for effect in self._carry_out(self._schedule.received(item, self._loop.time())):
                delivered = isinstance(effect, Deliver) or delivered
            if delivered:
                return item

    # To the client --------------------------------------------------------------------------------

    async def send(self, frame: Frame) -> None:
        if self._ended is None:
            self._carry_out(self._schedule.sending(frame, self._loop.time()))
            if self._down.full:
                await self._unless_over(self._down.until(empty=False))
        if self._ended is not None:
            raise self._ended

    async def flush(self) -> None:
        """Wait until everything sent has arrived; a server that is silent does not wait."""
        if not self._schedule.silent:
            await self._unless_over(self._down.until(empty=True))

    async def _deliver_down(self) -> None:
        try:
            while True:
                item = await self._down.arrival()
                if isinstance(item, Close):
                    await self._connection.close(item.code, item.reason)
                    return
                await self._connection.send(item)
                self._down.take()
        except ConnectionClosed as closed:
            self._over(closed)

    # Faults ---------------------------------------------------------------------------------------

    def _carry_out(self, effects: list[Effect]) -> list[Effect]:
        now = self._loop.time()
        for effect in effects:
            match effect:
                case Transmit(frame):
                    self._down.put(frame, self._down_link.carry(len(frame), now))
                case Close():
                    self._down.put(effect, self._down_link.carry(2 + len(effect.reason), now))
                case Abort():
                    self._connection.transport.abort()
        wake_at = self._schedule.wake_at
        if self._timer is not None and self._timer.when() != wake_at:
            self._timer.cancel()
            self._timer = None
        if self._timer is None and wake_at is not None:
            self._timer = self._loop.call_at(wake_at, self._tick)
        return effects

    def _tick(self) -> None:
        self._timer = None
        self._carry_out(self._schedule.tick(self._loop.time() + 1e-4))

    def _over(self, closed: ConnectionClosed) -> None:
        if self._ended is None:
            self._ended = closed
            self._end.set()

    async def _unless_over(self, waiting: Any) -> None:
        """Wait for something, or for the end of the connection."""
        tasks = [self._loop.create_task(waiting), self._loop.create_task(self._end.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def finish(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        tasks = [task for task in (self._pump, self._drain) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
