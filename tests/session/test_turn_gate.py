"""When an answer is over, and who gets it."""

from __future__ import annotations

import asyncio

import pytest

from livekit_nb.errors import SessionClosedError
from livekit_nb.session.turn_gate import TurnGate


async def test_an_answer_counts_when_it_was_heard() -> None:
    gate = TurnGate()
    waiting = asyncio.create_task(gate.next())
    gate.handed()
    gate.ended(interrupted=False)
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.heard()
    assert await waiting == 0


async def test_an_interrupted_answer_counts_at_once() -> None:
    gate = TurnGate()
    gate.handed()
    gate.ended(interrupted=True)
    assert await gate.next() == 0


async def test_answers_that_were_put_back_come_first_and_in_order() -> None:
    gate = TurnGate()
    for _ in range(4):
        gate.ended(interrupted=True)
    taken = [await gate.next() for _ in range(3)]
    gate.put_back(2)
    gate.put_back(0)
    assert taken == [0, 1, 2]
    assert [await gate.next() for _ in range(3)] == [0, 2, 3]


async def test_an_answer_that_is_put_back_wakes_who_waits_and_outlives_the_end() -> None:
    gate = TurnGate()
    gate.ended(interrupted=True)
    assert await gate.next() == 0
    waiting = asyncio.create_task(gate.next())
    await asyncio.sleep(0)
    gate.put_back(0)
    assert await waiting == 0
    gate.put_back(0)
    gate.close(SessionClosedError("over"))
    assert await gate.next() == 0
    with pytest.raises(SessionClosedError):
        await gate.next()


async def test_an_answer_that_broke_off_is_given_to_nobody_and_keeps_its_number() -> None:
    gate = TurnGate()
    gate.handed()
    gate.ended(interrupted=False, lost=True)
    waiting = asyncio.create_task(gate.next())
    await asyncio.sleep(0)
    gate.heard()
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.handed()
    gate.ended(interrupted=False)
    gate.heard()
    assert await waiting == 1


async def test_an_answer_before_one_that_broke_off_is_given_out() -> None:
    gate = TurnGate()
    gate.handed()
    gate.ended(interrupted=False)  # complete, and still playing
    gate.ended(interrupted=False, lost=True)
    gate.ended(interrupted=False)
    gate.heard()
    assert [await gate.next(), await gate.next()] == [0, 2]
