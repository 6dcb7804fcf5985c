"""The way to the client: what is to be written, in order, and the closing behind it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed

from livekit_nb.wire.codec import encode
from livekit_nb.wire.messages import ServerMessage

__all__ = ["Writer", "short_reason"]

MAX_BACKLOG = 4_000  #: messages waiting for a client that does not read; then it is closed
REASON_BYTES = 123  #: RFC 6455 §5.5: a close frame's payload is at most 125 bytes, code included


def short_reason(reason: str) -> str:
    """Cut a close reason to the 123 bytes which a close frame can hold."""
    return reason.encode()[:REASON_BYTES].decode(errors="ignore")


class Writer:
    """Writes to one connection.

    Parameters
    ----------
    connection : websockets.asyncio.connection.Connection
    count : callable
        Called with the size of each message that was written.
    """

    def __init__(
        self, connection: Connection, count: Callable[[float], object] = lambda size: None
    ) -> None:
        self._connection = connection
        self._count = count
        self._backlog: deque[tuple[bytes, bool]] = deque()  # frame, whether it is droppable
        self._written = asyncio.Event()
        self._closing: tuple[int, str] | None = None

    @property
    def closing(self) -> bool:
        """Whether the connection is to be closed; nothing is taken from it any more."""
        return self._closing is not None

    async def run(self) -> None:
        """Write what is queued, in order, then the closing."""
        try:
            while True:
                while self._backlog:
                    frame, _ = self._backlog.popleft()
                    await self._connection.send(frame)  # binary, as the service does
                    self._count(len(frame))
                if self._closing:
                    code, reason = self._closing
                    await self._connection.close(code, short_reason(reason))
                    return
                self._written.clear()
                await self._written.wait()
        except ConnectionClosed:
            return

    def send(self, message: ServerMessage) -> None:
        """Queue a message."""
        content = message.server_content
        spoken = content is not None and content.model_turn is not None
        self._backlog.append((encode(message), spoken))
        if len(self._backlog) > MAX_BACKLOG:
            self._backlog.clear()
            self._closing = (1011, "The client reads too slowly.")
        self._written.set()

    def close(self, code: int, reason: str) -> None:
        """Close behind what is queued."""
        self._closing = (code, reason)
        self._written.set()

    def hush(self) -> None:
        """Drop what the model says and what was not written yet."""
        self._backlog = deque(item for item in self._backlog if not item[1])
