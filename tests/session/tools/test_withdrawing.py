"""Calls that are withdrawn or take too long: cancelled as far as a function lets itself be."""

from __future__ import annotations

import asyncio
import threading

import livekit_nb as live
from livekit_nb.errors import ToolCancelledError
from livekit_nb.session.tools.cancellation import Cancellation
from livekit_nb.session.tools.running import TOO_SLOW, WITHDRAWN
from tests.patience import PATIENCE_S
from tests.session.runs import Endless, Runs, weather

# Withdrawn calls ----------------------------------------------------------------------------------


async def test_a_withdrawn_async_tool_is_cancelled() -> None:
    endless = Endless()
    runs = Runs(endless.slow)
    runs.call("slow")
    await endless.begun.wait()
    runs.runner.cancel(["c1"])
    await runs.ended()
    assert endless.ended
    assert runs.sent == []
    assert runs.kinds == ["tool.call", "tool.cancelled"]
    assert runs.spans[0].cancelled
    assert runs.runner.pending == 0


async def test_a_withdrawn_plain_function_can_see_it() -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    seen: list[str] = []

    def slow(city: str, cancellation: Cancellation) -> None:
        """Take long."""
        assert not cancellation.cancelled
        loop.call_soon_threadsafe(begun.set)
        assert cancellation.wait(PATIENCE_S)
        try:
            cancellation.check()
        except ToolCancelledError as error:
            seen.append(str(error))
            raise

    runs = Runs(slow)
    runs.call("slow", city="Paris")
    await begun.wait()
    runs.runner.cancel(["c1"])
    await runs.ended()
    assert WITHDRAWN in seen[0]
    assert runs.sent == []
    assert runs.kinds == ["tool.call", "tool.cancelled"]


async def test_what_a_withdrawn_function_returns_all_the_same_is_recorded_and_not_sent() -> None:
    begun, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow() -> str:
        """Take long."""
        loop.call_soon_threadsafe(begun.set)
        release.wait(PATIENCE_S)
        return "late"

    runs = Runs(slow, weather)
    runs.call("slow")
    await begun.wait()
    runs.runner.cancel(["c1"])
    runs.call("weather", id="c2", city="Paris")
    await runs.done()
    release.set()
    (late,) = await runs.until("tool.late")
    assert (late.data["why"], late.data["response"]) == (WITHDRAWN, {"result": "late"})
    assert [response.id for _, response in runs.sent] == ["c2"]
    assert [span.cancelled for span in runs.spans] == [True, False]


async def test_the_end_of_a_conversation_leaves_nothing_running() -> None:
    begun, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    before = asyncio.all_tasks()

    async def waiting() -> None:
        """Wait for ever."""
        await asyncio.Event().wait()

    def blocking() -> None:
        """Never look up."""
        loop.call_soon_threadsafe(begun.set)
        release.wait(PATIENCE_S)

    runs = Runs(waiting, blocking)
    runs.call("waiting", id="a")
    runs.call("blocking", id="b")
    await begun.wait()
    runs.runner.close()
    await runs.ended()
    assert asyncio.all_tasks() == before
    release.set()
    assert runs.sent == []


# Time limits --------------------------------------------------------------------------------------


async def test_a_tool_that_takes_too_long_is_told_of_and_its_result_recorded() -> None:
    release = threading.Event()
    told: list[Cancellation] = []

    @live.tool(timeout_s=0.01)
    def slow(cancellation: Cancellation) -> str:
        """Take long."""
        told.append(cancellation)
        release.wait(PATIENCE_S)
        return "at last"

    runs = Runs(slow)
    runs.call("slow")
    (response,) = await runs.done()
    assert "slow gave no result within 0.01 seconds" in response["error"]
    release.set()
    (late,) = await runs.until("tool.late")
    assert (late.data["why"], late.data["response"]) == (TOO_SLOW, {"result": "at last"})
    assert (told[0].cancelled, told[0].reason) == (True, TOO_SLOW)
    assert len(runs.sent) == 1
    assert runs.spans[0].error == response["error"]


async def test_what_goes_wrong_too_late_is_recorded() -> None:
    release = threading.Event()

    @live.tool(timeout_s=0.01)
    def slow() -> None:
        """Take long, and fail."""
        release.wait(PATIENCE_S)
        raise ValueError("no such city")

    runs = Runs(slow)
    runs.call("slow")
    await runs.done()
    release.set()
    (late,) = await runs.until("tool.late")
    assert late.data["response"] == {"error": "ValueError: no such city"}


async def test_an_async_tool_that_takes_too_long_is_cancelled() -> None:
    endless = Endless()
    runs = Runs(live.tool(timeout_s=0.01)(endless.slow))
    runs.call("slow")
    (response,) = await runs.done()
    await runs.ended()
    assert "tried again" in response["error"]
    assert endless.ended
    assert "tool.late" not in runs.kinds
