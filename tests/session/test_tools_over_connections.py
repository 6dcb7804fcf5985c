"""Tools in conversations whose connection breaks, on a clock that a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.session.session import Session
from livekit_nb.wire.messages import FunctionResponse, ToolCallCancellation
from tests.session.memory_server import Line, MemoryServer, converse, told
from tests.session.runs import Endless


async def hear_results(line: Line, count: int = 1) -> list[FunctionResponse]:
    """Return so many results; what else is said is passed over."""
    results: list[FunctionResponse] = []
    while len(results) < count:
        message = await line.hear()
        results += message.tool_response.function_responses if message.tool_response else []
    return results


async def ask(session: Session, _: MemoryServer) -> None:
    await session._send_text("go")
    await session._next_turn(600)


def test_a_call_the_next_connection_repeats_is_answered_there_and_run_once() -> None:
    release = asyncio.Event()
    begun: list[str] = []

    @live.tool
    async def slow(word: str) -> str:
        """Take its time."""
        begun.append(word)
        await release.wait()
        return f"{word} is ready"

    async def first(line: Line) -> None:
        await line.call_and_drop("call-1", "slow", word="tea")

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_text()  # it was not answered, so it is said again
        line.call("call-1", "slow", word="tea")
        await line.hear_frames(line.frames + 20)
        release.set()
        (result,) = await hear_results(line)
        assert (result.id, result.response) == ("call-1", {"result": "tea is ready"})
        line.answer("tea is ready")
        await line.left.wait()

    recording = converse([first, second], ask, tools=(slow,))
    assert begun == ["tea"]
    assert [call["id"] for call in told(recording, "tool.call")] == ["call-1"]
    assert told(recording, "tool.late") == []


def test_a_result_goes_only_to_the_connection_that_asked() -> None:
    done = asyncio.Event()

    async def slow() -> str:
        """Take its time."""
        await done.wait()
        return "ready"

    async def first(line: Line) -> None:
        await line.call_and_drop("call-1", "slow")

    async def second(line: Line) -> None:
        await line.accept()
        assert await line.hear_text() == "go"
        done.set()
        await line.hear_frames(line.frames + 50)
        line.answer("never mind")
        message = await line.hear()
        raise AssertionError(message)

    recording = converse([first, second], ask, tools=(live.tool(slow),))
    assert [late["id"] for late in told(recording, "tool.late")] == ["call-1"]


def test_a_result_that_was_lost_with_its_connection_is_given_again() -> None:
    made: list[str] = []

    @live.tool
    async def book(city: str) -> str:
        """Book a seat; twice would be one too many."""
        made.append(city)
        return f"seat {len(made)}"

    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.call("call-1", "book", city="Rome")
        await hear_results(line)
        line.hang_up(1011, "Internal error encountered.")

    async def second(line: Line) -> None:
        await line.accept()
        line.call("call-1", "book", city="Rome")
        line.call("call-1", "book", city="Rome")  # and a fault has it come twice
        (result,) = await hear_results(line)
        assert result.response == {"result": "seat 1"}
        line.call("call-2", "book", city="Oslo")
        (result,) = await hear_results(line)
        assert (result.id, result.response) == ("call-2", {"result": "seat 2"})
        line.answer("booked")
        await line.left.wait()

    converse([first, second], ask, tools=(book,))
    assert made == ["Rome", "Oslo"]


def test_a_time_limit_is_kept_while_the_connection_is_gone() -> None:
    endless = Endless()

    async def first(line: Line) -> None:
        await line.call_and_drop("call-1", "slow")

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_text()
        await line.hear_frames(line.frames + 50 * 12)  # 12 s
        line.call("call-1", "slow")
        (result,) = await hear_results(line)
        assert "no result within 10 seconds" in (result.response or {})["error"]
        line.answer("it took too long")
        await line.left.wait()

    recording = converse([first, second], ask, tools=(live.tool(timeout_s=10)(endless.slow),))
    assert endless.ended
    kinds = [event.kind for event in recording.events if event.kind.startswith("tool.")]
    assert kinds == ["tool.call", "tool.late", "tool.response"]


def test_a_generator_streams_in_its_own_time_until_it_is_withdrawn() -> None:
    closed: list[str] = []

    @live.tool(timeout_s=60, scheduling="silent")
    async def ticks(seconds: float) -> AsyncIterator[dict[str, Any]]:
        """Tick."""
        number = 0
        try:
            while True:
                number += 1
                yield {"tick": number}
                await asyncio.sleep(seconds)
        finally:
            closed.append(f"after {number}")

    async def first(line: Line) -> None:
        await line.accept()
        await line.hear_text()
        line.call("call-1", "ticks", seconds=5)
        results = await hear_results(line, 5)
        assert [result.response for result in results] == [{"tick": n} for n in range(1, 6)]
        assert {(result.scheduling, result.will_continue) for result in results} == {
            ("SILENT", True)
        }
        line.send(tool_call_cancellation=ToolCallCancellation(ids=["call-1"]))
        await line.hear_frames(line.frames + 50 * 12)
        line.answer("it ticked")
        await line.left.wait()

    recording = converse([first], ask, tools=(ticks,))
    assert closed == ["after 5"]
    (call,) = recording.tools
    assert call.cancelled
    assert call.end is not None
    assert call.end - call.start == pytest.approx(20, abs=1)
