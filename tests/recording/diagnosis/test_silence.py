"""Questions that met with silence, a refusal, or nothing that could be heard."""

from __future__ import annotations

import asyncio

import pytest

import livekit_nb as live
from livekit_nb.lab.synthetic import QuickModels
from livekit_nb.session.session import Session
from tests.recording.diagnosis.conversations import Caller, Room, hold, kinds, the
from tests.recording.talks import a_talk
from tests.session.memory_server import Line, MemoryServer, converse


async def _two_sums(caller: Caller) -> None:
    await caller.say_text("What is 3 plus 4?")
    await caller.answer()
    await caller.wait(1.0)
    await caller.say_text("What is 12 plus 30?")
    await caller.answer()


def test_a_service_that_falls_silent_is_told_with_what_became_of_it() -> None:
    recording = hold(_two_sums, models=QuickModels(), faults=live.faults(silent_turn=2))
    found = the("silent_turn", recording)
    assert found.turn == 1
    assert "said nothing for 15 s" in found.message
    assert "An answer came" in found.message
    assert found.start_s == recording.turns[1].user.speech_end  # type: ignore[union-attr]


@pytest.mark.parametrize("reason", ["RESPONSE_REJECTED", "PROHIBITED_INPUT_CONTENT"])
def test_a_refusal_is_told_with_its_reason(reason: str) -> None:
    async def script(line: Line) -> None:
        await line.accept()
        await line.hear_text()
        line.content(turn_complete=True, turn_complete_reason=reason)
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("something bad")
        await session._next_turn(1)
        await asyncio.sleep(20)

    recording = converse([script], talk)
    found = the("refused_turn", recording)
    assert reason in found.message
    assert found.turn == 0
    assert kinds(recording) == ["refused_turn"]


@pytest.mark.parametrize("reason", [None, "NEED_MORE_INPUT"])
def test_a_turn_that_ends_without_a_word_is_silent_unless_more_is_waited_for(
    reason: str | None,
) -> None:
    async def script(line: Line) -> None:
        await line.accept()
        await line.hear_text()
        line.content(turn_complete=True, turn_complete_reason=reason)
        await line.hear()

    async def again(line: Line) -> None:
        await line.accept()
        line.answer(f"answer to {await line.hear_text()}")
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("Set a timer for")
        await session._next_turn(1)
        await asyncio.sleep(30)

    recording = converse([script, again], talk)
    if reason:
        assert kinds(recording) == []
    else:
        found = the("silent_turn", recording)
        assert "ended its turn without sound or words" in found.message


def test_what_nothing_came_of_is_left_unanswered() -> None:
    async def script(caller: Caller) -> None:
        await caller.say_text("What is 3 plus 4?")
        await caller.answer()
        await caller.wait(1.0)
        await caller.say_text("What is 12 plus 30?")
        await caller.wait(8.0)  # and then the user has enough

    recording = hold(script, models=QuickModels(), faults=live.faults(stall=3.2))
    found = the("unanswered", recording)
    assert found.turn == 1
    assert found.value == pytest.approx(9.0, abs=0.3)
    assert kinds(recording) == ["unanswered"]


def test_who_ends_the_talk_at_once_was_not_left_unanswered() -> None:
    async def script(caller: Caller) -> None:
        await caller.say_text("What is 12 plus 30?")
        await caller.wait(1.0)

    recording = hold(script, models=QuickModels(), faults=live.faults(stall=1.0))
    assert recording.turns[0].agent is None
    assert kinds(recording) == []


def test_a_noise_that_nobody_answers_was_no_question() -> None:
    from tests.recording.diagnosis.test_barge_in import slam

    async def script(caller: Caller) -> None:
        caller.room.sound(slam())
        await caller.wait(12.0)

    recording = hold(script, room=Room(noise_dbfs=-60.0))
    assert recording.speech("user")
    assert kinds(recording) == []


def test_an_answer_that_no_page_played_is_told() -> None:
    talk = a_talk().user("Hello?", 1.0, 2.0)
    talk.event(2.5, "agent.first_audio").event(2.6, "caption.agent", text="Hi.")
    talk.event(3.0, "agent.turn_complete", reason="").until(9.0)
    found = the("unheard_answer", talk.recording())
    assert found.turn == 0
