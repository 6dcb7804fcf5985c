"""One port for everybody: plain and TLS WebSocket connections, told apart by their first byte.

The official Python SDK insists on TLS, the JavaScript SDK and this package's client speak plain. A
TLS connection begins with a handshake record (0x16), which no HTTP request does. So a small thread
accepts connections, peeks at that byte without taking it, and hands the socket to the event loop
as the one or the other: no proxy, no second port, no copying.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hmac
import json
import logging
import re
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from livekit_nb.errors import ServerStartError

__all__ = ["MAX_MESSAGE_BYTES", "Doorkeeper", "Reception", "bind"]

log = logging.getLogger(__name__)

# The library writes headers and messages, so keys and what was said, to its log at DEBUG. It gets
# one that says nothing whatever the program around us has turned on; what matters is logged here.
_silent = logging.getLogger("livekit_nb.server.websocket")
_silent.setLevel(logging.ERROR)
_silent.addHandler(logging.NullHandler())
_silent.propagate = False

MAX_MESSAGE_BYTES = 16 * 2**20
OPEN_TIMEOUT_S = 10.0
PING_INTERVAL_S, PING_TIMEOUT_S = 20.0, 60.0
MAX_WAITING = 256  #: connections that have not said anything yet; beyond, the oldest is dropped
BREATH_S = 0.05  #: before trying again when there is no file handle for another connection
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_TLS_HANDSHAKE = 0x16

_PATH = re.compile(
    r"^/(.*/)?ws/(google\.ai\.generativelanguage\.(v1|v1beta|v1alpha)\.GenerativeService\."
    r"BidiGenerateContent(Constrained)?"
    r"|google\.cloud\.aiplatform\.(v1|v1beta1)\.LlmBidiService/BidiGenerateContent)$"
)

Handler = Callable[[Connection], Awaitable[None]]


def bind(host: str, port: int) -> socket.socket:
    """Bind a listening TCP socket.

    Raises
    ------
    ServerStartError
        If the port is taken or the address is not this machine's.
    """
    if not 0 <= port <= 65535:
        raise ServerStartError(f"A TCP port is a number from 0 to 65535, not {port}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        # Python adds the address, which is told already, to the system's words.
        reason = (error.strerror or type(error).__name__).split(" (while")[0]
        advice = {
            errno.EADDRINUSE: "Another program uses that port: choose another one with --port, or "
            "--port 0 for any free one.",
            errno.EACCES: "Ports below 1024 are reserved: choose a higher one with --port, or "
            "--port 0 for any free one.",
        }.get(error.errno or 0, "Is that an address of this machine? --host says which to use.")
        raise ServerStartError(
            f"The local server cannot listen on {host} port {port} ({reason}). {advice}"
        ) from error


class Doorkeeper:
    """Accepts connections on a thread and says of each whether it speaks TLS.

    Parameters
    ----------
    listener : socket.socket
        A bound, listening socket.
    deliver : callable
        Called on this thread with each new socket and whether its first byte begins TLS.
    """

    def __init__(
        self, listener: socket.socket, deliver: Callable[[socket.socket, bool], None]
    ) -> None:
        self._listener = listener
        self._deliver = deliver
        self._waiting: dict[socket.socket, float] = {}
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="doorkeeper", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop accepting and drop who has not said anything yet."""
        self._wake.close()
        self._thread.join()
        self._woken.close()
        self._listener.close()
        for connection in self._waiting:
            connection.close()
        self._selector.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select(timeout=1.0):
                if key.fileobj is self._woken:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._waiting:  # not dropped for another a moment ago
                    assert isinstance(key.fileobj, socket.socket)
                    self._peek(key.fileobj)
            now = time.monotonic()
            for connection in [one for one, until in self._waiting.items() if now > until]:
                self._drop(connection)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:  # gone again, or too many open files
            if error.errno in _EXHAUSTED:
                # Whoever knocks keeps the listener readable: without a pause this would spin.
                time.sleep(BREATH_S)
            return
        while len(self._waiting) >= MAX_WAITING:
            self._drop(next(iter(self._waiting)))
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection, selectors.EVENT_READ)
        except OSError:  # some systems refuse options of a connection that was already reset
            connection.close()
            return
        self._waiting[connection] = time.monotonic() + OPEN_TIMEOUT_S

    def _peek(self, connection: socket.socket) -> None:
        try:
            first = connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            first = b""
        if not first:
            self._drop(connection)
            return
        self._selector.unregister(connection)
        del self._waiting[connection]
        self._deliver(connection, first[0] == _TLS_HANDSHAKE)

    def _drop(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        del self._waiting[connection]
        connection.close()


class _LiveConnection(ServerConnection):
    """A WebSocket connection which belongs to a :class:`Reception` instead of a ``Server``."""

    reception: Reception

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # What the library's own class does here is to tell its Server; ours is the reception.
        Connection.connection_made(self, transport)
        self.reception.arrived(self)


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
    """

    def __init__(
        self, handler: Handler, tls: ssl.SSLContext | None, required_key: str | None = None
    ) -> None:
        self._handler = handler
        self._tls = tls
        self._required_key = required_key
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[Connection] = set()
        self._serving = True

    @property
    def sessions(self) -> int:
        """Number of open connections."""
        return len(self._open)

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
        self._start(self._connect(connection, self._tls if tls else None))

    async def _connect(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        timeout = {"ssl_handshake_timeout": OPEN_TIMEOUT_S} if tls else {}
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection, ssl=tls, **timeout)
        except (OSError, ssl.SSLError) as error:
            # Most often a client that does not trust the certificate.
            log.info("A connection failed at its start: %s", type(error).__name__)
            connection.close()

    def _protocol(self) -> _LiveConnection:
        server: Any = self  # of a Server the connection needs only is_serving()
        connection = _LiveConnection(
            ServerProtocol(max_size=MAX_MESSAGE_BYTES, logger=_silent),
            server,
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            close_timeout=2.0,
        )
        connection.reception = self
        return connection

    def arrived(self, connection: ServerConnection) -> None:
        """Begin to serve a connection whose transport is there."""
        self._start(self._serve(connection))

    def _start(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connection: ServerConnection) -> None:
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                await connection.handshake(self._answer)
        except Exception as error:
            log.info("A WebSocket handshake failed: %s", type(error).__name__)
            connection.transport.abort()
            return
        if connection.protocol.state is not State.OPEN:
            connection.transport.abort()
            return
        connection.start_keepalive()
        self._open.add(connection)
        log.info("A session began; %d open", len(self._open))
        try:
            refusal = self._refusal(connection.request)
            if refusal:
                await connection.close(*refusal)
                return
            async with connection:
                await self._handler(connection)
        except ConnectionClosed:
            return
        except Exception as error:
            log.error("A connection's handler failed with %s", type(error).__name__)
            await connection.close(1011, "Internal error encountered.")
        finally:
            self._open.discard(connection)
            log.info("A session ended with code %s; %d open", connection.close_code, self.sessions)

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        path = re.sub("/+", "/", urlsplit("//host/" + request.path.lstrip("/")).path)
        if path == "/health":
            body = json.dumps({"status": "ok", "sessions": self.sessions}) + "\n"
            response = connection.respond(HTTPStatus.OK, body)
            del response.headers["Content-Type"]
            response.headers["Content-Type"] = "application/json"
            return response
        if not _PATH.match(path):
            return connection.respond(
                HTTPStatus.NOT_FOUND,
                "This is the local server of livekit_nb. It speaks the Live API over WebSocket at "
                "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent\n",
            )
        return None

    def _refusal(self, request: Request | None) -> tuple[int, str] | None:
        """Close code and reason for a wrong key, in the service's words."""
        if self._required_key is None or request is None:
            return None
        query = parse_qs(urlsplit("//host/" + request.path.lstrip("/")).query)
        keys = [
            *request.headers.get_all("x-goog-api-key"),
            *query.get("key", []),
            *query.get("access_token", []),
        ]
        for authorization in request.headers.get_all("Authorization"):
            scheme, _, credential = authorization.partition(" ")
            if scheme.lower() in ("token", "bearer"):
                keys.append(credential.strip())
        if not keys:
            return 1008, "Method doesn't allow unregistered callers. Please use API Key."
        wanted = self._required_key.encode()
        if any(hmac.compare_digest(key.encode(), wanted) for key in keys):
            return None
        return 1007, "API key not valid. Please pass a valid API key."

    async def close(self) -> None:
        """Close every connection (1001, going away) and wait a little for it."""
        self._serving = False
        closing = [connection.close(1001, "The server is stopping.") for connection in self._open]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                await asyncio.gather(*closing, return_exceptions=True)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
