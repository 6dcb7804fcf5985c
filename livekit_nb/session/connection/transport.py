"""The WebSocket to a Live endpoint: opening it, and explaining why it closed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import broadcast
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    ProxyError,
    WebSocketException,
)
from websockets.protocol import State

from livekit_nb.errors import ConnectError, SessionClosedError
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.connection.trouble import LastingConnectError
from livekit_nb.wire.closing import Closing, explain
from livekit_nb.wire.identity import SERVER_NAME

__all__ = ["Channel", "OpenTransport", "Transport"]

# At level DEBUG the library writes every header down, so the key: it gets no such level here.
_log = logging.getLogger("livekit_nb.transport")
_log.setLevel(logging.ERROR)

_MAX_MESSAGE = 64 * 2**20
_OPEN_TIMEOUT_S = 10
_CLOSE_TIMEOUT_S = 2
_LONGEST_PLACE = 120  # characters of an address that an error repeats
# A ping now and then keeps routers from forgetting the connection. The service has been seen to
# answer pings after 8 to 30 s, so a late answer alone ends nothing: only when neither an answer nor
# any message has come for this long is nobody there any more.
_PING_INTERVAL_S = 20.0
_NO_SIGN_OF_LIFE_S = 60.0


class Channel(Protocol):
    """What a conversation needs of a connection; a simulation brings its own."""

    async def write(self, frame: bytes) -> None:
        """Write an encoded message; raises :class:`SessionClosedError` when it is over."""
        ...

    async def receive(self) -> bytes | str:
        """Return the next frame, as it came; may be cancelled without losing one.

        Raises :class:`SessionClosedError` when the connection is over.
        """
        ...

    def abort(self) -> None:
        """Drop the connection without a goodbye."""
        ...

    async def close(self) -> None:
        """Say goodbye and close. Idempotent; returns within seconds whatever happens."""
        ...


OpenTransport = Callable[[Endpoint, Mapping[str, str]], Awaitable[Channel]]
"""``(endpoint, headers)`` → a connection; raises :class:`ConnectError`."""


class _Connect(connect):
    """Follows nobody to another place: the request carries a key."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Transport:
    """One WebSocket to a Live endpoint.

    Attributes
    ----------
    embedded : bool
        Whether the other side says that it is the embedded server, wherever it runs.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._socket = connection
        self.embedded = False
        self._silent = False
        self._heard_s = asyncio.get_running_loop().time()
        self._pinging = asyncio.create_task(self._keep_alive())

    @classmethod
    async def open(cls, endpoint: Endpoint, headers: Mapping[str, str] | None = None) -> Transport:
        """Connect; `headers` are sent beside the endpoint's own.

        Raises
        ------
        ConnectError
            If nobody answers or the upgrade is refused.
        """
        try:
            connection = await _Connect(
                endpoint.url,
                additional_headers={
                    **{name: key.reveal() for name, key in endpoint.headers.items()},
                    **(headers or {}),
                },
                logger=_log,
                ssl=endpoint.ssl_context,
                proxy=None if endpoint.is_loopback else True,
                max_size=_MAX_MESSAGE,
                open_timeout=_OPEN_TIMEOUT_S,
                close_timeout=_CLOSE_TIMEOUT_S,
                ping_interval=None,  # see _keep_alive
                compression=None,  # base64 of audio gains little and costs both sides time
                user_agent_header="livekit-nb",
            )
            transport = cls(connection)
            answer = connection.response
            transport.embedded = answer is not None and answer.headers.get("Server") == SERVER_NAME
            return transport
        except InvalidStatus as refused:
            status = refused.response.status_code
            location = ", ".join(refused.response.headers.get_all("Location"))
            error = ConnectError(_of_status(status, location, endpoint), status)
        except (OSError, TimeoutError, WebSocketException, ImportError) as problem:
            kind = LastingConnectError if isinstance(problem, _LASTING) else ConnectError
            untrusted = isinstance(problem, ssl.SSLCertVerificationError)
            error = kind(
                f"{endpoint.label} cannot be reached: {_in_words(problem)}. "
                f"{_OF_CERTIFICATES if untrusted else _OF_NETWORKS}"
            )
        # Raised out here, so that it does not hold on to the library's frames and the key in them.
        raise error

    async def write(self, frame: bytes) -> None:
        """Write an encoded message.

        Raises
        ------
        SessionClosedError
            If the connection is over.
        """
        if self._ready:
            broadcast((self._socket,), frame.decode())  # takes half the time of `send`
            return
        try:
            await self._socket.send(frame, text=True)
        except ConnectionClosed as closed:
            raise self._closed(closed) from None

    @property
    def _ready(self) -> bool:
        """Whether there is nothing to wait for: it is open, and all that was written has gone."""
        socket = self._socket
        if not isinstance(socket, ClientConnection):  # another that behaves like one
            return False
        return socket.state is State.OPEN and not socket.transport.get_write_buffer_size()

    async def receive(self) -> bytes | str:
        """Return the next frame; may be cancelled without losing one.

        Raises
        ------
        SessionClosedError
            If the connection is over.
        """
        try:
            frame = await self._socket.recv()
        except ConnectionClosed as closed:
            raise self._closed(closed) from None
        self._heard_s = asyncio.get_running_loop().time()
        return frame

    def abort(self) -> None:
        """Drop the connection without a goodbye; for a caller that was cancelled."""
        self._pinging.cancel()
        self._socket.transport.abort()

    async def close(self) -> None:
        """Say goodbye and close. Idempotent."""
        self._pinging.cancel()
        await self._socket.close()

    async def _keep_alive(self) -> None:
        """Ping until the connection is over, or nobody shows a sign of life."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(_PING_INTERVAL_S)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_NO_SIGN_OF_LIFE_S):
                        await (await self._socket.ping())
                        self._heard_s = loop.time()
                if loop.time() - self._heard_s >= _NO_SIGN_OF_LIFE_S:
                    self._silent = True
                    self._socket.transport.abort()
                    return

    def _closed(self, closed: ConnectionClosed) -> SessionClosedError:
        frame = closed.rcvd or closed.sent
        code, reason = (frame.code, frame.reason) if frame else (1006, "")
        if self._silent:
            code, reason = 1006, f"no sign of life for {_NO_SIGN_OF_LIFE_S:.0f} s"
        closing: Closing = explain(code, reason)
        return SessionClosedError(str(closing), closing.code, closing.reason)


_OF_NETWORKS = (
    "Check the network, the address and the proxy settings (HTTPS_PROXY, ALL_PROXY); with "
    "endpoint='local' the conversation needs none of them."
)
_OF_CERTIFICATES = (
    "If you trust that server, name the certificate of its authority in the environment variable "
    "SSL_CERT_FILE before you connect (livekit-nb serve prints it as ca_file), or use the server's "
    "plain ws:// address if it is on this machine."
)
_LASTING = (ssl.SSLCertVerificationError, ProxyError, ImportError)

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


def _of_status(status: int, location: str, endpoint: Endpoint) -> str:
    label = endpoint.label
    if 300 <= status < 400:
        return (
            f"{label} sends connections {_elsewhere(location, endpoint)} (HTTP {status}), and no "
            "key is sent after them. If that place is to be trusted, give its full address as "
            "endpoint=…; otherwise check the address."
        )
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


def _elsewhere(location: str, endpoint: Endpoint) -> str:
    """Say where a redirect points: a host at most, as the rest of an address may hold anything."""
    try:
        origin, here = (_origin(urljoin(endpoint.url, location)), _origin(endpoint.url))
    except ValueError:
        return "to another place"
    if origin == here:
        return "to another path there"
    scheme, host, port = origin
    place = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    secrets = [word for key in endpoint.headers.values() for word in key.reveal().lower().split()]
    odd = not host or not place.isprintable() or len(place) > _LONGEST_PLACE
    if odd or any(secret in unquote(place).lower() for secret in secrets):
        return "to another place"
    return f"to {place}"


def _origin(url: str) -> tuple[str, str, int | None]:
    parts: SplitResult = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    usual = {"ws": 80, "wss": 443}.get(scheme)
    port = None if parts.port == usual else parts.port
    return scheme, parts.hostname or "", port
