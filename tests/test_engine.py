"""The engine's thread: coroutines from any loop, and its share of the interpreter."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from livekit_nb.engine import QUICK_SWITCH_S, Engine, bridge, engine
from tests.patience import PATIENCE_S


@pytest.fixture
def usual_switch_s() -> Iterator[float]:
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(0.004)
    yield sys.getswitchinterval()
    sys.setswitchinterval(before_s)


@pytest.fixture
def own() -> Iterator[Engine]:
    one = Engine("own")
    yield one
    one.call(one.loop.stop)
    one._thread.join()
    one.loop.close()


def end(one: Engine) -> None:
    one.loop.call_soon_threadsafe(one.loop.stop)
    one._thread.join()
    one.loop.close()


async def test_a_bridged_coroutine_runs_on_the_engine_whatever_loop_awaits_it():
    async def where() -> str:
        return threading.current_thread().name

    assert await bridge(where()) == "livekit-nb-engine"
    assert await asyncio.to_thread(asyncio.run, bridge(where())) == "livekit-nb-engine"


async def test_cancelling_the_caller_cancels_what_runs_on_the_engine():
    begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    here = asyncio.get_running_loop()

    async def wait() -> None:
        here.call_soon_threadsafe(begun.set_result, None)
        try:
            await asyncio.Event().wait()
        finally:
            here.call_soon_threadsafe(ended.set_result, None)

    task = asyncio.create_task(bridge(wait()))
    await begun
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(ended, PATIENCE_S)


async def test_a_result_that_comes_too_late_for_its_caller_is_handed_in():
    async def number() -> int:
        return 7

    handed_in: Future[int] = Future()
    crossing = bridge(number(), unclaimed=handed_in.set_result)
    crossing.send(None)  # up to where it waits; then the result is there, and this loop has not run
    engine().submit(number()).result()
    with pytest.raises(asyncio.CancelledError):
        crossing.throw(asyncio.CancelledError())
    assert await asyncio.wrap_future(handed_in) == 7


async def test_a_result_that_is_there_before_the_cancelling_is_seen_is_handed_in():
    begun: Future[None] = Future()
    cancelled = threading.Event()
    handed_in: Future[int] = Future()

    async def number() -> int:
        begun.set_result(None)
        cancelled.wait()  # the engine is busy, so it cannot see yet that nobody waits any more
        return 7

    caller = asyncio.create_task(bridge(number(), unclaimed=handed_in.set_result))
    try:
        await asyncio.wrap_future(begun)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    finally:
        cancelled.set()
    assert await asyncio.wait_for(asyncio.wrap_future(handed_in), PATIENCE_S) == 7


async def test_who_is_cancelled_on_the_engine_is_cancelled_for_the_caller():
    async def give_up() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await bridge(give_up())


def test_the_interpreter_is_shared_quickly_as_long_as_somebody_talks(
    own: Engine, usual_switch_s: float
):
    own.hurry()
    own.hurry()
    assert sys.getswitchinterval() == pytest.approx(QUICK_SWITCH_S, rel=0.02)
    own.rest()
    assert sys.getswitchinterval() == pytest.approx(QUICK_SWITCH_S, rel=0.02)
    own.rest()
    assert sys.getswitchinterval() == pytest.approx(usual_switch_s, rel=0.02)


def test_a_lower_interval_of_the_users_own_is_left_alone(own: Engine, usual_switch_s: float):
    assert usual_switch_s > 0.0002
    sys.setswitchinterval(0.0002)
    own.hurry()
    assert sys.getswitchinterval() == pytest.approx(0.0002, rel=0.02)
    own.rest()


def test_there_is_one_engine():
    assert engine() is engine()
