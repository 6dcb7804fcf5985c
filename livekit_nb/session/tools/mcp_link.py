"""Connections to MCP servers: opened here, or used where they live; and what servers answer."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from livekit_nb.engine import bridge, engine
from livekit_nb.errors import ConnectError, MissingPackagesError, ToolError
from livekit_nb.session.tools.results import ToolResult

if TYPE_CHECKING:
    import mcp

__all__ = ["Call", "OwnedServer", "caller_of", "is_open", "listed", "mcp_package", "result_of"]

OPENING_TIMEOUT_S = 30.0
MOST_PAGES = 100  # of a list of tools; a server whose list never ends is cut off there

Call = Callable[[str, dict[str, Any]], Coroutine[Any, Any, Any]]
"""Takes a tool's name and arguments and returns the server's answer."""


def mcp_package() -> Any:
    """Return the ``mcp`` package, or raise :class:`MissingPackagesError` with the remedy."""
    try:
        import mcp
    except ImportError:
        raise MissingPackagesError(
            "Tools of MCP servers need the package mcp. Install it with "
            "pip install 'livekit-nb[mcp]' and restart the kernel."
        ) from None
    return mcp


def is_open(server: Any) -> bool:
    """Whether this is a client that somebody entered already."""
    if not isinstance(server, mcp_package().Client):
        return False
    try:
        return server.session is not None
    except RuntimeError:
        return False


def caller_of(session: mcp.Client | mcp.ClientSession, home: asyncio.AbstractEventLoop) -> Call:
    """Return a way to call tools of a session from any loop."""

    async def call(name: str, arguments: dict[str, Any]) -> Any:
        if asyncio.get_running_loop() is home:
            return await session.call_tool(name, arguments)
        calling = session.call_tool(name, arguments)
        try:
            crossing = asyncio.run_coroutine_threadsafe(calling, home)
        except RuntimeError:
            calling.close()
            raise ToolError("The MCP session's event loop is closed.") from None
        return await asyncio.wrap_future(crossing)

    return call


async def listed(session: Any) -> list[mcp.Tool]:
    """Return all tools, page by page."""
    package = mcp_package()
    inner: mcp.ClientSession = session.session if is_open(session) else session
    tools: list[mcp.Tool] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await inner.list_tools(params=package.types.PaginatedRequestParams(cursor=cursor))
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools


class OwnedServer:
    """A connection to a server, opened and closed by one task on the engine, as ``mcp`` wants."""

    def __init__(self, server: Any) -> None:
        mcp = mcp_package()
        self._client = server if isinstance(server, mcp.Client) else mcp.Client(server)
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> list[mcp.Tool]:
        """Connect and list the tools."""
        ready: asyncio.Future[list[mcp.Tool]] = asyncio.get_running_loop().create_future()
        self._task = engine().loop.create_task(self._live(ready))
        try:
            async with asyncio.timeout(OPENING_TIMEOUT_S):
                return await asyncio.shield(ready)
        except BaseException as problem:
            ready.cancel()
            self._task.cancel()
            if not isinstance(problem, Exception):
                raise
            why = "no answer" if isinstance(problem, TimeoutError) else _root(problem)
            raise ConnectError(
                f"The MCP server cannot be reached ({why}). Is the command or the URL right, and "
                "does the server start on its own?"
            ) from None

    async def _live(self, ready: asyncio.Future[list[mcp.Tool]]) -> None:
        try:
            async with self._client:
                tools = await listed(self._client)
                if not ready.done():
                    ready.set_result(tools)
                await self._ending.wait()
        except BaseException as problem:
            if not ready.done():
                ready.set_exception(problem if isinstance(problem, Exception) else ConnectError(""))
            if isinstance(problem, asyncio.CancelledError):
                raise

    async def call(self, name: str, arguments: dict[str, Any]) -> Any:
        """Call a tool, on whatever loop the caller is."""
        if self._task is None or self._task.done():
            raise ToolError("The MCP server has ended.")
        return await bridge(self._client.call_tool(name, arguments))

    async def close(self) -> None:
        """Close it, and wait until it is closed."""
        self._ending.set()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({self._task})


def _root(problem: BaseException) -> str:
    """Name what lies at the bottom of a group of errors."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return type(problem).__name__


def result_of(answer: mcp.types.CallToolResult) -> ToolResult:
    """Return a server's result as one of ours.

    Raises
    ------
    ToolError
        If it is an error.
    """
    texts, images, links, unknown = [], [], [], 0
    for block in answer.content:
        resource = getattr(block, "resource", None)
        kind = getattr(resource or block, "mime_type", None) or ""
        data = getattr(block, "data", None) or getattr(resource, "blob", None)
        text = getattr(block, "text", None) or getattr(resource, "text", None)
        if text is not None:
            texts.append(text)
        elif data is not None and kind.startswith("image/"):
            images.append((base64.b64decode(data), kind))
        elif uri := getattr(block, "uri", None):
            links.append({"name": getattr(block, "name", ""), "uri": str(uri)})
        else:
            unknown += 1
    said = "\n".join(texts)
    if answer.is_error:
        raise ToolError(said or "The tool failed and did not say why.")
    value: Any = answer.structured_content
    if value is None:
        value = {"result": said} if said else {}
        if images and not said:
            value["result"] = f"{len(images)} picture{'s' if len(images) > 1 else ''}"
    if isinstance(value, dict) and links:
        value = {**value, "links": links}
    if isinstance(value, dict) and unknown:
        value = {**value, "left_out": f"{unknown} parts that are neither text nor picture"}
    return ToolResult(value, images=tuple(images))
