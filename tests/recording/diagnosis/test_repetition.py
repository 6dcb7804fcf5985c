"""Sentences that come twice: when that is told, and when there was a reason."""

from __future__ import annotations

import asyncio
from typing import Any

import livekit_nb as live
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.recording import Recording
from livekit_nb.session.session import Session
from tests.recording.diagnosis.conversations import Caller, hold, kinds, the
from tests.session.memory_server import Line, MemoryServer, converse

PLATFORM = "The train to Rome leaves from platform four at nine."


def find_train(city: str) -> str:
    """Find a train to a city."""
    return f"{PLATFORM} Please be there in time. {PLATFORM}"


def answering(*pairs: tuple[str, str]) -> Recording:
    """A conversation in which these questions are typed and answered so."""

    async def script(line: Line) -> None:
        await line.accept()
        for asked, answer in pairs:
            assert await line.hear_text() == asked
            line.answer(answer)
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        for asked, _ in pairs:
            await session._send_text(asked)
            await session._next_turn(5)
            await asyncio.sleep(1.0)

    return converse([script], talk)


def test_a_sentence_said_twice_in_a_turn() -> None:
    async def script(caller: Caller) -> None:
        await caller.session._send_text("Find a train to Rome.")
        await caller.answer()

    recording = hold(script, tools=[find_train])
    found = the("repeated_sentence", recording)
    assert found.turn == 0
    assert "twice in this turn" in found.message
    assert "platform" in found.quote
    assert "platform" in str(found)
    for hidden in (repr(found), found.message, repr(recording.findings), recording.summary()):
        assert "platform" not in hidden
    assert "platform" not in recording.findings._repr_html_()
    assert "platform" not in recording.findings.to_json()


def test_the_same_answer_to_two_questions() -> None:
    recording = answering(
        ("What is the time?", PLATFORM), ("Is it raining in Berlin?", f"Well, {PLATFORM}")
    )
    found = the("repeated_sentence", recording)
    assert found.turn == 1
    assert "as in turn 0" in found.message


def test_what_begins_alike_is_not_the_same() -> None:
    recording = answering(
        ("And in Paris?", "In Paris it is clear and sunny at 21 degrees today."),
        ("And in Berlin?", "In Berlin it is clear and sunny at 18 degrees today."),
        ("And tomorrow?", "In Berlin it will be clear and sunny at 19 degrees tomorrow."),
    )
    assert kinds(recording) == []


def test_polite_formulas_may_come_back() -> None:
    recording = answering(
        ("What is 3 plus 4?", "That is 7. Anything else I can do?"),
        ("What is 5 plus 4?", "That is 9. Anything else I can do?"),
    )
    assert kinds(recording) == []


def test_who_asks_to_repeat_gets_it_again() -> None:
    recording = answering(
        ("When does it leave?", PLATFORM),
        ("Can you say that again?", PLATFORM),
        ("Can you say that again, please?", PLATFORM),
    )
    assert kinds(recording) == []


def test_who_asks_the_same_again_gets_the_same() -> None:
    question = "When does the train to Rome leave?"
    assert kinds(answering((question, PLATFORM), (question, PLATFORM))) == []


def test_an_answer_given_anew_after_a_lost_connection_is_no_repetition() -> None:
    async def script(caller: Caller) -> None:
        await caller.say_text("Find a train to Rome.")
        await caller.answer()
        await caller.wait(1.0)

    def once(city: str) -> str:
        """Find a train to a city."""
        return PLATFORM

    once.__name__ = "find_train"
    drops: Any = live.faults(drop={"turn": 1})
    recording = hold(script, models=QuickModels(), tools=[once], faults=drops)
    assert any(event.kind == "session.resumed" for event in recording.events)
    assert "repeated_sentence" not in kinds(recording)
