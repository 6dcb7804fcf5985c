"""A small MCP server: to be started as a command, held in this process, or reached over HTTP."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import uvicorn
from mcp.server.mcpserver import Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

#: Set in this process when a call of ``wait`` was cancelled; ``waiting`` when it began.
waiting = threading.Event()
cancelled = threading.Event()


class Place(BaseModel):
    city: str
    country: str = "France"


def small_server() -> MCPServer:
    """Return the server."""
    server = MCPServer("small")

    @server.tool()
    def add(a: Annotated[int, Field(description="the first")], b: int = 2) -> int:
        """Add two numbers."""
        return a + b

    @server.tool()
    def weather(place: Place, unit: Literal["celsius", "fahrenheit"] = "celsius") -> dict[str, str]:
        """Get the current weather in a city."""
        return {"city": place.city, "country": place.country, "unit": unit, "sky": "clear"}

    @server.tool()
    def fail() -> str:
        """Fail."""
        raise ToolError("the oven is cold")

    @server.tool(name="take.photo/now")
    def photo() -> Image:
        """Take a photo."""
        return Image(data=b"PNG", format="png")

    @server.tool()
    async def wait() -> str:
        """Wait for ever."""
        waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return "never"

    return server


@contextmanager
def over_http() -> Iterator[str]:
    """Serve it on a port of this machine (Streamable HTTP); yields its URL.

    The port listens before the server runs on its thread, so who calls at once only waits.
    """
    app = small_server().streamable_http_app()
    server = uvicorn.Server(uvicorn.Config(app, ws="none", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as port:
        thread = threading.Thread(target=server.run, args=([port],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


if __name__ == "__main__":
    small_server().run()
