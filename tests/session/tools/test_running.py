"""Tools called by a model: once each, side by side, in time, answered to who asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.errors import ToolCancelledError
from livekit_nb.session.tools.cancellation import Cancellation
from livekit_nb.session.tools.results import ToolResult
from livekit_nb.session.tools.running import GONE, TOO_SLOW, WITHDRAWN
from livekit_nb.session.tools.tool_run import MAX_KNOWN, MAX_RESULTS
from tests.session.runs import Runs
from tests.session.scripted_server import Caller, scripted

SYNC_ONLY = "gemini-3.1-flash-live-preview"
THINKING = "gemini-3.8-live-extended-thinking"


def weather(city: str, days: int = 1) -> dict[str, Any]:
    """Weather."""
    return {"city": city, "days": days}


# What a function returns, or raises -------------------------------------------------------------


async def test_plain_and_async_functions_are_run_and_answered() -> None:
    async def later(city: str) -> dict[str, str]:
        """Weather, later."""
        return {"later": city}

    runs = Runs(weather, later)
    runs.call("weather", id="a", city="Paris", days=2.0)
    await runs.done()
    runs.call("later", id="b", city="Rome")
    assert await runs.done(2) == [{"city": "Paris", "days": 2}, {"later": "Rome"}]
    assert [(response.id, response.name) for _, response in runs.sent] == [
        ("a", "weather"),
        ("b", "later"),
    ]


async def test_whatever_can_be_called_is_a_tool() -> None:
    class Scale:
        """Weighs."""

        async def __call__(self, grams: int) -> int:
            return 2 * grams

        def weigh(self, grams: int) -> int:
            """Weigh."""
            return grams

    def in_disguise(grams: int) -> Any:
        """Weigh, in a function that returns a coroutine."""
        return Scale()(grams)

    runs = Runs(live.tool(name="scale")(Scale()), Scale().weigh, in_disguise)
    for number, name in enumerate(("scale", "weigh", "in_disguise")):
        runs.call(name, id=name, grams=5)
        await runs.done(number + 1)
    assert runs.responses == [{"result": 10}, {"result": 5}, {"result": 10}]


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


def stopping() -> None:
    """Raise what ends iterations."""
    raise StopIteration(3)


def broken_text() -> str:
    """Return half a surrogate pair."""
    return "caf\udce9.txt"


def broken_error() -> str:
    """Raise half a surrogate pair."""
    raise ValueError("caf\udce9.txt")


def strange() -> object:
    """Return what is no JSON."""
    return object()


def endless() -> dict[str, Any]:
    """Return what holds itself."""
    result: dict[str, Any] = {}
    result["self"] = result
    return result


def long() -> str:
    """Return too much."""
    return "x" * 300_000


@pytest.mark.parametrize(
    ("function", "args", "error"),
    [
        (broken, {}, "ValueError: no such city"),
        (stubborn, {}, "SystemExit"),
        (fatal, {}, "SystemExit"),
        (giving_up, {}, "cancelled itself"),
        (stopping, {}, "StopIteration"),
        (broken_text, {}, "cannot be sent"),
        (broken_error, {}, "ValueError: caf"),
        (strange, {}, "no JSON"),
        (endless, {}, "RecursionError"),
        (long, {}, "too long for a conversation"),
        (weather, {}, "city is missing"),
        (weather, {"city": 5, "days": "many"}, "city should be text, not a whole number"),
        (weather, {"city": "Paris", "mood": "good"}, "no argument mood"),
    ],
)
async def test_what_goes_wrong_is_told_to_the_model(
    function: Any, args: dict[str, Any], error: str
) -> None:
    runs = Runs(function)
    runs.call(function.__name__, **args)
    (response,) = await runs.done()
    assert error in response["error"]
    assert runs.spans[0].error == response["error"]


async def test_a_tool_chooses_the_words_for_what_it_cannot_do() -> None:
    def book(city: str) -> None:
        """Book."""
        raise live.ToolError(f"{city} is fully booked.")

    runs = Runs(book)
    runs.call("book", city="Rome")
    assert await runs.done() == [{"error": "Rome is fully booked."}]


async def test_a_tool_that_is_not_there_is_told_to_the_model() -> None:
    runs = Runs(weather)
    runs.call("wether", city="Paris")
    (response,) = await runs.done()
    assert "no tool 'wether'" in response["error"]


@pytest.mark.parametrize(
    ("value", "response"),
    [
        (np.float64(2.5), {"result": 2.5}),
        ({"x": np.arange(3)}, {"x": [0, 1, 2]}),
        # Models ask again when there is nothing in a result, so it always says something.
        (None, {"status": "done"}),
        ({}, {"status": "done"}),
        ([], {"result": [], "status": "done"}),
        ("", {"result": "", "status": "done"}),
        (False, {"result": False}),
        (0, {"result": 0}),
    ],
)
async def test_results_become_json_objects(value: Any, response: dict[str, Any]) -> None:
    def found() -> Any:
        """Find."""
        return value

    runs = Runs(found)
    runs.call("found")
    assert await runs.done() == [response]


async def test_pictures_are_sent_as_parts() -> None:
    def photo() -> ToolResult:
        """Take a photo."""
        return ToolResult({"of": "a cat"}, images=[(b"JPEG", "image/jpeg")])

    runs = Runs(photo)
    runs.call("photo")
    await runs.done()
    (part,) = runs.sent[0][1].parts or []
    assert part.inline_data is not None
    assert (part.inline_data.data, part.inline_data.mime_type) == (b"JPEG", "image/jpeg")


# Side by side, and each once ----------------------------------------------------------------------


async def test_calls_run_side_by_side_and_each_result_finds_its_call() -> None:
    both = threading.Barrier(2, timeout=30)
    turn = {"Paris": asyncio.Event(), "Rome": asyncio.Event()}

    def meet(city: str) -> str:
        """Return only if another call runs at the same time."""
        both.wait()
        return city

    async def wait(city: str) -> str:
        """Return when the other has."""
        await turn[city].wait()
        return city

    runs = Runs(meet, wait)
    runs.call("meet", id="m1", city="Oslo")
    runs.call("meet", id="m2", city="Bern")
    await runs.done(2)
    runs.call("wait", id="w1", city="Paris")
    runs.call("wait", id="w2", city="Rome")
    assert runs.runner.pending == 2
    turn["Rome"].set()
    await runs.done(3)
    turn["Paris"].set()
    await runs.done(4)
    assert [response.id for _, response in runs.sent[2:]] == ["w2", "w1"]
    spans = {span.id: span for span in runs.spans}
    assert spans["w1"].response == {"result": "Paris"}
    assert spans["w2"].response == {"result": "Rome"}
    assert runs.runner.pending == 0


def counter() -> tuple[list[str], Any]:
    counted: list[str] = []

    def count(word: str) -> int:
        """Count."""
        counted.append(word)
        return len(counted)

    return counted, count


async def test_a_call_that_comes_twice_is_run_and_answered_once() -> None:
    counted, count = counter()
    runs = Runs(count)
    runs.call("count", id="same", word="a")
    runs.call("count", id="same", word="a")
    await runs.done()
    runs.call("count", id="same", word="a")
    runs.call("count", id="other", word="b")
    assert await runs.done(2) == [{"result": 1}, {"result": 2}]
    assert counted == ["a", "b"]
    assert len(runs.events("tool.call")) == 2


async def test_calls_without_an_id_are_all_run() -> None:
    counted, count = counter()
    runs = Runs(count)
    runs.call("count", id=None, word="a")
    await runs.done()
    runs.call("count", id=None, word="a")
    await runs.done(2)
    assert counted == ["a", "a"]
    assert [response.id for _, response in runs.sent] == [None, None]


# The connection that asked ------------------------------------------------------------------------


async def test_a_result_is_kept_from_every_connection_but_the_one_that_asked() -> None:
    _, count = counter()
    runs = Runs(count)
    runs.connection = None  # cut, while the function runs
    runs.call("count", word="a")
    (late,) = await runs.until("tool.late")
    assert late.data["why"] == GONE
    assert late.data["response"] == {"result": 1}
    assert runs.spans[0].end is not None
    runs.connection = 1
    await runs.ended()
    assert runs.sent == []
    assert "tool.response" not in runs.kinds


async def test_a_result_nobody_got_goes_to_the_connection_that_asks_again() -> None:
    counted, count = counter()
    runs = Runs(count)
    runs.connection = None
    runs.call("count", word="a")
    await runs.until("tool.late")
    runs.connection = 1
    runs.call("count", word="a", connection=1)
    assert [(n, r.response) for n, r in runs.sent] == [(1, {"result": 1})]
    assert runs.kinds == ["tool.call", "tool.late", "tool.response"]
    assert (runs.spans[0].error, runs.spans[0].response) == (None, {"result": 1})
    runs.call("count", word="a", connection=1)
    assert len(runs.sent) == 1
    assert counted == ["a"]


async def test_a_call_asked_again_while_it_runs_is_answered_to_the_newer_connection() -> None:
    release = asyncio.Event()
    begun: list[str] = []

    async def slow() -> str:
        """Take long."""
        begun.append("slow")
        await release.wait()
        return "now"

    runs = Runs(slow)
    runs.call("slow")
    await asyncio.sleep(0)
    runs.connection = 1
    runs.call("slow", connection=1)
    release.set()
    await runs.done()
    assert [n for n, _ in runs.sent] == [1]
    assert begun == ["slow"]


async def test_an_answer_which_a_broken_connection_may_have_lost_is_given_again() -> None:
    counted, count = counter()
    runs = Runs(count)
    runs.call("count", word="a")
    await runs.done()
    runs.connection = 1
    runs.call("count", word="a", connection=1)
    assert [(n, r.response) for n, r in runs.sent] == [(0, {"result": 1}), (1, {"result": 1})]
    assert counted == ["a"]


@pytest.mark.parametrize("moment", ["running", "late", "delivered"])
async def test_a_call_that_was_cut_off_and_is_made_anew_is_not_run_again(moment: str) -> None:
    ran: list[str] = []
    gate = asyncio.Event()

    async def add(item: str) -> str:
        """Add an item."""
        ran.append(item)
        await gate.wait()
        return f"{item} added"

    runs = Runs(add)
    runs.connection = 1
    runs.call("add", id="a", connection=1, item="milk")
    await runs.until("tool.call")
    if moment == "delivered":
        gate.set()
        await runs.done()
    runs.connection = 2
    if moment == "late":
        gate.set()
        await runs.until("tool.late")
    runs.call("add", id="b", connection=2, item="milk")
    gate.set()
    await runs.done(1 + (moment == "delivered"))
    connection, response = runs.sent[-1]
    assert (connection, response.id, response.response) == (2, "b", {"result": "milk added"})
    assert ran == ["milk"]
    assert runs.events("tool.call")[-1].data["repeats"] == "a"
    assert runs.runner.pending == 0


async def test_a_call_is_run_again_when_it_is_another_wish() -> None:
    ran: list[str] = []

    def add(item: str) -> str:
        """Add an item."""
        ran.append(item)
        return "added"

    runs = Runs(add)
    runs.connection = 1
    runs.call("add", id="a", connection=1, item="milk")
    await runs.done(1)
    runs.runner.turn_over()  # the model has told of it
    runs.connection = 2
    runs.call("add", id="b", connection=2, item="milk")
    await runs.done(2)
    runs.call("add", id="c", connection=2, item="milk")  # twice on the same connection is twice
    await runs.done(3)
    runs.connection = 3
    runs.call("add", id="d", connection=3, item="eggs")
    await runs.done(4)
    assert ran == ["milk", "milk", "milk", "eggs"]
    assert not any("repeats" in event.data for event in runs.events("tool.call"))


async def test_a_withdrawn_call_that_is_asked_again_is_not_run_again() -> None:
    running = asyncio.Event()
    begun: list[str] = []

    async def slow() -> None:
        """Take for ever."""
        begun.append("slow")
        running.set()
        await asyncio.Event().wait()

    runs = Runs(slow)
    runs.call("slow")
    await running.wait()
    runs.runner.cancel(["c1"])
    await runs.ended()
    runs.connection = 1
    runs.call("slow", connection=1)
    (response,) = runs.responses
    assert "not made twice" in response["error"]
    assert begun == ["slow"]


async def test_a_call_withdrawn_at_once_is_not_run_at_all() -> None:
    counted, count = counter()
    runs = Runs(count)
    runs.call("count", word="a")
    runs.runner.cancel(["c1"])
    await runs.ended()
    assert (counted, runs.sent, runs.runner.pending) == ([], [], 0)


async def test_every_id_a_call_was_made_with_stays_known() -> None:
    counted, count = counter()
    runs = Runs(count)
    runs.call("count", id="old", word="a")
    await runs.done()
    runs.connection = 1
    runs.call("count", id="new", word="a", connection=1)
    runs.call("count", id="old", word="a", connection=1)
    runs.call("count", id="old", word="a", connection=1)
    runs.call("count", id="new", word="a", connection=1)
    assert [(n, r.id, r.response) for n, r in runs.sent] == [
        (0, "old", {"result": 1}),
        (1, "new", {"result": 1}),
        (1, "old", {"result": 1}),
    ]
    assert counted == ["a"]


async def test_only_so_many_results_and_ids_are_kept() -> None:
    counted, count = counter()
    runs = Runs(count)
    for number in range(MAX_RESULTS + 1):
        runs.call("count", id=str(number), word="a")
        await runs.done(number + 1)
    await runs.ended()
    runs.connection = 1
    runs.call("count", id="0", word="a", connection=1)
    assert "no longer known" in runs.responses[-1]["error"]
    runs.call("count", id=str(MAX_RESULTS), word="a", connection=1)
    assert "result" in runs.responses[-1]
    assert len(counted) == MAX_RESULTS + 1
    for number in range(MAX_KNOWN):
        runs.call("none", id=f"n{number}")
        await asyncio.sleep(0)
    assert len(runs.runner._calls.known) == MAX_KNOWN


# Withdrawn calls ----------------------------------------------------------------------------------


async def test_a_withdrawn_async_tool_is_cancelled() -> None:
    begun, ended = asyncio.Event(), []

    async def slow() -> None:
        """Take for ever."""
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")

    runs = Runs(slow)
    runs.call("slow")
    await begun.wait()
    runs.runner.cancel(["c1"])
    await runs.ended()
    assert ended == ["cleaned up"]
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
        assert cancellation.wait(30)
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
        release.wait(30)
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
        release.wait(30)

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
        release.wait(30)
        return "at last"

    runs = Runs(slow)
    runs.call("slow")
    (response,) = await runs.done()
    assert "slow gave no result within 0.01 seconds" in response["error"]
    assert (told[0].cancelled, told[0].reason) == (True, TOO_SLOW)
    release.set()
    (late,) = await runs.until("tool.late")
    assert (late.data["why"], late.data["response"]) == (TOO_SLOW, {"result": "at last"})
    assert len(runs.sent) == 1
    assert runs.spans[0].error == response["error"]


async def test_what_goes_wrong_too_late_is_recorded() -> None:
    release = threading.Event()

    @live.tool(timeout_s=0.01)
    def slow() -> None:
        """Take long, and fail."""
        release.wait(30)
        raise ValueError("no such city")

    runs = Runs(slow)
    runs.call("slow")
    await runs.done()
    release.set()
    (late,) = await runs.until("tool.late")
    assert late.data["response"] == {"error": "ValueError: no such city"}


async def test_an_async_tool_that_takes_too_long_is_cancelled() -> None:
    ended: list[str] = []

    @live.tool(timeout_s=0.01)
    async def slow() -> None:
        """Take for ever."""
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")

    runs = Runs(slow)
    runs.call("slow")
    (response,) = await runs.done()
    await runs.ended()
    assert "tried again" in response["error"]
    assert ended == ["cleaned up"]
    assert "tool.late" not in runs.kinds


# Streaming ----------------------------------------------------------------------------------------


def told(runs: Runs) -> list[tuple[dict[str, Any], str | None, bool | None]]:
    return [(r.response or {}, r.scheduling, r.will_continue) for _, r in runs.sent]


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
    assert told(runs) == [
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
    assert told(runs) == [
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
    assert told(runs) == [
        ({"result": "boiling"}, None, True),
        ({"result": "soft"}, "WHEN_IDLE", False),
    ]
    await runs.ended()
    assert asynchronous or await asyncio.to_thread(closed.wait, 30)


async def test_a_generator_of_nothing_is_a_function_that_returns_nothing() -> None:
    runs = Runs(countdown)
    runs.call("countdown", start=0)
    await runs.done()
    assert told(runs) == [({"status": "done"}, None, None)]


async def test_a_generator_that_breaks_says_so_and_is_over() -> None:
    async def shaky() -> AsyncIterator[int]:
        """Break after the first."""
        yield 1
        raise RuntimeError("the line is dead")

    runs = Runs(shaky)
    runs.call("shaky")
    await runs.done()
    assert told(runs) == [
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
            cancellation.wait(30)
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

    @live.tool(timeout_s=0.01)
    def stuck() -> Iterator[int]:
        """Stick after the first."""
        yield 1
        release.wait(30)
        yield 2

    runs = Runs(stuck)
    runs.call("stuck")
    await runs.done()
    first, second = told(runs)
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
    assert told(runs) == [
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
    assert told(runs) == [
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
    assert told(runs) == [
        ({"status": "done"}, "SILENT", None),
        ({"error": "ValueError: nothing to note"}, None, None),
    ]


async def test_other_tools_may_be_offered_while_calls_run() -> None:
    release = asyncio.Event()

    async def slow() -> str:
        """Take long."""
        await release.wait()
        return "now"

    runs = Runs(slow)
    runs.call("slow")
    await asyncio.sleep(0)
    runs.runner.offer([live.tool(weather)])
    runs.call("weather", id="c2", city="Paris")
    await runs.done()
    runs.call("slow", id="c3")
    await runs.done(2)
    release.set()
    await runs.done(3)
    assert "no tool 'slow'" in runs.responses[1]["error"]
    assert runs.responses[2] == {"result": "now"}


# Over a real connection ---------------------------------------------------------------------------


async def test_calls_and_results_travel_and_are_on_the_recording() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.call(("a", "weather", {"city": "Paris"}))
        (response,) = (await caller.hear_results()).function_responses
        assert response.response == {"city": "Paris", "days": 1}
        await caller.answer(0.02)
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url, tools=[weather]) as session:
        await session.next_turn()
        (call,) = session.recording.tools
    assert (call.name, call.args, call.error) == ("weather", {"city": "Paris"}, None)
    assert call.response == {"city": "Paris", "days": 1}
    assert call.duration is not None
