"""A small MCP server, to be started as a command or held in this process."""

from __future__ import annotations

import asyncio
import threading
from typing import Annotated, Literal

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


if __name__ == "__main__":
    small_server().run()
