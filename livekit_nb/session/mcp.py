"""Tools of MCP servers (Model Context Protocol) as tools of a session, through the ``mcp`` package.

What a server lists is offered as it stands: its names, descriptions and JSON schemas. Calls are
forwarded; texts, structured results, pictures and errors come back. The list is that of the moment:
a server that changes it is asked again with :func:`mcp_tools`, and the session is given the new
tools with ``session.update(tools=[…])``.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

from livekit_nb.engine import bridge, engine
from livekit_nb.errors import ConnectError, MissingPackagesError, ToolDeclarationError, ToolError
from livekit_nb.session.cancellation import Cancellation
from livekit_nb.session.results import ToolResult
from livekit_nb.session.tools import TIMEOUT_S, Tool
from livekit_nb.wire.messages import FunctionDeclaration

if TYPE_CHECKING:
    import mcp

__all__ = ["McpTool", "McpTools", "mcp_tools"]

OPENING_TIMEOUT_S = 30.0
MOST_PAGES = 100  # of a list of tools; a server whose list never ends is cut off there

Call = Callable[[str, dict[str, Any]], Coroutine[Any, Any, Any]]


class McpTool(Tool):
    """A tool of an MCP server; the server checks the arguments.

    Parameters
    ----------
    remote_name : str
        What the server calls it.
    declaration : FunctionDeclaration
        What the model is told.
    call : callable
        Takes `remote_name` and arguments and returns the server's result.
    blocking, scheduling, timeout_s
        As of :class:`~livekit_nb.session.tools.Tool`.
    """

    def __init__(
        self,
        remote_name: str,
        declaration: FunctionDeclaration,
        call: Call,
        *,
        blocking: bool | None = None,
        scheduling: str | None = None,
        timeout_s: float | None = TIMEOUT_S,
    ) -> None:
        async def forward(**arguments: Any) -> ToolResult:
            return _result(await call(remote_name, arguments))

        self.function = forward
        self._set_name(declaration.name)
        self._set_manner(blocking, scheduling, timeout_s)
        self.declaration = declaration
        self.parameters = {}
        self.is_async, self.streams = True, False
        self.__doc__ = declaration.description
        self.__name__ = self.name

    def __repr__(self) -> str:
        return f"<Tool {self.name} of an MCP server>"

    def arguments(
        self, args: Mapping[str, Any], cancellation: Cancellation | None = None
    ) -> dict[str, Any]:
        """Return what the model sent as it is."""
        return dict(args)


class McpTools(Sequence[McpTool]):
    """The tools of an MCP server: pass them among ``tools=[…]``.

    ``await tools.close()``, or leaving ``async with``, ends a server that was started here. One
    that is forgotten ends with the kernel.
    """

    def __init__(self, tools: Iterable[McpTool], owned: _Owned | None) -> None:
        self._tools = tuple(tools)
        self._owned = owned

    @overload
    def __getitem__(self, index: int) -> McpTool: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[McpTool, ...]: ...
    def __getitem__(self, index: int | slice) -> McpTool | tuple[McpTool, ...]:
        return self._tools[index]

    def __len__(self) -> int:
        return len(self._tools)

    def __repr__(self) -> str:
        return f"<MCP tools: {', '.join(tool.name for tool in self) or 'none'}>"

    async def close(self) -> None:
        """End the connection if :func:`mcp_tools` opened it. Idempotent."""
        if self._owned is not None:
            await bridge(self._owned.close())

    async def __aenter__(self) -> McpTools:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


async def mcp_tools(
    server: Any,
    *,
    only: Sequence[str] | None = None,
    prefix: str = "",
    blocking: bool | None = None,
    scheduling: str | None = None,
    timeout_s: float | None = TIMEOUT_S,
) -> McpTools:
    """List an MCP server's tools, as tools of a session.

    Parameters
    ----------
    server : mcp.StdioServerParameters, str, mcp.Client, mcp.ClientSession, or MCPServer
        A command to start, the URL of a server (Streamable HTTP), or a server in this process: then
        it is spoken to from the engine, and cells that compute do not hold it up. Or a client or
        session that is open already: it is used on the loop it lives on, and stays open.
    only : sequence of str, optional
        The tools wanted, by the server's names; all by default.
    prefix : str
        Put before each name, so that tools of two servers can be told apart.
    blocking, scheduling, timeout_s
        As of :func:`livekit_nb.tool`, for all of them.

    Returns
    -------
    McpTools
        A sequence of tools, to be closed when a server was started.

    Raises
    ------
    MissingPackagesError
        If the ``mcp`` package is not installed.
    ConnectError
        If the server does not start or does not answer.
    ToolDeclarationError
        If it has no tool of a name in `only`.

    Examples
    --------
    >>> from mcp import StdioServerParameters                                    # doctest: +SKIP
    >>> files = await mcp_tools(StdioServerParameters(command="my-mcp-server"))  # doctest: +SKIP
    >>> studio = Studio(tools=[get_weather, files])                              # doctest: +SKIP
    """
    mcp = _mcp()
    if isinstance(server, mcp.ClientSession) or _is_open(server):
        found = await _listed(server)
        call, owned = _caller(server, asyncio.get_running_loop()), None
    else:
        owned = _Owned(server)
        found = await bridge(owned.open())
        call = owned.call
    try:
        return McpTools(
            (
                McpTool(
                    tool.name,
                    _declaration(tool, prefix),
                    call,
                    blocking=blocking,
                    scheduling=scheduling,
                    timeout_s=timeout_s,
                )
                for tool in _chosen(found, only)
            ),
            owned,
        )
    except BaseException:
        if owned is not None:
            await bridge(owned.close())
        raise


def _mcp() -> Any:
    try:
        import mcp
    except ImportError:
        raise MissingPackagesError(
            "Tools of MCP servers need the package mcp. Install it with "
            "pip install 'livekit-nb[mcp]' and restart the kernel."
        ) from None
    return mcp


def _is_open(server: Any) -> bool:
    """Whether this is a client that somebody entered already."""
    if not isinstance(server, _mcp().Client):
        return False
    try:
        return server.session is not None
    except RuntimeError:
        return False


def _caller(session: mcp.Client | mcp.ClientSession, home: asyncio.AbstractEventLoop) -> Call:
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


async def _listed(session: Any) -> list[mcp.Tool]:
    """Return all tools, page by page."""
    package = _mcp()
    inner: mcp.ClientSession = session.session if _is_open(session) else session
    tools: list[mcp.Tool] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await inner.list_tools(params=package.types.PaginatedRequestParams(cursor=cursor))
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools


def _chosen(tools: Sequence[mcp.Tool], only: Sequence[str] | None) -> list[mcp.Tool]:
    names = [tool.name for tool in tools]
    missing = sorted(set(only or ()) - set(names))
    if missing:
        raise ToolDeclarationError(
            f"The MCP server has no tool {', '.join(missing)}; it has {', '.join(names) or 'none'}."
        )
    return [tool for tool in tools if only is None or tool.name in only]


def _declaration(tool: mcp.Tool, prefix: str) -> FunctionDeclaration:
    """Return what a model is told; a character no model can call becomes ``_``."""
    name = re.sub(r"[^A-Za-z0-9_.:-]", "_", prefix + tool.name)
    name = (name if re.match(r"[A-Za-z_]", name) else f"_{name}")[:64]
    schema = tool.input_schema
    empty = not schema.get("properties") and not schema.get("additionalProperties")
    return FunctionDeclaration(
        name=name,
        description=tool.description or tool.title or None,
        parameters_json_schema=None if empty else schema,
    )


# Results ------------------------------------------------------------------------------------------


def _result(answer: mcp.types.CallToolResult) -> ToolResult:
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


# A server that was opened here --------------------------------------------------------------------


class _Owned:
    """A connection to a server, opened and closed by one task on the engine, as ``mcp`` wants."""

    def __init__(self, server: Any) -> None:
        mcp = _mcp()
        self._client = server if isinstance(server, mcp.Client) else mcp.Client(server)
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> list[mcp.Tool]:
        """Connect and list the tools."""
        ready: asyncio.Future[list[mcp.Tool]] = asyncio.get_running_loop().create_future()
        self._task = engine().loop.create_task(self._live(ready))
        try:
            return await asyncio.wait_for(asyncio.shield(ready), OPENING_TIMEOUT_S)
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
                tools = await _listed(self._client)
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
