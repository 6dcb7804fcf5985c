"""Tools of MCP servers (Model Context Protocol) as tools of a session, through the ``mcp`` package.

What a server lists is offered as it stands: its names, descriptions and JSON schemas. Calls are
forwarded; texts, structured results, pictures and errors come back. The list is that of the moment:
a server that changes it is asked again with :func:`mcp_tools`, and the session is given the new
tools with ``session.update(tools=[…])``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

from livekit_nb.engine import bridge
from livekit_nb.errors import ToolDeclarationError
from livekit_nb.session.tools.cancellation import Cancellation
from livekit_nb.session.tools.mcp_link import (
    Call,
    OwnedServer,
    caller_of,
    is_open,
    listed,
    mcp_package,
    result_of,
)
from livekit_nb.session.tools.results import ToolResult
from livekit_nb.session.tools.tool import TIMEOUT_S, Tool
from livekit_nb.wire.messages import FunctionDeclaration

if TYPE_CHECKING:
    import mcp

__all__ = ["McpTool", "McpTools", "mcp_tools"]


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
        As of :class:`~livekit_nb.session.tools.tool.Tool`.
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
            return result_of(await call(remote_name, arguments))

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

    def __init__(self, tools: Iterable[McpTool], owned: OwnedServer | None) -> None:
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
    mcp = mcp_package()
    if isinstance(server, mcp.ClientSession) or is_open(server):
        found = await listed(server)
        call, owned = caller_of(server, asyncio.get_running_loop()), None
    else:
        owned = OwnedServer(server)
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
