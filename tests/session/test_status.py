"""Who waits for a status, and what they are told when the conversation ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import SessionClosedError, SettingsError
from livekit_nb.session.status import Status, checked_wait
from livekit_nb.session.turn_gate import TurnGate
from tests.session.scripted_server import Caller, scripted


@pytest.mark.parametrize(
    ("timeout_s", "words"),
    [("x", "not str"), (None, "not NoneType"), (-2, "not -2"), (float("nan"), "not nan")],
)
async def test_what_is_no_time_is_not_waited_for(timeout_s: Any, words: str) -> None:
    assert [checked_wait(0), checked_wait(1.5)] == [0, 1.5]

    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        with pytest.raises(SettingsError, match=words):
            await session.next_turn(timeout_s)
        with pytest.raises(SettingsError, match=words):
            await session.until("speaking", timeout_s)


async def test_a_change_that_there_is_not_is_told_with_the_one_that_was_meant() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        with pytest.raises(SettingsError, match="Did you mean instructions=…"):
            await session.update(instruction="x")


async def test_who_forgot_to_release_is_reminded() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.until_goodbye()

    async with (
        scripted(script) as url,
        live.connect(endpoint=url, activity="manual") as session,
    ):
        await session.release()  # nothing was begun: nothing happens
        await session.push()
        with pytest.raises(TimeoutError, match=r"push\(\) is still open"):
            await session.next_turn(0)
        await session.release()
        with pytest.raises(TimeoutError, match="Was something said"):
            await session.next_turn(0)


async def test_everyone_who_waits_gets_an_error_of_their_own() -> None:
    gate = TurnGate()
    status = Status(gate, None)
    waiting = [asyncio.create_task(status.until("speaking", 30)) for _ in range(2)]
    await asyncio.sleep(0)
    gate.close(SessionClosedError("over", 1011, "why"))
    status.set("stopped")
    first, second = await asyncio.gather(*waiting, return_exceptions=True)
    assert first is not second
    for error in (first, second):
        assert isinstance(error, SessionClosedError)
        assert (str(error), error.code, error.reason) == ("over", 1011, "why")
