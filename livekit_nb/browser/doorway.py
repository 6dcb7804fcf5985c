"""A page's connection: in the anteroom until it has shown a secret, then heard without delay.

What a page says is handed over in the very round of the event loop in which it arrives. The
library's own way, a queue that a task reads from, takes another round for each message, and a page
sends fifty frames of its microphone a second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.server import ServerConnection
from websockets.frames import CONT, DATA_OPCODES, TEXT, Frame

from livekit_nb.errors import WireError

__all__ = ["Anteroom", "PageConnection"]

MOST_WAITING: Final = 128
"""Connections that have not said a valid hello yet; beyond, the oldest is dropped."""
MOST_EARLY: Final = 16
"""Messages behind the hello that wait until the page is let in; one more ends the connection."""
MOST_FRAGMENTS: Final = 1024
"""Pieces of a message; browsers send none in more than a few."""

Handler = Callable[[str | bytes], None]


class Anteroom:
    """Who has connected and not shown a secret yet: so many at most, whatever knocks.

    Any program on this machine, and any page in a browser on it, can open connections here. A page
    of ours is through in milliseconds, so who has waited longest is the one to be dropped.
    """

    def __init__(self) -> None:
        self._waiting: dict[ServerConnection, None] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def enter(self, connection: ServerConnection) -> None:
        """Let a connection wait."""
        while len(self._waiting) >= MOST_WAITING:
            oldest = next(iter(self._waiting))
            self.leave(oldest)
            oldest.transport.abort()
        self._waiting[connection] = None

    def leave(self, connection: ServerConnection) -> None:
        """Forget a connection: it is gone, or it was let in."""
        self._waiting.pop(connection, None)


class PageConnection(ServerConnection):
    """A connection that passes through an anteroom and hands over what it hears at once."""

    def __init__(self, *arguments: Any, anteroom: Anteroom, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._anteroom = anteroom
        self._fragments: list[bytes] = []
        self._is_text = False
        self._handler: Handler = self._keep
        self._early: deque[str | bytes] = deque()
        self._heard = asyncio.Event()
        self._over: asyncio.Future[None] = self.loop.create_future()

    async def first(self) -> str | bytes:
        """Wait for the first message.

        Raises
        ------
        WireError
            If it is none.
        EOFError
            If the connection ends before.
        """
        await self._heard.wait()
        if self._early:
            return self._early.popleft()
        self._over.result()
        raise EOFError

    async def converse(self, handler: Handler) -> None:
        """Hand everything that comes from now on to `handler`, until the connection is over.

        Raises
        ------
        Exception
            Whatever `handler` does; it is handed nothing more then.
        """
        self._handler = handler
        while self._early and not self._over.done():
            self._hand_over(self._early.popleft())
        try:
            await self._over
        finally:
            self._handler = _ignore

    # What the library tells -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enter the anteroom."""
        super().connection_made(transport)
        self._anteroom.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go whoever waits."""
        self._anteroom.leave(self)
        self._heard.set()
        if not self._over.done():
            self._over.set_result(None)
        super().connection_lost(exc)

    def process_event(self, event: Any) -> None:
        """Take in a frame; all but data, and the opening request, is the library's business."""
        if not (isinstance(event, Frame) and event.opcode in DATA_OPCODES):
            super().process_event(event)
            return
        try:
            message = self._whole(event)
        except WireError as problem:
            self._fail(problem)
            return
        if message is not None:
            self._hand_over(message)

    # ----------------------------------------------------------------------------------------------

    def _whole(self, frame: Frame) -> str | bytes | None:
        """Return the message that ends with a frame; ``None`` when it goes on."""
        if frame.opcode is not CONT:
            self._is_text = frame.opcode is TEXT
        data = bytes(frame.data)
        if self._fragments or not frame.fin:
            self._fragments.append(data)  # as long together as the library lets a message be
            if len(self._fragments) > MOST_FRAGMENTS:
                self._fragments = []
                raise WireError("a message in too many pieces")
            if not frame.fin:
                return None
            data = b"".join(self._fragments)
            self._fragments = []
        if not self._is_text:
            return data
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise WireError("a text message that is no UTF-8") from None

    def _hand_over(self, message: str | bytes) -> None:
        try:
            self._handler(message)
        except Exception as problem:
            self._fail(problem)

    def _fail(self, problem: Exception) -> None:
        """Hear nothing more; the problem is raised where the conversation is waited for."""
        self._handler = _ignore
        self._heard.set()
        if not self._over.done():
            self._over.set_exception(problem)
            self._over.exception()  # nobody may wait any more, and that is no mistake

    def _keep(self, message: str | bytes) -> None:
        self._early.append(message)
        self._heard.set()
        if len(self._early) > MOST_EARLY:
            self.transport.abort()


def _ignore(_: str | bytes) -> None:
    """Do nothing: the connection is being closed."""
