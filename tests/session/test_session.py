"""A conversation, held with a server that does what the test says."""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest

import livekit_nb as live
from livekit_nb.engine import QUICK_SWITCH_S, _Crossing
from livekit_nb.errors import AudioError, SessionClosedError, SettingsError
from livekit_nb.wire.messages import ServerMessage, Transcription, VoiceActivity
from tests.patience import PATIENCE_S
from tests.session.scripted_server import Caller, scripted

ENDED = "agent.turn_complete"

BEEP = live.Clip(0.3 * np.sin(np.arange(3200) * 0.2), 16000)


def kinds(recording: live.Recording) -> list[str]:
    return [event.kind for event in recording.events]


async def test_what_is_said_arrives_whole_and_in_order() -> None:
    heard: Future[bytes] = Future()

    async def script(caller: Caller) -> None:
        await caller.setup()
        heard.set_result(await caller.hear_audio(3200 * 6))
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.say(BEEP)
        await session.say(BEEP)
        pcm = await asyncio.wrap_future(heard)
    assert pcm.count(BEEP.pcm16()) == 2


async def test_an_answer_is_a_turn_once_it_was_heard() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.content(input_transcription=None)
        await caller.answer(0.3, "hello there")
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.send_text("hi")
        turn = await session.next_turn()
        agent, rate_hz = session.recording.agent_audio()
    assert turn.agent is not None
    assert turn.agent.text == "hello there"
    assert turn.agent.interrupted is False
    assert turn.user is not None
    assert turn.user.text == "hi"
    assert np.count_nonzero(agent) == round(0.3 * rate_hz)


async def test_a_refused_turn_comes_back_without_an_answer_and_the_next_one_is_answered() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.content(turn_complete=True, turn_complete_reason="PROHIBITED_INPUT_CONTENT")
        await caller.hear_text()
        await caller.answer(0.05, "hello")
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.send_text("say something bad")
        refused = await session.next_turn()
        assert session.status == "listening"
        await session.send_text("hi")
        answered = await session.next_turn()
    assert (refused.index, refused.agent) == (0, None)
    assert refused.reason == "PROHIBITED_INPUT_CONTENT"
    assert "no answer: PROHIBITED_INPUT_CONTENT" in str(refused)
    assert answered.agent is not None
    assert (answered.index, answered.agent.text, answered.reason) == (1, "hello", None)


async def test_turns_come_in_order_and_each_once() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        for number in ("one", "two", "three"):
            await caller.hear_text()
            await caller.answer(0.05, number)
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        texts = []
        for _ in range(3):
            await session.send_text("next")
            turn = await session.next_turn()
            assert turn.agent is not None
            texts.append(turn.agent.text)
    assert texts == ["one", "two", "three"]


async def test_a_turn_that_came_too_late_for_a_cancelled_caller_goes_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrived = threading.Event()
    as_ever = _Crossing._cross

    def cross(crossing: _Crossing[Any], task: asyncio.Task[Any]) -> None:
        as_ever(crossing, task)
        arrived.set()

    async def script(caller: Caller) -> None:
        await caller.setup()
        for number in ("one", "two"):
            await caller.hear_text()
            await caller.answer(0.05, number)
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.send_text("next")
        monkeypatch.setattr(_Crossing, "_cross", cross)
        waiting = session.next_turn()
        waiting.send(None)
        assert arrived.wait(PATIENCE_S)  # and no further: this loop does not turn
        with pytest.raises(asyncio.CancelledError):
            waiting.throw(asyncio.CancelledError())
        await session.send_text("next")
        turns = [await session.next_turn(), await session.next_turn()]
    assert [turn.agent and turn.agent.text for turn in turns] == ["one", "two"]


async def test_an_interruption_silences_at_once_and_is_a_turn_of_its_own() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.speak(60.0, "a very long story")
        await caller.hear_text()
        await caller.content(interrupted=True)
        await caller.content(turn_complete=True)
        await caller.answer(0.05, "yes?")
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.send_text("tell me a story")
        await session.send_text("stop")
        story = await session.next_turn()
        answer = await session.next_turn()
    assert story.agent is not None
    assert story.agent.interrupted
    assert answer.agent is not None
    assert answer.agent.text == "yes?"
    assert kinds(session.recording).count("agent.interrupted") == 1
    assert session.recording.duration_s < 30


@pytest.mark.parametrize(("code", "reason"), [(1011, "Internal error encountered."), (1006, "")])
async def test_a_close_in_the_middle_ends_the_wait_and_keeps_the_recording(
    code: int, reason: str
) -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.speak(0.2, "I was about to")
        if code == 1006:
            caller.socket.transport.abort()
        else:
            await caller.socket.close(code, reason)

    async with scripted(script) as url, live.connect(endpoint=url, resumption=False) as session:
        await session.send_text("hi")
        with pytest.raises(SessionClosedError) as caught:
            await session.next_turn()
        with pytest.raises(SessionClosedError):
            await session.say(BEEP)
    assert caught.value.code == code
    assert session.status.startswith("error: ")
    assert "session.closed" in kinds(session.recording)
    assert any(event.kind == "caption.agent" for event in session.recording.events)


async def test_a_frame_that_is_none_ends_the_conversation_with_a_reason() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.socket.send("this is no frame")
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        with pytest.raises(SessionClosedError, match="no JSON"):
            await session.next_turn()


async def test_half_a_sample_ends_the_conversation_with_a_reason() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.socket.send(
            '{"serverContent":{"modelTurn":{"parts":[{"inlineData":'
            '{"mimeType":"audio/pcm;rate=24000","data":"AAAA"}}]}}}'
        )
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        with pytest.raises(SessionClosedError, match="even number"):
            await session.next_turn()


@pytest.mark.parametrize("sound", [np.zeros(100), b"\0\0", "missing.wav", 7, (np.zeros(9), -1)])
async def test_wrong_audio_is_refused_and_the_conversation_goes_on(sound: object) -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.answer(0.05)
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        with pytest.raises(AudioError):
            await session.say(sound)
        await session.send_text("still there?")
        assert (await session.next_turn()).agent is not None


async def test_waiting_in_vain_says_what_to_look_at() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        with pytest.raises(TimeoutError, match=r"session\.status"):
            await session.next_turn(timeout_s=0.01)
        for text in (" ", "caf\udce9"):
            with pytest.raises(SettingsError):
                await session.send_text(text)


async def test_usage_is_recorded() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.speak(0.05)
        await caller.socket.send(
            '{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":10,'
            '"responseTokenCount":5,"totalTokenCount":15,'
            '"promptTokensDetails":[{"modality":"AUDIO","tokenCount":10}]}}'
        )
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.send_text("hi")
        await session.next_turn()
        (usage,) = [event.data for event in session.recording.events if event.kind == "usage"]
    assert usage["total_tokens"] == 15
    assert usage["prompt"] == {"AUDIO": 10}


def test_it_works_from_a_script() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.answer(0.05, "hello")
        await caller.until_goodbye()

    async def talk() -> str:
        async with scripted(script) as url:
            session = await live.connect(endpoint=url)
            await session.send_text("hi")
            turn = await session.next_turn()
            await session.close()
            await session.close()
            assert session.status == "stopped"
            assert turn.agent is not None
            return turn.agent.text

    assert asyncio.run(talk()) == "hello"


async def test_a_status_can_be_waited_for() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.answer(0.02)
        await caller.hear_text()
        await caller.socket.close(1011)

    async with scripted(script) as url, live.connect(endpoint=url, resumption=False) as session:
        await session.until("listening")
        with pytest.raises(SettingsError, match="speaking"):
            await session.until("talking")
        with pytest.raises(TimeoutError, match="is listening, not speaking"):
            await session.until("speaking", timeout_s=0.01)
        spoke = asyncio.ensure_future(session.until("speaking"))
        await session.send_text("hi")
        await spoke
        await session.until("listening")
        await session.send_text("bye")
        with pytest.raises(SessionClosedError):
            await session.until("speaking")
        with pytest.raises(SessionClosedError):
            await session.until("stopped")


async def test_computing_cells_give_way_sooner_only_while_a_conversation_runs() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()

    usual_s = sys.getswitchinterval()
    assert usual_s > QUICK_SWITCH_S
    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.until("listening")
        assert sys.getswitchinterval() == pytest.approx(QUICK_SWITCH_S, rel=0.02)
        await session.send_text("bye")
    assert sys.getswitchinterval() == pytest.approx(usual_s, rel=0.02)


async def test_a_word_said_while_tools_run_is_part_of_the_turn() -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.speak(0.1, "one moment ")
        await caller.content(generation_complete=True)
        await caller.content(turn_complete=True, interaction_status="IN_PROGRESS")
        await caller.answer(0.2, "here it is")
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.send_text("hi")
        turn = await session.next_turn()
        agent, rate_hz = session.recording.agent_audio()
    assert turn.agent is not None
    assert turn.agent.text == "one moment here it is"
    assert np.count_nonzero(agent) == round(0.3 * rate_hz)
    assert len(session.recording.turns) == 1


@pytest.mark.parametrize("sign", ["typed", "activity", "caption"])
async def test_what_is_asked_while_tools_run_is_a_turn_of_its_own(sign: str) -> None:
    async def script(caller: Caller) -> None:
        await caller.setup()
        await caller.hear_text()
        await caller.speak(0.1, "one moment")
        await caller.content(generation_complete=True)
        await caller.content(turn_complete=True, interaction_status="IN_PROGRESS")
        if sign == "caption":
            await caller.content(input_transcription=Transcription(text="And now?"))
        elif sign == "activity":
            await caller.send(ServerMessage(voice_activity=VoiceActivity(type="ACTIVITY_START")))
        else:
            await caller.send(ServerMessage(voice_activity=VoiceActivity(type="ACTIVITY_END")))
            await caller.hear_text()
        await caller.answer(0.2, "something else")
        await caller.until_goodbye()

    arrived: Future[None] = Future()  # what the server says before the second question
    async with scripted(script) as url, live.connect(endpoint=url) as session:
        session._recorder.subscribe(
            lambda event: arrived.set_result(None) if event.kind == "activity.end" else None
        )
        await session.send_text("hi")
        if sign == "typed":
            await asyncio.wrap_future(arrived)
            await session.send_text("And now?")
        for _ in range(2):
            await session.next_turn(timeout_s=5)
    told = [kind for kind in kinds(session.recording) if kind in ("agent.first_audio", ENDED)]
    assert told == ["agent.first_audio", ENDED] * 2
