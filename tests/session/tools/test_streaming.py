"""Tools that answer step by step, and when what they say is spoken of."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.session.tools.cancellation import Cancellation
from livekit_nb.session.tools.results import ToolResult
from tests.patience import PATIENCE_S
from tests.session.runs import Runs

SYNC_ONLY = "gemini-3.1-flash-live-preview"
THINKING = "gemini-3.8-live-extended-thinking"


def countdown(start: int) -> Iterator[int]:
    """Count down."""
    yield from range(start, 0, -1)


async def acountdown(start: int) -> AsyncIterator[int]:
    """Count down, on the engine."""
    for number in range(start, 0, -1):
        yield number


@pytest.mark.parametrize("function", [countdown, acountdown])
async def test_a_generator_streams_and_ends_silently(function: Any) -> None:
    runs = Runs(function)
    runs.call(function.__name__, start=2)
    await runs.done()
    assert runs.told == [
        ({"result": 2}, None, True),
        ({"result": 1}, None, True),
        ({"status": "done"}, "SILENT", False),
    ]
    assert runs.kinds == ["tool.call", "tool.progress", "tool.progress", "tool.response"]
    (span,) = runs.spans
    assert span.response == {"status": "done"}
    assert span.end == runs.events("tool.response")[0].t


async def test_a_generators_return_value_closes_it_aloud() -> None:
    @live.tool(scheduling="interrupt")
    def boil() -> Iterator[str]:
        """Boil an egg."""
        yield "boiling"
        return "done, and soft"

    runs = Runs(boil)
    runs.call("boil")
    await runs.done()
    assert runs.told == [
        ({"result": "boiling"}, "INTERRUPT", True),
        ({"result": "done, and soft"}, "INTERRUPT", False),
    ]


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_result_may_say_that_it_is_the_last(asynchronous: bool) -> None:
    closed = threading.Event()

    def boil() -> Iterator[Any]:
        """Boil an egg."""
        try:
            yield "boiling"
            yield ToolResult("soft", last=True, scheduling="when_idle")
            yield "hard"
        finally:
            closed.set()

    async def aboil() -> AsyncIterator[Any]:
        """Boil an egg."""
        for state in boil():
            yield state

    runs = Runs(aboil if asynchronous else boil)
    runs.call("aboil" if asynchronous else "boil")
    await runs.done()
    assert runs.told == [
        ({"result": "boiling"}, None, True),
        ({"result": "soft"}, "WHEN_IDLE", False),
    ]
    await runs.ended()
    assert asynchronous or await asyncio.to_thread(closed.wait, 30)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (live.ToolResult("x" * 100_000), "the tool's result is too long for a conversation"),
        (live.ToolResult(1, images=[(bytes(6 * 2**20), "image/png")]), "pictures are too large"),
    ],
)
async def test_a_generator_without_an_end_is_given_up_when_it_fills_the_conversation(
    result: live.ToolResult, words: str
) -> None:
    yielded = 0

    async def pages() -> AsyncIterator[live.ToolResult]:
        """Read one page after the other."""
        nonlocal yielded
        while True:
            yielded += 1
            yield result

    runs = Runs(pages, model=SYNC_ONLY)
    runs.call("pages")
    (response,) = await runs.done()
    await runs.ended()
    assert words in response["error"]
    assert yielded == 3
    assert runs.sent[0][1].parts is None


async def test_what_a_generator_yields_for_one_answer_is_as_long_as_one_result_may_be() -> None:
    def pages() -> Iterator[str]:
        """Read two pages."""
        yield "x" * 100_000
        yield "y" * 100_000

    runs = Runs(pages, model=SYNC_ONLY)
    runs.call("pages")
    (response,) = await runs.done()
    assert [len(page["result"]) for page in response["results"]] == [100_000, 100_000]


async def test_a_generator_of_nothing_is_a_function_that_returns_nothing() -> None:
    runs = Runs(countdown)
    runs.call("countdown", start=0)
    await runs.done()
    assert runs.told == [({"status": "done"}, None, None)]


async def test_a_generator_that_breaks_says_so_and_is_over() -> None:
    async def shaky() -> AsyncIterator[int]:
        """Break after the first."""
        yield 1
        raise RuntimeError("the line is dead")

    runs = Runs(shaky)
    runs.call("shaky")
    await runs.done()
    assert runs.told == [
        ({"result": 1}, None, True),
        ({"error": "RuntimeError: the line is dead"}, None, False),
    ]


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_withdrawn_generator_is_closed(asynchronous: bool) -> None:
    closed = threading.Event()
    waiting = asyncio.Event()

    def ticks(cancellation: Cancellation) -> Iterator[int]:
        """Tick until nobody listens."""
        try:
            yield 1
            cancellation.wait(PATIENCE_S)
            yield 2
        finally:
            closed.set()

    async def aticks() -> AsyncIterator[int]:
        """Tick until nobody listens."""
        try:
            yield 1
            waiting.set()
            await asyncio.Event().wait()
            yield 2
        finally:
            closed.set()

    runs = Runs(aticks if asynchronous else ticks)
    runs.call("aticks" if asynchronous else "ticks")
    await runs.until("tool.progress")
    if asynchronous:
        await waiting.wait()
    runs.runner.cancel(["c1"])
    await runs.ended()
    assert await asyncio.to_thread(closed.wait, 30)
    assert runs.responses == [{"result": 1}]


async def test_a_generator_does_not_run_ahead_of_what_was_sent() -> None:
    ahead: list[int] = []

    def eager() -> Iterator[int]:
        """Yield as fast as it can."""
        for number in range(1000):
            ahead.append(number - len(runs.sent))
            yield number

    runs = Runs(eager)
    runs.call("eager")
    await runs.done()
    assert len(runs.sent) == 1001
    assert max(ahead) <= 1


async def test_a_generators_time_limit_is_for_each_result() -> None:
    release = threading.Event()

    @live.tool(timeout_s=2.0)
    def stuck() -> Iterator[int]:
        """Stick after the first, which a busy machine's thread yields in time."""
        yield 1
        release.wait(PATIENCE_S)
        yield 2

    runs = Runs(stuck)
    runs.call("stuck")
    await runs.done()
    first, second = runs.told
    assert first == ({"result": 1}, None, True)
    assert "no result within" in second[0]["error"]
    assert second[2] is False
    release.set()
    (late,) = await runs.until("tool.late")
    assert late.data["response"] == {"result": 2}


async def test_what_a_generator_yields_while_nobody_is_there_is_told_to_who_asks_again() -> None:
    more = asyncio.Event()

    async def ticks() -> AsyncIterator[int]:
        """Tick."""
        yield 1
        await more.wait()
        yield 2
        yield 3

    runs = Runs(ticks)
    runs.call("ticks")
    await runs.until("tool.progress")
    runs.connection = None
    more.set()
    await runs.until("tool.late", 3)
    await runs.ended()
    runs.connection = 1
    runs.call("ticks", connection=1)
    assert [(n, r.response, r.will_continue) for n, r in runs.sent] == [
        (0, {"result": 1}, True),
        (1, {"result": 2}, True),
        (1, {"result": 3}, True),
        (1, {"status": "done"}, False),
    ]
    assert runs.kinds[-3:] == ["tool.progress", "tool.progress", "tool.response"]


# What a model's generation allows -----------------------------------------------------------------


async def test_where_a_model_waits_a_generators_results_are_told_together() -> None:
    runs = Runs(countdown, model=SYNC_ONLY)
    runs.call("countdown", start=3)
    await runs.done()
    runs.call("countdown", id="c2", start=1)
    await runs.done(2)
    assert runs.told == [
        ({"results": [{"result": 3}, {"result": 2}, {"result": 1}]}, None, None),
        ({"result": 1}, None, None),
    ]


async def test_where_nothing_is_scheduled_no_result_says_when() -> None:
    def quiet() -> ToolResult:
        """Be quiet."""
        return ToolResult("noted", scheduling="silent")

    runs = Runs(quiet, countdown, model=THINKING)
    runs.call("quiet")
    await runs.done()
    runs.call("countdown", id="c2", start=1)
    await runs.done(2)
    assert runs.told == [
        ({"result": "noted"}, None, None),
        ({"result": 1}, None, True),
        ({"status": "done"}, None, False),
    ]


async def test_a_silent_tool_is_silent_unless_it_fails() -> None:
    @live.tool(scheduling="silent")
    def note(text: str) -> None:
        """Note down."""
        if not text:
            raise ValueError("nothing to note")

    runs = Runs(note)
    runs.call("note", text="milk")
    await runs.done()
    runs.call("note", id="c2", text="")
    await runs.done(2)
    assert runs.told == [
        ({"status": "done"}, "SILENT", None),
        ({"error": "ValueError: nothing to note"}, None, None),
    ]
