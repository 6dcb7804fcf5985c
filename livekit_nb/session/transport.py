"""The WebSocket to a Live endpoint: opening it, and explaining why it closed."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import AsyncIterator

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    ProxyError,
    WebSocketException,
)

from livekit_nb.errors import ConnectError, SessionClosedError
from livekit_nb.session.endpoint import Endpoint
from livekit_nb.wire.closing import Closing, explain
from livekit_nb.wire.codec import decode_server, encode
from livekit_nb.wire.messages import ClientMessage, ServerMessage

__all__ = ["Transport"]

# At level DEBUG the library writes every header down, so the key: it gets no such level here.
_log = logging.getLogger("livekit_nb.transport")
_log.setLevel(logging.ERROR)

_MAX_MESSAGE = 64 * 2**20
_OPEN_TIMEOUT_S = 10
_CLOSE_TIMEOUT_S = 2
# The service has been seen to answer pings after 8 to 30 s; the library's 20 s would end
# healthy conversations (close 1011, "keepalive ping timeout").
_PING_TIMEOUT_S = 60


class Transport:
    """One connection to a Live endpoint."""

    def __init__(self, connection: ClientConnection) -> None:
        self._socket = connection

    @classmethod
    async def open(cls, endpoint: Endpoint) -> Transport:
        """Connect.

        Raises
        ------
        ConnectError
            If nobody answers or the upgrade is refused.
        """
        try:
            connection = await connect(
                endpoint.url,
                additional_headers={name: str(key) for name, key in endpoint.headers.items()},
                logger=_log,
                ssl=endpoint.ssl_context,
                proxy=None if endpoint.is_loopback else True,
                max_size=_MAX_MESSAGE,
                open_timeout=_OPEN_TIMEOUT_S,
                close_timeout=_CLOSE_TIMEOUT_S,
                ping_timeout=_PING_TIMEOUT_S,
                compression=None,  # base64 of audio gains little and costs both sides time
                user_agent_header="livekit-nb",
            )
        except InvalidStatus as refused:
            status = refused.response.status_code
            raise ConnectError(_of_status(status, endpoint.label), status) from None
        except (OSError, TimeoutError, WebSocketException, ImportError) as problem:
            raise ConnectError(
                f"{endpoint.label} cannot be reached: {_in_words(problem)}. Check the "
                "network, the address and the proxy settings (HTTPS_PROXY, ALL_PROXY); with "
                "endpoint='local' the conversation needs none of them."
            ) from None
        return cls(connection)

    async def send(self, message: ClientMessage) -> None:
        """Encode and write a message; errors as of :meth:`write`."""
        await self.write(encode(message))

    async def write(self, frame: bytes) -> None:
        """Write an encoded message.

        Raises
        ------
        SessionClosedError
            If the connection is over.
        """
        try:
            await self._socket.send(frame, text=True)
        except ConnectionClosed as closed:
            raise _closed(closed) from None

    async def receive(self) -> ServerMessage:
        """Return the next message; may be cancelled without losing one.

        Raises
        ------
        SessionClosedError
            If the connection is over.
        WireError
            If the frame is no Live API message.
        """
        try:
            frame = await self._socket.recv()
        except ConnectionClosed as closed:
            raise _closed(closed) from None
        return decode_server(frame)

    async def messages(self) -> AsyncIterator[ServerMessage]:
        """Yield messages until :class:`SessionClosedError`."""
        while True:
            yield await self.receive()

    def abort(self) -> None:
        """Drop the connection without a goodbye; for a caller that was cancelled."""
        self._socket.transport.abort()

    async def close(self) -> None:
        """Say goodbye and close. Idempotent."""
        await self._socket.close()


def _closed(closed: ConnectionClosed) -> SessionClosedError:
    frame = closed.rcvd or closed.sent
    closing: Closing = explain(frame.code if frame else 1006, frame.reason if frame else "")
    return SessionClosedError(str(closing), closing.code, closing.reason)


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "its name is known to nobody here"),
    (ConnectionRefusedError, "nobody listens at that address"),
    (TimeoutError, f"no answer within {_OPEN_TIMEOUT_S} s"),
    (ssl.SSLCertVerificationError, "its certificate is not trusted on this machine"),
    (ssl.SSLError, "no secure connection could be made"),
    (ProxyError, "the proxy does not let the connection through"),
    (ImportError, "the proxy of this kind needs a package: pip install python-socks"),
    (InvalidHandshake, "what answers there does not speak WebSocket"),
    (EOFError, "it hung up at once"),
    (ConnectionError, "it hung up at once"),
)


def _in_words(problem: Exception) -> str:
    """Say what went wrong, and not in the problem's own text: it may hold a proxy's password."""
    for kind, words in _WORDS:
        if isinstance(problem, kind):
            return words
    return "the network does not let the connection through"


def _of_status(status: int, label: str) -> str:
    if status in (401, 403):
        return (
            f"{label} refused the connection (HTTP {status}): the API key is missing, wrong or not "
            "allowed to use this model. Check GEMINI_API_KEY or api_key=…."
        )
    if status == 404:
        return f"{label} has no Live API at this address (HTTP 404). Check the endpoint's path."
    if status == 429:
        return f"{label} has too many sessions for this key (HTTP 429). Close some, or wait."
    return f"{label} refused the connection (HTTP {status}). Try again in a moment."
