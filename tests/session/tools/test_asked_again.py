"""Calls that come again: each is run once, and its result goes to the connection that asked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from livekit_nb.session.tools.running import GONE
from livekit_nb.session.tools.tool_run import MAX_KNOWN, MAX_RESULTS, REPEATED_S
from tests.session.runs import Runs


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


async def test_a_call_that_is_cut_off_again_and_again_is_not_run_again_however_long() -> None:
    now_s = 0.0
    counted, count = counter()
    runs = Runs(count, clock=lambda: now_s)
    for connection in range(5):
        runs.connection = connection
        runs.call("count", id=f"c{connection}", connection=connection, word="a")
        await runs.done(connection + 1)
        now_s += REPEATED_S - 1.0
    assert counted == ["a"]
    now_s += 2.0  # nobody puts a question again after that long: it is another wish
    runs.connection = 6
    runs.call("count", id="c6", connection=6, word="a")
    await runs.done(6)
    assert counted == ["a", "a"]


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
    runs.runner.spoke()
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
