"""Turns that end without a word, and whether the question is put again over another connection."""

from __future__ import annotations

import asyncio

import pytest

import livekit_nb as live
from livekit_nb.audio.pcm import INPUT_RATE_HZ
from livekit_nb.session.session import Session
from tests.recording.talks import pcm, voice
from tests.session.memory_server import Line, MemoryServer, converse


@pytest.mark.parametrize("reason", ["RESPONSE_REJECTED", "PROHIBITED_INPUT_CONTENT"])
def test_what_was_refused_is_not_asked_again(reason: str) -> None:
    async def script(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.content(turn_complete=True, turn_complete_reason=reason)
        line.answer(f"answer to {await line.hear_text()}")
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("something bad")
        _, turn = await session._next_turn(1)
        assert (turn.agent, turn.reason) == (None, reason)
        await asyncio.sleep(120)
        assert session.reconnects == 0
        await session._send_text("hi")
        _, turn = await session._next_turn(1)
        assert turn.agent is not None
        assert turn.agent.text == "answer to hi"

    converse([script], talk)


def test_a_turn_that_ends_without_a_word_or_a_reason_is_asked_again() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.content(turn_complete=True)
        await line.hear()

    async def second(line: Line) -> None:
        await line.accept()
        line.answer(f"answer to {await line.hear_text()}")
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("hi")
        _, silent = await session._next_turn(1)
        _, turn = await session._next_turn(60)
        assert silent.agent is None
        assert turn.agent is not None
        assert (turn.index, turn.agent.text) == (silent.index, "answer to hi")

    converse([first, second], talk)


@pytest.mark.parametrize("told", ["generation", "turn"])
def test_a_tool_whose_result_is_not_spoken_of_is_not_called_again(told: str) -> None:
    noted = []

    @live.tool(scheduling="silent", blocking=False)
    def note(text: str) -> str:
        """Note something."""
        noted.append(text)
        return "ok"

    async def script(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.call("c1", "note", text="milk")
        assert (await line.hear()).tool_response is not None
        if told == "generation":
            line.content(generation_complete=True)
        line.content(turn_complete=True)
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("note: milk")
        _, turn = await session._next_turn(10)
        assert turn.agent is None
        await asyncio.sleep(120)
        assert session.reconnects == 0
        assert session.status == "listening"

    converse([script], talk, tools=(note,))
    assert noted == ["milk"]


CHOOSING = "gemini-3.8-live"
REMARK = pcm(voice(1.0, INPUT_RATE_HZ))


@pytest.mark.parametrize(("proactive", "times"), [(None, 2), (True, 1)])
def test_what_is_said_to_somebody_else_is_let_be(proactive: bool | None, times: int) -> None:
    """A model that chooses what to answer is asked once more, and trusted where that was asked."""

    async def script(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_sound(REMARK)
        await line.hear_frames(line.frames + 30)
        line.content(input_transcription={"text": "did you feed the cat"})
        line.content(turn_complete=True)
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._say(REMARK)
        await asyncio.sleep(300)
        assert len(server.lines) == times
        assert session.status == "listening"

    converse([script] * 3, talk, proactive=proactive, model=CHOOSING)


def test_a_connection_over_which_nothing_comes_is_left_twice_for_one_question() -> None:
    async def script(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        while True:
            await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("hi")
        await asyncio.sleep(100)
        assert len(server.lines) == 3

    converse([script] * 4, talk)


@pytest.mark.parametrize(("tool_s", "model_s"), [(20.0, 1.0), (13.0, 10.0)])
def test_a_slow_tool_and_a_slow_model_are_waited_for(tool_s: float, model_s: float) -> None:
    @live.tool
    async def slow() -> str:
        """Take a while."""
        await asyncio.sleep(tool_s)
        return "done"

    async def script(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.call("c1", "slow")
        assert (await line.hear()).tool_response is not None
        await asyncio.sleep(model_s)
        line.answer("It is done.")
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("do it")
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "It is done."
        assert session.reconnects == 0

    converse([script], talk, tools=(slow,))
