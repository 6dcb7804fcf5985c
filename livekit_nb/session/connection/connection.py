"""One connection of a conversation: opened, agreed on a setup, and written to until it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping

from livekit_nb.errors import SessionClosedError
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.connection.suspects import suspects
from livekit_nb.session.connection.transport import Channel, OpenTransport
from livekit_nb.session.connection.trouble import SetupSilenceError
from livekit_nb.session.connection.wire_log import WireLog
from livekit_nb.wire.closing import explain
from livekit_nb.wire.codec import decode_server, encode
from livekit_nb.wire.kinds import kind_of
from livekit_nb.wire.messages import ClientMessage, ServerMessage, Setup

__all__ = ["SETUP_TIMEOUT_S", "Connection"]

SETUP_TIMEOUT_S = 8.0
"""How long a server may take to accept the settings; after that they are sent again."""

_LAST_SENT = 6
_CLOSE_S = 5.0


class Connection:
    """One connection, from its opening to its end.

    Attributes
    ----------
    number : int
        Which connection of its conversation it is, from 1.
    opening : int
        How many messages came before everything else, besides the setup.
    last_sent : deque of str
        What was sent last, such as ``"realtimeInput.audio"``; the same thing in a row once.
    embedded : bool
        Whether who answers says that it is the embedded server; what is no socket does not say.
    """

    def __init__(
        self, channel: Channel, number: int, opening: int = 0, *, log: WireLog | None = None
    ) -> None:
        self.number = number
        self.opening = opening
        self.last_sent: deque[str] = deque(maxlen=_LAST_SENT)
        self.embedded = bool(getattr(channel, "embedded", False))
        self._channel = channel
        self._log = log
        self._index = -1

    @classmethod
    async def open(
        cls,
        open_transport: OpenTransport,
        endpoint: Endpoint,
        headers: Mapping[str, str],
        number: int,
        setup: Setup,
        opening: tuple[ClientMessage, ...] = (),
        *,
        log: WireLog | None = None,
    ) -> Connection:
        """Connect, have the setup accepted, and send what comes before everything else.

        Parameters
        ----------
        open_transport : callable
        endpoint : Endpoint
        headers : mapping of str to str
            Sent with the upgrade, beside the endpoint's own.
        number : int
        setup : Setup
        opening : tuple of ClientMessage
            The history of a conversation that begins with one.
        log : WireLog, optional
            Writes down what goes over it.

        Raises
        ------
        ConnectError
            If nobody can be reached, or the setup is not answered in time.
        SessionClosedError
            If the server closes instead of accepting it.
        """
        channel = await open_transport(endpoint, headers)
        connection = cls(channel, number, len(opening), log=log)
        try:
            await connection.send(ClientMessage(setup=setup))
            async with asyncio.timeout(SETUP_TIMEOUT_S):
                while (await connection.receive()).setup_complete is None:
                    pass
            for message in opening:
                await connection.send(message)
        except TimeoutError:
            await connection.close()
            raise SetupSilenceError(
                f"{endpoint.label} did not accept the settings within {SETUP_TIMEOUT_S:g} s, and "
                f"did not say why; some models fall silent at a setting they do not know. "
                f"{suspects(setup)}"
            ) from None
        except SessionClosedError as closed:
            await connection.close()
            raise connection.explained(closed) from None
        except BaseException:  # also when cancelled: leave nothing open
            connection.abort()
            raise
        return connection

    @property
    def index(self) -> int:
        """Index of the last message written, the setup's being 0, as the server counts them."""
        return self._index

    async def send(self, message: ClientMessage) -> None:
        """Encode and write a message."""
        await self.write(encode(message), kind_of(message))

    async def write(self, frame: bytes, kind: str) -> None:
        """Write an encoded message.

        Raises
        ------
        SessionClosedError
            If the connection is over.
        """
        self._index += 1
        if not self.last_sent or self.last_sent[-1] != kind:
            self.last_sent.append(kind)
        await self._channel.write(frame)
        if self._log is not None:
            self._log.sent(self.number, kind, frame)

    async def receive(self) -> ServerMessage:
        """Return the next message; may be cancelled without losing one.

        Raises
        ------
        SessionClosedError
            If the connection is over.
        WireError
            If the frame is no Live API message.
        """
        frame = await self._channel.receive()
        message = None
        try:
            message = decode_server(frame)
        finally:
            if self._log is not None:
                self._log.received(self.number, frame, message)
        return message

    def abort(self) -> None:
        """Drop it without a goodbye."""
        self._channel.abort()

    async def close(self) -> None:
        """Close it; when this returns the server knows, or will find nobody there."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                with contextlib.suppress(SessionClosedError):
                    await self._channel.close()
        except TimeoutError:
            self._channel.abort()

    def explained(self, closed: SessionClosedError) -> SessionClosedError:
        """Return the same end with what was sent last taken into account."""
        closing = explain(closed.code, closed.reason, after=tuple(self.last_sent))
        return SessionClosedError(str(closing), closed.code, closed.reason)
