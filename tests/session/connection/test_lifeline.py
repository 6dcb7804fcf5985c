"""Conversations that go on over several connections, with a server in memory, in virtual time."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from livekit_nb.audio.clip import as_clip
from livekit_nb.errors import MessageLostError, SettingsError
from livekit_nb.session.access.endpoint import Endpoint
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.fault_plan import FaultPlan
from livekit_nb.wire.messages import Blob
from tests.session.memory_server import Line, MemoryServer, converse, told, wait_for_goodbye

QUESTION = as_clip("tests/speech/weather_paris.flac").pcm16()


PICTURE = Blob(data=b"\xff\xd8\xff\xe0", mime_type="image/jpeg")
STORY = as_clip("tests/speech/story.flac").pcm16()


async def answer_text(line: Line) -> None:
    await line.accept()
    while True:
        line.answer(f"answer to {await line.hear_text()}")


def test_a_question_cut_by_a_drop_is_heard_whole_after_the_resume() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_frames(100)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        assert line.handle == "h1"
        await line.hear_sound(QUESTION)
        line.answer("sunny")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._say(QUESTION)
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "sunny"
        assert session.reconnects == 1
        assert server.lines[1].headers["x-livekit-nb-connection"] == "2"
        ids = {line.headers["x-livekit-nb-session"] for line in server.lines}
        assert len(ids) == 1

    recording = converse([first, second], talk)
    assert told(recording, "session.reconnecting") == [{"attempt": 1, "code": 1006, "reason": ""}]
    (resumed,) = told(recording, "session.resumed")
    assert resumed["fresh"] is False
    assert 0.4 <= resumed["outage_s"] <= 0.7
    assert resumed["replayed_s"] > 0
    assert told(recording, "uplink.lost") == []


def test_what_was_answered_is_not_said_again() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        await line.hear_sound(QUESTION)
        await line.hear_frames(line.frames + 10)
        line.answer("sunny")
        line.resumable("h1")
        await line.hear_frames(line.frames + 100)
        line.hang_up(1011, "Internal error encountered.")

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_sound(STORY)
        assert QUESTION not in line.audio
        line.answer("once upon a time")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._say(QUESTION)
        await session._next_turn(60)
        await session._status.until("reconnecting", 60)
        await session._say(STORY)
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "once upon a time"

    converse([first, second], talk)


def test_silence_is_not_said_again() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_frames(500)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_frames(60)  # what was captured during the outage, and live sound
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._status.until("reconnecting", 60)
        await session._status.until("listening", 60)
        await asyncio.sleep(1)
        assert server.lines[1].frames < 100

    recording = converse([first, second], talk)
    assert told(recording, "session.resumed")[0]["replayed_s"] == 0


@pytest.mark.parametrize("code", [1000, 1001, 1005, 1006, 1011, 1012])
def test_typed_text_and_its_answer_survive(code: int) -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        assert await line.hear_text() == "hello"
        line.hang_up(code)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("hello")
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "answer to hello"

    converse([first, answer_text], talk)


def test_what_is_typed_while_there_is_no_connection_is_sent_over_the_next() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_frames(10)
        line.hang_up(1006)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._status.until("reconnecting", 60)
        await session._send_text("are you there?")
        assert session.status == "reconnecting"
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "answer to are you there?"

    converse([first, answer_text], talk)


def test_half_an_answer_goes_on_playing_and_the_whole_one_is_waited_for() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.speak("it is sunny and", 2.0)
        await line.hear_frames(line.frames + 10)
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_text()
        line.answer("it is sunny and warm", 1.0)
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("the weather?")
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "it is sunny and … it is sunny and warm"
        heard, rate_hz = session.recording.agent_audio()
        assert np.count_nonzero(heard) == 3.0 * rate_hz

    (turn,) = converse([first, second], talk).turns
    assert turn.agent is not None
    assert turn.agent.complete


def test_a_refused_handle_leads_to_a_fresh_session_that_is_told_what_was_said() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        await line.hear_text()
        line.answer("Berlin has four million people")
        line.resumable("h1")
        await line.hear_text()
        line.hang_up(1006)

    async def second(line: Line) -> None:
        await line.hear()
        line.hang_up(1008, "BidiGenerateContent session not found")

    async def third(line: Line) -> None:
        setup = (await line.accept()).setup
        assert setup is not None
        assert line.handle != "h1"
        assert setup.history_config is not None
        assert setup.system_instruction is not None
        assert "Be brief." in setup.system_instruction.text
        assert "captioned" in setup.system_instruction.text
        history = (await line.hear()).client_content
        assert history is not None
        assert history.turn_complete is True
        said = [(turn.role, turn.text) for turn in history.turns]
        assert said == [
            ("user", "How big is Berlin?"),
            ("model", "Berlin has four million people"),
        ]
        assert await line.hear_text() == "And Rome?"  # asked again, so not told as history
        line.answer("three")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("How big is Berlin?")
        await session._next_turn(60)
        await session._send_text("And Rome?")
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "three"

    recording = converse([first, second, third], talk, instructions="Be brief.")
    assert [event["attempt"] for event in told(recording, "session.reconnecting")] == [1, 2]
    assert told(recording, "session.resumed")[0]["fresh"] is True


def test_a_connection_that_will_end_is_changed_at_a_pause() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_frames(300)
        line.go_away("50s")  # in the middle of the question
        await line.hear_sound(STORY)
        line.answer("once upon a time", 1.0)
        line.resumable("h2")
        await line.left.wait()
        assert line.goodbye

    async def talk(session: Session, server: MemoryServer) -> None:
        await asyncio.sleep(5.5)
        await session._say(STORY)
        await session._next_turn(60)
        said_s = session._recorder.now_s
        await session._status.until("listening", 60)
        await session._send_text("go on")
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "answer to go on"
        (resumed,) = (e for e in session.recording.events if e.kind == "session.resumed")
        assert resumed.t < said_s, "while it was still played"
        assert resumed.data["outage_s"] < 0.1
        assert server.lines[1].handle == "h2"

    recording = converse([first, answer_text], talk)
    assert told(recording, "session.going_away") == [{"time_left_s": 50.0}]
    assert told(recording, "session.reconnecting") == [
        {"attempt": 1, "code": 1001, "reason": "goAway"}
    ]


def test_a_going_away_server_that_falls_silent_is_left_before_its_deadline() -> None:
    """The user never stops to talk, so there is no pause; nothing more comes from the server."""

    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_frames(20)
        line.go_away("20s")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        for _ in range(8):
            await session._say(STORY)
        (resumed,) = (e for e in session.recording.events if e.kind == "session.resumed")
        (away,) = (e for e in session.recording.events if e.kind == "session.going_away")
        assert 10 <= resumed.t - away.t <= 16
        await session._next_turn(60)

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_sound(STORY)
        line.answer("stop")
        await wait_for_goodbye(line)

    converse([first, second], talk)


def test_a_server_that_falls_silent_is_left_for_another_connection() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear()  # and never says anything

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_sound(QUESTION)
        line.answer("sunny")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._say(QUESTION)
        asked_s = session._recorder.now_s
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "sunny"
        assert 14 < session._recorder.now_s - asked_s < 20

    recording = converse([first, second], talk)
    assert told(recording, "session.reconnecting")[0]["reason"] == "no reaction"
    (resumed,) = told(recording, "session.resumed")
    assert 15 <= resumed["silent_s"] < 16


def test_a_quiet_room_is_no_stall() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        await line.hear()

    async def talk(session: Session, server: MemoryServer) -> None:
        await asyncio.sleep(120)
        assert session.reconnects == 0
        assert session.status == "listening"

    converse([first], talk)


def test_a_phantom_interruption_is_no_answer() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_sound(QUESTION)
        await line.hear_frames(line.frames + 50)
        line.speak("it is", 0.1)
        await line.hear_frames(line.frames + 50)
        line.content(interrupted=True)
        line.content(turn_complete=True)
        await line.hear()

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_sound(QUESTION)
        line.answer("it is sunny")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._say(QUESTION)
        await session._next_turn(60)
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "it is sunny"

    converse([first, second], talk)


def test_a_message_the_server_chokes_on_is_told_and_not_sent_again() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_text()
        line.hang_up(1007, "Request contains an invalid argument.")

    async def second(line: Line) -> None:
        await line.accept()
        assert await line.hear_text() == "better"
        line.answer("fine")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_text("poison")
        await session._status.until("reconnecting", 60)
        await session._status.until("listening", 60)  # nothing is left to be answered
        with pytest.raises(MessageLostError, match=r"1007.*write it anew"):
            await session._next_turn(60)
        await session._send_text("better")
        await session._next_turn(60)

    recording = converse([first, second], talk)
    assert "1007" in told(recording, "session.error")[0]["message"]
    kinds = [event.kind for event in recording.events]
    assert kinds.index("session.error") < kinds.index("session.reconnecting")
    lost = {"messages": 1, "kinds": ["realtimeInput.text"]}
    assert told(recording, "message.lost") == [lost]


@pytest.mark.parametrize("frames", [0, 30])
def test_a_picture_that_is_refused_does_not_take_the_question_behind_it_along(frames: int) -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        assert (await line.hear()).realtime_input
        await line.hear_text()
        await line.hear_frames(line.frames + frames)
        line.hang_up(1007, "Unable to process input image.")

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_image(PICTURE, 3, 4)
        await session._send_text("what is this?")
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "answer to what is this?"

    recording = converse([first, answer_text], talk)
    assert "1007" in told(recording, "session.error")[0]["message"]
    assert told(recording, "message.lost") == []


def test_when_it_was_not_the_picture_the_question_is_told_as_lost() -> None:
    """The service does not say what was wrong, so that the question was is found out by trying."""

    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear()
        assert await line.hear_text() == "poison"
        line.hang_up(1007, "Request contains an invalid argument.")

    async def second(line: Line) -> None:
        await line.accept()
        assert await line.hear_text() == "poison"
        line.hang_up(1007, "Request contains an invalid argument.")

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._send_image(PICTURE, 3, 4)
        await session._send_text("poison")
        with pytest.raises(MessageLostError):
            await session._next_turn(60)
        await session._send_text("better")
        await session._next_turn(60)

    recording = converse([first, second, answer_text], talk)
    assert len(told(recording, "message.lost")) == 1


def test_when_what_was_said_is_said_again_an_answer_may_still_come() -> None:
    async def first(line: Line) -> None:
        await line.accept()
        line.resumable("h1")
        await line.hear_sound(QUESTION)
        await line.hear_text()
        line.hang_up(1007, "Request contains an invalid argument.")

    async def second(line: Line) -> None:
        await line.accept()
        await line.hear_sound(QUESTION)
        line.answer("sunny")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._say(QUESTION)
        await session._send_text("poison")
        _, turn = await session._next_turn(60)
        assert turn.agent is not None
        assert turn.agent.text == "sunny"

    recording = converse([first, second], talk)
    assert len(told(recording, "message.lost")) == 1


def test_the_microphone_is_kept_for_half_a_minute_of_an_outage() -> None:
    back = asyncio.Event()

    async def first(line: Line) -> None:
        await line.accept()
        await line.hear_frames(10)
        line.hang_up(1006)

    async def another(line: Line) -> None:
        await back.wait()  # the setup is answered late, or never
        await line.accept()
        await line.hear_sound(STORY)
        await line.hear_frames(line.frames + 10)
        line.answer("late, but here")
        await wait_for_goodbye(line)

    async def talk(session: Session, server: MemoryServer) -> None:
        await session._status.until("reconnecting", 60)
        await asyncio.sleep(40)
        await session._say(STORY)
        back.set()
        await session._next_turn(60)

    recording = converse([first, *[another] * 10], talk)
    lost = told(recording, "uplink.lost")
    assert lost, "more than half a minute passed"
    assert len(lost) < 40, "they are told by the second, not one by one"
    assert recording.user_audio()[0].size > 16000 * 40


def test_faults_are_for_the_embedded_server() -> None:
    async def first(line: Line) -> None:
        assert line.headers["x-livekit-nb-faults"] == FaultPlan(seed=3).to_header()
        await line.accept()

    async def talk(session: Session, server: MemoryServer) -> None:
        await asyncio.sleep(0)

    converse([first], talk, faults=FaultPlan(seed=3))
    elsewhere = Endpoint("wss://example.org/", "example.org")
    with pytest.raises(SettingsError, match="endpoint='local'"):
        Session(Settings(faults=FaultPlan(seed=3)), elsewhere)
