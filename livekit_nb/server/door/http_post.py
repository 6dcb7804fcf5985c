"""HTTP beside the WebSocket: the few things a client asks for with a plain request.

The WebSocket library's parser of requests takes only GET. So the first bytes of a connection
decide: those of a GET are the library's, everything else is read here: POST, HEAD, and what is
answered with what would be allowed. A request is small, has a length and a time limit, and its
connection is closed after the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from websockets.datastructures import Headers

from livekit_nb.server.door.admission import UNREGISTERED, key_refusal, presented

__all__ = ["JSON", "Answer", "Doorway", "PostHandler", "Posts", "failure", "not_allowed", "path_of"]

log = logging.getLogger(__name__)

MAX_HEAD_BYTES = 32 * 2**10
MAX_BODY_BYTES = 2**20
POST_TIMEOUT_S = 10.0  #: for reading a request, and for answering it
LINGER_S = 1.0  #: for the client to close after its answer
_GET = b"GET "
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
JSON = "application/json; charset=UTF-8"

PostHandler = Callable[[Headers, bytes, Any], Awaitable[tuple[int, Any]]]
"""Takes the headers and the body of a request, and the address it came from (of a socket); returns
an HTTP status and the answer as JSON."""


def path_of(target: str) -> str:
    """Return the path of a request's target, without doubled slashes."""
    return re.sub("/+", "/", urlsplit("//host/" + target.lstrip("/")).path)


def failure(status: int, message: str) -> tuple[int, Any]:
    """Return an answer that says what went wrong, in the form of Google's APIs."""
    name = {
        400: "INVALID_ARGUMENT",
        403: "PERMISSION_DENIED",
        404: "NOT_FOUND",
        405: "METHOD_NOT_ALLOWED",
        429: "RESOURCE_EXHAUSTED",
        500: "INTERNAL",
    }.get(status, HTTPStatus(status).phrase.upper().replace(" ", "_"))
    return status, {"error": {"code": status, "message": message, "status": name}}


class Doorway(asyncio.Protocol):
    """Holds a connection until its first bytes say whether it is a GET."""

    def __init__(self) -> None:
        self._seen = bytearray()
        self._ended = False
        self._told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    async def is_get(self) -> bool:
        """Wait for the first bytes, and say whether they begin a GET.

        Raises
        ------
        ConnectionError
            If the connection ended before them.
        """
        return await self._told

    def hand_over(self, protocol: asyncio.Protocol) -> None:
        """Let another protocol go on with what was received."""
        assert self._transport is not None
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(bytes(self._seen))
        if self._ended:
            protocol.eof_received()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (called by the event loop)."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Decide as soon as there are enough bytes (called by the event loop)."""
        self._seen += data
        if not self._told.done() and (
            len(self._seen) >= len(_GET) or not _GET.startswith(self._seen)
        ):
            self._told.set_result(self._seen.startswith(_GET))

    def eof_received(self) -> bool:
        """Note the end of what the client says; it may still listen (called by the event loop)."""
        self._ended = True
        self._give_up()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is gone (called by the event loop)."""
        self._give_up()

    def _give_up(self) -> None:
        if not self._told.done():
            self._told.set_exception(ConnectionResetError("ended before it said anything"))


class Answer(NamedTuple):
    """What is answered: HTTP status, content type, body and further headers."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_json(cls, status: int, told: Any, *headers: tuple[str, str]) -> Answer:
        """Return an answer in JSON."""
        return cls(status, JSON, json.dumps(told).encode() + b"\n", headers)


PageOf = Callable[[str, Headers], "Answer | None"]
"""Takes a path and a request's headers; returns what is to be seen there."""


class Posts:
    """Answers requests other than GET.

    Parameters
    ----------
    handlers : mapping of str to PostHandler
        What answers a POST, by a regular expression that matches the whole path. Paths are matched
        without doubled slashes.
    required_key : str or None
        The only API key with which posts are answered; None admits everybody.
    page : callable, optional
        What is to be seen with GET, so that HEAD can be answered.
    """

    def __init__(
        self,
        handlers: Mapping[str, PostHandler],
        required_key: str | None,
        page: PageOf = lambda path, headers: None,
    ) -> None:
        self._handlers = [(re.compile(path), handler) for path, handler in handlers.items()]
        self._required_key = required_key
        self._page = page

    def handler(self, path: str) -> PostHandler | None:
        """Return what answers a POST to this path."""
        return next((one for known, one in self._handlers if known.fullmatch(path)), None)

    async def serve(self, doorway: Doorway, transport: asyncio.Transport) -> None:
        """Read one request from a connection, answer it and close the connection."""
        reader = asyncio.StreamReader(limit=MAX_HEAD_BYTES)
        protocol = asyncio.StreamReaderProtocol(reader)
        doorway.hand_over(protocol)
        try:
            try:
                async with asyncio.timeout(POST_TIMEOUT_S):
                    address = transport.get_extra_info("peername")
                    answer, has_body = await self._answer(reader, address)
            except TimeoutError:
                answer, has_body = _failed(408, "The request took too long."), True
            except (asyncio.IncompleteReadError, ConnectionError):
                return  # gone before it was done
            except Exception as error:  # its text might hold a secret
                log.error("A POST's handler failed with %s", type(error).__name__)
                answer, has_body = _failed(500, "Internal error encountered."), True
            lines = (
                ("Content-Type", answer.content_type),
                ("Content-Length", str(len(answer.body))),
                ("Connection", "close"),
                *answer.headers,
            )
            head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n" + "".join(
                f"{name}: {value}\r\n" for name, value in lines
            )
            transport.write(f"{head}\r\n".encode() + (answer.body if has_body else b""))
            await _lingered(reader, transport)
        finally:
            transport.close()

    async def _answer(self, reader: asyncio.StreamReader, address: Any) -> tuple[Answer, bool]:
        """Read a request; return the answer and whether its body is wanted."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return _failed(431, "The request's headers are too long."), True
        parsed = _parse(head)
        if parsed is None:
            return _failed(400, "The request is no HTTP/1.1."), True
        method, target, headers = parsed
        path = path_of(target)
        page, handler = self._page(path, headers), self.handler(path)
        if method == "HEAD" and page is not None:
            return page, False
        if method == "POST" and handler is not None:
            answer = await self._posted(handler, target, headers, reader, address)
            return Answer.of_json(*answer), True
        if page is not None:
            return not_allowed("GET, HEAD"), True
        if handler is not None:
            return not_allowed("POST"), method != "HEAD"
        return _failed(404, "There is nothing to POST to at that path."), method != "HEAD"

    async def _posted(
        self,
        handler: PostHandler,
        target: str,
        headers: Headers,
        reader: asyncio.StreamReader,
        address: Any,
    ) -> tuple[int, Any]:
        words = key_refusal(presented(headers, target), self._required_key)
        if words is not None:
            return failure(403 if words == UNREGISTERED else 400, words)
        lengths = headers.get_all("Content-Length")
        if "Transfer-Encoding" in headers or len(lengths) != 1 or not _is_number(lengths[0]):
            return failure(411, "The request needs one Content-Length.")
        if int(lengths[0]) > MAX_BODY_BYTES:
            return failure(413, f"A request's body holds at most {MAX_BODY_BYTES} bytes.")
        return await handler(headers, await reader.readexactly(int(lengths[0])), address)


async def _lingered(reader: asyncio.StreamReader, transport: asyncio.Transport) -> None:
    """Take what a client still sends: closing over it would take the answer away from it."""
    if transport.can_write_eof():
        transport.write_eof()
    left = 4 * MAX_BODY_BYTES
    with contextlib.suppress(OSError):  # TimeoutError is one
        async with asyncio.timeout(LINGER_S):
            while left > 0 and (data := await reader.read(65_536)):
                left -= len(data)


def not_allowed(allowed: str) -> Answer:
    """Return the answer to a method that is none of those `allowed`."""
    status, told = failure(405, f"At that path this is possible: {allowed}.")
    return Answer.of_json(status, told, ("Allow", allowed))


def _failed(status: int, message: str) -> Answer:
    return Answer.of_json(*failure(status, message))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12


def _parse(head: bytes) -> tuple[str, str, Headers] | None:
    """Return a request's method, target and headers, None when it is malformed."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = first.split(" ")
    if (
        len(words) != 3
        or not _TOKEN.fullmatch(words[0])
        or words[2] not in ("HTTP/1.1", "HTTP/1.0")
        or not words[1].startswith("/")
    ):
        return None
    headers = Headers()
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            return None
        value = value.strip(" \t")
        if not re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value):
            return None
        headers[name] = value
    return words[0], words[1], headers
