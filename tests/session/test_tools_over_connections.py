"""Tools in conversations whose connection breaks, on a clock that a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
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


def filler_goes_on(line: Line) -> None:
    line.speak("let me see")
    line.content(turn_complete=True)


def filler_is_over(line: Line) -> None:
    line.content(generation_complete=True)
    line.content(turn_complete=True)


def filler_ends_in_progress(line: Line) -> None:
    line.speak("I go on")
    line.content(turn_complete=True, interaction_status="IN_PROGRESS")


def filler_is_cut(line: Line) -> None:
    line.content(interrupted=True)
    line.content(turn_complete=True)
    line.speak("as I said")


def answer_is_cut(line: Line) -> None:
    filler_is_over(line)
    line.speak("a pizza is on its")


def nothing(line: Line) -> None:
    return


def answer(line: Line) -> None:
    filler_is_over(line)
    line.answer("it is on its way")


def interrupts_itself(line: Line) -> None:
    line.content(interrupted=True)
    line.answer("it is on its way")


@pytest.mark.parametrize("model", ["gemini-3.8-live", "gemini-3.8-live-extended-thinking"])
@pytest.mark.parametrize(
    ("after_the_result", "runs"),
    [
        (nothing, 1),
        (filler_goes_on, 1),
        (filler_is_over, 1),
        (filler_ends_in_progress, 1),
        (filler_is_cut, 1),
        (answer_is_cut, 1),
        (answer, 2),
        (interrupts_itself, 2),
    ],
)
def test_only_what_begins_after_a_result_tells_of_it(
    after_the_result: Callable[[Line], None], runs: int, model: str
) -> None:
    """A tool is run anew only for another wish, not for the one whose answer was cut off."""
    ordered: list[str] = []
    release, answered = asyncio.Event(), asyncio.Event()

    @live.tool(blocking=False)
    async def order(what: str) -> str:
        """Order; twice would be one too many."""
        ordered.append(what)
        await release.wait()
        return "ordered"

    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.call("call-1", "order", what="pizza")
        line.speak("let me see")
        await line.hear_frames(line.frames + 10)
        release.set()
        await hear_results(line)
        after_the_result(line)
        await line.hear_frames(line.frames + 50)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        line.call("call-2", "order", what="pizza")
        (result,) = await hear_results(line)
        assert (result.id, result.response) == ("call-2", {"result": "ordered"})
        answered.set()
        await line.left.wait()

    async def talk(session: Session, _: MemoryServer) -> None:
        await session._send_text("order a pizza")
        await session._status.until("reconnecting", 60)
        await answered.wait()

    converse([first, second], talk, tools=(order,), model=model)
    assert len(ordered) == runs


@pytest.mark.parametrize(("told_of_it", "runs"), [(True, 2), (False, 1)])
def test_a_model_that_waited_tells_of_a_result_in_the_same_turn(
    told_of_it: bool, runs: int
) -> None:
    added: list[str] = []
    answered = asyncio.Event()

    @live.tool
    def add(item: str) -> str:
        """Add an item."""
        added.append(item)
        return "added"

    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.speak("one moment")
        line.call("call-1", "add", item="milk")
        await hear_results(line)
        if told_of_it:
            line.answer("there is milk on the list")
        else:
            line.content(turn_complete=True)
        await line.hear_frames(line.frames + 50)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        line.call("call-2", "add", item="milk")
        await hear_results(line)
        answered.set()
        await line.left.wait()

    async def talk(session: Session, _: MemoryServer) -> None:
        await session._send_text("add milk")
        await session._status.until("reconnecting", 60)
        await answered.wait()

    converse([first, second], talk, tools=(add,), model="gemini-3.1-flash-live-preview")
    assert len(added) == runs


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
