"""Crossing over from a caller's loop to the engine's and back."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

import pytest

from livekit_nb.engine import bridge, engine


async def number() -> int:
    return 7


async def test_a_result_comes_over_from_the_engine() -> None:
    async def where() -> bool:
        return engine().is_current

    assert await bridge(where()) is True
    assert engine().is_current is False


async def test_cancelling_the_caller_cancels_what_runs_on_the_engine() -> None:
    begun: Future[None] = Future()
    ended: Future[str] = Future()

    async def endless() -> None:
        begun.set_result(None)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.set_result("cancelled")
            raise

    handed_in: list[None] = []
    task = asyncio.create_task(bridge(endless(), unclaimed=handed_in.append))
    await asyncio.wrap_future(begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.wrap_future(ended) == "cancelled"
    assert handed_in == []


async def test_a_result_that_comes_too_late_for_its_caller_is_handed_in() -> None:
    handed_in: Future[int] = Future()
    crossing = bridge(number(), unclaimed=handed_in.set_result)
    crossing.send(None)  # up to where it waits; then the result is there, and this loop has not run
    engine().submit(number()).result()
    with pytest.raises(asyncio.CancelledError):
        crossing.throw(asyncio.CancelledError())
    assert await asyncio.wrap_future(handed_in) == 7
