"""When an answer is over, and who gets it."""

from __future__ import annotations

import asyncio

import pytest

from livekit_nb.errors import MessageLostError, SessionClosedError
from livekit_nb.session.turn_gate import TurnGate


async def test_an_answer_counts_when_it_was_heard() -> None:
    gate = TurnGate()
    waiting = asyncio.create_task(gate.next())
    gate.handed()
    gate.ended(0)
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.heard()
    assert await waiting == 0


async def test_an_answer_without_sound_counts_at_once_but_not_before_an_earlier_one() -> None:
    gate = TurnGate()
    gate.ended(0)
    assert await gate.next() == 0
    gate.handed()
    gate.ended(1)
    gate.ended(2)
    waiting = asyncio.create_task(gate.next())
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.heard()
    assert [await waiting, await gate.next()] == [1, 2]


async def test_an_interrupted_answer_counts_at_once_and_so_does_what_was_to_be_heard_before() -> (
    None
):
    gate = TurnGate()
    gate.handed()
    gate.ended(0)
    gate.ended(1, interrupted=True)
    assert [await gate.next(), await gate.next()] == [0, 1]


async def test_answers_that_were_put_back_come_first_and_in_order() -> None:
    gate = TurnGate()
    for number in range(4):
        gate.ended(number, interrupted=True)
    taken = [await gate.next() for _ in range(3)]
    gate.put_back(2)
    gate.put_back(0)
    assert taken == [0, 1, 2]
    assert [await gate.next() for _ in range(3)] == [0, 2, 3]


async def test_an_answer_that_is_put_back_wakes_who_waits_and_outlives_the_end() -> None:
    gate = TurnGate()
    gate.ended(0)
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


async def test_an_answer_that_is_withdrawn_is_given_to_nobody() -> None:
    gate = TurnGate()
    for number in range(3):
        gate.ended(number)
    gate.withdraw(0)
    gate.withdraw(7)  # there is none
    assert [await gate.next(), await gate.next()] == [1, 2]
    gate.handed()
    gate.ended(3)
    gate.withdraw(3)
    gate.heard()
    gate.ended(4)
    assert await gate.next() == 4


async def test_who_waits_for_an_answer_that_will_not_come_is_told_once() -> None:
    gate = TurnGate()
    waiting = asyncio.create_task(gate.next())
    await asyncio.sleep(0)
    gate.fail(MessageLostError("refused"))
    with pytest.raises(MessageLostError, match="refused"):
        await waiting
    gate.ended(0)
    assert await gate.next() == 0
