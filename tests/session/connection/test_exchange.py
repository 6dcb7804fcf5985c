"""What counts as answered, and what becomes of the rest when its connection ends."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

import numpy as np

import livekit_nb as live
from livekit_nb.audio.clip import as_clip
from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.errors import ConnectError
from livekit_nb.recording.recording import Recording
from livekit_nb.recording.turns.turn import Turn
from livekit_nb.session.session import Session
from livekit_nb.wire.messages import ClientContent, Transcription, VoiceActivity
from tests.session.memory_server import Line, MemoryServer, Script, converse, told

QUESTION = as_clip("tests/speech/weather_paris.flac").pcm16()
STORY = as_clip("tests/speech/story.flac").pcm16()


def hears(line: Line, *edges: str) -> None:
    for edge in edges:
        line.send(voice_activity=VoiceActivity(type=f"ACTIVITY_{edge}"))


def caption(line: Line, text: str) -> None:
    line.content(input_transcription=Transcription(text=text))


def interrupt(line: Line) -> None:
    line.content(interrupted=True)
    line.content(turn_complete=True)


async def hear_question(line: Line, sound: bytes = QUESTION) -> None:
    """Hear it out, as the shortest pause that ends a turn lets one."""
    await line.hear_sound(sound)
    await line.hear_frames(line.frames + 8)


def asked(*scripts: Script, turns: int = 1, **settings: Any) -> tuple[list[Turn], Recording]:
    """Ask a question aloud and wait for so many answers."""
    answers: list[Turn] = []

    async def talk(session: Session, _: MemoryServer) -> None:
        await session._say(QUESTION)
        answers.extend([(await session._next_turn(120))[1] for _ in range(turns)])

    recording = converse(list(scripts), talk, **settings)
    return answers, recording


def words(turn: Turn) -> str:
    assert turn.agent is not None
    return turn.agent.text


async def answer_again(line: Line) -> None:
    await line.accept()
    assert line.handle == "h1"
    await hear_question(line)
    line.answer("it is sunny in Paris")
    await line.left.wait()


# Interruptions of nobody's making -----------------------------------------------------------------


def test_what_a_phantom_cut_is_asked_again_from_before_it() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await hear_question(line)  # the last sound was but a moment ago
        hears(line, "START", "END")
        line.speak("it is", 0.1)
        interrupt(line)
        line.resumable("h2", index=line.frames)  # holds the question as if it were answered
        await line.left.wait()

    answers, _ = asked(first, answer_again, turns=2)
    assert words(answers[-1]) == "it is sunny in Paris"


def test_an_answer_that_is_here_to_its_last_word_is_heard_to_its_end() -> None:
    async def only(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await hear_question(line)
        hears(line, "START", "END")
        line.speak("it is sunny in Paris", 3.0)
        line.content(generation_complete=True)
        interrupt(line)
        await line.left.wait()

    (turn,), recording = asked(only)
    assert turn.agent is not None
    assert turn.agent.text == "it is sunny in Paris"
    assert not turn.agent.interrupted
    sound, _ = recording.agent_audio()
    assert np.count_nonzero(sound) == 3 * OUTPUT_RATE_HZ
    assert len(told(recording, "agent.phantom_interruption")) == 1
    assert told(recording, "agent.interrupted") == []


def test_who_really_speaks_up_interrupts() -> None:
    async def only(line: Line) -> None:
        await line.accept()
        await hear_question(line)
        hears(line, "START", "END")
        line.speak("it is sunny in Paris", 30.0)
        line.content(generation_complete=True)
        await line.hear_sound(STORY[:8000])
        hears(line, "START")
        interrupt(line)
        await line.hear_sound(STORY)
        hears(line, "END")
        line.answer("once upon a time")
        await line.left.wait()

    async def talk(session: Session, _: MemoryServer) -> None:
        await session._say(QUESTION)
        await session._status.until("speaking", 60)
        await session._say(STORY)
        _, first = await session._next_turn(60)
        assert first.agent is not None
        assert first.agent.interrupted
        assert words((await session._next_turn(60))[1]) == "once upon a time"

    converse([only], talk)


def test_a_call_in_an_answer_that_a_phantom_cut_is_not_made_twice() -> None:
    made: list[str] = []

    @live.tool
    def look_up(city: str) -> str:
        """Look up the weather."""
        made.append(city)
        return "sunny"

    async def look(line: Line, identity: str) -> None:
        await line.accept()
        await hear_question(line)
        hears(line, "START", "END")
        line.call(identity, "look_up", city="Paris")
        response = (await line.hear()).tool_response
        assert response is not None
        assert response.function_responses[0].response == {"result": "sunny"}

    async def first(line: Line) -> None:
        line.resumable("h1")
        await look(line, "call-1")
        line.speak("it is", 0.1)
        interrupt(line)
        await line.left.wait()

    async def second(line: Line) -> None:
        await look(line, "call-2")
        line.answer("it is sunny in Paris")
        await line.left.wait()

    answers, _ = asked(first, second, turns=2, tools=(look_up,))
    assert words(answers[-1]) == "it is sunny in Paris"
    assert made == ["Paris"]


# What was being said as the answer began ----------------------------------------------------------


def test_what_is_said_as_a_late_answer_begins_is_a_question_of_its_own() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_sound(QUESTION)
        await line.hear_sound(STORY[: len(STORY) // 2])
        hears(line, "START", "END")
        line.speak("it is", 0.1)  # of the first question: it has been on its way
        hears(line, "START")
        interrupt(line)
        await line.hear_sound(STORY)
        await line.hear_frames(line.frames + 60)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        await hear_question(line, STORY)
        assert QUESTION not in line.audio
        line.answer("once upon a time")
        await line.left.wait()

    async def talk(session: Session, _: MemoryServer) -> None:
        await session._say(QUESTION)
        await asyncio.sleep(0.7)
        await session._say(STORY)
        await session._next_turn(60)
        assert words((await session._next_turn(60))[1]) == "once upon a time"

    converse([first, second], talk)


# What the session that is resumed does not know ---------------------------------------------------


def ended_untold(said: list[ClientContent]) -> list[Script]:
    """Answer, and break off before the end of the turn is told; then hear what is said first."""

    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await hear_question(line)
        caption(line, "What's the weather in Paris?")
        line.speak("it is sunny in Paris", 2.0)
        line.content(generation_complete=True)
        await line.hear_frames(line.frames + 20)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        assert line.handle == "h1"
        line.resumable("h2", index=0)  # it does not know what was said before
        while True:
            message = await line.hear()
            if message.client_content is not None:
                said.append(message.client_content)
            elif message.realtime_input is not None and message.realtime_input.text:
                assert QUESTION not in line.audio
                line.answer("you are welcome")

    return [first, second]


async def thank(session: Session, _: MemoryServer) -> None:
    await session._say(QUESTION)
    _, turn = await session._next_turn(60)
    assert words(turn) == "it is sunny in Paris"
    assert turn.reason is None
    await session._status.until("listening", 60)
    await session._send_text("thanks")
    assert words((await session._next_turn(60))[1]) == "you are welcome"
    assert session.reconnects == 1


def test_an_answer_whose_end_was_not_told_is_told_to_the_session() -> None:
    said: list[ClientContent] = []
    converse(ended_untold(said), thank)
    (content,) = said
    assert content.turn_complete is False
    assert [(turn.role, turn.text) for turn in content.turns] == [
        ("user", "What's the weather in Paris?"),
        ("model", "it is sunny in Paris"),
    ]


def test_a_generation_that_takes_no_turns_by_then_is_told_nothing() -> None:
    said: list[ClientContent] = []
    converse(ended_untold(said), thank, model="gemini-3.1-flash-live-preview")
    assert said == []


def test_who_said_something_else_after_a_loss_is_not_asked_for_what_was_cut_off() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        await hear_question(line)
        caption(line, "What's the weather in Paris?")
        line.speak("it is sunny", 0.5)
        await line.hear_frames(line.frames + 30)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        history = (await line.hear()).client_content
        assert history is not None
        assert [turn.text for turn in history.turns] == [
            "What's the weather in Paris?",
            "it is sunny",
        ]
        await hear_question(line, STORY)
        assert QUESTION not in line.audio
        line.answer("once upon a time")
        await line.left.wait()

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._say(QUESTION)
        await session._status.until("reconnecting", 60)
        held = server.open

        async def refuse(*_: object) -> NoReturn:
            """Let the user say something else meanwhile."""
            session._lifeline._dialler._open_transport = held
            await session._say(STORY)
            raise ConnectError("nobody listens")

        session._lifeline._dialler._open_transport = refuse
        assert words((await session._next_turn(60))[1]) == "once upon a time"

    converse([first, second], talk)


def test_a_session_that_is_still_open_elsewhere_is_begun_anew_within_seconds() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await hear_question(line)
        caption(line, "What's the weather in Paris?")
        line.answer("it is sunny in Paris")
        line.resumable("h2", index=line.frames)
        await line.hear_frames(line.frames + 60)
        line.hang_up(1006)  # the server knows nothing of it, and keeps its end open

    async def refuse(line: Line) -> None:
        await line.hear()
        line.hang_up(1011, "Internal error encountered.")

    async def fresh(line: Line) -> None:
        await line.accept()
        assert not line.handle
        history = (await line.hear()).client_content
        assert history is not None
        assert history.turns[-1].text == "it is sunny in Paris"
        await line.left.wait()

    async def talk(session: Session, _: MemoryServer) -> None:
        await session._say(QUESTION)
        await session._next_turn(60)
        await session._status.until("reconnecting", 60)
        await session._status.until("listening", 60)

    recording = converse([first, refuse, refuse, fresh], talk)
    (resumed,) = told(recording, "session.resumed")
    assert resumed["fresh"] is True
    assert resumed["outage_s"] < 6


# Silence ------------------------------------------------------------------------------------------


def falls_silent(*, hears_it: bool) -> Script:
    """Answer nothing; whether it shows that it has heard what was asked."""

    async def script(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await hear_question(line)
        hears(line, "START", "END")
        if hears_it:
            caption(line, "What's the weather in Paris?")
        await line.left.wait()

    return script


def test_connections_that_stall_are_no_model_that_chooses_not_to_answer() -> None:
    stalls = falls_silent(hears_it=False)
    (turn,), recording = asked(stalls, stalls, answer_again)
    assert words(turn) == "it is sunny in Paris"
    assert told(recording, "agent.silent") == []


def test_a_question_that_is_let_be_is_told() -> None:
    async def wait(session: Session, server: MemoryServer) -> None:
        await session._say(QUESTION)
        await session._status.until("thinking", 60)
        await session._status.until("reconnecting", 60)
        await session._status.until("thinking", 60)
        await session._status.until("listening", 60)
        assert len(server.lines) == 2

    silent = falls_silent(hears_it=True)
    recording = converse([silent, silent], wait)
    assert told(recording, "agent.silent") == [{}]
