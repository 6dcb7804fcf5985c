"""The media gateway: a WebSocket between page and kernel that no notebook cell can block.

One server per kernel process, on the engine's loop, bound to loopback at a free port. From the same
machine a page reaches it directly, else through jupyter-server-proxy
(``{base_url}proxy/{port}/media``). To enter, a page needs a secret that it asked for over its
widget's comm (which Jupyter has authenticated) and that is good for one connection, and its
``Origin`` header must be the origin it stated when it asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import http
import logging
import secrets
import socket as tcp
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.http11 import Request, Response
from websockets.protocol import State

from livekit_nb.browser.doorway import Anteroom, PageConnection
from livekit_nb.browser.frames import unpack
from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import Hello, PageInfo, decode, decode_hello, encode
from livekit_nb.engine import engine
from livekit_nb.errors import WireError

__all__ = ["PATH", "REFUSED", "Gateway", "GatewayPage", "Reader", "shared_gateway"]

PATH: Final = "/media"
REFUSED: Final = 4003
"""Close code: no valid secret, or a foreign origin."""
_TOO_FAST: Final = 1008
_TOO_SLOW: Final = 1013

_MAX_MESSAGE_BYTES: Final = 512 * 1024
_HELLO_S: Final = 10.0
_TICKET_S: Final = 600.0
_RETURN_TICKET_S: Final = 86_400.0
"""The ticket for coming back is used only when the connection breaks, hours later maybe."""
_TICKETS_PER_LINK: Final = 16
_MESSAGES_PER_S: Final = 400
"""A page sends about 65 messages a second, and a few hundred at once after a reconnect."""
_MESSAGES_BURST: Final = 2000
_MOST_REASON_BYTES: Final = 123  # RFC 6455, 5.5
_MAX_OUT_BYTES: Final = 32 * 1024 * 1024
_QUICK_ACK: Final[int | None] = getattr(tcp, "TCP_QUICKACK", None)
"""Linux alone has it."""

# A logger of our own: the library's would write what it carries when a notebook turns on DEBUG.
_log = logging.getLogger("livekit_nb.gateway")
_log.setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class _Ticket:
    secret: str = field(repr=False)
    origin: str
    link: BrowserLink
    expires_s: float


class GatewayPage:
    """One page connected to the gateway.

    What is sent waits in a queue of at most 32 MB (five minutes of audio and the timeline's state).
    A page that lets it overflow is disconnected rather than served with gaps; it comes back by
    itself, and what it lacks is sent again.
    """

    carrier = "gateway"

    def __init__(self, socket: ServerConnection, info: PageInfo) -> None:
        self.info = info
        self._socket = socket
        self._queue: deque[str | bytes] = deque()
        self._queued_bytes = 0
        self._filled = asyncio.Event()
        self._close: tuple[int, str] | None = None

    @property
    def backlog(self) -> int:
        """Messages that wait to be sent."""
        return len(self._queue)

    def send_text(self, message: Mapping[str, Any]) -> None:
        """Queue a JSON message."""
        self._put(encode(message))

    def send_frame(self, data: bytes) -> None:
        """Queue a media frame."""
        self._put(data)

    def close(self, code: int, reason: str) -> None:
        """Close after what is queued was sent."""
        if self._close is None:
            self._close = (code, reason)
            self._filled.set()

    def _put(self, data: str | bytes) -> None:
        if self._close is not None:
            return
        socket = self._socket
        idle = not self._queue and not socket.transport.get_write_buffer_size()
        if idle and socket.state is State.OPEN:
            broadcast((socket,), data)  # at once, and cheaper than to have it waited for
            return
        self._queue.append(data)
        self._queued_bytes += len(data)
        self._filled.set()
        if self._queued_bytes > _MAX_OUT_BYTES:
            self._queue.clear()
            self.close(_TOO_SLOW, "the page does not keep up")

    async def write(self) -> None:
        """Send what is queued until the connection is over."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._queue:
                data = self._queue.popleft()
                self._queued_bytes -= len(data)
                await self._socket.send(data)
            if self._close is not None:
                await self._socket.close(*self._close)
                return


class Gateway:
    """The server. Made once per kernel by :func:`shared_gateway`; tests make their own.

    Attributes
    ----------
    port : int
        Where it listens on 127.0.0.1; 0 before :meth:`start`.
    refused : int
        Connections sent away.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.port = 0
        self.refused = 0
        self._now = clock
        self._server: Server | None = None
        self._tickets: list[_Ticket] = []
        self._anteroom = Anteroom()

    @property
    def waiting(self) -> int:
        """Connections that have not shown a secret yet."""
        return len(self._anteroom)

    async def start(self) -> None:
        """Listen; a second call does nothing."""
        if self._server is None:
            self._server = await serve(
                self._serve,
                "127.0.0.1",
                0,
                process_request=_check_path,
                compression=None,
                max_size=_MAX_MESSAGE_BYTES,
                open_timeout=_HELLO_S,
                close_timeout=2.0,
                logger=_log,
                server_header=None,
                # Whatever makes one will do; the library's type asks for a class.
                create_connection=cast("type[ServerConnection]", self._connection),
            )
            self.port = next(iter(self._server.sockets)).getsockname()[1]

    def _connection(self, *arguments: Any, **options: Any) -> PageConnection:
        return PageConnection(*arguments, anteroom=self._anteroom, **options)

    async def close(self) -> None:
        """Stop listening and disconnect every page."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def issue(self, origin: str, link: BrowserLink, life_s: float = _TICKET_S) -> str:
        """Return a secret that lets a page of `origin` connect to `link` once within `life_s`."""
        now_s = self._now()
        mine = [ticket for ticket in self._tickets if ticket.link is link]
        outdated = set(map(id, mine[: max(0, len(mine) + 1 - _TICKETS_PER_LINK)]))
        self._tickets = [
            ticket
            for ticket in self._tickets
            if ticket.expires_s > now_s and id(ticket) not in outdated
        ]
        secret = secrets.token_urlsafe(32)
        self._tickets.append(_Ticket(secret, origin, link, now_s + life_s))
        return secret

    def revoke(self, link: BrowserLink) -> None:
        """Make all secrets of `link` worthless."""
        self._tickets = [ticket for ticket in self._tickets if ticket.link is not link]

    def _redeem(self, hello: Hello, origin: str | None) -> BrowserLink | None:
        offered = hello.secret.encode()
        found = None
        for ticket in self._tickets:
            if hmac.compare_digest(ticket.secret.encode(), offered):
                found = ticket
        if found is None:
            return None
        self._tickets.remove(found)  # used up, whatever comes of it
        if found.expires_s <= self._now() or origin != found.origin:
            return None
        return found.link

    async def _serve(self, connection: ServerConnection) -> None:
        socket = cast("PageConnection", connection)
        try:
            async with asyncio.timeout(_HELLO_S):
                hello = decode_hello(await socket.first())
        except (TimeoutError, WireError, EOFError):
            self.refused += 1
            await socket.close(REFUSED, "the first message must be a hello")
            return
        request = socket.request
        origin = request.headers.get("Origin") if request is not None else None
        link = self._redeem(hello, origin)
        if link is None or origin is None:
            self.refused += 1
            await socket.close(REFUSED, "no valid secret for this origin")
            return
        self._anteroom.leave(socket)
        page = GatewayPage(socket, hello.page)
        back = self.issue(origin, link, _RETURN_TICKET_S)
        page.send_text(
            {
                "type": "welcome",
                "path": "gateway",
                "next": {"port": self.port, "secret": back},
                "mic": link.lacks_from(hello.page),
            }
        )
        writer = asyncio.create_task(page.write())
        try:
            link.attach(page)
            await socket.converse(Reader(socket, page, link, self._now).take)
        except WireError as error:
            reason = str(error).encode()[:_MOST_REASON_BYTES].decode(errors="ignore")
            await socket.close(error.close_code, reason)
        except _TooFastError:
            await socket.close(_TOO_FAST, "too many messages")
        finally:
            link.detach(page)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)


class _TooFastError(Exception):
    """A page says more than any page of ours does."""


class Reader:
    """Takes in what a page says."""

    def __init__(
        self,
        socket: ServerConnection,
        page: GatewayPage,
        link: BrowserLink,
        clock: Callable[[], float],
    ) -> None:
        self._socket = socket
        self._page = page
        self._link = link
        self._now = clock
        self._proxied = page.info.path == "proxy"
        self._allowance = float(_MESSAGES_BURST)
        self._last_s = clock()

    def take(self, message: str | bytes) -> None:
        """Act on a message.

        Raises
        ------
        WireError, _TooFastError
            If the page is not to be listened to any more.
        """
        if self._proxied:
            _acknowledge_at_once(self._socket)
        now_s = self._now()
        allowance = self._allowance + (now_s - self._last_s) * _MESSAGES_PER_S
        self._allowance = min(allowance, _MESSAGES_BURST) - 1
        self._last_s = now_s
        if self._allowance < 0:
            raise _TooFastError
        if not self._link.is_present(self._page):
            return  # replaced, and its close is on its way
        if isinstance(message, str):
            self._link.receive(decode(message))
        else:
            self._link.receive_frame(unpack(message))


def _acknowledge_at_once(socket: ServerConnection) -> None:
    """Have the kernel's TCP confirm the next packet at once, not up to 40 ms later.

    jupyter-server-proxy's side of the connection (Tornado) sends no small packet while the one
    before is unconfirmed (Nagle's algorithm), so every fourth frame of the microphone would come
    20 ms late. TCP forgets the wish, which is why it is said anew with every message (tcp(7)).
    """
    connection = socket.transport.get_extra_info("socket")
    if _QUICK_ACK is not None and connection is not None:
        with contextlib.suppress(OSError):  # the page is gone, and what it said is still read
            connection.setsockopt(tcp.IPPROTO_TCP, _QUICK_ACK, 1)


def _check_path(connection: ServerConnection, request: Request) -> Response | None:
    if request.path.split("?")[0].rstrip("/").endswith(PATH):
        return None
    return connection.respond(http.HTTPStatus.NOT_FOUND, "livekit_nb media gateway\n")


_shared: Gateway | None = None


async def shared_gateway() -> Gateway:
    """Return this process's gateway, listening. To be awaited on the engine's loop."""
    global _shared
    assert engine().is_current
    if _shared is None:
        _shared = Gateway()
    await _shared.start()
    return _shared
