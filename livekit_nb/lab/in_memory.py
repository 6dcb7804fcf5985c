"""The embedded server in the same process and on the same loop, without a network.

For experiments with many conversations, or with accelerated time (:mod:`livekit_nb.lab.fast_time`):
the real client and the real server, joined by connections which behave like the WebSocket library's
and obey fault plans as real ones do.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from websockets.frames import Close
from websockets.http11 import Request
from websockets.protocol import State

from livekit_nb.server.attend import Attendant
from livekit_nb.server.door.house import House
from livekit_nb.server.faults.desk import FaultDesk
from livekit_nb.server.talk.limits import UNLIMITED, Limits
from livekit_nb.server.talk.memory import Memories
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.connection.transport import Transport

__all__ = ["End", "InMemoryServer", "pair"]

BUFFER_BYTES = 2**20  #: what may wait to be read; beyond that a sender waits


class End:
    """One end of a connection, like a connection of the ``websockets`` library.

    Messages arrive at once and whole. What was received before the end can still be read.
    """

    remote_address = ("127.0.0.1", 0)

    def __init__(self, request: Request | None = None) -> None:
        self.request = request
        self.state = State.OPEN
        self._other: End | None = None
        self._inbox: deque[bytes | str] = deque()
        self._waiting = 0
        self._changed = asyncio.Event()
        self._rcvd: Close | None = None
        self._sent: Close | None = None

    @property
    def transport(self) -> End:
        """What can be aborted."""
        return self

    @property
    def close_code(self) -> int | None:
        """Code with which it was closed, None while it is open."""
        if self.state is State.OPEN:
            return None
        return self._rcvd.code if self._rcvd is not None else 1006

    async def recv(self) -> bytes | str:
        """Return the next message; raises ``ConnectionClosed`` when there is none any more."""
        while not self._inbox:
            self._check_open()
            self._changed.clear()
            await self._changed.wait()
        frame = self._inbox.popleft()
        self._waiting -= len(frame)
        assert self._other is not None
        self._other._changed.set()
        return frame

    async def __aiter__(self) -> AsyncIterator[bytes | str]:
        """Iterate over messages until it is closed."""
        with contextlib.suppress(ConnectionClosedOK):
            while True:
                yield await self.recv()

    async def send(self, frame: bytes | str, text: bool | None = None) -> None:
        """Send a message; raises ``ConnectionClosed`` when the connection is over."""
        assert self._other is not None
        while self.state is State.OPEN and self._other._waiting > BUFFER_BYTES:
            self._changed.clear()
            await self._changed.wait()
        self._check_open()
        if text and isinstance(frame, bytes):
            frame = frame.decode()
        self._other._inbox.append(frame)
        self._other._waiting += len(frame)
        self._other._changed.set()

    async def ping(self) -> asyncio.Future[float]:
        """Ping; the answer is there at once, as long as anybody is."""
        self._check_open()
        pong: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        pong.set_result(0.0)
        return pong

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it. Idempotent."""
        self._end(Close(code, reason))

    def abort(self) -> None:
        """Break it off without a goodbye."""
        self._end(None)

    async def wait_closed(self) -> None:
        """Wait for its end."""
        while self.state is State.OPEN:
            self._changed.clear()
            await self._changed.wait()

    def _end(self, frame: Close | None) -> None:
        for end in (self, self._other):
            if end is not None and end.state is State.OPEN:
                end.state = State.CLOSED
                end._rcvd = end._sent = frame
                end._changed.set()

    def _check_open(self) -> None:
        if self.state is not State.OPEN:
            good = self._rcvd is not None and self._rcvd.code in (1000, 1001)
            kind: type[ConnectionClosed] = ConnectionClosedOK if good else ConnectionClosedError
            raise kind(self._rcvd, self._sent, None if self._rcvd is None else True)


def pair(headers: Mapping[str, str] | None = None) -> tuple[End, End]:
    """Return the client's and the server's end of a new connection."""
    client, server = End(), End(Request("/", Headers(dict(headers or {}))))
    client._other, server._other = server, client
    return client, server


class InMemoryServer:
    """The embedded server without its process and its port.

    Parameters
    ----------
    models : Models
        What hears and speaks; :mod:`livekit_nb.lab.synthetic` has quick ones.
    limits : Limits
        How long connections and sessions last.
    house : House, optional
        Counts, and decides who is let in; by default everybody is.

    Attributes
    ----------
    house : House
    memories : Memories
        What it knows of sessions that may be resumed.
    connections : int
        How many were opened.
    """

    endpoint = Endpoint("ws://127.0.0.1/", "server in memory")

    def __init__(self, models: Any, limits: Limits = UNLIMITED, house: House | None = None) -> None:
        self.house = house or House()
        self._models = models
        self._limits = limits
        self._desk = FaultDesk()
        self._tasks: set[asyncio.Task[None]] = set()
        self.memories = Memories()
        self.connections = 0

    async def open(self, endpoint: Endpoint, headers: Mapping[str, str]) -> Transport:
        """Open a connection to it: an ``open_transport`` of a session."""
        client, server = pair(headers)
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._attend(server))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        connection: Any = client
        return Transport(connection)

    async def _attend(self, end: End) -> None:
        connection: Any = end
        async with self._desk.at(connection) as attended:
            if attended is not None:
                known = self.memories, self._limits
                await Attendant(attended, self._models, *known, house=self.house).run()
        await end.close()

    async def close(self) -> None:
        """Wait for what still runs to end; connections that are open are closed.

        Raises
        ------
        Exception
            What failed in the server, if anything did.
        """
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
