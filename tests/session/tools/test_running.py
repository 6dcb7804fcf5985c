"""Tools called by a model: what comes of them, side by side, answered to who asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.session.tools.results import ToolResult
from livekit_nb.wire.messages import FunctionResponse
from tests.patience import PATIENCE_S
from tests.session.runs import Runs, weather
from tests.session.scripted_server import Caller, scripted

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


class Panic(BaseException):
    """As compiled code raises it."""


class Tensor:
    """A value that cannot be had after all."""

    size = 1

    def item(self) -> None:
        raise Panic("my secret")


class MuteError(Exception):
    """An error that fails when it is asked what it is."""

    def __str__(self) -> str:
        raise KeyError("my secret")


@dataclass
class Order:
    name: str

    def __post_init__(self) -> None:
        raise LookupError("my secret")


def measured() -> Tensor:
    """Measure."""
    return Tensor()


def mute() -> None:
    """Raise what cannot be told."""
    raise MuteError


def order(it: Order) -> str:
    """Order."""
    return it.name


def measured_often() -> Iterator[Any]:
    """Measure a few times."""
    yield 1
    yield Tensor()
    yield 3


@pytest.mark.parametrize(
    ("function", "args", "kind"),
    [
        (measured, {}, "Panic"),
        (mute, {}, "KeyError"),
        (order, {"it": {"name": "tea"}}, "LookupError"),
        (measured_often, {}, "Panic"),
    ],
)
async def test_what_nobody_foresaw_is_answered_with_its_kind_alone(
    function: Any, args: dict[str, Any], kind: str
) -> None:
    runs = Runs(live.tool(blocking=False)(function), model="gemini-3.8-live")
    runs.call(function.__name__, **args)
    *_, response = await runs.done()
    await runs.ended()
    assert f"({kind})" in response["error"]
    assert "secret" not in response["error"]
    assert runs.runner.pending == 0
    assert runs.spans[0].error == response["error"]


async def test_a_result_that_cannot_be_sent_does_not_count_as_an_answer() -> None:
    runs = Runs(weather)
    send, runs.runner._respond = runs.runner._respond, refusing(runs.runner._respond)
    runs.call("weather", city="Paris")
    (response,) = await runs.done()
    assert "(ValueError)" in response["error"]
    runs.runner._respond = send
    runs.connection = 1
    runs.call("weather", connection=1, city="Paris")
    assert runs.responses == [response, response]


def refusing(
    respond: Callable[[FunctionResponse, int], bool],
) -> Callable[[FunctionResponse, int], bool]:
    """Respond only with errors."""

    def write(response: FunctionResponse, connection: int) -> bool:
        if "error" not in (response.response or {}):
            raise ValueError("cannot be written")
        return respond(response, connection)

    return write


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
    both = threading.Barrier(2, timeout=PATIENCE_S)
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
