"""A chat endpoint that does what a test tells it to, over real sockets in the same process."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from livekit_nb.server.chat.endpoint import ChatEndpoint
from livekit_nb.server.chat.settings import ChatSettings
from tests.patience import PATIENCE_S

__all__ = [
    "ChatServer", "Exchange", "answering", "calling", "fragments", "refusing", "scripted", "text",
    "tool",
]  # fmt: skip


def text(words, **more):
    """A piece of an answer that adds words."""
    return {"choices": [{"index": 0, "delta": {"content": words}, "finish_reason": None}]} | more


def tool(index, *, key=None, name=None, arguments=None):
    """A piece of an answer that adds to a call."""
    function = {"name": name, "arguments": arguments}
    function = {key: value for key, value in function.items() if value is not None}
    fragment = {"index": index, "function": function} | ({"id": key} if key else {})
    return {"choices": [{"index": 0, "delta": {"tool_calls": [fragment]}, "finish_reason": None}]}


def end(reason="stop"):
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


@dataclass
class Exchange:
    """One request, and the way to answer it."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict
    writer: asyncio.StreamWriter
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self, status=200, kind="text/event-stream", **headers):
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Content-Type: {kind}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head += ["Connection: close", "Transfer-Encoding: chunked", "", ""]
        self.writer.write("\r\n".join(head).encode())
        await self.writer.drain()

    async def write(self, data):
        data = data.encode() if isinstance(data, str) else data
        self.writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await self.writer.drain()

    async def event(self, piece):
        data = piece if isinstance(piece, str) else json.dumps(piece)
        await self.write(f"data: {data}\n\n")

    async def finish(self):
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    async def stream(self, *pieces, reason="stop"):
        await self.begin()
        for piece in pieces:
            await self.event(piece)
        await self.event(end(reason))
        await self.event("[DONE]")
        await self.finish()


Script = Callable[[Exchange], Awaitable[None]]


def answering(*words):
    """Answer with these words, each a piece of its own."""

    async def script(exchange):
        await exchange.stream(*map(text, words))

    return script


def fragments(*calls):
    """Pieces of an answer that calls tools (name, arguments' JSON), the JSON in two halves."""
    pieces = []
    for index, (name, arguments) in enumerate(calls):
        middle = len(arguments) // 2
        pieces.append(tool(index, key=f"key{index}", name=name, arguments=""))
        pieces.append(tool(index, arguments=arguments[:middle]))
        pieces.append(tool(index, arguments=arguments[middle:]))
    return pieces


def calling(*calls):
    """Answer with calls."""

    async def script(exchange):
        await exchange.stream(*fragments(*calls), reason="tool_calls")

    return script


def refusing(status, message="", kind="application/json"):
    async def script(exchange):
        await exchange.begin(status, kind)
        await exchange.write(json.dumps({"error": {"message": message}}))
        await exchange.finish()

    return script


class ChatServer:
    """Answers each request for a completion with the next script."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.scripts: deque[Script] = deque()
        self.models: Script | list[str] = ["first", "second"]
        self.url = ""
        self.arrived = asyncio.Condition()
        self._open: set[asyncio.Task[None]] = set()

    def then(self, *scripts: Script) -> None:
        self.scripts.extend(scripts)

    @property
    def asked(self) -> list[dict]:
        """Bodies of the requests for completions."""
        return [exchange.body for exchange in self.exchanges if exchange.method == "POST"]

    async def completions(self, count):
        """Wait for so many requests for completions; return the last."""
        async with asyncio.timeout(PATIENCE_S), self.arrived:
            await self.arrived.wait_for(lambda: len(self.asked) >= count)
        return [exchange for exchange in self.exchanges if exchange.method == "POST"][-1]

    async def serve(self, reader, writer):
        """Answer the one request of a connection, until the client hangs up."""
        task = asyncio.current_task()
        self._open.add(task)
        try:
            exchange = await self._read(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):  # gone before it has asked
            writer.close()
            self._open.discard(task)
            return
        # A client that sends no more than its request ends the stream only by hanging up.
        leaving = asyncio.create_task(reader.read())
        leaving.add_done_callback(lambda done: exchange.hung_up.set())
        working = asyncio.create_task(self._script(exchange)(exchange))
        try:
            await asyncio.wait({leaving, working}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()
            leaving.cancel()
            await asyncio.gather(leaving, working, return_exceptions=True)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            self._open.discard(task)

    async def _read(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        exchange = Exchange(method, path, headers, json.loads(body or b"{}"), writer)
        async with self.arrived:
            self.exchanges.append(exchange)
            self.arrived.notify_all()
        return exchange

    def _script(self, exchange):
        if exchange.method == "POST":
            return self.scripts.popleft()
        return self._list_models if isinstance(self.models, list) else self.models

    async def _list_models(self, exchange):
        await exchange.begin(kind="application/json")
        await exchange.write(json.dumps({"data": [{"id": name} for name in self.models]}))
        await exchange.finish()

    async def close(self):
        """Wait for the end of all connections, which the client has closed."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*self._open)


@contextlib.asynccontextmanager
async def scripted(**settings) -> AsyncIterator[tuple[ChatServer, ChatEndpoint]]:
    """Run such a server, and open an endpoint to it that is in no hurry."""
    server = ChatServer()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}/v1"
    settings = {"patience_s": PATIENCE_S, "timeout_s": PATIENCE_S} | settings
    endpoint = ChatEndpoint(ChatSettings(server.url, **settings))
    try:
        yield server, endpoint
    finally:
        await endpoint.close()
        listener.close()
        await server.close()
        await listener.wait_closed()
