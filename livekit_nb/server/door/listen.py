"""The reception: WebSocket handshakes, plain requests, and who is admitted.

A connection comes from the :class:`~livekit_nb.server.door.doorkeeper.Doorkeeper`, plain or TLS.
Its first bytes say whether it is a GET, as a WebSocket begins, or another request
(:mod:`livekit_nb.server.door.http_post`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from livekit_nb.server.door.admission import key_refusal, presented, refusal_words
from livekit_nb.server.door.doorkeeper import OPEN_TIMEOUT_S
from livekit_nb.server.door.house import STOPPING, House
from livekit_nb.server.door.http_post import (
    Answer,
    Doorway,
    PostHandler,
    Posts,
    not_allowed,
    path_of,
)
from livekit_nb.server.door.token_desk import Grant, TokenDesk
from livekit_nb.wire.identity import SERVER_NAME

__all__ = ["MAX_MESSAGE_BYTES", "LiveConnection", "Reception"]

log = logging.getLogger(__name__)

# The library writes headers and messages, so keys and what was said, to its log at DEBUG. It gets
# one that says nothing whatever the program around us has turned on; what matters is logged here.
_silent = logging.getLogger("livekit_nb.server.websocket")
_silent.setLevel(logging.ERROR)
_silent.addHandler(logging.NullHandler())
_silent.propagate = False

MAX_MESSAGE_BYTES = 16 * 2**20
MAX_ENTERING = 256  #: connections whose handshake is not done; beyond, the oldest is dropped
MAX_SESSIONS = 256  #: open at once; who comes then is told that there are too many (HTTP 429)
REFUSAL_WAIT_S = 0.5  #: for the first message of a client that is refused
PING_INTERVAL_S, PING_TIMEOUT_S = 20.0, 60.0

_PATH = re.compile(
    r"^/(.*/)?ws/(google\.ai\.generativelanguage\.(v1|v1beta|v1alpha)\.GenerativeService\."
    r"BidiGenerateContent(Constrained)?"
    r"|google\.cloud\.aiplatform\.(v1|v1beta1)\.LlmBidiService/BidiGenerateContent)$"
)


class LiveConnection(ServerConnection):
    """A WebSocket connection which belongs to a :class:`Reception` instead of a ``Server``."""

    reception: Reception
    grant: Grant | None = None  #: what its ephemeral token allows, if it came with one

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tell the reception, where the library's own class would tell its server."""
        Connection.connection_made(self, transport)
        self.reception.arrived(self)


Handler = Callable[[LiveConnection], Awaitable[None]]


class Reception:
    """Holds the WebSocket handshakes and lets the handler attend to whom it admits.

    Parameters
    ----------
    handler : callable
        Coroutine function that serves one open connection.
    tls : ssl.SSLContext or None
        For connections that begin with a TLS handshake; without it they are dropped.
    required_key : str or None
        The only API key that is accepted; None accepts any, or none at all.
    posts : mapping of str to PostHandler, optional
        What answers POST requests, by a regular expression that matches the whole path.
    tokens : TokenDesk, optional
        What knows ephemeral tokens; they are good instead of a key.
    house : House, optional
        Where the conversations take place; it has pages of its own, and counts who is refused.
    """

    def __init__(
        self,
        handler: Handler,
        tls: ssl.SSLContext | None,
        required_key: str | None = None,
        posts: Mapping[str, PostHandler] | None = None,
        tokens: TokenDesk | None = None,
        house: House | None = None,
    ) -> None:
        self._handler = handler
        self._tls = tls
        self._required_key = required_key
        self._house = house or House()
        self._posts = Posts(posts or {}, required_key, self._house.page)
        self._tokens = TokenDesk() if tokens is None else tokens
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._entering: dict[asyncio.Task[None], Callable[[], object]] = {}
        self._begun: set[asyncio.Task[None]] = set()
        self._open: set[Connection] = set()
        self._serving = True

    @property
    def sessions(self) -> int:
        """Number of open connections."""
        return len(self._open)

    @property
    def entering(self) -> int:
        """Number of connections whose handshake is not done."""
        return len(self._entering)

    def is_serving(self) -> bool:
        """Whether new connections are admitted (the library asks)."""
        return self._serving

    def deliver(self, connection: socket.socket, tls: bool) -> None:
        """Take over a socket; callable from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._admit, connection, tls)
        except RuntimeError:  # the loop was closed meanwhile
            connection.close()

    def _admit(self, connection: socket.socket, tls: bool) -> None:
        if not self._serving or (tls and self._tls is None):
            connection.close()
            return
        self._enter(self._connect(connection, self._tls if tls else None), connection.close)

    async def _connect(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        self._begin()
        timeout = {"ssl_handshake_timeout": OPEN_TIMEOUT_S} if tls else {}
        try:
            transport, doorway = await self._loop.connect_accepted_socket(
                Doorway, connection, ssl=tls, **timeout
            )
        except (OSError, ssl.SSLError) as error:
            # Most often a client that does not trust the certificate.
            log.info("A connection failed at its start: %s", type(error).__name__)
            connection.close()
            return
        except asyncio.CancelledError:
            connection.close()
            raise
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                is_get = await doorway.is_get()
        except OSError:  # gone again, or silent for too long
            transport.abort()
            return
        except asyncio.CancelledError:
            transport.abort()
            raise
        if is_get:
            doorway.hand_over(self._protocol())
        else:
            await self._posts.serve(doorway, transport)

    def _protocol(self) -> LiveConnection:
        server: Any = self  # of a Server the connection needs only is_serving()
        connection = LiveConnection(
            ServerProtocol(max_size=MAX_MESSAGE_BYTES, logger=_silent),
            server,
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            close_timeout=2.0,
        )
        connection.reception = self
        return connection

    def arrived(self, connection: LiveConnection) -> None:
        """Begin to serve a connection whose transport is there."""
        self._enter(self._serve(connection), connection.transport.abort)

    def _enter(self, work: Coroutine[Any, Any, None], drop: Callable[[], object]) -> None:
        """Begin what makes a session of a connection; whoever takes longest makes room.

        `drop` ends a connection that has to make room before its turn has come.
        """
        while len(self._entering) >= MAX_ENTERING:
            oldest, drop_oldest = next(iter(self._entering.items()))
            del self._entering[oldest]
            oldest.cancel()
            if oldest not in self._begun:  # nothing of it will run
                drop_oldest()
        task = self._loop.create_task(work)
        self._entering[task] = drop
        self._tasks.add(task)
        task.add_done_callback(self._left)

    def _begin(self) -> asyncio.Task[None]:
        task = asyncio.current_task()
        assert task is not None
        self._begun.add(task)
        return task

    def _left(self, task: asyncio.Task[None]) -> None:
        self._entering.pop(task, None)
        self._begun.discard(task)
        self._tasks.discard(task)

    async def _serve(self, connection: LiveConnection) -> None:
        task = self._begin()
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                await connection.handshake(self._answer, server_header=SERVER_NAME)
        except Exception as error:
            log.info("A WebSocket handshake failed: %s", type(error).__name__)
            connection.transport.abort()
            return
        except asyncio.CancelledError:
            connection.transport.abort()
            raise
        finally:
            self._entering.pop(task, None)
        if connection.protocol.state is not State.OPEN:
            connection.transport.abort()
            return
        connection.start_keepalive()
        self._open.add(connection)
        log.info("A session began; %d open", len(self._open))
        try:
            refusal = self._refusal(connection)
            if refusal:
                self._house.metrics.refused("key")
                # A client that is just sending its setup would see that fail, and not why.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(REFUSAL_WAIT_S):
                        await connection.recv()
                await connection.close(*refusal)
                return
            async with connection:
                await self._handler(connection)
        except ConnectionClosed:
            return
        except Exception as error:
            log.error("A connection's handler failed with %s", type(error).__name__)
            self._house.metrics.errors.inc()
            await connection.close(1011, "Internal error encountered.")
        finally:
            self._open.discard(connection)
            self._house.metrics.closed(connection.close_code)
            log.info("A session ended with code %s; %d open", connection.close_code, self.sessions)

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        path = path_of(request.path)
        page = self._house.page(path, request.headers)
        if page is None and self._posts.handler(path) is not None:
            page = not_allowed("POST")
        if page is not None:
            return _response(page)
        if not _PATH.match(path):
            return connection.respond(
                HTTPStatus.NOT_FOUND,
                "This is the local server of livekit_nb. It speaks the Live API over WebSocket at "
                "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent; "
                "/healthz, /readyz and /metrics tell how it is.\n",
            )
        if self.sessions >= MAX_SESSIONS:
            self._house.metrics.refused("full")
            return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "Too many sessions.\n")
        return None

    def _refusal(self, connection: LiveConnection) -> tuple[int, str] | None:
        """Close code and reason for a wrong key or token, in the service's words."""
        request = connection.request
        if request is None:
            return None
        for_tokens = path_of(request.path).endswith("Constrained")
        granted = self._tokens.admit(request.headers, request.path, constrained_method=for_tokens)
        if isinstance(granted, tuple):
            return granted
        if granted is not None:
            connection.grant = granted
            return None
        keys = presented(request.headers, request.path)
        words = key_refusal(keys, self._required_key)
        return refusal_words(words) if words is not None else None

    async def close(self, patience_s: float = 3.0) -> None:
        """Close every connection (1001, going away) and wait a little for it."""
        self._serving = False
        closing = [connection.close(*STOPPING) for connection in self._open]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await asyncio.gather(*closing, return_exceptions=True)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _response(page: Answer) -> Response:
    headers = [
        ("Content-Type", page.content_type),
        ("Content-Length", str(len(page.body))),
        ("Connection", "close"),
        *page.headers,
    ]
    return Response(page.status, HTTPStatus(page.status).phrase, Headers(headers), page.body)
