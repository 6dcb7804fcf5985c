"""Recordings played back: both voices again, or somebody else's; tools that really run."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from livekit_nb.errors import SessionClosedError
from livekit_nb.lab.synthetic import spoken
from livekit_nb.recording.recording import Recording
from livekit_nb.session.session import Session
from tests.session.replay.rehearsals import as_it_was, ask, held, played_back, told
from tests.session.replay.scores import Score

FRAME_S = 0.02
TOOL_S = 0.3


def weather(takes_s: float = TOOL_S, ran: list[str] | None = None, celsius: int = 21) -> Any:
    async def get_weather(city: str) -> dict[str, Any]:
        """Current weather for a city."""
        if ran is not None:
            ran.append(city)
        await asyncio.sleep(takes_s)
        return {"city": city, "celsius": celsius}

    return get_weather


async def _captured(session: Session) -> None:
    await ask(session, "Hello there.")
    await ask(session, "What's the weather in Paris?")
    await asyncio.sleep(0.9)
    await session._say(spoken("Tell me a story."))
    await asyncio.sleep(2.5)
    await session._say(spoken("What is 12 plus 30?"))
    await session._next_turn(60.0)
    await session._next_turn(60.0)
    await asyncio.sleep(1.0)


@pytest.fixture(scope="module")
def captured() -> Recording:
    """A greeting, a tool, and a story that is interrupted."""
    return held(_captured, [weather()])


def test_both_voices_again_with_every_turn_word_and_call_when_it_was(captured: Recording) -> None:
    again = played_back(captured, as_it_was(captured), [weather()])
    assert len(again.turns) == len(captured.turns) == 4
    for new, old in zip(again.turns, captured.turns, strict=True):
        assert new.user is not None
        assert old.user is not None
        assert new.agent is not None
        assert old.agent is not None
        assert (new.user.text, new.agent.text) == (old.user.text, old.agent.text)
        assert new.interrupted == old.interrupted
        assert new.user.start == pytest.approx(old.user.start, abs=FRAME_S)
        assert new.agent.first_audible == pytest.approx(old.agent.first_audible, abs=FRAME_S)
        assert new.agent.end == pytest.approx(old.agent.end, abs=FRAME_S)
        assert new.latency.voice_to_voice == pytest.approx(old.latency.voice_to_voice, abs=FRAME_S)
        assert new.barge_in_stop_s == pytest.approx(old.barge_in_stop_s, abs=FRAME_S)
    kinds = {event.kind for event in captured.events} - {"session.connecting", "session.closed"}
    for kind in kinds - {"session.ready"}:
        before, after = told(captured, kind), told(again, kind)
        assert [t for t, _, _ in after] == pytest.approx([t for t, _, _ in before], abs=1e-3), kind
        if kind != "tool.response":
            assert [data for _, _, data in after] == [data for _, _, data in before]


def test_every_sample_of_both_sides_is_the_same(captured: Recording) -> None:
    again = played_back(captured, as_it_was(captured), [weather()])
    for side in ("user_audio", "agent_audio"):
        old, _ = getattr(captured, side)()
        new, _ = getattr(again, side)()
        both = min(len(old), len(new))
        last = max(turn.agent.end for turn in captured.turns if turn.agent is not None)
        assert both >= last * (16_000 if side == "user_audio" else 24_000)
        assert np.array_equal(old[:both], new[:both])
    every = sum(message.samples[1] for message in captured.messages if message.samples)
    assert np.array_equal(again.received_audio(0, every), captured.received_audio(0, every))


def test_it_says_what_it_is_and_costs_nothing(captured: Recording) -> None:
    again = played_back(captured, as_it_was(captured), [weather()])
    label = "recording of server in memory · gemini-3.8-live (played back)"
    assert [data["endpoint"] for _, _, data in told(again, "session.connecting")] == [label]
    assert [data["replay"] for _, _, data in told(again, "session.ready")] == [label]
    assert again.cost.usd == 0.0
    assert again.cost.tokens == captured.cost.tokens
    assert again.cost.line.startswith("nothing (a recording is played back); would cost $")
    assert "played back from a recording" in again.summary()
    twice = played_back(again, as_it_was(again), [weather()])
    assert [data["replay"] for _, _, data in told(twice, "session.ready")] == [label]
    assert [turn.agent.text for turn in twice.turns if turn.agent] == [
        turn.agent.text for turn in captured.turns if turn.agent
    ]


def test_after_the_last_sound_it_hangs_up(captured: Recording) -> None:
    async def talk(session: Session) -> None:
        await session._say_as_recorded(captured)
        for _ in captured.turns:
            await session._next_turn(60.0)
        with pytest.raises(SessionClosedError, match="the recording is over"):
            await session._next_turn(60.0)

    again = played_back(captured, talk, [weather()])
    (end,) = told(again, "session.closed")
    agent = [turn.agent for turn in again.turns][-1]
    assert agent is not None
    assert agent.end is not None
    assert again.duration_s == pytest.approx(agent.end + 1.0, abs=0.15)
    assert end[2]["code"] == 1000


# Tools ------------------------------------------------------------------------------------------


def times(recording: Recording, kind: str) -> list[float]:
    return [t for t, _, _ in told(recording, kind)]


def test_what_follows_a_tool_that_takes_longer_comes_later_and_so_does_the_user(
    captured: Recording,
) -> None:
    ran: list[str] = []
    slow = played_back(captured, as_it_was(captured), [weather(TOOL_S + 2.0, ran)])
    assert ran == ["Paris"]
    old, new = times(captured, "agent.first_audio"), times(slow, "agent.first_audio")
    assert new[0] == pytest.approx(old[0], abs=1e-3)
    assert new[1:] == pytest.approx([t + 2.0 for t in old[1:]], abs=1e-3)
    for before, after in zip(captured.turns[2:], slow.turns[2:], strict=True):
        assert before.user is not None
        assert after.user is not None
        assert after.user.start == pytest.approx(before.user.start + 2.0, abs=FRAME_S)


def test_a_tool_that_is_quicker_changes_nothing(captured: Recording) -> None:
    quick = played_back(captured, as_it_was(captured), [weather(0.01)])
    (response,) = told(quick, "tool.response")
    assert response[2]["duration_s"] < TOOL_S
    old, new = times(captured, "agent.first_audio"), times(quick, "agent.first_audio")
    assert new == pytest.approx(old, abs=1e-3)


def test_a_tool_that_fails_or_is_not_there_is_told_and_the_agent_goes_on(
    captured: Recording,
) -> None:
    async def get_weather(city: str) -> str:
        """Current weather for a city."""
        raise ValueError("the station is closed")

    for tools in ([get_weather], []):
        again = played_back(captured, as_it_was(captured), tools)
        (response,) = told(again, "tool.response")
        assert response[2]["error"]
        assert [turn.agent.text for turn in again.turns if turn.agent] == [
            turn.agent.text for turn in captured.turns if turn.agent
        ]


def test_a_call_that_was_withdrawn_is_withdrawn_from_the_tool_that_runs() -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.says(3.0, toolCall={"functionCalls": [{"id": "a", "name": "wait", "args": {}}]})
    score.says(4.0, toolCallCancellation={"ids": ["a"]})
    score.speaks(5.0, "Never mind.")
    score.content(5.5, generationComplete=True, turnComplete=True)
    ended: list[str] = []

    async def wait() -> None:
        """Take for ever."""
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    again = played_back(score.recording, as_it_was(score.recording), [wait])
    assert ended == ["cancelled"]
    assert [t for t, _, _ in told(again, "tool.call", "tool.cancelled")] == pytest.approx(
        [2.5, 3.5], abs=1e-3
    )
    assert [turn.agent.text for turn in again.turns if turn.agent] == ["Never mind."]


# Somebody else speaks -----------------------------------------------------------------------------


async def _greeting_and_sum(session: Session) -> None:
    await ask(session, "Hello there.")
    await ask(session, "What is 12 plus 30?")


def waits(recording: Recording) -> list[float]:
    found = [turn.latency.voice_to_voice for turn in recording.turns]
    return [wait for wait in found if wait is not None]


def test_an_answer_waits_for_whoever_speaks_and_comes_as_long_after_as_then() -> None:
    original = held(_greeting_and_sum)

    async def talk(session: Session) -> None:
        await ask(session, "Good morning to you over there, dear friend.", 5.0)
        await ask(session, "Sum?", 7.0)

    live = played_back(original, talk)
    assert [turn.agent.text for turn in live.turns if turn.agent] == [
        turn.agent.text for turn in original.turns if turn.agent
    ]
    # It must be clear first that they have finished: that takes a quarter of a second.
    for new, old in zip(waits(live), waits(original), strict=True):
        assert max(old, 0.25) - 0.03 <= new <= max(old, 0.25) + 0.06
    first, second = live.turns
    assert first.user is not None
    assert second.user is not None
    assert first.user.start > 4.9
    assert second.user.start - first.user.start > 6.9


def test_a_live_user_waits_for_their_own_tool(captured: Recording) -> None:
    ran: list[str] = []

    async def talk(session: Session) -> None:
        await ask(session, "Hello there.")
        await ask(session, "Paris?", 3.0)

    live = played_back(captured, talk, [weather(TOOL_S + 1.5, ran)])
    assert ran == ["Paris"]
    then_s = times(captured, "agent.first_audio")[1] - times(captured, "tool.call")[0]
    now_s = times(live, "agent.first_audio")[1] - times(live, "tool.call")[0]
    assert now_s == pytest.approx(then_s + 1.5, abs=1e-3)
    assert live.turns[1].agent is not None
    assert live.turns[1].agent.text == "In Paris it is 21 degrees Celsius."


def test_who_answers_sooner_than_the_recorded_user_is_answered_sooner() -> None:
    async def slow(session: Session) -> None:
        await ask(session, "Hello there.", 6.0)
        await ask(session, "What is 12 plus 30?", 20.0)

    async def quick(session: Session) -> None:
        await ask(session, "Hello there.", 0.5)
        await ask(session, "What is 12 plus 30?", 0.5)

    live = played_back(held(slow), quick)
    assert live.duration_s < 8.0
    assert max(waits(live)) < 0.6


def test_who_goes_on_speaking_is_not_answered_before_they_have_finished() -> None:
    original = held(_greeting_and_sum)

    async def talk(session: Session) -> None:
        await asyncio.sleep(1.0)
        await session._say(spoken("Hello"))
        await asyncio.sleep(0.3)
        await session._say(spoken("you over there"))
        await session._next_turn(60.0)

    live = played_back(original, talk)
    (first,) = times(live, "agent.first_audio")
    begun_s = told(live, "session.ready")[0][0]
    (turn,) = live.turns
    assert turn.user is not None
    assert turn.user.speech_end is not None
    assert first + begun_s > turn.user.speech_end


def test_what_is_typed_is_answered_too() -> None:
    original = held(_greeting_and_sum)

    async def talk(session: Session) -> None:
        await asyncio.sleep(3.0)
        await session._send_text("Hello!")
        await session._next_turn(60.0)
        await ask(session, "And what is the sum?")

    live = played_back(original, talk)
    assert [turn.agent.text for turn in live.turns if turn.agent] == [
        turn.agent.text for turn in original.turns if turn.agent
    ]


def test_what_the_recorded_user_typed_is_typed_again() -> None:
    async def typing(session: Session) -> None:
        await asyncio.sleep(1.0)
        await session._send_text("Hello there.")
        await session._next_turn(60.0)
        await ask(session, "What is 12 plus 30?")

    original = held(typing)
    again = played_back(original, as_it_was(original))
    assert [turn.user.text for turn in again.turns if turn.user] == [
        turn.user.text for turn in original.turns if turn.user
    ]
    assert told(again, "user.text")[0][0] == pytest.approx(
        told(original, "user.text")[0][0], abs=1e-3
    )


async def _interrupting(session: Session) -> None:
    await asyncio.sleep(1.0)
    await session._say(spoken("Tell me a story."))
    await asyncio.sleep(2.5)
    await session._say(spoken("What is 12 plus 30?"))
    await session._next_turn(60.0)
    await session._next_turn(60.0)


def test_who_interrupts_where_it_was_interrupted_cuts_the_agent_short() -> None:
    original = held(_interrupting)

    async def talk(session: Session) -> None:
        await asyncio.sleep(1.0)
        await session._say(spoken("A story, please."))
        await asyncio.sleep(2.0)
        await session._say(spoken("No, rather a sum."))
        await session._next_turn(60.0)
        await session._next_turn(60.0)

    live = played_back(original, talk)
    assert [turn.interrupted for turn in live.turns] == [True, False]
    assert live.turns[0].barge_in_stop_s is not None
    assert live.turns[0].barge_in_stop_s < 0.6


def test_who_does_not_interrupt_hears_all_that_was_received_and_then_the_turn_is_over() -> None:
    original = held(_interrupting)

    async def talk(session: Session) -> None:
        await ask(session, "A story, please.")
        await ask(session, "Now a sum.", 3.0)

    live = played_back(original, talk)
    assert [turn.interrupted for turn in live.turns] == [False, False]
    story, total = live.turns
    assert story.agent is not None
    assert total.agent is not None
    assert original.turns[1].agent is not None
    assert total.agent.text == original.turns[1].agent.text
    assert len(told(live, "agent.turn_complete")) == 2


def test_push_to_talk_says_itself_when_it_has_finished() -> None:
    original = held(_greeting_and_sum)

    async def talk(session: Session) -> None:
        for text in ("Hello there.", "And the sum?"):
            await asyncio.sleep(2.0)
            await session._turns.push()
            await session._say(spoken(text))
            await session._turns.release()
            await session._next_turn(60.0)

    live = played_back(original, talk, activity="manual")
    assert [turn.agent.text for turn in live.turns if turn.agent] == [
        turn.agent.text for turn in original.turns if turn.agent
    ]
