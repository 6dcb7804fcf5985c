"""Tools of real MCP servers: over stdio and HTTP, in this process, over a session that is open."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, ClientSession, StdioServerParameters, stdio_client

import livekit_nb as live
from livekit_nb.engine import bridge
from livekit_nb.errors import ConnectError, MissingPackagesError, ToolDeclarationError
from livekit_nb.session.tools.mcp import McpTools
from tests.session import mcp_server
from tests.session.mcp_server import over_http, small_server
from tests.session.runs import Runs

STDIO = StdioServerParameters(
    command=sys.executable, args=[str(Path(mcp_server.__file__))], cwd=Path.cwd()
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Return the address of a server that is reached over HTTP."""
    with over_http() as address:
        yield address


async def called(tools: McpTools, name: str, **args: Any) -> Runs:
    runs = Runs(tools)
    runs.call(name, **args)
    await runs.done()
    return runs


async def test_a_servers_tools_are_offered_as_they_stand() -> None:
    async with await live.mcp_tools(small_server()) as tools:
        assert [tool.name for tool in tools] == ["add", "weather", "fail", "take.photo_now", "wait"]
        add = tools[0].declaration
    assert add.description == "Add two numbers."
    schema = add.parameters_json_schema or {}
    assert schema["properties"]["a"]["description"] == "the first"
    assert schema["required"] == ["a"]
    assert "$ref" in str(tools[1].declaration.parameters_json_schema)
    assert tools[2].declaration.parameters_json_schema is None
    assert repr(tools).startswith("<MCP tools: add, weather")


@pytest.mark.parametrize("where", ["in memory", "stdio", "http"])
async def test_calls_are_forwarded_and_results_come_back(where: str, url: str) -> None:
    servers = {"in memory": small_server(), "stdio": STDIO, "http": url}
    async with await live.mcp_tools(servers[where]) as tools:
        runs = Runs(tools)
        runs.call("add", id="a", a=3)
        await runs.done(1)
        runs.call("weather", id="b", place={"city": "Paris"}, unit="fahrenheit")
        await runs.done(2)
        runs.call("fail", id="c")
        await runs.done(3)
        runs.call("add", id="d", a="many")
        await runs.done(4)
        runs.call("take.photo_now", id="e")
        await runs.done(5)
    three, paris, failed, refused, photo = runs.responses
    assert three == {"result": 5}
    assert paris == {"city": "Paris", "country": "France", "unit": "fahrenheit", "sky": "clear"}
    assert "the oven is cold" in failed["error"]
    assert runs.spans[2].error == failed["error"]
    assert "integer" in refused["error"]
    assert photo == {"result": "1 picture"}
    (part,) = runs.sent[4][1].parts or []
    assert part.inline_data is not None
    assert (part.inline_data.data, part.inline_data.mime_type) == (b"PNG", "image/png")


async def test_a_client_that_is_open_is_used_on_its_own_loop_and_stays_open() -> None:
    async with Client(small_server()) as client:
        async with await live.mcp_tools(client, only=["add"], prefix="sum_") as tools:
            assert [tool.name for tool in tools] == ["sum_add"]
            on_the_engine = Runs(tools)
            await bridge(_call_there(on_the_engine))
        assert on_the_engine.responses == [{"result": 5}]
        assert (await client.list_tools()).tools


async def _call_there(runs: Runs) -> None:
    runs.call("sum_add", a=3)
    await runs.done()


async def test_a_session_of_the_lower_level_is_taken_too() -> None:
    async with stdio_client(STDIO) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        tools = await live.mcp_tools(session)
        assert (await called(tools, "add", a=1, b=1)).responses == [{"result": 2}]


@pytest.mark.parametrize("where", ["in memory", "http"])
async def test_a_withdrawn_call_is_cancelled_at_the_server(where: str, url: str) -> None:
    mcp_server.waiting.clear()
    mcp_server.cancelled.clear()
    async with await live.mcp_tools(url if where == "http" else small_server()) as tools:
        runs = Runs(tools)
        runs.call("wait")
        assert await asyncio.to_thread(mcp_server.waiting.wait, 30)
        runs.runner.cancel(["c1"])
        assert await asyncio.to_thread(mcp_server.cancelled.wait, 30)
        await runs.ended()
    assert runs.sent == []


async def test_options_hold_for_all_of_them() -> None:
    async with await live.mcp_tools(
        small_server(), blocking=False, scheduling="silent", timeout_s=0.01
    ) as tools:
        quick = live.tool(name="quick", timeout_s=None)(tools[0])
        assert (quick.name, quick.scheduling, quick.timeout_s) == ("quick", "silent", None)
        assert tools[0].name == "add"
        runs = await called(tools, "wait")
    assert "no result within" in runs.responses[0]["error"]


async def test_a_server_that_has_ended_is_told_to_the_model() -> None:
    tools = await live.mcp_tools(small_server())
    await tools.close()
    await tools.close()
    assert (await called(tools, "add", a=1)).responses == [{"error": "The MCP server has ended."}]


async def test_calls_over_http_run_side_by_side(url: str) -> None:
    async with await live.mcp_tools(url) as tools:
        runs = Runs(tools)
        runs.call("wait", id="slow")
        for number in range(20):
            runs.call("add", id=f"sum {number}", a=number, b=number)
        await runs.done(20)
        sums = {response.id: response.response for _, response in runs.sent}
        assert sums == {f"sum {number}": {"result": 2 * number} for number in range(20)}
        runs.runner.cancel(["slow"])
        await runs.ended()


async def test_a_server_over_http_that_goes_away_is_told_to_the_model() -> None:
    with over_http() as url:
        tools = await live.mcp_tools(url, only=["add"])
        assert (await called(tools, "add", a=1)).responses == [{"result": 3}]
    (response,) = (await called(tools, "add", a=1)).responses
    assert "error" in response
    await tools.close()


async def test_an_address_at_which_no_server_answers_is_told_of(url: str) -> None:
    with pytest.raises(ConnectError, match="the URL right"):
        await live.mcp_tools(url.replace("/mcp", "/elsewhere"))
    with socket.create_server(("127.0.0.1", 0)) as port:
        free = port.getsockname()[1]
    with pytest.raises(ConnectError, match="the URL right"):
        await live.mcp_tools(f"http://127.0.0.1:{free}/mcp")


async def test_a_server_that_does_not_start_is_told_of() -> None:
    with pytest.raises(ConnectError, match="FileNotFoundError"):
        await live.mcp_tools(StdioServerParameters(command="no-such-command-anywhere"))
    with pytest.raises(ConnectError, match="command or the URL"):
        await live.mcp_tools(StdioServerParameters(command=sys.executable, args=["-c", ""]))


async def test_a_tool_that_is_not_there_is_told_of() -> None:
    with pytest.raises(ToolDeclarationError, match="no tool sub; it has add"):
        await live.mcp_tools(small_server(), only=["add", "sub"])


async def test_without_the_package_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(MissingPackagesError, match=r"livekit-nb\[mcp\]"):
        await live.mcp_tools("http://127.0.0.1:9/mcp")
