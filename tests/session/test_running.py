"""Tools called by a model, over a real connection."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import numpy as np

import livekit_nb as live
from livekit_nb.wire.messages import ServerMessage, ToolCallCancellation
from tests.session.scripted_server import Caller, scripted

RESULTS = list[tuple[str | None, dict[str, Any] | None]]


async def results_of(tools: list[Any], *calls: tuple[str, str, dict[str, Any]]) -> RESULTS:
    """Have a server make `calls` and return what it got, in the order of the calls."""
    got: dict[str | None, dict[str, Any] | None] = {}

    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.call(*calls)
        while len(got) < len(calls):
            for response in (await caller.hear_results()).function_responses:
                got[response.id] = response.response
        await caller.answer(0.02)
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url, tools=tools) as session:
        await session.next_turn()
    return [(identity, got[identity]) for identity, _, _ in calls]


def weather(city: str, days: int = 1) -> dict[str, Any]:
    """Weather."""
    return {"city": city, "days": days}


async def test_plain_and_async_functions_are_run_and_answered() -> None:
    async def later(city: str) -> dict[str, str]:
        """Weather, later."""
        return {"later": city}

    results = await results_of(
        [weather, later],
        ("a", "weather", {"city": "Paris", "days": 2.0}),
        ("b", "later", {"city": "Rome"}),
    )
    assert results == [("a", {"city": "Paris", "days": 2}), ("b", {"later": "Rome"})]


async def test_what_goes_wrong_in_a_tool_is_told_to_the_model() -> None:
    def broken() -> None:
        """Break."""
        raise ValueError("no such city")

    def stubborn() -> None:
        """Leave."""
        raise SystemExit(1)

    async def fatal() -> None:
        """Leave, on the engine itself."""
        raise SystemExit(2)

    async def giving_up() -> None:
        """Cancel itself."""
        raise asyncio.CancelledError

    def broken_text() -> str:
        """Return half a surrogate pair."""
        return "caf\udce9.txt"

    def strange() -> object:
        """Return what is no JSON."""
        return object()

    results = await results_of(
        [broken, stubborn, strange, weather, fatal, giving_up, broken_text],
        ("1", "broken", {}),
        ("2", "stubborn", {}),
        ("3", "strange", {}),
        ("4", "unknown", {}),
        ("5", "weather", {}),
        ("6", "weather", {"city": 5, "days": "many"}),
        ("7", "weather", {"city": "Paris", "mood": "good"}),
        ("8", "fatal", {}),
        ("9", "giving_up", {}),
        ("10", "broken_text", {}),
    )
    errors = {identity: (response or {}).get("error", "") for identity, response in results}
    assert errors["1"] == "ValueError: no such city"
    assert "SystemExit" in errors["2"]
    assert "no JSON" in errors["3"]
    assert "no tool 'unknown'" in errors["4"]
    assert "city is missing" in errors["5"]
    assert "city" in errors["6"]
    assert "mood" in errors["7"]
    assert "SystemExit" in errors["8"]
    assert "cancelled itself" in errors["9"]
    assert "cannot be sent" in errors["10"]


async def test_results_become_json_objects() -> None:
    def number() -> float:
        """Return a number."""
        return np.float64(2.5)

    def nothing() -> None:
        """Return nothing."""

    def array() -> dict[str, Any]:
        """Return an array."""
        return {"x": np.arange(3)}

    results = await results_of(
        [number, nothing, array], ("1", "number", {}), ("2", "nothing", {}), ("3", "array", {})
    )
    assert [response for _, response in results] == [
        {"result": 2.5},
        {"status": "done"},
        {"x": [0, 1, 2]},
    ]


async def test_a_call_that_comes_twice_is_run_once() -> None:
    runs: list[str] = []

    def count(word: str) -> int:
        """Count."""
        runs.append(word)
        return len(runs)

    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.call(("same", "count", {"word": "a"}))
        await caller.hear_results()
        await caller.call(("same", "count", {"word": "a"}), ("other", "count", {"word": "b"}))
        await caller.hear_results()
        await caller.answer(0.02)
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url, tools=[count]) as session:
        await session.next_turn()
    assert runs == ["a", "b"]


async def test_a_cancelled_call_sends_nothing() -> None:
    begun, released = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow() -> str:
        """Take long."""
        loop.call_soon_threadsafe(begun.set)
        released.wait(30)
        return "late"

    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.call(("slow-1", "slow", {}))
        await caller.hear_text()
        await caller.send(
            ServerMessage(tool_call_cancellation=ToolCallCancellation(ids=["slow-1"]))
        )
        await caller.call(("quick-1", "quick", {}))
        (response,) = (await caller.hear_results()).function_responses
        assert response.id == "quick-1"
        await caller.answer(0.02)
        await caller.until_goodbye()

    def quick() -> str:
        """Take no time; by then the slow one may finish."""
        released.set()
        return "now"

    async with scripted(script) as url, live.connect(endpoint=url, tools=[slow, quick]) as session:
        await begun.wait()
        await session.send_text("never mind")
        await session.next_turn()
        calls = session.recording.tools
    assert [call.cancelled for call in calls] == [True, False]


async def test_calls_and_results_are_on_the_recording() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.call(("a", "weather", {"city": "Paris"}))
        await caller.hear_results()
        await caller.answer(0.02)
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url, tools=[weather]) as session:
        await session.next_turn()
        (call,) = session.recording.tools
    assert (call.name, call.args, call.error) == ("weather", {"city": "Paris"}, None)
    assert call.response == {"city": "Paris", "days": 1}
    assert call.duration is not None
