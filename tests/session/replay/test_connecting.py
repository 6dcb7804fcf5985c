"""A recording where an endpoint is expected, for people: ``live.connect(endpoint=recording)``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import RecordingError, SettingsError
from livekit_nb.lab.synthetic import spoken
from livekit_nb.recording.recording import Recording
from livekit_nb.session.session import Session
from tests import speech
from tests.live_server import LiveServer
from tests.session.replay.rehearsals import ask, held, played_back


@pytest.fixture(scope="module")
def greeting() -> Recording:
    async def talk(session: Session) -> None:
        await ask(session, "Hello there.")

    return held(talk, model="gemini-3.1-flash-live-preview")


LABEL = "recording of server in memory · gemini-3.1-flash-live-preview (played back)"


def test_who_answers_is_said_before_anybody_connects(greeting: Recording) -> None:
    assert repr(live.connect(endpoint=greeting)) == f"<connect to {LABEL}, not yet awaited>"
    studio = live.Studio(endpoint=greeting)
    assert studio.endpoint == LABEL
    assert repr(studio) == f"<Studio with {LABEL}: idle>"
    studio.close()


@pytest.mark.parametrize("kind", [str, Path])
def test_a_saved_recording_answers_by_its_path(
    greeting: Recording, tmp_path: Path, kind: type
) -> None:
    path = tmp_path / "lesson.liverec"
    greeting.save(path)
    assert repr(live.connect(endpoint=kind(path))) == f"<connect to {LABEL}, not yet awaited>"


async def test_its_model_is_the_recordings_unless_another_is_given(greeting: Recording) -> None:
    async with live.connect(endpoint=greeting) as session:
        assert session.recording.cost.tariff.model == "gemini-3.1-flash-live-preview"
        assert session.endpoint == LABEL
    async with live.connect(endpoint=greeting, model="gemini-3.8-live") as session:
        assert session.recording.cost.tariff.model == "gemini-3.8-live"


def test_what_is_no_recording_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RecordingError):
        live.connect(endpoint=tmp_path / "nothing.liverec")
    with pytest.raises(RecordingError, match="cannot be played back"):
        live.connect(endpoint=Recording())
    with pytest.raises(RecordingError, match="cannot be played back"):
        live.Studio(endpoint=Recording())


async def test_faults_are_for_the_local_server(greeting: Recording) -> None:
    with pytest.raises(SettingsError, match="recording of"):
        await live.connect(endpoint=greeting, faults=live.faults(drop=2.0))


def test_a_recording_said_to_somebody_else_is_its_users_voice(greeting: Recording) -> None:
    async def talk(session: Session) -> None:
        await session._say_as_recorded(greeting)
        await session._next_turn(60.0)

    again = held(talk)
    (turn,) = again.turns
    assert turn.user is not None
    assert turn.user.text == "Hello there."


def test_who_says_clips_beside_the_recorded_user_is_heard_in_the_pauses(
    greeting: Recording,
) -> None:
    async def talk(session: Session) -> None:
        await session._say(spoken("I speak for myself."))
        await session._next_turn(60.0)

    (turn,) = played_back(greeting, talk).turns
    assert turn.agent is not None


async def test_a_real_conversation_saved_loaded_and_played_back(
    live_server: LiveServer, tmp_path: Path
) -> None:
    asked: list[str] = []

    @live.tool
    def get_weather(city: str) -> dict[str, Any]:
        """Current weather for a city."""
        asked.append(city)
        return {"city": city, "sky": "clear", "celsius": 21}

    async with live.connect(endpoint=live_server.url, tools=[get_weather]) as session:
        await session.say(speech.path("weather_paris"))
        turn = await session.next_turn()
        captured = session.recording
    captured.save(tmp_path / "talk.liverec")
    loaded = live.load(tmp_path / "talk.liverec")
    async with live.connect(endpoint=loaded, tools=[get_weather]) as session:
        await session.say(loaded)
        again = await session.next_turn()
        assert session.endpoint.startswith("recording of 127.0.0.1")
    assert asked == ["Paris", "Paris"]
    assert turn.agent is not None
    assert again.agent is not None
    assert again.agent.text == turn.agent.text
    assert again.user is not None
    assert turn.user is not None
    assert again.user.text == turn.user.text
