"""Who waits for a status, and what they are told when the conversation ends."""

from __future__ import annotations

import asyncio

from livekit_nb.errors import SessionClosedError
from livekit_nb.session.status import Status
from livekit_nb.session.turn_gate import TurnGate


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
