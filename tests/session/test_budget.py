"""A conversation that may cost so much and no more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import SessionClosedError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session import budget as budget_module
from livekit_nb.session.budget import Budget
from livekit_nb.session.turn_gate import TurnGate
from livekit_nb.wire.messages import ModalityTokenCount, ServerContent, ServerMessage, UsageMetadata
from tests.session.scripted_server import Caller, scripted

MODEL = "gemini-3.8-live"
SPENT = 400_000  # tokens of audio read: 1.20 dollars


def usage(tokens: int) -> UsageMetadata:
    return UsageMetadata(
        prompt_token_count=tokens,
        total_token_count=tokens,
        prompt_tokens_details=[ModalityTokenCount(modality="AUDIO", token_count=tokens)],
    )


class Watched:
    """A budget of one dollar, and what becomes of it."""

    def __init__(self, budget_usd: float | None = 1.0) -> None:
        self.recorder = Recorder()
        self.gate = TurnGate()
        self.closed: list[tuple[str, SessionClosedError]] = []
        self.over = asyncio.Event()
        self.recorder.event("session.connecting", endpoint="Google", model=MODEL)
        self.budget = Budget(budget_usd, self.recorder, self.gate, self.close)

    async def close(self, status: str, end: SessionClosedError) -> None:
        self.closed.append((status, end))
        self.over.set()

    def report(self, tokens: int) -> None:
        self.recorder.event("usage", prompt_tokens=tokens, prompt={"AUDIO": tokens})

    def kinds(self) -> list[str]:
        return [event.kind for event in self.recorder.recording.events]


async def test_the_present_answer_is_finished_and_heard_first() -> None:
    talk = Watched()
    talk.recorder.event("agent.first_audio")
    talk.gate.handed()
    talk.report(SPENT)
    talk.report(2 * SPENT)
    assert talk.kinds().count("cost.budget") == 1
    talk.budget.check()
    assert "session.closed" not in talk.kinds()  # it is still being said
    talk.recorder.event("agent.turn_complete")
    assert "session.closed" not in talk.kinds()  # and has still to be heard
    talk.gate.heard()
    talk.budget.check()
    await talk.over.wait()
    ((status, end),) = talk.closed
    assert status == "error: the budget is spent"
    assert "budget of $1 is spent ($2.4000 at Google's prices of 2026-09)" in str(end)
    assert end.code == 1000
    talk.report(3 * SPENT)
    talk.budget.check()
    assert len(talk.closed) == 1
    assert talk.kinds().count("session.closed") == 1


async def test_between_answers_it_ends_at_once() -> None:
    talk = Watched()
    talk.report(SPENT)
    await talk.over.wait()
    event = next(e for e in talk.recorder.recording.events if e.kind == "cost.budget")
    assert event.data == {"spent_usd": pytest.approx(1.2), "budget_usd": 1.0}


async def test_an_answer_that_never_ends_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budget_module, "PATIENCE_S", 0.0)
    talk = Watched()
    talk.recorder.event("tool.call", id="1", name="look", args={})
    talk.report(SPENT)
    await talk.over.wait()


async def test_within_the_budget_nothing_happens() -> None:
    talk = Watched()
    talk.report(333_333)  # 0.999999 dollars
    talk.recorder.event("agent.turn_complete")
    assert "cost.budget" not in talk.kinds()
    endless = Watched(None)
    endless.report(100 * SPENT)
    assert "cost.budget" not in endless.kinds()


async def test_a_budget_that_is_watched_no_longer_ends_nothing() -> None:
    talk = Watched()
    talk.recorder.event("agent.first_audio")
    talk.report(SPENT)
    talk.budget.stop()
    talk.budget.stop()
    talk.recorder.event("agent.turn_complete")
    talk.budget.check()
    assert "session.closed" not in talk.kinds()


async def test_a_conversation_ends_when_its_budget_is_spent() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        for tokens in (1000, SPENT):
            await caller.hear_text()
            await caller.speak(0.1, "hello")
            await caller.content(generation_complete=True)
            content = ServerContent(turn_complete=True)
            await caller.send(ServerMessage(server_content=content, usage_metadata=usage(tokens)))
        await caller.until_goodbye()

    said: list[Any] = []
    async with scripted(script) as url, live.connect(endpoint=url, budget_usd=1.0) as session:
        for _ in range(2):
            await session.send_text("hi")
            said.append(await session.next_turn())
        with pytest.raises(SessionClosedError, match="budget of"):
            await session.next_turn()
    assert [turn.cost.tokens.input["AUDIO"] for turn in said] == [1000, SPENT]
    assert session.cost.usd == pytest.approx(1.203)
    assert session.status == "error: the budget is spent"
    assert repr(session).endswith(": error: the budget is spent>")
    recording = session.recording
    assert all(turn.agent.complete and not turn.agent.interrupted for turn in recording.turns)
    assert len(recording.agent_audio()[0].nonzero()[0]) == 2 * 2400
