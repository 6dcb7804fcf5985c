"""Calls, repeats, withdrawals and broken connections in any order: no call is ever run twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import livekit_nb as live
from tests.session.runs import Runs

IDS = ("a", "b", "c")
TOOLS = ("once", "stream", "stubborn", "broken")

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.sampled_from(IDS)),
        st.tuples(st.just("release"), st.sampled_from(IDS)),
        st.tuples(st.just("cancel"), st.sampled_from(IDS)),
        st.tuples(st.just("cut"), st.just("")),
        st.tuples(st.just("connect"), st.just("")),
        st.tuples(st.just("turn"), st.just("")),
    ),
    max_size=25,
)


class World:
    """Tools that end when a test lets them, and a server that asks for them."""

    def __init__(self, kinds: dict[str, str]) -> None:
        self.kinds = kinds
        self.begun: Counter[str] = Counter()
        self.released = {key: asyncio.Event() for key in IDS}
        self.asked: set[tuple[int, str]] = set()
        self.number = 0
        tools = (self.once, self.stream, self.stubborn, self.broken)
        self.runs = Runs(*(live.tool(timeout_s=None)(tool) for tool in tools))

    async def once(self, key: str) -> str:
        """Answer once."""
        self.begun[key] += 1
        await self.released[key].wait()
        return key

    async def stream(self, key: str) -> AsyncIterator[str]:
        """Answer twice."""
        self.begun[key] += 1
        yield "first"
        await self.released[key].wait()
        yield key

    async def stubborn(self, key: str) -> str:
        """Answer whatever happens."""
        self.begun[key] += 1
        try:
            await self.released[key].wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
        return key

    async def broken(self, key: str) -> str:
        """Fail."""
        self.begun[key] += 1
        await self.released[key].wait()
        raise ValueError(key)

    async def step(self, what: str, key: str) -> None:
        match what:
            case "call" if self.runs.connection is not None:
                self.asked.add((self.number, key))
                self.runs.call(self.kinds[key], id=key, connection=self.number, key=key)
            case "release":
                self.released[key].set()
            case "cancel":
                self.runs.runner.cancel([key])
            case "cut":
                self.runs.connection = None
            case "connect":
                self.number += 1
                self.runs.connection = self.number
            case "turn":
                for _ in range(10):
                    await asyncio.sleep(0)


async def played(kinds: dict[str, str], steps: list[tuple[str, str]]) -> World:
    world = World(kinds)
    for step in steps:
        await world.step(*step)
    for key in IDS:
        world.released[key].set()
    await world.runs.ended()
    return world


KINDS = st.fixed_dictionaries({key: st.sampled_from(TOOLS) for key in IDS})


@given(KINDS, STEPS)
def test_no_call_is_run_twice_and_no_connection_hears_what_it_did_not_ask(
    kinds: dict[str, str], steps: list[tuple[str, str]]
) -> None:
    world = asyncio.run(played(kinds, steps))
    runs = world.runs
    assert all(times == 1 for times in world.begun.values())
    finals: Counter[tuple[int, str]] = Counter()
    for number, response in runs.sent:
        assert response.id is not None
        assert (number, response.id) in world.asked
        finals[number, response.id] += not response.will_continue
    assert all(times <= 1 for times in finals.values())
    assert runs.runner.pending == 0
    calls = Counter(event.data["id"] for event in runs.events("tool.call"))
    assert all(times == 1 for times in calls.values())
    assert all(span.end is not None for span in runs.spans)


@given(KINDS, STEPS)
def test_whoever_asks_at_last_is_answered(
    kinds: dict[str, str], steps: list[tuple[str, str]]
) -> None:
    ending = [("connect", ""), *(("call", key) for key in IDS)]
    world = asyncio.run(played(kinds, [*steps, *ending]))
    answers: dict[str, list[Any]] = {key: [] for key in IDS}
    for number, response in world.runs.sent:
        if number == world.number and not response.will_continue:
            answers[str(response.id)].append(response.response)
    assert all(len(found) == 1 for found in answers.values())
